"""SVG를 PNG로 그립니다. Jupyter는 내려받은 노트북의 SVG를 믿을 때까지 보이지 않습니다.

글자는 꾸러미와 Matplotlib에 실린 글꼴로만 그리므로 어느 컴퓨터에서나 같은 그림입니다.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import cosine_rnn
import matplotlib
import resvg_py

ZOOM = 1.5
"""화면의 한 화소를 몇 화소로 그릴지."""
PAPER = "#ffffff"
DOTS_PER_INCH = 96.0
FONTS = (
    Path(cosine_rnn.__file__).with_name("fonts") / "CosineGothic-Regular.ttf",
    *(
        Path(matplotlib.get_data_path(), "fonts", "ttf", f"{name}.ttf")
        for name in ("STIXGeneral", "STIXGeneralItalic")
    ),
)
FAMILY = "Cosine Gothic"
SERIF = "STIXGeneral"


class Picture(NamedTuple):
    """PNG 하나와, 화면에 보일 크기(CSS 화소)."""

    content: bytes
    width: int
    height: int


def png_of(svg: str) -> Picture:
    """SVG의 글을 흰 바탕에 그립니다.

    Raises:
        ValueError: SVG가 아니거나 크기를 알 수 없을 때.
    """
    width, height = size_of(svg)
    content = resvg_py.svg_to_bytes(
        svg_string=svg,
        background=PAPER,
        dpi=DOTS_PER_INCH,
        width=round(width * ZOOM),
        skip_system_fonts=True,
        font_files=[str(path) for path in FONTS] if "<text" in svg else None,
        font_family=FAMILY,
        sans_serif_family=FAMILY,
        serif_family=SERIF,
    )
    return Picture(bytes(content), width, height)


def size_of(svg: str) -> tuple[int, int]:
    """화면에 보일 크기. ``pt`` 로 적힌 너비는 화소로 바꿉니다."""
    try:
        root = ElementTree.fromstring(svg)
        box = [float(part) for part in root.get("viewBox", "").split()]
        scale = DOTS_PER_INCH / 72 if re.fullmatch(r"[\d.]+pt", root.get("width", "")) else 1.0
        return round(box[2] * scale), round(box[3] * scale)
    except (ElementTree.ParseError, IndexError) as error:
        raise ValueError(f"svg: viewBox가 있는 SVG여야 합니다. 받은 값: {svg[:60]!r}") from error
