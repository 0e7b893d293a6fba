"""다 지은 책을 마무리합니다: 쪽을 다듬고, 스타일과 글꼴을 줄이고, 색인을 만듭니다.

쪽마다 무엇을 하는지는 ``page_markup``, 스타일은 ``style_sheet``, 글꼴은 ``web_fonts``,
검색은 ``korean_search``, 보안 정책은 ``content_policy`` 에 있습니다.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import korean_search
import page_markup
import style_sheet
import web_fonts
from bs4 import BeautifulSoup
from content_policy import add_policy
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging
from term_glossary import load_terms

logger = logging.getLogger(__name__)
STYLES = (
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "copybutton.css",
    "mystnb.*.css",
    "sphinx-design.min.css",
    "book.css",
)
MATH_STYLES = ("katex/katex.min.css", "katex-math.css")
COPY_MESSAGES = """const messages = {
  'ko': {
    'copy': '복사',
    'copy_to_clipboard': '코드 복사',
    'copy_success': '복사했습니다',
    'copy_failure': '복사하지 못했습니다',
  },"""
KEPT = {"index.html", "404.html", "objects.inv"}
SEARCH_SCRIPTS = ("search-index.js", "search.js")
OWN_SCRIPTS = ("search.js", "site.js")


def write_every_page(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """마무리는 갓 쓴 쪽에서 시작하므로, 언제나 모든 쪽을 새로 씁니다."""
    return sorted(env.found_docs)


def additional_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """주소를 잘못 적은 사람이 보는 쪽."""
    yield "404", {}, "404.html"


def base_path() -> str:
    """책이 놓일 주소의 경로. 모르면 비어 있습니다."""
    address = os.environ.get("BOOK_URL", "")
    return urlsplit(address).path.rstrip("/") + "/" if address else ""


def speak_korean(script: Path) -> None:
    """복사 단추에 한국어를 더합니다."""
    text = script.read_text("utf-8")
    if text.count("const messages = {") != 1:
        raise ExtensionError(f"복사 단추의 말을 더할 자리를 찾지 못했습니다: {script.name}")
    script.write_text(text.replace("const messages = {", COPY_MESSAGES), "utf-8")


def drop_source_maps(scripts: list[Path]) -> None:
    """싣지 않는 원본 지도의 주소를 뺍니다. 개발자 도구가 없는 파일을 찾지 않게 합니다."""
    for script in scripts:
        text = re.sub(r"^//# sourceMappingURL=.*$", "", script.read_text("utf-8"), flags=re.M)
        script.write_text(text, "utf-8")


def check_glyphs(characters: set[str], app: Sphinx) -> None:
    """책의 글꼴에 없는 글자를 나온 자리와 함께 알립니다."""
    absent: set[str] = set()
    for source in web_fonts.FACES.values():
        absent |= web_fonts.missing(characters, web_fonts.FONTS / source)
    if not absent:
        return
    root = Path(app.srcdir)
    kinds = (".md", ".yml", ".bib", ".html", ".svg")
    paths = [
        p for part in ("book", "images") for p in (root / part).rglob("*") if p.suffix in kinds
    ]
    sources = {path.relative_to(root): path.read_text("utf-8") for path in sorted(paths)}
    for character in sorted(absent):
        found = web_fonts.places(character, sources) or ["셀의 출력 또는 꾸러미의 설명"]
        logger.warning(
            "%s: 책의 글꼴에 없는 글자입니다: %r (U+%04X)",
            ", ".join(found[:3]),
            character,
            ord(character),
        )


def write_fonts(app: Sphinx, pages: dict[str, BeautifulSoup], static: Path) -> None:
    """책과 수식의 글꼴을 나온 글자만 남겨 씁니다."""
    characters = set().union(*(web_fonts.glyphs(page) for page in pages.values()))
    scripts = "".join((static / name).read_text("utf-8") for name in ("search.js", "copybutton.js"))
    check_glyphs(set().union(*(web_fonts.prose_glyphs(page) for page in pages.values())), app)
    characters |= {c for c in scripts if c.isprintable()}
    characters |= {chr(code) for code in range(0x20, 0x7F)}
    for target, source in web_fonts.FACES.items():
        web_fonts.write_subset(
            web_fonts.FONTS / source, static / "fonts" / target, characters, "Cosine Sans"
        )
    math = set().union(*(web_fonts.math_glyphs(page) for page in pages.values()))
    for path in (static / "katex" / "fonts").glob("*.woff2"):
        web_fonts.write_subset(path, path, math)


def linked_files(page: BeautifulSoup, folder: Path) -> set[Path]:
    """``folder`` 에 있는 쪽이 상대 주소로 부르는 이 책의 파일."""
    found = set()
    for tag, key in (("a", "href"), ("img", "src"), ("script", "src"), ("link", "href")):
        for node in page(tag):
            address = urlsplit(str(node.get(key, "")))
            # 404 쪽의 주소는 책이 놓일 자리에서 시작합니다. 다른 쪽도 부르는 파일들입니다.
            if not address.scheme and address.path and not address.path.startswith("/"):
                found.add((folder / unquote(address.path)).resolve())
    return found


def remove_unused(out: Path, pages: dict[str, BeautifulSoup]) -> None:
    """어느 쪽도, 스타일도 부르지 않는 파일을 지웁니다."""
    used = {out / f"{name}.html" for name in pages}
    for name, page in pages.items():
        used |= linked_files(page, (out / name).parent)
    for style in [path for path in used if path.suffix == ".css"]:
        for address in re.findall(r'url\("([^":]+)"\)', style.read_text("utf-8")):
            used.add((style.parent / address).resolve())
    for path in sorted(out.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in used and path.relative_to(out).as_posix() not in KEPT:
            path.unlink()


def write_styles(static: Path, pages: dict[str, BeautifulSoup]) -> None:
    """스타일을 쓰는 것만 모아 둘로 씁니다: 모든 쪽의 것과 수식이 있는 쪽의 것."""
    scripts = [static / name for name in (*page_markup.SCRIPTS, *OWN_SCRIPTS)]
    texts = [*map(str, pages.values()), *(path.read_text("utf-8") for path in scripts)]
    # 글꼴로 그리던 단추는 모두 그림으로 바꾸었으므로 그 글꼴의 규칙은 쓰이지 않습니다.
    words = {w for w in style_sheet.words_of(texts) if not re.match(r"fa(-|[bsr]?$)", w)}
    styles = [next(static.glob(name)).relative_to(static).as_posix() for name in STYLES]
    css = style_sheet.bundle(static, styles, words)
    (static / page_markup.STYLE).write_text(css, "utf-8")
    math = style_sheet.inline_fonts(style_sheet.bundle(static, MATH_STYLES, words), static)
    (static / page_markup.MATH_STYLE).write_text(math, "utf-8")


def version_of(static: Path) -> str:
    """스타일과 스크립트가 바뀌면 바뀌는 이름. 브라우저가 옛 파일을 쓰지 않게 주소에 붙입니다."""
    digest = hashlib.sha256()
    for path in sorted([*static.glob("*.css"), *static.rglob("*.js")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def finish(app: Sphinx, exception: Exception | None) -> None:
    """모든 쪽을 읽어 마무리하고 다시 씁니다."""
    if exception is not None or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    logger.info("책을 마무리합니다: 쪽, 스타일, 글꼴, 검색")
    out = Path(app.outdir).resolve()
    static = out / "_static"
    names = [*sorted(app.env.found_docs), "search", "404"]
    pages = {
        name: BeautifulSoup((out / f"{name}.html").read_text("utf-8"), "html.parser")
        for name in names
    }
    speak_korean(static / "copybutton.js")
    drop_source_maps([static / name for name in page_markup.SCRIPTS])
    terms = load_terms()
    root = app.config.root_doc
    order = [root, *app.env.toctree_includes[root]]
    documents = {name: pages[name] for name in order}
    (static / "search-index.js").write_text(korean_search.search_script(documents, terms), "utf-8")
    meanings = {entry["term"].lower(): str(entry["meaning"]) for entry in terms}
    for name, page in pages.items():
        page_markup.tidy_head(page, page_markup.describe(page))
        page_markup.draw_icons(page)
        page_markup.name_controls(page)
        page_markup.mend_body(page)
        page_markup.wrap_tables(page)
        page_markup.size_images(page, (out / name).parent)
        page_markup.note_terms(page, meanings)
    write_fonts(app, pages, static)
    write_styles(static, pages)
    version, base = version_of(static), base_path()
    for name, page in pages.items():
        extra = ("site.js", *(SEARCH_SCRIPTS if name == "search" else ()))
        page_markup.keep_used_assets(page, extra, version)
        if name == "404" and base:
            page_markup.make_absolute(page, base)
        add_policy(page)
        (out / f"{name}.html").write_text(str(page), "utf-8")
    remove_unused(out, pages)


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.connect("env-updated", write_every_page)
    app.connect("html-collect-pages", additional_pages)
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
