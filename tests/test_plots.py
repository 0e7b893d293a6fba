from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cosine_rnn
import matplotlib as mpl
import numpy as np
import pytest
from conftest import NOT_A_SERIES, rejects
from cosine_rnn import plots
from cosine_rnn.config import LECTURE_MODELS
from cosine_rnn.plots import (
    MODEL_LABELS,
    plot_error,
    plot_forecast,
    plot_loss,
    plot_states,
    save_figure,
    style_of,
    use_book_style,
)
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font

CONTEXT, TRUTH = np.cos(np.arange(5.0)), np.cos(np.arange(5.0, 12.0))
FORECASTS = {name: TRUTH + 0.01 * (k + 1) for k, name in enumerate(LECTURE_MODELS)}
LOSSES = {name: 0.5 ** np.arange(1, 9 + k) for k, name in enumerate(LECTURE_MODELS)}
STATES = np.linspace(-1, 1, 12).reshape(4, 3)
WORDS = ["나는", "오늘", "학교에", "갔다"]


@pytest.fixture(autouse=True)
def book_style() -> Iterator[None]:
    with mpl.rc_context():
        use_book_style()
        yield


@pytest.fixture
def ax() -> Axes:
    return Figure().add_subplot()


def draw_all() -> Iterator[Axes]:
    yield plot_forecast(Figure().add_subplot(), CONTEXT, TRUTH, FORECASTS)
    yield plot_error(Figure().add_subplot(), TRUTH, FORECASTS)
    yield plot_loss(Figure().add_subplot(), LOSSES)
    yield plot_states(Figure().add_subplot(), STATES, words=WORDS)


def legend_texts(ax: Axes) -> list[str]:
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def lines(ax: Axes) -> dict[str, Any]:
    return {str(line.get_label()): line for line in ax.get_lines()}


def is_korean(text: str) -> bool:
    return any("가" <= letter <= "힣" for letter in text)


def test_forecast_shows_what_it_was_given_from_step_zero_on(ax: Axes):
    assert plot_forecast(ax, CONTEXT, TRUTH, FORECASTS) is ax
    truth = lines(ax)["참값"]
    np.testing.assert_array_equal(truth.get_xdata(), np.arange(-5, 7))
    np.testing.assert_array_equal(truth.get_ydata(), [*CONTEXT, *TRUTH])
    for name, forecast in FORECASTS.items():
        line = lines(ax)[MODEL_LABELS[name]]
        np.testing.assert_array_equal(line.get_xdata(), np.arange(7))
        np.testing.assert_array_equal(line.get_ydata(), forecast)


def test_error_is_absolute_and_its_scale_logarithmic(ax: Axes):
    assert plot_error(ax, TRUTH, {"mlp": TRUTH - 0.5, "lstm": TRUTH + 0.25}) is ax
    assert ax.get_yscale() == "log"
    np.testing.assert_allclose(lines(ax)["다층 퍼셉트론"].get_ydata(), [0.5] * 7)
    np.testing.assert_allclose(lines(ax)["LSTM"].get_ydata(), [0.25] * 7)


def test_loss_counts_its_epochs_from_one(ax: Axes):
    assert plot_loss(ax, LOSSES) is ax
    assert ax.get_yscale() == "log"
    for name, loss in LOSSES.items():
        line = lines(ax)[MODEL_LABELS[name]]
        np.testing.assert_array_equal(line.get_xdata(), np.arange(1, len(loss) + 1))
        np.testing.assert_array_equal(line.get_ydata(), loss)


def test_states_are_cells_with_their_values_and_words(ax: Axes):
    assert plot_states(ax, STATES, words=WORDS) is ax
    (image,) = ax.get_images()
    np.testing.assert_array_equal(image.get_array(), STATES)
    assert image.get_clim() == (-1, 1)
    assert [text.get_text() for text in ax.texts] == [f"{value:.2f}" for value in STATES.flat]
    assert [text.get_position() for text in ax.texts] == [
        (k, t) for t, k in np.ndindex(STATES.shape)
    ]
    assert [label.get_text() for label in ax.get_yticklabels()] == WORDS
    assert [label.get_text() for label in ax.get_xticklabels()] == ["칸 1", "칸 2", "칸 3"]


def test_axes_and_legends_speak_korean():
    *with_axes, _ = draw_all()
    for ax in with_axes:
        assert is_korean(ax.get_xlabel())
        assert is_korean(ax.get_ylabel())
        assert [t for t in legend_texts(ax) if t != "참값"] == list(MODEL_LABELS.values())


def test_one_line_needs_no_legend_and_other_names_keep_their_name(ax: Axes):
    assert legend_texts(plot_loss(ax, {"mlp": [0.5, 0.1]})) == []
    assert legend_texts(plot_loss(ax, {"지속 예측": [0.5, 0.1]})) == ["다층 퍼셉트론", "지속 예측"]


def test_drawing_again_replaces_the_legend(ax: Axes):
    for _ in range(2):
        plot_error(ax, TRUTH, {name: FORECASTS[name] for name in ("mlp", "lstm")})
        assert legend_texts(ax) == ["다층 퍼셉트론", "LSTM"]


