// 지은 책의 모든 쪽을 실제 브라우저로 봅니다. 무엇을 볼지는 표준 입력의 JSON이 정하고,
// 결과는 표준 출력의 JSON입니다. 진행은 표준 오류에 씁니다.
//   {chromium, base, fileBase, pages: ["book/index.html", …], desk: ["book/index.html", …]}
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { launch, painted, reader } from "./chromium.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 900 };
const ZOOMED = { width: 640, height: 450 }; // 1280화소 화면을 200%로 키운 것
const NARROW = { width: 320, height: 640 };
// 읽는 사람이 글자 사이를 벌린 것. 쪽의 보안 정책이 막지 않도록 스타일시트로 만들어 붙입니다.
const SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }";

const job = JSON.parse(readFileSync(0, "utf-8"));
const browser = await launch(job.chromium, "--disable-quic", "--disable-component-update", "--disable-sync", "--no-first-run");

const visitor = (theme, viewport, settings = {}) => reader(browser, {
  colorScheme: theme, viewport, locale: "ko-KR",
  permissions: ["clipboard-read", "clipboard-write"], ...settings,
});
// 쪽마다 글만 다시 보는 독자. 한 번 받은 스타일과 글꼴을 다시 받지 않습니다.
const withoutScript = await visitor("light", PHONE, { javaScriptEnabled: false });

async function open(context, url) {
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
  // 스타일 안에 든 글꼴은 스타일을 받을 때 이미 셌습니다.
  const inside = new Set();
  cdp.on("Network.requestWillBeSent", ({ requestId, request }) => request.url.startsWith("data:") && inside.add(requestId));
  cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => { if (!inside.has(requestId)) seen.bytes += encodedDataLength; });
  if (context !== withoutScript) {
    await page.addInitScript(() => {
      window.__shift = 0;
      window.__shifted = [];
      window.__refused = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries().filter((shift) => !shift.hadRecentInput)) {
          window.__shift += entry.value;
          for (const { node } of entry.sources) {
            window.__shifted.push((node?.outerHTML ?? node?.textContent ?? "").slice(0, 120));
          }
        }
      }).observe({ type: "layout-shift", buffered: true });
      document.addEventListener("securitypolicyviolation", (event) => {
        window.__refused.push(`${event.violatedDirective} ${event.blockedURI}`);
      });
    });
  }
  await page.goto(url, { waitUntil: "load" });
  await page.waitForTimeout(150);
  return { page, seen };
}

// 화면이나 본문의 오른쪽 밖에 있는 것. 본문은 넘치는 것을 자르므로, 본문 안에서 따로 미는 것만 괜찮습니다.
const overflow = () => {
  const article = document.querySelector(".bd-article");
  const edge = (node) => (article?.contains(node)
    ? article.getBoundingClientRect().right : document.documentElement.clientWidth);
  const hidden = (node) => {
    for (let up = node; up && up !== article; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (up !== node && /auto|scroll|hidden|clip/.test(style.overflowX)) return true;
      if (style.position === "fixed" || style.display === "none") return true;
    }
    return false;
  };
  return [...document.querySelectorAll("main *:not(.headerlink)")]
    .filter((node) => node.getBoundingClientRect().right > edge(node) + 1 && !hidden(node))
    .slice(0, 3)
    .map((node) => `${node.tagName.toLowerCase()}.${node.className?.baseVal ?? node.className} ${node.textContent.trim().slice(0, 40)}`);
};

// 문장 속의 식은 줄을 바꾸지 못하므로 문단을 벗어나면 잘립니다.
const cut = () => [...document.querySelectorAll("article span.math math")].filter((formula) => {
  const block = formula.closest("p, li, td, dd, dt, label, legend, figcaption, h1, h2, h3");
  return block && formula.getBoundingClientRect().right > block.getBoundingClientRect().right + 1;
}).map((formula) => `잘린 식: ${formula.querySelector("annotation").textContent}`);

// 가장 좁은 화면에서 접은 것을 모두 펴고, 글자 사이를 벌리고, 글자를 두 배로 키워도 넘치지 않습니다.
async function narrow(page) {
  await page.setViewportSize(NARROW);
  await page.evaluate(() => { for (const node of document.querySelectorAll("details")) node.open = true; });
  const found = await page.evaluate(cut);
  const changes = {
    "좁은 화면": () => {},
    "글자 사이를 벌림": (spaced) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(spaced);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    },
    "글자를 두 배로 키움": () => { document.documentElement.style.fontSize = "200%"; },
  };
  for (const [said, change] of Object.entries(changes)) {
    await page.evaluate(change, SPACED);
    found.push(...(await page.evaluate(overflow)).map((text) => `${said}: ${text}`));
  }
  return found;
}

