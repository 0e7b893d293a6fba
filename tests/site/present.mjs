// 쪽을 슬라이드로: 빠진 것, 잘린 것, 작은 글자, 글쇠와 손가락, 종이, 나간 자리.
//   {chromium, base, pages: 짜 볼 쪽들, used: 움직여 볼 쪽 또는 null}
// 시간이 아니라 상태를 기다립니다: 다 짜면 #present에, 계기가 움직이면 .lab에 data-ready가 생기고 aria-busy가 없어집니다.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { launch, reader } from "./chromium.mjs";

const job = JSON.parse(readFileSync(0, "utf-8"));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");
const browser = await launch(job.chromium);
const errors = [];
const open = async (address, options = {}) => {
  const context = await reader(browser, { viewport: { width: 1280, height: 720 }, ...options });
  const page = await context.newPage();
  page.on("pageerror", (error) => errors.push(`${address}: ${error}`));
  page.on("console", (said) => said.type() === "error" && errors.push(`${address}: ${said.text()}`));
  await page.goto(address);
  return page;
};
const close = (page) => page.context().close();
const drawn = (page) => page.waitForSelector("#present[data-ready]");
const number = (page) => page.evaluate(() => Number(new URL(location.href).searchParams.get("present")));
// 도구가 누르기 전에 쪽을 미는 일이 없게 쪽 안에서 누릅니다.
const enter = async (page) => {
  await page.evaluate(() => document.querySelector("a[data-style]").click());
  await drawn(page);
};
const labsMove = (page) => page.waitForFunction(() => [...document.querySelectorAll(".lab")].every((lab) => "ready" in lab.dataset && !lab.hasAttribute("aria-busy")));

// 쪽의 마디에 있는 것. 물음의 선택지는 목록이 아니라 물음입니다.
const contents = (root) => {
  const all = (selector) => [...root.querySelectorAll(selector)].filter((node) => !node.closest(".cite-this, .question-answers"));
  const text = (node) => node.textContent.trim().replace(/\s+/g, " ");
  return {
    pictures: all("img:not(.slide-crop img)").map((node) => node.getAttribute("src")).concat(all("figure.inline-svg > svg").map((node) => node.querySelector("title").textContent)),
    lines: all("pre").flatMap((node) => node.textContent.split("\n")).filter((line) => line.trim()),
    formulas: all("div.math annotation").map((node) => node.textContent),
    rows: all("tbody tr").filter((row) => !row.closest(".lab")).map(text),
    exercises: all(".exercise > p:not(.rubric)").map(text),
    instruments: all(".lab").map((node) => node.dataset.lab),
    choices: all(".question-choices label > span, .slide-question li > p:first-child").map(text),
    items: all("ul.simple > li, ol.simple > li").map(text),
  };
};

// 보이는 장에서 잘린 글과 그림, 가장 작은 글자(1920×1080에서의 px), 보일 것이 없는지.
const look = () => {
  const slide = document.querySelector(".slide.now");
  const edge = slide.getBoundingClientRect();
  const scale = edge.width / 1920;
  const cut = [];
  let [least, smallest] = [Infinity, ""];
  const check = (box, what) => {
    if (!box.width || !box.height) return;
    if (box.left < edge.left - 1 || box.top < edge.top - 1 || box.right > edge.right + 1 || box.bottom > edge.bottom + 1) cut.push(what);
  };
  // 나눈 그림은 그 줄만 보이도록 일부러 잘랐습니다.
  const pictures = [...slide.querySelectorAll("img:not(.slide-crop img), svg, .slide-crop")];
  for (const picture of pictures) check(picture.getBoundingClientRect(), picture.outerHTML.slice(0, 60));
  const texts = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const [text, parent] = [texts.currentNode, texts.currentNode.parentElement];
    const said = text.data.trim().slice(0, 40);
    if (!said || parent.closest("svg, annotation, .lab-said, option, script") || !parent.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) check(box, said);
    // 옆으로 밀리는 것에 가려졌는지도 봅니다.
    const holder = parent.closest("pre, .output, .lab-wide, .pst-scrollable-table-container, div.math > .katex");
    if (holder && holder.scrollWidth > holder.clientWidth + 1) cut.push(`밀림: ${said}`);
    // 식의 첨자는 글자보다 작습니다.
    if (parent.closest("math, sub, sup")) continue;
    // 계기는 통째로 줄인 것이라 셈한 크기에 그 비율이 곱해집니다.
    const px = parseFloat(getComputedStyle(parent).fontSize) * (parent.closest(".lab") ? parent.closest(".lab").currentCSSZoom ?? 1 : 1);
    if (px < least) [least, smallest] = [px, said];
  }
  for (const text of slide.querySelectorAll("svg text")) {
    const drawing = text.ownerSVGElement;
    if (!text.checkVisibility() || !text.textContent.trim() || text.closest(".lab")) continue;
    const px = (parseFloat(getComputedStyle(text).fontSize) * drawing.getScreenCTM().a) / scale;
    if (px < least) [least, smallest] = [px, text.textContent.trim()];
  }
  const body = slide.querySelector(".slide-body");
  return { cut, least, smallest, empty: !body.textContent.trim() && !pictures.length };
};

