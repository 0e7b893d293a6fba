"""그린 그림을 ``cells.py`` 에 견주는 검사가 심어 둔 잘못을 찾고, 화살표의 이름을 대는지 봅니다."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import figure_graph
import pytest
from figure_graph.drawing import subpaths
from sphinx.application import Sphinx
from sphinx.util.console import strip_colors
from sphinx.util.docutils import docutils_namespace, patch_docutils

ROOT = Path(__file__).parents[1]
LAYER = "05_10-recurrent-layer.svg"
WORDS = "06_10-words-in-order.svg"
SAME_INPUT = "07_10-same-input-different-state.svg"
GATES = "08_10-lstm-gates.svg"
FIGURES = [LAYER, WORDS, SAME_INPUT, GATES]
SOURCE = figure_graph.cells_source()
FORGET_BOX = 'x="108" y="284" text-anchor="middle">'
INPUT_BOX = 'x="184" y="284" text-anchor="middle">'


@cache
def drawing(name: str) -> str:
    return (ROOT / "images" / name).read_text("utf-8")


def messages(name: str, svg: str, source: str = SOURCE) -> list[str]:
    return [fault.message for fault in figure_graph.faults_of(name, svg, source)]


def replaced(text: str, changes: dict[str, str]) -> str:
    """바꿀 것이 저마다 꼭 한 곳에 있어야 합니다. 서로 맞바꿀 수도 있습니다."""
    for old in changes:
        assert text.count(old) == 1, old
    pattern = "|".join(re.escape(old) for old in changes)
    return re.sub(pattern, lambda match: changes[match[0]], text)


@pytest.mark.parametrize("name", FIGURES)
def test_figures_show_what_the_cells_compute(name: str):
    assert messages(name, drawing(name)) == []


PLANTED = {
    "arrow head moved to another box": (
        LAYER, {"M224,140 H255": "M224,140 L263,68"}, "h_1 → h_2 (U)",
    ),
    "arrow reversed": (LAYER, {"M292,217 V171": "M292,168 V219"}, "거꾸로입니다: x_2 → h_2"),
    "arrow removed": (
        LAYER,
        {'<path class="fig0510-line-state" d="M326,140 H357"'
         ' marker-end="url(#fig0510-arrow-state)"/>': ""},
        "화살표가 없습니다: h_2 → h_3",
    ),
    "arrow head removed": (
        LAYER,
        {'d="M394,112 V68" marker-end="url(#fig0510-arrow-out)"': 'd="M394,112 V68"'},
        "화살촉이 없습니다: h_3 → y_3",
    ),
    "weights exchanged": (
        LAYER,
        {'x="206" y="204" text-anchor="middle">W': 'x="206" y="204" text-anchor="middle">U'},
        "x_1 → h_1 (W). 그림 'U'",
    ),
    "time off by one": (
        LAYER,
        {'x="292" y="134" text-anchor="middle">h<tspan class="fig0510-sub fig0510-up" dy="4">2':
         'x="292" y="134" text-anchor="middle">h<tspan class="fig0510-sub fig0510-up" dy="4">1'},
        "그림 'h_1', 셈 'h_2' (닿는 화살표: h_1 → h_2 (U)",
    ),
    "h and x exchanged": (
        LAYER,
        {'y="134" text-anchor="middle">h<tspan class="fig0510-sub" dy':
         'y="134" text-anchor="middle">x<tspan class="fig0510-sub" dy',
         'y="236" text-anchor="middle">x<tspan class="fig0510-sub" dy':
         'y="236" text-anchor="middle">h<tspan class="fig0510-sub" dy'},
        "화살표가 거꾸로입니다: x_t → h_t",
    ),
    "loop led to the output": (
        LAYER, {"M76,126 C116,118 116,162 79,154": "M76,126 C116,118 116,62 68,52"},
        "화살표가 없습니다: h_t → h_t (U)",
    ),
    "words in another order": (
        WORDS, {">오늘</text>": ">주가가</text>", ">주가가</text>": ">오늘</text>"},
        "화살표가 없습니다: 오늘 → h_1",
    ),
    "answer before the last word": (
        WORDS, {"M372,96 V52": "M250,96 L328,38"}, "화살표가 없습니다: h_3 → 대답",
    ),
    "state handed backwards": (
        WORDS, {"M284,124 H335": "M338,124 H287"}, "거꾸로입니다: h_2 → h_3",
    ),
    "same and different exchanged": (
        SAME_INPUT, {">= 같음<": ">≠ 다름<"}, "'입력 2'은(는) '= 같음'입니다",
    ),
    "input fed one step late": (
        SAME_INPUT, {"M116,46 H95": "M148,61 L94,158"}, "화살표가 없습니다: 왼쪽 오늘 → 왼쪽 h_1",
    ),
    "columns crossed": (
        SAME_INPUT, {"M382,206 V249": "M382,206 L115,260"},
        "화살표가 없습니다: 오른쪽 h_2 → 오른쪽 어제의 주가",
    ),
    "gates swapped": (
        GATES, {FORGET_BOX + "망각": FORGET_BOX + "입력", INPUT_BOX + "입력": INPUT_BOX + "망각"},
        "화살표가 없습니다: 망각 게이트 σ → f ⊙ c_{t−1} (f)",
    ),
    "gate names swapped": (
        GATES, {'x="120" y="246" text-anchor="middle">f': 'x="120" y="246" text-anchor="middle">i'},
        "망각 게이트 σ → f ⊙ c_{t−1} (f). 그림 'i', 셈 'f'",
    ),
    "sigma for tanh": (
        GATES,
        {'x="260" y="329" text-anchor="middle">tanh': 'x="260" y="329" text-anchor="middle">σ'},
        "그림 '후보 값 σ', 셈 '후보 값 tanh' (닿는 화살표: h_{t−1} → 후보 값 tanh",
    ),
    "sum for product": (
        GATES, {"M103,99 l10,10 m-10,0 l10,-10": "M101,104 h14 M108,97 v14"},
        "그림 '+', 셈 '×' (닿는 화살표: c_{t−1} → f ⊙ c_{t−1}",
    ),
    "t−1 and t exchanged": (
        GATES,
        {'x="28" y="108" text-anchor="middle">c<tspan class="fig0810-sub" dy="4">t−1':
         'x="28" y="108" text-anchor="middle">c<tspan class="fig0810-sub" dy="4">t',
         'x="412" y="108" text-anchor="middle">c<tspan class="fig0810-sub" dy="4">t<':
         'x="412" y="108" text-anchor="middle">c<tspan class="fig0810-sub" dy="4">t−1<'},
        "화살표가 없습니다: c_{t−1} → f ⊙ c_{t−1}",
    ),
    "fork without its dot": (
        GATES, {'<circle class="fig0810-head" cx="184" cy="380" r="4"/>': ""},
        "시작이 아무 칸에도 닿지 않습니다: ? → 입력 게이트 σ",
    ),
    "gate that never sees the input": (
        GATES, {"M86,425 V387": "M184,425 V387"}, "화살표가 없습니다: x_t → 망각 게이트 σ",
    ),
    "tanh taken before the sum": (
        GATES,
        {'cx="336" cy="104" r="5"': 'cx="165" cy="104" r="5"',
         "M336,104 V135": "M165,104 L302,150"},
        "화살표가 없습니다: f ⊙ c_{t−1} + i ⊙ g → tanh(c_t)",
    ),
    "other formula": (
        GATES, {'dx="5">i</tspan><tspan class="fig0810-up" dx="5">⊙':
                'dx="5">o</tspan><tspan class="fig0810-up" dx="5">⊙'},
        "c_t = f ⊙ c_{t−1} + i ⊙ g",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", PLANTED)
def test_planted_mistake_is_found_by_its_arrow(mistake: str):
    name, changes, wanted = PLANTED[mistake]
    found = messages(name, replaced(drawing(name), changes))
    assert any(wanted in message for message in found), found


@pytest.mark.parametrize("name", FIGURES)
def test_no_arrow_can_be_removed_reversed_or_blunted(name: str):
    lines = drawing(name).splitlines()
    arrows = [k for k, line in enumerate(lines) if "<path" in line and "marker-end" in line]
    assert len(arrows) >= 6
    for k in arrows:
        d = re.findall(r' d="([^"]*)"', lines[k])[0]
        points = [f"{x:g},{y:g}" for x, y in reversed(subpaths(d)[-1])]
        same_either_way = d.startswith("M76,126 C")  # 제 칸으로 되돌아오는 화살표
        changed = ["", re.sub(' marker-end="[^"]*"', "", lines[k])]
        changed += [] if same_either_way else [lines[k].replace(d, "M" + " L".join(points))]
        for line in changed:
            svg = "\n".join([*lines[:k], line, *lines[k + 1 :]])
            assert messages(name, svg), (line, lines[k])


CHANGED_CELLS = {
    "gates exchanged": (
        {"c = f * c + i * g": "c = i * c + f * g"}, GATES, "입력 게이트 σ → i ⊙ c_{t−1} (i)",
    ),
    "no tanh on the way out": (
        {"h = o * np.tanh(c)": "h = o * c"}, GATES, "tanh",
    ),
    "candidate squashed by sigma": (
        {"g = np.tanh(zg)": "g = sigmoid(zg)"}, GATES, "후보 값 σ",
    ),
    "sigmoid made tanh": (
        {"0.5 * (1.0 + np.tanh(0.5 * z))": "np.tanh(z)"}, GATES, "망각 게이트 tanh",
    ),
    "states exchanged between steps": (
        {"h, c = step.h, step.c": "c, h = step.h, step.c"}, GATES, "c_{t−1} → 망각 게이트 σ",
    ),
    "gates blind to the state": (
        {"np.split(x @ W + h @ U + b, 4": "np.split(x @ W + b, 4"}, GATES, "h_{t−1} → 출력 게이트",
    ),
    "weights exchanged": (
        {"np.tanh(x @ W + h @ U + b)": "np.tanh(x @ U + h @ W + b)"}, LAYER, "x_1 → h_1 (U)",
    ),
    "state not handed on": (
        {"states[:, t] = h = rnn": "states[:, t] = rnn"}, WORDS, "h_1 → h_2",
    ),
    "the input before": (
        {"rnn_step(weights, x[:, t], h)": "rnn_step(weights, x[:, t - 1], h)"}, SAME_INPUT, "h_1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGED_CELLS)
def test_figures_follow_the_code(change: str):
    changes, name, wanted = CHANGED_CELLS[change]
    found = messages(name, drawing(name), replaced(SOURCE, changes))
    assert any(wanted in message for message in found), found


def test_code_that_cannot_be_followed_is_named():
    source = replaced(SOURCE, {"return np.tanh(x @ W + h @ U + b)": "return np.clip(h, 0, 1)"})
    assert messages(LAYER, drawing(LAYER), source) == [
        "cells.py의 셈을 따라갈 수 없습니다: np.clip"
    ]


HIDDEN = {
    "unknown element": ("</svg>", '<line x1="0" y1="0" x2="9" y2="9"/></svg>', "line"),
    "inline style": ("<rect ", '<rect style="fill:none" ', "style"),
    "invisible": ('<path class="fig0810-line" d="M336,262',
                  '<path opacity="0" class="fig0810-line" d="M336,262', "opacity"),
    "moved": ('<text class="fig0810-ink" x="120"',
              '<text transform="scale(2)" class="fig0810-ink" x="120"', "transform"),
    "covered": ("</svg>", '<rect class="fig0810-box" x="80" y="270" width="60" height="70"/></svg>',
                "덮습니다"),
    "same colour": ('fig0810-ink" x="184" y="284"', 'fig0810-valve-ink" x="184" y="284"', "색"),
    "head of another colour": ('M336,262 V222" marker-end="url(#fig0810-arrow)"',
                               'M336,262 V222" marker-end="url(#fig0810-arrow-in)"', "촉의 색"),
    "head drawn backwards": ('head-in" d="M0,0.5 L10,5 L0,9.5 z"/>',
                             'head-in" d="M10,0.5 L0,5 L10,9.5 z"/>', "화살촉"),
    "not a picture": ("</svg>", "", "읽을 수 없습니다"),
}  # fmt: skip


@pytest.mark.parametrize("trick", HIDDEN)
def test_what_the_eye_cannot_trust_is_refused(trick: str):
    old, new, wanted = HIDDEN[trick]
    svg = drawing(GATES).replace(old, new, 1)
    assert svg != drawing(GATES)
    found = messages(GATES, svg)
    assert any(wanted in message for message in found), found


def test_a_figure_without_claims_is_refused():
    assert "CLAIMS" in messages("new.svg", drawing(LAYER))[0]


def built(tmp_path: Path, svg: str) -> str:
    """그림 하나가 든 작은 책을 지어 얻은 경고."""
    source = tmp_path / "source"
    (source / "images").mkdir(parents=True)
    (source / "images" / GATES).write_text(svg, "utf-8")
    (source / "index.rst").write_text("쪽\n==\n", "utf-8")
    warnings = tmp_path / "warnings"
    with (
        (tmp_path / "log").open("w", encoding="utf-8") as log,
        warnings.open("w", encoding="utf-8") as said,
        patch_docutils(),
        docutils_namespace(),
    ):
        Sphinx(
            source, None, tmp_path / "out", tmp_path / "trees", "dummy",
            {"extensions": ["figure_graph"]}, status=log, warning=said, freshenv=True,
        ).build()  # fmt: skip
    return strip_colors(warnings.read_text("utf-8"))


def test_the_build_names_figure_line_and_arrow(tmp_path: Path):
    said = built(tmp_path, replaced(drawing(GATES), {"M108,262 V120": "M108,262 V200 H130"}))
    assert re.search(rf"{GATES}:\d+: WARNING: {GATES}: .*망각 게이트 σ → \?", said), said


def test_the_build_says_nothing_of_a_true_figure(tmp_path: Path):
    assert built(tmp_path, drawing(GATES)) == ""
