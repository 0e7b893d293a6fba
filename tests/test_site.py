"""지은 책을 nginx로 내놓고 실제 브라우저로 봅니다. ``make book`` 다음에 돌립니다.

Chromium이나 nginx가 없으면 말하고 건너뜁니다. ``CI=true`` 이면 없는 것이 실패입니다.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import check_site
import pytest
from conftest import need_tools

DESK = [f"{name}.html" for name in ("book/index", "book/theory/lstm", "book/lab", "search", "404")]
"""책상에서도 보는, 꼴이 저마다 다른 쪽. 모든 쪽은 make check-site가 봅니다."""


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    need_tools(*check_site.NEEDED)
    with check_site.served() as address:
        yield address


@pytest.fixture(scope="module")
def seen(base: str) -> dict[str, dict[str, Any]]:
    found = check_site.browse(base, check_site.pages(), desk=DESK)
    return {result["path"]: result for result in found}


@pytest.mark.parametrize("path", check_site.pages())
def test_page_reads_well_everywhere(seen: dict[str, dict[str, Any]], path: str):
    assert check_site.faults(seen[path]) == []


def test_search_finds_what_a_reader_asks_for(base: str):
    wrong, share = check_site.search(base, check_site.load_queries())
    assert wrong == []
    assert share >= check_site.LEAST_FIRST


def test_search_answers_without_a_server():
    # 같은 색인이 파일로도 읽히는지만 봅니다. 모든 물음은 make check-site가 파일로도 묻습니다.
    wrong, _ = check_site.search(check_site.LOCAL, check_site.load_queries()[::8])
    assert wrong == []


def test_pages_are_sent_compressed(base: str):
    assert check_site.is_compressed(base)


@pytest.fixture(scope="module")
def edges(base: str) -> dict[str, Any]:
    return check_site.edges(base)


def test_refused_storage_stops_nothing(edges: dict[str, Any]):
    before, after = edges["modes"]
    assert before != after
    assert edges["dialog"] is True
    assert edges["errors"] == []


def test_a_formula_is_copied_once(edges: dict[str, Any]):
    text, formulas = edges["copied"]["text"], edges["copied"]["formulas"]
    assert formulas
    for formula in formulas:
        assert f"${formula}$" in text
    assert "\n" not in text
    assert "UU" not in text


def test_contents_show_the_current_page(edges: dict[str, Any]):
    current = edges["current"]
    assert 0 <= current["top"] < current["bottom"] <= current["height"]
    assert current["scrolled"] == 0


def test_a_hit_in_folded_code_is_opened_and_the_query_stays(edges: dict[str, Any]):
    assert edges["opened"]["shown"] is True
    assert 0 <= edges["opened"]["top"] < edges["opened"]["height"]
    assert edges["query"] == "scaled_rnn"
    assert edges["results"] >= 1


def test_fingers_see_the_copy_button(edges: dict[str, Any]):
    assert float(edges["copy_button"]) == 1


def test_without_script_a_phone_still_finds_the_contents(edges: dict[str, Any]):
    assert edges["without_script"] == "../index.html"
    assert edges["with_script"] == 0


def test_forced_colours_follow_the_screen(edges: dict[str, Any]):
    assert edges["forced"] == "dark"
