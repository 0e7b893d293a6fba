"""지은 책을 PDF 한 파일로 찍습니다. Chromium이 있어야 합니다.

같은 쪽을 WeasyPrint로도 찍어 보고 골랐습니다. 그쪽은 낱말 가운데에서 줄이 바뀌고, 차례의 점선과
식의 번호가 어긋납니다.

두 번 찍습니다. 한 번 찍어 고리가 가리키는 자리의 쪽 번호를 읽고, 그 번호를 차례와 고리에 적어 다시
찍습니다.
"""

from __future__ import annotations

import html
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import code_colors
import joined_book
import matplotlib as mpl
import pikepdf
import system_packages
from bs4 import BeautifulSoup, Tag
from cosine_rnn.signals import cosine_wave
from cosine_rnn.support.storage import locked, write_whole
from joined_book import PRINT, WAVE_COLORS, Chapter
from pygments.formatters import HtmlFormatter

NAME = "cosine-rnn-book.pdf"
FONTS = Path(__file__).parents[1] / "_fonts"
UNKNOWN = "000"
"""쪽 번호를 알기 전에 그 자리를 지키는 글. 번호와 너비가 같습니다."""

NUMBERED = "a.elsewhere:has(.std-ref), a.elsewhere.to-lab, a.to-solution, a.to-exercise"
"""쪽 번호를 적는 고리."""

SCALE = 0.66
LIMIT_SECONDS = 600
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--allow-file-access-from-files", "--no-pdf-header-footer", "--export-tagged-pdf",
    "--generate-pdf-document-outline", "--virtual-time-budget=60000",
)  # fmt: skip


def lower_headings(chapter: Chapter) -> None:
    """부의 이름이 책갈피의 맨 위에 오도록 제목을 한 단씩 낮춥니다."""
    for heading in chapter.body(joined_book.HEADINGS):
        heading.name = f"h{min(int(heading.name[1]) + 1, 6)}"


def place_number(target: str, text: str = "{}쪽") -> Tag:
    """``target`` 이 놓인 쪽의 번호가 들어갈 자리."""
    before, after = text.split("{}")
    node = joined_book.element("span", "", class_="page-of")
    node.append(before)
    node.append(joined_book.element("span", UNKNOWN, **{"data-page-of": target}))
    node.append(after)
    return node


def size_images(chapter: Chapter) -> None:
    """그림의 글자가 본문보다 조금 작게 찍히게 합니다. 높이는 따라 줄어듭니다."""
    for image in chapter.body("img", width=True):
        image["style"] = f"width: {float(str(image['width'])) * SCALE:.0f}px"


def number_links(chapter: Chapter) -> None:
    """다른 장의 절을 가리키는 고리와, 문제와 풀이를 잇는 고리에 쪽 번호를 적습니다."""
    for link in chapter.body.select(NUMBERED):
        target = str(link["href"]).removeprefix("#")
        if link.find_parent("svg") is None:
            solved = "elsewhere" not in link.get_attribute_list("class")
            link.append(place_number(target, " {}쪽" if solved else "({}쪽)"))


def contents(chapters: list[Chapter]) -> str:
    """차례. 장마다 절까지 적습니다."""
    rows, part = [], ""
    for chapter in chapters:
        if chapter.part != part:
            part = chapter.part
            rows.append(f'<p class="toc-part">{html.escape(part)}</p>')
        rows.append(row("toc-chapter", chapter.heading))
        rows.extend(row("toc-section", heading) for heading in chapter.sections)
    inside = "\n".join(rows)
    return f'<section class="contents"><h1>차례</h1><nav>{inside}</nav></section>'


def row(kind: str, heading: Tag) -> str:
    """차례의 한 줄. 제목의 식도 그대로 옮깁니다."""
    target = heading["id"]
    return (
        f'<p class="{kind}"><a href="#{target}"><span>{heading.decode_contents()}</span><i></i>'
        f'<span data-page-of="{target}">{UNKNOWN}</span></a></p>'
    )


