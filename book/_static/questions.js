// 물음: 고른 선택지의 풀이를 보이고, 고른 것을 이 브라우저에만 적어 둡니다.
(() => {
  "use strict";
  const KEY = "cosine-rnn-questions";
  const questions = [...document.querySelectorAll("form.question")];
  const progress = document.querySelector(".question-progress");
  let chosen = {};
  let refused = false;

  // 저장을 막았거나 적힌 것이 깨졌으면 이 쪽에서만 기억합니다.
  const read = () => {
    if (refused) return;
    try {
      const found = JSON.parse(localStorage.getItem(KEY) ?? "{}");
      if (found && typeof found === "object" && !Array.isArray(found)) chosen = found;
    } catch { /* 적힌 것이 없는 셈입니다. */ }
  };
  const choose = (name, value) => {
    read();
    if (value === null) delete chosen[name];
    else chosen[name] = value;
    try {
      localStorage.setItem(KEY, JSON.stringify(chosen));
    } catch { refused = true; }
  };

  const choices = (question) => [...question.querySelectorAll("input")];
  const answerOf = (question) => {
    const at = choices(question).findIndex(({ value }) => value === chosen[question.dataset.name]);
    return question.querySelectorAll(".question-answers .question-answer")[at];
  };

  const show = (question) => {
    const answer = answerOf(question);
    for (const input of choices(question)) {
      if (answer) input.checked = input.value === chosen[question.dataset.name];
    }
    const told = question.querySelector(".question-told");
    const copy = answer?.cloneNode(true);
    told.replaceChildren(...(copy ? [copy] : []));
    question.querySelector(".question-again").hidden = !answer;
  };

  const count = () => {
    if (!progress) return;
    const answers = questions.map(answerOf).filter(Boolean);
    const right = answers.filter((answer) => answer.dataset.kind === "right");
    const counts = { all: questions, told: answers, right };
    for (const node of progress.querySelectorAll("[data-count]")) {
      node.textContent = counts[node.dataset.count].length;
    }
    progress.hidden = !answers.length;
  };

  const forget = (question) => {
    choose(question.dataset.name, null);
    question.reset();
    show(question);
  };

  for (const question of questions) {
    question.addEventListener("submit", (event) => {
      event.preventDefault();
      choose(question.dataset.name, question.querySelector("input:checked").value);
      show(question);
      count();
    });
    question.querySelector(".question-again").addEventListener("click", () => {
      forget(question);
      count();
      choices(question)[0].focus();
    });
  }
  progress?.querySelector(".question-clear").addEventListener("click", () => {
    questions.forEach(forget);
    count();
    choices(questions[0])[0].focus();
  });

  const restore = () => {
    read();
    questions.forEach(show);
    count();
  };
  restore();
  // 앞뒤로 오간 쪽과 다른 창에서 답한 것도 맞춥니다.
  window.addEventListener("pageshow", ({ persisted }) => { if (persisted) restore(); });
  window.addEventListener("storage", ({ key }) => { if (key === KEY || key === null) restore(); });
})();
