// 마디의 나무를 짓고 그림을 그립니다. 같은 나무가 책을 지을 때는 글이 되고, 브라우저에서는 화면이 됩니다.
// 글은 언제나 글로만 들어가므로, 주소나 글상자에서 온 것이 HTML이 되지 않습니다.
(() => {
  "use strict";
  const SVG = new Set(
    "svg g path line rect circle text tspan title desc polyline defs marker".split(" "),
  );
  const VOID = new Set(["input", "br"]);

  // h("p", {class: "a", on: {click}}, "글", 다른 마디…)
  const h = (name, attributes, ...children) => ({
    name,
    attributes: attributes ?? {},
    children: children.flat(Infinity).filter((child) => child !== null && child !== undefined),
  });

  const escaped = (text) =>
    String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

  const written = (node) => {
    if (typeof node !== "object") return escaped(node);
    const attributes = Object.entries(node.attributes)
      .filter(([name, value]) => name !== "on" && value !== false && value !== undefined)
      .map(([name, value]) => (value === true ? ` ${name}=""` : ` ${name}="${escaped(value)}"`));
    const open = `<${node.name}${attributes.join("")}>`;
    return VOID.has(node.name) ? open : `${open}${node.children.map(written).join("")}</${node.name}>`;
  };

  // 마지막에 적은 속성. 책을 지을 때 그려 둔 마디이면 거기에 적힌 것을 읽습니다.
  const given = new WeakMap();
  const read = ({ attributes }) => Object.fromEntries(Array.from(attributes, ({ name, value }) => [name, value]));

  // 바뀐 속성만 손댑니다. 할 일은 마디에 적어 두고 부를 때 찾으므로, 마디를 그대로 두고 할 일만 바꿀 수 있습니다.
  const dress = (made, { attributes }) => {
    const before = given.get(made) ?? read(made);
    const after = {};
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "on") {
        for (const event of Object.keys(value))
          if (!made.acts?.[event]) made.addEventListener(event, (happened) => made.acts[event](happened));
        made.acts = { ...made.acts, ...value };
      } else if (value !== false && value !== undefined) {
        after[name] = value === true ? "" : String(value);
        if (before[name] !== after[name]) made.setAttribute(name, after[name]);
      }
    }
    // tabindex는 site.js가 넘치는 것에 붙입니다.
    for (const name of Object.keys(before)) if (!(name in after) && name !== "tabindex") made.removeAttribute(name);
    given.set(made, after);
  };

  const built = (node) => {
    if (typeof node !== "object") return document.createTextNode(String(node));
    const made = SVG.has(node.name)
      ? document.createElementNS("http://www.w3.org/2000/svg", node.name)
      : document.createElement(node.name);
    dress(made, node);
    made.append(...node.children.map(built));
    return made;
  };

  // 있는 마디를 새 나무에 맞춥니다. 바뀐 것만 손대므로 화면이 덜 움직이고 초점도 그대로입니다.
  const grow = (place, children) => {
    while (place.childNodes.length > children.length) place.lastChild.remove();
    children.forEach((child, k) => {
      const old = place.childNodes[k];
      if (!old) place.append(built(child));
      else if (typeof child !== "object") {
        if (old.nodeType !== Node.TEXT_NODE) old.replaceWith(built(child));
        else if (old.data !== String(child)) old.data = String(child);
      } else if (old.localName !== child.name) old.replaceWith(built(child));
      else {
        dress(old, child);
        if (!child.keep) grow(old, child.children);
      }
    });
  };

  const number = (value, digits = 2) => {
    if (!Number.isFinite(value)) return "—";
    const text = value.toFixed(digits);
    return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
  };

  // 오차처럼 작은 수: 숫자 셋까지.
  const small = (value) => {
    if (!Number.isFinite(value)) return "—";
    if (Math.abs(value) < 1e-6) return "0.000001 미만";
    const digits = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
    return number(value, digits);
  };

  const BOX = { width: 640, left: 46, right: 22, top: 12 };

  const scale = ([from, to], low, high) => (value) => low + ((value - from) / (to - from)) * (high - low);

  const tenth = (value) => Math.round(10 * value) / 10; // toFixed보다 빠릅니다.

  const path = (values, start, x, y, [low, high]) => {
    let d = "";
    let pen = "M";
    for (let k = 0; k < values.length; k += 1) {
      if (!Number.isFinite(values[k])) {
        pen = "M";
        continue;
      }
      const inside = Math.min(high, Math.max(low, values[k]));
      d += `${pen}${tenth(x(start + k))},${tenth(y(inside))}`;
      pen = "L";
    }
    return d;
  };

  // 읽기 좋은 눈금: 10, 20, 50의 배수.
  const ticks = (n) => {
    const step = n > 150 ? 50 : n > 60 ? 20 : 10;
    return Array.from({ length: Math.floor(n / step) + 1 }, (_, k) => k * step);
  };

  // 시간에 따른 선들. lines: [{label, values, start, color, dash, width, opacity}].
  const chart = ({ title, lines, x: range, y: limits, y_ticks, x_ticks, x_label, height = 210, cursor, bands = [] }) => {
    const bottom = height - (x_label ? 58 : 34);
    const x = scale(range, BOX.left, BOX.width - BOX.right);
    const y = scale(limits, bottom, BOX.top);
    const grid = [
      ...y_ticks.map((value) => [
        h("line", { class: "lab-grid", x1: BOX.left, x2: BOX.width - BOX.right, y1: y(value), y2: y(value) }),
        h("text", { x: BOX.left - 6, y: y(value) + 5, "text-anchor": "end" }, number(value, Number.isInteger(value) ? 0 : 1)),
      ]),
      ...x_ticks.map((value) => h("text", { x: x(value), y: bottom + 22, "text-anchor": "middle" }, String(value))),
    ];
    const drawn = lines.map(({ values, start = 0, color, dash, width = 2, opacity }) =>
      h("path", {
        d: path(values, start, x, y, limits),
        stroke: color,
        "stroke-width": width,
        "stroke-dasharray": dash || undefined,
        opacity,
      }),
    );
    return h(
      "svg",
      { viewBox: `0 0 ${BOX.width} ${height}`, class: "lab-chart", role: "img", "aria-label": title },
      bands.map(({ from, to }) =>
        h("rect", { class: "lab-band", x: x(from), width: x(to) - x(from), y: BOX.top, height: bottom - BOX.top }),
      ),
      grid,
      x_label ? h("text", { x: (BOX.left + BOX.width) / 2, y: height - 8, "text-anchor": "middle" }, x_label) : null,
      h("g", { class: "lab-lines", fill: "none" }, drawn),
      cursor === undefined
        ? null
        : h("line", { class: "lab-cursor", x1: x(cursor), x2: x(cursor), y1: BOX.top, y2: bottom, "data-from": x(0), "data-step": x(1) - x(0) }),
    );
  };

  const legend = (lines) =>
    h(
      "p",
      { class: "lab-legend" },
      lines.map(({ label, color, dash, opacity }) =>
        h(
          "span",
          {},
          h(
            "svg",
            { viewBox: "0 0 28 10", width: 28, height: 10, "aria-hidden": "true" },
            h("g", { class: "lab-lines" }, h("line", { x1: 0, x2: 28, y1: 5, y2: 5, stroke: color, "stroke-width": 3, "stroke-dasharray": dash || undefined, opacity })),
          ),
          ` ${label}`,
        ),
      ),
    );

  const table = (caption, headers, rows) =>
    h(
      "div",
      { class: "pst-scrollable-table-container" },
      h(
        "table",
        { class: "table" },
        h("caption", {}, caption),
        h("thead", {}, h("tr", {}, headers.map((header) => h("th", { scope: "col" }, header)))),
        h("tbody", {}, rows.map(([first, ...rest]) => h("tr", {}, h("th", { scope: "row" }, first), rest.map((cell) => h("td", {}, cell))))),
      ),
    );

  Object.assign(globalThis.Lab, { BOX, built, chart, grow, h, legend, number, small, table, ticks, written });
})();
