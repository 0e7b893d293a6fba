// 주소와 저장소와 글 칸에 거친 글을 넣고, 코드가 돌거나 요소가 생기거나 오류가 나는지 봅니다.
//   {chromium, base, fileBase, pages: ["search.html", …], names: ["q", …], keys: ["mode", …], texts: ["<img …>", …]}
import { readFileSync } from "node:fs";
import { launch, reader } from "./chromium.mjs";

const job = JSON.parse(readFileSync(0, "utf-8"));
const browser = await launch(job.chromium);

// 거친 글은 돌면 injected를 부르고, 요소가 되면 injected라는 클래스를 지닙니다.
const watch = ({ keys, text }) => {
  window.faults = [];
  window.injected = () => window.faults.push("코드가 돌았습니다");
  window.open = (address) => { window.faults.push(`창을 열었습니다: ${address}`); return null; };
  document.addEventListener("securitypolicyviolation", (event) => window.faults.push(`막힌 것: ${event.violatedDirective}`));
  for (const store of [localStorage, sessionStorage]) for (const key of keys) store.setItem(key, text);
};

// 글에서 생길 수 있는 요소. 쪽에 본디 있던 것은 세어 두고 뺍니다.
const MADE = ".injected, script:not([src*='_static/']), iframe, object, embed, base, meta[http-equiv], img, [onerror], [onload], [onclick], [onfocus], a[href^='javascript:' i], a[href^='data:' i]";
const count = (page) => page.evaluate((made) => document.querySelectorAll(made).length, MADE);

const TYPED = "input[type=text]:not([readonly]), input[type=search], input:not([type]), textarea";

const settled = async (page) => {
  await page.waitForLoadState("load");
  // 주소에 present가 있으면 슬라이드가 쪽을 덮습니다.
  if (new URL(page.url()).searchParams.has("present")) {
    await page.waitForFunction(() => document.documentElement.classList.contains("presenting")
      || !document.querySelector("[data-script]"));
    if (await page.evaluate(() => document.documentElement.classList.contains("presenting"))) return;
  }
  if (await page.locator(".lab").count()) {
    await page.locator(".lab").first().scrollIntoViewIfNeeded();
    await page.waitForFunction(() => !document.querySelector(".lab:not([data-ready]), .lab[aria-busy]"));
  }
};

// 긴 주소는 서버가 돌려보냅니다(414). 그런 주소는 서버 없이 연 쪽에 줍니다.
const LONGEST_ADDRESS = 8000;
const within = (path) => (path.length > LONGEST_ADDRESS ? job.fileBase : job.base) + path;

const open = async (path, text, found) => {
  const context = await reader(browser, { locale: "ko-KR" });
  const page = await context.newPage();
  page.on("pageerror", (error) => found.push(String(error)));
  page.on("console", (line) => line.type() === "error" && found.push(line.text()));
  page.on("dialog", (dialog) => { found.push(`대화 상자: ${dialog.message()}`); dialog.dismiss(); });
  if (text !== null) await page.addInitScript(watch, { keys: job.keys, text });
  await page.goto(within(path));
  await settled(page);
  return { context, page };
};

const faults = async (page, before, found) => {
  found.push(...await page.evaluate(() => window.faults.splice(0)));
  const now = await count(page);
  if (now !== before) found.push(`생긴 요소: ${now - before}개`);
};

const asked = (path, text) => `${path}?${new URLSearchParams(job.names.map((name) => [name, text]))}`;

// 주소와 저장소로 준 글. 조각은 부호로 바꾼 것과 그대로 적은 것을 다 봅니다.
const give = async (path, text, before, result) => {
  const address = asked(path, text);
  const { context, page } = await open(`${address}#${encodeURIComponent(text)}`, text, result.found);
  await faults(page, before, result.found);
  if (path === "search.html") {
    result.shown.push(await page.locator(".bd-search-container input").inputValue());
    result.status = await page.locator("#search-results p").first().textContent();
  }
  await page.goto(within(`${address}#${text}`));
  await settled(page);
  await faults(page, before, result.found);
  await context.close();
  result.times += job.names.length + 2 * job.keys.length + 2;
};

// 글 칸에 적은 글. 적는 동안에는 요소가 늘지 않고, 엔터로 옮겨 간 쪽에서도 아무것도 돌지 않습니다.
const type = async (path, text, place, before, result) => {
  const { context, page } = await open(path, text, result.found);
  const box = page.locator(TYPED).nth(place);
  await box.fill(text);
  if (await box.getAttribute("maxlength") === null) result.shown.push(await box.inputValue());
  await settled(page);
  await faults(page, before, result.found);
  await box.press("Enter");
  await settled(page);
  result.found.push(...await page.evaluate(() => window.faults.splice(0)));
  if (await page.locator(".injected").count()) result.found.push("생긴 요소: injected");
  await context.close();
  result.times += 1;
};

const results = [];
for (const path of job.pages) {
  const plain = await open(path, null, []);
  const before = await count(plain.page);
  // 주소에 present가 있으면 슬라이드가 쪽의 그림을 베낍니다.
  const mild = await open(asked(path, "가"), null, []);
  const beforeAsked = await count(mild.page);
  await mild.context.close();
  const boxes = await plain.page.locator(TYPED).evaluateAll((all) =>
    all.flatMap((box, place) => (box.checkVisibility() ? [place] : [])));
  await plain.context.close();
  for (const text of job.texts) {
    const result = { path, text, found: [], times: 0, shown: [] };
    await give(path, text, beforeAsked, result);
    for (const place of boxes) await type(path, text, place, before, result);
    results.push(result);
  }
  process.stderr.write(`  ${path}\n`);
}
await browser.close();
process.stdout.write(JSON.stringify(results));
