from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import NOT_A_SERIES, NOT_FINITE, NOT_POSITIVE_INTEGERS, rejects
from cosine_rnn.signals import MinMaxScale, cosine_wave, split_in_time
from hypothesis import given
from hypothesis import strategies as st

values = st.floats(-1e6, 1e6)


def test_cosine_wave_at_the_quarters_of_its_period():
    np.testing.assert_allclose(
        cosine_wave(6, period=4, amplitude=3), [3, 0, -3, 0, 3, 0], atol=1e-15
    )


def test_phase_turns_a_cosine_into_minus_sine():
    t = np.arange(50)
    np.testing.assert_allclose(
        cosine_wave(50, period=7, phase=np.pi / 2), -np.sin(2 * np.pi * t / 7), atol=1e-12
    )


@given(
    period=st.floats(2.1, 500),
    amplitude=st.floats(0, 10),
    phase=st.floats(-10, 10),
    n_steps=st.integers(3, 200),
)
def test_cosine_wave_satisfies_its_recurrence(
    period: float, amplitude: float, phase: float, n_steps: int
):
    x = cosine_wave(n_steps, period=period, amplitude=amplitude, phase=phase)
    assert x.shape == (n_steps,)
    np.testing.assert_allclose(x[2:], 2 * np.cos(2 * np.pi / period) * x[1:-1] - x[:-2], atol=1e-10)


def test_noise_is_set_by_its_seed_and_has_the_asked_spread():
    clean = cosine_wave(20_000)
    noise = cosine_wave(20_000, noise_std=0.3, seed=5) - clean
    np.testing.assert_array_equal(cosine_wave(20_000, noise_std=0.3, seed=5) - clean, noise)
    assert not np.array_equal(cosine_wave(20_000, noise_std=0.3, seed=6) - clean, noise)
    assert noise.std() == pytest.approx(0.3, rel=0.02)
    assert abs(noise.mean()) < 0.01


@pytest.mark.parametrize("value", NOT_POSITIVE_INTEGERS)
def test_cosine_wave_rejects_a_number_of_steps(value: Any):
    with rejects("n_steps", repr(value)):
        cosine_wave(value)


@pytest.mark.parametrize(
    ("argument", "bad"),
    [
        ("period", [0, -1.0, "100", *NOT_FINITE]),
        ("amplitude", [-0.1, None, *NOT_FINITE]),
        ("phase", ["0", *NOT_FINITE]),
        ("noise_std", [-0.1, *NOT_FINITE]),
        ("seed", [-1, 0.5, True]),
    ],
)
def test_cosine_wave_rejects_an_argument_out_of_range(argument: str, bad: list[Any]):
    for value in bad:
        with rejects(argument, repr(value)):
            cosine_wave(10, **{argument: value})


def test_noise_without_a_seed_is_rejected():
    with rejects("seed", "None"):
        cosine_wave(10, noise_std=0.1)


@given(st.lists(st.integers(1, 20), min_size=1, max_size=6), st.integers(0, 5))
def test_pieces_split_in_time_concatenate_back(lengths: list[int], left_over: int):
    series = np.arange(sum(lengths) + left_over, dtype=float)
    pieces = split_in_time(series, lengths)
    assert [len(piece) for piece in pieces] == lengths
    np.testing.assert_array_equal(np.concatenate(pieces), series[: sum(lengths)])


def test_pieces_are_copies():
    series = np.arange(4.0)
    split_in_time(series, (2, 2))[0][:] = -1
    np.testing.assert_array_equal(series, np.arange(4))


@pytest.mark.parametrize("lengths", [(0, 2), (-1, 2), (1.5,), (True,), ("2",)])
def test_split_rejects_a_piece_without_steps(lengths: Any):
    with rejects("lengths"):
        split_in_time(range(5), lengths)


@pytest.mark.parametrize("lengths", [(), (6,), (3, 3)])
def test_split_rejects_no_pieces_and_more_than_there_is(lengths: tuple[int, ...]):
    with rejects("lengths", str(lengths).replace("(", r"\(").replace(")", r"\)")):
        split_in_time(range(5), lengths)


@pytest.mark.parametrize(("series", "received"), NOT_A_SERIES)
def test_split_and_scale_reject_what_is_no_series(series: Any, received: str):
    with rejects("series", received):
        split_in_time(series, (1,))
    with rejects("series", received):
        MinMaxScale.fit(series)


def test_scale_maps_the_range_onto_zero_to_one():
    scale = MinMaxScale.fit([3, -1, 1])
    np.testing.assert_array_equal(scale.apply([[-1], [1], [3], [7]]), [[0], [0.5], [1], [2]])


@given(st.lists(values, min_size=2).filter(lambda s: max(s) - min(s) > 1e-3))
def test_inverted_scale_gives_the_series_back(series: list[float]):
    scale = MinMaxScale.fit(series)
    scaled = scale.apply(series)
    assert (scaled.min(), scaled.max()) == (0, 1)
    np.testing.assert_allclose(scale.invert(scaled), series, rtol=1e-9, atol=1e-9)


def test_scale_needs_two_different_values():
    with rejects("series", "2.0"):
        MinMaxScale.fit([2, 2, 2])
    with rejects("series", "길이 1"):
        MinMaxScale.fit([2])
    with rejects("series", "0.3"):
        MinMaxScale.fit([0.3, 0.1 + 0.2])
    with rejects("maximum - minimum", "inf"):
        MinMaxScale.fit([-1e308, 1e308])


@pytest.mark.parametrize("maximum", [1.0, 0.5, np.nan])
def test_scale_without_width_is_rejected(maximum: float):
    with rejects("maximum", str(maximum)):
        MinMaxScale(1.0, maximum)


def test_scale_rejects_values_that_are_not_finite():
    scale = MinMaxScale(0.0, 1.0)
    with rejects("series", r"\[0\]에 nan"):
        scale.apply([np.nan])
    with rejects("scaled", r"\[0\]에 inf"):
        scale.invert([np.inf])
