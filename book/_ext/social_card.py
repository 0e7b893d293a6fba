"""고리를 붙여 넣은 곳에 보일 그림(1200×630)을 장의 제목과 그 장의 첫 그림으로 그립니다.

주소를 알 때에만 그립니다. 제목은 책의 글꼴로, 그림은 쪽에 있는 SVG 그대로입니다.
"""

from __future__ import annotations

import base64
import io
import posixpath
import tempfile
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path

import cosine_rnn
import resvg_py
import site_address
from docutils import nodes
from fontTools.ttLib import TTFont
from inline_svg import InlineSvg
from sphinx.builders.html import StandaloneHTMLBuilder

WIDTH, HEIGHT = site_address.CARD_SIZE
FAMILY = "Cosine Sans"
FACES = ("CosineSans-Regular.woff2", "CosineSans-Bold.woff2")
FIGURE_FAMILY = "Cosine Gothic"
FIGURE_FONT = Path(cosine_rnn.__file__).with_name("fonts") / "CosineGothic-Regular.ttf"
MARGIN = 64
FIGURE = (600, 64, 536, 502)
"""그림의 자리: 왼쪽, 위, 너비, 높이(화소)."""

TITLE_SIZES = (60, 52, 44, 36)
LEADING = 1.35
MOST_LINES = 5
INK, MUTED, ACCENT = "#1f2328", "#57606a", "#0072b2"


@dataclass(frozen=True)
class Card:
    """카드 하나에 담을 것.

    Attributes:
        title: 장의 제목.
        book: 책의 제목.
        author: 지은이.
        figure: SVG의 글, SVG 파일의 자리, 또는 그림이 없으면 ``None``.
    """

    title: str
    book: str
    author: str
    figure: str | Path | None


def place(name: str) -> str:
    """쪽의 카드가 놓일, 책의 뿌리에서 본 자리."""
    return f"cards/{name.removeprefix('book/').replace('/', '-')}.png"


def first_figure(doctree: nodes.document, builder: StandaloneHTMLBuilder) -> str | Path | None:
    """쪽의 첫 그림. 셀이 낸 것은 사이트에 놓일 파일의 자리입니다."""
    for figure in doctree.findall(nodes.figure):
        image = figure.next_node(nodes.image)
        if isinstance(image, InlineSvg):
            return image["svg"]
        # 쪽을 쓰고 나면 그림의 주소는 사이트에 놓일 자리입니다.
        if image is not None and str(image["uri"]).endswith(".svg"):
            return Path(builder.outdir) / builder.imagedir / posixpath.basename(image["uri"])
    return None


class Measure:
    """글꼴 하나로 찍은 글의 너비."""

    def __init__(self, font: bytes) -> None:
        with TTFont(io.BytesIO(font), lazy=True) as opened:
            self.names = opened.getBestCmap() or {}
            self.widths = {name: width for name, (width, _) in opened["hmtx"].metrics.items()}
            self.em: int = opened["head"].unitsPerEm  # pyright: ignore

    def width(self, text: str, size: float) -> float:
        """글의 너비(화소). 글꼴에 없는 글자는 한 칸으로 칩니다."""
        names = (self.names.get(ord(letter)) for letter in text)
        return size / self.em * sum(self.widths.get(name, self.em) for name in names)

    def wrap(self, text: str, size: float, most: float) -> list[str]:
        """낱말 사이에서 나눈 줄들. 저마다 ``most`` 화소를 넘지 않되, 긴 낱말은 넘칩니다."""
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(longer, size) <= most:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines


def fit(measure: Measure, text: str, most: float) -> tuple[int, list[str]]:
    """자리에 드는 가장 큰 글자의 크기와 그때의 줄들. 모두 넘치면 가장 작은 것입니다."""
    size, lines = TITLE_SIZES[-1], []
    for size in TITLE_SIZES:
        lines = measure.wrap(text, size, most)
        if len(lines) <= MOST_LINES and all(measure.width(line, size) <= most for line in lines):
            break
    return size, lines


def drawing(card: Card, bold: Measure, regular: Measure) -> str:
    """카드의 SVG."""
    left, top, wide, high = FIGURE
    room = left - 2 * MARGIN if card.figure else WIDTH - 2 * MARGIN
    size, lines = fit(bold, card.title, room)
    y = HEIGHT / 2 - (len(lines) - 1) * size * LEADING / 2 + size * 0.35
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' font-family="{FAMILY}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<rect width="{WIDTH}" height="14" fill="{ACCENT}"/>',
    ]
    for row, line in enumerate(regular.wrap(card.book, 28, room)):
        parts.append(written(MARGIN, MARGIN + 36 + row * 38, 28, MUTED, line))
    for row, line in enumerate(lines):
        parts.append(written(MARGIN, y + row * size * LEADING, size, INK, line, weight=700))
    author = regular.wrap(card.author, 22, room)
    for row, line in enumerate(reversed(author)):
        parts.append(written(MARGIN, HEIGHT - MARGIN - row * 30, 22, MUTED, line))
    if card.figure:
        svg = card.figure if isinstance(card.figure, str) else card.figure.read_text("utf-8")
        data = base64.b64encode(svg.encode()).decode()
        parts.append(
            f'<image x="{left}" y="{top}" width="{wide}" height="{high}"'
            f' href="data:image/svg+xml;base64,{data}"/>'
        )
    return "\n".join([*parts, "</svg>"])


def written(x: float, y: float, size: float, color: str, text: str, *, weight: int = 400) -> str:
    """글 한 줄."""
    return (
        f'<text x="{x}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" fill="{color}">'
        f"{escape(text)}</text>"
    )


class Studio:
    """카드를 그리는 곳. 사이트의 글꼴을 처음 그릴 때 한 번만 풉니다.

    Attributes:
        folder: 사이트에 쓴 웹 글꼴이 있는 폴더. 쪽에 나온 글자가 모두 있습니다.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def faces(self) -> list[bytes]:
        """보통과 굵은 글씨. 누르지 않은 글꼴 파일의 내용입니다."""
        found = []
        for name in FACES:
            target = io.BytesIO()
            with TTFont(self.folder / name) as font:
                font.flavor = None
                font.save(target)
            found.append(target.getvalue())
        return found

    @cached_property
    def measures(self) -> list[Measure]:
        """보통과 굵은 글씨의 너비."""
        return [Measure(face) for face in self.faces]

    def draw(self, card: Card) -> bytes:
        """카드의 PNG."""
        regular, bold = self.measures
        with tempfile.TemporaryDirectory() as name:
            paths = [FIGURE_FONT]
            for number, face in enumerate(self.faces):
                paths.append(Path(name) / f"{number}.otf")
                paths[-1].write_bytes(face)
            return resvg_py.svg_to_bytes(
                svg_string=drawing(card, bold, regular),
                width=WIDTH,
                height=HEIGHT,
                dpi=96,
                skip_system_fonts=True,
                font_files=[str(path) for path in paths],
                font_family=FIGURE_FAMILY,
                sans_serif_family=FIGURE_FAMILY,
                serif_family=FIGURE_FAMILY,
            )
