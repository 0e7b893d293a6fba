"""문장의 방향을 나타내는 말과 식의 비교를 견줍니다. 말의 목록은 ``book/claims.yml`` 에 있습니다.

우리말 문장의 방향은 끝에 옵니다. 그래서 문장에서 마지막으로 나온 방향의 말을 봅니다.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

WORDS = Path(__file__).parents[1] / "claims.yml"
OPPOSITE = {
    "less": "more",
    "more": "less",
    "better": "worse",
    "worse": "better",
    "same": "differ",
    "differ": "same",
    "none": "some",
    "some": "none",
    "between": "outside",
    "outside": "between",
}
NEGATION = re.compile(
    r"^[가-힣]{0,2}(?: [가-힣]{1,6})?지(?:는|도|만|를)? ?(?:않|못)"
    r"|^[가-힣]{0,2}(?: [가-힣]{1,6})? 수(?:는|도)? 없"
)
CANNOT = re.compile(r"수(?:는|도)? $")
ORDER = {ast.Lt: "less", ast.LtE: "less", ast.Gt: "more", ast.GtE: "more"}
AGREES = {
    "less": {"less", "worse"},
    "more": {"more", "better", "some"},
    "beats": {"better", "less"},
    "loses": {"worse", "more"},
    "same": {"same"},
    "differ": {"differ"},
    "falling": {"less"},
    "rising": {"more"},
    "none": {"none"},
    "between": {"between", "same"},
    "smallest": {"less", "better"},
    "largest": {"more", "worse", "better"},
}
"""식의 꼴마다 어울리는 말의 방향."""
CALLS = {
    "beats": "beats",
    "loses": "loses",
    "near": "same",
    "differ": "differ",
    "falling": "falling",
    "rising": "rising",
}
EXTREMES = {"smallest", "largest"}
SUPERLATIVE = re.compile("가장|제일")


@cache
def patterns() -> list[tuple[str, re.Pattern[str]]]:
    """방향마다 그 방향을 나타내는 말."""
    listed = yaml.safe_load(WORDS.read_text("utf-8"))
    return [(direction, re.compile("|".join(stems))) for direction, stems in listed.items()]


def direction_of(sentence: str) -> str | None:
    """문장에 마지막으로 나온 방향의 말. ``않``, ``못``, ``수 없`` 이 따르면 뒤집습니다."""
    found = sorted(
        (match.end(), -match.start(), direction, match.start())
        for direction, pattern in patterns()
        for match in pattern.finditer(sentence)
    )
    while found:
        end, _, direction, start = found.pop()
        if direction == "none" and CANNOT.search(sentence[:start]):
            continue  # '이길 수 없'의 방향은 '이길'에 있습니다.
        negated = NEGATION.match(sentence[end:])
        return OPPOSITE[direction] if negated else direction
    return None


def comparison_of(tree: ast.expr) -> str | None:
    """식의 마지막 비교가 어떤 꼴인지."""
    if isinstance(tree, ast.BoolOp):
        return comparison_of(tree.values[-1])
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        inner = comparison_of(tree.operand)
        return {
            "less": "more",
            "more": "less",
            "beats": "loses",
            "loses": "beats",
            "same": "differ",
            "differ": "same",
        }.get(inner or "")
    if isinstance(tree, ast.Compare):
        return _of_compare(tree)
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
        if tree.func.id in ("all", "any") and tree.args:
            return comparison_of(tree.args[0])
        return CALLS.get(tree.func.id)
    if isinstance(tree, ast.GeneratorExp | ast.ListComp):
        return comparison_of(tree.elt)
    return None


def _of_compare(tree: ast.Compare) -> str | None:
    if len(tree.ops) == 2:
        return "between"
    (operator,), (right,) = tree.ops, tree.comparators
    for side in (tree.left, right):
        called = (
            side.func.id if isinstance(side, ast.Call) and isinstance(side.func, ast.Name) else ""
        )
        if called in EXTREMES and isinstance(operator, ast.Eq):
            return called
    if isinstance(operator, ast.Eq):
        zero = isinstance(right, ast.Constant) and right.value == 0
        return "none" if zero else "same"
    if isinstance(operator, ast.NotEq):
        return "differ"
    return ORDER.get(type(operator))


def named(tree: ast.expr) -> list[str]:
    """식에 나온 글자열들. 나온 차례입니다."""
    strings = [
        n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]
    return [str(n.value) for n in sorted(strings, key=lambda n: (n.lineno, n.col_offset))]


def mentions(sentence: str, labels: set[str]) -> Iterator[str]:
    """문장에 나온 이름들. 긴 이름이 먼저여서 'LSTM'은 '상태유지 LSTM' 안에서 찾지 않습니다."""
    squeezed = re.sub(r"\s+", " ", sentence)
    pattern = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
    return (match.group() for match in re.finditer(pattern, squeezed)) if labels else iter(())


def disagreement(sentence: str, tree: ast.expr, labels: set[str]) -> str | None:
    """문장과 식이 어긋나는 점. 없으면 ``None``.

    Args:
        sentence: 문장.
        tree: 식.
        labels: 자료에 이름으로 쓰인 모든 글자열. 식에 나오지 않은 것까지입니다.
    """
    wanted = named(tree)
    said = mentions(sentence, labels | set(wanted))
    for name in wanted:
        if name not in said:  # 앞에서부터 하나씩 쓰며 찾으므로 차례도 봅니다.
            return f"식의 이름이 같은 차례로 문장에 나와야 합니다. 받은 값: {name!r}"
    kind = comparison_of(tree)
    if kind is None:
        return "식의 끝에 비교가 있어야 합니다"
    direction = direction_of(sentence)
    if direction is None:
        return "문장에 방향을 나타내는 말이 있어야 합니다(book/claims.yml)"
    if direction not in AGREES[kind]:
        return f"문장의 방향({direction})과 식의 비교({kind})가 어긋납니다"
    if kind in EXTREMES and not SUPERLATIVE.search(sentence):
        return "가장 큰 것이나 작은 것을 고르는 식이면 문장에 '가장'이 있어야 합니다"
    return None
