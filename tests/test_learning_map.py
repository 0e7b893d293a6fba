"""읽는 차례의 지도를 차례와 ‘준비’에 견주는 검사가, 심어 둔 잘못을 찾는지 봅니다."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from figure_graph import MAP, learning_map
from figure_graph.learning_map import Chapter

ROOT = Path(__file__).parents[1]
PARTS = {"theory": "이론", "cosine": "코사인 예측", "beyond": "코사인 너머", "lab": "실험실"}
# 곁에 둔 지도에 적힌 말을 담은 제목과, 준비로 삼는 장. 책에 장이 늘어도 그대로입니다.
BOOK = {
    "theory/recurrent-network": ("순환 신경망: 순서를 기억하는 층", ""),
    "theory/hidden-state": ("같은 '주가', 다른 은닉 상태", "theory/recurrent-network"),
    "theory/lstm": (
        "LSTM: 넘길지 말지를 정하는 단계",
        "theory/recurrent-network theory/hidden-state",
    ),
    "cosine/data": ("코사인 데이터: 신호, 창, 나눔", ""),
    "cosine/mlp": ("다층 퍼셉트론: 기억 없이 예측하기", "cosine/data"),
    "cosine/lstm": ("LSTM: 창을 한 시점씩 읽기", "cosine/data theory/lstm"),
    "cosine/stateful-lstm": ("상태유지 LSTM: 배치를 넘어 기억하기", "cosine/lstm"),
    "cosine/stacked-stateful-lstm": (
        "상태유지 다층 LSTM: 층을 쌓으면 나아집니까?",
        "cosine/stateful-lstm",
    ),
    "cosine/why-state": (
        "상태는 왜 필요합니까: 값 하나만 볼 때",
        "cosine/mlp cosine/stateful-lstm",
    ),
    "cosine/comparison": (
        "견주기: 네 모델 가운데 무엇이 낫습니까?",
        "cosine/data cosine/mlp cosine/stacked-stateful-lstm",
    ),
    "beyond/words": ("말을 듣는 상태: 오늘 아니 어제 주가", "theory/hidden-state theory/lstm"),
    "beyond/real-series": ("실제 시계열: 월별 매출", "cosine/comparison"),
    "beyond/changing-period": ("예고 없이 바뀌는 주기", "cosine/comparison theory/lstm"),
    "lab": (
        "실험실: 훈련한 모델을 손으로 움직이기",
        "theory/lstm cosine/comparison beyond/words",
    ),
}


def chapters() -> list[Chapter]:
    return [
        Chapter(link, number, PARTS[link.split("/")[0]], title, frozenset(needs.split()))
        for number, (link, (title, needs)) in enumerate(BOOK.items(), start=1)
    ]


def faults(svg: str, pages: list[Chapter]) -> list[str]:
    return [fault.message for fault in learning_map.faults_of(svg, pages)]


@pytest.fixture(scope="module")
def svg() -> str:
    return Path(__file__).with_name(MAP).read_text("utf-8")


def test_map_fits_the_pages_of_the_book():
    drawn = (ROOT / "images" / MAP).read_text("utf-8")
    assert faults(drawn, learning_map.chapters_of(ROOT)) == []


PLANTED = [
    ({"M102,256 V278": "M102,280 V258"}, "cosine/stateful-lstm → cosine/lstm"),
    ({"H0 V550 H12": "H0 V382 H12"}, "theory/lstm → cosine/stacked-stateful-lstm"),
    ({"M102,332 V354": "M102,332 V340"}, "닿지 않습니다: 상태유지 LSTM 배치를 넘어 기억하기 → ?"),
    ({'"cosine/mlp.html"': '"cosine/lstm.html"'}, "지도에 장이 없습니다: cosine/mlp"),
    ({">12</text>": ">13</text>", ">13</text>": ">12</text>"}, "beyond/real-series는 12장"),
    ({">다층 퍼셉트론<": ">상태유지 LSTM<"}, "(cosine/mlp)"),
    ({'map-b" x="14"': 'map-c" x="14"'}, "색이 맞지 않습니다"),
    ({">코사인 너머<": ">너머<"}, "부의 이름이 없습니다: 코사인 너머"),
    ({"</svg>": ""}, "읽을 수 없습니다"),
]


@pytest.mark.parametrize(("changes", "wanted"), PLANTED)
def test_planted_mistake_is_found(svg: str, changes: dict[str, str], wanted: str):
    assert faults(svg, chapters()) == []
    assert all(svg.count(old) == 1 for old in changes)
    pattern = "|".join(map(re.escape, changes))
    found = faults(re.sub(pattern, lambda match: changes[match[0]], svg), chapters())
    assert any(wanted in message for message in found), found


def test_prerequisite_that_no_arrow_leads_to_is_found(svg: str):
    pages = chapters()
    pages[4] = replace(pages[4], needs=frozenset({"cosine/data", "beyond/words"}))
    assert faults(svg, pages) == ["준비를 잇는 화살표가 없습니다: beyond/words → cosine/mlp"]


def test_arrow_that_is_no_prerequisite_is_found(svg: str):
    pages = chapters()
    pages[4] = replace(pages[4], needs=frozenset())
    (said,) = faults(svg, pages)
    assert "준비가 아닌 화살표입니다: cosine/data → cosine/mlp" in said


def test_chapter_that_is_not_on_the_map_is_found(svg: str):
    new = Chapter("beyond/new", 14, "코사인 너머", "새 장", frozenset())
    assert faults(svg, [*chapters(), new]) == ["지도에 장이 없습니다: beyond/new"]


def test_preparation_of_a_page_is_read(tmp_path: Path):
    (tmp_path / "book/a").mkdir(parents=True)
    (tmp_path / "_toc.yml").write_text(
        "root: book/index\nparts:\n- caption: 하나\n  chapters:\n  - file: book/a/x\n"
        "  - file: book/a/y\n- caption: 부록\n  chapters:\n  - file: book/a/z\n",
        "utf-8",
    )
    (tmp_path / "book/a/x.md").write_text(
        "(x)=\n# 첫 장\n\n## 준비\n\n{ref}`y`에서 씁니다.\n", "utf-8"
    )
    text = "(y)=\n# 둘째 장\n\n## 준비\n\n{ref}`x`과 {ref}`여기 <z>`.\n\n## 다음\n\n{ref}`y`\n"
    (tmp_path / "book/a/y.md").write_text(text, "utf-8")
    assert learning_map.chapters_of(tmp_path) == [
        Chapter("a/x", 1, "하나", "첫 장", frozenset()),
        Chapter("a/y", 2, "하나", "둘째 장", frozenset({"a/x"})),
    ]
