// 쪽을 슬라이드로: 빠지거나 되풀이된 것, 넘친 것, 글쇠와 손가락, 나간 자리, 종이.
//   {chromium, pages: 주소들}
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const job = JSON.parse(readFileSync(0, "utf-8"));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");
const browser = await chromium.launch({
  executablePath: job.chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const errors = [];
const open = async (address, width = 1280, options = {}) => {
  const context = await browser.newContext({ viewport: { width, height: (width * 9) / 16 }, bypassCSP: false, ...options });
  const page = await context.newPage();
  page.on("pageerror", (error) => errors.push(`${address}: ${error}`));
  page.on("console", (said) => said.type() === "error" && errors.push(`${address}: ${said.text()}`));
  await page.goto(address);
  return page;
};
// 도구가 누르기 전에 쪽을 미는 일이 없게 쪽 안에서 누릅니다.
const press = (page) => page.evaluate(() => document.querySelector("button[data-script]").click());
const shown = (page) => page.waitForSelector(".slide.now");

// 쪽에 있는 것의 목록. 접힌 코드는 말할 것에 있습니다.
const contents = (root) => {
  const all = (selector) => [...root.querySelectorAll(selector)];
  return {
    pictures: all("img").map((node) => node.getAttribute("src")).concat(all("figure.inline-svg").map((node) => node.id)),
    lines: all("pre").flatMap((node) => node.textContent.split("\n")).filter((line) => line.trim()),
    formulas: all("div.math annotation").map((node) => node.textContent),
    tables: all("table").map((node) => node.textContent),
    exercises: all(".exercise").map((node) => node.id),
    instruments: all(".lab").map((node) => node.dataset.lab),
    items: all("li").filter((node) => node.closest("ul.simple, ol.simple")).map((node) => node.textContent),
  };
};

// 보이는 장에서 장의 밖에 있는 글과 그림, 가장 작은 글자(1920×1080일 때의 px).
const look = () => {
  const slide = document.querySelector(".slide.now");
  const edge = slide.getBoundingClientRect();
  const scale = edge.width / 1920;
  const outside = [];
  const small = { text: Infinity, code: Infinity };
  const check = (box, what) => {
    if (!box.width || !box.height) return;
    const [right, bottom] = [Math.min(edge.right, innerWidth), Math.min(edge.bottom, innerHeight)];
    if (box.left < Math.max(0, edge.left) - 1 || box.top < Math.max(0, edge.top) - 1 || box.right > right + 1 || box.bottom > bottom + 1) outside.push(what);
  };
  for (const picture of slide.querySelectorAll("img, svg")) check(picture.getBoundingClientRect(), picture.outerHTML.slice(0, 60));
  const texts = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const [text, parent] = [texts.currentNode, texts.currentNode.parentElement];
    if (!text.data.trim() || parent.closest("svg, annotation, .lab-said, option, script, style") || !parent.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) check(box, text.data.trim().slice(0, 40));
    // 옆으로 밀리는 것에 가려졌는지도 봅니다.
    const holder = parent.closest("pre, .output, .pst-scrollable-table-container, div.math > .katex");
    if (holder && holder.scrollWidth > holder.clientWidth + 1) outside.push(`밀림: ${text.data.trim().slice(0, 40)}`);
    if (parent.closest("math, sub, sup, .lab")) continue;
    const kind = parent.closest("pre") ? "code" : "text";
    small[kind] = Math.min(small[kind], parseFloat(getComputedStyle(parent).fontSize));
  }
  return { outside, small, scale };
};

// 처음부터 끝까지 넘기며 봅니다.
const walk = `(async () => {
  const [contents, look] = [${contents}, ${look}];
  const count = document.querySelectorAll(".slide").length;
  const [outside, small, after] = [{}, { text: Infinity, code: Infinity }, {}];
  for (let k = 1; k <= count; k += 1) {
    const slide = document.querySelector(".slide.now");
    // 계기가 움직이기 시작한 다음에 봅니다.
    if (slide.querySelector(".lab")) await new Promise((go) => setTimeout(go, 500));
    const seen = look();
    if (seen.outside.length) outside[k] = seen.outside.slice(0, 3);
    for (const kind of ["text", "code"]) small[kind] = Math.min(small[kind], seen.small[kind]);
    const notes = slide.dataset.continued ? document.createElement("p") : document.querySelector(".present-notes");
    const [told, here] = [contents(notes), contents(slide)];
    for (const name of Object.keys(here)) after[name] = [...(after[name] ?? []), ...told[name], ...here[name]];
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "PageDown" }));
  }
  return { count, outside, small, after };
})()`;

const decks = [];
for (const address of job.pages) {
  const page = await open(address, 1920);
  const before = await page.evaluate(`(${contents})(document.querySelector("article"))`);
  await press(page);
  await shown(page);
  await page.keyboard.press("Home");
  const deck = { address, ...(await page.evaluate(walk)) };
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.keyboard.press("Home");
  deck.outside = { 1920: deck.outside, 1280: (await page.evaluate(walk)).outside };
  const { after } = deck;
  delete deck.after;
  deck.different = Object.keys(before).filter((name) => {
    const [one, other] = [[...before[name]].sort(), [...after[name]].sort()];
    return JSON.stringify(one) !== JSON.stringify(other);
  });
  decks.push(deck);
  await page.context().close();
}

// 글쇠와 마우스. 주소와 읽어 주는 말이 따라옵니다.
const [first] = job.pages;
const seen = {};
const number = (page) => page.evaluate(() => Number(new URL(location.href).searchParams.get("present")));
let page = await open(`${first}?present=4`);
await shown(page);
seen.opened = await number(page);
seen.keys = {};
for (const key of ["ArrowRight", "PageDown", " ", "ArrowLeft", "PageUp", "Shift+ ", "End", "Home"]) {
  await page.keyboard.press(key);
  seen.keys[key] = await number(page);
}
seen.last = await page.locator(".slide").count();
await page.mouse.click(1000, 600);
await page.mouse.click(1000, 600);
seen.clicked = [await number(page)];
await page.mouse.click(60, 600);
seen.clicked.push(await number(page));
seen.said = await page.locator("#present > [role=status]").textContent();
seen.title = await page.locator(".slide.now h2").textContent();
await page.keyboard.press("n");
seen.notes = await page.evaluate(() => {
  const [notes, slide] = [document.querySelector(".present-notes"), document.querySelector(".slide.now")].map((node) => node.getBoundingClientRect());
  return { shown: notes.height > 0, apart: slide.bottom <= notes.top + 1 };
});
await page.keyboard.press("f");
seen.full = await page.waitForFunction(() => document.fullscreenElement === document.documentElement, null, { timeout: 3000 }).then(() => true, () => false);
await page.keyboard.press("f");
await page.evaluate(axe);
seen.axe = await page.evaluate(async () => (await axe.run("#present", { preload: false })).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 80)}`));
seen.inside = await page.evaluate(() => ({
  focus: document.querySelector("#present").contains(document.activeElement),
  others: [...document.body.children].filter((node) => !node.inert && !node.matches("script, #present, #term-note")).length,
}));
const paper = await page.pdf({ preferCSSPageSize: true, printBackground: true });
seen.paper = paper.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g).length;
await page.context().close();

// 읽던 곳에서 시작하고, 그 자리로 돌아오고, 쪽은 들어가기 전과 같습니다.
page = await open(first);
const html = () => page.evaluate(() => {
  const copy = document.querySelector("article").cloneNode(true);
  for (const lab of copy.querySelectorAll(".lab, .lab-spot")) lab.remove();
  for (const node of copy.querySelectorAll("*")) for (const name of ["tabindex", "loading", "style"]) node.removeAttribute(name);
  for (const node of copy.querySelectorAll("[class='']")) node.removeAttribute("class");
  copy.normalize();
  return copy.innerHTML;
});
const whole = await html();
await page.locator("article section section h3").nth(2).evaluate((node) => node.scrollIntoView({ block: "start", behavior: "instant" }));
await page.waitForTimeout(300); // 계기가 다가와 읽히고 나서
seen.scrolled = [await page.evaluate(() => scrollY)];
seen.heading = (await page.locator("article section section h3").nth(2).textContent()).replace("#", "");
await press(page);
await shown(page);
seen.start = await page.locator(".slide.now h2").textContent();
await page.keyboard.press("Escape");
seen.scrolled.push(await page.evaluate(() => scrollY));
const again = await html();
seen.same = whole === again;
seen.address = await page.evaluate(() => location.search);
seen.focused = await page.evaluate(() => document.activeElement.matches("button[data-script]"));
await press(page);
await shown(page);
await page.locator(".slide.now").waitFor();
for (let k = 0; k < 60 && !(await page.locator(".slide.now .exercise").count()); k += 1) await page.keyboard.press("PageDown");
const exercise = await page.locator(".slide.now .exercise").getAttribute("id");
await page.keyboard.press("Escape");
seen.place = await page.locator(`#${exercise}`).evaluate((node) => {
  const { top, bottom } = node.getBoundingClientRect();
  return bottom > 0 && top < innerHeight && getComputedStyle(document.querySelector("#present") ?? node).display !== "none";
});
seen.gone = await page.locator("#present").count();
await page.context().close();

