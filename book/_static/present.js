// 지금 쪽을 슬라이드로 보입니다. 고리를 누르거나 주소에 present가 있을 때 site.js가 읽습니다.
// 쪽은 그대로 두고 베껴서 짭니다. 움직이는 계기만 옮겨 오고, 나가면 제자리에 돌려놓습니다.
(() => {
  "use strict";

  const link = document.querySelector("a[data-style]");
  const article = document.querySelector("article > section");
  const TITLES = "h1, h2, h3, h4, h5, h6";
  // 쪽을 읽는 사람에게만 쓸모 있는 것: 걸리는 시간, 내려받기, 인용하기.
  const LEFT = "script, style, span, .lab-off, .reading-time, section:has(> .cite-this)";
  const ASIDE = "dl, div.highlight-default"; // 말할 것에만 가는 것: 뜻풀이와, 기록을 만든 명령
  const SCROLLED = "pre, div.math > .katex, .output, .lab-wide, .pst-scrollable-table-container";
  // 1920×1080에서 글자의 크기(px)를 큰 것부터 고릅니다. 둘째 것보다 작아져야 하면 줄을 바꾸거나 나눕니다.
  const SIZES = {
    title: [52, 40], points: [56, 42], list: [46, 36], question: [46, 36], math: [88, 40],
    exercise: [52, 36], code: [46, 28], table: [44, 28], picture: [32, 28], other: [44, 32],
  };
  const LEAST = 28;
  const WRAPPED = 32;
  const MOST_POINTS = 4;
  const SIDE = 1.7; // 그림의 너비가 높이의 이 배보다 작으면 글을 옆에 둡니다.

  const make = (name, given = {}, ...children) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(given)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  };

  // 베낀 것의 이름은 쪽의 것과 겹치지 않게 바꾸고, 화살촉과 설명처럼 이름으로 부르는 것도 따라 바꿉니다.
  // 누르면 쪽을 떠나는 고리는 글만 남깁니다.
  const copied = (node) => {
    const copy = node.cloneNode(true);
    for (const gone of copy.querySelectorAll(".headerlink, .copybtn")) gone.remove();
    for (const away of copy.querySelectorAll("a:not([href^='#'])")) away.replaceWith(...away.childNodes);
    for (const each of [copy, ...copy.querySelectorAll("*")]) {
      for (const { name, value } of [...each.attributes]) {
        if (name === "id") each.id = `slide-${value}`;
        else if (/^aria-(labelledby|describedby)$/.test(name)) each.setAttribute(name, value.replace(/\S+/g, "slide-$&"));
        else if (value.includes("url(#")) each.setAttribute(name, value.replaceAll("url(#", "url(#slide-"));
      }
      each.removeAttribute("tabindex");
    }
    for (const image of copy.querySelectorAll("img")) image.loading = "eager";
    return copy;
  };
  const inside = (node) => make("span", {}, ...copied(node).childNodes);
  const shell = (node) => {
    const copy = node.cloneNode(false);
    copy.removeAttribute("id");
    return copy;
  };

  const textOf = (node) => {
    const copy = node.cloneNode(true);
    for (const source of copy.querySelectorAll("annotation")) source.remove();
    return copy.textContent.trim();
  };

  // 문단의 앞 문장들: 적어도 하나, most자를 넘지 않게. 식과 코드 속의 점에서는 끊지 않습니다.
  const gist = (paragraph, most) => {
    const copy = inside(paragraph);
    const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
    let length = 0;
    let cut = null;
    while (texts.nextNode()) {
      const text = texts.currentNode;
      if (text.parentElement.closest("annotation")) continue;
      if (!text.parentElement.closest("math, code")) {
        for (const { index } of text.data.matchAll(/(?:^|(?<=[가-힣)\]”’]))[.?!](?=\s|$)/g)) {
          if (!cut || length + index < most) cut = [text, index + 1];
        }
      }
      length += text.data.length;
    }
    if (!cut) return copy;
    const rest = document.createRange();
    rest.setStart(...cut);
    rest.setEndAfter(copy.lastChild);
    rest.deleteContents();
    return copy;
  };

  // 옮겨 온 계기를 돌려놓는 일들.
  const moved = [];
  const take = (node) => {
    const place = document.createComment("");
    node.replaceWith(place);
    moved.push(() => {
      node.removeAttribute("style");
      place.replaceWith(node);
    });
    return node;
  };

  const kindOf = (block) => {
    if (block.matches("ul, ol")) return "list";
    for (const kind of ["math", "exercise", "lab"]) if (block.matches(`.${kind}`)) return kind;
    if (block.matches("figure") || block.querySelector("figure, .cell_output img")) return "picture";
    if (block.querySelector("pre")) return "code";
    return block.querySelector("table") ? "table" : "other";
  };

  // 셀은 코드와 결과로. 접어 둔 코드는 말할 것에 두고, 그림은 코드와 다른 장에 크게 놓습니다.
  const parts = (cell) => {
    const copy = copied(cell);
    const folded = [...copy.querySelectorAll(":scope > details.hide > .cell_input")];
    for (const hidden of copy.querySelectorAll(":scope > details.hide")) hidden.remove();
    if (!copy.textContent.trim() && !copy.querySelector("img, svg")) return { folded, blocks: [] };
    const blocks = [copy];
    const output = copy.querySelector(":scope > .cell_input + .cell_output");
    if (output?.querySelector("img")) {
      blocks.push(shell(copy));
      blocks[1].append(output);
    }
    return { folded, blocks };
  };

  // 세로로 긴 그림은 줄마다 다시 크게. 지을 때 적어 둔 자리에서 나누고, 함께 쓰는 가로축과 범례는 줄마다 붙입니다.
  const rows = (block) => {
    const image = block.querySelector("img[data-rows]");
    if (!image) return [];
    const [left, right, ...heights] = image.dataset.rows.split(" ").map(Number);
    const foot = heights.slice(-2);
    return heights.slice(0, -2).map((top, k) => {
      const cell = make("div", { class: "cell_output slide-rows" });
      for (const [from, to] of [[top, heights[k + 1]], foot]) {
        if (from === to) continue;
        const crop = make("div", { class: "slide-crop" }, image.cloneNode(true));
        crop.firstChild.alt = ""; // 그림의 설명은 통째로 보인 앞의 장에 있습니다.
        Object.assign(crop.dataset, { left, from, width: right - left, height: to - from, whole: right });
        cell.append(crop);
      }
      return cell;
    });
  };
  const magnify = ({ body }) => {
    const crops = [...body.querySelectorAll(".slide-crop")];
    const { width } = crops[0].dataset;
    const height = crops.reduce((sum, { dataset }) => sum + Number(dataset.height), 0);
    const zoom = Math.min(body.clientWidth / width, body.clientHeight / height);
    for (const { style, dataset, firstChild } of crops) {
      Object.assign(style, { width: `${zoom * dataset.width}px`, height: `${zoom * dataset.height}px` });
      Object.assign(firstChild.style, { width: `${zoom * dataset.whole}px`, marginLeft: `${-zoom * dataset.left}px`, marginTop: `${-zoom * dataset.from}px` });
    }
  };

  // 물음은 고를 것을 크게 놓고, 오해의 이름과 맞는 까닭은 부를 때 보입니다. 풀이의 나머지는 말할 것에 있습니다.
  const question = (form) => {
    const answers = [...form.querySelectorAll(".question-answers .question-answer")];
    const told = answers.map((answer) => {
      const said = answer.querySelector("p");
      const [letter, verdict, name] = [...said.querySelectorAll(":scope > strong")];
      if (answer.dataset.kind === "wrong") return make("p", {}, verdict.cloneNode(true), " ", inside(name));
      const right = gist(said, 90);
      right.querySelector(`.${letter.className}`).remove();
      return make("p", {}, right);
    });
    const choices = [...form.querySelectorAll(".question-choices label > span")].map((choice, k) => make("li", { "data-kind": answers[k].dataset.kind }, make("p", {}, inside(choice)), told[k]));
    const show = make("button", { type: "button" }, "답 보기");
    const block = make("div", { class: "slide-question" }, make("p", { class: "slide-asked" }, inside(form.querySelector("legend"))), make("ul", {}, ...choices), show);
    const reveal = () => block.classList.add("slide-told");
    show.addEventListener("click", reveal);
    return { block, reveal, notes: answers.flatMap((answer) => [...copied(answer).children]) };
  };

  // 제목과 문단을 차례로 읽어 장을 짭니다.
  const plan = () => {
    const slides = [];
    const aside = []; // 다음 장의 말할 것
    const add = (slide) => {
      const titles = slide.titles.length ? slide.titles : slides[0].titles;
      slides.push({ lead: [], after: null, blocks: [], points: [], ...slide, titles, notes: [...(slide.notes ?? []), ...aside.splice(0)] });
      return slides.at(-1);
    };
    const say = (prose, titles) => {
      const sheets = Math.ceil(prose.length / MOST_POINTS);
      const each = Math.ceil(prose.length / sheets);
      for (let k = 0; k < prose.length; k += each) {
        const here = prose.slice(k, k + each);
        add({ kind: "points", titles, points: here.map((node) => gist(node, 260 / here.length)), notes: here.map(copied) });
      }
    };
    const walk = (nodes, above, before = null) => {
      let titles = above;
      let prose = [];
      let last = before;
      // 뒤에 남은 글. 한 문단이면 앞의 장에 붙입니다.
      const close = () => {
        if (prose.length === 1 && last) {
          if (!/picture|lab/.test(last.kind)) last.after = gist(prose[0], 90);
          last.notes.push(copied(prose[0]));
        } else say(prose, titles);
        prose = [];
        last = null;
      };
      for (const node of nodes) {
        if (node.matches(LEFT)) continue;
        if (node.matches(TITLES)) titles = [...above, inside(node)];
        else if (node.matches("p")) prose.push(node);
        else if (node.matches(ASIDE)) aside.push(copied(node));
        else if (node.matches("section")) {
          close();
          walk([...node.children], titles);
        } else if (node.matches("details.solution")) {
          const { name } = slides.at(-1);
          close();
          walk([...node.children].slice(1), [...titles, make("span", {}, `${name} 풀이`)]);
          slides.at(-1).name = name;
        } else {
          const { folded, blocks } = node.matches(".cell") ? parts(node) : { folded: [], blocks: null };
          aside.push(...folded);
          if (blocks && !blocks.length) continue;
          // 막 앞의 한두 문단은 같은 장의 위에, 그보다 길면 앞의 것은 따로. 물음과 계기는 한 장을 다 씁니다.
          const alone = node.matches("form.question, .lab");
          const near = alone ? [] : prose.length > 2 ? prose.slice(-1) : prose;
          say(prose.slice(0, prose.length - near.length), titles);
          const [lead, notes] = [near.map((each) => gist(each, 90)), near.map(copied)];
          prose = [];
          if (node.matches("form.question")) {
            const { block, reveal, notes: answers } = question(node);
            last = add({ kind: "question", titles, blocks: [block], reveal, notes: answers });
          } else if (blocks) {
            last = add({ kind: kindOf(blocks[0]), titles, blocks: blocks.slice(0, 1), lead, notes });
            for (const each of blocks.slice(1)) last = add({ kind: "picture", titles, blocks: [each], continued: true });
            for (const each of rows(blocks.at(-1))) add({ kind: "row", titles, blocks: [each], continued: true });
          } else {
            const block = node.matches(".lab") ? take(node) : copied(node);
            const name = block.querySelector(".exercise-title")?.textContent;
            block.querySelector(".exercise-title")?.remove();
            last = add({ kind: kindOf(block), titles: name ? [...titles, make("span", {}, name)] : titles, name, blocks: [block], lead, notes });
          }
        }
      }
      close();
    };
    const [title, asked] = [article.querySelector(":scope > h1"), article.querySelector(":scope > blockquote")];
    add({ kind: "title", titles: [inside(title)], blocks: asked ? [copied(asked)] : [] });
    walk([...article.children].filter((node) => node !== title && node !== asked), [], slides[0]);
    slides.at(-1).notes.push(...aside);
    return slides;
  };

  // 장 하나를 그립니다.
  const draw = (slide) => {
    const head = make("header", {}, make("h2", {}, slide.titles.at(-1).cloneNode(true)));
    if (slide.titles.length > 1) head.prepend(make("p", {}, slide.titles.at(-2).cloneNode(true)));
    const lead = slide.lead.map((each) => make("p", { class: "slide-lead" }, each));
    slide.body = make("div", { class: "slide-body" }, ...lead, ...slide.blocks);
    slide.node = make("section", { class: `slide slide-${slide.kind}`, role: "group", "aria-roledescription": "슬라이드" }, head, slide.body);
    if (slide.points.length > 1) slide.body.append(make("ul", {}, ...slide.points.map((point) => make("li", {}, point))));
    else slide.body.append(...slide.points.map((point) => make("p", {}, point)));
    if (slide.after) slide.body.append(make("p", { class: "slide-lead slide-after" }, slide.after));
    const picture = slide.kind === "picture" && slide.body.querySelector("figure > svg, img");
    if (!picture) return;
    const box = picture.viewBox?.baseVal ?? picture;
    picture.classList.add("slide-image");
    if (box.width > SIDE * box.height) return;
    slide.node.classList.add("slide-side");
    for (let node = picture.parentElement; node !== slide.node; node = node.parentElement) node.classList.add("slide-through");
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
    for (let zoom = most; zoom > 0.3; zoom -= 0.01) {
      slide.blocks[0].style.zoom = zoom;
      if (!overflows(slide)) return;
    }
  };

  // 나눈 뒤쪽도 앞쪽과 같은 껍질에 쌉니다.
  const wrapped = (part, inner, end) => {
    let outer = part;
    for (let node = inner; node !== end; node = node.parentElement) {
      const around = shell(node);
      around.append(outer);
      outer = around;
    }
    return outer;
  };

  // 줄이나 항목 all개를, 한 장에 most개까지 들어갈 때, 고르게 나눈 첫 몫.
  const share = (all, most) => Math.ceil(all / Math.ceil(all / most));

  // 목록과 표: 들어가는 만큼을 세어 고르게 나눕니다.
  const moveRows = (slide, from, to) => {
    const rows = [...from.children];
    let most = rows.length;
    while (most > 1 && overflows(slide)) rows[--most].remove();
    if (most === rows.length) return false;
    const kept = share(rows.length, most);
    from.replaceChildren(...rows.slice(0, kept));
    to.replaceChildren(...rows.slice(kept));
    return true;
  };

  // 코드: 되도록 빈 줄이나 들여 쓰지 않은 줄 앞에서 나눕니다.
  const moveLines = (slide, pre, to) => {
    const lines = pre.textContent.trimEnd().split("\n");
    const height = pre.getBoundingClientRect().height / lines.length;
    const most = Math.floor(lines.length - (slide.body.scrollHeight - slide.body.clientHeight) / height);
    if (most < 4 || most >= lines.length) return false;
    const kept = share(lines.length, most);
    const free = [...lines.keys()].filter((k) => k > kept / 2 && k <= most && (!lines[k - 1].trim() || /^\S/.test(lines[k])));
    const at = free.sort((one, other) => Math.abs(one - kept) - Math.abs(other - kept))[0] ?? kept;
    const range = document.createRange();
    range.setStart(...lineStart(pre, at));
    range.setEndAfter(pre.lastChild);
    to.replaceChildren(range.extractContents());
    return true;
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

  // 넘치는 것의 뒤쪽을 다음 장으로 나눕니다. 코드의 결과가 먼저 따로 나갑니다.
  const split = (slide) => {
    const next = (block) => ({ ...slide, kind: kindOf(block), blocks: [block], lead: [], points: [], notes: [], after: null, continued: true });
    const list = slide.body.querySelector(":scope > ul, :scope > ol");
    const output = slide.body.querySelector(":scope > .cell > .cell_input + .cell_output");
    const table = slide.body.querySelector("table");
    const pre = slide.body.querySelector("pre");
    if (output) {
      const block = shell(output.parentElement);
      block.append(output);
      return next(block);
    }
    if (list) {
      const more = shell(list);
      if (!moveRows(slide, list, more)) return null;
      if (list.matches("ol")) more.start = list.start + list.children.length;
      return next(more);
    }
    if (table) {
      const more = shell(table);
      more.append(...[...table.children].filter((part) => part.matches("thead, colgroup")).map((part) => part.cloneNode(true)), make("tbody"));
      if (!moveRows(slide, table.tBodies[0], more.tBodies[0])) return null;
      return next(wrapped(more, table.parentElement, slide.body));
    }
    if (pre) {
      const more = shell(pre);
      if (!moveLines(slide, pre, more)) return null;
      return next(wrapped(more, pre.parentElement, slide.body));
    }
    return null;
  };

  // 다 들어가는 크기를 고릅니다. 뒤에 붙인 문장은 말할 것에도 있으니 먼저 빼고, 그래도 넓으면 줄을 바꿉니다.
  const fitted = (slide) => {
    const [most, least] = SIZES[slide.kind];
    slide.node.classList.remove("slide-wrap");
    if (size(slide, most, least)) return true;
    slide.body.querySelector(".slide-after")?.remove();
    if (size(slide, most, least)) return true;
    slide.node.classList.add("slide-wrap");
    return size(slide, Math.max(WRAPPED, least), Math.min(WRAPPED, least));
  };

  const fit = (slides, stage) => {
    for (let k = 0; k < slides.length; k += 1) {
      const slide = slides[k];
      draw(slide);
      stage.append(slide.node);
      slide.node.classList.add("now");
      if (slide.kind === "lab") shrink(slide, 1);
      else if (slide.kind === "row") magnify(slide);
      else {
        while (!fitted(slide)) {
          const rest = split(slide);
          if (rest) slides.splice(k + 1, 0, rest);
          else {
            size(slide, WRAPPED, LEAST);
            break;
          }
        }
      }
      slide.node.classList.remove("now");
    }
  };

  const start = () => {
    const root = document.documentElement;
    const back = { top: window.scrollY, focus: document.activeElement };
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
    const outside = [...document.body.children].filter((node) => !node.inert && !node.matches("script"));
    for (const node of outside) node.inert = true;
    document.body.append(deck);
    root.classList.add("presenting");
    fit(slides, stage);
    for (const [k, { node, titles }] of slides.entries()) node.setAttribute("aria-label", `${k + 1} / ${slides.length}: ${textOf(titles.at(-1))}`);

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
      slides[now].node.classList.add("now");
      let owner = now;
      while (slides[owner].continued) owner -= 1;
      const told = slides[owner].notes;
      notes.replaceChildren(...(told.length ? told : [make("p", {}, "여기에 적어 둔 말이 없습니다.")]));
      notes.scrollTop = 0;
      count.textContent = `${now + 1} / ${slides.length}`;
      said.textContent = `${now + 1} / ${slides.length}. ${textOf(slides[now].titles.at(-1))}`;
      address(now + 1);
      if (!deck.contains(document.activeElement)) deck.focus();
    };
    // 물음에서는 답을 먼저 보이고, 한 번 더 넘기면 다음 장입니다.
    const forward = () => {
      const { node, reveal } = slides[now];
      if (reveal && !node.querySelector(".slide-told")) reveal();
      else show(now + 1);
    };
    const backward = () => show(now - 1);
    // 주소의 조각은 아무 글이나 될 수 있어 풀지 않습니다. 자리의 이름을 조각의 꼴로 바꾸어 견줍니다.
    const slideOf = (hash) => slides.findIndex(({ node }) => [...node.querySelectorAll('[id^="slide-"]')]
      .map(({ id }) => id.slice("slide-".length)).some((name) => hash === `#${name}` || hash === `#${encodeURIComponent(name)}`));
    const scale = () => deck.style.setProperty("--present-scale", Math.min(frame.clientWidth / stage.offsetWidth, frame.clientHeight / stage.offsetHeight));
    const watch = new ResizeObserver(() => {
      scale();
      const slide = slides[now];
      if (slide?.kind === "lab" && overflows(slide)) shrink(slide, Number(slide.blocks[0].style.zoom));
    });
    for (const node of [frame, ...stage.querySelectorAll(".lab")]) watch.observe(node);

    const stop = new AbortController();
    const leave = () => {
      watch.disconnect();
      stop.abort();
      for (const restore of moved.splice(0)) restore();
      deck.remove();
      for (const node of outside) node.inert = false;
      root.classList.remove("presenting");
      if (!root.className) root.removeAttribute("class");
      style.disabled = true;
      address(null);
      if (document.fullscreenElement) document.exitFullscreen();
      back.focus.focus({ preventScroll: true });
      window.scrollTo({ top: back.top, behavior: "instant" });
    };
    const fill = () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.().catch(() => {}));
    const tools = {};
    const tell = () => {
      notes.hidden = !notes.hidden;
      scale();
      tools.n.setAttribute("aria-pressed", String(!notes.hidden));
    };
    for (const [key, name, act] of [["←", "이전", backward], ["→", "다음", forward], ["n", "말할 것", tell], ["f", "전체 화면", fill], ["Esc", "나가기", leave]]) {
      tools[key] = make("button", { type: "button" }, `${name} `, make("kbd", { "aria-hidden": "true" }, key));
      tools[key].addEventListener("click", act);
      bar.append(tools[key]);
    }
    tools.n.setAttribute("aria-pressed", "false");
    bar.append(count);

    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const { key, target, shiftKey } = event;
      const at = (selector) => target.closest?.(selector);
      const turn = { PageDown: forward, PageUp: backward, ArrowRight: forward, ArrowLeft: backward, ArrowDown: forward, ArrowUp: backward, " ": shiftKey ? backward : forward };
      const others = { Escape: leave, Home: () => show(0), End: () => show(slides.length - 1), n: tell, f: fill };
      // 계기와 말할 것 위에서는 그것이 듣습니다.
      if (key !== "Escape" && at("input, select, textarea, .lab [tabindex]") && !key.startsWith("Page")) return;
      if (key === " " && at("button, a, summary")) return;
      if (/^Arrow(Up|Down)$/.test(key) && at(".present-notes")) return;
      const act = turn[key] ?? others[key.length === 1 ? key.toLowerCase() : key];
      if (!act) return;
      event.preventDefault();
      act();
    }, { signal: stop.signal });
    // 누르면 넘깁니다. 화면의 왼쪽 오분의 일은 앞으로 돌아갑니다. 그림이나 식의 번호를 누르면 그 장으로 갑니다.
    const OWN = "button, input, select, textarea, label, summary, form, .lab, .present-notes, .present-bar";
    deck.addEventListener("click", (event) => {
      const { target, clientX } = event;
      const inner = target.closest("a");
      if (inner && !inner.closest(".lab")) {
        event.preventDefault();
        const found = slideOf(inner.hash);
        if (found >= 0) show(found);
      } else if (!target.closest(OWN) && window.getSelection().isCollapsed) (clientX < window.innerWidth / 5 ? backward : forward)();
    });
    let touch = null;
    frame.addEventListener("touchstart", ({ target, touches }) => {
      touch = touches.length === 1 && !target.closest(".lab, input") ? touches[0] : null;
    }, { passive: true });
    frame.addEventListener("touchend", ({ changedTouches: [{ clientX, clientY }] }) => {
      if (!touch) return;
      const [x, y] = [clientX - touch.clientX, clientY - touch.clientY];
      if (Math.abs(x) > 50 && Math.abs(x) > 2 * Math.abs(y)) (x < 0 ? forward : backward)();
    });

    scale();
    // 처음에 보일 장: 주소의 번호, 없으면 주소의 조각이 가리키는 것이 있는 장.
    const number = Number(new URLSearchParams(window.location.search).get("present"));
    const named = slideOf(window.location.hash);
    show(Number.isInteger(number) && number > 0 ? number - 1 : Math.max(0, named));
    deck.focus();
    // 그림까지 다 그렸습니다.
    Promise.allSettled([...stage.querySelectorAll("img")].map((image) => image.decode())).then(() => { deck.dataset.ready = ""; });
  };

  const style = make("link", { rel: "stylesheet", href: link.dataset.style });
  const FONTS = ['16px "Cosine Slides"', 'bold 16px "Cosine Slides"', '16px "Cosine Math"'];
  // 글의 너비를 재어 짜므로 글꼴을 먼저 받습니다. 받지 못하면 기기의 글꼴로 짭니다.
  const begin = async () => {
    style.disabled = false;
    await Promise.allSettled(FONTS.map((font) => document.fonts.load(font)));
    if (!document.querySelector("#present")) start();
  };
  style.addEventListener("load", () => {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      begin();
    });
    begin();
  }, { once: true });
  document.head.append(style);
})();
