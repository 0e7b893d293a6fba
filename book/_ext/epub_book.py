"""지은 책을 EPUB 3 한 파일로 묶습니다.

장마다 XHTML 하나이고, 식은 MathML 하나뿐입니다. 같은 책이면 같은 파일입니다.
"""

from __future__ import annotations

import html
import io
import re
import sys
import time
import uuid
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import code_colors
import joined_book
import matplotlib as mpl
from bs4 import Tag
from cosine_rnn import plots
from cosine_rnn.signals import cosine_wave
from cosine_rnn.support.storage import locked, write_whole
from joined_book import PRINT, WAVE_COLORS, Chapter
from matplotlib.figure import Figure
from offline_zip import zip_date
from page_markup import plain_text
from pygments.formatters import HtmlFormatter

NAME = "cosine-rnn-book.epub"
SVG_NAMES = {
    name.lower(): name
    for name in ("viewBox", "preserveAspectRatio", "markerWidth", "markerHeight", "markerUnits",
                 "refX", "refY", "gradientUnits", "clipPathUnits", "textLength", "clipPath",
                 "linearGradient")
}  # fmt: skip
"""HTML에서는 대소문자를 가리지 않아 작게 적힌 SVG의 이름."""

DTD = re.compile(r"<!DOCTYPE[^>]*>\s*")
EMPTY_PATH = re.compile(r"<path(?![^>]*\sd=)")
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles>
<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
"""
PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" \
lang="ko" xml:lang="ko">
<head><title>{title}</title><link rel="stylesheet" href="style.css"/></head>
<body>{body}</body>
</html>
"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="ko">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{identifier}</dc:identifier>
<dc:title>{title}</dc:title>
<dc:creator>{author}</dc:creator>
<dc:language>ko</dc:language>
<dc:date>{date}</dc:date>
<meta property="dcterms:modified">{modified}</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
</metadata>
<manifest>
{manifest}
</manifest>
<spine>
{spine}
</spine>
</package>
"""


def mend_drawings(body: Tag) -> None:
    """SVG를 XML의 이름으로 적습니다."""
    for svg in body("svg"):
        svg["xmlns"] = "http://www.w3.org/2000/svg"
        if svg.get("role") == "group":
            svg["role"] = "document"
        for node in [svg, *svg(True)]:
            node.name = SVG_NAMES.get(node.name, node.name)
            kept = {k: v for k, v in node.attrs.items() if not k.startswith("data-")}
            node.attrs = {SVG_NAMES.get(key, key): value for key, value in kept.items()}
            if node.name == "a" and "href" in node.attrs:
                svg["xmlns:xlink"] = "http://www.w3.org/1999/xlink"
                node["xlink:href"] = node.attrs.pop("href")
                node["xlink:title"] = plain_text(node)


def address_links(chapters: list[Chapter]) -> None:
    """``#이름`` 을 그 이름이 있는 파일의 주소로 바꿉니다."""
    places = {
        str(node["id"]): f"{chapter.id}.xhtml#{node['id']}"
        for chapter in chapters
        for node in chapter.body(id=True)
    }
    for chapter in chapters:
        for link in chapter.body("a"):
            for key in ("href", "xlink:href"):
                if str(link.get(key, "")).startswith("#"):
                    link[key] = places[str(link[key])[1:]]


def take_images(chapters: list[Chapter]) -> dict[str, bytes]:
    """쪽이 부르는 그림들. 이름과 내용입니다."""
    found = {}
    for chapter in chapters:
        for image in chapter.body("img"):
            path = Path(str(image["src"]))
            name = f"images/{path.name}"
            found[name] = plain_svg(path.read_text("utf-8")).encode()
            image["src"] = name
    return found


def plain_svg(text: str) -> str:
    """Matplotlib의 SVG를 EPUB이 받는 꼴로: DTD를 빼고, 빈칸의 글리프에도 선을 적습니다."""
    return EMPTY_PATH.sub('<path d="M0 0"', DTD.sub("", text, count=1))


def cover_picture(facts: Mapping[str, str]) -> bytes:
    """겉장의 PNG. 너비 1200, 높이 1800입니다."""
    with mpl.rc_context():
        plots.use_book_style()
        figure = Figure(figsize=(6, 9), dpi=200, facecolor="white")
        figure.set_layout_engine("none")
        axes = figure.add_axes((0, 0.3, 1, 0.3))
        axes.set_axis_off()
        for number, color in enumerate(WAVE_COLORS):
            wave = cosine_wave(641, period=160, amplitude=1 - 0.2 * number, phase=-number / 5)
            axes.plot(wave, color=color, linewidth=3)
        title = facts["title"].replace(" 순환", "\n순환", 1)
        figure.text(0.09, 0.8, title, fontsize=25, va="center", linespacing=1.6, color="#1f2328")
        figure.text(0.09, 0.14, facts["author"], fontsize=12, color="#424a53")
        drawn = io.BytesIO()
        figure.savefig(drawn, metadata={"Software": None})
    return drawn.getvalue()


