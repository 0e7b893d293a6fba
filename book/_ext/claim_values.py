"""``holds`` 의 식을 쪽의 자료로 셉니다. 자료가 무엇이든 참인 식은 받지 않습니다."""

from __future__ import annotations

import ast
import builtins
import itertools
import random
import re
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

TRIALS = 400
METHODS = ("keys", "values", "items")
BUILTINS = ("abs", "all", "any", "len", "max", "min", "round", "sorted", "sum")
WRAPPED = re.compile(r"\bnp\.(?:float|int|uint|str|bool)_?\d*\(((?:[^()']|'[^']*')*)\)")


def beats(a: float, b: float) -> bool:
    """오차 ``a`` 가 ``b`` 보다 작습니다. 작을수록 좋은 값에 씁니다."""
    return a < b


def loses(a: float, b: float) -> bool:
    """오차 ``a`` 가 ``b`` 보다 큽니다. 작을수록 좋은 값에 씁니다."""
    return a > b


def near(a: float, b: float, within: float) -> bool:
    """두 값의 차이가 ``within`` 을 넘지 않습니다."""
    return abs(a - b) <= within


def differ(a: float, b: float, beyond: float) -> bool:
    """두 값의 차이가 ``beyond`` 보다 큽니다."""
    return abs(a - b) > beyond


def smallest(values: Mapping[str, float]) -> str:
    """값이 가장 작은 이름."""
    return min(values, key=lambda name: values[name])


def largest(values: Mapping[str, float]) -> str:
    """값이 가장 큰 이름."""
    return max(values, key=lambda name: values[name])


def falling(values: Sequence[float]) -> bool:
    """뒤로 갈수록 커지지 않고, 끝이 처음보다 작습니다."""
    return all(b <= a for a, b in itertools.pairwise(values)) and values[-1] < values[0]


def rising(values: Sequence[float]) -> bool:
    """뒤로 갈수록 작아지지 않고, 끝이 처음보다 큽니다."""
    return all(b >= a for a, b in itertools.pairwise(values)) and values[-1] > values[0]


FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(builtins, name) for name in BUILTINS},
    **{f.__name__: f for f in (beats, loses, near, differ, smallest, largest, falling, rising)},
    "median": statistics.median,
}
"""식에서 쓸 수 있는 함수."""


class ClaimError(Exception):
    """셀 수 없거나 자료와 어긋나는 식."""


def variable(key: str) -> str:
    """``glue`` 의 이름을 식에서 쓰는 이름으로. ``a-b`` 는 ``a_b`` 입니다."""
    return re.sub(r"\W", "_", key)


def value_of(text: str) -> Any:
    """``glue`` 가 남긴 글을 값으로. 수, 글, 참거짓과 그 목록, 사전입니다."""
    while WRAPPED.search(text):
        text = WRAPPED.sub(r"\1", text)
    return ast.literal_eval(text.replace("np.True_", "True").replace("np.False_", "False"))


def parse(expression: str) -> ast.expr:
    """식을 읽습니다. 사전의 값을 꺼내는 것 말고는 속성을 쓰지 못합니다."""
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except SyntaxError as error:
        raise ClaimError(f"식을 읽을 수 없습니다: {error.msg}") from error
    for node in ast.walk(tree):
        method = isinstance(node, ast.Attribute) and node.attr not in METHODS
        if method or isinstance(node, ast.Lambda | ast.NamedExpr):
            raise ClaimError("식에는 비교와 셈, 정해진 함수만 씁니다")
    return tree


def names_of(tree: ast.expr) -> set[str]:
    """식이 쓰는 자료의 이름."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {node.id for node in nodes if isinstance(node.ctx, ast.Store)}
    return {node.id for node in nodes} - bound - set(FUNCTIONS)


def evaluate(tree: ast.expr, values: Mapping[str, Any]) -> bool:
    """식이 참인지. 값은 참거짓이어야 합니다."""
    code = compile(ast.Expression(tree), "<holds>", "eval")
    try:
        result = eval(code, {"__builtins__": {}, **FUNCTIONS, **values})
    except Exception as error:
        raise ClaimError(f"식을 셀 수 없습니다: {type(error).__name__} {error}") from error
    if not isinstance(result, bool):
        raise ClaimError(f"식의 값이 참이나 거짓이어야 합니다. 받은 값: {result!r}")
    return result


def check(expression: str, values: Mapping[str, Any]) -> ast.expr:
    """식이 이 자료에서 참이고 다른 자료에서는 거짓일 수 있는지 봅니다.

    Args:
        expression: 식.
        values: 쪽의 모든 자료. 식에서 쓰는 이름마다의 값입니다.

    Returns:
        읽은 식.

    Raises:
        ClaimError: 자료가 없거나, 모르는 이름이거나, 거짓이거나, 거짓일 수 없을 때.
    """
    tree = parse(expression)
    names = names_of(tree)
    if not names:
        raise ClaimError("자료가 없는 식입니다")
    unknown = sorted(names - set(values))
    if unknown:
        raise ClaimError(f"이 쪽에 없는 자료입니다: {', '.join(unknown)}")
    used = {name: values[name] for name in names}
    if not evaluate(tree, used):
        raise ClaimError(f"자료가 이렇게 말하지 않습니다. 받은 값: {_short(used)}")
    if not _can_fail(tree, used):
        raise ClaimError("자료가 무엇이든 참인 식입니다")
    return tree


def _can_fail(tree: ast.expr, values: Mapping[str, Any]) -> bool:
    """자료를 마구 바꾸어 한 번이라도 거짓이 되는지."""
    rng = random.Random(0)
    for _ in range(TRIALS):
        try:
            if not evaluate(tree, {name: _other(value, rng) for name, value in values.items()}):
                return True
        except ClaimError:
            continue
    return False


def _other(value: Any, rng: random.Random) -> Any:
    """꼴은 같고 값은 다른 자료."""
    if isinstance(value, bool):
        return rng.random() < 0.5
    if isinstance(value, int | float):
        return _other_number(value, rng)
    if isinstance(value, str):
        return rng.choice([value, value + "'", ""])
    if isinstance(value, dict):
        moved = list(value.values())
        rng.shuffle(moved)
        pairs = zip(value, moved if rng.random() < 0.5 else value.values(), strict=True)
        return {key: _other(each, rng) for key, each in pairs}
    moved = list(value)
    rng.shuffle(moved)
    return type(value)(_other(each, rng) for each in moved)


def _other_number(value: float, rng: random.Random) -> float:
    kind = rng.random()
    if kind < 0.2:
        return value
    if kind < 0.4:
        return rng.choice([0, 1, 2, 5, 100, -1])
    if kind < 0.5:
        return -value
    changed = value * rng.lognormvariate(0, 3)
    return round(changed) if isinstance(value, int) else changed


def _short(values: Mapping[str, Any], limit: int = 300) -> str:
    text = ", ".join(f"{name}={value!r}" for name, value in sorted(values.items()))
    return text if len(text) <= limit else f"{text[:limit]}…"
