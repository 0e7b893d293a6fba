"""지은 쪽을 보통의 마크다운으로 옮깁니다. Jupyter와 Colab이 그대로 그리고, 글로도 읽힙니다.

다 지은 HTML에서 옮기므로 수와 조사, 번호, 인용은 쪽에 보이는 그대로입니다. 셀은 자리만 남기고,
내용은 ``notebooks`` 가 실행한 노트북에서 채웁니다.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from markdownify import ATX, MarkdownConverter
from svg_picture import png_of

TEXT, FOLD, CELL, CHECK = "text", "fold", "cell", "check"
"""조각의 종류: 글, 아래를 접어 두는 제목, 셀의 자리, 연습문제의 답을 적고 확인하는 자리."""
MARK = "\uf8ff"
"""쪽의 글에 나올 수 없는 글자. 조각의 경계에 둡니다."""

MARKED = re.compile(rf"{MARK}(\w+){MARK}")
ADDRESS = re.compile(r"(https?://[^\s()<>]+)")
MATH_NAMES = {"<": r"\lt ", ">": r"\gt "}
CONTROLS = {"button", "input", "select"}
UNSHOWN = {"headerlink", "lab-off", "take-along"}
IN_THE_BOOK = "이 자리의 그림은 책의 쪽에서 손으로 움직입니다."


class Piece(NamedTuple):
    """글이나 셀 하나.

    Attributes:
        kind: ``TEXT``, ``FOLD``, ``CELL``, ``CHECK`` 가운데 하나.
        text: 마크다운. 셀이면 그 아래의 그림 설명이고, 없으면 빈 글입니다.
        shown: 셀이 쪽에 보이는 것의 마크다운: 코드와 결과, 그림의 대체 텍스트와 설명.
    """

    kind: str
    text: str
    shown: str = ""


@dataclass(frozen=True)
class PlainPage:
    """마크다운으로 옮긴 쪽.

    Attributes:
        pieces: 차례대로의 조각.
        cited: 인용한 참고문헌의 이름. 나온 차례이고 겹치지 않습니다.
        entries: 이 쪽에 실린 참고문헌의 이름과 마크다운.
    """

    pieces: list[Piece] = field(default_factory=list)
    cited: list[str] = field(default_factory=list)
    entries: dict[str, str] = field(default_factory=dict)


Base: Any = MarkdownConverter  # 형이 적혀 있지 않습니다.


class Converter(Base):
    """쪽의 마디를 마크다운으로. 이 책의 식, 그림, 셀, 연습문제를 압니다."""

    def __init__(self, address: str, root: Path) -> None:
        """``address`` 는 쪽이 놓일 주소이고, 모르면 빈 글입니다. ``root`` 는 그림의 뿌리입니다."""
        super().__init__(heading_style=ATX, bullets="-", code_language_callback=language_of)
        self.address, self.root = address, root

    def process_tag(self, node: Tag, parent_tags: Any = None) -> str:
        """보이지 않는 것과, 스스로 옮기는 마디의 속은 지나갑니다."""
        classes = node.get_attribute_list("class")
        if node.name in CONTROLS or UNSHOWN & set(classes):
            return ""
        if "math" in classes and (tex := tex_of(node)):
            return self.math(node, tex, parent_tags or set())
        if "cell" in classes:
            return f"\n\n{MARK}{CELL}{MARK}\n\n"
        if "lab" in classes:
            place = f"[{IN_THE_BOOK}]({self.address})" if self.address else IN_THE_BOOK
            return f"\n\n*{place}*\n\n"
        if node.name == "svg":
            return self.drawing(node)
        return super().process_tag(node, parent_tags)

    def math(self, node: Tag, tex: str, parent_tags: set[str]) -> str:
        """식. 번호가 있으면 함께 적습니다."""
        if "td" in parent_tags or "th" in parent_tags:  # 표의 칸을 나누는 글자입니다.
            tex = tex.replace(r"\|", r"\Vert ").replace("|", r"\vert ")
        if node.name == "span":
            return f"${tex}$"
        number = node.select_one(".eqno")
        tag = f"\n\\tag{{{shown(number).strip('()')}}}" if number else ""
        return f"\n\n$$\n{tex}{tag}\n$$\n\n"

    def drawing(self, node: Tag) -> str:
        """쪽에 그린 그림. Colab은 붙임(attachment)을 그리지 않으므로 글 안에 싣습니다."""
        parts = [part.get_text() for part in node(["title", "desc"], recursive=False)]
        picture = png_of((self.root / str(node["data-source"])).read_text("utf-8"))
        data = base64.b64encode(picture.content).decode()
        alt = re.sub(r"[][]", r"\\\g<0>", self.escape(" ".join(parts), parent_tags=()))
        return f"![{alt}](data:image/png;base64,{data})"

    def escape(self, text: str, parent_tags: Any) -> str:
        """마크다운이나 식으로 읽힐 글자. 글 속의 주소는 끝이 어디인지 밝힙니다."""
        parts = ADDRESS.split(text)
        for place, part in enumerate(parts):
            if place % 2 and "a" not in parent_tags:
                parts[place] = f"<{part}>"
            else:
                parts[place] = re.sub(r"[\\`*_<$~]", r"\\\g<0>", part).replace("](", r"]\(")
        if "_inline" in parent_tags:  # 제목과 표의 칸에서는 줄의 첫머리가 아닙니다.
            return "".join(parts)
        return re.sub(r"^(\s*\d*)([-+>#.)])(?=\s)", r"\1\\\2", "".join(parts))

    def convert_a(self, el: Tag, text: str, parent_tags: Any) -> str:
        """바깥의 고리는 그대로. 책 안의 고리는 주소를 모르면 제목을 따옴표로 쌉니다."""
        if el.select_one(".std-term"):
            return text
        href = str(el.get("href", ""))
        if not urlsplit(href).scheme:
            href = urljoin(self.address, href) if self.address else ""
        if href and text.strip():
            return f"[{text}]({href})"
        return f"“{text}”" if el.select_one(".std-ref") else text

    def convert_strong(self, el: Tag, text: str, parent_tags: Any) -> str:
        """굵은 글씨. 부호로 끝나고 한글이 이어지면 별표로는 굵어지지 않습니다."""
        return emphasized(el, text, "**", "strong")

    def convert_em(self, el: Tag, text: str, parent_tags: Any) -> str:
        """기운 글씨."""
        return emphasized(el, text, "*", "em")

    def convert_p(self, el: Tag, text: str, parent_tags: Any) -> str:
        """문단. 연습문제의 이름은 제목으로, 다른 작은 제목은 굵게 적습니다."""
        classes = el.get_attribute_list("class")
        if "exercise-title" in classes:
            return f"\n\n{MARK}{TEXT}{MARK}\n\n### {text.strip()}\n\n"
        if "rubric" in classes:
            return f"\n\n**{text.strip()}**\n\n"
        return super().convert_p(el, text, parent_tags)

    def convert_hN(self, n: int, el: Tag, text: str, parent_tags: Any) -> str:
        """제목. 노트북에서 접을 수 있게 칸을 나눕니다."""
        return f"\n\n{MARK}{TEXT}{MARK}{super().convert_hN(n, el, text, parent_tags)}"

    def convert_details(self, el: Tag, text: str, parent_tags: Any) -> str:
        """접어 둔 글. 셀은 이 안에 들 수 없으므로, 셀이 있으면 접힌 제목이 됩니다."""
        summary = el.find("summary", recursive=False)
        title = shown(summary) if isinstance(summary, Tag) else ""
        solves = "solution" in el.get_attribute_list("class")
        check = f"\n\n{MARK}{CHECK}{MARK}{MARK}{TEXT}{MARK}" if solves else ""
        if el.select_one(".cell"):
            return f"{check}\n\n{MARK}{FOLD}{MARK}#### {title}{MARK}{TEXT}{MARK}\n\n{text}\n\n"
        return (
            f"{check}\n\n<details>\n<summary>{title}</summary>\n\n{text.strip()}\n\n</details>\n\n"
        )

    def convert_summary(self, el: Tag, text: str, parent_tags: Any) -> str:
        """``convert_details`` 가 적습니다."""
        return ""

    def convert_figcaption(self, el: Tag, text: str, parent_tags: Any) -> str:
        """그림의 번호는 굵게."""
        caption = re.sub(r"^(그림 [0-9]+)", r"**\1**", text.strip())
        return f"\n\n{caption}\n\n"

    def convert_img(self, el: Tag, text: str, parent_tags: Any) -> str:
        """셀이 낸 그림은 노트북의 결과에 있으므로 대체 텍스트만."""
        return f"[그림: {el.get('alt', '')}]"

    def convert_td(self, el: Tag, text: str, parent_tags: Any) -> str:
        """표의 칸. 글과 코드의 세로줄은 칸을 나누지 않습니다."""
        return super().convert_td(el, re.sub(r"(?<!\\)\|", r"\\|", text), parent_tags)

    convert_th = convert_td

    def convert_dt(self, el: Tag, text: str, parent_tags: Any) -> str:
        """뜻풀이의 낱말이나 함수의 꼴."""
        if "sig" in el.get_attribute_list("class"):
            return f"\n\n`{' '.join(el.get_text().split()).removesuffix('#')}`\n\n"
        return f"\n\n**{' '.join(text.split())}**\n\n"

    def convert_dd(self, el: Tag, text: str, parent_tags: Any) -> str:
        """뜻풀이."""
        return f"\n\n{text.strip()}\n\n"


def emphasized(el: Tag, text: str, marks: str, name: str) -> str:
    """강조한 글. ``marks`` 로 적을 수 없는 자리에서는 HTML의 ``name`` 으로 적습니다."""
    inner = text.strip()
    after = str(el.next_sibling or "")[:1]
    if not inner or "\n\n" in inner:
        return text
    if not re.match(r"\w", inner) or (re.search(r"\W$", inner) and re.match(r"\w", after)):
        return f"<{name}>{inner}</{name}>"
    return f"{marks}{inner}{marks}"


def tex_of(node: Tag) -> str:
    """식의 LaTeX. 노트북의 글에서 꺾쇠는 태그로 읽히므로 이름으로 적습니다."""
    source = node.select_one("annotation")
    tex = source.get_text().strip() if source else ""
    return re.sub("[<>]", lambda found: MATH_NAMES[found.group()], tex)


def language_of(pre: Tag) -> str:
    """코드의 언어. 쪽에 적히지 않았으면 빈 글입니다."""
    for parent in pre.parents:
        for name in parent.get_attribute_list("class"):
            if name and name.startswith("highlight-"):
                language = name.removeprefix("highlight-")
                return "" if language in ("default", "none", "myst-ansi") else language
    return ""


def shown(node: Tag) -> str:
    """마디에 보이는 글."""
    copy = BeautifulSoup(str(node), "html.parser")
    for part in copy.select(".headerlink, .katex-mathml"):
        part.decompose()
    return " ".join(copy.get_text().split())


def tidy(markdown: str) -> str:
    """앞뒤의 빈 줄과 겹친 빈 줄을 걷습니다."""
    return re.sub(r"\n{3,}", "\n\n", markdown).strip()


def cell_piece(cell: Tag, converter: Converter) -> Piece:
    """셀의 자리와, 셀이 쪽에 보이는 것."""
    captions = [tidy(converter.process_tag(node)) for node in cell("figcaption")]
    code = cell.select_one(".cell_input pre")
    parts = [f"```python\n{code.get_text().strip()}\n```"] if code else []
    parts += [converter.process_tag(node) for node in cell.select(".cell_output")]
    return Piece(CELL, "\n\n".join(captions), tidy("\n\n".join(parts)))


def plain_page(article: Tag, address: str, root: Path) -> PlainPage:
    """쪽 하나를 옮깁니다. ``article`` 은 그대로 둡니다.

    Args:
        article: 다듬은 쪽의 본문.
        address: 쪽이 놓일 주소. 모르면 빈 글이고, 책 안의 고리는 글만 남습니다.
        root: ``inline-svg`` 의 그림을 찾을 뿌리.
    """
    converter = Converter(address, root)
    cells = iter([cell_piece(cell, converter) for cell in article.select(".cell")])
    pieces: list[Piece] = []
    kind = TEXT
    for place, part in enumerate(MARKED.split(converter.process_tag(article))):
        if place % 2:
            kind = part
            if kind == CELL:
                pieces.append(next(cells))
                kind = TEXT
            elif kind == CHECK:
                pieces.append(Piece(CHECK, ""))
        elif text := tidy(part):
            pieces.append(Piece(kind, text))
    entries = article.select("div.citation[id]")
    return PlainPage(
        pieces, cited_in(article), {str(e["id"]): entry(e, converter) for e in entries}
    )


def cited_in(article: Tag) -> list[str]:
    """본문이 인용한 참고문헌의 이름."""
    links = article.select(".bibtex-citation a[href], a.bibtex-citation[href]")
    return list(dict.fromkeys(unquote(urldefrag(str(a["href"])).fragment) for a in links))


def entry(node: Tag, converter: Converter) -> str:
    """참고문헌 하나를 한 줄로."""
    return " ".join(converter.process_tag(node).split())