def test_a_model_looks_the_same_on_every_figure_and_unlike_the_others():
    looks: dict[str, set[Any]] = {name: set() for name in LECTURE_MODELS}
    *with_lines, _ = draw_all()
    for ax in with_lines:
        for name in LECTURE_MODELS:
            line = lines(ax)[MODEL_LABELS[name]]
            looks[name].add((to_rgb(line.get_color()), str(line._unscaled_dash_pattern)))
    assert [len(seen) for seen in looks.values()] == [1] * 4
    colours, dashes = zip(*(seen.pop() for seen in looks.values()), strict=True)
    assert len(set(colours)) == 4
    assert len(set(dashes)) == 4


def test_unknown_names_follow_the_cycle_and_styles_are_copies():
    assert style_of("지속 예측") == {}
    style_of("mlp")["color"] = "red"
    assert style_of("mlp")["color"] != "red"


def test_every_figure_is_drawn_without_a_missing_glyph(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    # Warnings are errors here, a missing glyph among them; a missing font is only logged.
    with caplog.at_level(logging.WARNING, logger="matplotlib"):
        for k, ax in enumerate(draw_all()):
            ax.set_title("훈련 손실, 되먹임 예측")
            figure = ax.get_figure()
            assert isinstance(figure, Figure)
            save_figure(tmp_path / f"{k}.svg", figure)
    assert caplog.records == []
    assert len(list(tmp_path.iterdir())) == 4


def test_bundled_font_has_every_letter_of_the_labels():
    path = Path(cosine_rnn.__file__).parent / "fonts" / "CosineGothic-Regular.ttf"
    font = FT2Font(str(path))
    letters = {ord(letter) for label in [*MODEL_LABELS.values(), "참값"] for letter in label}
    assert letters <= set(font.get_charmap())


def test_figures_of_the_same_data_are_the_same_file(tmp_path: Path):
    for name in ("a.svg", "b.svg"):
        ax = plot_loss(Figure().add_subplot(), LOSSES)
        figure = ax.get_figure()
        assert isinstance(figure, Figure)
        save_figure(tmp_path / name, figure)
    first, second = ((tmp_path / name).read_text() for name in ("a.svg", "b.svg"))
    assert without_date(first) == without_date(second)


def without_date(svg: str) -> list[str]:
    return [line for line in svg.splitlines() if "<dc:date>" not in line]


@pytest.mark.parametrize(
    ("name", "start"),
    [("x.svg", b"<?xml"), ("x.png", b"\x89PNG"), ("x.PDF", b"%PDF"), ("x", b"<?xml")],
)
def test_suffix_decides_the_format(name: str, start: bytes, tmp_path: Path, ax: Axes):
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    save_figure(tmp_path / "new" / name, figure)
    assert (tmp_path / "new" / name).read_bytes().startswith(start)


def test_unknown_suffix_is_rejected_before_anything_is_written(tmp_path: Path, ax: Axes):
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    with pytest.raises(ValueError, match=r"^\w+: 확장자가 .*svg.* 받은 값: '.+x\.docx'$"):
        save_figure(tmp_path / "new" / "x.docx", figure)
    assert list(tmp_path.iterdir()) == []


def test_figure_that_cannot_be_drawn_leaves_the_old_file(tmp_path: Path, ax: Axes):
    path = tmp_path / "x.svg"
    path.write_text("old")
    ax.set_title("$\\nonsense$")  # Mathtext fails while the figure is drawn.
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    with pytest.raises(ValueError, match="nonsense"):
        save_figure(path, figure)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("x.svg", "old")]


@pytest.mark.parametrize(("series", "received"), NOT_A_SERIES)
def test_what_is_no_series_is_not_drawn(series: Any, received: str, ax: Axes):
    for argument, draw in (
        ("context", lambda: plot_forecast(ax, series, TRUTH, {})),
        ("truth", lambda: plot_forecast(ax, CONTEXT, series, {})),
        ("forecasts", lambda: plot_forecast(ax, CONTEXT, TRUTH, {"mlp": series})),
        ("truth", lambda: plot_error(ax, series, {})),
        ("forecasts", lambda: plot_error(ax, TRUTH, {"mlp": series})),
        ("losses", lambda: plot_loss(ax, {"mlp": series})),
    ):
        with rejects(argument, received):
            draw()


def test_error_of_a_forecast_of_another_length_is_rejected(ax: Axes):
    with rejects("forecasts", "6"):
        plot_error(ax, TRUTH, {"mlp": TRUTH[:-1]})


def test_bad_states_and_words_are_rejected(ax: Axes):
    with rejects("states", r"shape=\(3,\)"):
        plot_states(ax, [0, 0, 0], words=[])
    with rejects("states", r"\[0, 1\]에 nan"):
        plot_states(ax, [[0, np.nan]], words=["나는"])
    for words in (WORDS[:-1], [*WORDS, "너는"]):
        with rejects("words", str(len(words))):
            plot_states(ax, STATES, words=words)


def test_notebooks_show_figures_as_svg():
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "from cosine_rnn import plots\n"
        "from matplotlib.figure import Figure\n"
        "plots.use_book_style()\n"
        "formatters = shell.display_formatter.formatters\n"
        "print(*(Figure in formatters['image/' + kind] for kind in ('svg+xml', 'png')))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "True False\n", "")


def test_labels_and_styles_cover_every_model():
    assert list(MODEL_LABELS) == list(LECTURE_MODELS)
    assert all(plots.style_of(name) for name in ["truth", *LECTURE_MODELS])
