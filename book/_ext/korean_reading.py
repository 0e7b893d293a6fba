"""글을 소리 내어 읽을 때의 마지막 음절. 조사는 이것으로 정해집니다.

수는 한자말로(소수점 아래는 한 자리씩), 로마자는 ``book/particles.yml`` 에 적힌 대로 읽습니다.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import yaml

LEXICON = Path(__file__).parents[1] / "particles.yml"
DIGITS = "영일이삼사오육칠팔구"
# 오른쪽 끝의 0이 몇 개인지에 따라 마지막에 소리 내는 자리.
PLACES = ["", "십", "백", "천", *"만" * 4, *"억" * 4, *"조" * 4, *"경" * 4]
PAIRS = {")": "(", "]": "[", "}": "{", "」": "「", "』": "『", "》": "《", "〉": "〈"}
UNREAD = " \t\n\u00a0'\"’”*?.,:;…~"
# 인용의 연도(1990)와, 이름까지 든 인용(Elman, 1990).
CITED = re.compile(r"\d{4}[a-z]?|.*[^\W\d_].*\D\d{4}[a-z]?")
SENTENCE_END = tuple(".?!:;,")
FRACTION = re.compile(r"(?<![\d.])(\d+)/\d+$")
NUMBER = re.compile(r"\d[\d,]*((?:\.\d+)*)$")
RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ]+$")
LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
WORD = re.compile(r"[A-Za-zÀ-ÿµμ]+$")
QUANTITY = re.compile(r"\d[\d.,]*\s?$")
CAMEL = re.compile(r"[A-Z][a-z]+$")

Inset = Callable[[], str]
"""글 사이에 낀 식이나 코드의 마지막 음절을 내는 함수."""


class UnknownReadingError(Exception):
    """읽는 말을 모릅니다. ``word`` 가 그 말입니다."""

    def __init__(self, word: str) -> None:
        super().__init__(f"읽는 말을 모릅니다: {word!r} (book/particles.yml에 더하십시오)")
        self.word = word


@cache
def lexicon() -> dict[str, dict[str, str]]:
    """읽는 말의 목록."""
    return yaml.safe_load(LEXICON.read_text("utf-8"))


def is_hangul(character: str) -> bool:
    """한글 음절인지."""
    return "가" <= character <= "힣"


def last_syllable(text: str, insets: Mapping[str, Inset] | None = None) -> str:
    """글의 끝을 소리 내어 읽은 음절 하나.

    닫는 따옴표와 괄호, 문장 부호는 읽지 않습니다. 말에 바로 붙은 소괄호는 덧붙인 말이므로
    괄호 앞의 말을 읽고, 말 뒤의 인용(``[1990]``, ``[Holm, 1979]``)도 읽지 않습니다.

    Args:
        text: 조사 앞의 글.
        insets: 글에 끼워 둔 글자마다, 그 자리에 있는 식이나 코드를 읽는 함수.

    Raises:
        UnknownReadingError: 읽는 말이 목록에 없을 때.
    """
    rest = _without_closers(text)
    if not rest:
        raise UnknownReadingError(text)
    end = rest[-1]
    if insets and end in insets:
        return insets[end]()
    if is_hangul(end):
        return end
    if found := RAISED.search(rest):
        return "곱" if found.group() in ("²", "³") else "승"
    rest = rest.translate(LOWERED)
    if rest[-1].isascii() and rest[-1].isdigit():
        return number_syllable(rest)
    if end in lexicon()["symbols"]:
        return lexicon()["symbols"][end][-1]
    if found := WORD.search(rest):
        return word_syllable(found.group(), unit=bool(QUANTITY.search(rest[: found.start()])))
    raise UnknownReadingError(end)


def _without_closers(text: str) -> str:
    """닫는 부호와 읽지 않는 괄호를 뗀 글."""
    rest = text.rstrip(UNREAD)
    while rest and rest[-1] in PAIRS:
        before, inside = _split_bracket(rest)
        attached = rest[-1] == ")" and before and not before[-1].isspace()
        follows = before.strip() and not before.rstrip().endswith(SENTENCE_END)
        cited = rest[-1] == "]" and CITED.fullmatch(inside) and follows
        rest = (before if attached or cited or not inside else inside).rstrip(UNREAD)
    return rest


def _split_bracket(text: str) -> tuple[str, str]:
    """마지막 괄호의 앞과 속. 여는 괄호가 없으면 모두 앞입니다."""
    closing, opening = text[-1], PAIRS[text[-1]]
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] == closing) - (text[place] == opening)
        if depth == 0:
            return text[:place], text[place + 1 : -1]
    return text[:-1], ""


def number_syllable(text: str) -> str:
    """글 끝의 수를 읽은 마지막 음절. 분수는 분자로 끝납니다: 4분의 1."""
    if found := FRACTION.search(text):
        return number_syllable(found.group(1))
    found = NUMBER.search(text)
    assert found
    whole = found.group().replace(",", "")
    zeros = len(whole) - len(whole.rstrip("0"))
    if found.group(1) or not zeros or zeros == len(whole):
        return DIGITS[int(whole[-1])]
    return PLACES[min(zeros, len(PLACES) - 1)]


def word_syllable(word: str, *, unit: bool = False) -> str:
    """로마자로 된 말의 마지막 음절. ``unit`` 은 수 바로 뒤인지입니다."""
    table = lexicon()
    if unit and word in table["units"]:
        return table["units"][word][-1]
    if word in table["words"]:
        return table["words"][word][-1]
    if len(word) == 1 or word.isupper():
        if word[-1].upper() not in table["letters"]:
            raise UnknownReadingError(word)
        return table["letters"][word[-1].upper()][-1]
    last_piece = CAMEL.search(word)
    for known in (word.lower(), last_piece.group().lower() if last_piece else ""):
        if known in table["words"]:
            return table["words"][known][-1]
    raise UnknownReadingError(word)
