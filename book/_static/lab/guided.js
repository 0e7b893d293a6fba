// 먼저 답을 고르고 나서야 잴 수 있는 실험. 물음은 쪽이 주고, 답은 여기서 잽니다.
(() => {
  "use strict";
  const { CONTEXT, HORIZON, LIMIT, best_of, components, effect_of, forecast_errors, h, rmse, small, start } = globalThis.Lab;
  const { format } = globalThis.Lab;

  // 답을 재는 법: 보통의 설정에서 바꿀 것, 쓸 계기, 결과에서 맞는 답의 번호와 문장에 넣을 수.
  const MEASURES = {
    strange_period: {
      with: "forecast",
      state: { period: 70 },
      read: (view) => {
        const errors = forecast_errors(view);
        const best = best_of(errors);
        const right = { naive: 1, linear: 2 }[best.name] ?? 0;
        return { right, zero: small(rmse(view.results.truth, view.results.truth.map(() => 0))), best: best.label, error: small(best.rmse), all: errors.map(({ label, rmse: mean }) => `${label} ${small(mean)}`).join(", ") };
      },
    },
    reset: {
      with: "gates",
      state: { read: HORIZON, event: "reset", at: 150 },
      read: ({ results }) => {
        const { steps, after } = effect_of(results);
        return { right: steps === null ? 2 : steps <= 1 ? 0 : 1, back: steps === null ? `오차 ${LIMIT} 안으로 끝까지 돌아오지 못했습니다` : `${steps}시점 뒤에 오차 ${LIMIT} 안으로 돌아왔습니다`, after: small(after) };
      },
    },
    open: {
      with: "gates",
      state: { read: CONTEXT, event: "f1", at: 150 },
      read: ({ results }) => {
        const { before, after } = effect_of(results);
        return { right: after > 0.1 ? 1 : 0, before: small(before), after: small(after) };
      },
    },
  };

  function* compute(view) {
    view.results ??= {};
    for (const [k, { measure }] of view.data.guided.entries()) {
      if (!view.asked?.has(k) || view.results[k]) continue;
      const { with: name, state, read } = MEASURES[measure];
      const inner = { data: view.data, state: { ...start(), ...state } };
      yield* components[name].compute(inner);
      view.results[k] = read(inner);
    }
  }

  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  const answer = (k) => (view) => {
    const found = view.results?.[k];
    if (!found) return [];
    const { choices, answer: text } = view.data.guided[k];
    const picked = view.picked.get(k);
    const verdict = picked === found.right ? "맞았습니다." : `재어 보니 ‘${choices[found.right]}’였습니다.`;
    return [h("p", {}, h("b", {}, verdict), " ", filled(text, found))];
  };

  const layout = (view) =>
    view.data.guided.map(({ question, choices, measure }, k) => {
      const { with: name, state } = MEASURES[measure];
      return h(
        "fieldset",
        { class: "lab-controls lab-guided" },
        h("legend", {}, `실험 ${k + 1}. ${question}`),
        choices.map((choice, n) =>
          h(
            "label",
            {},
            h("input", {
              type: "radio",
              name: `${view.id}-guess-${k}`,
              on: {
                change: (event) => {
                  view.picked.set(k, n);
                  event.target.closest("fieldset").querySelector("button").disabled = false;
                },
              },
            }),
            ` ${choice}`,
          ),
        ),
        h(
          "p",
          { class: "lab-buttons" },
          view.button("재어 보기", () => { view.asked.add(k); view.restart(); }, { disabled: true }),
          h("a", { href: format({ ...start(), ...state }) + view.data.places[name] }, "이 설정으로 열기"),
        ),
        view.part(`answer${k}`),
      );
    });

  const parts = Object.fromEntries([0, 1, 2].map((k) => [`answer${k}`, answer(k)]));

  globalThis.Lab.components = {
    ...components,
    guided: { compute, layout, parts, numbers: () => [], said: () => "", restarts: [] },
  };
})();
