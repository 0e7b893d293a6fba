// 실험실을 마우스, 손가락, 글쇠로 움직이며 보이는 것을 모읍니다.
//   {chromium, base, hostile: ["?period=…"], steps: 200}
import { readFileSync } from "node:fs";
import { launch, painted, reader } from "./chromium.mjs";

const job = JSON.parse(readFileSync(0, "utf-8"));
const browser = await launch(job.chromium, "--enable-precise-memory-info");
const errors = [];
const open = async (path, options = {}) => {
  const context = await reader(browser, { viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.on("pageerror", (error) => errors.push(`${path}: ${error}`));
  page.on("console", (line) => line.type() === "error" && errors.push(`${path}: ${line.text()}`));
  page.on("dialog", (dialog) => { errors.push(`${path}: ${dialog.message()}`); dialog.dismiss(); });
  await page.addInitScript(() => {
    window.shifted = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((e) => { window.shifted += e.value; })).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(`${job.base}book/${path}`);
  return page;
};
const lab = (page, name) => page.locator(`.lab[data-lab="${name}"]`);
const setting = (page, name, which) => lab(page, name).locator(`[data-setting="${which}"]`);
// 설정이 바뀌면 부분을 한 화면에 하나씩 다시 그리므로, 부분의 수보다 넉넉히 그린 뒤에 읽습니다.
const part = async (page, name, which) => {
  for (let left = 10; left; left -= 1) await painted(page);
  return lab(page, name).locator(`[data-part="${which}"]`).innerText();
};
// 셈을 마칠 때까지.
const settled = async (page) => {
  await page.waitForLoadState("load");
  // 스크립트는 실험실이 화면에 다가올 때 읽습니다.
  if (!(await page.locator(".lab[data-ready]").count())) await page.locator(".lab").first().scrollIntoViewIfNeeded();
  await page.waitForFunction(() => !document.querySelector(".lab:not([data-ready]), .lab[aria-busy]"));
};
const press = (page, name, label) => lab(page, name).getByRole("button", { name: label, exact: true }).click();
const seen = {};

// 1. 마우스로 파동을 바꿉니다.
let page = await open("lab.html");
await settled(page);
seen.shifted = await page.evaluate(() => window.shifted);
seen.scores = [await part(page, "forecast", "scores")];
await press(page, "forecast", "주기 70");
await settled(page);
seen.scores.push(await part(page, "forecast", "scores"));
seen.period = await setting(page, "forecast", "period").inputValue();
// 2. 시간을 앞뒤로. 단추와 끌기.
seen.equations = [await part(page, "gates", "equations")];
await press(page, "gates", "한 시점 앞으로");
seen.equations.push(await part(page, "gates", "equations"));
await press(page, "gates", "한 시점 뒤로");
seen.equations.push(await part(page, "gates", "equations"));
const chart = lab(page, "gates").locator("svg.lab-chart").first();
await chart.scrollIntoViewIfNeeded();
const box = await chart.boundingBox();
await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2);
await page.mouse.down();
await page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2, { steps: 5 });
await page.mouse.up();
seen.dragged = Number(await setting(page, "gates", "t").inputValue());
await lab(page, "gates").locator('[data-unit="5"]').first().click();
seen.unit = await setting(page, "gates", "unit").inputValue();
await press(page, "gates", "재생");
await page.waitForFunction((from) => Number(document.querySelector('.lab[data-lab="gates"] [data-setting="t"]').value) > from, seen.dragged).catch(() => {});
await press(page, "gates", "멈춤");
seen.played = Number(await setting(page, "gates", "t").inputValue());
// 3. 끼어듭니다.
await setting(page, "forecast", "period").fill("100");
await setting(page, "gates", "event").selectOption("reset");
await setting(page, "gates", "read").fill("250");
await settled(page);
seen.effect = await part(page, "gates", "effect");
// 4. 말을 적습니다.
await setting(page, "words", "words").fill("오늘, 아니 어제 주가 어때?");
await settled(page);
seen.words = await part(page, "words", "reading");
await setting(page, "words", "words").fill("오늘 <img src=x onerror=alert(1)> 사과");
await settled(page);
seen.unknown = await part(page, "words", "reading");
await setting(page, "words", "words").fill("");
await settled(page);
seen.empty = await part(page, "words", "reading");
// 짐작하고 잽니다.
const first = lab(page, "guided").locator("fieldset").first();
seen.locked = await first.getByRole("button").isDisabled();
await first.getByRole("radio").first().check();
await first.getByRole("button").click();
await settled(page);
seen.answer = await part(page, "guided", "answer0");
// 5. 가져갑니다.
await setting(page, "forecast", "amplitude").fill("1.5");
await lab(page, "gates").getByText("고리, 그림, 수로 가져가기").click();
await press(page, "gates", "고리 복사");
seen.link = await lab(page, "gates").locator("[data-link]").inputValue();
seen.files = {};
for (const kind of ["SVG", "PNG", "CSV"]) {
  const [download] = await Promise.all([page.waitForEvent("download"), press(page, "gates", `${kind} 받기`)]);
  const bytes = readFileSync(await download.path());
  seen.files[download.suggestedFilename()] = { size: bytes.length, start: bytes.subarray(0, 60).toString("latin1"), rows: kind === "CSV" ? bytes.toString("utf-8").trim().split("\n").length : 0 };
}
const again = await open(seen.link.slice(seen.link.indexOf("lab.html")));
await settled(again);
seen.restored = { amplitude: await setting(again, "forecast", "amplitude").inputValue(), event: await setting(again, "gates", "event").inputValue(), unit: await setting(again, "gates", "unit").inputValue(), effect: await part(again, "gates", "effect") };
await again.context().close();

// 글쇠만으로.
await setting(page, "gates", "t").focus();
await page.keyboard.press("Home");
await page.keyboard.press("ArrowRight");
seen.keyed = await setting(page, "gates", "t").inputValue();
await lab(page, "gates").getByRole("button", { name: "한 시점 앞으로" }).focus();
await page.keyboard.press("Enter");
seen.entered = await setting(page, "gates", "t").inputValue();
await page.waitForFunction((t) => document.querySelector('.lab[data-lab="gates"] .lab-said').innerText.startsWith(`${t}시점.`), seen.entered).catch(() => {});
seen.said = await lab(page, "gates").locator(".lab-said").innerText();
await page.context().close();

// 다섯 가지를 한 가지 손만으로 합니다. 어느 손으로 하든 보이는 것이 같아야 합니다.
const left = async (locator) => {
  await locator.scrollIntoViewIfNeeded();
  const { x, y, height } = await locator.boundingBox();
  return [x + 1, y + height / 2];
};
const hands = {
  mouse: {
    press: (page, locator) => locator.click(),
    least: async (page, locator) => page.mouse.click(...await left(locator)),
    choose: (page, locator, value) => locator.selectOption(value),
  },
  touch: {
    press: (page, locator) => locator.tap(),
    least: async (page, locator) => page.touchscreen.tap(...await left(locator)),
    choose: async (page, locator, value) => { await locator.tap(); await locator.selectOption(value); },
  },
  keyboard: {
    press: async (page, locator) => { await locator.focus(); await page.keyboard.press("Enter"); },
    least: async (page, locator) => { await locator.focus(); await page.keyboard.press("Home"); },
    choose: async (page, locator, value) => {
      await locator.focus();
      for (let k = 0; k < 8 && await locator.inputValue() !== value; k += 1) await page.keyboard.press("ArrowDown");
    },
  },
};
const drive = async (page, { press: push, least, choose }) => {
  const found = {};
  const button = (name, label) => lab(page, name).getByRole("button", { name: label, exact: true });
  await push(page, button("forecast", "진폭 0.5"));
  await least(page, setting(page, "forecast", "period"));
  await settled(page);
  found.period = await setting(page, "forecast", "period").inputValue();
  found.scores = await part(page, "forecast", "scores");
  await least(page, setting(page, "gates", "t"));
  for (const label of ["한 시점 앞으로", "한 시점 앞으로", "한 시점 뒤로"]) await push(page, button("gates", label));
  found.equations = await part(page, "gates", "equations");
  await choose(page, setting(page, "gates", "event"), "f0");
  await settled(page);
  found.effect = await part(page, "gates", "effect");
  await push(page, button("words", "지우기"));
  for (const word of ["내일", "매출"]) await push(page, button("words", word));
  await settled(page);
  found.words = await part(page, "words", "reading");
  await push(page, lab(page, "gates").locator("summary"));
  await push(page, button("gates", "고리 복사"));
  found.link = await lab(page, "gates").locator("[data-link]").inputValue();
  found.overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  return found;
};
seen.driven = {};
for (const [name, hand] of Object.entries(hands)) {
  page = await open("lab.html", name === "touch" ? { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true } : {});
  await settled(page);
  seen.driven[name] = await drive(page, hand);
  await page.context().close();
}

// 강의실의 스크린에서 크게 봅니다. 손잡이와 그림과 식이 밀지 않아도 다 보입니다.
page = await open("lab.html", { viewport: { width: 1920, height: 1080 } });
await settled(page);
seen.large = {};
for (const name of ["forecast", "gates", "words"]) {
  await press(page, name, "크게 보기");
  await page.waitForFunction(() => document.fullscreenElement);
  const root = lab(page, name);
  seen.large[name] = await root.evaluate((node) => ({
    hidden: node.scrollHeight - node.clientHeight,
    smallest: Math.min(...[...node.querySelectorAll("button, label, p, td, th, legend, .lab-legend")]
      .filter((one) => one.checkVisibility() && one.offsetHeight > 1).map((one) => parseFloat(getComputedStyle(one).fontSize))),
  }));
  await press(page, name, "작게 보기");
  await page.waitForFunction(() => !document.fullscreenElement);
}
await page.context().close();

// 나쁜 고리.
seen.hostile = {};
for (const query of job.hostile) {
  page = await open(`lab.html${query}`);
  await settled(page);
  seen.hostile[query] = {
    note: await page.locator(".lab-note").allInnerTexts(),
    markup: await page.locator(".lab img, .lab script, .lab iframe, .lab-note img").count(),
    drawn: await lab(page, "forecast").locator("path").count(),
  };
  await page.context().close();
}

// 자바스크립트가 꺼져 있으면 처음의 그림만 보입니다.
page = await open("lab.html", { javaScriptEnabled: false });
seen.off = {
  drawn: await lab(page, "forecast").locator("path").count(),
  controls: await page.locator(".lab-controls:visible").count(),
  told: await page.locator(".lab-off:visible").count(),
};
await page.context().close();

// 아무렇게나 움직입니다. 같은 씨에서 같은 길입니다.
page = await open("lab.html");
await settled(page);
const cdp = await page.context().newCDPSession(page);
await cdp.send("HeapProfiler.enable");
const heap = async () => {
  for (let k = 0; k < 3; k += 1) await cdp.send("HeapProfiler.collectGarbage");
  return (await cdp.send("Runtime.getHeapUsage")).usedSize;
};
const walk = (steps, seed) => page.evaluate(async ([count, from]) => {
  let a = from;
  const random = () => ((a = (Math.imul(a, 1664525) + 1013904223) >>> 0) / 2 ** 32);
  for (let k = 0; k < count; k += 1) {
    const all = [...document.querySelectorAll(".lab input, .lab select, .lab button, .lab [data-unit]")].filter((n) => !n.disabled && !/받기|복사/.test(n.textContent));
    const node = all[Math.floor(random() * all.length)];
    if (node.matches("input[type=range]")) {
      node.value = Number(node.min) + random() * (node.max - node.min);
      node.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (node.matches("select")) {
      node.selectedIndex = Math.floor(random() * node.options.length);
      node.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (node.matches("input[type=text]:not([readonly])")) {
      node.value = ["오늘 주가", "<b>", "", "가".repeat(300), "내일 / 어제 / 오늘 / 저기"][Math.floor(random() * 5)];
      node.dispatchEvent(new Event("input", { bubbles: true }));
    } else node.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    if (k % 5 === 0) await new Promise(requestAnimationFrame);
  }
}, [steps, seed]);
await walk(Math.ceil(job.steps / 4), 1);
await settled(page);
const before = await heap();
await walk(job.steps, 2);
await settled(page);
seen.heap = { before, after: await heap() };
await page.context().close();

await browser.close();
process.stdout.write(JSON.stringify({ ...seen, errors }));
