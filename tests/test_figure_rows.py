"""세로로 긴 그림을 나눌 자리: 글자를 가르지 않고, 함께 쓰는 축과 범례는 따로 둡니다."""

from __future__ import annotations

import io
from typing import Any

import figure_rows
import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure


def svg_of(figure: Figure) -> str:
    stream = io.StringIO()
    figure.savefig(stream, format="svg")
    plt.close(figure)
    return stream.getvalue()


def drawn(n_rows: int, height: float, **settings: Any) -> tuple[str, list[list[float]]]:
    """A figure of rows, and each row's extent with its labels, from the top, in points."""
    figure, axes = plt.subplots(n_rows, 1, figsize=(5, height), layout="constrained", **settings)
    for k, ax in enumerate(axes):
        ax.plot([0, 1, 2], [k, 1, 0], label="value")
        ax.set_title(f"row {k}")
    axes[-1].set_xlabel("step")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center")
    figure.draw_without_rendering()
    points = 72 / figure.dpi
    total = 72 * height
    tight = [ax.get_tightbbox() for ax in axes]
    extents = [[total - box.y1 * points, total - box.y0 * points] for box in tight]
    return svg_of(figure), extents


@pytest.fixture(autouse=True)
def text_as_paths():
    with plt.rc_context({"svg.fonttype": "path", "font.size": 13}):
        yield


@pytest.mark.parametrize("n_rows", [2, 3, 4])
def test_cuts_fall_between_the_rows_and_leave_the_legend_below(n_rows: int):
    svg, extents = drawn(n_rows, 2.5 * n_rows + 2)
    left, right, top, *between, foot, bottom = figure_rows.cuts(svg)
    assert (left, right, top) == (0, 360, 0)
    assert len(between) == n_rows - 1
    for cut, above, below in zip(between, extents, extents[1:], strict=False):
        assert above[1] - 2 < cut < below[0] + 2
    assert extents[-1][1] - 2 < foot < bottom == pytest.approx(72 * (2.5 * n_rows + 2))


def test_a_shared_axis_goes_below_every_row():
    svg, extents = drawn(3, 9, sharex=True)
    *_, foot, _ = figure_rows.cuts(svg)
    assert extents[-1][0] < foot < extents[-1][1] - 13  # 눈금의 수와 이름이 자르는 곳의 아래입니다.


def test_an_upright_name_across_the_rows_is_left_out():
    figure, axes = plt.subplots(2, 1, figsize=(5, 7), layout="constrained", sharex=True)
    for ax in axes:
        ax.plot([0, 1], [0, 1])
    name = figure.supylabel("across")
    figure.draw_without_rendering()
    right = name.get_window_extent().x1 * 72 / figure.dpi
    left, *_ = figure_rows.cuts(svg_of(figure))
    assert left == pytest.approx(right, abs=2)


def test_low_and_single_figures_stay_whole():
    assert figure_rows.cuts(drawn(2, 4)[0]) == []
    figure, ax = plt.subplots(figsize=(4, 7))
    ax.plot([0, 1], [0, 1])
    assert figure_rows.cuts(svg_of(figure)) == []
    other = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 40"><g/></svg>'
    assert figure_rows.cuts(other) == []
