"""장을 슬라이드로: 빠지거나 잘린 것, 작은 글자가 없고, 글쇠가 듣고, 나가면 쪽이 그대로입니다.

여기서는 두 장을 보고, ``make check-site`` 가 모든 장을 봅니다.
"""

from __future__ import annotations

from typing import Any

import check_site
import pytest
from conftest import need_tools

PAGES = ("book/theory/lstm.html", "book/cosine/lstm.html")
"""계기와 긴 그림이 있는 장, 넓은 표와 긴 코드가 있는 장. 물음은 둘 다 있습니다."""


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    need_tools("chromium")
    return check_site.present(check_site.LOCAL, list(PAGES), used=PAGES[0])


def test_everything_of_the_chapter_is_readable_and_whole(seen: dict[str, Any]):
    assert [deck["path"] for deck in seen["decks"]] == list(PAGES)
    for deck in seen["decks"]:
        assert check_site.slide_faults(deck) == [], deck["path"]
        for kind in ("pictures", "lines", "formulas", "rows", "exercises", "choices", "items"):
            assert deck["kinds"][kind] > 0, (deck["path"], kind)
    assert seen["decks"][0]["kinds"]["instruments"] == 1


def test_keys_clicks_and_fingers_turn_slides(seen: dict[str, Any]):
    assert seen["opened"] == 4
    assert list(seen["keys"].values()) == [5, 6, 7, 6, 5, 4, seen["last"], 1]
    assert seen["clicked"] == [3, 2]
    assert seen["swiped"] == [3, 2]
    assert seen["said"] == f"2 / {seen['last']}. {seen['title']}"


def test_a_question_keeps_its_answer_until_asked(seen: dict[str, Any]):
    question = seen["question"]
    assert question["before"] == []
    assert sorted(question["after"]) == ["맞습니다.", "틀립니다.", "틀립니다.", "틀립니다."]
    assert question["still"] == question["at"]
    assert question["next"] == question["at"] + 1


def test_an_address_and_a_figure_number_lead_to_its_slide(seen: dict[str, Any]):
    assert seen["named"] == [True, True]


def test_notes_come_from_the_prose_beside_the_slide(seen: dict[str, Any]):
    assert seen["notes"] == {"shown": True, "apart": True, "sentences": True}


def test_everyone_can_use_them_in_the_dark_too(seen: dict[str, Any]):
    assert seen["axe"] == []
    assert seen["inside"]["focus"] is True
    assert seen["inside"]["others"] == 0
    assert seen["inside"]["dark"] is True


def test_one_slide_is_one_sheet(seen: dict[str, Any]):
    assert seen["paper"] == seen["last"]


def test_leaving_puts_the_page_back_exactly(seen: dict[str, Any]):
    assert seen["returned"] == {"scrolled": True, "different": []}


def test_instruments_stay_alive(seen: dict[str, Any]):
    assert seen["instrument"] == {"moved": True, "stayed": True}


def test_nothing_is_loaded_until_asked_and_nothing_is_refused(seen: dict[str, Any]):
    assert seen["asked"] == 0
    assert seen["off"] == 0
    assert seen["errors"] == []
