// 물음을 마우스와 글쇠로 풀고, 다시 열고, 지우고, 저장과 자바스크립트 없이 읽으며 보이는 것을 모읍니다.
//   {chromium, base}
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { launch, reader } from "./chromium.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");
const CHAPTER = "book/cosine/stateful-lstm.html";
const LIST = "book/appendix/questions.html";
const FIRST = "#question-stateful-reset";

const job = JSON.parse(readFileSync(0, "utf-8"));
const browser = await launch(job.chromium);
const errors = [];
const start = async (options = {}, before = null) => {
  const context = await reader(browser, { viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (line) => line.type() === "error" && errors.push(line.text()));
  if (before) await page.addInitScript(before.script, before.given);
  return page;
};
const go = (page, path) => page.goto(`${job.base}${path}`);
const radio = (page, letter) => page.locator(`${FIRST} label`, { hasText: letter }).first();
const submit = (page) => page.locator(`${FIRST} .question-check`).click();
const state = (page) => page.locator(FIRST).evaluate((form) => ({
  told: form.querySelector(".question-told").innerText.trim(),
  kind: form.querySelector(".question-told .question-answer")?.dataset.kind ?? null,
  checked: [...form.querySelectorAll("input")].findIndex((input) => input.checked),
  again: !form.querySelector(".question-again").hidden,
  folded: !form.querySelector("details").open,
  active: document.activeElement.value || document.activeElement.className,
}));
const kept = (page) => page.evaluate(() => JSON.parse(localStorage.getItem("cosine-rnn-questions") ?? "{}"));
const progress = (page) => page.locator(".question-progress").evaluate((node) => node.hidden ? "" : node.innerText);
const seen = {};

// 1. 마우스: 고르고 답합니다. 고르지 않으면 답하지 못합니다.
let page = await start();
await go(page, CHAPTER);
seen.fresh = await state(page);
await submit(page);
seen.nothing_chosen = await state(page);
await radio(page, "가").click();
seen.chosen = await state(page);
await submit(page);
seen.wrong = await state(page);
await radio(page, "나").click();
await submit(page);
seen.right = await state(page);
seen.repeated_ids = await page.evaluate(() => {
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  return ids.filter((id, k) => ids.indexOf(id) !== k);
});
// 2. 다시 열어도, 모은 쪽에서도 그대로입니다.
await page.reload();
seen.reloaded = await state(page);
await go(page, LIST);
seen.elsewhere = { ...await state(page), progress: await progress(page) };
// 모은 쪽에서 모두 맞힙니다.
seen.questions = await page.evaluate(() => {
  const forms = [...document.querySelectorAll("form.question")];
  for (const form of forms) {
    const answers = [...form.querySelectorAll("details .question-answer")];
    form.querySelectorAll("input")[answers.findIndex(({ dataset }) => dataset.kind === "right")].click();
    form.requestSubmit();
  }
  return forms.length;
});
seen.all = { progress: await progress(page), kept: Object.keys(await kept(page)).length };
await page.locator(".question-clear").click();
seen.cleared = { ...await state(page), progress: await progress(page), kept: await kept(page) };
await go(page, CHAPTER);
seen.cleared_chapter = await state(page);
await page.context().close();

// 3. 글쇠만으로: 화살표로 고르는 동안은 답이 나오지 않고, 답한 뒤 지울 수 있습니다.
page = await start();
await go(page, CHAPTER);
await page.locator(`${FIRST} input`).first().focus();
await page.keyboard.press("ArrowDown");
await page.keyboard.press("ArrowDown");
seen.arrows = await state(page);
await page.keyboard.press("Enter");
seen.entered = await state(page);
await page.keyboard.press("Tab");
await page.keyboard.press("Tab");
seen.tabbed = await state(page);
await page.keyboard.press("Space");
seen.forgotten = await state(page);
seen.group = await page.getByRole("group", { name: /^물음 1/ }).getByRole("radio").count();
await page.context().close();

// 4. 저장을 막은 곳, 적지 못하는 곳, 깨진 것이 적힌 곳.
const refuse = () => Object.defineProperty(window, "localStorage", {
  configurable: true, get() { throw new DOMException("막혔습니다", "SecurityError"); },
});
const full = () => {
  const write = Storage.prototype.setItem;
  Storage.prototype.setItem = function (key, value) {
    if (key === "cosine-rnn-questions") throw new DOMException("찼습니다", "QuotaExceededError");
    write.call(this, key, value);
  };
};
const broken = (text) => localStorage.setItem("cosine-rnn-questions", text);
seen.storage = {};
const places = { 막힘: { script: refuse }, 참: { script: full } };
for (const text of ["{", "[]", "null", "3", '{"stateful-reset": 5, "없는 물음": "가"}']) {
  places[text] = { script: broken, given: text };
}
for (const [name, before] of Object.entries(places)) {
  page = await start({}, before);
  await go(page, CHAPTER);
  const opened = (await state(page)).told;
  await radio(page, "가").click();
  await submit(page);
  const first = (await state(page)).kind;
  await radio(page, "나").click();
  await submit(page);
  seen.storage[name] = [opened, first, (await state(page)).kind];
  await page.context().close();
}

// 5. 자바스크립트 없이: 물음과 선택지가 읽히고, 답은 접혀 있다가 펴집니다.
page = await start({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
await go(page, CHAPTER);
const form = page.locator(FIRST);
seen.plain = {
  legend: await form.locator("legend").isVisible(),
  choices: await form.locator("li label:visible").count(),
  controls: await form.locator("input:visible, button:visible").count(),
  answers: [await form.locator(".question-answers .question-answer:visible").count()],
};
await form.locator("summary").click();
seen.plain.answers.push(await form.locator(".question-answers .question-answer:visible").count());
await page.context().close();

// 6. 손가락: 누를 것의 높이. 7. 답한 다음의 접근성. 8. 종이.
seen.axe = [];
for (const options of [{ colorScheme: "light" }, { colorScheme: "dark" }, { forcedColors: "active" }]) {
  page = await start({ ...options, viewport: { width: 390, height: 844 } });
  await go(page, CHAPTER);
  await radio(page, "가").click();
  await submit(page);
  seen.heights = await page.evaluate(() => [...document.querySelectorAll(
    ".question label, .question button, .question summary")]
    .filter((node) => node.checkVisibility()).map((node) => node.getBoundingClientRect().height));
  seen.overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await page.evaluate(AXE);
  seen.axe.push(...await page.evaluate(async () => {
    const { violations } = await window.axe.run(".question", { preload: false, resultTypes: ["violations"] });
    return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id} ${node.html}`));
  }));
  if (options.colorScheme === "light") {
    await page.emulateMedia({ media: "print" });
    await page.waitForFunction(() => document.querySelector("details.question-answers").open);
    seen.paper = {
      answers: await page.locator(`${FIRST} .question-answers .question-answer:visible`).count(),
      controls: await page.locator(`${FIRST} :is(input, button, .question-told):visible`).count(),
    };
  }
  await page.context().close();
}
await browser.close();
process.stdout.write(JSON.stringify({ ...seen, errors }));
