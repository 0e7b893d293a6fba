"""한 장이나 책 전체의 인용을 문장, BibTeX, RIS, 머리의 표시로 적습니다."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from book_facts import Author, Book
from page_history import Change

LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{mark: f"\\{mark}" for mark in "#$%&_"},
    }
)
# 제목을 소문자로 바꾸는 양식에서도 LSTM은 LSTM입니다.
CAPITALS = re.compile(r"[A-Za-z0-9]*[A-Z][A-Za-z0-9]*")
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


@dataclass(frozen=True)
class Work:
    """인용할 것 하나.

    Attributes:
        book: 책.
        title: 장의 제목. 책 전체이면 ``None``.
        name: 열쇠와 파일의 이름.
        address: 쪽의 주소. 모르면 빈 글.
        change: 마지막으로 고친 때.
    """

    book: Book
    title: str | None
    name: str
    address: str
    change: Change

    @property
    def year(self) -> int:
        """고친 날을 모르면 판이 나온 해."""
        return (self.change.day or self.book.released).year


def sentence(work: Work) -> str:
    """글에 붙여 넣는 한 문장."""
    book, day = work.book, work.change.day
    parts = [f"{book.author} ({work.year})."]
    parts += [f"“{work.title}”."] if work.title else []
    parts.append(f"『{book.title}』, {book.version}판.")
    parts += [f"{shown(day)} 고침."] if day else []
    return " ".join([*parts, work.address]).strip()


def slide(work: Work) -> str:
    """화면의 그림 아래에 적는 한 줄. 나누어 쓰는 조건이 바라는 것을 모두 담습니다."""
    book = work.book
    parts = [f"{book.author},", *([f"“{work.title}”,"] if work.title else [])]
    parts.append(f"『{book.title}』 ({work.year}).")
    for name in book.licenses:
        if name.startswith("CC-"):  # 글과 그림의 조건입니다. 나머지는 코드의 것입니다.
            kind, _, number = name.removeprefix("CC-").lower().rpartition("-")
            address = f"https://creativecommons.org/licenses/{kind}/{number}/"
            parts.append(f"{name.replace('-', ' ')} ({address}).")
    return " ".join([*parts, work.address]).strip()


def shown(day: date) -> str:
    """한국어로 적은 날."""
    return f"{day.year}년 {day.month}월 {day.day}일"


def latex(text: str) -> str:
    """LaTeX에서 제 글자로 찍히는 글."""
    return text.translate(LATEX)


def latex_title(text: str) -> str:
    """큰 글자를 지킨 제목."""
    return CAPITALS.sub(lambda word: f"{{{word[0]}}}", latex(text))


def latex_name(author: Author) -> str:
    """BibTeX의 이름. 모임의 이름은 나누지 않습니다."""
    if author.is_group:
        return f"{{{latex(author.family)}}}"
    return f"{latex(author.family)}, {latex(author.given)}"


def bibtex(work: Work) -> str:
    """BibTeX. 장은 ``@incollection``, 책은 ``@book`` 입니다."""
    book, day = work.book, work.change.day
    fields = {"author": " and ".join(map(latex_name, book.authors))}
    if work.title is None:
        kind, fields["title"] = "book", latex_title(book.title)
    else:
        kind, fields["title"] = "incollection", latex_title(work.title)
        fields["booktitle"] = latex_title(book.title)
    fields |= {"edition": latex(book.version), "year": str(work.year)}
    rows = [f"{name} = {{{value}}}" for name, value in fields.items()]
    if day:
        rows += [f"month = {MONTHS[day.month - 1]}", f"day = {{{day.day}}}"]
    rows.append("langid = {korean}")
    if work.address:
        rows.append(f"url = {{{work.address}}}")
    body = ",\n".join(f"  {row}" for row in rows)
    return f"@{kind}{{{work.name}-{work.year},\n{body}\n}}"


def ris(work: Work) -> str:
    """RIS. 장은 ``CHAP``, 책은 ``BOOK`` 입니다."""
    book, day = work.book, work.change.day
    rows = [("TY", "BOOK" if work.title is None else "CHAP")]
    rows += [("AU", f"{a.family}, {a.given}" if a.given else a.family) for a in book.authors]
    rows.append(("TI", work.title or book.title))
    rows += [("T2", book.title)] if work.title else []
    rows.append(("PY", str(work.year)))
    rows += [("DA", f"{day:%Y/%m/%d}/")] if day else []
    rows += [("ET", book.version), ("LA", "ko")]
    rows += [("UR", work.address)] if work.address else []
    rows.append(("ER", ""))
    return "\n".join(f"{tag}  - {value}" for tag, value in rows)


FORMS = {"slide": slide, "sentence": sentence, "bibtex": bibtex, "ris": ris}
"""적는 꼴의 이름과 그것을 적는 함수."""


def highwire(work: Work) -> list[tuple[str, str]]:
    """``citation_*`` 표시. 문헌 관리 도구가 책의 한 부분으로 읽습니다."""
    book, day = work.book, work.change.day
    facts = [("title", work.title or book.title)]
    facts += [("author", f"{a.family}, {a.given}" if a.given else a.family) for a in book.authors]
    if work.title:
        facts += [("book_title", book.title), ("inbook_title", book.title)]
    facts.append(("publication_date", f"{day:%Y/%m/%d}" if day else str(work.year)))
    facts.append(("language", "ko"))
    if work.address:
        facts += [("public_url", work.address), ("fulltext_html_url", work.address)]
    return [(f"citation_{name}", text) for name, text in facts]


def json_ld(work: Work, home: str) -> str:
    """schema.org의 ``Chapter`` 나 ``Book``. ``<script>`` 안에 그대로 넣을 수 있는 JSON입니다.

    Args:
        work: 인용할 것.
        home: 책의 첫 쪽의 주소. 모르면 빈 글.
    """
    book = work.book
    authors = [person(author) for author in book.authors]
    whole: dict[str, Any] = {
        "@type": "Book",
        "name": book.title,
        "author": authors,
        "inLanguage": "ko",
        "version": book.version,
        "datePublished": book.released.isoformat(),
        "license": [f"https://spdx.org/licenses/{name}.html" for name in book.licenses],
    }
    whole |= {"@id": home, "url": home} if home else {}
    facts = whole
    if work.title:
        facts = {"@type": "Chapter", "name": work.title, "author": authors, "inLanguage": "ko"}
        facts |= {"@id": work.address, "url": work.address} if work.address else {}
        facts |= {"version": book.version, "isPartOf": whole}
    if work.change.time:
        facts["dateModified"] = work.change.time.isoformat().replace("+00:00", "Z")
    text = json.dumps({"@context": "https://schema.org", **facts}, ensure_ascii=False)
    return text.replace("<", "\\u003c")


def person(author: Author) -> dict[str, str]:
    """schema.org의 사람이나 모임."""
    if author.is_group:
        return {"@type": "Organization", "name": author.family}
    return {
        "@type": "Person",
        "name": author.shown,
        "familyName": author.family,
        "givenName": author.given,
    }
