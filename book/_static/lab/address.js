// 보이는 것을 주소에 적고, 주소에서 되살립니다. 맞지 않는 값은 가장 가까운 맞는 값이 되고 무엇이었는지 알립니다.
(() => {
  "use strict";
  const VERSION = 1;
  const LONGEST = 200;
  const SETTINGS = {
    period: { label: "주기", from: 20, to: 300, step: 1, start: 100 },
    amplitude: { label: "진폭", from: 0.1, to: 2, step: 0.1, start: 1 },
    phase: { label: "위상(도)", from: 0, to: 358, step: 2, start: 2 },
    noise: { label: "잡음", from: 0, to: 0.5, step: 0.01, start: 0 },
    draw: { label: "잡음의 번호", from: 0, to: 99, step: 1, start: 0 },
    model: { label: "모델", among: ["stateful", "stacked", "lstm"], start: "stateful" },
    layer: { label: "층", from: 1, to: 3, step: 1, start: 1 },
    unit: { label: "칸", from: 1, to: 32, step: 1, start: 1 },
    t: { label: "시점", from: 0, to: 249, step: 1, start: 150 },
    read: { label: "참값을 읽는 시점의 수", from: 1, to: 250, step: 1, start: 100 },
    event: { label: "끼어드는 일", among: ["none", "reset", "wrong", "f0", "f1", "i0"], start: "none" },
    at: { label: "끼어드는 시점", from: 0, to: 249, step: 1, start: 150 },
    listener: { label: "듣는 모델", among: ["trained", "hand"], start: "trained" },
    words: { label: "문장", longest: LONGEST, start: "오늘 아니 어제 주가 어때?" },
  };

  const start = (settings = SETTINGS) =>
    Object.fromEntries(Object.entries(settings).map(([name, { start: value }]) => [name, value]));

  const shown = (text) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

  // 글 하나를 값으로. 고쳤으면 까닭도 돌려줍니다.
  const read = (rule, text) => {
    if (rule.among) {
      return rule.among.includes(text) ? [text] : [rule.start, `${rule.among.join(", ")} 가운데 하나여야 합니다`];
    }
    if (rule.longest) {
      const whole = text.normalize("NFC").replace(/\s+/gu, " ").trim();
      return whole.length > rule.longest ? [whole.slice(0, rule.longest), `${rule.longest}자까지 읽습니다`] : [whole];
    }
    const value = text.trim() === "" ? NaN : Number(text);
    const why = `${rule.from}에서 ${rule.to}까지의 수여야 합니다`;
    if (Number.isNaN(value)) return [rule.start, why];
    const near = Math.min(rule.to, Math.max(rule.from, value));
    const steps = Math.round((near - rule.from) / rule.step);
    const snapped = Number((rule.from + steps * rule.step).toFixed(6));
    return near === value ? [snapped] : [snapped, why];
  };

  const parse = (search, settings = SETTINGS) => {
    const state = start(settings);
    const notes = [];
    const given = new URLSearchParams(String(search).slice(0, 20000));
    const version = Number(given.get("v") ?? VERSION);
    if (version !== VERSION) notes.push(`이 쪽은 ${VERSION}판의 고리를 읽습니다. 받은 값: ‘${shown(given.get("v"))}’. 아는 것만 되살렸습니다.`);
    for (const [name, rule] of Object.entries(settings)) {
      if (!given.has(name)) continue;
      const text = given.get(name);
      const [value, why] = read(rule, text);
      state[name] = value;
      if (why) notes.push(`${rule.label}: ${why}. 받은 값: ‘${shown(text)}’. 대신 쓴 값: ‘${shown(String(value))}’.`);
    }
    return { state, notes };
  };

  // 처음과 다른 것만 적습니다.
  const format = (state, settings = SETTINGS) => {
    const said = new URLSearchParams({ v: String(VERSION) });
    for (const [name, { start: value }] of Object.entries(settings))
      if (state[name] !== value) said.set(name, String(state[name]));
    return `?${said}`;
  };

  Object.assign(globalThis.Lab, { SETTINGS, format, parse, start });
})();
