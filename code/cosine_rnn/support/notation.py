"""수를 사람이 읽는 대로 적습니다. ``4e-04`` 가 아니라 ``0.0004`` 입니다."""

from __future__ import annotations

import os
import re
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np

from cosine_rnn.support.checks import check_integer, check_number, reject

MOST_DIGITS = 3
SMALLEST_PLAIN = Decimal("0.0001")
LARGEST_PLAIN = Decimal(10_000)
MINUS = "−"
UNTOLD = "–"
"""적지 않는 시간의 자리."""

SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def readable(value: float | np.number, digits: int = 2) -> str:
    """수 하나를 사람이 읽는 글로 적습니다.

    - 정수(``int``, NumPy 정수)는 반올림하지 않고 세 자리마다 쉼표를 찍습니다: ``12,400``.
    - 실수는 유효 숫자 ``digits`` 개로 반올림하고, 끝의 0은 떼어 냅니다. 꼭 가운데이면 짝수
      쪽으로 갑니다. 반올림한 크기가 0.0001 이상 10,000 이하이면 소수로 적고
      (``0.00041``, ``1,200``), 그 밖이면 10의 거듭제곱을 곱해 적습니다(``2.5×10⁻¹⁴``).
    - 음수의 부호는 ``−`` 이고, 0은 ``0`` 입니다.

    Args:
        value: 유한한 수.
        digits: 유효 숫자의 수. 1에서 3까지입니다.

    Raises:
        ValueError: ``value`` 가 유한한 실수가 아니거나 ``digits`` 가 범위를 벗어날 때.
    """
    number = check_number("value", value)
    places = check_integer("digits", digits, maximum=MOST_DIGITS)
    if isinstance(value, int | np.integer):
        return _signed(f"{abs(int(value)):,}", negative=number < 0)
    exact = Decimal(repr(abs(number)))
    if not exact:
        return "0"
    last = Decimal(1).scaleb(exact.adjusted() - places + 1)
    rounded = exact.quantize(last, rounding=ROUND_HALF_EVEN)
    return _signed(_magnitude(rounded), negative=number < 0)


def measured(value: float, spec: str = ".1f") -> str:
    """지을 때 잰 시간 하나를 적습니다. ``SOURCE_DATE_EPOCH`` 를 정했으면 적지 않습니다.

    시간은 잴 때마다 달라, 같은 소스에서 같은 파일이 나와야 하는 빌드에는 적을 수 없습니다.

    Args:
        value: 잰 시간.
        spec: ``.1f`` 처럼 소수점 아래의 자리를 적은 꼴.

    Raises:
        ValueError: ``value`` 가 유한한 실수가 아니거나 ``spec`` 이 그 꼴이 아닐 때.
    """
    check_number("value", value)
    if not re.fullmatch(r"\.[0-9]f", str(spec)):
        raise reject("spec", "'.1f' 꼴이어야 합니다", spec)
    return UNTOLD if "SOURCE_DATE_EPOCH" in os.environ else f"{value:{spec}}"


def _magnitude(rounded: Decimal) -> str:
    """0보다 큰, 이미 반올림한 수."""
    if SMALLEST_PLAIN <= rounded <= LARGEST_PLAIN:
        return _plain(rounded)
    power = rounded.adjusted()
    return f"{_plain(rounded.scaleb(-power))}×10{str(power).translate(SUPERSCRIPTS)}"


def _plain(number: Decimal) -> str:
    """소수로, 끝의 0은 떼고 세 자리마다 쉼표를 찍어."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _signed(text: str, *, negative: bool) -> str:
    return MINUS + text if negative else text
