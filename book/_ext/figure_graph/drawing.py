"""SVG를 보이는 대로 읽습니다: 칸과 원, 선과 화살촉, 점, 글과 첨자.

뜻은 모두 자리와 모양에서 옵니다. 클래스와 id의 이름에는 뜻을 두지 않고, 색과 크기처럼 눈에
보이는 것만 스타일에서 가져옵니다. 읽을 줄 모르는 요소나 숨긴 요소가 있으면 오류입니다.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from xml.parsers import expat

Point = tuple[float, float]
NUMBER = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
DARK = 'html[data-theme="dark"] '
DOT_RADIUS = 6.0
CELL_SIZE = 16.0
CURVE_STEPS = 24
NOT_DRAWN = {"svg", "g", "a", "defs", "marker", "style", "title", "desc", "tspan"}
WIDTHS = ((r"[가-힣“”≈≠⊙—]", 0.92), (r"[\s.,:;·'()il1]", 0.3), (r"[A-Z=+×mw]", 0.68))


class UnreadableDrawingError(Exception):
    """그림에 읽을 수 없는 것이 있습니다. ``(줄, 무엇)``."""


@dataclass
class Element:
    """XML 요소 하나. 글은 ``children`` 에 차례대로 섞여 있습니다."""

    tag: str
    attributes: dict[str, str]
    line: int
    parent: Element | None
    children: list[Element | str] = field(default_factory=list)

    def everything(self) -> list[Element]:
        """자신과 그 아래 모든 요소, 적힌 차례대로."""
        below = [e for c in self.children if isinstance(c, Element) for e in c.everything()]
        return [self, *below]

    def lineage(self) -> list[Element]:
        """자신에서 뿌리까지."""
        return [self, *(self.parent.lineage() if self.parent else [])]

    def number(self, name: str, default: float = 0.0) -> float:
        """속성의 수."""
        return float(self.attributes.get(name, default))


@dataclass(frozen=True)
class Shape:
    """네모(``radius`` 가 없음)나 원. 점과 바탕도 여기에 듭니다."""

    x0: float
    y0: float
    x1: float
    y1: float
    line: int
    round: bool
    opacity: float
    fills: tuple[str, str]
    href: str

    @property
    def center(self) -> Point:
        """가운데."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def distance(self, point: Point) -> float:
        """테두리까지의 거리. 안이면 음수입니다."""
        (cx, cy), (x, y) = self.center, point
        if self.round:
            return math.hypot(x - cx, y - cy) - (self.x1 - self.x0) / 2
        dx, dy = abs(x - cx) - (self.x1 - self.x0) / 2, abs(y - cy) - (self.y1 - self.y0) / 2
        return math.hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0)

    @property
    def area(self) -> float:
        """넓이."""
        return (self.x1 - self.x0) * (self.y1 - self.y0)

    def holds(self, other: Shape) -> bool:
        """``other`` 가 통째로 안에 있는지."""
        corners = ((other.x0, other.y0), (other.x1, other.y1))
        return other is not self and all(self.distance(corner) <= 0 for corner in corners)


@dataclass(frozen=True)
class Label:
    """글 한 줄. 첨자는 ``h_{t−1}`` 처럼 적습니다."""

    text: str
    x0: float
    x1: float
    y: float
    line: int
    inks: tuple[str, str]

    @property
    def center(self) -> Point:
        """가운데."""
        return (self.x0 + self.x1) / 2, self.y

    def distance(self, point: Point) -> float:
        """글이 놓인 자리까지의 거리."""
        dx = max(self.x0 - point[0], point[0] - self.x1, 0)
        return math.hypot(dx, max(abs(point[1] - self.y) - 7, 0))


@dataclass(frozen=True)
class Line:
    """이어진 선 하나. 화살촉이 있으면 촉 쪽이 끝이고, ``points`` 의 끝은 촉의 끝입니다."""

    points: tuple[Point, ...]
    headed: bool
    dashed: bool
    line: int
    d: str

    def place_of(self, point: Point) -> tuple[float, float]:
        """``point`` 에 가장 가까운 곳의, 시작부터 잰 길이와 거기까지의 거리."""
        best, walked = (0.0, math.inf), 0.0
        for (ax, ay), (bx, by) in zip(self.points, self.points[1:], strict=False):
            length = math.hypot(bx - ax, by - ay)
            along = ((point[0] - ax) * (bx - ax) + (point[1] - ay) * (by - ay)) / max(length, 1e-9)
            along = min(max(along, 0), length)
            share = along / max(length, 1e-9)
            near = math.hypot(ax + share * (bx - ax) - point[0], ay + share * (by - ay) - point[1])
            if near < best[1]:
                best = (walked + along, near)
            walked += length
        return best

    @property
    def length(self) -> float:
        """시작부터 끝까지."""
        return sum(math.dist(a, b) for a, b in zip(self.points, self.points[1:], strict=False))


