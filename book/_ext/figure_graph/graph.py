"""읽은 그림에서 칸과 화살표의 그래프를 얻고, 있어야 할 그래프와 견줍니다.

화살표는 촉이 닿는 칸으로 갑니다. 어디에서 오는지는 선을 거슬러 찾습니다. 선이 만나는 곳에 점이
있으면 이어진 것이고, 점보다 뒤에서 들어온 것은 점에서 갈라진 선에 실리지 않습니다.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import NamedTuple

from .drawing import CELL_SIZE, DOT_RADIUS, Drawing, Label, Line, Shape

TOUCH = 4.0
NAME_REACH = 22.0
MOST_GUESSED = 7
EDGE_NAME = re.compile(r"[A-Za-z](_(.|\{[^}]*\}))?")
BADGE = re.compile(r"\d+")


class Fault(NamedTuple):
    """그림의 잘못 하나: SVG의 줄과 무엇이 틀렸는지."""

    line: int
    message: str


class Edge(NamedTuple):
    """``source`` 에서 ``target`` 으로 가는, ``name`` 이 적힌 화살표."""

    source: str
    target: str
    name: str = ""

    def __str__(self) -> str:
        """사람이 읽는 이름."""
        return f"{self.source} → {self.target}" + (f" ({self.name})" if self.name else "")


@dataclass
class Graph:
    """있어야 할 그림. 칸의 이름마다 칸에 적힐 글, 그리고 화살표."""

    nodes: dict[str, str] = field(default_factory=dict)
    edges: set[Edge] = field(default_factory=set)

    def add(self, edge: Edge) -> None:
        """화살표와, 글이 이름과 같은 두 칸을 더합니다."""
        self.edges.add(edge)
        for name in edge[:2]:
            self.nodes.setdefault(name, name)


@dataclass
class Node:
    """그려진 칸 하나."""

    shape: Shape
    text: str
    cells: tuple[float, ...]


class DrawnGraph:
    """그려진 그래프.

    Attributes:
        nodes: 칸과 셈의 원.
        edges: 화살표마다 ``(시작 칸의 번호, 끝 칸의 번호, 이름, 선)``.
        notes: 칸에 들지도 화살표의 이름이 되지도 않은 글.
        badges: 번호가 적힌 작은 원.
        faults: 읽다가 찾은 잘못.
    """

    def __init__(self, drawing: Drawing) -> None:
        self.drawing, self.faults = drawing, []
        flat = [s for s in drawing.shapes if not is_cell(s)]
        self.dots = [s for s in flat if s.round and s.x1 - s.x0 <= 2 * DOT_RADIUS]
        held = {id(s): [t.text for t in drawing.labels if s.distance(t.center) < 0] for s in flat}
        self.badges = [s for s in flat if s.round and BADGE.fullmatch("".join(held[id(s)]))]
        plain = [s for s in flat if s not in self.dots and s not in self.badges]
        bands = [s for s in plain if any(s.holds(other) for other in plain)]
        self.bands = bands
        self.nodes = [self.node_of(s) for s in plain if s not in bands]
        self.lines = [line for line in drawing.lines if not line.dashed]
        self.marks = [line for line in self.lines if not line.headed and not self.joins(line)]
        self.lines = [line for line in self.lines if line not in self.marks]
        self.leaders = [line for line in drawing.lines if line.dashed]
        self.names, self.notes = self.sort_labels()
        self.edges = [edge for line in self.lines for edge in self.edges_of(line)]
        self.faults += [*self.check_dots(), *self.check_passing()]

    def node_of(self, shape: Shape) -> Node:
        """칸에 든 글과 작은 칸들의 진하기."""
        badges = [s for s in self.badges if shape.holds(s)]
        inside = [t for t in self.drawing.labels if shape.distance(t.center) < 0]
        inside = [t for t in inside if all(badge.distance(t.center) > 0 for badge in badges)]
        cells = [s for s in self.drawing.shapes if is_cell(s) and shape.holds(s)]
        text = " ".join(t.text for t in sorted(inside, key=lambda t: t.y))
        return Node(shape, text, tuple(s.opacity for s in sorted(cells, key=lambda s: s.x0)))

    def joins(self, line: Line) -> bool:
        """선의 한 끝이 칸이나 점에 닿는지."""
        ends = (line.points[0], line.points[-1])
        shapes = [*self.dots, *(node.shape for node in self.nodes)]
        return any(-DOT_RADIUS <= s.distance(end) <= TOUCH for s in shapes for end in ends)

    def node_at(self, point: tuple[float, float]) -> int | None:
        """``point`` 가 닿은 칸의 번호."""
        near = [(abs(n.shape.distance(point)), k) for k, n in enumerate(self.nodes)]
        distance, k = min(near, default=(TOUCH + 1, 0))
        return k if distance <= TOUCH else None

    def dots_on(self, line: Line) -> dict[int, float]:
        """선이 지나는 점의 번호와, 거기까지의 길이. 촉은 점의 테두리에 닿아도 됩니다."""
        found = {}
        for k, dot in enumerate(self.dots):
            along, near = line.place_of(dot.center)
            at_tip = line.headed and abs(dot.distance(line.points[-1])) <= TOUCH
            if near <= 1 or at_tip:
                found[k] = line.length if at_tip else along
        return found

    def sources(self, line: Line, upto: float, seen: frozenset[int] = frozenset()) -> set[int]:
        """선의 ``upto`` 까지 실린 칸들."""
        start = self.node_at(line.points[0])
        found = set() if start is None else {start}
        seen |= {id(line)}
        for k, along in self.dots_on(line).items():
            if along > upto + 1:
                continue
            for other in self.lines:
                there = self.dots_on(other).get(k, 0.0)
                if id(other) not in seen and there > 1:
                    found |= self.sources(other, there, seen)
        return found

    def edges_of(self, line: Line) -> list[tuple[int, int, str, Line]]:
        """선 하나가 그린 화살표들."""
        dots = self.dots_on(line)
        started = self.node_at(line.points[0]) is not None or min(dots.values(), default=9) <= 1
        ended = any(along >= line.length - 1 for along in dots.values())
        target = self.node_at(line.points[-1])
        if not started:
            self.fault(line, "화살표의 시작이 아무 칸에도 닿지 않습니다")
        if target is not None and not line.headed:
            self.fault(line, "칸에 닿은 선에 화살촉이 없습니다")
        if target is None and not ended:
            self.fault(line, "화살표의 끝이 아무 칸에도 닿지 않습니다")
        if target is None or not line.headed:
            return []
        return [(k, target, self.names.get(line, ""), line)
                for k in self.sources(line, line.length)]  # fmt: skip

    def fault(self, line: Line, message: str) -> None:
        """선의 잘못. 닿은 칸의 글로 어느 화살표인지 말합니다."""
        ends = [self.node_at(p) for p in (line.points[0], line.points[-1])]
        source, target = ("?" if k is None else self.nodes[k].text for k in ends)
        name = Edge(source, target, self.names.get(line, ""))
        self.faults.append(Fault(line.line, f"{message}: {name}, 선 {line.d}"))

    def sort_labels(self) -> tuple[dict[Line, str], list[Label]]:
        """칸 밖의 글을 화살표의 이름과 나머지로 나눕니다."""
        solid = [n.shape for n in self.nodes] + self.badges
        free = [t for t in self.drawing.labels if all(s.distance(t.center) >= 0 for s in solid)]
        names: dict[Line, str] = {}
        for label in free:
            near = sorted((e.place_of(label.center)[1], k) for k, e in enumerate(self.lines))
            if EDGE_NAME.fullmatch(label.text) and near and near[0][0] <= NAME_REACH:
                line = self.lines[near[0][1]]
                if line in names:
                    self.fault(line, f"화살표 하나에 이름이 둘입니다 ({names[line]}, {label.text})")
                names[line] = label.text
            elif EDGE_NAME.fullmatch(label.text):
                message = f"화살표의 이름이 아무 화살표에도 가깝지 않습니다: {label.text}"
                self.faults.append(Fault(label.line, message))
        return names, [t for t in free if not EDGE_NAME.fullmatch(t.text)]

    def check_dots(self) -> Iterable[Fault]:
        """점은 선 둘을 이어야 합니다."""
        touched = [k for line in self.lines for k in self.dots_on(line)]
        for k, dot in enumerate(self.dots):
            if touched.count(k) < 2:
                x, y = dot.center
                yield Fault(dot.line, f"점이 선을 잇지 않습니다: ({x:g}, {y:g})")

    def check_passing(self) -> Iterable[Fault]:
        """선은 칸을 꿰뚫지 않습니다."""
        for line in self.lines:
            for node in self.nodes:
                place = line.place_of(node.shape.center)
                inner = [p for p in line.points if node.shape.distance(p) < -TOUCH]
                crossed = node.shape.distance(point_at(line, place[0])) < -TOUCH
                if inner or crossed:
                    message = f"화살표가 칸 '{node.text}'을(를) 지나갑니다: 선 {line.d}"
                    yield Fault(line.line, message)


def point_at(line: Line, along: float) -> tuple[float, float]:
    """선의 시작에서 ``along`` 만큼 간 점."""
    for (ax, ay), (bx, by) in zip(line.points, line.points[1:], strict=False):
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
        if along <= length and length > 0:
            return ax + along / length * (bx - ax), ay + along / length * (by - ay)
        along -= length
    return line.points[-1]


def is_cell(shape: Shape) -> bool:
    """벡터의 값 하나를 그린 작은 네모인지."""
    return not shape.round and shape.x1 - shape.x0 <= CELL_SIZE


def matched(drawn: DrawnGraph, wanted: Graph) -> dict[int, str]:
    """그려진 칸마다, 있어야 할 칸의 이름.

    글이 하나뿐인 칸은 글로, 나머지는 화살표가 가장 적게 어긋나도록 짝을 짓습니다.
    """
    texts, labels = [n.text for n in drawn.nodes], list(wanted.nodes.values())
    pairs = {
        k: name
        for k, text in enumerate(texts)
        for name, label in wanted.nodes.items()
        if text == label and texts.count(text) == labels.count(label) == 1
    }
    numbers = [k for k in range(len(texts)) if k not in pairs][:MOST_GUESSED]
    names = [name for name in wanted.nodes if name not in pairs.values()]
    options: Sequence[str | None] = [*names, *([None] * max(0, len(numbers) - len(names)))]

    def cost(chosen: tuple[str | None, ...]) -> int:
        trial = pairs | {k: name for k, name in zip(numbers, chosen, strict=True) if name}
        seen = {Edge(trial.get(a, "?"), trial.get(b, "?"), name) for a, b, name, _ in drawn.edges}
        texts_off = sum(texts[k] != wanted.nodes[trial[k]] for k in numbers if k in trial)
        return 2 * len(seen ^ wanted.edges) + texts_off

    if numbers:
        best = min(permutations(options, len(numbers)), key=cost)
        pairs |= {k: name for k, name in zip(numbers, best, strict=True) if name}
    return pairs


def compare(drawn: DrawnGraph, wanted: Graph) -> list[Fault]:
    """그려진 것과 있어야 할 것이 다른 곳."""
    pairs = matched(drawn, wanted)
    faults = list(drawn.faults)
    for k, node in enumerate(drawn.nodes):
        if k not in pairs:
            faults.append(Fault(node.shape.line, f"있지 않아야 할 칸입니다: '{node.text}'"))
        elif node.text != wanted.nodes[pairs[k]]:
            touching = ", ".join(str(e) for e in sorted(wanted.edges) if pairs[k] in e[:2])
            text = f"칸의 글이 다릅니다: 그림 '{node.text}', 셈 '{wanted.nodes[pairs[k]]}'"
            faults.append(Fault(node.shape.line, f"{text} (닿는 화살표: {touching})"))
    faults += [
        Fault(1, f"칸이 없습니다: '{label}'")
        for name, label in wanted.nodes.items()
        if name not in pairs.values()
    ]
    seen = {}
    for a, b, name, line in drawn.edges:
        source, target = (pairs.get(k, drawn.nodes[k].text) for k in (a, b))
        seen[Edge(source, target, name)] = line
    return faults + list(differences(seen, wanted.edges))


def differences(seen: dict[Edge, Line], wanted: set[Edge]) -> Iterable[Fault]:
    """없거나, 더 있거나, 거꾸로이거나, 이름이 다른 화살표."""
    missing = {edge[:2]: edge for edge in wanted - seen.keys()}
    for edge in sorted(seen.keys() - wanted):
        line = seen[edge]
        if edge[:2] in missing:
            right = missing.pop(edge[:2])
            names = f"그림 '{edge.name}', 셈 '{right.name}'"
            yield Fault(line.line, f"화살표의 이름이 다릅니다: {right}. {names}")
        elif (edge.target, edge.source) in missing:
            right = missing.pop((edge.target, edge.source))
            yield Fault(line.line, f"화살표가 거꾸로입니다: {right}")
        else:
            yield Fault(line.line, f"있지 않아야 할 화살표입니다: {edge}")
    for edge in sorted(missing.values()):
        yield Fault(1, f"화살표가 없습니다: {edge}")
