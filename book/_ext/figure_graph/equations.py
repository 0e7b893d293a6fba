"""쪽에 적힌 순환 신경망과 LSTM의 식이 ``cells.py`` 와 같은 셈인지 봅니다.

그림에는 그리지 않는 편향과, 네 조각을 나누는 차례가 식에 있습니다.
"""

from __future__ import annotations

import re

from .graph import Fault
from .lstm_claims import GATES, CellWriter
from .tracing import Trace, UntraceableError, Value, name_of, terms, trace

BLOCK = re.compile(
    r"^\$\$\n(?P<a>.*?)^\$\$ \((?P<name_a>\S+)\)$"
    r"|^`{3,}\{math\}\n:label: (?P<name_b>\S+)\n(?P<b>.*?)^`{3,}$",
    re.M | re.S,
)
PLAIN = {
    r"\sigma": "σ",
    r"\tanh": "tanh",
    r"\odot": "⊙",
    r"\,": " ",
    "&": "",
    "-": "−",
    r"\begin{aligned}": "",
    r"\end{aligned}": "",
}
RNN, LSTM = "eq-rnn", "eq-lstm"


def written(latex: str) -> list[str]:
    """식의 줄들을 견줄 수 있는 글로. 빈칸은 뜻이 없으므로 지웁니다."""
    for name, sign in PLAIN.items():
        latex = latex.replace(name, sign)
    lines = re.split(r"\\\\(?:\[[^]]*\])?", latex)
    return [text for line in lines if (text := re.sub(r"\s+", "", line))]


def affine(value: Value, known: dict[int, str]) -> str:
    """가중치를 곱해 더한 것. ``x_tW+h_{t−1}U+b`` 꼴입니다."""

    def text(term: Value) -> str:
        names = [known.get(id(arg)) or name_of(arg) for arg in term.args] if term.op == "@" else []
        return "".join(names) or name_of(term)

    return "+".join(text(term) for term in terms(value)).replace("x_2", "x_t")


def truths(seen: Trace) -> dict[str, list[str]]:
    """식의 이름마다, ``cells.py`` 가 하는 셈을 적은 줄들."""
    h, before, step = seen.rnn[1], seen.lstm[0], seen.lstm[1]
    known = {id(before["h"]): "h_{t−1}", id(before["c"]): "c_{t−1}"}
    parts = {name: step[name].args[0] for name in GATES}
    if any(part.op != "split" for part in parts.values()):
        raise UntraceableError("나눈 조각이 아닌 게이트")
    order = sorted(GATES, key=lambda name: parts[name].args[1])
    sums = {affine(part.args[0], known) for part in parts.values()}
    writer = CellWriter(step, known)
    return {
        RNN: [f"h_t={h.op}({affine(h.args[0], {id(seen.rnn[0]): 'h_{t−1}'})})"],
        LSTM: [
            ",".join(f"z_{name}" for name in order) + "=" + "=".join(sorted(sums)),
            *(f"{name}={step[name].op}(z_{name})" for name in order),
            *(f"{n}_t={writer.formula(step[n], top=True)}".replace(" ", "") for n in "ch"),
        ],
    }


def faults_of(text: str, source: str) -> list[Fault]:
    """쪽의 글에 든 식의 잘못.

    Args:
        text: 쪽의 글.
        source: ``cells.py`` 의 글.
    """
    blocks = {match["name_a"] or match["name_b"]: match for match in BLOCK.finditer(text)}
    found = []
    for name in blocks.keys() & {RNN, LSTM}:
        line = text[: blocks[name].start()].count("\n") + 1
        page = written(blocks[name]["a"] or blocks[name]["b"])
        try:
            cell = truths(trace(source))[name]
        except UntraceableError as error:
            found.append(Fault(line, f"식 {name}: cells.py의 셈을 따라갈 수 없습니다: {error}"))
            continue
        if page != cell:
            pairs = zip([*page, "끝"], [*cell, "끝"], strict=False)
            here, there = next((a, b) for a, b in pairs if a != b)
            message = f"식 {name}의 줄이 cells.py의 셈과 다릅니다: '{here}', 셈 '{there}'"
            found.append(Fault(line, message))
    return found
