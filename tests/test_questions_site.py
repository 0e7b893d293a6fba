"""지은 책의 물음을 실제 브라우저에서 풉니다. ``make book`` 다음에 돌립니다."""

from __future__ import annotations

from typing import Any

import check_site
import pytest
from conftest import need_tools


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    need_tools("chromium")
    return check_site.run_node("questions.mjs", {"base": check_site.LOCAL})


EMPTY = {"told": "", "kind": None, "again": False, "folded": True}


def shows(state: dict[str, Any], **wanted: Any) -> bool:
    return {name: state[name] for name in wanted} == wanted


def test_nothing_is_told_before_an_answer(seen: dict[str, Any]):
    assert shows(seen["fresh"], **EMPTY, checked=-1)
    assert shows(seen["nothing_chosen"], **EMPTY, checked=-1)
    assert shows(seen["chosen"], **EMPTY, checked=0)


def test_a_wrong_choice_names_the_misconception_and_a_right_one_confirms(seen: dict[str, Any]):
    assert shows(seen["wrong"], kind="wrong", again=True, folded=True, checked=0)
    assert seen["wrong"]["told"].startswith("가 틀립니다. 상태와 가중치를 섞었습니다.")
    assert shows(seen["right"], kind="right", again=True, folded=True, checked=1)
    assert seen["right"]["told"].startswith("나 맞습니다.")
    assert seen["repeated_ids"] == []


def test_answers_stay_in_the_browser_and_are_the_same_on_both_pages(seen: dict[str, Any]):
    for state in (seen["reloaded"], seen["elsewhere"]):
        assert shows(state, kind="right", again=True, checked=1)
    assert "가운데 1개에 답했고, 1개가 맞았습니다." in seen["elsewhere"]["progress"]
    n = seen["questions"]
    assert n >= 3 * 13
    assert f"물음 {n}개 가운데 {n}개에 답했고, {n}개가" in seen["all"]["progress"]
    assert seen["all"]["kept"] == n


def test_answers_can_be_cleared(seen: dict[str, Any]):
    assert shows(seen["cleared"], **EMPTY, checked=-1, progress="", kept={})
    assert shows(seen["cleared_chapter"], **EMPTY, checked=-1)


def test_keys_alone_answer_and_clear(seen: dict[str, Any]):
    assert shows(seen["arrows"], **EMPTY, checked=2)
    assert shows(seen["entered"], kind="wrong", checked=2)
    assert seen["entered"]["active"] == seen["arrows"]["active"]
    assert seen["tabbed"]["active"] == "question-again"
    assert shows(seen["forgotten"], **EMPTY, checked=-1)
    assert seen["forgotten"]["active"] not in ("", seen["arrows"]["active"])
    assert seen["group"] == 4


def test_refused_full_and_broken_storage_stop_nothing(seen: dict[str, Any]):
    assert len(seen["storage"]) == 7
    for name, states in seen["storage"].items():
        assert states == ["", "wrong", "right"], name


def test_without_script_the_answers_are_folded(seen: dict[str, Any]):
    assert seen["plain"] == {"legend": True, "choices": 4, "controls": 0, "answers": [0, 4]}


def test_fingers_readers_and_paper(seen: dict[str, Any]):
    assert min(seen["heights"]) >= 44
    assert seen["overflow"] <= 0
    assert seen["axe"] == []
    assert seen["paper"] == {"answers": 4, "controls": 0}
    assert seen["errors"] == []
