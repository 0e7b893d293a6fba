"""수업 계획: 분의 합, 빠진 장과 그림, 그림의 차례."""

from __future__ import annotations

import re
from pathlib import Path

from figure_graph.learning_map import chapters_of

ROOT = Path(__file__).parents[1]
PLAN = (ROOT / "book" / "appendix" / "teaching.md").read_text("utf-8")
LECTURES = re.findall(r"^### \d강: .+?(?=^##)", PLAN, re.M | re.S)
DAY = re.findall(r"^## 하루.+?(?=^## )", PLAN, re.M | re.S)
LECTURE_MINUTES, DAY_MINUTES = 75, 360


def minutes(text: str) -> int:
    """차례의 첫 열을 더한 것."""
    return sum(map(int, re.findall(r"^\| (\d+) \|", text, re.M)))


def test_minutes_add_up_to_what_is_promised():
    assert [minutes(lecture) for lecture in LECTURES] == [LECTURE_MINUTES] * 6
    assert f"{LECTURE_MINUTES}분씩 여섯 번" in PLAN
    assert [minutes(day) for day in DAY] == [DAY_MINUTES]
    assert f"{DAY_MINUTES}분" in DAY[0]


def test_every_chapter_is_taught_with_its_reading_time():
    read = re.findall(r"\{ref\}`[a-z-]+`\(\{reading-time\}`([a-z/-]+)`\)", PLAN)
    assert sorted(read) == sorted(chapter.link for chapter in chapters_of(ROOT))


def test_every_figure_has_a_question_in_the_order_of_the_lectures():
    for lecture in LECTURES:
        links = re.findall(r"\{reading-time\}`([a-z/-]+)`", lecture)
        sources = [(ROOT / "book" / f"{link}.md").read_text("utf-8") for link in links]
        figures = re.findall(r"^ *:?name: (fig-[\w-]+)$", "\n".join(sources), re.M)
        asked = re.findall(r"^\| \{numref\}`(fig-[\w-]+)` \| .+\? \|$", lecture, re.M)
        assert asked == figures


def test_what_to_show_opens_the_lab_in_a_state_of_its_own():
    shown = re.findall(r"\{lab\}`[^`<]+<([^>`]+)>`", "".join(LECTURES))
    assert len(shown) == len(set(shown)) >= len(LECTURES)