// 계기는 살아 있고, 계기 위의 화살표는 계기가 듣습니다.
page = await open(`${first}?present`);
await shown(page);
for (let k = 0; k < 60 && !(await page.locator(".slide.now .lab").count()); k += 1) await page.keyboard.press("PageDown");
const slider = page.locator(".slide.now .lab input[type=range]").first();
await page.waitForFunction(() => globalThis.Lab);
await page.waitForTimeout(300);
const [value, at, equation] = [await slider.inputValue(), await number(page), await page.locator(".slide.now .lab-equation").first().textContent()];
await slider.focus();
await page.keyboard.press("ArrowRight");
await page.waitForTimeout(200);
seen.instrument = {
  moved: (await slider.inputValue()) !== value,
  redrawn: (await page.locator(".slide.now .lab-equation").first().textContent()) !== equation,
  stayed: (await number(page)) === at,
};
await page.context().close();

// 손가락으로 밀기.
page = await open(`${first}?present=2`, 1280, { hasTouch: true });
await shown(page);
const swipe = async (from, to) => {
  const session = await page.context().newCDPSession(page);
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: from, y: 680 }] });
  await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [{ x: to, y: 685 }] });
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
};
await swipe(900, 500);
seen.swiped = [await number(page)];
await swipe(500, 900);
seen.swiped.push(await number(page));
await page.context().close();

// 부르기 전에는 아무것도 싣지 않고, 자바스크립트가 꺼져 있으면 단추도 없습니다.
page = await open(first);
seen.asked = await page.evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => name.includes("present.")).length + document.querySelectorAll("[href*='present.'], script[src*='present.']").length);
await page.context().close();
page = await open(first, 1280, { javaScriptEnabled: false });
seen.off = await page.locator("button[data-script]:visible").count();
await page.context().close();
await browser.close();
process.stdout.write(JSON.stringify({ decks, ...seen, errors }));
