"""연습문제의 확인: 풀이는 지나고, 빈 셀과 흔한 틀린 답은 제 말을 듣는지 봅니다."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import exercise_checks
import nbformat
import notebooks
import numpy as np
import pytest
from cosine_rnn import exercises
from cosine_rnn.exercises import answers
from cosine_rnn.exercises.answers import Exercise, Verdict
from jupyter_cache import get_cache
from nbformat.v4 import new_notebook
from plain_markdown import CHECK, TEXT, Piece, PlainPage
from sphinx_pages import build_source

ROOT = Path(__file__).parents[1]
CELL = re.compile(
    r"^```\{code-cell\}[^\n]*\n(?:---\n.*?^---\n|(?::[^\n]*\n)*)\n?(.*?)^```$", re.M | re.S
)
NAMED = re.compile(r"^:::\{exercise\} (\S+)$", re.M)
ALL: dict[str, Exercise] = {
    f"{module.name}.{name}": value
    for module in pkgutil.iter_modules(exercises.__path__)
    for name, value in vars(importlib.import_module(f"{exercises.__name__}.{module.name}")).items()
    if isinstance(value, Exercise)
}


def pages() -> dict[Path, str]:
    texts = {path: path.read_text("utf-8") for path in sorted((ROOT / "book").rglob("*.md"))}
    return {path: text for path, text in texts.items() if NAMED.search(text)}


def cells_of(text: str) -> list[str]:
    return [code.strip() for code in CELL.findall(text)]


@cache
def executed() -> list[list[str]]:
    """지을 때 끝까지 실행한 노트북들의 셀."""
    kept: Any = get_cache(ROOT / "_build" / ".jupyter_cache")
    books = [kept.get_cache_bundle(record.pk).nb for record in kept.list_cache_records()]
    for book in books:
        found = [o for c in book.cells for o in c.get("outputs", []) if o.output_type == "error"]
        assert found == []
    return [[c.source.strip() for c in book.cells if c.cell_type == "code"] for book in books]


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.stem)
def test_every_solution_passed_its_check_when_the_page_was_run(path: Path):
    text = path.read_text("utf-8")
    cells = cells_of(text)
    for name in NAMED.findall(text):
        module, attribute = name.split(".")
        wanted = f"from cosine_rnn.exercises.{module} import {attribute}\n\n{attribute}.solved("
        assert sum(cell.startswith(wanted) for cell in cells) == 1, name
    assert cells in executed(), "make book을 먼저 부르세요."


def test_every_exercise_stands_on_one_page_and_takes_no_name_of_the_page():
    assert len(ALL) > 40
    found = [name for text in pages().values() for name in NAMED.findall(text)]
    assert sorted(found) == sorted(ALL)
    for path, text in pages().items():
        code = "\n".join(cells_of(text))
        assert answers.NAME not in code, path
        for name in NAMED.findall(text):
            attribute = name.split(".")[1]
            assert len(re.findall(rf"\b{attribute}\b", code)) == 2, name


def test_every_exercise_of_a_page_with_a_notebook_has_a_check():
    for path in (ROOT / "book").rglob("*.md"):
        text = path.read_text("utf-8")
        if re.search(r"^notebook: rnn_", text, re.M):
            assert not re.search(r"^:::\{exercise\}$", text, re.M), path


@pytest.mark.parametrize("name", ALL)
def test_stub_right_and_wrong_answers_are_told_apart(name: str):
    exercise = ALL[name]
    made: dict[str, Any] = {}
    exec(exercise.stub, made)
    assert exercise.check(made[answers.NAME]) == Verdict(False, exercise.empty)
    assert exercise.check(exercise.right) == Verdict(True, exercise.confirm)
    hints = [hint for _, hint in exercise.wrong]
    assert len(hints) >= 2
    for example, hint in exercise.wrong:
        assert exercise.check(example) == Verdict(False, hint)
    said = [exercise.empty, exercise.confirm, exercise.otherwise, *hints]
    assert len(set(said)) == len(said)
    assert all(len(words) > 5 and words.strip(" )")[-1] in ".?" for words in said)
    assert exercise.flaws() == []


class Hostile:
    def __repr__(self) -> str:
        raise RuntimeError("repr")

    def __array__(self, *_: object) -> np.ndarray:
        raise RuntimeError("array")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("eq")


def fails(*_: object) -> float:
    raise ZeroDivisionError("0으로 나눔")


ODD = [
    *(True, float("nan"), float("inf"), 10**400, 1j, "글", "", b"x", [], [None], [[1], [1, 2]]),
    *(
        np.zeros((3, 5)),
        np.array(["가"]),
        {1: 2},
        {3},
        object(),
        ...,
        Hostile(),
        [Hostile()],
        print,
    ),
    *(fails, lambda: 1, lambda x: "글", lambda x: [x, x], lambda x: float("nan"), lambda x: None),
]


@pytest.mark.parametrize("name", ALL)
def test_odd_answers_are_answered_in_words(name: str):
    for value in ODD:
        verdict = ALL[name].check(value)
        assert not verdict.right
        assert verdict.message.strip()
        assert "Traceback" not in verdict.message


ONE = answers.number(
    "길이", right=0.5, confirm="네.", wrong=[(1, "하나."), (2, "둘.")], otherwise="다시."
)
TWO = answers.numbers(
    "둘", right=[1, 2], confirm="네.", wrong=[([2, 1], "차례."), ([0, 0], "영.")], otherwise="다시."
)
PICK = answers.choice(
    "고르십시오.", {"가": ("ㄱ", "하나."), "나": ("ㄴ", "네."), "다": ("ㄷ", "셋.")}, right="나"
)
MAKE = answers.function(
    "두 배", "x", tried=(1.0, 2.0), right=lambda x: 2 * x, confirm="네.",
    wrong=[(lambda x: x, "그대로."), (lambda x: x**2, "제곱.")], otherwise="다시.",
)  # fmt: skip


@pytest.mark.parametrize(
    ("exercise", "value", "said"),
    [
        (ONE, "0.5", r"수 하나여야 합니다\. 받은 것은 str입니다: `'0\.5'`"),
        (ONE, True, "받은 것은 bool입니다"),
        (ONE, [1, 2], r"받은 모양은 `\(2,\)`"),
        (ONE, float("nan"), "NaN이나 무한대"),
        (ONE, 3.0, "다시"),
        (TWO, 1.0, r"수를 2개 적어야 합니다\. 받은 모양은 `\(\)`"),
        (TWO, [1, None], "`None` 자리에"),
        (TWO, [[1], [1, 2]], "줄마다 길이가 같아야"),
        (PICK, "라", r'"가", "나", "다" 가운데 하나.*`\'라\'`'),
        (PICK, 1, "가운데 하나를 따옴표와 함께"),
        (MAKE, 2.0, "함수여야 합니다"),
        (MAKE, fails, r"`my_answer\(1\.0\)`를 부를 때 ZeroDivisionError"),
        (MAKE, lambda: 1, "TypeError"),
        (MAKE, lambda x: [x, x], r"받은 모양은 `\(2,\)`"),
        (MAKE, lambda x: None, "`return None` 자리에"),
    ],
)
def test_what_cannot_be_read_is_named(exercise: Exercise, value: Any, said: str):
    verdict = exercise.check(value)
    assert not verdict.right
    assert re.search(said, verdict.message), verdict.message


@pytest.mark.parametrize("value", [0.5, np.float32(0.5), np.array([[0.5]]), Fraction(1, 2), [0.5]])
def test_a_number_may_come_in_any_form(value: Any):
    assert ONE.check(value).right


def test_other_forms_of_a_right_answer_are_read():
    assert TWO.check((1, 2.0)).right
    assert TWO.check(np.array([[1], [2]])).right
    assert PICK.check(" 나. ").right
    assert MAKE.check(lambda x: np.array([x + x])).right


def test_verdict_is_shown_as_words():
    right, wrong = ONE.check(0.5), ONE.check(1)
    assert (repr(right), repr(wrong)) == ("맞습니다. 네.", "아직 아닙니다. 하나.")
    assert wrong._repr_markdown_() == "**아직 아닙니다.** 하나."


def test_a_solution_with_another_answer_stops_the_page():
    ONE.solved(0.5)
    with pytest.raises(ValueError, match=r"^풀이: 확인을 지나야 합니다\(하나\.\) 받은 값: `1`$"):
        ONE.solved(1)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"stub": "x = 1"}, "채울 셀: my_answer을 만들어야"),
        ({"stub": "my_answer ="}, "채울 셀: 그대로 실행되어야 합니다. 받은 값: SyntaxError"),
        ({"stub": ""}, "채울 셀: my_answer을 만들어야 합니다. 받은 값: ''"),
        ({"stub": "my_answer = 0.5"}, "채울 셀: 비어 있어야 합니다. 받은 값: `0.5`"),
        ({"empty": " "}, "empty: 하는 말이 있어야"),
        ({"confirm": ""}, "confirm: 하는 말이 있어야"),
        ({"otherwise": ""}, "otherwise: 하는 말이 있어야"),
        ({"right": "글"}, "right: 확인을 지나야"),
        ({"wrong": [(1, "하나.")]}, "wrong: 흔한 틀린 답이 둘 이상이어야 합니다. 받은 값: 1"),
        ({"wrong": [(1, "하나."), (2, "")]}, "틀린 답마다 실마리가 있어야 합니다. 받은 값: `2`"),
        ({"wrong": [(1, "하나."), (0.5, "반.")]}, "맞은 답이나 앞의 틀린 답과 달라야"),
        ({"wrong": [(1, "하나."), (1, "또.")]}, "맞은 답이나 앞의 틀린 답과 달라야"),
    ],
)
def test_rules_of_writing_are_named(changes: dict[str, Any], rule: str):
    assert any(rule in flaw for flaw in dataclasses.replace(ONE, **changes).flaws())


HEAD = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
notebook: NOTEBOOK
---

# 쪽

"""
SOLUTION = """:::{solution-start}
:::

```{code-cell} ipython3
:tags: [remove-cell]

half_amplitude.solved(1)
```

:::{solution-end}
:::

"""
EXERCISE = ":::{exercise} mlp.half_amplitude\n문제.\n:::\n\n"
PAIR = EXERCISE + SOLUTION.replace("```{code", "풀이.\n\n```{code")


