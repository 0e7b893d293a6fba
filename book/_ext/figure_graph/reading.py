"""SVG의 글에서 ``drawing.Drawing`` 을 만듭니다. 눈에 보이지 않는 것은 받지 않습니다."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .drawing import (
    CELL_SIZE,
    DOT_RADIUS,
    NOT_DRAWN,
    WIDTHS,
    Drawing,
    Element,
    Label,
    Line,
    Point,
    Shape,
    Style,
    UnreadableDrawingError,
    parse,
    subpaths,
)

HIDING = ("display", "visibility", "opacity", "transform", "filter", "mask", "clip-path", "hidden")
ARROW = re.compile(r"url\(#([\w-]+)\)")


@dataclass(frozen=True)
class Marker:
    """화살촉. ``reach`` 는 선의 끝에서 촉의 끝까지의 길이입니다."""

    reach: float
    colors: tuple[str, str]


def fail(element: Element, what: str) -> UnreadableDrawingError:
    """줄과 까닭을 담은 오류. 부르는 쪽이 ``raise`` 합니다."""
    return UnreadableDrawingError(element.line, what)


def read(svg: str) -> Drawing:
    """그림 하나를 읽습니다.

    Raises:
        UnreadableDrawingError: 읽을 줄 모르거나 숨긴 것이 있을 때.
    """
    root = parse(svg)
    style = Style(root)
    elements = [e for e in root.everything() if not inside(e, "defs")]
    for element in elements:
        refuse_what_is_unseen(element, style)
    markers = {
        e.attributes["id"]: marker_of(e, style) for e in root.everything() if e.tag == "marker"
    }
    drawing = Drawing()
    drawing.shapes = [shape_of(e, style) for e in elements if e.tag in ("rect", "circle")]
    for element in elements:
        if element.tag == "text":
            drawing.labels.append(label_of(element, style))
        elif element.tag == "path":
            add_path(drawing, element, style, markers)
    refuse_covered(drawing)
    return drawing


def inside(element: Element, tag: str) -> bool:
    """그 이름의 요소 안에 있는지."""
    return any(e.tag == tag for e in element.lineage())


def refuse_what_is_unseen(element: Element, style: Style) -> None:
    """읽을 줄 모르는 요소와 숨기거나 옮기는 속성을 막습니다."""
    if element.tag not in NOT_DRAWN and element.tag not in ("rect", "circle", "path", "text"):
        raise fail(element, f"읽을 줄 모르는 요소입니다: {element.tag}")
    if "style" in element.attributes:
        raise fail(element, "style 속성은 읽지 않습니다. 클래스를 쓰십시오")
    for name in HIDING:
        if any(style.value(element, name, dark=dark) for dark in (False, True)):
            raise fail(element, f"보이는 것을 바꾸는 속성은 쓰지 않습니다: {name}")


def marker_of(element: Element, style: Style) -> Marker:
    """화살촉 하나. 오른쪽을 가리키는 세모여야 합니다."""
    (head,) = (c for c in element.children if isinstance(c, Element))
    points = subpaths(head.attributes["d"])[0]
    tip = max(points)
    width = float(element.attributes["viewBox"].split()[2])
    base = sorted({p for p in points if p != tip})
    pointed = len(base) == 2 and base[0][0] == base[1][0] and base[0][1] < tip[1] < base[1][1]
    kept = {"orient": "auto", "markerUnits": "userSpaceOnUse"}
    if not pointed or any(element.attributes.get(k) != v for k, v in kept.items()):
        raise fail(element, "화살촉은 선을 따라 도는, 앞이 뾰족한 세모여야 합니다")
    reach = (tip[0] - element.number("refX")) * element.number("markerWidth") / width
    return Marker(reach, style.both(head, "fill"))


def shape_of(element: Element, style: Style) -> Shape:
    """네모나 원 하나."""
    links = [e.attributes["href"] for e in element.lineage() if "href" in e.attributes]
    if element.tag == "circle":
        x, y, r = (element.number(name) for name in ("cx", "cy", "r"))
        x0, y0, x1, y1 = x - r, y - r, x + r, y + r
    else:
        x0, y0 = element.number("x"), element.number("y")
        x1, y1 = x0 + element.number("width"), y0 + element.number("height")
    opacity = float(style.value(element, "fill-opacity", "1"))
    fills = style.both(element, "fill", "none")
    href = links[0] if links else ""
    return Shape(x0, y0, x1, y1, element.line, element.tag == "circle", opacity, fills, href)


def label_of(element: Element, style: Style) -> Label:
    """글 하나. 아래로 내려 쓴 글자는 첨자로 읽고, 띄운 자리는 빈칸으로 읽습니다."""
    pieces: list[list[object]] = []  # [첨자인지, 글]
    width = drop = 0.0

    def walk(node: Element) -> None:
        nonlocal width, drop
        drop += node.number("dy")
        if node.number("dx"):
            width += node.number("dx")
            pieces.append([False, " "])
        size = float(style.value(node, "font-size", "16").removesuffix("px"))
        for child in node.children:
            if isinstance(child, Element):
                walk(child)
                continue
            text = re.sub(r"\s+", " ", child)
            width += size * sum(width_of(letter) for letter in text)
            if pieces and pieces[-1][0] == (drop > 0):
                pieces[-1][1] = f"{pieces[-1][1]}{text}"
            else:
                pieces.append([drop > 0, text])

    walk(element)
    text = "".join(subscript(str(t)) if low else str(t) for low, t in pieces)
    x = element.number("x")
    anchor = style.value(element, "text-anchor", "start")
    start = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    size = float(style.value(element, "font-size", "16").removesuffix("px"))
    text = re.sub(r"\s+", " ", text).strip()
    y, inks = element.number("y") - 0.33 * size, style.both(element, "fill")
    return Label(text, start, start + width, y, element.line, inks)


def subscript(text: str) -> str:
    """첨자 하나. 한 글자이면 괄호가 없습니다."""
    text = text.strip()
    return f"_{text}" if len(text) == 1 else f"_{{{text}}}"


def width_of(letter: str) -> float:
    """글자의 너비의 어림, 글자 크기의 몇 배인지."""
    return next((width for letters, width in WIDTHS if re.match(letters, letter)), 0.53)


def add_path(drawing: Drawing, element: Element, style: Style, markers: dict[str, Marker]) -> None:
    """선과 화살표, 곱과 합의 기호. 칸을 나누는 줄은 뜻이 없으므로 버립니다."""
    paths = subpaths(element.attributes["d"])
    colors = style.both(element, "stroke", "none")
    if "none" in colors:
        raise fail(element, f"보이지 않는 선입니다: {element.attributes['d']}")
    sign = sign_of(drawing, paths)
    if sign:
        points = [p for path in paths for p in path]
        x, y = (sum(p[k] for p in points) / len(points) for k in (0, 1))
        drawing.labels.append(Label(sign, x, x, y, element.line, colors))
        return
    if not element.attributes.keys() & {"marker-end"} and is_grid(drawing, paths):
        return
    head = ARROW.search(element.attributes.get("marker-end", ""))
    if element.attributes.keys() & {"marker-start", "marker-mid"}:
        raise fail(element, "화살촉은 선의 끝(marker-end)에만 답니다")
    for k, path in enumerate(paths):
        headed = head is not None and k == len(paths) - 1
        if head is not None and headed:
            marker = markers[head.group(1)]
            if colors != marker.colors:
                raise fail(element, f"선과 화살촉의 색이 다릅니다: {element.attributes['d']}")
            path = [*path[:-1], reached(path, marker.reach)]
        dashed = style.value(element, "stroke-dasharray", "none") != "none"
        d = element.attributes["d"]
        drawing.lines.append(Line(tuple(path), headed, dashed, element.line, d))


def reached(path: list[Point], reach: float) -> Point:
    """선의 끝에서 가던 쪽으로 더 나아간 점."""
    (ax, ay), (bx, by) = path[-2:]
    length = max(((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5, 1e-9)
    return bx + reach * (bx - ax) / length, by + reach * (by - ay) / length


def sign_of(drawing: Drawing, paths: list[list[Point]]) -> str:
    """두 획으로 그린 기호. 아니면 빈 글입니다."""
    if len(paths) != 2 or any(len(path) != 2 for path in paths):
        return ""
    slopes = []
    for (ax, ay), (bx, by) in paths:
        if max(abs(bx - ax), abs(by - ay)) > 2 * DOT_RADIUS + CELL_SIZE / 4:
            return ""
        slopes.append((bx != ax, by != ay))
    signs = {((True, False), (False, True)): "+", ((True, True), (True, True)): "×",
             ((True, False), (True, False)): "="}  # fmt: skip
    return signs.get((max(slopes), min(slopes)), "")


def is_grid(drawing: Drawing, paths: list[list[Point]]) -> bool:
    """작은 칸들의 테두리인지."""
    cells = [s for s in drawing.shapes if s.x1 - s.x0 <= CELL_SIZE and not s.round]
    points = [p for path in paths for p in path]
    return all(any(cell.distance(p) <= 1 for cell in cells) for p in points)


def refuse_covered(drawing: Drawing) -> None:
    """나중에 그린 칸에 덮인 것과, 바탕과 같은 색의 글을 막습니다."""
    for shape in (s for s in drawing.shapes if s.fills[0] != "none"):
        covered = [other for other in drawing.shapes if shape.holds(other)]
        covered += [label for label in drawing.labels if shape.distance(label.center) < 0]
        covered += [e for e in drawing.lines if max(map(shape.distance, e.points)) < 0]
        for other in covered:
            if other.line < shape.line:
                raise UnreadableDrawingError(other.line, f"{shape.line}번째 줄의 칸이 덮습니다")
    for label in drawing.labels:
        behind = [s for s in drawing.shapes if s.distance(label.center) < 0]
        ground = min(behind, key=lambda s: s.area, default=None)
        if ground and any(a == b for a, b in zip(ground.fills, label.inks, strict=True)):
            raise UnreadableDrawingError(label.line, f"바탕과 같은 색의 글입니다: {label.text}")