def cover(facts: Mapping[str, str]) -> str:
    """겉장."""
    waves = cover_waves()
    rows = "".join(
        f"<p>{html.escape(text)}</p>" for text in (facts["author"], said_version(facts)) if text
    )
    title = html.escape(facts["title"])
    return f'<section class="cover"><div class="book-title">{title}</div>{waves}{rows}</section>'


def said_version(facts: Mapping[str, str]) -> str:
    """판과 날짜."""
    return " · ".join(filter(None, (f"{facts['version']}판", facts["date"])))


def cover_waves() -> str:
    """겉장의 그림: 네 모델의 색으로 그린 네 파동."""
    lines = []
    for number, color in enumerate(WAVE_COLORS):
        wave = cosine_wave(641, period=160, amplitude=70 - 14 * number, phase=-number / 5)
        points = " ".join(f"{x},{100 - wave[x]:.1f}" for x in range(0, 641, 4))
        lines.append(f'<polyline points="{points}" stroke="{color}"/>')
    inside = "".join(lines)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 200" aria-hidden="true">'
        f'<g fill="none" stroke-width="3">{inside}</g></svg>'
    )


def styles(chapters: list[Chapter]) -> str:
    """글꼴의 자리, 장마다의 머리말, 코드의 색."""
    mono = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSansMono.ttf"
    faces = (
        ("Book Sans", 400, FONTS / "Pretendard-Regular.woff2"),
        ("Book Sans", 700, FONTS / "Pretendard-Bold.woff2"),
        ("Book Math", 400, mono.with_name("STIXGeneralItalic.ttf")),
        ("Book Math Up", 400, mono.with_name("STIXGeneral.ttf")),
        ("Book Mono", 400, mono),
        ("Book Mono", 700, mono.with_name("DejaVuSansMono-Bold.ttf")),
    )
    rules = [
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; '
        f'src: url("{path.as_uri()}"); }}'
        for family, weight, path in faces
    ]
    for chapter in chapters:
        title = chapter.title.replace("\\", "").replace('"', "”")
        rules.append(f"#page-{chapter.id} {{ page: {chapter.id}; }}")
        rules.append(f'@page {chapter.id} {{ @top-center {{ content: "{title}"; }} }}')
    rules.append(joined_book.lab_rules())
    rules.append(str(HtmlFormatter(style=code_colors.LIGHT).get_style_defs(".highlight")))
    return "\n".join(rules)


def page_html(chapters: list[Chapter], facts: Mapping[str, str], math_style: Path) -> BeautifulSoup:
    """찍을 한 쪽짜리 HTML. 쪽 번호의 자리는 비어 있습니다."""
    head_rules = styles(chapters)
    table = contents(chapters)
    bodies, part = [], ""
    for chapter in chapters:
        size_images(chapter)
        number_links(chapter)
        if chapter.part:
            lower_headings(chapter)
        label = ""
        if chapter.part and chapter.part != part:
            label = f'<h1 class="part">{html.escape(chapter.part)}</h1>'
        elif chapter.part:
            label = f'<p class="part">{html.escape(chapter.part)}</p>'
        part = chapter.part
        chapter.body["id"] = f"page-{chapter.id}"
        bodies.append(str(chapter.body).replace(">", f">{label}", 1))
    text = (
        f'<!DOCTYPE html><html lang="ko"><head><meta charset="utf-8">'
        f"<title>{html.escape(facts['title'])}</title>"
        f'<link rel="stylesheet" href="{math_style.as_uri()}"><style>{head_rules}</style>'
        f'<link rel="stylesheet" href="{(PRINT / "paper.css").as_uri()}"></head>'
        f"<body>{cover(facts)}{table}{''.join(bodies)}</body></html>"
    )
    return BeautifulSoup(text, "html.parser")


