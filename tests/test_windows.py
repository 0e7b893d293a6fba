from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import NOT_A_SERIES, NOT_POSITIVE_INTEGERS, rejects
from cosine_rnn.windows import make_streams, make_windows
from hypothesis import given
from hypothesis import strategies as st


def test_windows_of_a_count_show_every_answer():
    inputs, targets = make_windows(np.arange(6), 3)
    np.testing.assert_array_equal(inputs[:, :, 0], [[0, 1, 2], [1, 2, 3], [2, 3, 4]])
    np.testing.assert_array_equal(targets, [[3], [4], [5]])
    assert inputs.shape == (3, 3, 1)


def test_the_next_window_sets_the_clock_back():
    # Row k+1 starts one step after row k started, not where row k ended: keeping the state from
    # one row to the next reads every value again.
    length = 4
    rows = make_windows(np.arange(10), length).inputs[:, :, 0]
    np.testing.assert_array_equal(rows[1:, 0], rows[:-1, 0] + 1)
    np.testing.assert_array_equal(rows[1:, 0] - rows[:-1, -1], np.full(len(rows) - 1, 2 - length))


@given(st.integers(2, 60), st.data())
def test_windows_reconstruct_the_series(n_steps: int, data: st.DataObject):
    length = data.draw(st.integers(1, n_steps - 1))
    series = np.random.default_rng(n_steps).normal(size=n_steps)
    inputs, targets = make_windows(series, length)
    assert len(inputs) == n_steps - length
    np.testing.assert_array_equal(np.append(inputs[0], targets), series)
    for k in range(len(inputs)):
        np.testing.assert_array_equal(inputs[k, :, 0], series[k : k + length])


def test_windows_do_not_share_memory_with_the_series():
    series = np.arange(5.0)
    inputs, targets = make_windows(series, 2)
    inputs[:] = targets[:] = -1
    np.testing.assert_array_equal(series, np.arange(5))


@pytest.mark.parametrize("length", [5, 6, 500])
def test_window_as_long_as_the_series_is_rejected(length: int):
    with rejects("window_length", str(length)):
        make_windows(range(5), length)


@pytest.mark.parametrize("value", NOT_POSITIVE_INTEGERS)
def test_window_needs_a_positive_length(value: Any):
    with rejects("window_length", repr(value)):
        make_windows(range(5), value)


@pytest.mark.parametrize(("series", "received"), NOT_A_SERIES)
def test_what_is_no_series_has_neither_windows_nor_streams(series: Any, received: str):
    with rejects("series", received):
        make_windows(series, 1)
    with rejects("series", received):
        make_streams(series, n_streams=1, stride=1, chunk_length=1)


def test_row_i_of_a_batch_continues_row_i_of_the_batch_before():
    streams = make_streams(np.arange(14), n_streams=3, stride=2, chunk_length=3)
    assert (streams.n_chunks, streams.batch_size) == (3, 3)
    np.testing.assert_array_equal(
        streams.inputs.reshape(3, 3, 3),
        [
            [[0, 1, 2], [2, 3, 4], [4, 5, 6]],
            [[3, 4, 5], [5, 6, 7], [7, 8, 9]],
            [[6, 7, 8], [8, 9, 10], [10, 11, 12]],
        ],
    )
    np.testing.assert_array_equal(streams.targets, streams.inputs + 1)


def test_streams_start_anew_in_the_next_group():
    streams = make_streams(np.arange(8), n_streams=4, stride=1, chunk_length=2, batch_size=2)
    assert (streams.n_chunks, streams.batch_size) == (2, 2)
    np.testing.assert_array_equal(
        streams.inputs.reshape(2, 2, 2, 2),
        [  # group, batch, row
            [[[0, 1], [1, 2]], [[2, 3], [3, 4]]],
            [[[2, 3], [3, 4]], [[4, 5], [5, 6]]],
        ],
    )
    np.testing.assert_array_equal(streams.targets, streams.inputs + 1)


@given(
    n_groups=st.integers(1, 3),
    batch_size=st.integers(1, 4),
    stride=st.integers(1, 6),
    chunk_length=st.integers(1, 7),
    extra=st.integers(0, 30),
)
def test_streams_continue_whatever_their_sizes(
    n_groups: int, batch_size: int, stride: int, chunk_length: int, extra: int
):
    n_streams = n_groups * batch_size
    n_steps = stride * (n_streams - 1) + chunk_length + 1 + extra
    inputs, targets, n_chunks, rows = make_streams(
        np.arange(n_steps),
        n_streams=n_streams,
        stride=stride,
        chunk_length=chunk_length,
        batch_size=batch_size,
    )
    assert rows == batch_size
    np.testing.assert_array_equal(targets, inputs + 1)
    np.testing.assert_array_equal(np.diff(inputs[:, :, 0]), 1)
    first = inputs.reshape(n_groups, n_chunks, rows, chunk_length)[..., 0]
    answer = targets.reshape(n_groups, n_chunks, rows, chunk_length)[..., -1]
    np.testing.assert_array_equal(first[:, 1:], answer[:, :-1])
    np.testing.assert_array_equal(first[:, 0].ravel(), np.arange(n_streams) * stride)
    # The last stream goes as far as whole chunks can.
    assert n_steps - 1 - chunk_length < targets.max() <= n_steps - 1


@pytest.mark.parametrize("argument", ["n_streams", "stride", "chunk_length", "batch_size"])
def test_streams_need_positive_sizes(argument: str):
    sizes: dict[str, Any] = {"n_streams": 2, "stride": 1, "chunk_length": 2}
    for value in NOT_POSITIVE_INTEGERS:
        if (argument, value) != ("batch_size", None):
            with rejects(argument, repr(value)):
                make_streams(range(20), **{**sizes, argument: value})


@pytest.mark.parametrize("batch_size", [3, 5, 8])
def test_batch_size_must_divide_the_streams(batch_size: int):
    with pytest.raises(ValueError, match=rf"^batch_size: n_streams\(4\).+ 받은 값: {batch_size}$"):
        make_streams(range(99), n_streams=4, stride=1, chunk_length=2, batch_size=batch_size)


def test_series_one_step_too_short_for_its_streams_is_rejected():
    sizes = {"n_streams": 3, "stride": 4, "chunk_length": 5}
    assert make_streams(range(14), **sizes).n_chunks == 1
    with rejects("series", "길이 13"):
        make_streams(range(13), **sizes)
