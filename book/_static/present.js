// 지금 쪽을 슬라이드로 바꿉니다. 단추를 누르거나 주소에 present가 있을 때 site.js가 읽습니다.
// 쪽의 마디를 그대로 옮기므로 계기는 움직이던 대로 움직이고, 나가면 제자리에 돌려놓습니다.
(() => {
  "use strict";

  const button = document.querySelector("button[data-script]");
  const article = document.querySelector("article > section");
  const TITLES = "h1, h2, h3, h4, h5, h6";
  const SKIPPED = "script, style, span, .lab-off, .reading-time, .cell:has(script.lab-data)";
  const SENTENCES = "p";
  const TOLD = "p, dl, div.highlight-default"; // 말할 것으로 가는 것: 글과, 기록을 만든 명령
  const SCROLLED = "pre, div.math > .katex, .output, .lab-wide, .pst-scrollable-table-container";
  // 1920×1080에서 글자의 크기(px)를 큰 것부터 고릅니다. 둘째 것보다 작아져야 하면 먼저 나눕니다.
  const SIZES = { title: [52, 36], points: [54, 34], list: [46, 32], math: [88, 32], exercise: [48, 30], code: [44, 24], table: [42, 26], picture: [32, 28], other: [40, 28] };
  const LEAST = 10;
  const MOST_POINTS = 6;

  const make = (name, given = {}, ...children) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(given)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  };

  // 베낀 글에는 주소가 없어야 한 곳을 가리키는 주소가 하나로 남습니다.
  const copied = (node) => {
    const copy = make("span");
    copy.append(...node.cloneNode(true).childNodes);
    for (const link of copy.querySelectorAll(".headerlink")) link.remove();
    for (const named of copy.querySelectorAll("[id]")) named.removeAttribute("id");
    return copy;
  };

  const textOf = (node) => {
    const copy = node.cloneNode(true);
    for (const source of copy.querySelectorAll("annotation")) source.remove();
    return copy.textContent.trim();
  };

  // 문단의 첫 문장. 식과 코드 속의 점에서는 끊지 않습니다.
  const leading = (paragraph) => {
    const copy = copied(paragraph);
    const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      if (text.parentElement.closest("math, code")) continue;
      const end = text.data.search(/(?:^|(?<=[가-힣)\]”’]))[.?!](?=\s|$)/);
      if (end < 0) continue;
      const rest = document.createRange();
      rest.setStart(text, end + 1);
      rest.setEndAfter(copy.lastChild);
      rest.deleteContents();
      break;
    }
    return copy;
  };

  // 옮긴 것과 그 자리.
  const moved = [];
  const take = (node) => {
    const place = document.createComment("");
    node.replaceWith(place);
    moved.push(() => place.replaceWith(node));
    return node;
  };

  const kindOf = (block) => {
    if (block.matches("ul, ol")) return "list";
    if (block.matches(".math")) return "math";
    if (block.matches(".exercise")) return "exercise";
    if (block.matches(".lab")) return "lab";
    if (block.querySelector("figure, .cell_output img") || block.matches("figure")) return "picture";
    if (block.querySelector("pre")) return "code";
    if (block.querySelector("table")) return "table";
    return "other";
  };

  // 셀은 코드와 결과로. 접어 둔 코드는 말할 것에 두고, 그림은 코드와 다른 장에 크게 놓습니다.
  const parts = (cell) => {
    const hidden = [...cell.querySelectorAll(":scope > details.hide")].map(take);
    const output = cell.querySelector(":scope > .cell_output");
    const code = cell.querySelector(":scope > .cell_input");
    const blocks = [take(cell)];
    if (code && output?.querySelector("img")) blocks.push(apart(output));
    return { hidden, blocks };
  };

  const apart = (output) => {
    const shell = output.parentElement.cloneNode(false);
    shell.append(take(output));
    return shell;
  };

  // 제목과 문단을 차례로 읽어 장을 짭니다. 장마다 쪽의 어느 마디에서 왔는지를 적어 둡니다.
  const plan = () => {
    const slides = [];
    const add = (slide) => {
      const titles = slide.titles.length ? slide.titles : slides[0].titles;
      slides.push({ lead: null, after: null, notes: [], blocks: [], points: [], ...slide, titles });
      return slides.at(-1);
    };
    const say = (prose, titles, from) => {
      for (let k = 0; k < prose.length; k += MOST_POINTS) {
        const here = prose.slice(k, k + MOST_POINTS);
        const points = here.filter((node) => node.matches(SENTENCES)).map(leading);
        const notes = here.map(take);
        if (points.length) add({ kind: "points", titles, points, notes, from: k ? here : from });
        else slides.at(-1).notes.push(...notes);
      }
    };
    const walk = (nodes, above, before = null) => {
      let titles = above;
      let prose = [];
      let from = [];
      let last = before;
      let first = true;
      const close = () => {
        if (prose.length === 1 && last) {
          if (last.kind !== "picture" && prose[0].matches(SENTENCES)) last.after = leading(prose[0]);
          last.from.push(...prose);
          last.notes.push(take(prose[0]));
        } else say(prose, titles, from);
        [prose, from] = [[], []];
      };
      for (const node of nodes) {
        if (node.matches(SKIPPED)) continue;
        from.push(node);
        if (node.matches(TITLES)) titles = [...above, copied(node)];
        else if (node.matches(TOLD)) prose.push(node);
        else if (node.matches("section, details.solution")) {
          from.pop();
          close();
          const inside = [...node.children];
          if (node.matches("details")) walk(inside.slice(1), [...titles, make("span", {}, `${slides.at(-1).name ?? ""} 풀이`.trim())]);
          else walk(inside, titles);
          last = null;
        } else {
          let sentences = prose.filter((each) => each.matches(SENTENCES));
          if (sentences.length > 2) {
            const at = prose.indexOf(sentences.at(-1));
            say(prose.slice(0, at), titles, from);
            [prose, sentences, from] = [prose.slice(at), sentences.slice(-1), [prose[at], node]];
            first = false;
          }
          const lead = sentences.length ? leading(first ? sentences[0] : sentences.at(-1)) : null;
          const { hidden, blocks } = node.matches(".cell") ? parts(node) : { hidden: [], blocks: [take(node)] };
          const notes = [...prose.map(take), ...hidden];
          for (const block of blocks) {
            const name = block.querySelector(".exercise-title")?.textContent;
            const shown = name ? [...titles, make("span", {}, name)] : titles;
            last = add({ kind: kindOf(block), titles: shown, name, blocks: [block], lead: blocks[0] === block ? lead : null, notes: blocks[0] === block ? notes : [], from });
          }
          [prose, from, first] = [[], [], false];
        }
      }
      close();
    };
    const [title, question] = [article.querySelector(":scope > h1"), article.querySelector(":scope > blockquote")];
    add({ kind: "title", titles: [copied(title)], from: [title, question], blocks: question ? [take(question)] : [] });
    walk([...article.children].filter((node) => node !== title), [], slides[0]);
    return slides;
  };

  // 장 하나를 그립니다.
  const draw = (slide) => {
    const head = make("header", {}, make("h2", {}, slide.titles.at(-1).cloneNode(true)));
    if (slide.titles.length > 1) head.prepend(make("p", {}, slide.titles.at(-2).cloneNode(true)));
    slide.body = make("div", { class: "slide-body" }, ...slide.blocks);
    slide.node = make("section", { class: `slide slide-${slide.kind}`, role: "group", "aria-roledescription": "슬라이드" }, head);
    if (slide.lead) slide.node.append(make("p", { class: "slide-lead" }, slide.lead));
    slide.node.append(slide.body);
    if (slide.points.length > 1) slide.body.append(make("ul", {}, ...slide.points.map((point) => make("li", {}, point))));
    else slide.body.append(...slide.points.map((point) => make("p", {}, point)));
    if (slide.after) slide.body.append(make("p", { class: "slide-after" }, slide.after));
    for (const image of slide.body.querySelectorAll("img")) image.loading = "eager";
    const picture = slide.kind === "picture" && slide.body.querySelector("figure > svg, img");
    if (!picture) return;
    const box = picture.viewBox?.baseVal ?? picture;
    picture.classList.add("slide-image");
    moved.push(() => picture.classList.remove("slide-image"));
    if (box.width > 1.3 * box.height) return;
    slide.node.classList.add("slide-tall");
    for (let node = picture.parentElement; node !== slide.node; node = node.parentElement) {
      const through = node;
      through.classList.add("slide-through");
      moved.push(() => through.classList.remove("slide-through"));
    }
  };

  const overflows = ({ node, body }) =>
    node.scrollHeight > node.clientHeight || body.scrollHeight > body.clientHeight + 1 || body.scrollWidth > body.clientWidth + 1 ||
    [...body.querySelectorAll(SCROLLED)].some((part) => part.scrollWidth > part.clientWidth + 1);

  const size = (slide, most, least) => {
    for (let px = most; px >= least; px -= 2) {
      slide.body.style.fontSize = `${px}px`;
      if (!overflows(slide)) return true;
    }
    return false;
  };

  // 계기는 통째로 줄입니다. 움직이기 시작해 길어지면 더 줄입니다.
  const shrink = (slide, most) => {
    for (let zoom = most; zoom > 0.3; zoom -= 0.05) {
      slide.blocks[0].style.zoom = zoom;
      if (!overflows(slide)) return;
    }
  };

  // 넘치는 목록의 뒤쪽과 긴 코드와 긴 표의 뒤쪽, 코드의 결과를 다음 장으로 나눕니다.
  const split = (slide) => {
    const rest = { ...slide, titles: slide.titles, lead: null, notes: [], points: [], name: undefined, continued: true };
    const list = slide.body.querySelector(":scope > ul, :scope > ol");
    const cell = slide.body.querySelector(":scope > .cell");
    const output = cell?.querySelector(":scope > .cell_input + .cell_output");
    const pres = slide.body.querySelectorAll("pre");
    if (list && list.children.length > 1) {
      const more = list.cloneNode(false);
      more.removeAttribute("id");
      const start = list.matches("ol") ? (list.start ?? 1) : 0;
      const items = [...list.children];
      moved.push(() => list.append(...items));
      while (list.children.length > 1 && overflows(slide)) more.prepend(list.lastElementChild);
      if (start) more.start = start + list.children.length;
      rest.blocks = [more];
    } else if (output) {
      rest.blocks = [apart(output)];
      rest.kind = kindOf(rest.blocks[0]);
    } else if (pres.length === 1 && slide.blocks.length === 1) {
      const [pre] = pres;
      const lines = pre.textContent.trimEnd().split("\n").length;
      const height = pre.getBoundingClientRect().height / lines;
      const fits = Math.floor((lines * height - (slide.body.scrollHeight - slide.body.clientHeight)) / height) - 1;
      if (fits < 4 || fits >= lines) return null;
      const whole = pre.cloneNode(true);
      moved.push(() => pre.replaceChildren(...whole.childNodes));
      const range = document.createRange();
      range.setStart(...lineStart(pre, Math.min(fits, Math.ceil(lines / 2) + 2)));
      range.setEndAfter(pre.lastChild);
      const more = pre.cloneNode(false);
      more.removeAttribute("id");
      more.append(range.extractContents());
      rest.blocks = [wrapped(more, pre.parentElement, slide.body)];
    } else if (slide.kind === "table" && slide.body.querySelectorAll("tbody tr").length > 8) {
      const table = slide.body.querySelector("table");
      const [body] = table.tBodies;
      const rows = [...body.rows];
      const more = table.cloneNode(true);
      const [below] = more.tBodies;
      more.removeAttribute("id");
      below.replaceChildren();
      moved.push(() => body.append(...rows));
      while (body.rows.length > 4 && overflows(slide)) below.prepend(body.lastElementChild);
      rest.blocks = [wrapped(more, table.parentElement, slide.body)];
    } else return null;
    if (slide.after) {
      rest.after = slide.after;
      slide.node.querySelector(".slide-after").remove();
      slide.after = null;
    }
    return rest;
  };

  // 나눈 뒤쪽도 앞쪽과 같은 껍질에 쌉니다.
  const wrapped = (part, inner, end) => {
    let shell = part;
    for (let node = inner; node !== end; node = node.parentElement) {
      const outer = node.cloneNode(false);
      outer.removeAttribute("id");
      outer.append(shell);
      shell = outer;
    }
    return shell;
  };

  const lineStart = (pre, line) => {
    const texts = document.createTreeWalker(pre, NodeFilter.SHOW_TEXT);
    let left = line;
    while (texts.nextNode()) {
      for (let at = texts.currentNode.data.indexOf("\n"); at >= 0; at = texts.currentNode.data.indexOf("\n", at + 1))
        if (--left === 0) return [texts.currentNode, at + 1];
    }
    return [pre, pre.childNodes.length];
  };

  const fit = (slides, stage) => {
    for (let k = 0; k < slides.length; k += 1) {
      const slide = slides[k];
      draw(slide);
      stage.append(slide.node);
      slide.node.classList.add("now");
      if (slide.kind === "lab") {
        shrink(slide, 1);
        moved.push(() => slide.blocks[0].removeAttribute("style"));
      } else {
        const [most, least] = SIZES[slide.kind];
        if (!size(slide, most, least)) {
          const rest = split(slide);
          if (rest) {
            slides.splice(k + 1, 0, rest);
            size(slide, most, LEAST);
          } else size(slide, least, LEAST);
        }
      }
      slide.node.classList.remove("now");
    }
  };

  // 처음에 보일 장: 주소에 적힌 것, 없으면 읽던 곳.
  const reading = () => {
    if (window.scrollY < 100) return null;
    const parts = [...article.querySelectorAll(":scope > *, section > *, details.solution > *")];
    return parts.filter((node) => node.checkVisibility() && !node.matches(`section, ${SKIPPED}`) && node.getBoundingClientRect().top < window.innerHeight * 0.4).at(-1);
  };

  const start = () => {
    const root = document.documentElement;
    const back = { scroll: window.scrollY, title: document.title, focus: document.activeElement };
    const asked = Number(new URLSearchParams(window.location.search).get("present"));
    const anchor = reading();
    const slides = plan();
    const stage = make("div", { class: "present-stage" });
    const frame = make("div", { class: "present-frame" }, stage);
    const said = make("p", { class: "lab-said", role: "status" });
    const notes = make("aside", { class: "present-notes", "aria-label": "말할 것", tabindex: "0", hidden: "" });
    const count = make("span", { class: "present-count" });
    const deck = make("div", { id: "present", class: "bd-content", role: "region", tabindex: "-1", "aria-label": `슬라이드: ${textOf(slides[0].titles[0])}` });
    const bar = make("div", { class: "present-bar", role: "group", "aria-label": "슬라이드 넘기기" });
    frame.append(bar);
    deck.append(frame, notes, said);
    const outside = [...document.body.children].filter((node) => !node.matches("script, #term-note"));
    for (const node of outside) node.inert = true;
    document.body.append(deck);
    root.classList.add("presenting");
    fit(slides, stage);
    for (const [k, { node, titles, continued }] of slides.entries()) {
      node.setAttribute("aria-label", `${k + 1} / ${slides.length}: ${textOf(titles.at(-1))}`);
      if (continued) node.dataset.continued = "true";
    }

    let now = -1;
    const address = (number) => {
      const url = new URL(window.location.href);
      if (number) url.searchParams.set("present", number);
      else url.searchParams.delete("present");
      window.history.replaceState(window.history.state, "", url);
    };
    const show = (wanted) => {
      const next = Math.max(0, Math.min(slides.length - 1, wanted));
      if (next === now) return;
      slides[now]?.node.classList.remove("now");
      now = next;
      const slide = slides[now];
      slide.node.classList.add("now");
      let owner = now;
      while (slides[owner].continued) owner -= 1;
      const told = slides[owner].notes;
      notes.replaceChildren(...(told.length ? told : [make("p", {}, "여기에 적어 둔 말이 없습니다.")]));
      notes.scrollTop = 0;
      count.textContent = `${now + 1} / ${slides.length}`;
      said.textContent = `${now + 1} / ${slides.length}. ${textOf(slide.titles.at(-1))}`;
      address(now + 1);
      if (!deck.contains(document.activeElement)) deck.focus();
    };
    const scale = () => {
      const ratio = Math.min(frame.clientWidth / stage.offsetWidth, frame.clientHeight / stage.offsetHeight);
      deck.style.setProperty("--present-scale", ratio);
    };
    const watch = new ResizeObserver(() => {
      scale();
      const slide = slides[now];
      if (slide?.kind === "lab" && overflows(slide)) shrink(slide, Number(slide.blocks[0].style.zoom));
    });
    for (const node of [frame, ...stage.querySelectorAll(".lab")]) watch.observe(node);

    const leave = () => {
      watch.disconnect();
      stop.abort();
      const { from } = slides[now];
      const stayed = now === first && back.scroll;
      for (const restore of moved.splice(0).reverse()) restore();
      deck.remove();
      for (const node of outside) node.inert = false;
      root.classList.remove("presenting");
      style.disabled = true;
      address(null);
      if (document.fullscreenElement) document.exitFullscreen();
      if (stayed) window.scrollTo({ top: back.scroll, behavior: "instant" });
      else from[0]?.scrollIntoView({ block: now ? "center" : "start", behavior: "instant" });
      button.focus({ preventScroll: true });
    };
    const fill = () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.().catch(() => {}));
    const tell = () => {
      notes.hidden = !notes.hidden;
      scale();
      tools.n.setAttribute("aria-pressed", String(!notes.hidden));
    };
    const tools = {};
    for (const [key, name, act] of [
      ["←", "이전", () => show(now - 1)],
      ["→", "다음", () => show(now + 1)],
      ["n", "말할 것", tell],
      ["f", "전체 화면", fill],
      ["Esc", "나가기", leave],
    ]) {
      tools[key] = make("button", { type: "button" }, `${name} `, make("kbd", { "aria-hidden": "true" }, key));
      tools[key].addEventListener("click", act);
      bar.append(tools[key]);
    }
    tools.n.setAttribute("aria-pressed", "false");
    bar.append(count);

    const stop = new AbortController();
    const listen = (name, act) => document.addEventListener(name, act, { signal: stop.signal });
    listen("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      const { key, target } = event;
      const at = (selector) => target.closest?.(selector);
      const acts = { PageDown: 1, PageUp: -1, ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1, " ": event.shiftKey ? -1 : 1 };
      if (key === "Escape") leave();
      else if (at("input, select, textarea, .lab [tabindex]") && !key.startsWith("Page")) return;
      else if (key === " " && at("button, a, summary")) return;
      else if (/^Arrow(Up|Down)$/.test(key) && at(".present-notes")) return;
      else if (acts[key]) show(now + acts[key]);
      else if (key === "Home") show(0);
      else if (key === "End") show(slides.length - 1);
      else if (key.toLowerCase() === "n") tell();
      else if (key.toLowerCase() === "f") fill();
      else return;
      event.preventDefault();
    });
    // 누르면 넘깁니다. 화면의 왼쪽 오분의 일은 앞으로 돌아갑니다. 고르거나 움직이는 것 위에서는 그것이 듣습니다.
    const OWN = "a, button, input, select, textarea, label, summary, form, .lab, .present-notes, .present-bar, .term-note";
    frame.addEventListener("click", ({ target, clientX }) => {
      if (target.closest(OWN) || !window.getSelection().isCollapsed) return;
      show(now + (clientX < window.innerWidth / 5 ? -1 : 1));
    });
    let touch = null;
    frame.addEventListener("touchstart", ({ target, touches }) => {
      touch = touches.length === 1 && !target.closest(".lab, input") ? touches[0] : null;
    }, { passive: true });
    frame.addEventListener("touchend", ({ changedTouches: [{ clientX, clientY }] }) => {
      if (!touch) return;
      const [x, y] = [clientX - touch.clientX, clientY - touch.clientY];
      if (Math.abs(x) > 50 && Math.abs(x) > 2 * Math.abs(y)) show(now + (x < 0 ? 1 : -1));
    });

    scale();
    const place = slides.findIndex(({ from, continued }) => !continued && from.includes(anchor));
    const first = Math.max(0, Math.min(slides.length - 1, Number.isInteger(asked) && asked > 0 ? asked - 1 : place));
    show(first);
    deck.focus();
  };

  const style = make("link", { rel: "stylesheet", href: button.dataset.style });
  const begin = () => {
    style.disabled = false;
    document.fonts.ready.then(start);
  };
  style.addEventListener("load", () => {
    button.addEventListener("click", begin);
    begin();
  }, { once: true });
  document.head.append(style);
})();