def chromium_pdf(page: Path, target: Path) -> None:
    """``page`` 를 찍습니다.

    Raises:
        RuntimeError: Chromium이 찍지 못했을 때.
    """
    with tempfile.TemporaryDirectory() as profile:
        command = [
            system_packages.path_of("chromium"),
            *FLAGS,
            f"--user-data-dir={profile}",
            f"--print-to-pdf={target}",
        ]
        done = subprocess.run(
            [*command, page.as_uri()],
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT_SECONDS,
        )
    if done.returncode or not target.is_file():
        raise RuntimeError(f"Chromium이 찍지 못했습니다.\n{done.stderr}")


def pages_of(pdf: Path) -> dict[str, int]:
    """이름마다 그것이 놓인 쪽의 번호. 첫 쪽이 1입니다."""
    with pikepdf.open(pdf) as drawn:
        numbers = {page.objgen: number for number, page in enumerate(drawn.pages, start=1)}
        places = drawn.Root.Dests.items()
        return {name.removeprefix("/"): numbers[place[0].objgen] for name, place in places}


def fill_numbers(page: BeautifulSoup, numbers: Mapping[str, int]) -> None:
    """쪽 번호를 적습니다.

    Raises:
        ValueError: 찍은 책에 없는 자리를 가리킬 때.
    """
    for node in page.select("[data-page-of]"):
        target = str(node["data-page-of"])
        if target not in numbers:
            raise ValueError(f"쪽 번호를 알 수 없는 자리입니다: {target}")
        node.string = str(numbers[target])


def finish(source: Path, target: Path, facts: Mapping[str, str]) -> None:
    """제목과 지은이, 말을 적고 책갈피가 펼쳐진 채 열리게 합니다."""
    with pikepdf.open(source) as drawn:
        with drawn.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata["dc:title"], metadata["dc:creator"] = facts["title"], [facts["author"]]
            metadata["dc:language"] = ["ko"]
        drawn.docinfo["/Title"], drawn.docinfo["/Author"] = facts["title"], facts["author"]
        drawn.Root.Lang = "ko"
        drawn.Root.PageMode = pikepdf.Name.UseOutlines
        drawn.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        mode = pikepdf.ObjectStreamMode.generate
        write_whole(target, lambda file: drawn.save(file, object_stream_mode=mode))


def write(folder: Path, chapters: list[Chapter], math_style: Path) -> Path:
    """``folder`` 에 책을 찍고 그 파일의 길을 돌려줍니다."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = joined_book.facts()
    page = page_html(chapters, facts, math_style)
    source, drawn = folder / "book.html", folder / "printed.pdf"
    source.write_text(str(page), "utf-8")
    chromium_pdf(source, drawn)
    fill_numbers(page, pages_of(drawn))
    source.write_text(str(page), "utf-8")
    chromium_pdf(source, drawn)
    target = folder / NAME
    finish(drawn, target, facts)
    drawn.unlink()
    source.unlink()
    return target


def main() -> None:
    """``_build/pdf`` 에 찍고 쪽수와 크기, 걸린 시간을 알립니다."""
    started = time.perf_counter()
    try:
        system_packages.path_of("chromium")
        style = joined_book.HTML / "_static" / "math.css"
        with locked(joined_book.HTML):  # 짓는 동안에는 기다립니다.
            target = write(joined_book.ROOT / "_build" / "pdf", joined_book.join(), style)
    except (OSError, ValueError, RuntimeError) as error:
        sys.exit(
            f"찍지 못했습니다: {error}\n"
            "까닭을 없앤 다음 make pdf를 다시 부르십시오. 지난번에 찍은 파일은 그대로입니다."
        )
    with pikepdf.open(target) as book:
        count, size = len(book.pages), target.stat().st_size / 1e6
    print(f"PDF: {target} ({count}쪽, {size:.1f} MB, {time.perf_counter() - started:.0f}초)")


if __name__ == "__main__":
    main()