async function axe(page) {
  return page.evaluate(async () => {
    // 스타일을 따로 받아 보는 두 규칙(소리와 화면의 방향)은 이 책에 볼 것이 없고, 서버 없이는 받을 수 없습니다.
    const found = await window.axe.run(document, { resultTypes: ["violations"], preload: false });
    return found.violations.flatMap((rule) => rule.nodes.map((node) =>
      `${rule.id}: ${node.target.join(" ")} ${node.html.slice(0, 120)}`));
  });
}

// 본문의 글자 수. 움직이는 계기와 답하는 단추는 뺍니다.
const proseLength = (page) => page.locator("article").first().evaluate((article) => {
  const apart = [...article.querySelectorAll(".lab, .lab-off, .question-buttons, .pst-js-only, [data-spot]")];
  for (const node of apart) node.style.setProperty("display", "none", "important");
  const { length } = article.innerText;
  for (const node of apart) node.style.removeProperty("display");
  return length;
});

// 키보드로 닿는 것의 수와, 보이는 단추와 고리와 접은 것의 수를 견줍니다.
async function keyboard(page) {
  const expected = await page.evaluate(() => {
    const nodes = document.querySelectorAll("a[href], button, input, summary, [tabindex='0']");
    let count = 0;
    for (const node of nodes) {
      if (!node.checkVisibility({ visibilityProperty: true })) continue;
      if (node.closest("[aria-hidden=true]") || node.disabled) continue;
      // 고르는 단추는 묶음에 하나씩 닿고, 그 안에서는 화살표로 옮깁니다.
      if (node.type === "radio" && node !== document.querySelector(`[name="${node.name}"]`)) continue;
      node.dataset.expected = "1";
      count += 1;
    }
    return count;
  });
  await page.evaluate(() => {
    window.__around = false;
    document.addEventListener("focusin", ({ target }) => {
      window.__around ||= target.dataset.reached === "1";
      target.dataset.reached = "1";
    });
  });
  for (let pressed = 0; pressed < expected + 40; pressed += 20) {
    // 하나하나 답을 기다리지 않습니다. 누른 차례는 그대로입니다.
    await Promise.all(Array.from({ length: 20 }, () => page.keyboard.press("Tab")));
    if (await page.evaluate(() => window.__around || document.activeElement === document.body)) break;
  }
  return page.evaluate(() => [...document.querySelectorAll("[data-expected]")]
    .filter((node) => node.dataset.reached !== "1")
    .map((node) => node.outerHTML.slice(0, 120)));
}

// 코드를 복사하면 적힌 그대로 복사됩니다. 프롬프트가 있으면 적을 줄만, 프롬프트를 떼고 복사됩니다.
async function copying(page) {
  const found = [];
  for (const button of await page.$$("button.copybtn")) {
    const expected = await button.evaluate((node) => {
      if (!node.checkVisibility()) return null;
      node.focus();
      const text = document.querySelector(node.dataset.clipboardTarget).textContent;
      const typed = text.split("\n").filter((line) => /^(>>>|\.\.\.|\$) /.test(line));
      const lines = typed.length ? typed.map((line) => line.replace(/^\S+ /, "")) : [text];
      return lines.join("\n").trim();
    });
    if (expected === null) continue;
    await page.keyboard.press("Enter");
    const copied = (await page.evaluate(() => navigator.clipboard.readText())).trim();
    if (copied !== expected) found.push(copied.slice(0, 80) || "(빈 글)");
  }
  return found;
}

// 용어에 초점을 두면 그 뜻이 보입니다.
async function notes(page) {
  const link = page.locator("article a.term").first();
  if (await link.count() === 0) return [];
  const meaning = await link.getAttribute("data-meaning");
  await link.focus();
  const shown = page.locator(".term-note:visible");
  await shown.waitFor().catch(() => {});
  const text = await shown.count() ? await shown.first().innerText() : "";
  return meaning && text.trim() === meaning.trim() ? [] : [`${meaning} / ${text}`];
}

// 종이에는 밝은 색으로, 접은 것을 펴서 찍고, 끝나면 되돌립니다.
async function printing(page) {
  const state = () => page.evaluate(() => [document.documentElement.dataset.theme,
    document.querySelectorAll("article details:not([open])").length]);
  const before = await state();
  // 매체가 바뀌었다는 알림은 다음 그리기에서 오므로, 큰 쪽에서는 늦습니다.
  const change = async (media, theme) => {
    await page.emulateMedia({ media });
    await page.waitForFunction((name) => document.documentElement.dataset.theme === name, theme).catch(() => {});
    return state();
  };
  const paper = await change("print", "light");
  const after = await change("screen", before[0]);
  const found = [];
  if (paper[0] !== "light" || paper[1] !== 0) found.push(`종이: ${paper}`);
  if (String(before) !== String(after)) found.push(`화면: ${before} → ${after}`);
  return found;
}

