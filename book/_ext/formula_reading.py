"""수식을 소리 내어 읽을 때의 마지막 음절. LaTeX를 왼쪽에서 오른쪽으로 읽습니다."""

from __future__ import annotations

import re
from collections.abc import Iterator

import korean_reading
from korean_reading import UnknownReadingError, lexicon, number_syllable

TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|.", re.S)
FRACTIONS = {r"\frac", r"\tfrac", r"\dfrac"}
ACCENTS = {r"\hat", r"\bar", r"\overline", r"\tilde", r"\dot", r"\vec"}
FONTS = {r"\mathbf", r"\mathcal", r"\mathbb", r"\boldsymbol", r"\bm", r"\sqrt"}
WORDS = {r"\text", r"\mathrm", r"\operatorname", r"\textrm"}
# 소리가 없거나, 뒤에 올 것을 읽게 되는 것.
SILENT = {
    *(r"\left", r"\right", r"\big", r"\Big", r"\bigl", r"\bigr", r"\Bigl", r"\Bigr", r"\quad"),
    *(r"\qquad", r"\,", r"\;", r"\:", r"\!", r"\ ", r"\\", r"\{", r"\}", r"\lVert", r"\rVert"),
    *(r"\lvert", r"\rvert", r"\Vert", r"\vert", r"\|", r"\approx", r"\le", r"\ge", r"\leq"),
    *(r"\geq", r"\ne", r"\neq", r"\cdot", r"\pm", r"\to", r"\sim", r"\in", r"\ll", r"\gg"),
    *(r"\mid", r"\displaystyle", r"\textstyle", r"\limits", r"\langle", r"\rangle", r"\colon"),
    *"()[]|=+-−<>,;:.&~·",
}
BRACES = {"(": ")", "[": "]"}


def last_syllable_of_tokens(tokens: Iterator[str]) -> str:
    """토막들을 차례로 읽고 마지막에 남은 음절. 읽을 것이 없으면 빈 글입니다."""
    said = ""
    digits = ""
    for token in tokens:
        if (token.isascii() and token.isdigit()) or (digits and token in ",."):
            digits += token
            said = number_syllable(digits.rstrip(",."))
            continue
        digits = ""
        if token.isspace() or token in SILENT:
            continue
        said = _read(token, tokens, said)
    return said


def last_syllable_of(latex: str) -> str:
    """수식의 일부. 읽을 것이 없으면 빈 글입니다."""
    return last_syllable_of_tokens(iter(TOKEN.findall(latex.replace("{,}", ","))))


def last_syllable(latex: str) -> str:
    """수식의 마지막 음절. 모르는 명령이 있거나 읽을 것이 없으면 ``UnknownReadingError`` 입니다."""
    return last_syllable_of(latex) or _unknown(latex)


def last_syllable_of_power(exponent: str) -> str:
    """거듭제곱. 2와 3은 제곱, 괄호로 싼 것은 번호, 나머지는 승입니다."""
    inner = exponent.strip()
    if inner.startswith("("):
        return last_syllable_of(inner)
    if inner in (r"\top", r"\prime", r"\circ"):
        return lexicon()["formula"][inner[1:]][-1]
    return "곱" if inner in ("2", "3") else "승"


def _read(token: str, tokens: Iterator[str], said: str) -> str:
    """토막 하나와 그것이 받는 것을 읽습니다."""
    if token == "{":
        return last_syllable_of(_group(tokens)) or said
    if token == "^":
        return last_syllable_of_power(_argument(tokens))
    if token == "_":
        return last_syllable_of(_argument(tokens))
    if token == "/":  # a/b는 'b분의 a'로 읽습니다.
        _argument(tokens)
        return said
    if token == "'":
        return lexicon()["symbols"]["′"][-1]
    if token in FRACTIONS:
        numerator = last_syllable_of(_argument(tokens))
        _argument(tokens)
        return numerator
    if token in ACCENTS:
        _argument(tokens)
        return lexicon()["formula"][token[1:]][-1]
    if token in FONTS:
        return last_syllable_of(_argument(tokens))
    if token in WORDS:
        return korean_reading.last_syllable(_argument(tokens))
    if token == r"\begin":
        return lexicon()["formula"].get(name := _argument(tokens), "")[-1:] or _unknown(name)
    if token == r"\end":
        return lexicon()["formula"].get(_argument(tokens), said)[-1]
    return _symbol(token)


def _symbol(token: str) -> str:
    """글자나 이름 하나."""
    if token.startswith("\\"):
        name = token[1:]
        if name in lexicon()["formula"]:
            return lexicon()["formula"][name][-1]
        if name in lexicon()["words"]:
            return lexicon()["words"][name][-1]
        if name in lexicon()["symbols"]:
            return lexicon()["symbols"][name][-1]
        _unknown(token)
    if token in lexicon()["symbols"]:
        return lexicon()["symbols"][token][-1]
    if token.isascii() and token.isalpha():
        return korean_reading.word_syllable(token)
    return korean_reading.last_syllable(token)


def _unknown(word: str) -> str:
    raise UnknownReadingError(word)


def _group(tokens: Iterator[str]) -> str:
    """여는 괄호 다음부터 짝이 되는 닫는 괄호 앞까지."""
    depth, inside = 1, ""
    for token in tokens:
        depth += (token == "{") - (token == "}")
        if depth == 0:
            break
        inside += token
    return inside


def _argument(tokens: Iterator[str]) -> str:
    """중괄호로 싼 것, 또는 다음 토막 하나."""
    for token in tokens:
        if token.isspace():
            continue
        if token == "{":
            return _group(tokens)
        if token in BRACES:
            return token + _until(tokens, token, BRACES[token])
        return token
    return ""


def _until(tokens: Iterator[str], opening: str, closing: str) -> str:
    depth, inside = 1, ""
    for token in tokens:
        depth += (token == opening) - (token == closing)
        inside += token
        if depth == 0:
            break
    return inside