def build(folder: Path, body: str, notebook: str = "rnn_x") -> tuple[Any, str]:
    source = folder / "source"
    source.mkdir()
    (source / "index.md").write_text(HEAD.replace("NOTEBOOK", notebook) + body, "utf-8")
    settings = {
        "extensions": ["myst_nb", "exercises", "exercise_checks"],
        "myst_enable_extensions": ["colon_fence"],
        "nb_execution_mode": "off",
        "suppress_warnings": ["app.add_node"],
    }
    app, said = build_source(source, settings)
    return app.env, said


def test_names_are_kept_and_nothing_is_shown_on_the_page(tmp_path: Path):
    env, said = build(tmp_path, PAIR)
    assert said == ""
    assert exercise_checks.names(env, "index") == ["mlp.half_amplitude"]
    html = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "문제." in html
    assert "half_amplitude" not in html
    assert answers.NAME not in html


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (PAIR.replace(" mlp.half_amplitude", ""), "'장.문제'로 적어야 합니다. 받은 값: ''"),
        (PAIR.replace("mlp.half", "half"), "확인의 이름을 '장.문제'로 적어야"),
        (PAIR.replace("mlp.half", "nowhere.half"), "확인이 cosine_rnn.exercises에 있어야"),
        (PAIR.replace("mlp.half", "mlp.no"), "받은 값: 'mlp.no_amplitude'"),
        (PAIR.replace("solved(1)", "check(1)"), "half_amplitude.solved(답)을 불러야"),
    ],
)  # fmt: skip
def test_a_missing_check_or_solution_is_named(tmp_path: Path, body: str, message: str):
    env, said = build(tmp_path, PAIR + body)
    line = 10 + PAIR.count("\n")
    assert re.search(rf"index\.md:{line}: WARNING: exercise: .*{re.escape(message)}", said), said
    assert exercise_checks.names(env, "index") == ["mlp.half_amplitude", ""]


