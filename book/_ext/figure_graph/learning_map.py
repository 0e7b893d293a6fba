"""읽는 차례의 지도가 차례(``_toc.yml``)와 장마다의 ‘준비’와 맞는지 봅니다.

화살표 a → b는 b의 ‘준비’가 a를 부른다는 뜻입니다. 뒤의 장을 미리 부르는 것은 준비로 치지 않습니다.
거꾸로 ‘준비’가 부르는 앞의 장은 화살표를 거슬러 가면 모두 나와야 합니다. 그래서 다른 화살표로 이미
이어진 것은 그리지 않아도 됩니다. 상자의 글은 그 장의 제목에서, 번호와 색은 차례에서 옵니다.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from xml.parsers.expat import ExpatError

import yaml

from .drawing import UnreadableDrawingError
from .graph import DrawnGraph, Edge, Fault, Node
from .reading import read

APPENDIX = "부록"
REFERENCE = re.compile(r"\{ref\}`(?:[^`<]*<)?([^`>]+)>?`")


@dataclass(frozen=True)
class Chapter:
    """차례에 든 장 하나.

    Attributes:
        link: ``book/`` 에서 본 이름.
        number: 앞에서부터 센 번호.
        part: 든 부의 이름.
        title: 쪽의 제목.
        needs: ‘준비’가 부르는, 차례에서 앞에 나온 장의 ``link``.
    """

    link: str
    number: int
    part: str
    title: str
    needs: frozenset[str]


def chapters_of(root: Path) -> list[Chapter]:
    """차례에 나온 순서대로, 부록을 뺀 장들."""
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    files = [
        (chapter["file"].removeprefix("book/"), part["caption"])
        for part in toc.get("parts", [])
        if part["caption"] != APPENDIX
        for chapter in part["chapters"]
    ]
    texts = {link: (root / "book" / f"{link}.md").read_text("utf-8") for link, _ in files}
    labels = {
        label: link
        for link, text in texts.items()
        for label in re.findall(r"^\((.+)\)=$", text, re.M)
    }
    found: list[Chapter] = []
    for number, (link, part) in enumerate(files, start=1):
        needs = needs_of(texts[link], labels) & {chapter.link for chapter in found}
        found.append(Chapter(link, number, part, title_of(texts[link]), needs))
    return found


def title_of(text: str) -> str:
    """쪽의 제목."""
    found = re.search(r"^# (.+)$", text, re.M)
    return found.group(1) if found else ""


def needs_of(text: str, labels: dict[str, str]) -> frozenset[str]:
    """‘준비’에서 부르는 장."""
    found = re.search(r"^## 준비\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    names = REFERENCE.findall(found.group(1)) if found else []
    return frozenset(labels[name] for name in names if name in labels)


def faults_of(svg: str, chapters: list[Chapter]) -> list[Fault]:
    """지도의 잘못. 맞으면 비어 있습니다."""
    try:
        drawn = DrawnGraph(read(svg))
    except UnreadableDrawingError as error:
        line, what = error.args
        return [Fault(line, what)]
    except (ExpatError, ValueError, KeyError) as error:
        return [Fault(1, f"SVG를 읽을 수 없습니다: {type(error).__name__} {error}")]
    faults = [*drawn.faults, *boxes(drawn, chapters), *colors(drawn, chapters)]
    return sorted({*faults, *arrows(drawn, chapters)})


def link_of(node: Node) -> str:
    """상자를 누르면 열리는 장."""
    return node.shape.href.removesuffix(".html")


def boxes(drawn: DrawnGraph, chapters: list[Chapter]) -> Iterator[Fault]:
    """장마다 상자가 하나 있고, 번호와 글이 그 장의 것인지."""
    known = {chapter.link: chapter for chapter in chapters}
    links = [link_of(node) for node in drawn.nodes]
    for link in known.keys() - set(links):
        yield Fault(1, f"지도에 장이 없습니다: {link}")
    for node in drawn.nodes:
        link, line = link_of(node), node.shape.line
        if link not in known or links.count(link) > 1:
            yield Fault(line, f"차례에 없거나 두 번 나온 장입니다: {link or node.text}")
            continue
        inside = [t for t in drawn.drawing.labels if node.shape.distance(t.center) < 0]
        numbers = [t.text for t in inside if t.text.isdigit()]
        if numbers != [str(known[link].number)]:
            message = f"장의 번호가 다릅니다: {link}는 {known[link].number}장, 지도 {numbers}"
            yield Fault(line, message)
        texts = [t.text for t in inside if not t.text.isdigit()]
        fitting = [c.link for c in chapters if all(text in c.title for text in texts)]
        if not texts or fitting != [link]:
            message = (
                f"상자의 글이 그 장의 제목에 없거나 다른 제목에도 있습니다: {node.text} ({link})"
            )
            yield Fault(line, message)


def colors(drawn: DrawnGraph, chapters: list[Chapter]) -> Iterator[Fault]:
    """같은 부의 장은 같은 색, 다른 부의 장은 다른 색인지."""
    parts = {chapter.link: chapter.part for chapter in chapters}
    known = [node for node in drawn.nodes if link_of(node) in parts]
    for a, b in combinations(known, 2):
        same_part = parts[link_of(a)] == parts[link_of(b)]
        if any((x == y) != same_part for x, y in zip(a.shape.fills, b.shape.fills, strict=True)):
            yield Fault(b.shape.line, f"부와 색이 맞지 않습니다: {link_of(a)}, {link_of(b)}")
    for part in set(parts.values()):
        if part not in [note.text for note in drawn.notes]:
            yield Fault(1, f"부의 이름이 없습니다: {part}")


def arrows(drawn: DrawnGraph, chapters: list[Chapter]) -> Iterator[Fault]:
    """화살표가 준비이고, 준비가 모두 화살표로 이어지는지."""
    needs = {chapter.link: chapter.needs for chapter in chapters}
    before: dict[str, set[str]] = {link: set() for link in needs}
    for a, b, _, line in drawn.edges:
        edge = Edge(link_of(drawn.nodes[a]), link_of(drawn.nodes[b]))
        before.setdefault(edge.target, set()).add(edge.source)
        if edge.source not in needs.get(edge.target, ()):
            message = f"준비가 아닌 화살표입니다: {edge}. {edge.target}의 ‘준비’에 없습니다"
            yield Fault(line.line, message)
    for link, wanted in needs.items():
        for need in sorted(wanted - ancestors(link, before)):
            yield Fault(1, f"준비를 잇는 화살표가 없습니다: {Edge(need, link)}")


def ancestors(link: str, before: dict[str, set[str]]) -> set[str]:
    """화살표를 거슬러 닿는 장."""
    found: set[str] = set()
    waiting = [link]
    while waiting:
        new = before.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found
