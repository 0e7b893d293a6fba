"""장을 슬라이드로: 빠지거나 되풀이된 것, 넘친 것이 없고, 글쇠가 듣고, 나가면 읽던 자리입니다."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import check_site
import pytest

PAGES = (
    ("book/theory/lstm", "file"),
    ("book/cosine/mlp", "http"),
    ("book/cosine/stateful-lstm", "file"),  # 코드가 가장 깁니다.
    ("book/lab", "http"),  # 계기가 넷입니다.
)
LEAST_PX = {"text": 28, "code": 24}
"""1920×1080에서 가장 작은 글자."""
WIDEST = "book/lab"
"""코드의 한 줄이 130칸을 넘어 글자가 더 작은 쪽."""


@pytest.fixture(scope="module")
def seen() -> Iterator[dict[str, Any]]:
    if missing := check_site.missing_tools():
        message = f"없는 프로그램입니다: {', '.join(missing)}. 슬라이드를 보지 못했습니다."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    check_site.install_tools()
    with check_site.served() as http:
        bases = {"http": http, "file": check_site.LOCAL}
        pages = [f"{bases[kind]}{name}.html" for name, kind in PAGES]
        yield check_site.run_node("present.mjs", {"pages": pages})


def test_everything_of_the_chapter_is_on_the_slides_once(seen: dict[str, Any]):
    assert len(seen["decks"]) == len(PAGES)
    for deck in seen["decks"]:
        assert deck["count"] > 5
        assert deck["different"] == [], deck["address"]


def test_nothing_is_cut(seen: dict[str, Any]):
    for deck in seen["decks"]:
        assert deck["outside"] == {"1280": {}, "1920": {}}, deck["address"]


def test_the_back_row_can_read(seen: dict[str, Any]):
    for deck in seen["decks"]:
        assert deck["small"]["text"] >= LEAST_PX["text"], deck["address"]
        if WIDEST not in deck["address"]:
            assert deck["small"]["code"] >= LEAST_PX["code"], deck["address"]


def test_keys_and_clicks_turn_slides(seen: dict[str, Any]):
    assert seen["opened"] == 4
    assert list(seen["keys"].values()) == [5, 6, 7, 6, 5, 4, seen["last"], 1]
    assert seen["clicked"] == [3, 2]
    assert seen["swiped"] == [3, 2]
    assert seen["said"] == f"2 / {seen['last']}. {seen['title']}"


def test_notes_and_full_screen(seen: dict[str, Any]):
    assert seen["notes"] == {"shown": True, "apart": True}
    assert seen["full"] is True


def test_everyone_can_use_them(seen: dict[str, Any]):
    assert seen["axe"] == []
    assert seen["inside"] == {"focus": True, "others": 0}


def test_one_slide_is_one_sheet(seen: dict[str, Any]):
    assert seen["paper"] == seen["last"]


def test_leaving_returns_to_the_place(seen: dict[str, Any]):
    assert seen["start"] == seen["heading"]
    assert seen["scrolled"][0] == seen["scrolled"][1] > 0
    assert seen["same"] is True
    assert seen["address"] == ""
    assert seen["focused"] is True
    assert seen["place"] is True
    assert seen["gone"] == 0


def test_instruments_stay_alive(seen: dict[str, Any]):
    assert seen["instrument"] == {"moved": True, "redrawn": True, "stayed": True}


def test_nothing_is_loaded_until_asked(seen: dict[str, Any]):
    assert seen["asked"] == 0
    assert seen["off"] == 0
    assert seen["errors"] == []
