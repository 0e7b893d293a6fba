"""Numbers as people write them: examples first, then what must hold for every number."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from conftest import NOT_FINITE, rejects
from cosine_rnn.support.notation import measured, readable
from hypothesis import given
from hypothesis import strategies as st

SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
FORM = re.compile(r"−?(\d{1,3}(,\d{3})*(\.\d+)?)|−?\d(\.\d{1,2})?×10⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
FINITE = st.floats(-1e300, 1e300, allow_subnormal=False)


def parsed(text: str) -> float:
    """The number a reader takes from the text, read without `readable`'s own code."""
    mantissa, _, power = text.replace("−", "-").replace(",", "").partition("×10")
    return float(mantissa + (f"e{power.translate(SUPERSCRIPT)}" if power else ""))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.00041, "0.00041"),
        (4e-04, "0.0004"),
        (2.5e-14, "2.5×10⁻¹⁴"),
        (4e-05, "4×10⁻⁵"),
        (0.0001, "0.0001"),
        (0.00009999, "0.0001"),  # 반올림한 뒤의 크기로 정합니다.
        (0.000094, "9.4×10⁻⁵"),
        (0.0, "0"),
        (-0.0, "0"),
        (0, "0"),
        (-0.869, "−0.87"),
        (-3e-9, "−3×10⁻⁹"),
        (0.5, "0.5"),
        (2.0, "2"),
        (37.4, "37"),
        (128.4, "130"),
        (1234.5, "1,200"),
        (9960.0, "10,000"),
        (10_400.0, "10,000"),
        (10_600.0, "1.1×10⁴"),
        (6.02e23, "6×10²³"),
        (12_400, "12,400"),
        (-1_234_567, "−1,234,567"),
        (10_000, "10,000"),
        (np.float32(0.1), "0.1"),
        (np.float64(4e-4), "0.0004"),
        (np.int64(40_852), "40,852"),
    ],
)
def test_number_is_written_as_people_read_it(value: Any, text: str):
    assert readable(value) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.12345, 1, "0.1"),
        (0.12345, 3, "0.123"),
        (0.125, 2, "0.12"),  # 꼭 가운데는 짝수 쪽으로
        (0.135, 2, "0.14"),
        (0.995, 2, "1"),
        (9.96e-15, 2, "1×10⁻¹⁴"),
        (1.2e-12, 3, "1.2×10⁻¹²"),
    ],
)
def test_digits_are_significant_figures(value: float, digits: int, text: str):
    assert readable(value, digits=digits) == text


@given(FINITE, st.integers(1, 3))
def test_reading_it_back_gives_the_number_to_its_digits(value: float, digits: int):
    text = readable(value, digits=digits)
    assert math.isclose(parsed(text), value, rel_tol=0.5001 * 10 ** (1 - digits))
    assert FORM.fullmatch(text)


@given(FINITE, st.integers(1, 3))
def test_at_most_the_asked_figures_are_shown(value: float, digits: int):
    mantissa = re.sub(r"[−,.]", "", readable(value, digits=digits).partition("×")[0])
    assert len(mantissa.strip("0")) <= digits


@given(FINITE)
def test_a_number_and_its_negative_differ_by_the_sign(value: float):
    assert readable(-value).lstrip("−") == readable(value).lstrip("−")


@given(st.integers(-(10**18), 10**18))
def test_whole_numbers_are_exact(value: int):
    assert int(readable(value).replace("−", "-").replace(",", "")) == value


@given(FINITE)
def test_no_number_is_written_as_a_computer_prints_it(value: float):
    assert not re.search("[eE_+-]", readable(value))


@pytest.mark.parametrize("value", [*NOT_FINITE, True, "0.1", None, 1j, np.array([1.0])])
def test_what_is_no_finite_number_is_rejected(value: Any):
    with rejects("value"):
        readable(value)


@pytest.mark.parametrize("digits", [0, -1, 4, 2.0, True, "2", None])
def test_digits_out_of_range_are_rejected(digits: Any):
    with rejects("digits"):
        readable(0.1, digits=digits)


def test_measured_time_is_left_out_where_the_same_source_has_to_give_the_same_file(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert measured(12.34) == "12.3"
    assert measured(12.34, ".0f") == "12"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert measured(12.34) == measured(56.78, ".0f") == "–"
