"""LSTM의 그림(08_10)이 주장하는 것. 참값은 ``run_lstm`` 의 기록입니다."""

from __future__ import annotations

from .graph import TOUCH, DrawnGraph, Edge, Fault, Graph, compare
from .notes import in_order, kinds_of, near_note, shape_named, written_at
from .tracing import Trace, UntraceableError, Value, products

GATES = {"i": "입력 게이트", "f": "망각 게이트", "g": "후보 값", "o": "출력 게이트"}
VALVE = "f ≈ 1 넘김, f ≈ 0 지움"


def lstm_cell(drawn: DrawnGraph, trace: Trace) -> list[Fault]:
    """08_10: LSTM의 한 시점.

    게이트 셋(σ)과 후보 값(tanh)은 모두 입력 x_t와 앞 은닉 상태를 받고, 나가는 화살표에 f, i, g, o가
    적혀 있습니다. 앞 셀 상태에 f를 곱하고, i와 g를 곱한 것을 더해 셀 상태가 됩니다. 그 tanh에 o를
    곱해 은닉 상태가 됩니다. 아래의 두 식도 같은 셈이고, 점선의 '넘길지 말지'는 f를 곱하는 자리를
    가리킵니다. 가중치와 편향은 그리지 않습니다.
    """
    step, before = trace.lstm[1], trace.lstm[0]
    known = {id(before["h"]): "h_{t−1}", id(before["c"]): "c_{t−1}"}
    writer = CellWriter(step, known)
    for name in "ch":
        writer.draw(step[name], f"{name}_t")
    faults = compare(drawn, writer.graph)
    notes = [note.text for note in drawn.notes]
    for name in "ch":
        formula = f"{name}_t = {writer.formula(step[name], top=True)}"
        if formula not in notes:
            faults.append(Fault(1, f"식이 없거나 다릅니다. cells.py의 셈: {formula}"))
    faults += kinds_of(drawn)
    faults += valve(drawn) + written_at(drawn, "새 기억 더하기", "+", (-40, -15))
    if "×: 원소별 곱 ⊙" not in notes:
        faults.append(Fault(1, "×가 무엇인지 적혀 있어야 합니다: ×: 원소별 곱 ⊙"))
    ends = [shape for name in ("c_{t−1}", "c_t") if (shape := shape_named(drawn, name))]
    return faults + in_order(ends)


def valve(drawn: DrawnGraph) -> list[Fault]:
    """'넘길지 말지'의 두 줄과 점선이 f를 곱하는 자리를 가리키는지."""
    titles = [note for note in drawn.notes if note.text == "넘길지 말지"]
    values = [note for note in drawn.notes if note.text == VALVE]
    if not any(10 < v.y - t.y < 40 for t in titles for v in values):
        return [Fault(1, f"'넘길지 말지' 아래에는 '{VALVE}'라고 적습니다")]
    multiplied = [
        drawn.nodes[target].shape
        for _, target, name, _ in drawn.edges
        if name == "f" and drawn.nodes[target].text == "×"
    ]
    for leader in drawn.leaders:
        reaches = any(abs(shape.distance(leader.points[-1])) <= TOUCH for shape in multiplied)
        if reaches and near_note(drawn, leader.points, VALVE):
            return []
    return [Fault(1, "'넘길지 말지'의 점선은 f를 곱하는 자리를 가리켜야 합니다")]


class CellWriter:
    """LSTM의 기록을 그림의 칸과 화살표, 식으로 옮깁니다."""

    def __init__(self, step: dict[str, Value], known: dict[int, str]) -> None:
        self.gates = {id(step[name]): name for name in GATES}
        self.step, self.known, self.graph = step, known, Graph()

    def draw(self, value: Value, name: str) -> None:
        """값이 나가는 칸 하나와, 그 값을 내는 모든 것."""
        self.graph.nodes[name] = name
        self.graph.edges.add(Edge(self.node(value), name))

    def node(self, value: Value) -> str:
        """값을 내는 칸의 이름. 그 칸과 거기까지의 화살표도 더합니다."""
        if id(value) in self.known:
            name = self.known[id(value)]
            self.graph.nodes[name] = name
            return name
        if id(value) in self.gates:
            return self.gate(value)
        if value.op not in ("×", "+", "tanh"):
            raise UntraceableError(f"그림에 없는 셈 {value.op}")
        name = self.formula(value, top=True)
        self.graph.nodes[name] = value.op
        for arg in value.args:
            self.graph.edges.add(Edge(self.node(arg), name, self.gates.get(id(arg), "")))
        return name

    def gate(self, value: Value) -> str:
        """게이트 하나. 이름은 ``run_lstm`` 이 돌려준 자리에서 옵니다."""
        name = f"{GATES[self.gates[id(value)]]} {value.op}"
        (part,) = value.args
        if part.op != "split":
            raise UntraceableError(f"나눈 조각이 아닌 게이트: {name}")
        self.graph.nodes[name] = name
        for source, _ in products(part.args[0], self.known):
            self.graph.add(Edge("x_t" if source == "x_2" else source, name))
        return name

    def formula(self, value: Value, *, top: bool = False) -> str:
        """셈을 식으로. ``top`` 이면 그 값의 이름 대신 식을 씁니다."""
        names = self.known | self.gates
        if not top:
            names = names | {id(self.step["c"]): "c_t"}
        if id(value) in names:
            return names[id(value)]
        inner = [self.formula(arg) for arg in value.args]
        if value.op == "tanh":
            return f"tanh({inner[0]})"
        if value.op == "×":
            sums = [" + " in text for text in inner]
            inner = [f"({t})" if s else t for t, s in zip(inner, sums, strict=True)]
        return {"×": " ⊙ ", "+": " + "}.get(value.op, f" {value.op} ").join(inner)
