// 쪽에 놓인 계기를 움직입니다. 지을 때 그려 둔 것과 같은 나무를 짓고, 바뀐 곳만 다시 그립니다.
(() => {
  "use strict";
  const { SETTINGS, components, format, h, number, parse, start, written } = globalThis.Lab;
  const BUDGET = 8; // 한 화면을 그리는 사이에 셈에 쓰는 시간(1,000분의 1초)
  const REST = Symbol("rest"); // 이 화면에서는 더 하지 않고 쉽니다.
  const REDRAW = 100; // 셈하는 동안 자라는 그림을 다시 그리는 간격
  const STEP = 80; // 재생의 한 시점. 움직임을 줄인 화면에서는 더 천천히 갑니다.
  const SLOW = 500;

  const settings_of = (data) =>
    Object.fromEntries(Object.entries(SETTINGS).map(([name, rule]) => [name, { ...rule, ...data.settings?.[name] }]));

  // 계기 하나. 그리는 데 쓰는 것은 브라우저가 없어도 됩니다.
  const make_view = (name, id, data, state, settings) => {
    const view = { name, id, data, state, settings, picked: new Map(), asked: new Set(), stale: new Set() };
    const { parts } = components[name];
    view.part = (part) => ({ ...h("div", { "data-part": part, class: "lab-part" }, view.results ? parts[part](view) : []), keep: !view.results });
    view.button = (label, act, more = {}) => h("button", { type: "button", ...more, on: { click: act } }, label);
    view.slider = (setting) => {
      const { label, from, to, step } = settings[setting];
      const value = view.state[setting];
      return h(
        "label",
        { class: "lab-slider" },
        h("span", {}, `${label} `, h("output", { "data-shows": setting }, String(value))),
        h("input", { type: "range", min: from, max: to, step, value, "data-setting": setting, on: { input: ({ target }) => view.set({ [setting]: Number(target.value) }) } }),
      );
    };
    view.choice = (setting, names) =>
      h(
        "label",
        { class: "lab-slider" },
        h("span", {}, settings[setting].label),
        h(
          "select",
          { "data-setting": setting, on: { change: ({ target }) => view.set({ [setting]: target.value }) } },
          Object.entries(names).map(([value, label]) => h("option", { value, selected: value === view.state[setting] }, label)),
        ),
      );
    view.text = (setting) =>
      h(
        "label",
        { class: "lab-slider lab-sentence" },
        h("span", {}, `${settings[setting].label} (여럿은 /로 가릅니다)`),
        h("input", {
          type: "text",
          value: view.state[setting],
          maxlength: settings[setting].longest,
          "data-setting": setting,
          autocomplete: "off",
          spellcheck: "false",
          on: { input: ({ target }) => view.set({ [setting]: target.value }) },
        }),
      );
    view.sharing = () =>
      h(
        "details",
        { class: "lab-controls" },
        h("summary", {}, "고리, 그림, 수로 가져가기"),
        h("p", { class: "lab-buttons" }, ...["고리", "SVG", "PNG", "CSV"].map((kind) => view.button(kind === "고리" ? "고리 복사" : `${kind} 받기`, () => view.take(kind)))),
        h("label", { class: "lab-slider lab-sentence" }, h("span", {}, "이 설정의 고리"), h("input", { type: "text", readonly: true, "data-link": true, value: "" })),
      );
    view.set = () => {};
    view.enlarge = () => {};
    view.take = () => {};
    view.play = () => {};
    view.restart = () => {};
    return view;
  };

  const tree = (view) => [
    components[view.name].layout(view),
    h("p", { class: "lab-controls" }, view.button("크게 보기", view.enlarge, { class: "lab-large" })),
    h("p", { role: "status", class: "lab-said" }),
  ];

  // 지을 때: 처음의 그림을 글로.
  const rendered = (name, id, data) => {
    const settings = settings_of(data);
    const view = make_view(name, id, data, start(settings), settings);
    for (const _ of components[name].compute(view));
    return h("div", {}, tree(view)).children.map(written).join("");
  };

  Object.assign(globalThis.Lab, { rendered });
  if (typeof document === "undefined") return;

  const { built, grow } = globalThis.Lab;

  const refresh = (view, names = Object.keys(components[view.name].parts)) => {
    if (!view.results) return;
    for (const part of names) {
      const place = view.root.querySelector(`[data-part="${part}"]`);
      grow(place, h("div", {}, components[view.name].parts[part](view)).children);
    }
    move_cursor(view);
  };

  // 쪽에 있는 강의의 그림에 그 시점의 수를 적고, 열린 게이트를 밝힙니다.
  const light = (view) => {
    const { figure } = view.data;
    const { lit } = components[view.name];
    const drawing = figure && lit && document.querySelector(`#${figure} svg`);
    if (!drawing) return;
    const values = lit(view);
    for (const [name, [x, y, anchor]] of Object.entries(view.data.spots)) {
      let spot = drawing.querySelector(`[data-spot="${name}"]`);
      if (!spot) {
        spot = built(h("text", { "data-spot": name, class: "lab-spot", x, y, "text-anchor": anchor }));
        drawing.append(spot);
      }
      spot.textContent = number(values[name]);
    }
    for (const gate of drawing.querySelectorAll("[data-gate]"))
      gate.style.strokeWidth = (2 + 6 * Math.abs(values[gate.dataset.gate])).toFixed(1);
  };

  const announce = (view) => {
    clearTimeout(view.saying);
    view.saying = setTimeout(() => {
      const place = view.root.querySelector(".lab-said");
      const text = view.results && !view.playing ? components[view.name].said(view) : "";
      if (text && place.textContent !== text) place.textContent = text;
    }, 700);
  };

  // 셈을 화면 사이에 나누어 합니다. 한 화면에 한 계기만 하므로, 계기가 여럿이어도 화면이 멈추지 않습니다.
  // 새 셈이 시작되면 하던 셈은 버립니다.
  const waiting = new Map();
  let ticking = false;

  const work_on = (view) => {
    const { work, finish } = waiting.get(view);
    const until = performance.now() + BUDGET;
    let done = false;
    let value;
    while (!done && value !== REST && performance.now() < until) ({ done, value } = work.next());
    waiting.delete(view);
    if (!done) waiting.set(view, { work, finish }); // 차례의 맨 뒤로.
    else {
      finish();
      view.root.removeAttribute("aria-busy");
    }
  };

  const tick = () => {
    const [view] = waiting.keys();
    if (view) work_on(view);
    ticking = waiting.size > 0;
    if (ticking) requestAnimationFrame(tick);
  };

  const pump = (view, work, finish) => {
    waiting.delete(view);
    waiting.set(view, { work, finish });
    view.root.setAttribute("aria-busy", "true");
    if (!ticking) requestAnimationFrame(tick);
    ticking = true;
  };

  // 셈하는 동안에는 자라는 것만 다시 그립니다. 셈과 그리기를, 또 두 부분을 한 화면에 하지 않아 멈추지 않습니다.
  const restart = (view) => {
    const { compute, parts, growing = [] } = components[view.name];
    const work = function* () {
      let drawn = 0;
      for (const slice of compute(view)) {
        yield slice;
        if (!growing.length || !view.ready || performance.now() - drawn < REDRAW) continue;
        yield REST;
        refresh(view, growing);
        drawn = performance.now();
        yield REST;
      }
      for (const part of Object.keys(parts)) {
        yield REST;
        refresh(view, [part]);
      }
      yield REST;
    };
    pump(view, work(), () => {
      view.ready = true;
      sync([view], view.state);
      light(view);
      window.dispatchEvent(new Event("resize")); // 넘치는 것이 있으면 site.js가 글쇠로 밀 수 있게 합니다.
      announce(view);
    });
  };

  // 설정만 바뀌었으면 첫 부분은 곧바로, 나머지는 한 화면에 하나씩 그립니다. 재생과 끌기가 화면의 박자를 지킵니다.
  // 그사이 또 바뀌어도 차례는 그대로라, 어느 부분도 밀려나지 않습니다.
  const redraw = (view, [first, ...rest]) => {
    const drawing = view.stale.size > 0;
    for (const part of rest) view.stale.add(part);
    refresh(view, [first]);
    const go_on = () => {
      const [part] = view.stale;
      view.stale.delete(part);
      refresh(view, [part]);
      if (view.stale.size) requestAnimationFrame(go_on);
    };
    // 곧바로 그린 것과 같은 화면에 들지 않게 한 번 쉽니다.
    if (!drawing && view.stale.size) requestAnimationFrame(() => requestAnimationFrame(go_on));
  };

  const move_cursor = (view) => {
    const { place } = components[view.name];
    if (!place || !view.results) return;
    const { t } = place(view);
    for (const line of view.root.querySelectorAll(".lab-cursor")) {
      const x = String(Number(line.dataset.from) + t * Number(line.dataset.step));
      for (const end of ["x1", "x2"]) if (line.getAttribute(end) !== x) line.setAttribute(end, x);
    }
  };

  const sync = (views, state) => {
    for (const view of views) {
      const { root } = view;
      for (const control of root.querySelectorAll("[data-setting]")) {
        const { setting } = control.dataset;
        const value = String(state[setting]);
        if (control.value !== value) control.value = value;
        control.disabled = (view.results && components[view.name].unused?.(view, setting)) ?? false;
      }
      for (const output of root.querySelectorAll("[data-shows]")) output.textContent = String(state[output.dataset.shows]);
    }
  };

  // 그림을 파일로: 쪽의 스타일을 그림 안에 적어 넣습니다.
  const standalone = (drawing) => {
    const copy = drawing.cloneNode(true);
    const originals = [drawing, ...drawing.querySelectorAll("*")];
    for (const [k, node] of [copy, ...copy.querySelectorAll("*")].entries()) {
      const style = getComputedStyle(originals[k]);
      for (const name of ["fill", "stroke", "stroke-width", "fill-opacity", "font-family", "font-size"])
        node.setAttribute(name, style.getPropertyValue(name));
    }
    const [, , width, height] = drawing.getAttribute("viewBox").split(" ").map(Number);
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    const paper = getComputedStyle(document.body).backgroundColor;
    copy.prepend(built(h("rect", { width, height, fill: paper })));
    return { text: new XMLSerializer().serializeToString(copy), width, height };
  };

  const save = (blob, name) => {
    const link = built(h("a", { href: URL.createObjectURL(blob), download: name }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  const link_of = (view) => {
    const section = view.root.closest("section[id]");
    const { origin, pathname, protocol } = window.location;
    const base = protocol === "file:" ? `file://${pathname}` : origin + pathname;
    return `${base}${format(view.state, view.settings)}${section ? `#${section.id}` : ""}`;
  };

  const take = (view) => (kind) => {
    if (!view.results) return;
    const named = `lab-${view.name}`;
    if (kind === "고리") {
      const field = view.root.querySelector("[data-link]");
      field.value = link_of(view);
      field.select();
      navigator.clipboard?.writeText(field.value).catch(() => {});
      return;
    }
    if (kind === "CSV") {
      const quoted = (cell) => (/[",\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell));
      const rows = components[view.name].numbers(view).map((row) => row.map(quoted).join(","));
      save(new Blob([`\ufeff${rows.join("\n")}\n`], { type: "text/csv" }), `${named}.csv`);
      return;
    }
    const drawing = view.root.querySelector(".lab-view svg");
    if (!drawing) return;
    const { text, width, height } = standalone(drawing);
    if (kind === "SVG") save(new Blob([text], { type: "image/svg+xml" }), `${named}.svg`);
    else {
      const image = new Image();
      image.onload = () => {
        const canvas = built(h("canvas", { width: 2 * width, height: 2 * height }));
        canvas.getContext("2d").drawImage(image, 0, 0, 2 * width, 2 * height);
        canvas.toBlob((blob) => save(blob, `${named}.png`));
      };
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    }
  };

  const stop = (view) => {
    clearInterval(view.playing);
    view.playing = 0;
    const button = view.root.querySelector(".lab-play");
    if (button) button.textContent = "재생";
  };

  const play = (view) => (next) => {
    if (!view.results) return;
    if (view.playing) {
      stop(view);
      announce(view);
      return;
    }
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    view.root.querySelector(".lab-play").textContent = "멈춤";
    const { t } = components[view.name].place(view);
    if (t >= view.results.rows.length - 1) view.set({ t: 0 });
    view.playing = setInterval(() => {
      next();
      if (components[view.name].place(view).t >= view.results.rows.length - 1) stop(view);
    }, calm ? SLOW : STEP);
  };

  // 계기만 화면 가득히. 강의실의 스크린에서 손잡이와 그림과 식이 한눈에 보입니다.
  const enlarge = (view) => () => {
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    else view.root.requestFullscreen().catch(() => {});
  };

  const follow_screen = () => {
    for (const button of document.querySelectorAll(".lab-large")) {
      const large = document.fullscreenElement?.contains(button) ?? false;
      button.textContent = large ? "작게 보기" : "크게 보기";
      button.disabled = !document.fullscreenEnabled;
    }
  };

  // 지을 때 그려 둔 것에 할 일을 붙입니다. 그림은 첫 셈이 끝날 때까지 그대로 보입니다.
  const take_over = (view) => {
    grow(view.root, h("div", {}, tree(view)).children);
    sync([view], view.state);
    view.root.addEventListener("click", ({ target }) => {
      const { unit } = target.dataset;
      if (unit) view.set({ unit: Number(unit) });
    });
    // 그림을 가로로 끌면 시간이 움직입니다.
    const drag = (event) => {
      const line = event.target.closest("svg")?.querySelector(".lab-cursor");
      if (!line || !view.results || !(event.buttons & 1)) return;
      const inside = line.ownerSVGElement.getScreenCTM().inverse();
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(inside).x;
      const last = view.results.rows.length - 1;
      const t = Math.round((at - Number(line.dataset.from)) / Number(line.dataset.step));
      view.set({ t: Math.min(last, Math.max(0, t)) });
    };
    view.root.addEventListener("pointerdown", drag);
    view.root.addEventListener("pointermove", drag);
  };

  const boot = () => {
    const data = window.LAB_DATA; // 앞서 읽은 lab-data의 스크립트가 둡니다.
    const roots = [...document.querySelectorAll(".lab[data-lab]")];
    if (!data || !roots.length) return;
    const settings = settings_of(data);
    const { state, notes } = parse(window.location.search, settings);
    const views = roots.map((root, k) => Object.assign(make_view(root.dataset.lab, `lab-${k + 1}`, data, state, settings), { root }));

    const set = (changes) => {
      const changed = Object.keys(changes).filter((name) => state[name] !== changes[name]);
      if (!changed.length) return;
      Object.assign(state, changes);
      const awake = views.filter((view) => !asleep.includes(view));
      sync(awake, state);
      for (const view of awake) {
        const { restarts, redraws = {} } = components[view.name];
        if (changed.some((name) => restarts.includes(name))) restart(view);
        else {
          const parts = new Set(changed.flatMap((name) => redraws[name] ?? []));
          if (!parts.size) continue;
          redraw(view, parts);
          light(view);
          announce(view);
        }
      }
    };

    // 한 화면에 하나씩 깨웁니다. 계기가 여럿이어도 화면이 멈추지 않습니다.
    const asleep = [...views];
    const waken = () => {
      const view = asleep.shift();
      Object.assign(view, { set, take: take(view), play: play(view), enlarge: enlarge(view), restart: () => restart(view) });
      take_over(view);
      follow_screen();
      restart(view);
      view.root.dataset.ready = "";
      if (asleep.length) requestAnimationFrame(waken);
    };
    waken();
    document.addEventListener("fullscreenchange", follow_screen);
    if (notes.length) {
      const told = h("div", { class: "lab-note", role: "status" }, h("p", {}, "고리의 값을 고쳐 읽었습니다."), h("ul", {}, notes.slice(0, 6).map((note) => h("li", {}, note))));
      roots[0].before(built(told));
    }
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", boot);
  else boot();
})();
