from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from conftest import NOT_FINITE, rejects
from cosine_rnn.support.checks import (
    check_choice,
    check_finite,
    check_integer,
    check_number,
    check_series,
    is_rounding,
    reject,
)


def test_reject_names_argument_rule_and_received_value():
    assert str(reject("n", "1 이상이어야 합니다", "세")) == "n: 1 이상이어야 합니다. 받은 값: '세'"


@pytest.mark.parametrize("value", [1, 7, np.int64(7), np.uint8(7)])
def test_integers_of_python_and_numpy_pass_as_python_int(value: Any):
    checked = check_integer("n", value)
    assert type(checked) is int
    assert checked == value


@pytest.mark.parametrize("value", [0, -3, 3.0, True, np.bool_(True), "3", None, [3]])
def test_what_is_no_positive_integer_is_rejected(value: Any):
    with rejects("n", "") as caught:
        check_integer("n", value)
    assert str(caught.value).endswith(repr(value))


def test_minimum_of_an_integer_is_inclusive_and_stated():
    assert check_integer("n", 5, minimum=5) == 5
    with pytest.raises(ValueError, match=r"^n: 5 이상의 정수여야 합니다\. 받은 값: 4$"):
        check_integer("n", 4, minimum=5)


@pytest.mark.parametrize("value", [0.5, 2, np.float32(0.5), np.int16(2)])
def test_real_numbers_pass_as_python_float(value: Any):
    checked = check_number("x", value)
    assert type(checked) is float
    assert checked == value


@pytest.mark.parametrize(
    "value",
    [*NOT_FINITE, True, "0.5", None, [0.5], 1j, np.complex128(1 + 2j), 10**400, Fraction(1, 2)],
    ids=lambda value: str(value)[:12],
)
def test_what_is_no_finite_real_number_is_rejected(value: Any):
    with rejects("x"):
        check_number("x", value)


def test_lower_bounds_of_a_number_are_open_or_closed_as_named():
    assert check_number("x", 0.0, minimum=0.0) == 0.0
    with pytest.raises(ValueError, match=r"^x: 0보다 큰 유한한 실수여야 합니다\. 받은 값: 0\.0$"):
        check_number("x", 0.0, above=0.0)
    with pytest.raises(ValueError, match=r"^x: 0 이상의 유한한 실수여야 합니다\. 받은 값: -0\.1$"):
        check_number("x", -0.1, minimum=0.0)


def test_choice_returns_the_name_and_lists_the_allowed():
    assert check_choice("model", "lstm", ("mlp", "lstm")) == "lstm"
    with pytest.raises(ValueError, match=r"^model: mlp, lstm 가운데 .+ 받은 값: 'perceptron'$"):
        check_choice("model", "perceptron", ("mlp", "lstm"))


@pytest.mark.parametrize("value", [None, 0, ["mlp"], b"mlp", ""])
def test_choice_rejects_what_is_no_name(value: Any):
    with rejects("model"):
        check_choice("model", value, ("mlp",))


def test_finite_array_becomes_double_precision_and_keeps_its_shape():
    checked = check_finite("a", np.arange(6, dtype=np.float32).reshape(2, 3), ranks={2})
    assert checked.dtype == np.float64
    np.testing.assert_array_equal(checked, [[0, 1, 2], [3, 4, 5]])


def test_wrong_rank_names_all_allowed_ranks():
    with pytest.raises(
        ValueError, match=r"^a: 1 또는 2차원 배열이어야 합니다\. 받은 값: shape=\(1, 1, 1\)$"
    ):
        check_finite("a", [[[0.0]]], ranks={2, 1})


def test_non_finite_array_names_the_first_place_and_the_count():
    with pytest.raises(ValueError, match=r"받은 값: \[1, 1\]에 -inf \(모두 2개\)$"):
        check_finite("a", [[0, 1, 2], [3, -np.inf, np.nan]], ranks={2})


@pytest.mark.parametrize(
    "value",
    [
        "abc",
        [None],
        [[1], [1, 2]],
        {"a": 1},
        np.array([1j]),
        [1 + 2j],
        [10**400],
        ["1", "2"],
        np.array(["1", 2.0], object),
        [True, False],
        [0.5, None],
        np.array(["2026-01-01", "NaT"], "datetime64[D]"),
        np.array([1, "NaT"], "timedelta64[h]"),
        np.array([np.timedelta64(1, "h"), 2], object),
        [datetime(2026, 1, 1)],
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_no_array_of_real_numbers_is_rejected(value: Any):
    with rejects("a"):
        check_finite("a", value, ranks={1})


def test_column_of_a_table_may_hold_any_real_numbers():
    column = np.array([1, 2.5, np.float32(0.5)], object)
    np.testing.assert_array_equal(check_finite("a", column, ranks={1}), [1.0, 2.5, 0.5])


@pytest.mark.parametrize("wrap", [lambda masked: masked, lambda masked: [masked, masked]])
def test_masked_values_are_rejected_and_a_mask_that_hides_nothing_is_not(wrap: Any):
    values = np.array([1.0, -999.0, 3.0])
    with rejects("a"):
        check_finite("a", wrap(np.ma.masked_equal(values, -999)), ranks={1, 2})
    whole = check_finite("a", wrap(np.ma.masked_equal(values, 7)), ranks={1, 2})
    np.testing.assert_array_equal(np.atleast_2d(whole)[-1], values)


@pytest.mark.parametrize("size", [1e-9, 1.0, 1e9])
def test_rounding_is_told_from_a_small_difference(size: float):
    wave = size * np.cos(2 * np.pi * np.arange(900) / 7)
    assert is_rounding(np.abs(wave[7:] - wave[:-7]).max(), wave)
    assert not is_rounding(size * 1e-9, wave)


def test_series_must_be_long_enough():
    np.testing.assert_array_equal(check_series("s", [1, 2], min_length=2), [1.0, 2.0])
    with pytest.raises(ValueError, match=r"^s: 길이가 3 이상이어야 합니다\. 받은 값: 길이 2$"):
        check_series("s", [1, 2], min_length=3)
    with rejects("s", "길이 0"):
        check_series("s", [])