@dataclass
class Drawing:
    """그림에 보이는 것 모두."""

    shapes: list[Shape] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def parse(svg: str) -> Element:
    """줄 번호를 아는 XML 나무."""
    root = Element("", {}, 0, None)
    stack = [root]
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        element = Element(tag, attributes, parser.CurrentLineNumber, stack[-1])
        stack[-1].children.append(element)
        stack.append(element)

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda tag: stack.pop() and None
    parser.CharacterDataHandler = lambda text: stack[-1].children.append(text)
    parser.Parse(svg, True)
    (svg_element,) = (e for e in root.children if isinstance(e, Element))
    svg_element.parent = None
    return svg_element


class Style:
    """``.이름 { … }`` 꼴의 규칙. 어두운 쪽의 것은 따로 읽습니다."""

    def __init__(self, root: Element) -> None:
        text = "".join(
            child
            for e in root.everything()
            if e.tag == "style"
            for child in e.children
            if isinstance(child, str)
        )
        self.rules: dict[bool, list[tuple[str, dict[str, str]]]] = {False: [], True: []}
        for selectors, body in RULE.findall(re.sub(r"/\*.*?\*/", "", text, flags=re.S)):
            pairs = (item.split(":", 1) for item in body.split(";") if ":" in item)
            values = {key.strip(): value.strip() for key, value in pairs}
            for selector in selectors.split(","):
                name = selector.strip().removeprefix(DARK).removeprefix(".")
                self.rules[selector.strip().startswith(DARK)].append((name, values))

    def value(self, element: Element, name: str, default: str = "", *, dark: bool = False) -> str:
        """보이는 값. 요소에 없으면 위의 요소에서 물려받습니다."""
        for e in element.lineage():
            found = e.attributes.get(name)
            classes = e.attributes.get("class", "").split()
            for rules in (self.rules[False], self.rules[True] if dark else []):
                for selector, values in rules:
                    if selector in classes and name in values:
                        found = values[name]
            if found is not None:
                return found
        return default

    def both(self, element: Element, name: str, default: str = "") -> tuple[str, str]:
        """밝은 쪽의 값과 어두운 쪽의 값."""
        light, dark = (self.value(element, name, default, dark=dark) for dark in (False, True))
        return light, dark


def subpaths(d: str) -> list[list[Point]]:
    """``d`` 를 이어진 선마다 점의 줄로. 곡선은 잘게 나눕니다."""
    tokens = NUMBER.findall(d)
    found: list[list[Point]] = []
    x = y = 0.0
    command = ""
    counts = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "Z": 0}
    while tokens:
        if tokens[0].isalpha():
            command = tokens.pop(0)
        if command.upper() not in counts:
            raise ValueError(command)
        values = [float(tokens.pop(0)) for _ in range(counts[command.upper()])]
        ox, oy = (x, y) if command.islower() else (0.0, 0.0)
        if command.upper() == "M":
            x, y = ox + values[0], oy + values[1]
            found.append([(x, y)])
            command = "l" if command == "m" else "L"
            continue
        if command.upper() == "C":
            ends = [(x, y), *((ox + values[k], oy + values[k + 1]) for k in (0, 2, 4))]
            found[-1] += [bezier(ends, k / CURVE_STEPS) for k in range(1, CURVE_STEPS)]
        if command.upper() == "Z":
            x, y = found[-1][0]
        elif command.upper() in "HV":
            x, y = (ox + values[0], y) if command.upper() == "H" else (x, oy + values[0])
        else:
            x, y = ox + values[-2], oy + values[-1]
        found[-1].append((x, y))
    return found


def bezier(ends: list[Point], t: float) -> Point:
    """3차 곡선의 한 점."""
    shares = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    x, y = (sum(s * p[k] for s, p in zip(shares, ends, strict=True)) for k in (0, 1))
    return x, y
