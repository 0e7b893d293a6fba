from __future__ import annotations

import pytest
from each_core import each_core


def root(value: int) -> float:
    if value < 0:
        raise ValueError(f"음수: {value}")
    return value**0.5


@pytest.mark.parametrize("count", [0, 1, 50])
def test_answers_come_in_the_order_they_were_asked(count: int):
    assert each_core(root, [n * n for n in range(count)]) == list(range(count))


def test_failure_of_one_is_told():
    with pytest.raises(ValueError, match="음수: -4"):
        each_core(root, [1, 9, -4, 16])
