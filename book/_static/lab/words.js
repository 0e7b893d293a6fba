// 문장을 적으면 단어를 하나 읽을 때마다의 상태와 답을 보입니다. 문장 여럿은 /로 가릅니다.
(() => {
  "use strict";
  const { h, listener, number, read_words } = globalThis.Lab;
  const MOST_WORDS = 24;
  const MOST_SENTENCES = 3;

  // 쉼표는 떼고, 물음표가 빠진 말은 아는 말에 맞춥니다.
  const words_of = (text, vocabulary) =>
    text
      .split(/\s+/u)
      .map((word) => word.replace(/[,.!]+$/u, ""))
      .filter(Boolean)
      .map((word) => (!vocabulary.includes(word) && vocabulary.includes(`${word}?`) ? `${word}?` : word));

  const chosen = (view) => {
    view.listeners ??= {};
    const name = view.state.listener;
    view.listeners[name] ??= listener(view.data.listeners[name]);
    return view.listeners[name];
  };

  function* compute(view) {
    const heard = chosen(view);
    const sentences = view.state.words.split("/").slice(0, MOST_SENTENCES);
    const read = [];
    for (const sentence of sentences) {
      const words = words_of(sentence, heard.vocabulary);
      if (words.length) read.push({ words, cut: words.length > MOST_WORDS, ...read_words(heard, words.slice(0, MOST_WORDS)) });
      yield read.length;
    }
    view.results = { heard, read };
  }

  const bar = (share) =>
    h(
      "svg",
      { viewBox: "0 0 60 10", width: 60, height: 10, "aria-hidden": "true" },
      h("rect", { class: "lab-track", width: 60, height: 10 }),
      h("rect", { class: "lab-plus", width: (60 * Math.min(1, Math.max(0, share))).toFixed(1), height: 10 }),
    );

  const state_strip = (hidden) => {
    const width = Math.min(16, 144 / hidden.length);
    return h(
      "svg",
      { viewBox: `0 0 ${hidden.length * width} 16`, width: hidden.length * width, height: 16, role: "img", "aria-label": `은닉 상태 ${Array.from(hidden, (value) => number(value, 1)).join(", ")}` },
      Array.from(hidden, (value, k) =>
        h("rect", { x: k * width, width: width * 0.85, height: 16, class: value < 0 ? "lab-minus" : "lab-plus", "fill-opacity": Math.min(1, Math.abs(value)).toFixed(2) }),
      ),
    );
  };

  const cells = ({ labels, scores }) =>
    scores.map((score, k) => h("td", {}, h("span", { class: "lab-share" }, `${labels[k]} ${number(score)}`), bar(score)));

  const one = ({ words, rows, unknown, cut }, heard) => {
    const caption = words.slice(0, MOST_WORDS).join(" ");
    if (unknown.length) {
      return h("p", { class: "lab-note" }, `모르는 말: ${[...new Set(unknown)].slice(0, 8).map((word) => `‘${word.slice(0, 20)}’`).join(", ")}. 이 모델이 아는 말은 ${heard.vocabulary.join(", ")}입니다.`);
    }
    return [
      cut ? h("p", { class: "lab-note" }, `앞의 ${MOST_WORDS}단어만 읽었습니다.`) : null,
      h(
        "div",
        { class: "pst-scrollable-table-container" },
        h(
          "table",
          { class: "table lab-words" },
          h("caption", {}, caption),
          h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "읽은 말"), heard.heads.map(({ name, labels }) => h("th", { scope: "colgroup", colspan: labels.length }, name)), h("th", { scope: "col" }, "은닉 상태"))),
          h("tbody", {}, rows.map(({ word, h: hidden, answers }) => h("tr", {}, h("th", { scope: "row" }, word), answers.map(cells), h("td", {}, state_strip(hidden), hidden.length <= 4 ? h("span", { class: "lab-share" }, Array.from(hidden, (value) => number(value)).join(", ")) : null)))),
        ),
      ),
    ];
  };

  const reading = (view) => {
    const { heard, read } = view.results;
    if (!read.length) return [h("p", { class: "lab-note" }, "단어를 하나는 적어야 합니다.")];
    return read.map((sentence) => one(sentence, heard));
  };

  const vocabulary = (view) => [
    h(
      "p",
      { class: "lab-buttons" },
      view.data.listeners[view.state.listener].vocabulary.map((word) =>
        view.button(word, () => view.set({ words: `${view.state.words} ${word}`.trim() })),
      ),
      view.button("지우기", () => view.set({ words: "" })),
    ),
  ];

  const layout = (view) => [
    h(
      "div",
      { class: "lab-controls" },
      Object.keys(view.data.listeners).length > 1 ? view.choice("listener", view.data.listener_names) : null,
      view.text("words"),
      view.part("vocabulary"),
      h(
        "p",
        { class: "lab-buttons" },
        view.data.examples.map(([label, preset]) => view.button(label, () => view.set(preset))),
      ),
    ),
    h("div", { class: "lab-view" }, view.part("reading")),
    view.sharing(),
  ];

  const numbers = ({ results: { heard, read } }) => [
    ["문장", "읽은 말", ...heard.heads.flatMap(({ name, labels }) => labels.map((label) => `${name} ${label}`)), ...Array.from(heard.layers[0].b, (_, k) => `h${k + 1}`)],
    ...read.flatMap(({ rows }, k) => rows.map(({ word, h: hidden, answers }) => [k + 1, word, ...answers.flatMap(({ scores }) => scores), ...hidden])),
  ];

  const said = ({ results: { read } }) =>
    read
      .map(({ rows, unknown }) => {
        if (unknown.length) return `모르는 말이 있습니다: ${unknown.slice(0, 3).map((word) => word.slice(0, 20)).join(", ")}.`;
        const { word, answers } = rows[rows.length - 1];
        const told = answers.map(({ name, labels, scores }) => {
          const most = scores.indexOf(Math.max(...scores));
          return `${name} ${labels[most]} ${number(scores[most])}`;
        });
        return `‘${word}’까지 읽고 ${told.join(", ")}.`;
      })
      .join(" ");

  globalThis.Lab.components = {
    ...globalThis.Lab.components,
    words: { compute, layout, numbers, parts: { reading, vocabulary }, said, restarts: ["words", "listener"] },
  };
  Object.assign(globalThis.Lab, { words_of });
})();
