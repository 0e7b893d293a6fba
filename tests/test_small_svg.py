from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
import small_svg
from cosine_rnn import plots
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from matplotlib import pyplot as plt
from svg_picture import png_of

DATA = re.compile(r' d="([^"]*)"')


def drawn(outline: str) -> list[tuple[str, tuple[tuple[float, float], ...]]]:
    pen = RecordingPen()
    parse_path(outline, pen)
    return pen.value


@pytest.fixture(scope="module")
def figure() -> str:
    plots.use_book_style()
    made, axes = plt.subplots()
    axes.plot(np.cos(np.arange(60) / 5))
    axes.set(title="망각 게이트가 여닫는 값", xlabel="시점 $t$", ylabel="은닉 상태")
    target = io.StringIO()
    made.savefig(target, format="svg")
    plt.close(made)
    return target.getvalue()


def test_same_lines_in_fewer_characters(figure: str):
    small = small_svg.smaller(figure)
    assert len(small) < 0.8 * len(figure)
    pairs = list(zip(DATA.findall(figure), DATA.findall(small), strict=True))
    assert sum(old != new for old, new in pairs) > 20
    for old, new in pairs:
        assert drawn(new) == drawn(old)
    assert png_of(small) == png_of(figure)


@pytest.mark.parametrize(
    "outline",
    [
        "M 5 5 L 9 5 L 9 9 M 0 0 L 3 3 z M 7 1 L 8 2",
        "M 0 0 \nL 4 0 \nL 4 4 \nz\nM 1 1 \nQ 2 2 3 1 \nC 4 0 5 -5 -6 -7 \nz\n",
    ],
)
def test_open_and_closed_lines_go_on_from_where_they_are(outline: str):
    small = small_svg.smaller(f'<path d="{outline}"/>')
    assert small != f'<path d="{outline}"/>'
    assert drawn(DATA.findall(small)[0]) == drawn(outline)


def test_small_figures_and_lines_with_fractions_stay(figure: str, tmp_path: Path):
    small = small_svg.smaller(figure)
    assert small_svg.smaller(small) == small
    line = '<path d="M 0.5 0 L 3 4.25"/>'
    assert small_svg.smaller(line) == line
    (tmp_path / "a.svg").write_text(figure, "utf-8")
    small_svg.shrink(tmp_path)
    assert (tmp_path / "a.svg").read_text("utf-8") == small
