"""연습문제의 답을 보고 말로 답합니다. 틀린 답에는 실마리를 주고, 맞은 답은 확인해 줍니다.

문제 하나가 ``Exercise`` 하나입니다. 수(``number``), 수 여럿(``numbers``), 고르기(``choice``),
함수(``function``)로 짓습니다. 학생이 채울 셀, 맞은 답, 흔한 틀린 답과 실마리가 한자리에 있습니다.
"""

from __future__ import annotations

import copy
import numbers as kinds
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

NAME = "my_answer"
"""학생이 채우는 이름."""

RIGHT, WRONG = "맞습니다.", "아직 아닙니다."


class UnreadableError(Exception):
    """답으로 읽을 수 없는 값. 글은 학생에게 하는 말입니다."""


class EmptyError(Exception):
    """아직 채우지 않은 답."""


@dataclass(frozen=True)
class Verdict:
    """답을 본 결과. 셀의 끝에 두면 말로 보입니다.

    Attributes:
        right: 맞았는지.
        message: 학생에게 하는 말.
    """

    right: bool
    message: str

    def __str__(self) -> str:
        """맞았는지와 하는 말."""
        return f"{RIGHT if self.right else WRONG} {self.message}"

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return f"**{RIGHT if self.right else WRONG}** {self.message}"


@dataclass(frozen=True)
class Exercise:
    """연습문제 하나.

    Attributes:
        stub: 학생이 채울 셀의 코드. ``my_answer`` 를 만듭니다.
        empty: 채우지 않은 답에 하는 말.
        read: 답을 견줄 수 있는 수의 배열로. 읽을 수 없으면 ``UnreadableError``, 비었으면
            ``EmptyError`` 를 냅니다.
        right: 맞은 답.
        confirm: 맞은 답에 하는 말.
        wrong: 흔한 틀린 답과 그 실마리. 둘 이상입니다.
        otherwise: 다른 틀린 답에 하는 말.
        within: 같은 답으로 볼 거리. 수마다 따로 줄 수도 있습니다.
    """

    stub: str
    empty: str
    read: Callable[[Any], np.ndarray] = field(repr=False)
    right: Any
    confirm: str
    wrong: Sequence[tuple[Any, str]]
    otherwise: str
    within: float | Sequence[float] = 1e-6

    def check(self, answer: Any) -> Verdict:
        """학생의 답을 봅니다. 어떤 값을 주어도 말로 답하고, 예외를 내지 않습니다."""
        try:
            found = self.read(answer)
        except EmptyError:
            return Verdict(False, self.empty)
        except UnreadableError as error:
            return Verdict(False, str(error))
        except Exception as error:
            return Verdict(False, f"답을 읽다가 {type(error).__name__} 오류가 났습니다.")
        if self.same(found, self.right):
            return Verdict(True, self.confirm)
        for example, hint in self.wrong:
            if self.same(found, example):
                return Verdict(False, hint)
        return Verdict(False, self.otherwise)

    def same(self, found: np.ndarray, example: Any) -> bool:
        """읽은 답이 ``example`` 과 같은지. 읽을 수 없는 ``example`` 과는 같지 않습니다."""
        try:
            wanted = self.read(example)
        except (EmptyError, UnreadableError):
            return False
        return bool(np.all(np.abs(found - wanted) <= np.asarray(self.within)))

    def solved(self, answer: Any) -> None:
        """풀이의 답을 봅니다. 책을 지을 때 풀이의 셀에서 부릅니다.

        Raises:
            ValueError: 풀이의 답이 맞은 답이 아닐 때.
        """
        verdict = self.check(answer)
        if not verdict.right:
            raise ValueError(
                f"풀이: 확인을 지나야 합니다({verdict.message}) 받은 값: {shown(answer)}"
            )

    def flaws(self) -> list[str]:
        """문제를 적는 규칙에 어긋난 것들. 없으면 빈 목록입니다."""
        found = []
        made: dict[str, Any] = {}
        try:
            exec(self.stub, made)
        except Exception as error:
            found.append(f"채울 셀: 그대로 실행되어야 합니다. 받은 값: {type(error).__name__}")
        if NAME not in made:
            found.append(f"채울 셀: {NAME}을 만들어야 합니다. 받은 값: {self.stub!r}")
        elif self.check(made[NAME]) != Verdict(False, self.empty):
            found.append(f"채울 셀: 비어 있어야 합니다. 받은 값: {shown(made[NAME])}")
        for name in ("empty", "confirm", "otherwise"):
            if not getattr(self, name).strip():
                found.append(f"{name}: 하는 말이 있어야 합니다. 받은 값: ''")
        if not self.check(self.right).right:
            found.append(f"right: 확인을 지나야 합니다. 받은 값: {shown(self.right)}")
        if len(self.wrong) < 2:
            found.append(f"wrong: 흔한 틀린 답이 둘 이상이어야 합니다. 받은 값: {len(self.wrong)}")
        for example, hint in self.wrong:
            if not hint.strip():
                found.append(
                    f"wrong: 틀린 답마다 실마리가 있어야 합니다. 받은 값: {shown(example)}"
                )
            elif self.check(example) != Verdict(False, hint):
                rule = "틀린 답은 맞은 답이나 앞의 틀린 답과 달라야 합니다"
                found.append(f"wrong: {rule}. 받은 값: {shown(example)}")
        return found


