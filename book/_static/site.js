// 옆으로 밀리는 식에 키보드가 닿게 합니다. 코드와 표에는 테마가 같은 일을 합니다.
(() => {
  "use strict";

  const update = () => {
    for (const node of document.querySelectorAll("div.math, .katex-display, dt.sig, .output")) {
      if (node.scrollWidth > node.clientWidth) node.tabIndex = 0;
      else node.removeAttribute("tabindex");
    }
  };
  window.addEventListener("load", update);
  window.addEventListener("resize", update);
})();
