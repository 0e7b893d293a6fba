// 찾을 말마다 실제 브라우저의 검색 쪽이 보이는 결과를 모읍니다.
//   {chromium, addresses: ["http://…/search.html", "file:///…"], queries: ["기억", …]}
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const job = JSON.parse(readFileSync(0, "utf-8"));
const browser = await chromium.launch({
  executablePath: job.chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const answers = {};
for (const address of job.addresses) {
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("dialog", (dialog) => { errors.push(dialog.message()); dialog.dismiss(); });
  answers[address] = [];
  for (const query of job.queries) {
    await page.goto(`${address}?q=${encodeURIComponent(query)}`);
    await page.waitForSelector("#search-results p:not(:empty)");
    answers[address].push(await page.evaluate((known) => ({
      query: known,
      status: document.querySelector("#search-results [role=status]").textContent,
      added: document.querySelectorAll("#search-results :not(ol, li, a, span, p, mark)").length,
      hits: [...document.querySelectorAll("#search-results li")].map((item) => ({
        url: item.querySelector("a").href,
        excerpt: item.querySelector("p").textContent,
        marked: [...item.querySelectorAll("mark")].map((mark) => mark.textContent),
      })),
    }), query));
  }
  answers[address].push({ errors: [...errors] });
  await page.close();
}
await browser.close();
process.stdout.write(JSON.stringify(answers));
