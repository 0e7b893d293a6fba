"""쪽마다 마크다운으로 옮긴 글을 곁에 두고, 그 목록을 ``llms.txt`` 에 적습니다.

결과까지 들어 있어, 쪽을 그리지 못하는 프로그램도 읽습니다. 그림은 대체 텍스트로 적습니다.
"""

from __future__ import annotations

import re
from pathlib import Path

from plain_markdown import CELL, PlainPage

LIST = "llms.txt"
DRAWING = re.compile(r"!\[((?:\\.|[^]])*)\]\(data:[^)]*\)")


def twin(page: PlainPage) -> str:
    """쪽 하나의 글."""
    parts = [piece.shown if piece.kind == CELL else piece.text for piece in page.pieces]
    text = "\n\n".join(part for part in parts if part)
    return DRAWING.sub(r"[그림: \1]", text) + "\n"


def entry(name: str, text: str) -> str:
    """목록의 한 줄: 제목과, 쪽이 답하는 질문."""
    title = re.search(r"^# (.+)$", text, re.M)
    question = re.search(r"^> (.+)$", text, re.M)
    line = f"- [{title[1] if title else name}]({name}.md)"
    return f"{line}: {question[1]}" if question else line


def write(out: Path, pages: dict[str, PlainPage], title: str) -> set[Path]:
    """차례대로의 쪽들을 씁니다.

    Returns:
        쓴 파일들.
    """
    texts = {name: twin(page) for name, page in pages.items()}
    for name, text in texts.items():
        (out / f"{name}.md").write_text(text, "utf-8")
    lines = [entry(name, text) for name, text in texts.items()]
    (out / LIST).write_text("\n".join([f"# {title}", "", *lines, ""]), "utf-8")
    return {out / LIST, *(out / f"{name}.md" for name in pages)}
