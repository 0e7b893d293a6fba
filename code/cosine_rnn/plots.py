"""책의 그림. 모두 Axes 하나에 그리고 그 Axes를 돌려줍니다.

같은 모델은 어느 쪽에서나 같은 색과 같은 선 모양입니다. 색은 색각 이상이 있어도 갈리는
Okabe–Ito 팔레트이고, 글꼴은 꾸러미에 실린 한글 글꼴입니다.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from cosine_rnn.support.checks import FloatArray, check_finite, check_series, reject
from cosine_rnn.support.messages import message
from cosine_rnn.support.storage import write_whole

MODEL_LABELS = {
    "mlp": "다층 퍼셉트론",
    "lstm": "LSTM",
    "stateful": "상태유지 LSTM",
    "stacked": "상태유지 다층 LSTM",
}
"""모델의 이름과 책에서 부르는 말."""

_STYLES: dict[str, dict[str, Any]] = {
    "truth": {"color": "#555555", "linestyle": "-", "linewidth": 2.6, "alpha": 0.55},
    "mlp": {"color": "#0072B2", "linestyle": "-"},
    "lstm": {"color": "#D55E00", "linestyle": (0, (6, 2))},
    "stateful": {"color": "#00845F", "linestyle": (0, (3, 1.5))},
    "stacked": {"color": "#B0468E", "linestyle": (0, (6, 1.5, 1.5, 1.5))},
}


def use_book_style() -> None:
    """한글 글꼴과 책의 모양을 켭니다. 노트북에서는 그림을 SVG로 냅니다."""
    font = Path(__file__).with_name("fonts") / "CosineGothic-Regular.ttf"
    font_manager.fontManager.addfont(str(font))
    mpl.rcParams.update(
        {
            "font.family": "Cosine Gothic",
            "font.size": 13,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.axisbelow": True,
            "grid.color": "#dddddd",
            "axes.titlesize": 14,
            "axes.titlelocation": "left",
            "axes.titlepad": 12,
            "figure.figsize": (5.6, 3.4),
            "figure.constrained_layout.use": True,
            "figure.facecolor": "none",
            "axes.facecolor": "none",
            "savefig.facecolor": "none",
            "legend.frameon": False,
            "lines.linewidth": 1.8,
            "svg.fonttype": "path",
            "svg.hashsalt": "cosine-rnn",
        }
    )
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        # 그린 때를 적으면 같은 그림이 지을 때마다 다른 파일이 됩니다.
        set_matplotlib_formats("svg", metadata={"Date": None})


def style_of(name: str) -> dict[str, Any]:
    """``truth`` 나 모델의 색과 선 모양. Matplotlib의 ``plot`` 에 그대로 넘깁니다.

    모르는 이름에는 빈 모양을 돌려주어 Matplotlib의 차례를 따르게 합니다.
    """
    return dict(_STYLES.get(name, {}))


def plot_forecast(
    ax: Axes, context: ArrayLike, truth: ArrayLike, forecasts: Mapping[str, ArrayLike]
) -> Axes:
    """지난 값, 참값, 예측을 시점 축 위에 겹쳐 그립니다. 예측이 시작하는 곳이 시점 0입니다.

    Args:
        ax: 그릴 자리.
        context: 지난 값. ``(n,)``.
        truth: 참값. ``(horizon,)``.
        forecasts: 이름마다 예측 ``(horizon,)``. 이름이 모델이면 그 모델의 색으로 그립니다.
    """
    past, future = check_series("context", context), check_series("truth", truth)
    ax.plot(
        np.arange(-len(past), len(future)),
        np.concatenate([past, future]),
        label="참값",
        **style_of("truth"),
    )
    for name, forecast in forecasts.items():
        values = check_series("forecasts", forecast)
        ax.plot(values, label=MODEL_LABELS.get(name, name), **style_of(name))
    ax.axvline(0, color="#888888", linewidth=1, linestyle=":")
    ax.set(xlabel="예측을 시작한 뒤의 시점", ylabel="값")
    return _legend_below(ax)


def plot_error(ax: Axes, truth: ArrayLike, forecasts: Mapping[str, ArrayLike]) -> Axes:
    """절대 오차를 로그 눈금으로 그립니다.

    Args:
        ax: 그릴 자리.
        truth: 참값. ``(horizon,)``.
        forecasts: 이름마다 예측 ``(horizon,)``.
    """
    future = check_series("truth", truth)
    for name, forecast in forecasts.items():
        values = check_series("forecasts", forecast)
        if len(values) != len(future):
            raise reject(
                "forecasts",
                "truth와 길이 {length}가 같아야 합니다",
                len(values),
                length=len(future),
            )
        error = np.abs(values - future)
        ax.semilogy(error, label=MODEL_LABELS.get(name, name), **style_of(name))
    ax.set(xlabel="예측을 시작한 뒤의 시점", ylabel="절대 오차")
    return _legend_below(ax)


def plot_loss(ax: Axes, losses: Mapping[str, ArrayLike]) -> Axes:
    """에포크마다의 손실을 로그 눈금으로 그립니다.

    Args:
        ax: 그릴 자리.
        losses: 이름마다 손실 ``(epochs,)``.
    """
    for name, loss in losses.items():
        values = check_series("losses", loss)
        ax.semilogy(
            np.arange(1, len(values) + 1),
            values,
            label=MODEL_LABELS.get(name, name),
            **style_of(name),
        )
    ax.set(xlabel="에포크", ylabel="손실 (MSE)")
    return _legend_below(ax)


def plot_states(ax: Axes, states: ArrayLike, *, words: Sequence[str]) -> Axes:
    """은닉 상태를 시점마다 한 줄의 칸으로 그리고 값을 적습니다.

    Args:
        ax: 그릴 자리.
        states: ``(timesteps, units)``. 값은 −1과 1 사이입니다.
        words: 시점마다 읽은 단어.
    """
    grid: FloatArray = check_finite("states", states, ranks={2})
    if len(words) != len(grid):
        raise reject(
            "words", "states의 시점 수 {length}와 같아야 합니다", len(words), length=len(grid)
        )
    ax.imshow(grid, cmap="PuOr_r", vmin=-1, vmax=1, aspect="auto")
    for (t, k), value in np.ndenumerate(grid):
        ink = "white" if abs(value) > 0.6 else "black"
        ax.text(k, t, f"{value:.2f}", ha="center", va="center", color=ink)
    ax.set_yticks(range(len(words)), labels=list(words))
    ax.set_xticks(range(grid.shape[1]), labels=[f"칸 {k + 1}" for k in range(grid.shape[1])])
    ax.grid(visible=False)
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.xaxis.tick_top()
    return ax


def save_figure(path: Path, figure: Figure) -> None:
    """그림을 확장자가 말하는 꼴로, 통째로 씁니다. 배경은 희게 둡니다."""
    extension = path.suffix.lstrip(".").lower() or "svg"
    supported = figure.canvas.get_supported_filetypes()
    if extension not in supported:
        raise ValueError(
            message(
                "path: 확장자가 {allowed} 가운데 하나여야 합니다. 받은 값: {path!r}",
                allowed=", ".join(sorted(supported)),
                path=str(path),
            )
        )
    write_whole(path, lambda file: figure.savefig(file, format=extension, facecolor="white"))


def _legend_below(ax: Axes) -> Axes:
    """그림에 든 모든 Axes의 범례를 하나로 모아 아래에 놓습니다. 선을 가리지 않습니다."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    handles = {}
    for each in figure.axes:
        for handle, label in zip(*each.get_legend_handles_labels(), strict=True):
            handles.setdefault(label, handle)
    for old in list(figure.legends):
        old.remove()
    if len(handles) > 1:
        figure.legend(
            list(handles.values()),
            list(handles),
            loc="outside lower center",
            ncols=min(len(handles), 3),
        )
    return ax
