// 순환 신경망과 LSTM의 한 시점. cells.py와 이름도, 식의 차례도 같습니다.
// 행렬은 줄을 이어 붙인 Float64Array이고, 가중치는 {W, U, b}, 게이트의 차례는 i, f, g, o입니다.
(() => {
  "use strict";

  // x W + h U + b. 벡터는 모두 행입니다. 순환하지 않는 층은 U와 h가 없습니다.
  const affine = ({ W, U, b }, x, h) => {
    const z = Float64Array.from(b);
    const add = (vector, matrix) => {
      for (let j = 0, at = 0; j < vector.length; j += 1) {
        const value = vector[j];
        for (let k = 0; k < z.length; k += 1, at += 1) z[k] += value * matrix[at];
      }
    };
    add(x, W);
    if (h) add(h, U);
    return z;
  };

  const sigmoid = (z) => 0.5 * (1 + Math.tanh(0.5 * z));

  const rnn_step = (weights, x, h) => affine(weights, x, h).map(Math.tanh);

  // forced는 게이트를 묶어 둘 때 씁니다: {f: 0}이면 망각 게이트가 늘 0입니다.
  const lstm_step = (weights, x, h, c, forced = {}) => {
    const z = affine(weights, x, h);
    const units = h.length;
    const gate = (name, place, squash) =>
      name in forced
        ? new Float64Array(units).fill(forced[name])
        : z.slice(place * units, (place + 1) * units).map(squash);
    const i = gate("i", 0, sigmoid);
    const f = gate("f", 1, sigmoid);
    const g = gate("g", 2, Math.tanh);
    const o = gate("o", 3, sigmoid);
    c = c.map((before, k) => f[k] * before + i[k] * g[k]);
    h = o.map((open, k) => open * Math.tanh(c[k]));
    return { h, c, i, f, g, o };
  };

  // 상태 0에서 시작해 시퀀스를 읽고, 시점마다의 값을 모두 돌려줍니다.
  const run_rnn = (weights, inputs) => {
    let h = new Float64Array(weights.b.length);
    return inputs.map((x) => (h = rnn_step(weights, x, h)));
  };

  const run_lstm = (weights, inputs) => {
    let h = new Float64Array(weights.b.length / 4);
    let c = h;
    return inputs.map((x) => {
      const step = lstm_step(weights, x, h, c);
      ({ h, c } = step);
      return step;
    });
  };

  const dense = ({ W, b }, x) => affine({ W, b }, x);

  globalThis.Lab = { ...globalThis.Lab, affine, sigmoid, rnn_step, lstm_step, run_rnn, run_lstm, dense };
})();
