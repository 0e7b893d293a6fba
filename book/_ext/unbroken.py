"""조사가 앞말과 떨어져 줄의 첫머리에 오지 않게 합니다.

브라우저는 식이나 코드, 닫는 따옴표 뒤에서 줄을 바꿉니다. 그 앞말과 이어진 한글을 한 덩이로
묶습니다. 보이지 않는 글자를 넣지 않으므로 찾기와 복사는 그대로입니다.
"""

from __future__ import annotations

import re

from docutils import nodes
from visible_text import Block

WIDEST = 8.0
"""묶는 덩이의 너비(글자 크기의 몇 배). 좁은 화면에서 글자를 두 배로 키워도 들어갑니다."""
NO_BREAK = "text-nowrap"
WORD_START = re.compile(r"\S+")
JOINED = re.compile(r"\S*[’”\"')\]」』][가-힣]\S*")
LATEX_COMMAND = re.compile(r"\\[A-Za-z]+")
INSETS = (nodes.literal, nodes.math)


def width(text: str) -> float:
    """글의 너비의 어림. 한글은 한 글자, 나머지는 반 글자로 칩니다."""
    return sum(1.0 if "가" <= c <= "힣" else 0.55 for c in text)


def width_of(inset: nodes.Element) -> float:
    """식이나 코드의 너비의 어림. 식의 명령은 한 글자로 칩니다."""
    text = inset.astext()
    return width(LATEX_COMMAND.sub("x", text) if isinstance(inset, nodes.math) else text)


def fits(inset: nodes.Element, following: nodes.Element) -> bool:
    """식이나 코드와 그 뒤의 말을 한 덩이로 묶어도 좁은 화면에 들어가는지."""
    return width_of(inset) + width(following.astext()) <= WIDEST


def keep_together(block: Block) -> None:
    """문단 하나에서 식이나 코드와 그 뒤의 한글, 닫는 따옴표와 그 뒤의 한글을 묶습니다."""
    for part in list(block.parts):
        if not isinstance(part, nodes.Text):
            continue
        parent = part.parent
        # 글 마디는 글이 같으면 같다고 치므로, 자리는 바로 그 마디인지로 찾습니다.
        place = next(k for k, child in enumerate(parent.children) if child is part)
        before = parent[place - 1] if place else None
        inset = before if isinstance(before, INSETS) else None
        pieces = split_at_joints(part, after_inset=inset is not None)
        parent[place : place + 1] = pieces
        first = pieces[0]
        if inset is not None and isinstance(first, nodes.inline) and fits(inset, first):
            parent.remove(inset)
            first.insert(0, inset)


def split_at_joints(text: nodes.Text, *, after_inset: bool) -> list[nodes.Node]:
    """글을 묶을 덩이와 나머지로 나눕니다. ``after_inset`` 은 글이 식이나 코드에 바로 이어지는지."""
    pieces: list[nodes.Node] = []
    end = 0
    for match in WORD_START.finditer(text):
        follows = after_inset and match.start() == 0 and "가" <= text[0] <= "힣"
        if not (follows or JOINED.fullmatch(match.group())) or width(match.group()) > WIDEST:
            continue
        if match.start() > end:
            pieces.append(nodes.Text(text[end : match.start()]))
        pieces.append(nodes.inline("", match.group(), classes=[NO_BREAK]))
        end = match.end()
    if end < len(text):
        pieces.append(nodes.Text(text[end:]))
    return pieces or [text]
