// 훈련한 모델을 글에서 꺼내 예측합니다. 예측은 잘게 나누어, 화면이 멈추지 않게 합니다.
(() => {
  "use strict";
  const { dense, lstm_step, rnn_step } = globalThis.Lab;

  // 26비트 정수로 적은 가중치를 되돌립니다. 위 24비트와 아래 2비트가 따로 있고, 간격은 step입니다.
  const bytes = (letters) => Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
  const unpack = ({ step, high, low }) => {
    const [upper, lower] = [bytes(high), bytes(low)];
    return Float64Array.from({ length: upper.length / 3 }, (_, k) => {
      const whole = ((upper[3 * k] << 24) | (upper[3 * k + 1] << 16) | (upper[3 * k + 2] << 8)) >> 6;
      return step * (whole + ((lower[k >> 2] >> (6 - 2 * (k & 3))) & 3));
    });
  };

  const layer = ({ kind, activation, weights }) => {
    const read = { kind, activation };
    for (const [name, packed] of Object.entries(weights)) read[name] = unpack(packed);
    read.units = read.b.length / (kind === "LSTM" ? 4 : 1);
    return read;
  };

  // {reads, context, layers}: reads는 "window"나 "stream", context는 필요한 지난 값의 수입니다.
  const model = (described) => ({ ...described, layers: described.layers.map(layer) });

  const zero_state = ({ layers }) =>
    layers
      .filter(({ kind }) => kind !== "Dense")
      .map(({ units }) => ({ h: new Float64Array(units), c: new Float64Array(units) }));

  // 한 시점. 층마다의 값(LSTM이면 h, c, i, f, g, o)과 출력을 냅니다. forced는 층마다 묶을 게이트입니다.
  const step = ({ layers }, x, state, forced = []) => {
    const steps = [];
    for (const one of layers) {
      if (one.kind === "Dense") {
        x = dense(one, x);
        if (one.activation === "tanh") x = x.map(Math.tanh);
      } else {
        const { h, c } = state[steps.length];
        const now =
          one.kind === "LSTM"
            ? lstm_step(one, x, h, c, forced[steps.length])
            : { h: rnn_step(one, x, h) };
        steps.push(now);
        x = now.h;
      }
    }
    return { y: x, steps };
  };

  // 창을 읽고 다음 값을 냅니다.
  const next_value = (network, window) => {
    if (network.layers[0].kind === "Dense") return step(network, window, []).y[0];
    let state = zero_state(network);
    let y;
    for (const value of window) ({ y, steps: state } = step(network, [value], state));
    return y[0];
  };

  // 되먹임 예측. 조금 셈할 때마다 멈춥니다: for (const _ of forecast_slices(...)).
  function* forecast_slices(network, past, values) {
    if (network.reads === "window") {
      const window = Array.from(past.slice(-network.context));
      for (let t = 0; t < values.length; t += 1) {
        values[t] = next_value(network, window);
        window.shift();
        window.push(values[t]);
        yield t;
      }
      return;
    }
    let state = zero_state(network);
    let y = [0];
    for (const value of past.slice(-network.context))
      ({ y, steps: state } = step(network, [value], state));
    for (let t = 0; t < values.length; t += 1) {
      values[t] = y[0];
      ({ y, steps: state } = step(network, [y[0]], state));
      yield t;
    }
  }

  const forecast = (network, past, horizon) => {
    const values = new Float64Array(horizon);
    for (const _ of forecast_slices(network, past, values));
    return values;
  };

  // 한 주기 전의 값을 되풀이합니다.
  const seasonal_naive = (past, horizon, season) => {
    const last = past.slice(-season);
    return Float64Array.from({ length: horizon }, (_, t) => last[t % last.length]);
  };

  // 계수를 곱해 더하기만 하는 예측. 계수는 오래된 값의 것부터입니다.
  const autoregression = (past, horizon, coefficients) => {
    const seen = Array.from(past.slice(-coefficients.length));
    return Float64Array.from({ length: horizon }, () => {
      const next = coefficients.reduce((sum, a, k) => sum + a * seen[k], 0);
      seen.shift();
      seen.push(next);
      return next;
    });
  };

  const cosine_wave = (n, { period, amplitude, phase }) =>
    Float64Array.from(
      { length: n },
      (_, t) => amplitude * Math.cos((2 * Math.PI * t) / period + (phase * Math.PI) / 180),
    );

  // 번호가 같으면 늘 같은 정규 난수 (mulberry32와 Box–Muller).
  const normals = (seed, n) => {
    let a = seed >>> 0;
    const uniform = () => {
      a = (a + 0x6d2b79f5) >>> 0;
      let t = Math.imul(a ^ (a >>> 15), a | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
    return Float64Array.from(
      { length: n },
      () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    );
  };

  const rmse = (a, b) => Math.sqrt(a.reduce((sum, v, t) => sum + (v - b[t]) ** 2, 0) / a.length);
  const max_error = (a, b) => a.reduce((most, v, t) => Math.max(most, Math.abs(v - b[t])), 0);

  // 시점마다의 기록을 rows에 더합니다. read_until 시점까지는 참값을, 그 뒤로는 제 예측을 읽습니다.
  // 끼어드는 일: {event, at}. reset은 at에서 상태를 0으로, wrong은 at의 입력에 1을 더하고,
  // f0, f1, i0은 at부터 그 게이트를 묶습니다.
  function* trace_slices(network, truth, { read_until, event = "none", at = 0 }, rows) {
    const gates = { f0: { f: 0 }, f1: { f: 1 }, i0: { i: 0 } }[event];
    let state = zero_state(network);
    let y = [0];
    for (let t = 0; t < truth.length; t += 1) {
      const before = event === "reset" && t === at ? zero_state(network) : state;
      let x = t < read_until ? truth[t] : y[0];
      if (event === "wrong" && t === at) x += 1;
      const forced = gates && t >= at ? before.map(() => gates) : [];
      const now = step(network, [x], before, forced);
      rows.push({ x, y: now.y[0], before, steps: now.steps });
      ({ y, steps: state } = now);
      yield t;
    }
  }

  const trace = (network, truth, settings) => {
    const rows = [];
    for (const _ of trace_slices(network, truth, settings, rows));
    return rows;
  };

  // at 뒤로 오차가 limit 안으로 돌아와 끝까지 머물기까지의 시점 수. 끝내 못 돌아오거나, 머무는 것을
  // STAY시점도 보지 못했으면 null입니다.
  const STAY = 20;
  const recovery = (errors, at, limit) => {
    let last = at - 1;
    for (let t = at; t < errors.length; t += 1) if (!(Math.abs(errors[t]) <= limit)) last = t;
    return errors.length - 1 - last < STAY ? null : last + 1 - at;
  };

  const softmax = (scores) => {
    const most = Math.max(...scores);
    const powers = Array.from(scores, (score) => Math.exp(score - most));
    const total = powers.reduce((a, b) => a + b, 0);
    return powers.map((power) => power / total);
  };

  // 단어를 하나 읽을 때마다의 상태와 답. 모르는 단어에서 멈추고 그 단어를 돌려줍니다.
  const read_words = ({ vocabulary, layers, heads, softmax: as_probability }, words) => {
    const unknown = words.filter((word) => !vocabulary.includes(word));
    if (unknown.length) return { unknown, rows: [] };
    let state = zero_state({ layers });
    const rows = words.map((word) => {
      const x = vocabulary.map((known) => Number(known === word));
      ({ steps: state } = step({ layers }, x, state));
      const { h } = state[state.length - 1];
      const answers = heads.map(({ weights, ...head }) => {
        const scores = Array.from(dense(weights, h));
        return { ...head, scores: as_probability ? softmax(scores) : scores };
      });
      return { word, h, answers };
    });
    return { unknown, rows };
  };

  const listener = (described) => ({
    ...model(described),
    heads: described.heads.map((head) => ({
      ...head,
      weights: { W: unpack(head.weights.W), b: unpack(head.weights.b) },
    })),
  });

  Object.assign(globalThis.Lab, {
    autoregression,
    cosine_wave,
    forecast,
    forecast_slices,
    listener,
    max_error,
    model,
    next_value,
    normals,
    read_words,
    recovery,
    rmse,
    seasonal_naive,
    softmax,
    step,
    trace,
    trace_slices,
    zero_state,
  });
})();
