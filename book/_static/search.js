// 책에서 찾기. 색인(search-index.js)의 글에서 낱말을 찾아 쪽의 차례를 매기고 둘레의 글을 보입니다.
// 입력은 언제나 글입니다. 정규식으로도 HTML로도 읽지 않습니다.
(() => {
  "use strict";

  const PARTICLES = [
    "으로부터", "이라는", "이라고", "에서는", "에서의", "입니까", "합니다", "입니다", "했습니다",
    "에서", "에게", "으로", "까지", "부터", "처럼", "보다", "라는", "이란", "하는", "하기", "하다", "한다",
    "들의", "들은", "들이", "들을", "은", "는", "이", "가", "을", "를", "의", "에", "로", "와", "과",
    "도", "만", "란", "들", "한",
  ];
  const FILLERS = new Set([
    "무엇", "무엇입니까", "무엇인가요", "뭐야", "뭔가요", "왜", "어떻게", "이란", "란", "입니까", "방법",
  ]);
  const LONGEST_QUERY = 100;
  const EXCERPT = 60;
  const isHangul = (c) => c >= "가" && c <= "힣";
  const isWord = (c) => /[a-z0-9]/.test(c) || isHangul(c);
  const normal = (text) => text.normalize("NFC").toLowerCase();

  // 띄어쓰기를 지운 글과, 그 글의 자리마다 본디 자리와 어절의 처음인지.
  function compact(text) {
    const lower = normal(text);
    const letters = [];
    const origin = [];
    const starts = [];
    let atStart = true;
    for (let i = 0; i < lower.length; i += 1) {
      const c = lower[i];
      if (/\s/.test(c)) {
        atStart = true;
        continue;
      }
      const word = isWord(c);
      const previous = i ? lower[i - 1] : " ";
      letters.push(c);
      origin.push(i);
      // 어절의 처음, 기호의 다음, 한글과 로마자가 바뀌는 곳에서 낱말이 시작합니다.
      starts.push(atStart || !word || !isWord(previous) || isHangul(c) !== isHangul(previous));
      atStart = false;
    }
    return { text: letters.join(""), origin, starts, length: lower.length };
  }

  // 한 음절은 홀로 서거나 조사가 붙은 것만 셉니다.
  function standsAlone(field, at) {
    let end = at + 1;
    while (end < field.text.length && !field.starts[end] && isHangul(field.text[end])) end += 1;
    const rest = field.text.slice(at + 1, end);
    return rest === "" || PARTICLES.includes(rest);
  }

  function occurrences(field, needle) {
    const found = [];
    const latin = /^[\x00-\x7f]/.test(needle);
    for (let at = field.text.indexOf(needle); at >= 0; at = field.text.indexOf(needle, at + 1)) {
      const spansWords = field.starts.slice(at + 1, at + needle.length).some(
        (start, k) => start && isHangul(field.text[at + 1 + k]) && isHangul(field.text[at + k]),
      );
      const start = field.starts[at];
      if ((spansWords || latin) && !start) continue;
      if (needle.length === 1 && isHangul(needle) && !(start && standsAlone(field, at))) continue;
      if (needle.length === 1 && latin) {
        const next = field.text[at + 1];
        if (next && isWord(next) && !isHangul(next) && !field.starts[at + 1]) continue;
      }
      found.push({ at, start });
    }
    return found;
  }

  function prepare(index) {
    return index.pages.map((page) => ({
      ...page,
      heading: compact(page.title),
      parts: page.parts.map(([anchor, title, body, code, terms]) => ({
        anchor, title, body, code,
        fields: [[compact(title), 12], [compact(terms), 8], [compact(body), 1], [compact(code), 1]],
      })),
    }));
  }

  // 색인 어딘가에서 어절을 시작한 적이 없는 조각은 낱말이 아닙니다('순환신경망' 속의 '환신').
  function isKnown(pages, needle) {
    return pages.some((page) => page.parts.some((part) =>
      part.fields.some(([field]) => occurrences(field, needle).some((hit) => hit.start))));
  }

  // 낱말 그대로, 조사를 뗀 것, 같은 뜻의 용어.
  function needles(pages, aliases, word) {
    const found = new Set();
    const ends = PARTICLES.filter((end) => word.endsWith(end) && word.length > end.length + 1);
    for (const stem of [word, ...ends.map((end) => word.slice(0, -end.length))]) {
      if (Object.hasOwn(aliases, stem)) found.add(normal(aliases[stem]).replace(/\s/g, ""));
      if (isKnown(pages, stem)) found.add(stem);
    }
    return [...found];
  }

  function scoreField(field, needle) {
    let score = 0;
    for (const hit of occurrences(field, needle)) score += hit.start ? 1 : 0.4;
    return score;
  }

  function scorePart(part, choices) {
    return Math.max(0, ...choices.map((needle) => part.fields.reduce((sum, [field, weight]) => {
      const count = scoreField(field, needle);
      return sum + (weight * count) / (count + 1.5) + (weight * count) / 40;
    }, 0)));
  }

  function scoreTitle(page, choices) {
    return Math.max(0, ...choices.map((needle) => {
      const hits = occurrences(page.heading, needle);
      if (!hits.length) return 0;
      const whole = page.heading.text.length === needle.length;
      return whole ? 60 : hits[0].at === 0 ? 40 : 25;
    }));
  }

  // 쪽과 그 안의 절마다의 점수. 절이 많다고 앞서지 않게, 좋은 절부터 조금씩 덜 셉니다.
  function rate(page, choices) {
    const parts = page.parts.map((part) => scorePart(part, choices));
    const sorted = [...parts].sort((a, b) => b - a);
    const sum = sorted.reduce((total, score, k) => total + score * 0.8 ** k, 0);
    return { parts, total: scoreTitle(page, choices) + sum };
  }

  function search(pages, aliases, query) {
    const text = normal(query.slice(0, LONGEST_QUERY)).trim();
    let words = text.split(/\s+/).map((w) => w.replace(/^[^\p{L}\p{N}_]+|[^\p{L}\p{N}_]+$/gu, ""));
    words = words.filter(Boolean);
    const content = words.filter((word) => !FILLERS.has(word));
    if (content.length) words = content;
    if (!words.length) return [];
    // 쪽에는 낱말이 모두 있거나, 띄어 쓴 말이 이어진 한 낱말로 있어야 합니다. 이어진 것은 두 번 셉니다.
    const groups = words.map((word) => needles(pages, aliases, word));
    const phrase = words.length > 1 ? needles(pages, aliases, words.join("")) : [];
    const results = [];
    for (const page of pages) {
      const each = groups.map((choices) => rate(page, choices));
      const whole = rate(page, phrase);
      const all = each.every(({ total }) => total > 0);
      if (!all && !whole.total) continue;
      const rated = [whole, whole, ...(all ? each : [])];
      const sums = page.parts.map((_, k) => rated.reduce((sum, { parts }) => sum + parts[k], 0));
      const best = Math.max(...sums);
      results.push({
        page,
        part: page.parts[best > 0 ? sums.indexOf(best) : 0],
        score: page.weight * rated.reduce((sum, { total }) => sum + total, 0),
        needles: [...phrase, ...groups.flat()],
      });
    }
    return results.sort((a, b) => b.score - a.score);
  }

  // 찾은 곳 둘레의 글. 앞뒤를 어절에서 자르고, 찾은 말은 표시합니다.
  function excerpt(part, choices) {
    for (const source of [part.body, part.code, part.title]) {
      const field = compact(source);
      const hits = choices.flatMap((needle) => occurrences(field, needle).map((hit) => [
        field.origin[hit.at], field.origin[hit.at + needle.length - 1] + 1,
      ])).sort((a, b) => a[0] - b[0]);
      if (!hits.length) continue;
      let from = Math.max(0, hits[0][0] - EXCERPT);
      if (from) from = source.indexOf(" ", from) + 1 || from;
      let to = Math.min(source.length, hits[0][1] + 2 * EXCERPT);
      if (to < source.length) to = Math.max(source.lastIndexOf(" ", to), hits[0][1]);
      const shown = document.createElement("p");
      let at = Math.min(from, hits[0][0]);
      if (at) shown.append("… ");
      for (const [start, end] of hits) {
        if (start < at || end > to) continue;
        const mark = document.createElement("mark");
        mark.textContent = source.slice(start, end);
        shown.append(source.slice(at, start), mark);
        at = end;
      }
      shown.append(source.slice(at, to), to < source.length ? " …" : "");
      return shown;
    }
    return document.createElement("p");
  }

  function show(list, status, query, results) {
    const root = document.documentElement.dataset.content_root;
    list.replaceChildren(...results.map(({ page, part, needles: choices }) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      // 코드에만 있는 말이면 무엇을 찾았는지 함께 넘깁니다. 접혀 있으면 site.js가 폅니다.
      const seen = [part.body, part.title].map(compact);
      const [inCode] = choices.filter((needle) => occurrences(compact(part.code), needle).length);
      const inText = choices.some((needle) => seen.some((field) => occurrences(field, needle).length));
      const found = inCode && !inText ? `?found=${encodeURIComponent(inCode)}` : "";
      link.href = `${root}${page.url}${found}${part.anchor ? `#${part.anchor}` : ""}`;
      link.textContent = page.title;
      if (part.title && part.title !== page.title) {
        const where = document.createElement("span");
        where.textContent = ` › ${part.title}`;
        link.append(where);
      }
      item.append(link, excerpt(part, choices));
      return item;
    }));
    if (!query.trim()) status.textContent = "찾을 말을 적어 주십시오.";
    else if (results.length) status.textContent = `찾은 쪽은 ${results.length}개입니다.`;
    else status.textContent = `‘${query.slice(0, LONGEST_QUERY)}’ 찾은 쪽이 없습니다. 더 짧은 말로 찾아보십시오.`;
  }

  const pages = prepare(window.SEARCH_INDEX);
  const { aliases } = window.SEARCH_INDEX;
  const form = document.querySelector(".bd-search-container form");
  const input = form.querySelector("input");
  const list = document.querySelector("#search-results ol");
  const status = document.querySelector("#search-results p");
  const run = () => show(list, status, input.value, search(pages, aliases, input.value));
  const given = new URLSearchParams(window.location.search).get("q");
  input.value ||= given ?? ""; // 색인이 오기 전에 적은 말이 먼저입니다.
  run();
  // 적은 말을 주소에 남깁니다. 결과를 열었다가 되돌아오면 그대로 있습니다.
  const keep = () => {
    const address = new URL(window.location.href);
    if (address.searchParams.get("q") === input.value) return;
    address.searchParams.set("q", input.value);
    try {
      window.history.replaceState(null, "", address);
    } catch {
      // file://에서는 주소를 바꾸지 못하는 브라우저가 있습니다. 찾는 데는 지장이 없습니다.
    }
  };
  input.addEventListener("input", run);
  list.addEventListener("click", keep);
  window.addEventListener("pagehide", keep);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep();
    run();
  });
  input.focus();
})();
