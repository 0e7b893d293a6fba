// 읽는 곳이 저마다 다를 때: 저장을 막은 곳, 손가락, 자바스크립트가 꺼진 곳, 색을 강제하는 화면.
//   {chromium, base}
import { readFileSync } from "node:fs";
import { launch, reader } from "./chromium.mjs";

const job = JSON.parse(readFileSync(0, "utf-8"));
const browser = await launch(job.chromium);
const errors = [];
const open = async (path, options = {}, before = null) => {
  const context = await reader(browser, { viewport: { width: 1280, height: 720 }, permissions: ["clipboard-read", "clipboard-write"], ...options });
  const page = await context.newPage();
  page.on("pageerror", (error) => errors.push(`${path}: ${error}`));
  if (before) await page.addInitScript(before);
  await page.goto(`${job.base}${path}`);
  return page;
};
const seen = {};

// 저장을 막은 곳에서도 밝기를 바꾸고, 찾는 글쇠가 듣습니다.
let page = await open("book/theory/lstm.html", {}, () => {
  for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { configurable: true, get() { throw new DOMException("막혔습니다", "SecurityError"); } });
  }
});
const theme = () => page.evaluate(() => document.documentElement.dataset.mode);
seen.modes = [await theme()];
await page.locator("button.theme-switch-button:visible").first().click();
seen.modes.push(await theme());
await page.keyboard.press("Control+k");
seen.dialog = await page.locator("#pst-search-dialog").evaluate((node) => node.open);
await page.context().close();

// 문단을 복사하면 식이 한 번만 나옵니다.
page = await open("book/theory/lstm.html");
seen.copied = await page.evaluate(async () => {
  const block = [...document.querySelectorAll("article p")].find((p) => p.querySelector(".katex"));
  const range = document.createRange();
  range.selectNodeContents(block);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  document.execCommand("copy");
  return { text: await navigator.clipboard.readText(), formulas: [...block.querySelectorAll(".katex annotation")].map((node) => node.textContent.trim()) };
});
await page.context().close();

// 차례에서 지금 쪽이 보입니다.
page = await open("book/appendix/status.html");
seen.current = await page.evaluate(() => {
  const node = document.querySelector(".bd-sidebar-primary li.current.active > a, .bd-sidebar-primary .current > a.current, .bd-sidebar-primary a.current");
  const box = node.getBoundingClientRect();
  return { top: box.top, bottom: box.bottom, height: innerHeight, scrolled: scrollY };
});
await page.context().close();

// 접힌 코드에만 있는 말을 찾으면 펴서 보입니다. 되돌아오면 찾던 말이 있습니다.
page = await open("search.html");
await page.locator(".bd-search-container input").fill("scaled_rnn");
await Promise.all([page.waitForURL(/found=/), page.locator("#search-results li a").first().click()]);
await page.locator("article details[open] pre").first().waitFor().catch(() => {});
seen.opened = await page.evaluate(() => {
  const code = [...document.querySelectorAll("article pre")].find((pre) => pre.textContent.includes("def scaled_rnn"));
  const box = code.getBoundingClientRect();
  return { shown: code.checkVisibility(), top: box.top, height: innerHeight };
});
await page.goBack({ waitUntil: "load" });
await page.locator("#search-results li").first().waitFor().catch(() => {});
seen.query = await page.locator(".bd-search-container input").inputValue();
seen.results = await page.locator("#search-results li").count();
await page.context().close();

// 손가락으로 볼 때 복사 단추가 보입니다.
page = await open("book/theory/lstm.html", { hasTouch: true, isMobile: true, viewport: { width: 390, height: 800 } });
await page.locator("div.highlight pre:visible").first().scrollIntoViewIfNeeded();
seen.copy_button = await page.locator("button.copybtn").first().evaluate((node) => getComputedStyle(node).opacity);
await page.context().close();

// 자바스크립트가 꺼진 전화기에서도 책의 다른 쪽으로 갈 수 있습니다.
page = await open("book/theory/lstm.html", { javaScriptEnabled: false, viewport: { width: 390, height: 800 } });
seen.without_script = await page.locator(".contents-without-script:visible").getAttribute("href");
await page.context().close();
page = await open("book/theory/lstm.html", { viewport: { width: 390, height: 800 } });
seen.with_script = await page.locator(".contents-without-script:visible").count();
await page.context().close();

// 색을 강제하는 화면에서는 고른 밝기보다 그 화면의 밝기를 따릅니다.
page = await open("book/theory/lstm.html", { forcedColors: "active", colorScheme: "dark" }, () => localStorage.setItem("mode", "light"));
seen.forced = await page.evaluate(() => document.documentElement.dataset.theme);
await page.context().close();

await browser.close();
process.stdout.write(JSON.stringify({ ...seen, errors }));
