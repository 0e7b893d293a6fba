"""순환 신경망의 세 그림(05_10, 06_10, 07_10)이 주장하는 것. 참값은 ``run_rnn`` 의 기록입니다."""

from __future__ import annotations

from itertools import pairwise

from .graph import DrawnGraph, Edge, Fault, Graph, compare
from .notes import (
    in_order,
    legend_of,
    near_note,
    rows_of,
    shape_named,
    verdict,
    written_at,
)
from .tracing import Trace, UntraceableError, Value, products

SHARED = "시점마다 같은 가중치 W, U"
WORDS = ["오늘", "주가가", "몇이야?"]
TWO_QUESTIONS = {"왼쪽": ["오늘", "주가"], "오른쪽": ["어제", "주가"]}


def recurrent_layer(drawn: DrawnGraph, trace: Trace) -> list[Fault]:
    """05_10: 층 하나를 시점마다 펼쳐도 셈은 같습니다.

    펼친 쪽: 시점 t의 입력에 W를, 앞 시점의 은닉 상태에 U를 곱한 것이 은닉 상태 t로 가고, 출력 t는
    은닉 상태 t에서만 나옵니다. 접은 쪽: 시점을 지우면 U의 화살표가 제 칸으로 되돌아옵니다. 시점은
    왼쪽에서 오른쪽으로 가고, 같은 시점의 칸은 그 시점의 이름 위에 섭니다. 편향 b와 처음 상태 0은
    그리지 않습니다.
    """
    wanted = recurrence(trace.rnn)
    for t in range(1, len(trace.rnn) + 1):
        wanted.add(Edge(f"h_{t}", f"y_{t}"))
    for source, target, name in list(wanted.edges):
        wanted.add(Edge(f"{source[0]}_t", f"{target[0]}_t", name))
    faults = compare(drawn, wanted)
    steps = [str(t) for t in range(1, len(trace.rnn) + 1)]
    for t in ("t", *steps):
        faults += written_at(drawn, f"시점 {t}", f"x_{t}", (20, 50))
        for name in ("h", "y"):
            faults += same_column(drawn, f"{name}_{t}", f"x_{t}")
    faults += in_order(node.shape for t in steps for node in drawn.nodes if node.text == f"x_{t}")
    faults += written_at(drawn, "접은 그림", "y_t", (-50, -20))
    faults += written_at(drawn, "펼친 그림", "y_2", (-50, -20))
    faults += written_at(drawn, SHARED, "x_2", (60, 90))
    return faults + shared_weights(drawn, [f"x_{t}" for t in steps])


def same_column(drawn: DrawnGraph, name: str, below: str) -> list[Fault]:
    """같은 시점의 두 칸이 한 세로줄에 있는지."""
    upper, lower = shape_named(drawn, name), shape_named(drawn, below)
    if upper is None or lower is None or abs(upper.center[0] - lower.center[0]) < 4:
        return []
    return [Fault(upper.line, f"칸 '{name}'이(가) '{below}'의 시점 위에 없습니다")]


def shared_weights(drawn: DrawnGraph, names: list[str]) -> list[Fault]:
    """'같은 가중치'의 묶음표가 모든 시점을 덮고, 등호가 두 그림 사이에 있는지."""
    shapes = [shape for name in names if (shape := shape_named(drawn, name))]
    faults = []
    for mark in drawn.marks:
        xs = [x for x, _ in mark.points]
        if any(not min(xs) <= shape.center[0] <= max(xs) for shape in shapes):
            faults.append(Fault(mark.line, "'같은 가중치'의 묶음표가 모든 시점을 덮지 않습니다"))
    left, right = sorted(drawn.bands, key=lambda band: band.x0)
    if not any(n.text == "=" and left.x1 < n.center[0] < right.x0 for n in drawn.notes):
        faults.append(Fault(1, "접은 그림과 펼친 그림 사이에 등호가 없습니다"))
    if len(drawn.marks) != 1:
        faults.append(Fault(1, f"묶음표는 하나여야 합니다: {len(drawn.marks)}개"))
    return faults


