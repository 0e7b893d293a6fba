"""책이 놓일 주소와 저장소. 환경 변수 ``BOOK_URL``, ``GITHUB_REPOSITORY`` 에서 옵니다.

주소를 알 때에만 쪽마다 본디 주소와 미리 보기를 적고, 쪽의 목록(sitemap.xml)과 robots.txt를 씁니다.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

from bs4 import BeautifulSoup
from sphinx.errors import ExtensionError

URL = "BOOK_URL"
REPOSITORY = "GITHUB_REPOSITORY"
COMMIT = "GITHUB_SHA"
FEED = "changes.xml"
CARD_SIZE = (1200, 630)
"""고리를 붙여 넣은 곳에 보일 그림의 너비와 높이(화소)."""

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def book_address() -> str:
    """``/`` 로 끝나는 주소. 모르면 빈 글.

    Raises:
        ExtensionError: http나 https로 시작하는 주소가 아니거나, 물음표나 ``#`` 이 있을 때.
    """
    given = os.environ.get(URL, "")
    if not given:
        return ""
    rule = "물음표와 #이 없는 http(s) 주소여야 합니다"
    try:
        parts = urlsplit(given)
        fits = parts.scheme in ("http", "https") and parts.hostname
        _ = parts.port  # 포트가 수가 아니면 오류입니다.
    except ValueError:
        fits = False
    if not fits or re.search(r"[\s?#<>\"'\\]", given):
        raise ExtensionError(f"{URL}: {rule}. 받은 값: {given!r}")
    return given.rstrip("/") + "/"


def known() -> tuple[str, str, str]:
    """환경에서 온 것 모두: 주소, 저장소, 커밋."""
    return book_address(), repository(), commit()


def page_address(name: str) -> str:
    """쪽의 주소."""
    return f"{book_address()}{quote(name)}.html"


def repository() -> str:
    """GitHub의 저장소, ``주인/이름``. 모르면 빈 글.

    Raises:
        ExtensionError: 그런 꼴이 아닐 때.
    """
    given = os.environ.get(REPOSITORY, "")
    if given and not re.fullmatch(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+", given):
        rule = "주인/이름 꼴이고, 로마자와 숫자, 점, 붙임표, 밑줄이어야 합니다"
        raise ExtensionError(f"{REPOSITORY}: {rule}. 받은 값: {given!r}")
    return given


def commit() -> str:
    """저장소의 어느 때인지. 모르면 빈 글.

    Raises:
        ExtensionError: 커밋의 값이 아닐 때.
    """
    given = os.environ.get(COMMIT, "")
    if given and not re.fullmatch(r"[0-9a-f]{40}", given):
        rule = "16진수 40자리여야 합니다"
        raise ExtensionError(f"{COMMIT}: {rule}. 받은 값: {given!r}")
    return given


def add_head(page: BeautifulSoup, name: str, *, title: str, book: str, card: str) -> None:
    """본디 주소와, 고리를 붙여 넣은 곳에서 보일 제목과 설명, 그림을 머리에 적습니다.

    Args:
        page: 고칠 쪽.
        name: 쪽의 이름.
        title: 쪽의 제목.
        book: 책의 제목.
        card: 책의 뿌리에서 본 그림의 자리.
    """
    if not book_address() or page.head is None:
        return
    page.head.append(page.new_tag("link", attrs={"rel": "canonical", "href": page_address(name)}))
    feed = {"rel": "alternate", "type": "application/atom+xml", "title": f"{book}: 바뀐 것"}
    page.head.append(page.new_tag("link", attrs={**feed, "href": book_address() + FEED}))
    described = page.find("meta", attrs={"name": "description"})
    facts = {
        "og:type": "article",
        "og:locale": "ko_KR",
        "og:site_name": book,
        "og:title": title,
        "og:url": page_address(name),
        "og:description": str(described["content"]) if described else "",  # pyright: ignore
        "og:image": book_address() + card,
        "og:image:width": str(CARD_SIZE[0]),
        "og:image:height": str(CARD_SIZE[1]),
        "og:image:alt": title,
    }
    for key, text in facts.items():
        if text:
            page.head.append(page.new_tag("meta", attrs={"property": key, "content": text}))
    wide = page.new_tag("meta", attrs={"content": "summary_large_image"})
    wide["name"] = "twitter:card"
    page.head.append(wide)


def write_lists(out: Path, names: Iterable[str]) -> list[Path]:
    """쪽의 목록과 robots.txt. 주소를 모르면 쓰지 않습니다."""
    if not book_address():
        return []
    root = ElementTree.Element("urlset", xmlns=SITEMAP)
    for name in names:
        ElementTree.SubElement(ElementTree.SubElement(root, "url"), "loc").text = page_address(name)
    ElementTree.indent(root)
    sitemap, robots = out / "sitemap.xml", out / "robots.txt"
    ElementTree.ElementTree(root).write(sitemap, encoding="utf-8", xml_declaration=True)
    robots.write_text(f"User-agent: *\nAllow: /\nSitemap: {book_address()}sitemap.xml\n", "utf-8")
    return [sitemap, robots]
