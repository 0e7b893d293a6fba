"""``cosine_rnn/cells.py`` 를 실행하며 무엇이 어느 셈에 들어가는지 적습니다.

그림이 맞는지 견줄 참값은 손으로 다시 적지 않습니다. 소스를 그대로 실행하되 배열 대신 제 내력을
기억하는 값을 흘려보내, 곱하고 더하고 나누고 구부린 차례를 얻습니다. ``0.5 * (1 + tanh(0.5 * z))``
처럼 풀어 쓴 함수는 값을 넣어 보고 σ인지 tanh인지 가립니다.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

SIGNS = {"add": "+", "subtract": "−", "multiply": "×", "divide": "÷", "matmul": "@"}
ARITHMETIC = {
    "+": operator.add,
    "−": operator.sub,
    "×": operator.mul,
    "÷": operator.truediv,
}
KNOWN_FUNCTIONS = {"σ": lambda z: 1 / (1 + np.exp(-z)), "tanh": np.tanh}
PROBES = np.linspace(-4, 4, 33)
ALL = slice(None)


class UntraceableError(Exception):
    """소스가 따라갈 수 없는 일을 합니다."""


class Value:
    """셈 하나의 결과. 무엇으로 무엇을 했는지 기억합니다.

    Attributes:
        op: 셈의 이름. 처음부터 있던 값은 ``"name"`` 입니다.
        args: 셈에 들어간 값과 수, 들어간 차례대로.
    """

    __array_ufunc__ = None
    shape = (1, 1)

    def __init__(self, op: str, *args: Any) -> None:
        self.op, self.args = op, args

    def __getitem__(self, key: Any) -> Value:
        """조각은 따라가지 않습니다."""
        raise UntraceableError(f"값의 한 조각 {key!r}")

    def __neg__(self) -> Value:
        """0에서 뺀 것."""
        return Value("−", 0.0, self)

    def __iter__(self) -> Iterator[Value]:
        """하나씩 꺼내지 않습니다."""
        raise UntraceableError("값을 하나씩 꺼내기")


def add_operators() -> None:
    """``+ - * / @`` 을 두 방향 모두 적는 셈으로 만듭니다."""
    names = {"add": "+", "sub": "−", "mul": "×", "truediv": "÷", "matmul": "@"}
    for name, sign in names.items():
        setattr(Value, f"__{name}__", lambda a, b, sign=sign: Value(sign, a, b))
        setattr(Value, f"__r{name}__", lambda a, b, sign=sign: Value(sign, b, a))


add_operators()


class Inputs(Value):
    """입력 시퀀스. ``x[:, t]`` 가 시점 t + 1의 입력입니다."""

    def __init__(self, timesteps: int) -> None:
        super().__init__("inputs")
        self.shape = (1, timesteps, 1)
        self.steps = [Value("name", f"x_{t + 1}") for t in range(timesteps)]

    def __getitem__(self, key: Any) -> Value:
        """한 시점의 입력."""
        if not (isinstance(key, tuple) and len(key) == 2 and key[0] == ALL):
            raise UntraceableError(f"inputs의 조각 {key!r}")
        return self.steps[key[1]]


class Table:
    """``np.empty`` 로 만든, 시점마다 채우는 자리."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape, self.filled = shape, {}

    def __setitem__(self, key: tuple[Any, ...], value: Any) -> None:
        """한 시점의 결과를 적습니다. 한 번만 적을 수 있습니다."""
        *others, t = key
        if others != [ALL] * len(others) or t in self.filled:
            raise UntraceableError(f"결과의 자리 {key!r}")
        self.filled[t] = value

    def __iter__(self) -> Iterator[list[Any]]:
        """첫 축을 따라, 시점마다 놓은 결과."""
        for k in range(self.shape[0]):
            yield [step[k] for step in self.steps()]

    def steps(self) -> list[Any]:
        """시점의 차례대로 놓은 결과."""
        return [self.filled[t] for t in sorted(self.filled)]


