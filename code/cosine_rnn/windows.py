"""시계열을 모델이 먹는 모양으로 자릅니다. 겹치는 창과, 이어지는 흐름 두 가지입니다."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cosine_rnn.support.checks import FloatArray, check_integer, check_series, reject
from cosine_rnn.support.messages import message


class Windows(NamedTuple):
    """창과 그 다음 값.

    Attributes:
        inputs: ``(n, window_length, 1)``. ``inputs[k]`` 는 ``series[k : k + window_length]``.
        targets: ``(n, 1)``. ``targets[k]`` 는 ``series[k + window_length]``.
    """

    inputs: FloatArray
    targets: FloatArray


class Streams(NamedTuple):
    """이어지는 배치. 한 묶음 안에서 배치의 i번째 줄은 이전 배치의 i번째 줄을 잇습니다.

    Attributes:
        inputs: ``(n_groups · n_chunks · batch_size, chunk_length, 1)``.
            처음부터 ``batch_size`` 줄씩이 한 배치, ``n_chunks`` 배치가 한 묶음입니다.
        targets: ``inputs`` 와 같은 모양. 모든 시점의 정답, 곧 한 시점 뒤의 입력입니다.
        n_chunks: 한 묶음의 배치 수. 상태는 묶음이 시작될 때만 초기화합니다.
        batch_size: 한 배치의 줄 수.
    """

    inputs: FloatArray
    targets: FloatArray
    n_chunks: int
    batch_size: int


def make_windows(series: ArrayLike, window_length: int) -> Windows:
    """한 시점씩 밀며 창을 자르고, 창 바로 다음 값을 정답으로 붙입니다.

    Args:
        series: 모양이 ``(n_steps,)`` 인 시계열.
        window_length: 창 길이. ``n_steps`` 보다 짧아야 합니다.

    Returns:
        창 ``n_steps − window_length`` 개.

    Raises:
        ValueError: 창이 시계열만큼 길거나 더 길 때, 값이 유한하지 않을 때.

    Examples:
        >>> make_windows([0, 1, 2, 3], 2).inputs[:, :, 0]
        array([[0., 1.],
               [1., 2.]])
        >>> make_windows([0, 1, 2, 3], 2).targets[:, 0]
        array([2., 3.])
    """
    checked = check_series("series", series)
    check_integer("window_length", window_length)
    if window_length >= len(checked):
        raise reject(
            "window_length",
            "series의 길이 {length}보다 짧아야 합니다",
            window_length,
            length=len(checked),
        )
    pairs = np.lib.stride_tricks.sliding_window_view(checked, window_length + 1)
    return Windows(pairs[:, :-1, None].copy(), pairs[:, -1:].copy())


def make_streams(
    series: ArrayLike,
    *,
    n_streams: int,
    stride: int,
    chunk_length: int,
    batch_size: int | None = None,
) -> Streams:
    """시계열에서 흐름 여러 개를 떼어, 배치와 배치가 끊김 없이 이어지게 늘어놓습니다.

    흐름 ``i`` 는 시점 ``i · stride`` 에서 시작해 모두 같은 길이만큼 갑니다.
    각 흐름을 ``chunk_length`` 시점짜리 조각으로 자르고, 같은 차례의 조각끼리 배치로 묶습니다.

    Args:
        series: 모양이 ``(n_steps,)`` 인 시계열.
        n_streams: 흐름의 수.
        stride: 이웃한 흐름의 시작점 사이의 시점 수.
        chunk_length: 한 배치가 나아가는 시점 수.
        batch_size: 한 배치의 줄 수. ``n_streams`` 를 나누어야 합니다. 없으면 ``n_streams``.

    Returns:
        배치로 늘어놓은 흐름.

    Raises:
        ValueError: ``batch_size`` 가 ``n_streams`` 를 나누지 못할 때,
            마지막 흐름에 조각 하나도 남지 않을 때.

    Examples:
        두 흐름, 조각 길이 2. 배치는 두 줄씩이고 각 줄이 이전 배치의 같은 줄을 잇습니다.

        >>> make_streams(range(9), n_streams=2, stride=4, chunk_length=2).inputs[:, :, 0]
        array([[0., 1.],
               [4., 5.],
               [2., 3.],
               [6., 7.]])
    """
    checked = check_series("series", series)
    for name, value in (
        ("n_streams", n_streams),
        ("stride", stride),
        ("chunk_length", chunk_length),
    ):
        check_integer(name, value)
    rows = n_streams if batch_size is None else check_integer("batch_size", batch_size)
    if n_streams % rows:
        raise reject(
            "batch_size",
            "n_streams({n_streams})를 나누어떨어지게 해야 합니다",
            rows,
            n_streams=n_streams,
        )
    # 정답이 한 시점 뒤이므로 마지막 값은 입력이 될 수 없습니다.
    n_chunks = (len(checked) - 1 - stride * (n_streams - 1)) // chunk_length
    if n_chunks < 1:
        needed = stride * (n_streams - 1) + chunk_length + 1
        raise ValueError(
            message(
                "series: 이 흐름들에는 길이가 {needed} 이상이어야 합니다. 받은 값: 길이 {length}",
                needed=needed,
                length=len(checked),
            )
        )
    starts = np.arange(n_streams).reshape(-1, 1, rows, 1) * stride
    chunks = np.arange(n_chunks).reshape(1, -1, 1, 1) * chunk_length
    index = (starts + chunks + np.arange(chunk_length)).reshape(-1, chunk_length, 1)
    return Streams(checked[index], checked[index + 1], n_chunks, rows)