// 지금 장부터 끝까지 넘기며 봅니다. 물음은 답을 보이기 전과 보인 뒤를 모두 봅니다.
const walk = `(async () => {
  const [contents, look] = [${contents}, ${look}];
  const frame = () => new Promise(requestAnimationFrame);
  const [cut, empty, after] = [{}, [], {}];
  let [least, smallest] = [Infinity, ""];
  for (let last = null; ;) {
    const slide = document.querySelector(".slide.now");
    // 계기의 크기는 다음 화면을 그릴 때 맞추어집니다.
    if (slide.querySelector(".lab")) for (let k = 0; k < 3; k += 1) await frame();
    const seen = look();
    const at = document.querySelector(".present-count").textContent.split(" ")[0];
    if (seen.cut.length) cut[at] = seen.cut.slice(0, 3);
    if (seen.empty) empty.push(at);
    if (seen.least < least) [least, smallest] = [seen.least, at + ": " + seen.smallest];
    if (slide !== last) {
      // 나뉜 장의 말할 것은 앞의 장과 같습니다.
      const notes = document.querySelector(".present-notes");
      const told = notes.firstChild === window.toldLast ? document.createElement("p") : notes;
      window.toldLast = notes.firstChild;
      const [said, here] = [contents(told), contents(slide)];
      for (const name of Object.keys(here)) after[name] = [...(after[name] ?? []), ...said[name], ...here[name]];
    }
    const [before, state] = [slide, slide.innerHTML];
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "PageDown" }));
    last = slide;
    if (document.querySelector(".slide.now") === before && slide.innerHTML === state) break;
  }
  return { cut, empty, least, smallest, after };
})()`;

const decks = [];
for (const path of job.pages) {
  const page = await open(`${job.base}${path}`, { viewport: { width: 1920, height: 1080 } });
  const before = await page.evaluate(`(${contents})(document.querySelector("article"))`);
  await enter(page);
  const lab = await page.locator(".slide .lab").count();
  if (lab) {
    while (!(await page.locator(".slide.now .lab").count())) await page.keyboard.press("ArrowRight");
    await labsMove(page);
  }
  await page.keyboard.press("Home");
  const { after, ...deck } = await page.evaluate(walk);
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.waitForFunction(() => Math.abs(document.querySelector(".slide.now").getBoundingClientRect().width - 1280) < 1);
  await page.keyboard.press("Home");
  const smaller = await page.evaluate(walk);
  const different = {};
  for (const name of Object.keys(before)) {
    const [one, other] = [[...before[name]].sort(), [...after[name]].sort()];
    if (JSON.stringify(one) !== JSON.stringify(other)) different[name] = { page: one.length, slides: other.length, absent: one.filter((each) => !other.includes(each)).slice(0, 3) };
  }
  const kinds = Object.fromEntries(Object.entries(after).map(([name, found]) => [name, found.length]));
  decks.push({ path, ...deck, kinds, cut: { 1920: deck.cut, 1280: smaller.cut }, different });
  await close(page);
}

