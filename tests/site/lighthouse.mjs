// 쪽마다 Lighthouse의 점수를 전화기와 책상에서 하나씩 잽니다.
//   {chromium, base, pages: ["book/index.html", …], least: {mobile: 95, desktop: 100}}
import { readFileSync } from "node:fs";
import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";

const job = JSON.parse(readFileSync(0, "utf-8"));
const chrome = await launch({
  chromePath: job.chromium,
  logLevel: "error",
  chromeFlags: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

// 느린 전화기를 흉내 낸 점수는 기계가 바쁘면 흔들립니다. 모자라면 다섯 번 재어 가운데 것을 씁니다.
async function measure(path, device, config) {
  const runs = [];
  for (const most of [1, 5]) {
    while (runs.length < most) {
      process.stderr.write(`  ${path} ${device}\n`);
      const options = { port: chrome.port, logLevel: "silent", output: "json", locale: "en-US" };
      runs.push((await lighthouse(job.base + path, options, config)).lhr);
    }
    runs.sort((a, b) => a.categories.performance.score - b.categories.performance.score);
    if (100 * runs[0].categories.performance.score >= job.least[device]) break;
  }
  return runs[Math.floor(runs.length / 2)];
}

const results = [];
for (const path of job.pages) {
  const scores = { path };
  for (const [device, config] of [["mobile", undefined], ["desktop", desktopConfig]]) {
    const lhr = await measure(path, device, config);
    scores[device] = Object.fromEntries(Object.entries(lhr.categories)
      .map(([name, category]) => [name, Math.round(100 * category.score)]));
    scores[`${device}Shift`] = lhr.audits["cumulative-layout-shift"].numericValue;
    scores[`${device}Faults`] = Object.values(lhr.categories).flatMap((category) =>
      category.auditRefs
        .filter((ref) => ref.weight > 0 && lhr.audits[ref.id].score !== null
          && lhr.audits[ref.id].score < 0.9)
        .map((ref) => `${ref.id} ${lhr.audits[ref.id].displayValue ?? ""}`.trim()));
  }
  results.push(scores);
}
await chrome.kill();
process.stdout.write(JSON.stringify(results));