def navigation(chapters: list[Chapter]) -> str:
    """차례."""
    rows: list[str] = []
    part = ""
    for chapter in chapters:
        if chapter.part != part and part:
            rows.append("</ol></li>")
        if chapter.part and chapter.part != part:
            rows.append(f"<li><span>{html.escape(chapter.part)}</span><ol>")
        part = chapter.part
        inside = "".join(f"<li>{entry(chapter, h)}</li>" for h in chapter.sections)
        rows.append(f"<li>{entry(chapter, chapter.heading)}")
        rows.append(f"<ol>{inside}</ol></li>" if inside else "</li>")
    if part:
        rows.append("</ol></li>")
    inside = "\n".join(rows)
    body = f'<nav epub:type="toc" id="toc"><h1>차례</h1><ol>{inside}</ol></nav>'
    return PAGE.format(title="차례", body=body)


def entry(chapter: Chapter, heading: Tag) -> str:
    """차례의 한 줄."""
    address = f"{chapter.id}.xhtml#{heading['id']}"
    return f'<a href="{address}">{html.escape(plain_text(heading))}</a>'


def package(files: Mapping[str, bytes], order: list[str], facts: Mapping[str, str]) -> str:
    """파일의 목록과 읽는 차례."""
    items = []
    for name, content in files.items():
        kind = {
            ".xhtml": "application/xhtml+xml",
            ".svg": "image/svg+xml",
            ".png": "image/png",
            ".css": "text/css",
        }[Path(name).suffix]
        properties = [
            word
            for word, mark in (("mathml", b"<math"), ("svg", b"<svg"))
            if name.endswith(".xhtml") and mark in content
        ]
        properties += {"nav.xhtml": ["nav"], "cover.png": ["cover-image"]}.get(name, [])
        said = f' properties="{" ".join(properties)}"' if properties else ""
        items.append(f'<item id="{item(name)}" href="{name}" media-type="{kind}"{said}/>')
    spine = [f'<itemref idref="{item(name)}"/>' for name in order]
    # 날짜는 판의 것입니다. 짓는 때가 들어가면 같은 책이 다른 파일이 됩니다.
    date = facts["date"] or "-".join(f"{part:02d}" for part in zip_date()[:3])
    identity = uuid.uuid5(uuid.NAMESPACE_OID, f"{facts['title']} {facts['version']}")
    return PACKAGE.format(
        identifier=identity,
        title=html.escape(facts["title"]),
        author=html.escape(facts["author"]),
        date=date,
        modified=f"{date}T00:00:00Z",
        manifest="\n".join(items),
        spine="\n".join(spine),
    )


def item(name: str) -> str:
    """목록에서 부르는 이름."""
    return "f-" + re.sub(r"[^A-Za-z0-9]+", "-", name)


def collect(chapters: list[Chapter], facts: Mapping[str, str]) -> dict[str, bytes]:
    """묶을 파일들. 이름은 EPUB 폴더에서 셉니다."""
    for chapter in chapters:
        mend_drawings(chapter.body)
        for table in chapter.body("table"):
            table.wrap(joined_book.element("div", "", class_="wide"))
    address_links(chapters)
    images = take_images(chapters)
    own = (PRINT / "epub.css").read_text("utf-8")
    colors = str(HtmlFormatter(style=code_colors.LIGHT).get_style_defs(".highlight"))
    title = html.escape(facts["title"])
    cover = f'<section epub:type="cover"><img src="cover.png" alt="{title}"/></section>'
    files = {
        "cover.xhtml": PAGE.format(title=title, body=cover).encode(),
        "nav.xhtml": navigation(chapters).encode(),
        "style.css": "\n".join((joined_book.lab_rules(), own, colors)).encode(),
        "cover.png": cover_picture(facts),
    }
    for chapter in chapters:
        page = PAGE.format(title=html.escape(chapter.title), body=str(chapter.body))
        files[f"{chapter.id}.xhtml"] = page.encode()
    return files | images


def write(target: Path, chapters: list[Chapter]) -> None:
    """``target`` 에 묶습니다. 다 묶은 다음에 그 이름이 됩니다."""
    facts = joined_book.facts()
    files = collect(chapters, facts)
    order = ["cover.xhtml", "nav.xhtml", *(f"{chapter.id}.xhtml" for chapter in chapters)]
    opf = package(files, order, facts)

    def pack(file: BinaryIO) -> None:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
            put(packed, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
            put(packed, "META-INF/container.xml", CONTAINER.encode())
            put(packed, "EPUB/package.opf", opf.encode())
            for name, content in files.items():
                put(packed, f"EPUB/{name}", content)

    write_whole(target, pack)


def put(packed: zipfile.ZipFile, name: str, content: bytes, how: int = zipfile.ZIP_DEFLATED):
    """파일 하나를 고른 날짜로 묶습니다."""
    info = zipfile.ZipInfo(name, zip_date())
    info.compress_type, info.external_attr = how, 0o644 << 16
    packed.writestr(info, content)


def main() -> None:
    """``_build/epub`` 에 묶고 크기와 걸린 시간을 알립니다."""
    started = time.perf_counter()
    target = joined_book.ROOT / "_build" / "epub" / NAME
    try:
        with locked(joined_book.HTML):  # 짓는 동안에는 기다립니다.
            write(target, joined_book.join())
    except (OSError, ValueError) as error:
        sys.exit(
            f"묶지 못했습니다: {error}\n"
            "까닭을 없앤 다음 make epub을 다시 부르십시오. 지난번에 묶은 파일은 그대로입니다."
        )
    size = target.stat().st_size / 1e6
    print(f"EPUB: {target} ({size:.1f} MB, {time.perf_counter() - started:.0f}초)")


if __name__ == "__main__":
    main()
