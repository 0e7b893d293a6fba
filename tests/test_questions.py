"""물음: 고를 수 있고, 자바스크립트 없이도 읽히며, 잘못 적으면 파일과 줄을 대는지 봅니다."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx
from sphinx.util.console import strip_colors
from sphinx.util.docutils import docutils_namespace, patch_docutils

RIGHT = "- [x] 32칸입니다.\n\n  칸의 수는 미리 정합니다.\n"
WRONG = (
    "- [ ] `40`칸입니다.\n\n  **시점을 칸으로 셌습니다.** 답은 식 {eq}`eq-a`에 있습니다.\n\n"
    "  더 적은 글.\n- [ ] 한 칸입니다.\n\n  **층을 셌습니다.** ({ref}`place`)\n"
)
QUESTION = f":::{{question}} units\n앞글.\n\n칸은 몇입니까?\n\n{WRONG}{RIGHT}:::\n"
MORE = "".join(f"\n{QUESTION.replace('units', name)}" for name in ("second", "third"))
CHAPTER = f"# 장\n\n(place)=\n## 자리\n\n$$\nx\n$$ (eq-a)\n\n{QUESTION}{MORE}"
FIRST = CHAPTER[: CHAPTER.index(QUESTION)].count("\n") + 1
"""첫 물음이 시작하는 줄."""


@pytest.fixture
def build(tmp_path: Path) -> Any:
    """장 하나와 물음을 모으는 쪽을 짓고, 두 쪽과 경고와 다시 쓴 쪽을 돌려줍니다."""
    (tmp_path / "book").mkdir()
    toc = "root: index\nparts:\n- caption: 하나\n  chapters:\n  - file: book/a\n"
    (tmp_path / "_toc.yml").write_text(toc, "utf-8")

    def run(chapter: str = CHAPTER, *, builder: str = "html") -> tuple[Any, Any, str, set[str]]:
        pages = {
            "index.md": "# 첫 쪽\n\n```{toctree}\nbook/a\nbook/list\n```\n",
            "book/a.md": chapter,
            "book/list.md": "# 모음\n\n```{question-list}\n```\n",
        }
        for name, text in pages.items():
            path = tmp_path / name
            if not path.exists() or path.read_text("utf-8") != text:
                path.write_text(text, "utf-8")
        settings: dict[str, Any] = {
            "extensions": ["myst_nb", "claims", "question_list"],
            "myst_enable_extensions": ["colon_fence", "dollarmath"],
            "nb_execution_mode": "off",
            "suppress_warnings": ["app.add_node"],
        }
        out, said, log = tmp_path / builder, tmp_path / "said", tmp_path / "log"
        with (
            said.open("w", encoding="utf-8") as warning,
            log.open("w", encoding="utf-8") as status,
            patch_docutils(),
            docutils_namespace(),
        ):
            app = Sphinx(
                tmp_path, None, out, tmp_path / f"trees-{builder}", builder, settings,
                status=status, warning=warning,
            )  # fmt: skip
            app.build()
        patterns = {"html": "book/{}.html", "text": "book/{}.txt"}
        page, gathered = (
            next(out.glob(patterns[builder].format(name))).read_text("utf-8")
            for name in ("a", "list")
        )
        written = re.findall(r"writing output... \[ *\d+%\] (\S+)", strip_colors(log.read_text()))
        return page, gathered, strip_colors(said.read_text("utf-8")), set(written)

    return run


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def one(node: Tag, selector: str) -> Tag:
    found = node.select_one(selector)
    assert found is not None, selector
    return found


def words(node: Tag) -> str:
    return " ".join(node.get_text().split())


def test_a_question_can_be_answered_and_read_without_script(build: Any):
    page, _, said, _ = build()
    forms = soup(page).select("form.question")
    assert [form["id"] for form in forms] == [f"question-{n}" for n in ("units", "second", "third")]
    assert [words(one(form, "legend"))[:4] for form in forms] == ["물음 1", "물음 2", "물음 3"]
    form = forms[0]
    assert one(form, "fieldset > legend").find_previous("p").get_text() == "앞글."  # pyright: ignore
    labels = form.select("fieldset li > label")
    assert [words(label) for label in labels] == [
        "가 40칸입니다.",
        "나 한 칸입니다.",
        "다 32칸입니다.",
    ]
    radios = [one(label, "input[type=radio][required]") for label in labels]
    assert {str(radio["name"]) for radio in radios} == {str(form["id"])}
    assert len({str(radio["value"]) for radio in radios}) == 3
    assert one(form, "button[type=submit]").get_text() == "답하기"
    assert one(form, ".question-told[role=status]").get_text() == ""
    folded = one(form, "details")
    assert folded.get("open") is None
    answers = folded.select(".question-answer")
    assert [answer["data-kind"] for answer in answers] == ["wrong", "wrong", "right"]
    assert words(answers[0]).startswith("가 틀립니다. 시점을 칸으로 셌습니다. 답은 식")
    assert words(answers[0]).endswith("더 적은 글.")
    assert words(answers[2]) == "다 맞습니다. 칸의 수는 미리 정합니다."
    assert one(answers[0], "a")["href"] == "#equation-eq-a"
    assert one(answers[1], "a")["href"] == "#place"
    assert not form.select("[onclick], [onchange], [onsubmit], script")
    assert said == ""


def test_all_questions_are_gathered_with_links_that_lead_back(build: Any):
    page, gathered, said, _ = build()
    chapter, gathered = soup(page), soup(gathered)
    forms = gathered.select("section form.question")
    assert [form["id"] for form in forms] == [f["id"] for f in chapter.select("form.question")]
    for form in forms:
        section = form.find_parent("section")
        assert section is not None
        assert words(one(section, "h2")).startswith("장")
        links = [str(link["href"]) for link in form.select("a")]
        assert links == ["a.html#equation-eq-a", "a.html#place", f"a.html#{form['id']}"]
        assert chapter.find(id=links[-1].partition("#")[2]) is not None
    assert one(forms[0], ".question-source").get_text() == "나온 곳: 자리"
    assert one(gathered, ".question-progress").has_attr("hidden")
    values = [
        [radio["value"] for radio in each.select("form.question input")]
        for each in (chapter, gathered)
    ]
    assert values[0] == values[1]
    assert said == ""


def test_a_changed_question_is_gathered_again_and_nothing_else_is_written(build: Any):
    build()
    assert build()[3] == set()
    _, gathered, _, written = build(CHAPTER.replace("칸은 몇입니까?", "몇 칸입니까?", 1))
    assert "몇 칸입니까?" in gathered
    assert written >= {"book/a", "book/list"}


def test_an_answer_given_before_an_edit_is_not_taken_for_another(build: Any):
    before = [node["value"] for node in soup(build()[0]).select("#question-units input")]
    after = soup(build(CHAPTER.replace("32칸입니다", "64칸입니다", 1))[0])
    values = [node["value"] for node in after.select("#question-units input")]
    assert [a == b for a, b in zip(before, values, strict=True)] == [True, True, False]


def test_without_html_everything_stands_in_order(build: Any):
    page, gathered, said, _ = build(builder="text")
    for text in (page, gathered):
        found = [text.index(word) for word in ("물음 1", "한 칸입니다.", "맞습니다.", "물음 2")]
        assert found == sorted(found)
    assert said == ""


ONE_MORE = "- [ ] 열 칸입니다.\n\n  **하나 더 셌습니다.** ({ref}`place`)\n"
START = ":::{question}"
PLANTED = [
    ((RIGHT, RIGHT.replace("[x]", "[ ]")), "32칸", "틀린 선택지의 풀이는 오해의 이름"),
    ((WRONG, WRONG.replace("[ ] 한", "[x] 한")), START, "꼭 하나여야 합니다. 받은 값: 2개"),
    ((RIGHT, ONE_MORE), START, "꼭 하나여야 합니다. 받은 값: 0개"),
    (("\n\n  **층을 셌습니다.** ({ref}`place`)", ""), "한 칸", "풀이가 있어야 합니다"),
    (("**층을 셌습니다.**", "층을 셌습니다."), "한 칸", "오해의 이름(굵은 글)으로 시작합니다"),
    ((" ({ref}`place`)", " 그렇지 않습니다."), "한 칸", "가리켜야 합니다. 받은 값: '한 칸"),
    (("- [ ] 한", "- 한"), "한 칸", "[ ]나 [x]로 시작합니다. 받은 값: '한 칸"),
    ((RIGHT, RIGHT + ONE_MORE * 2), START, "3개에서 4개까지입니다. 받은 값: 5개"),
    ((WRONG[WRONG.index("- [ ] 한") :], ""), START, "3개에서 4개까지입니다. 받은 값: 2개"),
    (("앞글.\n\n칸은 몇입니까?\n\n", ""), START, "선택지의 목록으로 끝나야"),
    ((f"{WRONG}{RIGHT}", ""), START, "선택지의 목록으로 끝나야"),
    (("question} units", "question} Units"), START, "이은 것이어야 합니다. 받은 값: Units"),
]


@pytest.mark.parametrize(("change", "at", "wanted"), PLANTED)
def test_a_planted_mistake_is_found_with_its_line(
    build: Any, change: tuple[str, str], at: str, wanted: str
):
    assert QUESTION.count(change[0]) == 1
    bad = QUESTION.replace(*change)
    chapter = CHAPTER.replace(QUESTION, f"{bad}\n{QUESTION.replace('units', 'fine')}", 1)
    (warning,) = build(chapter)[2].splitlines()
    lines = [k for k, text in enumerate(chapter.splitlines(), 1) if at in text]
    assert f"book/a.md:{lines[0]}: WARNING: question: " in warning
    assert wanted in warning


@pytest.mark.parametrize(
    ("questions", "count"), [(QUESTION, 1), ("", 0), (QUESTION + MORE + MORE * 2, 7)]
)
def test_a_chapter_holds_three_to_five(build: Any, questions: str, count: int):
    numbers = iter(range(100))
    several = re.sub(r"(question\} )\w+", lambda m: f"{m[1]}q{next(numbers)}", questions)
    _, _, said, _ = build(CHAPTER.replace(QUESTION + MORE, several))
    (warning,) = said.splitlines()
    assert re.search(r"book/a\.md:1: WARNING: question: 장에는 물음이 3개에서 5개까지", warning)
    assert warning.endswith(f"받은 값: {count}개")


def test_a_name_used_twice_is_found_with_both_places(build: Any):
    _, _, said, _ = build(CHAPTER.replace("{question} third", "{question} units"))
    (warning,) = said.splitlines()
    third = CHAPTER[: CHAPTER.index("{question} third")].count("\n") + 1
    assert f"book/a.md:{third}: WARNING: question: " in warning
    assert f"먼저 쓴 곳: a.md:{FIRST}. 받은 값: units" in warning