def shown(value: Any) -> str:
    """값을 짧은 한 줄로. 적을 수 없는 값이면 형의 이름입니다."""
    try:
        text = re.sub(r"[\s`]+", " ", repr(value))
    except Exception:
        text = type(value).__name__
    return f"`{text if len(text) <= 60 else text[:59] + '…'}`"


def blank(value: Any) -> bool:
    """``None`` 이거나, ``None`` 이 든 목록인지."""
    return value is None or (isinstance(value, list | tuple) and any(map(blank, value)))


def real_numbers(value: Any, shape: tuple[int, ...]) -> np.ndarray:
    """실수의 배열로 읽습니다. 길이 1인 축은 있어도 없어도 됩니다.

    Raises:
        EmptyError: 채우지 않은 곳이 있을 때.
        UnreadableError: 수가 아니거나, 모양이 다르거나, 유한하지 않을 때.
    """
    if blank(value):
        raise EmptyError
    wanted = " × ".join(map(str, shape))
    asked = f"수를 {wanted}개 적어야 합니다" if shape else "수 하나여야 합니다"
    if isinstance(value, kinds.Real) and not isinstance(value, bool):
        value = float(value)
    try:
        found = np.asarray(value)
    except (TypeError, ValueError):
        raise UnreadableError(f"{asked}. 줄마다 길이가 같아야 합니다.") from None
    if found.dtype.kind not in "iuf":
        kind = type(value).__name__
        raise UnreadableError(f"{asked}. 받은 것은 {kind}입니다: {shown(value)}")
    if np.squeeze(found).shape != np.squeeze(np.zeros(shape)).shape:
        raise UnreadableError(f"{asked}. 받은 모양은 `{found.shape}`입니다.")
    if not np.isfinite(found).all():
        raise UnreadableError(f"{asked}. 받은 것에 NaN이나 무한대가 있습니다. 0으로 나누었습니까?")
    return found.astype(float).reshape(shape)


def number(
    asks: str,
    *,
    right: float,
    confirm: str,
    wrong: Sequence[tuple[float, str]],
    otherwise: str,
    within: float = 1e-6,
) -> Exercise:
    """수 하나를 묻는 문제. ``asks`` 는 무엇을 적는지이고, ``within`` 은 허용하는 거리입니다."""
    return Exercise(
        stub=f"# {asks}: 수 하나\n{NAME} = None",
        empty=f"`{NAME}`에 {asks}, 수 하나를 적고 두 셀을 다시 실행하십시오.",
        read=lambda value: real_numbers(value, ()),
        right=right,
        confirm=confirm,
        wrong=wrong,
        otherwise=otherwise,
        within=within,
    )


