// 파동을 고르고, 네 신경망과 두 기준선이 250시점을 이어 그리는 것을 봅니다.
(() => {
  "use strict";
  const { autoregression, chart, cosine_wave, forecast_slices, h, legend, max_error, model, normals, rmse, seasonal_naive, small, table, ticks } = globalThis.Lab;
  const CONTEXT = 100;
  const HORIZON = 250;
  const CONTROLS = ["period", "amplitude", "phase", "noise", "draw"];

  // 지난 100시점과 그 뒤의 참값. 잡음은 지난 값에만 있습니다.
  const wave_of = (state) => {
    const whole = cosine_wave(CONTEXT + HORIZON, state);
    const past = whole.slice(0, CONTEXT);
    normals(state.draw, CONTEXT).forEach((noise, t) => {
      past[t] += state.noise * noise;
    });
    return { past, truth: whole.slice(CONTEXT) };
  };

  const networks = (data) => Object.keys(data.models);

  function* compute(view) {
    const { data, state } = view;
    const wave = wave_of(state);
    const forecasts = {
      naive: seasonal_naive(wave.past, HORIZON, data.season),
      linear: autoregression(wave.past, HORIZON, data.coefficients),
    };
    // 빨리 끝나는 것부터 그립니다.
    const order = networks(data).sort((a, b) => data.costs[a] - data.costs[b]);
    for (const name of order) forecasts[name] = new Float64Array(HORIZON).fill(NaN);
    view.results = { ...wave, forecasts };
    view.models ??= Object.fromEntries(order.map((name) => [name, model(data.models[name])]));
    for (const name of order) yield* forecast_slices(view.models[name], wave.past, forecasts[name]);
  }

  const shown = (view) => [...networks(view.data), "naive", "linear"];

  const lines = ({ data, results: { past, truth, forecasts } }) => [
    { label: data.names.truth, values: [...past, ...truth], ...data.styles.truth },
    ...shown({ data }).map((name) => ({ label: data.names[name], values: forecasts[name], start: CONTEXT, ...data.styles[name] })),
  ];

  const picture = (view) => {
    const drawn = lines(view);
    const top = Math.max(1.5, 1.25 * view.state.amplitude);
    return [
      chart({
        title: `주기 ${view.state.period}, 진폭 ${view.state.amplitude}인 파동과 여섯 예측. 수는 아래의 표에 있습니다.`,
        lines: drawn,
        x: [0, CONTEXT + HORIZON],
        y: [-top, top],
        x_ticks: ticks(CONTEXT + HORIZON),
        y_ticks: top > 2 ? [-2, -1, 0, 1, 2] : [-1, 0, 1],
        x_label: "시점 (회색 바탕은 알려 준 지난 값)",
        height: 300,
        bands: [{ from: 0, to: CONTEXT }],
      }),
      legend(drawn),
    ];
  };

  const errors = ({ data, results: { truth, forecasts } }) =>
    shown({ data }).map((name) => {
      const values = forecasts[name];
      const done = Number.isFinite(values[HORIZON - 1]);
      return { name, label: data.names[name], rmse: done ? rmse(values, truth) : NaN, max: done ? max_error(values, truth) : NaN };
    });

  const best = (found) => found.reduce((a, b) => (b.rmse < a.rmse ? b : a));

  const scores = (view) => [
    table(
      "250시점의 오차. 작을수록 낫습니다.",
      ["예측", "RMSE", "가장 큰 오차"],
      errors(view).map(({ label, rmse: mean, max }) => [label, small(mean), small(max)]),
    ),
  ];

  const numbers = (view) => {
    const { past, truth, forecasts } = view.results;
    const names = shown(view);
    return [
      ["시점", view.data.names.truth, ...names.map((name) => view.data.names[name])],
      ...Array.from(past, (value, t) => [t, value, ...names.map(() => "")]),
      ...Array.from(truth, (value, t) => [CONTEXT + t, value, ...names.map((name) => forecasts[name][t])]),
    ];
  };

  const PRESETS = [
    ["훈련한 파동", { period: 100, amplitude: 1, noise: 0 }],
    ["주기 70", { period: 70, amplitude: 1, noise: 0 }],
    ["진폭 0.5", { period: 100, amplitude: 0.5, noise: 0 }],
    ["잡음 0.1", { period: 100, amplitude: 1, noise: 0.1 }],
  ];

  const layout = (view) => [
    h(
      "div",
      { class: "lab-controls" },
      CONTROLS.map((name) => view.slider(name)),
      h(
        "p",
        { class: "lab-buttons" },
        PRESETS.map(([label, preset]) => view.button(label, () => view.set(preset))),
      ),
    ),
    h("div", { class: "lab-view" }, view.part("picture")),
    view.part("scores"),
    view.sharing(),
  ];

  const said = (view) => {
    const found = errors(view);
    if (found.some(({ rmse: mean }) => !Number.isFinite(mean))) return "";
    const { label, rmse: mean } = best(found);
    return `주기 ${view.state.period}, 진폭 ${view.state.amplitude}, 잡음 ${view.state.noise}. RMSE가 가장 작은 것은 ${label}, ${small(mean)}입니다.`;
  };

  globalThis.Lab.components = {
    ...globalThis.Lab.components,
    forecast: { compute, layout, numbers, parts: { picture, scores }, said, restarts: CONTROLS, growing: ["picture"] },
  };
  Object.assign(globalThis.Lab, { CONTEXT, HORIZON, forecast_errors: errors, best_of: best, wave_of });
})();
