// 지은 책의 모든 쪽을 실제 브라우저로 봅니다. 무엇을 볼지는 표준 입력의 JSON이 정하고,
// 결과는 표준 출력의 JSON입니다. 진행은 표준 오류에 씁니다.
//   {chromium, base, fileBase, pages: ["book/index.html", …]}
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 900 };
const ZOOMED = { width: 640, height: 450 }; // 1280화소 화면을 200%로 키운 것

const job = JSON.parse(readFileSync(0, "utf-8"));
const browser = await chromium.launch({
  executablePath: job.chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run"],
});

async function open(url, { theme, viewport, javaScriptEnabled = true }) {
  const context = await browser.newContext({
    colorScheme: theme, viewport, javaScriptEnabled, bypassCSP: false, locale: "ko-KR",
  });
  const page = await context.newPage();
  const seen = { other: [], failed: [], errors: [], bytes: 0 };
  const origin = url.startsWith("file:") ? "file://" : new URL(url).origin;
  page.on("request", (request) => {
    const to = request.url();
    if (!to.startsWith(origin) && !/^(data|blob):/.test(to)) seen.other.push(to);
  });
  page.on("response", (response) => {
    if (response.status() >= 400 && response.url() !== url) seen.failed.push(response.url());
  });
  page.on("requestfailed", (request) => seen.failed.push(request.url()));
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && message.location().url !== url) seen.errors.push(message.text());
    else if (/Content.Security.Policy/i.test(message.text())) seen.errors.push(message.text());
  });
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  cdp.on("Network.loadingFinished", (event) => { seen.bytes += event.encodedDataLength; });
  if (javaScriptEnabled) {
    await page.addInitScript(() => {
      window.__shift = 0;
      window.__refused = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value;
      }).observe({ type: "layout-shift", buffered: true });
      document.addEventListener("securitypolicyviolation", (event) => {
        window.__refused.push(`${event.violatedDirective} ${event.blockedURI}`);
      });
    });
  }
  await page.goto(url, { waitUntil: "load" });
  await page.waitForTimeout(150);
  return { context, page, seen };
}

const overflow = () => {
  const width = document.documentElement.clientWidth;
  const hidden = (node) => {
    for (let up = node; up; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (up !== node && /auto|scroll|hidden|clip/.test(style.overflowX)) return true;
      if (style.position === "fixed" || style.display === "none") return true;
    }
    return false;
  };
  return [...document.querySelectorAll("main *")]
    .filter((node) => node.getBoundingClientRect().right > width + 1 && !hidden(node))
    .slice(0, 3)
    .map((node) => `${node.tagName.toLowerCase()}.${node.className?.baseVal ?? node.className}`);
};

async function axe(page) {
  return page.evaluate(async () => {
    const found = await window.axe.run(document, { resultTypes: ["violations"] });
    return found.violations.flatMap((rule) => rule.nodes.map((node) =>
      `${rule.id}: ${node.target.join(" ")} ${node.html.slice(0, 120)}`));
  });
}

// 키보드로 닿는 것의 수와, 보이는 단추와 고리와 접은 것의 수를 견줍니다.
async function keyboard(page) {
  const expected = await page.evaluate(() => {
    const nodes = document.querySelectorAll("a[href], button, input, summary, [tabindex='0']");
    let count = 0;
    for (const node of nodes) {
      if (!node.checkVisibility({ visibilityProperty: true })) continue;
      if (node.closest("[aria-hidden=true]")) continue;
      node.dataset.expected = "1";
      count += 1;
    }
    return count;
  });
  for (let i = 0; i < expected + 40; i += 1) {
    await page.keyboard.press("Tab");
    const done = await page.evaluate(() => {
      const node = document.activeElement;
      if (!node || node === document.body) return true;
      const seen = node.dataset.reached === "1";
      node.dataset.reached = "1";
      return seen;
    });
    if (done && i > 0) break;
  }
  return page.evaluate(() => [...document.querySelectorAll("[data-expected]")]
    .filter((node) => node.dataset.reached !== "1")
    .map((node) => node.outerHTML.slice(0, 120)));
}

async function look(path) {
  const url = job.base + path;
  const result = { path, axe: [], overflow: [], other: [], failed: [], errors: [], shift: 0 };
  const keep = (seen) => {
    for (const key of ["other", "failed", "errors"]) result[key].push(...seen[key]);
  };
  for (const theme of ["light", "dark"]) {
    for (const viewport of [PHONE, DESK]) {
      const { context, page, seen } = await open(url, { theme, viewport });
      if (theme === "light" && viewport === PHONE) {
        await page.waitForLoadState("networkidle");
        result.bytes = seen.bytes;
      }
      await page.evaluate(async () => {
        for (let y = 0; y < document.body.scrollHeight; y += 1500) {
          window.scrollTo(0, y);
          await new Promise((next) => { setTimeout(next, 15); });
        }
        window.scrollTo(0, 0);
      });
      await page.evaluate(AXE);
      result.axe.push(...(await axe(page)).map((text) => `${theme} ${viewport.width}: ${text}`));
      result.overflow.push(...await page.evaluate(overflow));
      const [shift, refused] = await page.evaluate(() => [window.__shift, window.__refused]);
      result.shift = Math.max(result.shift, shift);
      seen.errors.push(...refused);
      if (theme === "light" && viewport === DESK) {
        await page.setViewportSize(ZOOMED);
        result.overflow.push(...await page.evaluate(overflow));
        await page.setViewportSize(DESK);
        result.unreached = await keyboard(page);
      }
      keep(seen);
      await context.close();
    }
  }
  const plain = await open(url, { theme: "light", viewport: PHONE, javaScriptEnabled: false });
  result.plain = (await plain.page.locator("article").first().innerText()).length;
  keep(plain.seen);
  await plain.context.close();
  if (path !== "404.html") {
    const local = await open(job.fileBase + path, { theme: "light", viewport: PHONE });
    result.local = (await local.page.locator("article").first().innerText()).length;
    local.seen.errors.push(...await local.page.evaluate(() => window.__refused));
    keep(local.seen);
    await local.context.close();
  }
  return result;
}

const results = [];
for (const path of job.pages) {
  process.stderr.write(`  ${path}\n`);
  results.push(await look(path));
}
await browser.close();
process.stdout.write(JSON.stringify(results));
