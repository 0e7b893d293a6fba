// 네 배 느린 CPU에서 실험실을 재생하고 끌 때의 시간을 잽니다. 기계에 따라 다르므로 보이기만 합니다.
//   {chromium, base, seconds: 3}
import { readFileSync } from "node:fs";
import { launch, reader } from "./chromium.mjs";

const job = JSON.parse(readFileSync(0, "utf-8"));
const browser = await launch(job.chromium);
const page = await (await reader(browser, { viewport: { width: 1280, height: 900 } })).newPage();
await page.addInitScript(() => {
  window.longest = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((e) => { window.longest = Math.max(window.longest, e.duration); })).observe({ type: "longtask", buffered: true });
});
const setting = (name, which) => page.locator(`.lab[data-lab="${name}"] [data-setting="${which}"]`);
const settled = () => page.waitForFunction(() => !document.querySelector(".lab:not([data-ready]), .lab[aria-busy]"));
// 그때까지 멈춘 가장 긴 시간을 읽고, 다시 0에서 셉니다.
const longest = () => page.evaluate(() => {
  const found = window.longest;
  window.longest = 0;
  return found;
});

await page.goto(`${job.base}book/lab.html`);
await page.locator(".lab").first().scrollIntoViewIfNeeded();
await settled();
const slow = await page.context().newCDPSession(page);
await slow.send("Emulation.setCPUThrottlingRate", { rate: 4 });
await setting("gates", "t").fill("0");
await longest();
await page.locator('.lab[data-lab="gates"]').getByRole("button", { name: "재생", exact: true }).click();
const frames = await page.evaluate((seconds) => new Promise((done) => {
  const gaps = [];
  let last = performance.now();
  const end = last + 1000 * seconds;
  const tick = (now) => {
    gaps.push(now - last);
    last = now;
    if (now < end) requestAnimationFrame(tick);
    else done(gaps.slice(2).sort((x, y) => x - y));
  };
  requestAnimationFrame(tick);
}), job.seconds);
const longest_playing = await longest();
await setting("forecast", "period").fill("90");
await settled();
const longest_dragging = await longest();
await browser.close();
process.stdout.write(JSON.stringify({ frames, longest_playing, longest_dragging }));
