// 같은 쪽을 다른 엔진에서도 봅니다: Firefox는 puppeteer의 BiDi로, WebKitGTK는 그 드라이버로.
//   {base, pages, firefox, webkit: {driver, browser}}
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import puppeteer from "puppeteer-core";
import { Builder, Capabilities } from "selenium-webdriver";

const job = JSON.parse(readFileSync(0, "utf-8"));
const WIDTHS = [1280, 390];
const PATIENCE_MS = 180_000;

// 쪽 안에서 봅니다. 넘치는 너비, 너비나 높이가 없는 식, 그려지지 않은 그림, 밝기 단추.
const look = () => {
  const root = document.documentElement;
  const flat = [...document.querySelectorAll("article math")].filter((formula) => {
    const box = formula.getBoundingClientRect();
    return formula.checkVisibility() && (box.width < 2 || box.height < 4);
  });
  const blank = [...document.querySelectorAll("article img")].filter((image) => image.complete && !image.naturalWidth);
  const mode = root.dataset.mode;
  const button = [...document.querySelectorAll("button.theme-switch-button")].find((node) => node.checkVisibility());
  button?.click();
  const found = [];
  if (root.scrollWidth > root.clientWidth) found.push(`옆으로 넘침 ${root.scrollWidth - root.clientWidth}`);
  if (flat.length) found.push(`그려지지 않은 식 ${flat.length}: ${flat[0].textContent.slice(0, 40)}`);
  if (blank.length) found.push(`그려지지 않은 그림 ${blank.length}`);
  if (button && root.dataset.mode === mode) found.push("밝기 단추가 듣지 않음");
  if (!document.fonts.check('16px "Cosine Sans"')) found.push("책의 글꼴이 아님");
  return found;
};
// 실험실이 듣는지. 주기를 바꾸면 오차가 바뀝니다.
const useLab = (done) => {
  const lab = document.querySelector('.lab[data-lab="forecast"]');
  lab.scrollIntoView();
  const scores = () => lab.querySelector('[data-part="scores"]').innerText;
  const before = scores();
  const end = Date.now() + 150000;
  const until = (ready, act) => {
    if (ready()) act();
    else if (Date.now() > end) done(false);
    else setTimeout(until, 50, ready, act);
  };
  until(() => "ready" in lab.dataset, () => {
    [...lab.querySelectorAll("button")].find((node) => node.textContent.trim() === "주기 70").click();
    until(() => scores() !== before, () => done(true));
  });
};

async function firefox() {
  const browser = await puppeteer.launch({ browser: "firefox", executablePath: job.firefox, headless: true });
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  let errors = [];
  page.on("console", (line) => line.type() === "error" && errors.push(line.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  return {
    name: "Firefox",
    version: await browser.version(),
    open: async (path, width) => {
      errors = [];
      await page.setViewport({ width, height: 900 });
      await page.goto(job.base + path, { waitUntil: "load" });
    },
    look: () => page.evaluate(look),
    width: () => page.evaluate(() => innerWidth),
    useLab: () => page.evaluate(`new Promise(${useLab})`),
    errors: () => errors,
    close: () => browser.close(),
  };
}

const freePort = () => new Promise((done) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

async function webkit() {
  const port = await freePort();
  const server = spawn(job.webkit.driver, ["-p", String(port)], { stdio: "ignore" });
  const wanted = new Capabilities({ "webkitgtk:browserOptions": { binary: job.webkit.browser, args: ["--automation"] } });
  let driver = null;
  for (let left = 100; !driver; left -= 1) {
    try {
      driver = await new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(wanted).forBrowser("MiniBrowser").build();
    } catch (error) {
      if (left === 0 || server.exitCode !== null) throw error;
      await new Promise((later) => { setTimeout(later, 100); });
    }
  }
  await driver.manage().setTimeouts({ script: PATIENCE_MS, pageLoad: PATIENCE_MS });
  const capabilities = await driver.getCapabilities();
  return {
    name: "WebKit",
    version: capabilities.getBrowserVersion(),
    open: async (path, width) => {
      await driver.manage().window().setRect({ width, height: 900 });
      await driver.get(job.base + path);
    },
    look: () => driver.executeScript(`return (${look})()`),
    width: () => driver.executeScript("return innerWidth"),
    useLab: () => driver.executeAsyncScript(`(${useLab})(arguments[arguments.length - 1])`),
    errors: () => [],
    close: async () => {
      await driver.quit();
      server.kill();
    },
  };
}

const results = [];
for (const start of [firefox, webkit]) {
  const engine = await start();
  const found = [];
  const widths = new Set(); // 창이 그만큼 좁아지지 않는 브라우저가 있습니다.
  for (const path of job.pages) {
    for (const width of WIDTHS) {
      process.stderr.write(`  ${engine.name} ${path} ${width}\n`);
      await engine.open(path, width);
      widths.add(await engine.width());
      const wrong = await engine.look();
      if (path.endsWith("/lab.html") && !(await engine.useLab())) wrong.push("실험실이 듣지 않음");
      found.push(...[...wrong, ...engine.errors()].map((text) => `${path} ${width}: ${text}`));
    }
  }
  await engine.close();
  results.push({ name: engine.name, version: engine.version, widths: [...widths], found });
}
process.stdout.write(JSON.stringify(results));
