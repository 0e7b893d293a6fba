"""세로로 긴 그림을 줄마다 나눌 자리. 슬라이드에서는 한 줄씩 크게 보아야 뒷자리에서 글자가 읽힙니다.

Matplotlib의 SVG에서는 축의 틀과 눈금, 제목이 ``axes_1`` 같은 묶음에, 범례는 그 밖에 있습니다.
"""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple
from xml.etree import ElementTree

TALL = 1.1
"""너비의 이 배보다 높은 그림만 나눕니다. 그보다 낮으면 통째로 읽힙니다."""

SVG = "{http://www.w3.org/2000/svg}"
NUMBER = r"(-?[\d.]+)"
PLACE = re.compile(rf"translate\({NUMBER} {NUMBER}\)(?: rotate\({NUMBER}\))? scale\({NUMBER} ")
UNITS = 100  # Matplotlib은 글자를 높이 100으로 그리고 줄입니다.
ASCENT, DESCENT = 0.95, 0.25


class Text(NamedTuple):
    """글의 자리. 세운 글은 ``right`` 가 오른쪽 끝입니다."""

    top: float
    bottom: float
    right: float
    upright: bool


class Row(NamedTuple):
    """나란히 놓인 축들: 틀의 위와 아래, 눈금과 제목까지의 위와 아래, 가로 눈금의 위."""

    frame_top: float
    frame_bottom: float
    top: float
    bottom: float
    ticks: float

    def beside(self, other: Row) -> Row:
        """두 줄을 덮는 한 줄."""
        return Row(
            min(self.frame_top, other.frame_top),
            max(self.frame_bottom, other.frame_bottom),
            min(self.top, other.top),
            max(self.bottom, other.bottom),
            min(self.ticks, other.ticks),
        )


def texts(group: ElementTree.Element) -> list[Text]:
    """묶음에 든 글들."""
    found = []
    for node in group.iter(f"{SVG}g"):
        if place := PLACE.match(node.get("transform", "")):
            x, y, angle, scale = (float(value or 0) for value in place.groups())
            size = UNITS * scale
            below = DESCENT * size
            found.append(Text(y - ASCENT * size, y + below, x + below, angle != 0))
    return found


def row(axes: ElementTree.Element) -> Row:
    """축 하나의 자리. 첫 경로가 틀입니다."""
    frame = axes.find(f".//{SVG}path")
    assert frame is not None
    heights = [float(y) for _, y in re.findall(rf"{NUMBER} {NUMBER}", frame.get("d", ""))]
    top, bottom = min(heights), max(heights)
    # 세로축의 눈금은 틀의 옆이라 세지 않습니다.
    level = [text for text in texts(axes) if not text.upright]
    above = [text.top for text in level if text.bottom <= top]
    below = [text for text in level if text.top >= bottom]
    lowest = max((text.bottom for text in below), default=bottom)
    ticks = min((text.top for text in below), default=bottom)
    return Row(top, bottom, min([top, *above]), lowest, ticks)


def cuts(svg: str) -> list[float]:
    """그림을 줄마다 나눌 자리. 나눌 것이 없으면 비어 있습니다.

    Returns:
        왼쪽 끝과 오른쪽 끝, 그다음 위에서 아래로 나눌 높이들. 단위는 SVG의 ``viewBox`` 입니다.
        마지막 두 높이 사이는 줄마다 붙일 것(함께 쓰는 가로축과 범례)이고, 없으면 둘이 같습니다.
    """
    root = ElementTree.fromstring(svg)
    _, _, width, height = (float(value) for value in root.get("viewBox", "0 0 0 0").split())
    figure = root.find(f".//{SVG}g[@id='figure_1']")
    if figure is None or height <= TALL * width:
        return []
    axes = [node for node in figure if node.get("id", "").startswith("axes_")]
    rows: list[Row] = []
    for one in sorted(row(node) for node in axes):
        near = rows.pop() if rows and one.frame_top < rows[-1].frame_bottom else one
        rows.append(near.beside(one))
    if len(rows) < 2:
        return []
    between = [(one.bottom + other.top) / 2 for one, other in itertools.pairwise(rows)]
    shared = rows[0].bottom == rows[0].frame_bottom  # 눈금의 수가 맨 아랫줄에만 있습니다.
    last = rows[-1].ticks if shared else rows[-1].bottom
    around = [text for node in figure if node not in axes for text in texts(node)]
    below = shared or any(text.bottom > last for text in around if not text.upright)
    # 모든 줄에 걸쳐 세운 이름은 나누면 잘리므로 뺍니다.
    left = max((text.right for text in around if text.upright), default=0.0)
    foot = last if below else height
    return [round(value, 1) for value in (left, width, 0, *between, foot, height)]
