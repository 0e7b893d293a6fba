from __future__ import annotations

import math

import numpy as np
import pytest
from conftest import rejects
from cosine_rnn.support.records import parsed, rows, select, stored_rows, table, written
from hypothesis import given
from hypothesis import strategies as st

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(FINITE)
def test_numbers_come_back_with_six_digits(value: float):
    assert parsed(written(value)) == pytest.approx(value, rel=5e-6)


@given(st.integers())
def test_integers_come_back_whole(value: int):
    back = parsed(written(value))
    assert (back, type(back)) == (value, int)


@given(st.lists(FINITE))
def test_lists_come_back_as_arrays(values: list[float]):
    for given_as in (values, tuple(values), np.array(values)):
        np.testing.assert_allclose(parsed(written(given_as)), values, rtol=5e-6)


@pytest.mark.parametrize("text", ["window=40 units=128", "lstm", "평균, 둘", 'a "b"', "1.2.3"])
def test_text_comes_back_as_it_was(text: str):
    (row,) = rows(table(["name", "x"], [[written(text), written(None)]]))
    assert row == {"name": text, "x": None}


def test_what_is_not_a_number_stays_so():
    assert math.isnan(parsed(written(math.nan)))
    assert parsed(written(math.inf)) == math.inf


def test_versions_are_text_even_when_they_look_like_numbers():
    (row,) = rows("x,numpy,code\n1,2.10,123456789012\n")
    assert row == {"x": 1, "numpy": "2.10", "code": "123456789012"}


def test_select_takes_the_rows_where_every_column_is_equal():
    made = [{"a": 1, "b": x} for x in range(3)] + [{"a": 2, "b": 0}]
    assert select(made, a=1, b=0) == [{"a": 1, "b": 0}]
    assert select(made) == made


def test_rows_can_be_changed_without_changing_what_others_read():
    text = "x,ys\n1,[1 2]\n"
    (row,) = rows(text)
    row["x"] = 9
    with pytest.raises(ValueError, match="read-only"):
        row["ys"][0] = 9
    (again,) = rows(text)
    assert again["x"] == 1
    assert again["ys"].tolist() == [1, 2]


def test_unknown_record_is_rejected_by_name():
    with rejects("name", "'dreams'"):
        stored_rows("dreams")
