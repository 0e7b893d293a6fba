"""인자를 일이 시작되기 전에 살핍니다.

오류문은 늘 같은 꼴입니다. ``인자 이름: 지켜야 할 규칙. 받은 값: ...``
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def reject(name: str, rule: str, received: object) -> ValueError:
    """``name: rule. 받은 값: received`` 꼴의 오류를 만듭니다. 부르는 쪽이 ``raise`` 합니다."""
    return ValueError(f"{name}: {rule}. 받은 값: {received!r}")


LARGEST_SEED = 2**32 - 1
"""NumPy와 Keras가 함께 받는 가장 큰 난수 시드."""


def check_integer(name: str, value: Any, *, minimum: int = 1, maximum: int | None = None) -> int:
    """정수이고 범위 안에 있는지 봅니다. ``True`` 와 ``3.0`` 은 정수로 치지 않습니다."""
    rule = f"{minimum} 이상의 정수여야 합니다"
    if maximum is not None:
        rule = f"{minimum} 이상 {maximum} 이하의 정수여야 합니다"
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise reject(name, rule, value)
    if value < minimum or (maximum is not None and value > maximum):
        raise reject(name, rule, value)
    return int(value)


def check_seed(value: Any) -> int:
    """난수 시드로 쓸 수 있는 정수인지 봅니다."""
    return check_integer("seed", value, minimum=0, maximum=LARGEST_SEED)


def check_seeds(values: Collection[Any]) -> list[int]:
    """난수 시드가 하나 이상이고 서로 다른지 봅니다."""
    seeds = [check_seed(value) for value in values]
    if not seeds or len(set(seeds)) < len(seeds):
        raise reject("seeds", "하나 이상이고 서로 달라야 합니다", values)
    return seeds


def check_number(
    name: str, value: Any, *, above: float | None = None, minimum: float | None = None
) -> float:
    """유한한 실수인지, 아래 경계를 지키는지 봅니다."""
    rule = "유한한 실수여야 합니다"
    if above is not None:
        rule = f"{above:g}보다 큰 유한한 실수여야 합니다"
    elif minimum is not None:
        rule = f"{minimum:g} 이상의 유한한 실수여야 합니다"
    if isinstance(value, bool | np.complexfloating) or not isinstance(
        value, int | float | np.number
    ):
        raise reject(name, rule, value)
    try:
        number = float(value)
    except (OverflowError, TypeError):  # 너무 큰 정수, 복소수
        raise reject(name, rule, value) from None
    too_low = (above is not None and number <= above) or (minimum is not None and number < minimum)
    if not math.isfinite(number) or too_low:
        raise reject(name, rule, value)
    return number


def check_choice(name: str, value: Any, allowed: Collection[str]) -> str:
    """정해진 이름 가운데 하나인지 봅니다."""
    if not isinstance(value, str) or value not in allowed:
        raise reject(name, f"{', '.join(allowed)} 가운데 하나여야 합니다", value)
    return value


def check_finite(name: str, value: ArrayLike, *, ranks: Collection[int]) -> FloatArray:
    """유한한 실수 배열인지, 축의 수가 ``ranks`` 가운데 하나인지 봅니다."""
    try:
        given = np.asarray(value)
        if np.iscomplexobj(given):
            raise TypeError
        array = given.astype(np.float64)
    except (OverflowError, TypeError, ValueError):
        raise reject(name, "실수 배열이어야 합니다", value) from None
    if array.ndim not in ranks:
        allowed = " 또는 ".join(str(rank) for rank in sorted(ranks))
        raise ValueError(f"{name}: {allowed}차원 배열이어야 합니다. 받은 값: shape={array.shape}")
    broken = np.flatnonzero(~np.isfinite(array))
    if broken.size:
        raise ValueError(
            f"{name}: 모든 값이 유한해야 합니다. "
            f"받은 값: {broken[0]}번째가 {array.flat[broken[0]]} (모두 {broken.size}개)"
        )
    return array


def check_series(name: str, value: ArrayLike, *, min_length: int = 1) -> FloatArray:
    """유한한 값이 ``min_length`` 개 이상 늘어선 1차원 시계열인지 봅니다."""
    series = check_finite(name, value, ranks={1})
    if len(series) < min_length:
        raise ValueError(
            f"{name}: 길이가 {min_length} 이상이어야 합니다. 받은 값: 길이 {len(series)}"
        )
    return series
