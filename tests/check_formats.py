"""다 만든 PDF와 EPUB을 열어 봅니다. ``make check-formats`` 가 부릅니다.

쪽이 보이는 수와 코드가 모두 실렸는지, 글꼴이 들었는지, 고리와 책갈피가 닿는지, 넘친 것과 빈 쪽이
없는지 봅니다.
"""

from __future__ import annotations

import functools
import re
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import epub_book
import joined_book
import pdf_book
import pikepdf
import printed_pages
import pytest
import system_packages
from bs4 import BeautifulSoup

PDF = joined_book.ROOT / "_build" / "pdf" / pdf_book.NAME
EPUB = joined_book.ROOT / "_build" / "epub" / epub_book.NAME
FONTS = re.compile(r"/[A-Z]{6}\+(Pretendard|DejaVuSansMono|STIX|CosineMath)")
MARGIN = 56  # 본문의 왼쪽과 오른쪽에 비워 두는 너비(pt)
NAMES = [name for _, name in joined_book.contents()]
XHTML = "{http://www.w3.org/1999/xhtml}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
SAID = {"cover.xhtml", "nav.xhtml"}


@pytest.fixture(scope="module")
def pdf() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(PDF) as opened:
        yield opened


@functools.cache
def words() -> list[list[tuple[float, float, str]]]:
    """쪽마다 낱말의 왼쪽과 오른쪽 자리, 글."""
    command = [system_packages.path_of("poppler-utils"), "-bbox", str(PDF), "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    # 제어 글자는 XML이 받지 않습니다.
    root = ElementTree.fromstring(re.sub(r"[\x00-\x08\x0b-\x1f]", "", said))
    return [
        [
            (float(word.get("xMin", 0)), float(word.get("xMax", 0)), word.text or "")
            for word in page.iter(f"{XHTML}word")
        ]
        for page in root.iter(f"{XHTML}page")
    ]


@functools.cache
def pages() -> list[str]:
    """쪽마다 머리말과 쪽 번호를 뺀 글."""
    command = [system_packages.path_of("poppler-utils"), "-raw", "-y", "62", "-x", "0",
               "-W", "600", "-H", "716", str(PDF), "-"]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return said.split("\f")[:-1]


@functools.cache
def squeezed() -> str:
    """PDF의 글에서 빈칸을 모두 뺀 것."""
    return "".join("".join(pages()).split())


def fonts_of(resources: Any, seen: set[tuple[int, int]]) -> Iterator[pikepdf.Object]:
    """쪽과 그 안의 그림이 쓰는 글꼴."""
    yield from dict(resources.get("/Font", {}).items()).values()
    for drawing in dict(resources.get("/XObject", {}).items()).values():
        if drawing.objgen not in seen and "/Resources" in drawing:
            seen.add(drawing.objgen)
            yield from fonts_of(drawing.Resources, seen)


def test_only_the_fonts_of_the_book_and_all_embedded(pdf: pikepdf.Pdf):
    seen: set[tuple[int, int]] = set()
    fonts = {f.objgen: f for page in pdf.pages for f in fonts_of(page.Resources, seen)}
    assert fonts
    for font in fonts.values():
        assert font.Subtype == "/Type0", font.BaseFont
        (inner,) = list(font.DescendantFonts)
        assert FONTS.match(str(font.BaseFont)), font.BaseFont  # 다른 글꼴이면 없는 글자입니다.
        assert {"/FontFile2", "/FontFile3"} & set(inner.FontDescriptor.keys()), font.BaseFont


def shown_glyphs(holder: Any, seen: set[tuple[int, int]]) -> Iterator[int]:
    """쪽과 그 안의 그림이 찍는 글리프의 번호. 글꼴이 모두 두 바이트씩입니다."""
    for operands, operator in pikepdf.parse_content_stream(holder):
        if str(operator) in ("Tj", "TJ"):
            parts = operands[0] if str(operator) == "TJ" else operands
            for part in parts:
                if isinstance(part, pikepdf.String):
                    data = bytes(part)
                    yield from (data[i] << 8 | data[i + 1] for i in range(0, len(data), 2))
    for drawing in dict(holder.get("/Resources", {}).get("/XObject", {}).items()).values():
        if drawing.get("/Subtype") == "/Form" and drawing.objgen not in seen:
            seen.add(drawing.objgen)
            yield from shown_glyphs(drawing, seen)


def test_no_glyph_is_missing(pdf: pikepdf.Pdf):
    seen: set[tuple[int, int]] = set()
    blank = [n for n, page in enumerate(pdf.pages, 1) if 0 in shown_glyphs(page.obj, seen)]
    assert blank == []


def test_bookmarks_lead_to_the_headings(pdf: pikepdf.Pdf):
    numbers: dict[Any, int] = {page.objgen: number for number, page in enumerate(pdf.pages)}
    text = ["".join(page.split()) for page in pages()]

    def titles(items: Any, depth: int) -> Iterator[tuple[int, str]]:
        for item in items:
            place = item.destination
            assert isinstance(place, pikepdf.Array), item.title
            assert "".join(item.title.split()) in text[numbers[place[0].objgen]], item.title
            yield depth, item.title
            yield from titles(item.children, depth + 1)

    with pdf.open_outline() as outline:
        found = list(titles(outline.root, 0))
    wanted = [plain for name in NAMES[1:] for plain in headings(name)]
    bookmarks = [title for _, title in found]
    before = bookmarks[
        : bookmarks.index(joined_book.SOLUTIONS)
    ]  # 풀이에서 장의 제목이 되풀이됩니다.
    assert [title for title in before if title in wanted] == wanted
    parts = list(dict.fromkeys(part for part, _ in joined_book.contents() if part))
    assert [t for depth, t in found if depth == 0 and t in parts] == parts


def headings(name: str) -> list[str]:
    """쪽의 제목과 절의 제목."""
    return [
        " ".join(h.get_text().split())
        for h in printed_pages.seen(name, printed_pages.ON_SCREEN)(["h1"])
    ]


def test_contents_say_the_right_page():
    said = dict(re.findall(r"^(\d+\. .+?) ?(\d+)$", "\n".join(pages()[1:5]), re.M))
    assert len(said) >= 14
    for title, number in said.items():
        assert "".join(title.split()) in "".join(pages()[int(number) - 1].split()), title


def test_links_are_live(pdf: pikepdf.Pdf):
    outside, inside = Counter(), 0
    for page in pdf.pages:
        for note in page.obj.get("/Annots", []):
            action = note.get("/A")
            if action is not None and action.S == "/URI":
                outside[str(action.URI)] += 1
                continue
            place = note.Dest if action is None else action.D
            assert isinstance(place, pikepdf.Array) or place in pdf.Root.Dests, place
            inside += 1
    assert not [address for address in outside if not address.startswith(("http://", "https://"))]
    wanted = {
        str(a["href"])
        for name in NAMES
        for a in printed_pages.seen(name, printed_pages.ON_SCREEN)("a", href=re.compile("^https?:"))
    }
    assert wanted <= {*outside, *map(unquote, outside)}
    assert inside > 500


def test_nothing_is_clipped(pdf: pikepdf.Pdf):
    width = float(pdf.pages[1].mediabox[2])
    out = [
        (number, text)
        for number, page in enumerate(words()[1:], start=2)
        for left, right, text in page
        if left < MARGIN or right > width - MARGIN
    ]
    assert out == []


def test_no_page_is_blank():
    assert [n for n, page in enumerate(pages(), 1) if len(page.split()) < 4] == []


def test_book_speaks_korean(pdf: pikepdf.Pdf):
    assert str(pdf.Root.Lang) == "ko"
    assert str(pdf.docinfo["/Title"]) == joined_book.facts()["title"]
    assert pdf.Root.MarkInfo.Marked == True  # noqa: E712  pikepdf의 값입니다.


@pytest.mark.parametrize("name", NAMES)
def test_every_line_of_code_is_printed(name: str):
    lines = printed_pages.code_lines(printed_pages.seen(name, printed_pages.ON_SCREEN))
    assert [line for line in lines if "".join(line.split()) not in squeezed()] == []


@functools.cache
def printed_numbers() -> Counter[str]:
    return printed_pages.numbers("\n".join(pages()))


def test_every_number_of_the_pages_is_printed():
    wanted = Counter()
    for name in NAMES:
        wanted += printed_pages.numbers(
            printed_pages.seen(name, printed_pages.ON_SCREEN).get_text(" ")
        )
    assert wanted - printed_numbers() == Counter()


@pytest.fixture(scope="module")
def epub() -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(EPUB) as opened:
        yield opened


def test_epubcheck_says_nothing():
    command = [system_packages.path_of("default-jre-headless"), "-jar",
               system_packages.path_of("epubcheck"), "--usage", str(EPUB)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "No errors or warnings detected" in done.stdout
    assert not re.search(r"^(FATAL|ERROR|WARNING|INFO)", done.stdout + done.stderr, re.M)


def chapters(epub: zipfile.ZipFile) -> dict[str, BeautifulSoup]:
    found = {}
    for name in epub.namelist():
        if name.endswith(".xhtml"):
            ElementTree.fromstring(epub.read(name))
            found[name.removeprefix("EPUB/")] = BeautifulSoup(epub.read(name), "html.parser")
    return found


def test_formulas_are_mathml_once(epub: zipfile.ZipFile):
    read = chapters(epub)
    assert not [name for name, page in read.items() if page.select("[class*=katex], annotation")]
    drawn = sum(len(printed_pages.article(name)("math")) for name in NAMES)
    assert sum(len(page("math")) for page in read.values()) >= drawn > 0
    assert all(math.get("alttext") for page in read.values() for math in page("math"))


def test_pictures_are_there_and_described(epub: zipfile.ZipFile):
    files = set(epub.namelist())
    images = [image for page in chapters(epub).values() for image in page("img")]
    assert all(f"EPUB/{image['src']}" in files and image["alt"] for image in images)
    drawn = sum(len(printed_pages.article(name)("img")) for name in NAMES)
    assert len(images) == drawn + 1  # 겉장


def test_links_of_the_epub_are_live(epub: zipfile.ZipFile):
    read = chapters(epub)
    for name, page in read.items():
        for link in page("a", href=True):
            parts = urlsplit(str(link["href"]))
            if not parts.scheme:
                assert read[parts.path or name].find(id=parts.fragment), link


def test_epub_has_a_cover_and_a_language(epub: zipfile.ZipFile):
    package = epub.read("EPUB/package.opf").decode()
    assert "<dc:language>ko</dc:language>" in package
    assert re.search(r'href="cover.png" [^>]*properties="cover-image"', package)
    assert epub.read("EPUB/cover.png").startswith(b"\x89PNG")
    assert epub.infolist()[0].filename == "mimetype"


def test_every_number_of_the_pages_is_in_the_epub(epub: zipfile.ZipFile):
    found = Counter()
    for name, page in chapters(epub).items():
        if name not in SAID:
            for node in page.select("math, .eqno, svg title, svg desc, head"):
                node.decompose()
            found += printed_pages.numbers(page.get_text(" "))
    wanted = Counter()
    for name in NAMES:
        wanted += printed_pages.numbers(
            printed_pages.seen(name, printed_pages.ON_SCREEN).get_text(" ")
        )
    assert wanted - found == Counter()