def numbers(
    asks: str,
    *,
    right: Any,
    confirm: str,
    wrong: Sequence[tuple[Any, str]],
    otherwise: str,
    within: float | Sequence[float] = 1e-6,
) -> Exercise:
    """수 여럿을 묻는 문제. 답의 모양은 ``right`` 의 모양입니다."""
    shape = np.shape(right)
    stub = np.full(shape, None).tolist()
    return Exercise(
        stub=f"# {asks}\n{NAME} = {stub}",
        empty=f"`{NAME}`의 `None` 자리에 {asks}, 이 차례로 적고 두 셀을 다시 실행하십시오.",
        read=lambda value: real_numbers(value, shape),
        right=right,
        confirm=confirm,
        wrong=wrong,
        otherwise=otherwise,
        within=within,
    )


def choice(asks: str, options: Mapping[str, tuple[str, str]], *, right: str) -> Exercise:
    """하나를 고르는 문제.

    Args:
        asks: 무엇을 고르는지.
        options: 글자마다 고를 것과, 그것을 골랐을 때 하는 말.
        right: 맞은 글자.
    """
    letters = list(options)

    def read(value: Any) -> np.ndarray:
        if value is None or (isinstance(value, str) and not value.strip()):
            raise EmptyError
        wanted = ", ".join(f'"{letter}"' for letter in letters)
        letter = value.strip(" .()") if isinstance(value, str) else ""
        if letter not in options:
            rule = f"{wanted} 가운데 하나를 따옴표와 함께 적어야 합니다"
            raise UnreadableError(f"{rule}. 받은 것은 {shown(value)}입니다.")
        return np.array(float(letters.index(letter)))

    listed = "\n".join(f"#   {letter}: {text}" for letter, (text, _) in options.items())
    return Exercise(
        stub=f'# {asks}\n{listed}\n{NAME} = ""',
        empty=f"`{NAME}`에 고른 글자를 적고 두 셀을 다시 실행하십시오. {asks}",
        read=read,
        right=right,
        confirm=options[right][1],
        wrong=[(letter, said) for letter, (_, said) in options.items() if letter != right],
        otherwise="다시 고르십시오.",
    )


def function(
    asks: str,
    parameter: str,
    *,
    tried: Sequence[Any],
    right: Callable[[Any], float],
    confirm: str,
    wrong: Sequence[tuple[Callable[[Any], float], str]],
    otherwise: str,
    within: float = 1e-6,
) -> Exercise:
    """수 하나를 받아 수 하나를 내는 함수를 묻는 문제.

    Args:
        asks: 함수가 무엇을 내는지.
        parameter: 받는 것의 이름.
        tried: 답을 견줄 때 넣어 볼 값들.
        right: 맞은 함수.
        confirm: 맞은 답에 하는 말.
        wrong: 흔한 틀린 함수와 그 실마리.
        otherwise: 다른 틀린 답에 하는 말.
        within: 넣어 본 값마다 허용하는 거리.
    """

    def read(value: Any) -> np.ndarray:
        if value is None:
            raise EmptyError
        if not callable(value):
            rule = f"{NAME}은 {parameter}을(를) 받는 함수여야 합니다"
            raise UnreadableError(f"{rule}. 받은 것은 {shown(value)}입니다.")
        return np.array([called(value, each) for each in tried])

    def called(answer: Callable[[Any], Any], each: Any) -> float:
        try:
            made = answer(copy.deepcopy(each))
        except Exception as error:
            told = f"{type(error).__name__} 오류가 났습니다: {shown(str(error))}"
            raise UnreadableError(f"`{NAME}({each})`를 부를 때 {told}") from None
        return float(real_numbers(made, ()))

    return Exercise(
        stub=f'def {NAME}({parameter}):\n    """{asks}."""\n    return None',
        empty=f"`return None` 자리에 {asks}, 수 하나를 적고 두 셀을 다시 실행하십시오.",
        read=read,
        right=right,
        confirm=confirm,
        wrong=wrong,
        otherwise=otherwise,
        within=within,
    )
