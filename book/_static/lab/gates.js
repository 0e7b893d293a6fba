// 시간을 앞뒤로 옮기며 게이트와 상태를 봅니다. 한 시점의 식에 그때의 수를 넣어 보입니다.
(() => {
  "use strict";
  const { CONTEXT, BOX, chart, h, legend, max_error, model, number, recovery, small, ticks, trace_slices, wave_of } = globalThis.Lab;
  const GATES = [
    ["f", "망각 게이트 f", "#D55E00", ""],
    ["i", "입력 게이트 i", "#0072B2", "7 4"],
    ["o", "출력 게이트 o", "#00845F", "2 3"],
  ];
  const STATES = [
    ["c", "셀 상태 c", "#D55E00", ""],
    ["h", "은닉 상태 h", "#0072B2", "7 4"],
    ["g", "후보 값 g", "#555555", "2 3"],
  ];
  const EVENTS = {
    none: "그대로 둡니다",
    reset: "상태를 0으로 되돌립니다",
    wrong: "입력 하나에 1을 더합니다",
    f0: "망각 게이트를 0으로 묶습니다",
    f1: "망각 게이트를 1로 묶습니다",
    i0: "입력 게이트를 0으로 묶습니다",
  };
  const LIMIT = 0.05;
  const LINES = ["waves", "gates", "states"]; // 시간에 따른 그림들
  const MOMENT = ["equations", "strip", "unrolled"]; // 한 시점을 보이는 부분들

  const chosen = (view) => {
    view.networks ??= {};
    const name = view.state.model;
    view.networks[name] ??= model(view.data.models[name]);
    return view.networks[name];
  };

  // 창을 읽는 모델은 창 하나를, 상태를 이어 가는 모델은 지난 값과 그 뒤를 이어서 읽습니다.
  const series_of = (view) => {
    if (view.data.series) return Float64Array.from(view.data.series);
    const { past, truth } = wave_of(view.state);
    const network = chosen(view);
    if (network.reads === "window") return Float64Array.of(...past.slice(-network.context), truth[0]);
    return Float64Array.of(...past, ...truth.slice(0, 251 - CONTEXT));
  };

  function* compute(view) {
    const network = chosen(view);
    const series = series_of(view);
    const truth = series.slice(0, -1);
    const next = series.slice(1);
    const reads_all = network.reads === "window" || view.data.series;
    const read_until = reads_all ? truth.length : view.state.read;
    const at = Math.min(view.state.at, truth.length - 1);
    const plain = [];
    const rows = [];
    // 새것을 다 셈하기 전까지는 지난 것을 보입니다.
    const results = { network, truth, next, at, read_until, plain, rows };
    yield* trace_slices(network, truth, { read_until }, plain);
    if (view.state.event === "none") results.rows = plain;
    else yield* trace_slices(network, truth, { read_until, event: view.state.event, at }, rows);
    view.results = results;
  }

  const place = (view) => {
    const { rows, network } = view.results;
    const recurrent = network.layers.filter(({ kind }) => kind === "LSTM");
    const layer = Math.min(view.state.layer, recurrent.length) - 1;
    return {
      t: Math.min(view.state.t, rows.length - 1),
      layer,
      layers: recurrent.length,
      unit: Math.min(view.state.unit, recurrent[layer].units) - 1,
      units: recurrent[layer].units,
    };
  };

  const of_unit = (rows, layer, name, unit) => rows.map(({ steps }) => steps[layer][name][unit]);

  // 시간에 따른 세 그림이 함께 쓰는 것.
  const timeline = (view, lines, more) => {
    const { rows, at } = view.results;
    const n = rows.length;
    const bands = view.state.event === "none" ? [] : [{ from: at, to: n - 1 }];
    return [chart({ x: [0, n - 1], x_ticks: ticks(n - 1), cursor: place(view).t, bands, lines, ...more }), legend(lines)];
  };

  const waves = (view) => {
    const { rows, plain, read_until, network } = view.results;
    const answer = network.reads === "window" ? "여기까지만 읽었을 때의 답" : "다음 값의 예측";
    const top = Math.max(1.5, 1.25 * view.state.amplitude);
    const predicts = !view.data.series;
    const changed = view.state.event !== "none";
    const lines = [
      { label: "읽은 값 x", values: rows.map(({ x }) => x), color: "#555555", width: 3, opacity: 0.55 },
      ...(predicts ? [{ label: answer, values: rows.map(({ y }) => y), start: 1, color: "#0072B2" }] : []),
      ...(changed && predicts ? [{ label: "끼어들지 않았을 때", values: plain.map(({ y }) => y), start: 1, color: "#00845F", dash: "3 3" }] : []),
    ];
    const reading = read_until < rows.length ? ` ${read_until}시점부터는 제 예측을 읽습니다.` : "";
    return timeline(view, lines, { title: `읽은 값과 예측.${reading} 지금은 ${place(view).t}시점입니다.`, y: [-top, top], y_ticks: [-1, 0, 1] });
  };

  const lines_of = (view, named) => {
    const { layer, unit } = place(view);
    return named.map(([name, label, color, dash]) => ({ label, color, dash, values: of_unit(view.results.rows, layer, name, unit) }));
  };

  const gates = (view) =>
    timeline(view, lines_of(view, GATES), { title: `${place(view).unit + 1}번 칸의 세 게이트. 수는 아래의 식에 있습니다.`, y: [-0.05, 1.05], y_ticks: [0, 0.5, 1], height: 180 });

  const states = (view) => {
    const lines = lines_of(view, STATES);
    const most = Math.max(1, ...lines.flatMap(({ values }) => values.map(Math.abs)));
    return timeline(view, lines, { title: `${place(view).unit + 1}번 칸의 셀 상태와 은닉 상태와 후보 값.`, y: [-1.05 * most, 1.05 * most], y_ticks: [-Math.floor(most), 0, Math.floor(most)], height: 210, x_label: "시점" });
  };

  const variable = (letter, below) => [h("var", {}, letter), below ? h("sub", {}, below) : null];

  // 같은 식에 그때의 수를 넣습니다.
  const equations = (view) => {
    const { rows } = view.results;
    const { t, layer, unit } = place(view);
    const { x, y, before, steps } = rows[t];
    const at = (name) => steps[layer][name][unit];
    const [f, i, g, o, c, hidden] = ["f", "i", "g", "o", "c", "h"].map((name) => number(at(name)));
    const c_before = number(before[layer].c[unit]);
    const input = layer === 0 ? [variable("x", "t"), ` = ${number(x)}`] : `입력은 ${layer}층의 은닉 상태`;
    return [
      h("p", { class: "lab-equation" }, h("b", {}, `${t}시점, ${unit + 1}번 칸`), " ", input, view.data.series ? null : [" → ", variable("y", "t"), ` = ${number(y)}`]),
      h("p", { class: "lab-equation" }, variable("f"), ` = ${f}  `, variable("i"), ` = ${i}  `, variable("g"), ` = ${g}  `, variable("o"), ` = ${o}`),
      h("p", { class: "lab-equation" }, variable("c", "t"), " = ", variable("f"), " · ", variable("c", "t−1"), " + ", variable("i"), " · ", variable("g"), ` = ${f} × ${c_before} + ${i} × ${g} = `, h("b", {}, c)),
      h("p", { class: "lab-equation" }, variable("h", "t"), " = ", variable("o"), " · tanh(", variable("c", "t"), `) = ${o} × tanh(${c}) = `, h("b", {}, hidden)),
    ];
  };

  const ROWS = [["f", "망각"], ["i", "입력"], ["o", "출력"], ["c", "셀 상태"], ["h", "은닉 상태"]];
  const LEFT = 80;

  // 층의 모든 칸. 진할수록 0에서 멉니다. 음수는 주황입니다.
  const strip = (view) => {
    const { t, layer, unit, units } = place(view);
    if (units === 1) return [];
    const now = view.results.rows[t].steps[layer];
    const width = (BOX.width - LEFT) / units;
    return [
      h(
        "svg",
        { viewBox: `0 0 ${BOX.width} ${ROWS.length * 20 + 4}`, class: "lab-strip", role: "img", "aria-label": `${t}시점에 ${units}칸의 게이트와 상태. 고른 칸은 ${unit + 1}번입니다.` },
        ROWS.map(([name, label], row) => [
          h("text", { x: 0, y: row * 20 + 16 }, label),
          Array.from(now[name], (value, k) =>
            h("rect", {
              x: (LEFT + k * width).toFixed(1),
              y: row * 20 + 2,
              width: (width - 1).toFixed(1),
              height: 18,
              class: value < 0 ? "lab-minus" : "lab-plus",
              "fill-opacity": Math.min(1, Math.abs(value)).toFixed(2),
              "data-unit": k + 1,
            }),
          ),
        ]),
        h("rect", { class: "lab-chosen", x: LEFT + unit * width - 1, y: 1, width: width + 1, height: ROWS.length * 20 }),
      ),
    ];
  };

  // 끝에 촉이 있는 화살표. 촉은 마지막 두 점의 방향을 봅니다.
  const arrow = (...points) => {
    const [[x0, y0], [x, y]] = points.slice(-2);
    const angle = (Math.atan2(y - y0, x - x0) * 180) / Math.PI;
    return [
      h("path", { class: "lab-arrow", d: `M${points.join(" L")}` }),
      h("path", { class: "lab-head", d: "M0,0 L-9,-5 V5 z", transform: `translate(${x},${y}) rotate(${angle})` }),
    ];
  };

  const box = (x, label, values, now) => [
    h("rect", { class: now ? "lab-box lab-now" : "lab-box", x, y: 46, width: 100, height: 48, rx: 8 }),
    h("text", { x: x + 50, y: 66, "text-anchor": "middle" }, "LSTM"),
    h("text", { x: x + 50, y: 86, "text-anchor": "middle" }, label),
    arrow([x + 50, 120], [x + 50, 97]),
    arrow([x + 50, 44], [x + 50, 24]),
    h("text", { x: x + 50, y: 136, "text-anchor": "middle" }, values.x),
    h("text", { x: x + 50, y: 18, "text-anchor": "middle" }, values.h),
  ];

  // 접은 그림과 펼친 그림. 펼친 그림의 가운데가 지금입니다.
  const unrolled = (view) => {
    if (view.data.series) return [];
    const { rows } = view.results;
    const { t, layer, unit } = place(view);
    const values = (k) =>
      rows[k]
        ? { x: layer === 0 ? `x = ${number(rows[k].x)}` : `아래층의 h`, h: `h = ${number(rows[k].steps[layer].h[unit])}` }
        : { x: "", h: "" };
    return [
      h(
        "svg",
        { viewBox: "0 0 640 144", role: "img", "aria-label": `왼쪽은 접은 그림, 오른쪽은 ${t - 1}, ${t}, ${t + 1}시점으로 펼친 그림입니다. 상자 사이로 은닉 상태와 셀 상태가 넘어갑니다.` },
        box(6, `${t}시점`, values(t), true),
        arrow([106, 58], [130, 58], [130, 82], [109, 82]),
        h("text", { x: 160, y: 76, "text-anchor": "middle" }, "="),
        [-1, 0, 1].map((k) => (rows[t + k] ? box(210 + 150 * (k + 1), `${t + k}시점`, values(t + k), k === 0) : null)),
        [0, 1].map((k) => (rows[t + k] && rows[t + k - 1] ? [arrow([311 + 150 * k, 70], [357 + 150 * k, 70]), h("text", { x: 335 + 150 * k, y: 62, "text-anchor": "middle" }, "h, c")] : null)),
      ),
    ];
  };

  const wide = (drawn) => (view) => h("div", { class: "lab-wide" }, drawn(view));

  const effect_of = ({ rows, plain, next, at }) => {
    const errors = rows.map(({ y }, t) => y - next[t]);
    return {
      before: max_error(plain.slice(at).map(({ y }) => y), next.slice(at)),
      after: max_error(rows.slice(at).map(({ y }) => y), next.slice(at)),
      steps: recovery(errors, at, LIMIT),
    };
  };

  const effect = (view) => {
    if (view.state.event === "none" || view.data.series) return [];
    const { before, after, steps } = effect_of(view.results);
    const back =
      steps === null
        ? `끝까지 오차 ${LIMIT} 안으로 돌아오지 못했습니다.`
        : steps === 0
          ? `오차는 줄곧 ${LIMIT} 안이었습니다.`
          : `오차가 ${LIMIT} 안으로 돌아오기까지 ${steps}시점이 걸렸습니다.`;
    return [h("p", {}, `${view.results.at}시점부터 가장 큰 오차: 그대로 두면 ${small(before)}, 끼어들면 ${small(after)}. ${back}`)];
  };

  const step_by = (view, by) => {
    if (!view.results) return;
    const { rows } = view.results;
    view.set({ t: Math.min(rows.length - 1, Math.max(0, place(view).t + by)) });
  };

  const transport = (view) =>
    h(
      "div",
      { class: "lab-controls" },
      h(
        "p",
        { class: "lab-buttons" },
        view.button("처음으로", () => view.set({ t: 0 })),
        view.button("한 시점 뒤로", () => step_by(view, -1)),
        view.button("재생", () => view.play(() => step_by(view, 1)), { class: "lab-play" }),
        view.button("한 시점 앞으로", () => step_by(view, 1)),
      ),
      view.slider("t"),
    );

  const layout = (view) => {
    const has = (name) => !view.data.hidden?.includes(name);
    return [
      h(
        "div",
        { class: "lab-controls" },
        view.choice("model", view.data.model_names),
        ["layer", "unit", "read"].filter(has).map((name) => view.slider(name)),
        has("event") ? [view.choice("event", EVENTS), view.slider("at")] : null,
      ),
      transport(view),
      h("div", { class: "lab-view" }, LINES.map((name) => view.part(name))),
      view.part("effect"),
      ...MOMENT.map((name) => view.part(name)),
      view.sharing(),
    ];
  };

  const numbers = (view) => {
    const { rows } = view.results;
    const { layer, unit } = place(view);
    const names = ["f", "i", "g", "o", "c", "h"];
    return [["시점", "x", "y", ...names], ...rows.map(({ x, y, steps }, t) => [t, x, y, ...names.map((name) => steps[layer][name][unit])])];
  };

  const said = (view) => {
    const { t, layer, unit } = place(view);
    const { x, steps } = view.results.rows[t];
    const of = (name) => number(steps[layer][name][unit]);
    return `${t}시점. 입력 ${number(x)}, 망각 게이트 ${of("f")}, 입력 게이트 ${of("i")}, 출력 게이트 ${of("o")}, 셀 상태 ${of("c")}, 은닉 상태 ${of("h")}.`;
  };

  globalThis.Lab.components = {
    ...globalThis.Lab.components,
    gates: {
      compute,
      layout,
      numbers,
      parts: { waves, gates, states, equations, strip: wide(strip), unrolled: wide(unrolled), effect },
      said,
      restarts: ["period", "amplitude", "phase", "noise", "draw", "model", "read", "event", "at"],
      redraws: { t: MOMENT, unit: [...MOMENT, "gates", "states"], layer: [...MOMENT, "gates", "states"] },
      place,
      // 지금의 설정에서는 아무 일도 하지 않는 손잡이.
      unused: (view, setting) => (setting === "layer" && place(view).layers === 1) || (setting === "at" && view.state.event === "none") || (setting === "read" && view.results.network.reads === "window"),
      lit: (view) => {
        const { t, layer, unit } = place(view);
        const { x, before, steps } = view.results.rows[t];
        const now_of = (name) => steps[layer][name][unit];
        return { x, h_before: before[layer].h[unit], c_before: before[layer].c[unit], ...Object.fromEntries(["f", "i", "g", "o", "c", "h"].map((name) => [name, now_of(name)])) };
      },
    },
  };
  Object.assign(globalThis.Lab, { LIMIT, effect_of });
})();
