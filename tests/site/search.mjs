// 찾는 쪽에서 말을 하나씩 찾고, 보이는 결과를 모읍니다.
//   {chromium, base: "http://…/" 또는 "file:///…/", queries: ["기억", …]}
import { readFileSync } from "node:fs";
import { launch, reader } from "./chromium.mjs";

const job = JSON.parse(readFileSync(0, "utf-8"));
const browser = await launch(job.chromium);
const page = await (await reader(browser)).newPage();
const errors = [];
page.on("pageerror", (error) => errors.push(String(error)));
page.on("dialog", (dialog) => { errors.push(dialog.message()); dialog.dismiss(); });

const answers = [];
for (const query of job.queries) {
  await page.goto(`${job.base}search.html?q=${encodeURIComponent(query)}`);
  await page.waitForSelector("#search-results p:not(:empty)");
  answers.push(await page.evaluate((base) => ({
    markup: [...document.querySelectorAll("#search-results :not(ol, li, a, span, p, mark)")]
      .map((node) => node.outerHTML),
    hits: [...document.querySelectorAll("#search-results li")].map((item) => ({
      page: item.querySelector("a").href.replace(`${base}book/`, "").replace(/\.html.*/, ""),
      excerpt: item.querySelector("p").textContent,
      marked: [...item.querySelectorAll("mark")].map((mark) => mark.textContent),
    })),
  }), job.base));
}
await browser.close();
process.stdout.write(JSON.stringify({ answers, errors }));