def words_in_order(drawn: DrawnGraph, trace: Trace) -> list[Fault]:
    """06_10: 단어가 왼쪽부터 하나씩 들어가고, 대답은 마지막 상태에서만 나옵니다.

    단어 t는 은닉 상태 t로, 은닉 상태는 다음 은닉 상태로 갑니다. 대답이 없는 시점에는 '듣는 중'이
    적혀 있습니다. 단어를 읽을 때마다 칸의 색이 달라지고, 진하기의 설명은 옅은 것부터 놓입니다.
    왼쪽의 1, 2, 3은 아래부터 입력, 순환, 출력입니다. 가중치의 이름은 그리지 않습니다.
    """
    wanted = Graph()
    named = {f"x_{t}": word for t, word in enumerate(WORDS, start=1)}
    for edge in recurrence(trace.rnn).edges:
        wanted.add(Edge(named.get(edge.source, edge.source), edge.target))
    last = f"h_{len(trace.rnn)}"
    wanted.add(Edge(last, "대답"))
    faults = compare(drawn, wanted)
    by_text = {node.text: node for node in drawn.nodes}
    states = [by_text[f"h_{t}"] for t in range(1, 4) if f"h_{t}" in by_text]
    faults += in_order(by_text[word].shape for word in WORDS if word in by_text)
    faults += in_order(state.shape for state in states)
    for before, after in pairwise(states):
        if before.cells == after.cells or len(before.cells) != len(after.cells):
            message = f"단어를 읽었는데 상태의 칸이 같습니다: {before.text} → {after.text}"
            faults.append(Fault(after.shape.line, message))
    listening = [note for note in drawn.notes if note.text == "듣는 중"]
    heard = sorted(note.center[0] for note in listening)
    silent = sorted(state.shape.center[0] for state in states if state.text != last)
    if [round(x) for x in heard] != [round(x) for x in silent]:
        faults.append(Fault(1, f"'듣는 중'은 대답이 없는 시점마다 있어야 합니다: {len(heard)}곳"))
    rows = {
        "1": ("입력", "한 단어씩", WORDS[0]),
        "2": ("순환", "같은 층", "h_1"),
        "3": ("출력", "마지막에", "대답"),
    }
    return faults + list(rows_of(drawn, rows)) + list(legend_of(drawn))


def same_input(drawn: DrawnGraph, trace: Trace) -> list[Fault]:
    """07_10: 두 번째 입력이 같아도 앞에서 넘어온 은닉 상태가 다르면 출력이 다릅니다.

    왼쪽은 오늘과 주가, 오른쪽은 어제와 주가를 읽습니다. 양쪽 모두 입력 1이 h_1로, h_1과 입력 2가
    h_2로, h_2가 출력으로 갑니다. 가운데의 '같음'과 '다름'은 그 줄의 두 칸을 견준 것이고, 점선은
    h_1에서 h_2로 가는 두 화살표를 가리킵니다.
    """
    middle = 220.0
    for node in drawn.nodes:
        side = "왼쪽" if node.shape.center[0] < middle else "오른쪽"
        node.text = f"{side} {node.text}"
    wanted = Graph()
    for side, words in TWO_QUESTIONS.items():
        named = {f"x_{t}": word for t, word in enumerate(words, start=1)}
        for edge in recurrence(trace.rnn[: len(words)]).edges:
            source = named.get(edge.source, edge.source)
            wanted.add(Edge(f"{side} {source}", f"{side} {edge.target}"))
        wanted.add(Edge(f"{side} h_{len(words)}", f"{side} {words[0]}의 {words[1]}"))
    faults = compare(drawn, wanted)
    texts = {node.text: node for node in drawn.nodes}
    rows = {
        "입력 1": ("왼쪽 오늘", "오른쪽 어제"),
        "입력 2": ("왼쪽 주가", "오른쪽 주가"),
        "은닉 상태": ("왼쪽 h_1", "오른쪽 h_1"),
        "출력": ("왼쪽 오늘의 주가", "오른쪽 어제의 주가"),
    }
    for title, pair in rows.items():
        if all(name in texts for name in pair):
            faults += verdict(drawn, title, [texts[name] for name in pair])
    ends = {"h_1", "h_2"}
    carried = {
        line
        for a, b, _, line in drawn.edges
        if {drawn.nodes[k].text.split(" ")[1] for k in (a, b)} == ends
    }
    pointed = {
        line
        for line in carried
        for leader in drawn.leaders
        if min(line.place_of(end)[1] for end in (leader.points[0], leader.points[-1])) <= 10
        and near_note(drawn, leader.points, "은닉 상태")
    }
    if len(carried) != 2 or pointed != carried:
        faults.append(Fault(1, "'은닉 상태'의 점선은 화살표 h_1 → h_2 둘을 가리켜야 합니다"))
    return faults


def recurrence(states: list[Value]) -> Graph:
    """은닉 상태마다 무엇에 어느 가중치를 곱해 들어가는지. 편향과 처음 상태는 뺍니다."""
    wanted = Graph()
    known = {id(h): f"h_{t}" for t, h in enumerate(states, start=1)}
    for t, h in enumerate(states, start=1):
        if h.op != "tanh":
            raise UntraceableError(f"은닉 상태가 tanh가 아니라 {h.op}에서 나옵니다")
        for source, weight in products(h.args[0], known):
            if source != "0":
                wanted.add(Edge(source, f"h_{t}", weight))
    return wanted