let clipboard = Promise.resolve();

// 짝수 번째 쪽은 밝은 전화기와 어두운 책상에서, 홀수 번째 쪽은 거꾸로 봅니다. 본문은 두 밝기에서, 모든
// 쪽에 있는 머리와 차례는 네 짝에서 보입니다.
const themes = (place) => (place % 2 ? ["dark", "light"] : ["light", "dark"]);

// 끝까지 내려 보고, 접근성과 넘치는 것과 밀리는 것을 봅니다.
async function survey(page, seen, said) {
  const scrolled = (y) => page.evaluate((to) => {
    window.scrollTo(0, to);
    return document.body.scrollHeight;
  }, y);
  for (let y = 0; y < await scrolled(y); y += 1500) await painted(page);
  await scrolled(0);
  // 복사 단추와 계기는 화면에 다가온 것을 관찰자가 안 뒤에 옵니다. 관찰자는 그릴 때에만 보므로, 그리기가 밀리면
  // 지나친 것을 모릅니다. 올 때까지 화면에 둡니다. 계기는 다 셈하고 나서야 쓰지 않는 손잡이를 압니다.
  await page.waitForFunction(() => {
    const code = [...document.querySelectorAll("div.highlight pre")].find((node) => node.checkVisibility());
    const late = document.querySelector("button.copybtn") ? null : code;
    const lab = document.querySelector(".lab:not([data-ready]), .lab[aria-busy]");
    (late ?? lab)?.scrollIntoView();
    return !late && !lab;
  }, null, { polling: 100 }).catch((error) => seen.errors.push(`복사 단추나 계기가 오지 않습니다: ${error}`));
  await scrolled(0);
  await page.evaluate(AXE);
  seen.axe = (await axe(page)).map((text) => `${said}: ${text}`);
  seen.overflow = await page.evaluate(overflow);
  [seen.shift, seen.shifted] = await page.evaluate(() => [window.__shift, window.__shifted]);
}

// 손으로 하는 것: 탭, 복사, 용어, 종이.
async function use(page, seen, theme) {
  seen.unreached = await keyboard(page);
  // 클립보드는 하나뿐이라, 나란히 보는 다른 쪽과 차례를 지킵니다.
  const turn = clipboard.then(() => copying(page));
  clipboard = turn.catch(() => {});
  seen.copied = await turn;
  seen.notes = await notes(page);
  if (theme === "dark") seen.printed = await printing(page);
  seen.errors.push(...await page.evaluate(() => window.__refused));
}

async function onPhone(path, theme) {
  const context = await visitor(theme, PHONE);
  const { page, seen } = await open(context, job.base + path);
  await page.waitForLoadState("networkidle");
  const bytes = seen.bytes;
  await survey(page, seen, `${theme} ${PHONE.width}`);
  await use(page, seen, theme);
  const scripted = await proseLength(page);
  seen.overflow.push(...await narrow(page));
  await context.close();
  return { ...seen, bytes, scripted };
}

// 책상에서는 서버 없이 연 쪽을 봅니다. 없는 쪽은 서버가 있어야 보입니다.
async function onDesk(path, theme) {
  const context = await visitor(theme, DESK);
  const { page, seen } = await open(context, (path === "404.html" ? job.base : job.fileBase) + path);
  await survey(page, seen, `${theme} ${DESK.width}`);
  await page.setViewportSize(ZOOMED);
  seen.overflow.push(...await page.evaluate(overflow));
  await page.setViewportSize(DESK);
  await use(page, seen, theme);
  await context.close();
  return seen;
}

async function withScriptOff(path) {
  const { page, seen } = await open(withoutScript, job.base + path);
  const plain = await proseLength(page);
  await page.close();
  return { seen, plain };
}

const LISTS = ["axe", "overflow", "other", "failed", "errors", "unreached", "copied", "notes", "printed", "shifted"];

async function look(path, place) {
  const [phone, desk] = themes(place);
  const first = await onPhone(path, phone);
  const views = [first];
  if (job.desk.includes(path)) views.push(await onDesk(path, desk));
  const { seen, plain } = await withScriptOff(path);
  views.push(seen);
  return {
    path,
    plain,
    bytes: first.bytes,
    scripted: first.scripted,
    shift: Math.max(...views.map((view) => view.shift ?? 0)),
    ...Object.fromEntries(LISTS.map((name) => [name, views.flatMap((view) => view[name] ?? [])])),
  };
}

const results = [];
const waiting = [...job.pages.entries()];
async function worker() {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [place, path] = next;
    process.stderr.write(`  ${path}\n`);
    results[place] = await look(path, place);
  }
}
await Promise.all([worker(), worker()]);
await browser.close();
process.stdout.write(JSON.stringify(results));