def test_a_check_without_a_hint_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    bare = dataclasses.replace(ALL["mlp.half_amplitude"], wrong=[(0.5, "반."), (0, "")])
    monkeypatch.setattr("cosine_rnn.exercises.mlp.half_amplitude", bare)
    _, said = build(tmp_path, PAIR)
    rule = "틀린 답마다 실마리가 있어야 합니다"
    assert re.search(rf"index\.md:10: .*mlp\.half_amplitude의 wrong: {rule}\. 받은 값: `0`", said)


def test_a_page_without_a_notebook_needs_no_check(tmp_path: Path):
    env, said = build(tmp_path, PAIR.replace(" mlp.half_amplitude", ""), notebook="none")
    assert said == ""
    assert exercise_checks.names(env, "index") == []


def run(sources: list[str]) -> Verdict:
    """채울 셀과 확인하는 셀을 차례로 실행한 마지막 줄의 값."""
    scope: dict[str, Any] = {}
    *before, last = "\n".join(sources).splitlines()
    exec("\n".join(before), scope)
    return eval(last, scope)


def test_stub_and_check_stand_between_the_exercise_and_its_solution():
    page = PlainPage([Piece(TEXT, "문제"), Piece(CHECK, ""), Piece(TEXT, "풀이"), Piece(CHECK, "")])
    made = notebooks.notebook(page, new_notebook(), "first", [], ["mlp.half_amplitude", ""])
    _, question, stub, check, solution = made.cells
    assert (question.source, solution.source) == ("문제", "풀이")
    assert stub.metadata.tags == check.metadata.tags == [exercise_checks.TAG]
    empty = ALL["mlp.half_amplitude"].empty
    assert run([stub.source, check.source]) == Verdict(False, empty)
    answered = stub.source.replace("None", "0.99")
    assert run([answered, check.source]).right


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.stem)
def test_built_notebooks_carry_the_checks(path: Path):
    text = path.read_text("utf-8")
    name = re.search(r"^notebook: (rnn_\w+)$", text, re.M)
    assert name is not None
    built = ROOT / "_build" / "html" / "notebooks" / f"{name[1]}.ipynb"
    cells = nbformat.read(built, as_version=4).cells
    places = [n for n, c in enumerate(cells) if exercise_checks.TAG in c.metadata.get("tags", [])]
    assert len(places) == 2 * len(NAMED.findall(text))
    for number, (stub, name) in enumerate(zip(places[::2], NAMED.findall(text), strict=True), 1):
        assert cells[stub - 1].source.startswith(f"### 연습문제 {number}\n")
        assert run([cells[stub].source, cells[stub + 1].source]) == Verdict(False, ALL[name].empty)
        assert re.match("#### 풀이|<details>\n<summary>풀이", cells[stub + 2].source)
