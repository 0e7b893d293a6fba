// Chromium을 여는 한곳: 어느 시험이나 같은 브라우저를 같은 참을성으로 봅니다.
import { chromium } from "playwright-core";

// 시험은 시간이 아니라 상태를 기다립니다. 바쁜 기계에서도 이만큼 기다려 없으면 없는 것입니다.
const PATIENCE_MS = 180_000;

export const launch = (executablePath, ...flags) => chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", ...flags],
});

// 저장소와 설정이 저마다인 독자.
export async function reader(browser, settings = {}) {
  const context = await browser.newContext(settings);
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

// 지금 모습을 다 그릴 때까지. 그리기가 멈춘 쪽도 여기에 붙잡아 두지는 않습니다.
export const painted = (page) => page.evaluate(() => new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(done));
  setTimeout(done, 1000);
}));
