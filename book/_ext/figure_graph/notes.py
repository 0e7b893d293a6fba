"""화살표가 아닌 것이 맞는지: 시간의 차례, 줄의 이름, 색의 설명, '같음'과 '다름', 칸 곁의 말."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from .drawing import Shape
from .graph import DrawnGraph, Fault, Node

NOTE_REACH = 30.0
KINDS = {"c": "셀 상태", "h": "은닉 상태", "x": "입력"}
LEGEND = "은닉 상태: 색이 뚜렷할수록 큰 값"
SAME, DIFFERENT = "= 같음", "≠ 다름"


class Placed(Protocol):
    """자리가 있는 것."""

    @property
    def center(self) -> tuple[float, float]:
        """가운데."""
        ...


def in_order(places: Iterable[Placed]) -> list[Fault]:
    """왼쪽에서 오른쪽으로 놓였는지."""
    xs = [place.center[0] for place in places]
    return [] if xs == sorted(xs) else [Fault(1, "시간의 차례가 왼쪽에서 오른쪽이 아닙니다")]


def shape_named(drawn: DrawnGraph, text: str) -> Shape | None:
    """그 글이 적힌 칸. 없으면 견줄 것이 없고, 없다는 것은 그래프를 견줄 때 드러납니다."""
    return next((node.shape for node in drawn.nodes if node.text == text), None)


def written_at(drawn: DrawnGraph, text: str, node: str, reach: tuple[float, float]) -> list[Fault]:
    """글이 칸과 한 세로줄에 있고, 칸의 가운데에서 ``reach`` 만큼 아래(음수이면 위)인지."""
    shape = shape_named(drawn, node)
    if shape is None:
        return []
    x, y = shape.center
    notes = [note for note in drawn.notes if note.text == text]
    if any(abs(n.center[0] - x) < 6 and reach[0] < n.y - y < reach[1] for n in notes):
        return []
    line = notes[0].line if notes else shape.line
    return [Fault(line, f"'{text}'이(가) 칸 '{node}'의 자리에 없습니다")]


def rows_of(drawn: DrawnGraph, rows: dict[str, tuple[str, str, str]]) -> Iterator[Fault]:
    """번호를 단 줄의 이름과 그 아래의 설명이 그 높이의 칸과 맞는지."""
    heights = {node.text: node.shape.center[1] for node in drawn.nodes}
    for badge in drawn.badges:
        (number,) = (t.text for t in drawn.drawing.labels if badge.distance(t.center) < 0)
        title, under, row = rows.get(number, ("", "", ""))
        height = badge.center[1]
        beside = [n.text for n in drawn.notes if abs(n.y - height) < 5 and n.x0 < NOTE_REACH * 2]
        below = [n.text for n in drawn.notes if 15 < n.y - height < 35 and n.x0 < NOTE_REACH]
        if (beside, below) != ([title], [under]) or abs(heights.get(row, 1e9) - height) > 25:
            texts = ", ".join([*beside, *below])
            message = f"{number}번 줄은 '{title}', '{under}'입니다. 그림: {texts}"
            yield Fault(badge.line, message)


def legend_of(drawn: DrawnGraph) -> Iterator[Fault]:
    """색의 설명이 옅은 칸부터 놓였는지."""
    held = [c for node in drawn.nodes for c in drawn.drawing.shapes if node.shape.holds(c)]
    legend = [s for s in drawn.drawing.shapes if s.opacity < 1 and s not in held]
    legend.sort(key=lambda s: s.x0)
    inks = [s.opacity for s in legend]
    notes = [n for n in drawn.notes if n.text == LEGEND and legend]
    if not any(abs(n.y - legend[0].center[1]) < 5 for n in notes):
        yield Fault(1, f"색의 설명이 칸 곁에 없습니다: {LEGEND}")
    if inks != sorted(inks) or len(set(inks)) != 4:
        yield Fault(legend[0].line if legend else 1, f"색의 설명이 옅은 것부터가 아닙니다: {inks}")


def verdict(drawn: DrawnGraph, title: str, pair: list[Node]) -> Iterator[Fault]:
    """제목 바로 아래의 '같음'이나 '다름'이 두 칸을 견준 것과 같은지."""
    left, right = ((node.text.split(" ", 1)[1], node.cells) for node in pair)
    truth = SAME if left == right else DIFFERENT
    found = [note for note in drawn.notes if note.text == title]
    below = [n for note in found for n in drawn.notes if 0 < n.y - note.y < 25]
    height = sum(node.shape.center[1] for node in pair) / 2
    if title != "은닉 상태" and not any(abs(note.y - height) < 25 for note in found):
        yield Fault(1, f"'{title}'이(가) 견주는 칸의 줄에 없습니다")
    if [note.text for note in below] != [truth]:
        texts = ", ".join(note.text for note in below)
        yield Fault(
            found[0].line if found else 1, f"'{title}'은(는) '{truth}'입니다. 그림: {texts}"
        )


def near_note(drawn: DrawnGraph, points: tuple[tuple[float, float], ...], text: str) -> bool:
    """점선의 한 끝이 그 글에 닿는지."""
    near = [note for note in drawn.notes if note.text.startswith(text)]
    return any(note.distance(end) <= NOTE_REACH for note in near for end in (points[0], points[-1]))


def kinds_of(drawn: DrawnGraph) -> Iterator[Fault]:
    """c, h, x의 칸 곁에 셀 상태, 은닉 상태, 입력이라고 적혀 있는지."""
    for node in drawn.nodes:
        kind = KINDS.get(node.text.split("_")[0])
        (x, y), shape = node.shape.center, node.shape
        above = [n for n in drawn.notes if abs(n.center[0] - x) < 4 and 0 < shape.y0 - n.y < 45]
        beside = [n for n in drawn.notes if abs(n.y - y) < 5 and 0 < n.x0 - shape.x1 < 15]
        texts = " ".join(n.text for n in sorted([*above, *beside], key=lambda n: n.y))
        if kind and texts != kind:
            message = (
                f"칸 '{node.text}'의 곁에는 '{kind}'이(가) 적혀 있어야 합니다. 그림: '{texts}'"
            )
            yield Fault(shape.line, message)
