"""인자를 일이 시작되기 전에 살핍니다.

오류문은 늘 같은 꼴입니다. ``인자 이름: 지켜야 할 규칙. 받은 값: ...``
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosine_rnn.support.messages import message

FloatArray = NDArray[np.float64]


LONGEST_SHOWN = 500
"""오류문에 적는 받은 값의 길이. 목록이 백만 개여도 오류문은 읽을 만해야 합니다."""


def reject(name: str, rule: str, received: object, /, **fields: object) -> ValueError:
    """``name: rule. 받은 값: received`` 꼴의 오류를 만듭니다. 부르는 쪽이 ``raise`` 합니다.

    Args:
        name: 인자의 이름.
        rule: 지켜야 할 규칙. ``message`` 에 주는 글처럼 한국어로 적고, 쓸 말로 옮겨집니다.
        received: 받은 값.
        **fields: ``rule`` 의 빈칸에 넣을 값.
    """
    shown = repr(received)
    if len(shown) > LONGEST_SHOWN:
        shown = f"{shown[:LONGEST_SHOWN]}…"
    found = message(rule, **fields)
    return ValueError(
        message("{name}: {rule}. 받은 값: {received}", name=name, rule=found, received=shown)
    )


LARGEST_SEED = 2**32 - 1
"""NumPy와 Keras가 함께 받는 가장 큰 난수 시드."""

LARGEST_COUNT = 10_000_000
"""세는 수의 한도. 이보다 크면 메모리가 모자라 죽거나 끝나지 않으므로 시작하기 전에 알립니다."""


def check_integer(name: str, value: Any, *, minimum: int = 1, maximum: int = LARGEST_COUNT) -> int:
    """정수이고 범위 안에 있는지 봅니다. ``True`` 와 ``3.0`` 은 정수로 치지 않습니다."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if whole and minimum <= value <= maximum:
        return int(value)
    if maximum == LARGEST_COUNT and not (whole and value > maximum):
        raise reject(name, "{minimum} 이상의 정수여야 합니다", value, minimum=minimum)
    raise reject(
        name,
        "{minimum} 이상 {maximum} 이하의 정수여야 합니다",
        value,
        minimum=minimum,
        maximum=maximum,
    )


def check_seed(value: Any) -> int:
    """난수 시드로 쓸 수 있는 정수인지 봅니다."""
    return check_integer("seed", value, minimum=0, maximum=LARGEST_SEED)


def check_several(name: str, values: Any) -> list[Any]:
    """여럿을 차례로 담은 것인지 봅니다. 글은 여럿으로 치지 않습니다."""
    try:
        if isinstance(values, str | bytes):
            raise TypeError
        return list(values)
    except TypeError:
        raise reject(name, "여럿을 차례로 담은 것이어야 합니다", values) from None


def check_seeds(values: Collection[Any]) -> list[int]:
    """난수 시드가 하나 이상이고 서로 다른지 봅니다."""
    seeds = [check_seed(value) for value in check_several("seeds", values)]
    if not seeds or len(set(seeds)) < len(seeds):
        raise reject("seeds", "하나 이상이고 서로 달라야 합니다", values)
    return seeds


def check_number(
    name: str, value: Any, *, above: float | None = None, minimum: float | None = None
) -> float:
    """유한한 실수인지, 아래 경계를 지키는지 봅니다."""
    number = _real(value)
    too_low = (above is not None and number <= above) or (minimum is not None and number < minimum)
    if math.isfinite(number) and not too_low:
        return number
    if above is not None:
        raise reject(name, "{above:g}보다 큰 유한한 실수여야 합니다", value, above=above)
    if minimum is not None:
        raise reject(name, "{minimum:g} 이상의 유한한 실수여야 합니다", value, minimum=minimum)
    raise reject(name, "유한한 실수여야 합니다", value)


def _real(value: Any) -> float:
    """실수로 바꾼 값. 실수가 아니거나 너무 큰 정수이면 ``nan`` 입니다."""
    try:
        return float(value) if _is_real(value) else math.nan
    except OverflowError:  # 너무 큰 정수
        return math.nan


def _is_real(value: Any) -> bool:
    """실수의 한 가지인지. NumPy는 복소수와 시간의 간격도 수로 칩니다."""
    return isinstance(value, int | float | np.number) and not isinstance(
        value, bool | np.complexfloating | np.timedelta64
    )


def check_choice(name: str, value: Any, allowed: Collection[str]) -> str:
    """정해진 이름 가운데 하나인지 봅니다."""
    if not isinstance(value, str) or value not in allowed:
        raise reject(name, "{allowed} 가운데 하나여야 합니다", value, allowed=", ".join(allowed))
    return value


def check_finite(name: str, value: ArrayLike, *, ranks: Collection[int]) -> FloatArray:
    """유한한 실수 배열인지, 축의 수가 ``ranks`` 가운데 하나인지 봅니다.

    Python과 NumPy의 정수와 실수만 받습니다. 수로 바꿀 수 있어도 수가 아닌 것(글, 날짜, 참과
    거짓)은 받지 않습니다. 가린 값이 있는 배열도 받지 않습니다. 가린 자리에는 흔히 -999 같은 표시가
    있습니다.
    """
    parts = value if isinstance(value, list | tuple) else [value]
    if any(np.ma.is_masked(part) for part in parts):
        raise reject(name, "가린 값이 없는 배열이어야 합니다", value)
    try:
        given = np.asarray(value)
        if not _holds_real_numbers(given):
            raise TypeError
        array = given.astype(np.float64)
    except (OverflowError, TypeError, ValueError):
        raise reject(name, "실수 배열이어야 합니다", value) from None
    if array.ndim not in ranks:
        raise ValueError(
            message(
                "{name}: {ranks}차원 배열이어야 합니다. 받은 값: shape={shape}",
                name=name,
                ranks=message(" 또는 ").join(str(rank) for rank in sorted(ranks)),
                shape=array.shape,
            )
        )
    broken = np.flatnonzero(~np.isfinite(array))
    if broken.size:
        raise ValueError(
            message(
                "{name}: 모든 값이 유한해야 합니다. 받은 값: {place}에 {value} (모두 {count}개)",
                name=name,
                place=[int(each) for each in np.unravel_index(broken[0], array.shape)],
                value=array.flat[broken[0]],
                count=broken.size,
            )
        )
    return array


def _holds_real_numbers(array: NDArray[Any]) -> bool:
    """배열의 값이 모두 실수인지. 표를 읽은 열처럼 무엇이든 담는 배열이면 값마다 봅니다."""
    if array.dtype.kind == "O":
        return all(_is_real(each) for each in array.flat)
    return array.dtype.kind in "iuf"


def check_series(name: str, value: ArrayLike, *, min_length: int = 1) -> FloatArray:
    """유한한 값이 ``min_length`` 개 이상 늘어선 1차원 시계열인지 봅니다."""
    series = check_finite(name, value, ranks={1})
    if len(series) < min_length:
        raise ValueError(
            message(
                "{name}: 길이가 {least} 이상이어야 합니다. 받은 값: 길이 {length}",
                name=name,
                least=min_length,
                length=len(series),
            )
        )
    return series


def is_rounding(difference: float, values: FloatArray) -> bool:
    """``values`` 에서 셈한 이 차이가 셈의 반올림만큼 작은지 봅니다.

    주기마다 똑같은 신호도 컴퓨터의 수로는 10⁻¹⁵쯤 다릅니다. 그런 차이로 나누면 뜻 없는 큰 수가
    나오므로, 0과 견주지 않고 값의 크기와 견줍니다.
    """
    return bool(difference <= 1e-12 * np.abs(values).max())