const seen = {};
if (job.used) {
  const used = `${job.base}${job.used}`;
  // 글쇠와 마우스. 주소와 읽어 주는 말이 따라옵니다.
  let page = await open(`${used}?present=4`, { colorScheme: "dark" });
  await drawn(page);
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
  while (!(await page.locator(".slide.now.slide-points").count())) await page.keyboard.press("PageDown");
  await page.keyboard.press("n");
  seen.notes = await page.evaluate(() => {
    const [notes, slide] = [document.querySelector(".present-notes"), document.querySelector(".slide.now")];
    const [below, above] = [notes, slide].map((node) => node.getBoundingClientRect());
    // 장의 문장은 말할 것의 문장입니다.
    const said = slide.querySelector("p:not(header p), li").textContent;
    return { shown: below.height > 0, apart: above.bottom <= below.top + 1, sentences: notes.textContent.includes(said) };
  });
  await page.keyboard.press("n");
  await page.keyboard.press("f");
  await page.waitForFunction(() => document.fullscreenElement === document.documentElement);
  await page.keyboard.press("f");
  await page.waitForFunction(() => !document.fullscreenElement);
  seen.inside = await page.evaluate(() => ({
    focus: document.querySelector("#present").contains(document.activeElement),
    others: [...document.body.children].filter((node) => !node.inert && !node.matches("script, #present")).length,
    dark: getComputedStyle(document.querySelector("#present")).backgroundColor.match(/\d+/g).every((part) => Number(part) < 64),
  }));

  // 물음: 답은 부를 때 보이고, 한 번 더 넘겨야 다음 장입니다.
  while (!(await page.locator(".slide.now .slide-question").count())) await page.keyboard.press("PageDown");
  const answer = () => page.evaluate(() => {
    const slide = document.querySelector(".slide.now");
    return [...slide.querySelectorAll("li")].filter((choice) => choice.lastChild.checkVisibility({ visibilityProperty: true })).map((choice) => choice.lastChild.querySelector("strong").textContent);
  });
  seen.question = { at: await number(page), before: await answer() };
  await page.keyboard.press(" ");
  Object.assign(seen.question, { after: await answer(), still: await number(page) });
  await page.evaluate(axe);
  seen.axe = await page.evaluate(async () => (await axe.run("#present", { preload: false })).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 80)}`));
  await page.keyboard.press(" ");
  seen.question.next = await number(page);
  const paper = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  seen.paper = paper.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g).length;
  await close(page);

  // 주소의 조각과, 그림의 번호를 누른 것은 그 그림이 있는 장으로 갑니다.
  page = await open(`${used}?present`);
  await drawn(page);
  const asked = await page.evaluate(() => {
    const inner = [...document.querySelectorAll(".slide a")].find((node) => document.querySelector(`.slide figure[id="slide-${node.hash.slice(1)}"]`));
    inner.click();
    return inner.hash;
  });
  const holds = () => page.evaluate((name) => Boolean(document.querySelector(`.slide.now [id="slide-${name}"]`)), asked.slice(1));
  seen.named = [await number(page) > 1 && await holds()];
  await close(page);
  page = await open(`${used}?present${asked}`);
  await drawn(page);
  seen.named.push(await holds());
  await close(page);

  // 들어갔다 나오면 쪽과 주소, 읽던 자리, 초점이 그대로입니다. 계기는 먼저 움직이기 시작해 둡니다.
  page = await open(used);
  seen.asked = await page.evaluate(() => [...document.querySelectorAll("link, script")].filter((node) => /present\./.test(node.href ?? node.src)).length);
  await page.locator(".lab").first().scrollIntoViewIfNeeded();
  await labsMove(page);
  // 계기가 본문을 바꾸면 테마가 밀리는 것마다 글쇠가 닿는지를 다시 적습니다. 그것과
  // 계기가 읽어 주는 말, 코드를 복사하는 단추까지 나온 쪽과 견줍니다.
  await page.waitForFunction(() => document.querySelector(".lab-said").textContent && document.querySelector("article .copybtn") && [...document.querySelectorAll("article pre")].every((pre) => pre.hasAttribute("tabindex")));
  const whole = () => page.evaluate(() => {
    const copy = document.documentElement.cloneNode(true);
    for (const added of copy.querySelectorAll("[href*='present.css'], script[src*='present.js']")) added.remove();
    return { html: copy.outerHTML, top: scrollY, address: location.href, title: document.title, focus: document.activeElement.outerHTML.slice(0, 80) };
  });
  const before = await whole();
  await enter(page);
  for (const key of ["End", "PageUp", "n"]) await page.keyboard.press(key);
  await page.keyboard.press("Escape");
  const after = await whole();
  seen.returned = { scrolled: before.top > 0, different: Object.keys(before).filter((name) => before[name] !== after[name]) };

  // 다시 들어가도 계기는 움직이던 것이고, 계기 위의 화살표는 계기가 듣습니다.
  await enter(page);
  while (!(await page.locator(".slide.now .lab").count())) await page.keyboard.press("PageDown");
  const slider = page.locator(".slide.now .lab input[type=range]").first();
  const equation = page.locator(".slide.now .lab-equation").first();
  const [value, at, written] = [await slider.inputValue(), await number(page), await equation.textContent()];
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((old) => document.querySelector(".slide.now .lab-equation").textContent !== old, written);
  seen.instrument = { moved: (await slider.inputValue()) !== value, stayed: (await number(page)) === at };
  await close(page);

  // 손가락으로 밀기.
  page = await open(`${used}?present=2`, { hasTouch: true });
  await drawn(page);
  const session = await page.context().newCDPSession(page);
  const swipe = async (from, to) => {
    for (const [type, x] of [["touchStart", from], ["touchMove", to], ["touchEnd", null]]) {
      await session.send("Input.dispatchTouchEvent", { type, touchPoints: x === null ? [] : [{ x, y: 680 }] });
    }
  };
  await swipe(900, 500);
  await page.waitForFunction(() => !location.search.endsWith("present=2"));
  seen.swiped = [await number(page)];
  await swipe(500, 900);
  await page.waitForFunction(() => !location.search.endsWith("present=3"));
  seen.swiped.push(await number(page));
  await close(page);

  // 자바스크립트가 꺼져 있으면 고리도 없습니다.
  page = await open(used, { javaScriptEnabled: false });
  seen.off = await page.locator("a[data-style]:visible").count();
  await close(page);
}
await browser.close();
process.stdout.write(JSON.stringify({ decks, ...seen, errors }));