class TracingNumPy:
    """``np`` 대신 쓰이는 것. 따라갈 줄 아는 함수만 있습니다."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """원소별 함수와 두 값의 셈."""
        if name in SIGNS:
            return lambda a, b: Value(SIGNS[name], a, b)
        function = getattr(np, name, None)
        if not isinstance(function, np.ufunc) or function.nin != 1:
            raise UntraceableError(f"np.{name}")
        return lambda z: Value(name, z) if isinstance(z, Value) else function(z)

    def split(self, z: Value, parts: int, axis: int = 0) -> list[Value]:
        """마지막 축을 똑같이 나눈 조각들."""
        if axis != -1:
            raise UntraceableError(f"np.split(axis={axis})")
        return [Value("split", z, k, parts) for k in range(parts)]

    def zeros(self, shape: tuple[int, ...]) -> Value:
        """처음 상태."""
        return Value("name", "0")

    def empty(self, shape: tuple[int, ...]) -> Table:
        """채울 자리."""
        return Table(shape)


def split_function(value: Value) -> tuple[Value, Callable[[Any], Any]]:
    """값 하나와 상수로만 된 원소별 셈을 벗겨, 그 안의 값과 벗긴 함수를 돌려줍니다."""
    varying = [arg for arg in value.args if isinstance(arg, Value)]
    function = ARITHMETIC.get(value.op) or getattr(np, value.op, None)
    if len(varying) != 1 or function is None or value.op == "split":
        return value, lambda z: z
    inside, inner = split_function(varying[0])

    def outer(z: Any) -> Any:
        return function(*(inner(z) if isinstance(arg, Value) else arg for arg in value.args))

    return inside, outer


def name_of_function(function: Callable[[Any], Any]) -> str:
    """값을 넣어 보아 아는 함수의 이름. 모르는 함수이면 ``"?"`` 입니다."""
    with np.errstate(all="ignore"):
        seen = function(PROBES)
    names = [name for name, known in KNOWN_FUNCTIONS.items() if np.allclose(seen, known(PROBES))]
    return names[0] if names else "?"


class Simplifier:
    """풀어 쓴 함수를 σ와 tanh로 모읍니다. 같은 값은 같은 마디로 남습니다."""

    def __init__(self) -> None:
        self.done: dict[int, tuple[Value, Value]] = {}

    def __call__(self, value: Any) -> Any:
        """모은 값."""
        if not isinstance(value, Value) or value.op == "name":
            return value
        if id(value) not in self.done:
            inside, function = split_function(value)
            if inside is value:
                simple = Value(value.op, *(self(arg) for arg in value.args))
            else:
                simple = Value(name_of_function(function), self(inside))
            self.done[id(value)] = (value, simple)  # 원래 값도 남겨 둡니다. id가 되쓰이지 않게.
        return self.done[id(value)][1]


class Trace(NamedTuple):
    """실행하며 적은 것.

    Attributes:
        rnn: ``run_rnn`` 이 시점마다 돌려준 은닉 상태.
        lstm: ``run_lstm`` 이 시점마다 돌려준 값을 이름마다.
    """

    rnn: list[Value]
    lstm: list[dict[str, Value]]


def trace(source: str, timesteps: int = 3) -> Trace:
    """소스를 실행해 적습니다.

    Args:
        source: ``cells.py`` 의 글.
        timesteps: 읽힐 시점의 수.

    Raises:
        UntraceableError: 따라갈 수 없는 일을 할 때. 무엇인지 말합니다.
    """
    names: dict[str, Any] = {"__name__": "traced_cells"}
    try:
        exec(compile(source, "cells.py", "exec"), names)
        names |= {"np": TracingNumPy(), "check_finite": lambda name, value, **_: value}
        weights = names["Weights"](*(Value("name", name) for name in "WUb"))
        hidden = names["run_rnn"](weights, Inputs(timesteps))
        states = names["run_lstm"](weights, Inputs(timesteps))._asdict()
        simplify = Simplifier()
        rnn = [simplify(h) for h in hidden.steps()]
        lstm = [{k: simplify(v[t]) for k, v in states.items()} for t in range(timesteps)]
    except UntraceableError:
        raise
    except Exception as error:
        raise UntraceableError(f"{type(error).__name__}: {error}") from error
    return Trace(rnn, lstm)


def products(total: Value, known: dict[int, str]) -> Iterator[tuple[str, str]]:
    """더한 것마다 ``(값의 이름, 곱한 가중치)``. 값을 가로 벡터로 앞에 씁니다."""
    for term in terms(total):
        if term.op == "@":
            value, weight = (known.get(id(arg)) or name_of(arg) for arg in term.args)
            yield value, weight
        elif name_of(term) != "b":
            raise UntraceableError(f"가중치를 곱하지 않고 더한 값: {name_of(term)}")


def terms(value: Value) -> Iterator[Value]:
    """더한 것들, 적힌 차례대로."""
    if value.op == "+":
        for arg in value.args:
            yield from terms(arg)
    else:
        yield value


def name_of(value: Value) -> str:
    """처음부터 있던 값의 이름."""
    if value.op != "name":
        raise UntraceableError(f"이름 없는 값 {value.op}")
    return value.args[0]
