// 테마가 하지 않는 두 가지: 키보드로 옆으로 밀기, 종이에 찍기.
(() => {
  "use strict";

  // 옆으로 밀리는 것에 키보드가 닿게 합니다.
  const SCROLLABLE = "pre, div.math, .katex-display, dt.sig, .output, .pst-scrollable-table-container";
  const update = () => {
    for (const node of document.querySelectorAll(SCROLLABLE)) {
      if (node.scrollWidth > node.clientWidth) node.tabIndex = 0;
      else node.removeAttribute("tabindex");
    }
  };
  window.addEventListener("load", update);
  window.addEventListener("resize", update);
  document.addEventListener("toggle", update, true);

  // 종이에는 밝은 색으로, 접은 것을 모두 펴서 찍고, 끝나면 되돌립니다. 단추로 찍을 때는 앞의 두 알림이
  // 때맞추어 오고, 파일로 찍는 도구에서는 매체가 바뀌었다는 알림만 옵니다.
  const root = document.documentElement;
  let theme = null;
  let opened = [];
  const toPaper = () => {
    if (theme !== null) return;
    theme = root.dataset.theme;
    opened = [...document.querySelectorAll("details:not([open])")];
    root.dataset.theme = "light";
    for (const node of opened) node.open = true;
  };
  const toScreen = () => {
    if (theme === null) return;
    root.dataset.theme = theme;
    theme = null;
    for (const node of opened) node.open = false;
  };
  window.addEventListener("beforeprint", toPaper);
  window.addEventListener("afterprint", toScreen);
  window.matchMedia("print").addEventListener("change", ({ matches }) => {
    (matches ? toPaper : toScreen)();
  });
})();
