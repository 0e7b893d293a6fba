// 테마가 하지 않는 것: 키보드로 옆으로 밀기, 종이에 찍기, 식을 한 번만 복사하기, 지금 쪽이 차례에
// 보이게 하기, 찾은 말이 접힌 것 안에 있으면 펴기.
(() => {
  "use strict";

  // 옆으로 밀리는 것에 키보드가 닿게 합니다.
  const SCROLLABLE = "pre, div.math > .katex, dt.sig, .output, .lab-wide, .pst-scrollable-table-container";
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

  // 식에는 화면 낭독기가 읽는 것과 눈에 보이는 것이 함께 있습니다. 복사할 때는 식의 원문 하나로 적습니다.
  document.addEventListener("copy", (event) => {
    const selection = window.getSelection();
    if (selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    const whole = (node) => (node.nodeType === 1 ? node : node.parentElement).closest(".katex");
    const [first, last] = [whole(range.startContainer), whole(range.endContainer)];
    if (first) range.setStartBefore(first);
    if (last) range.setEndAfter(last);
    const copy = document.createElement("div");
    copy.append(range.cloneContents());
    const formulas = copy.querySelectorAll(".katex");
    if (!formulas.length) return;
    for (const formula of formulas) {
      const source = formula.querySelector("annotation");
      if (source) formula.replaceWith(`$${source.textContent.trim()}$`);
    }
    event.preventDefault();
    event.clipboardData.setData("text/plain", copy.textContent.replace(/\s+/g, " ").trim());
  });

  // 용어에 마우스를 올리거나 초점을 두면 뜻을 보입니다. 뜻 위로 옮겨도 그대로이고, Escape로 닫습니다.
  const note = document.createElement("div");
  note.className = "term-note";
  note.id = "term-note";
  note.role = "tooltip";
  note.hidden = true;
  document.body.append(note);
  const tell = ({ target }) => {
    const term = target.closest("[data-meaning]");
    if (!term) return;
    note.textContent = term.dataset.meaning;
    note.hidden = false;
    term.setAttribute("aria-describedby", note.id);
    const line = term.getClientRects()[0];
    const most = root.clientWidth - note.offsetWidth - 8;
    note.style.left = `${window.scrollX + Math.max(8, Math.min(most, line.left + (line.width - note.offsetWidth) / 2))}px`;
    const above = line.top - note.offsetHeight;
    note.style.top = `${window.scrollY + (above > 8 ? above : line.bottom)}px`;
  };
  const hush = ({ key, relatedTarget }) => {
    if (key ? key !== "Escape" : relatedTarget?.closest?.("[data-meaning], .term-note")) return;
    note.hidden = true;
    document.querySelector("[aria-describedby='term-note']")?.removeAttribute("aria-describedby");
  };
  for (const name of ["pointerover", "focusin"]) document.addEventListener(name, tell);
  for (const name of ["pointerout", "focusout", "keydown"]) document.addEventListener(name, hush);

  const read = (address) => {
    const script = document.createElement("script");
    script.src = address;
    script.async = false; // 여럿이면 적은 차례로 돕니다.
    document.body.append(script);
  };

  // 쪽을 슬라이드로 보이는 스크립트는 고리를 누르거나 주소에 present가 있을 때 읽습니다.
  const slides = document.querySelector("a[data-style]");
  if (slides && new URLSearchParams(window.location.search).has("present")) read(slides.dataset.script);
  else slides?.addEventListener("click", (event) => {
    event.preventDefault();
    read(slides.dataset.script);
  }, { once: true });

  // 실험실, 코드를 복사하는 단추, 책에서 찾기의 스크립트는 그것이 화면에 다가올 때 읽습니다. 그때까지는 지을 때
  // 그려 둔 그림과 코드가 있습니다.
  for (const [selector, addresses] of Object.entries(JSON.parse(document.body.dataset.near ?? "{}"))) {
    const near = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      near.disconnect();
      addresses.forEach(read);
    }, { rootMargin: "100%" });
    for (const node of document.querySelectorAll(selector)) near.observe(node);
  }

  // 차례가 길면 지금 쪽이 보이는 곳까지 밉니다. 쪽은 움직이지 않습니다.
  const sidebar = document.querySelector(".bd-sidebar-primary");
  const current = sidebar?.querySelector("a.current, .current > a[href='#']");
  if (current) {
    const [outer, inner] = [sidebar.getBoundingClientRect(), current.getBoundingClientRect()];
    if (inner.bottom > Math.min(outer.bottom, window.innerHeight)) {
      sidebar.scrollTop += inner.top - outer.top - outer.height / 2;
    }
  }

  // 찾는 쪽에서 온 사람이 찾던 말(주소의 found)이 접힌 코드나 풀이에만 있으면 펴서 보입니다.
  const found = new URLSearchParams(window.location.search).get("found")?.slice(0, 100);
  // 주소의 조각이 가리키는 곳(:target)은 쪽을 다 그린 뒤에야 정해지기도 합니다.
  const place = [...document.querySelectorAll("article section[id]")];
  const section = place.find(({ id }) => `#${encodeURIComponent(id)}` === window.location.hash || `#${id}` === window.location.hash);
  if (found && section) {
    const holds = (node) => node.textContent.toLowerCase().includes(found.toLowerCase());
    const folded = [...section.querySelectorAll("details:not([open])")].filter(holds);
    const open = [...section.querySelectorAll("p, pre, li, td, dt, dd, h2, h3")].some(
      (node) => holds(node) && !node.closest("details:not([open])"),
    );
    if (folded.length && !open) {
      folded[0].open = true;
      folded[0].scrollIntoView({ block: "center" });
    }
  }
})();
