"""다 지은 책을 마무리합니다: 쪽을 다듬고, 스타일과 글꼴을 줄이고, 색인을 만듭니다.

쪽마다 무엇을 하는지는 ``page_markup``, 스타일은 ``style_sheet``, 글꼴은 ``web_fonts``,
검색은 ``korean_search``, 보안 정책은 ``content_policy`` 에 있습니다.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import change_feed
import chapter_citation
import korean_search
import lab
import notebooks
import page_markup
import plain_markdown
import plain_pages
import shipped_licenses
import site_address
import small_svg
import social_card
import style_sheet
import web_fonts
from bs4 import BeautifulSoup, Tag
from content_policy import add_policy
from each_core import each_core
from finished_pages import FinishedPage, Pages, Store, Wanted
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging
from term_glossary import load_terms

logger = logging.getLogger(__name__)
ROOT = Path(__file__).parents[2]
STYLES = (
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "copybutton.css",
    "mystnb.*.css",
    "sphinx-design.min.css",
    "book.css",
    "questions.css",
)
MATH_STYLES = ("formula.css",)
MATH_FONT = "fonts/CosineMath.woff2"
COPY = "copy.js"
COPY_PARTS = ("clipboard.min.js", "copybutton.js")
COPY_MESSAGES = """const messages = {
  'ko': {
    'copy': '복사',
    'copy_to_clipboard': '코드 복사',
    'copy_success': '복사했습니다',
    'copy_failure': '복사하지 못했습니다',
  },
}
"""
VERSION = "@site-version@"
"""마지막에 정해지는, 스타일과 스크립트의 이름이 들어갈 자리."""

PAGE_FORMATS = ("html", "latex", "texinfo")
"""읽는 쪽을 내는 꼴. 고리를 살피는 것처럼 쪽을 내지 않는 것은 그대로 됩니다."""

OTHER_PAGES = ("search", "404")
"""원고가 없는 쪽."""

KEPT = {"index.html", "404.html", "objects.inv", ".nojekyll"}
SEARCH_SCRIPTS = ("search-index.js", "search.js")
QUESTIONS = "questions.js"
OWN_SCRIPTS = ("search.js", "site.js", COPY, lab.BUNDLE, QUESTIONS)


def check_builder(app: Sphinx) -> None:
    """쪽을 마무리할 수 있는 꼴로만 짓습니다. 색인은 이 책의 것을 씁니다."""
    if app.builder.format in PAGE_FORMATS and app.builder.name != "html":
        raise ExtensionError(
            f"builder: 이 책은 html로만 짓습니다. 받은 값: {app.builder.name!r}. "
            "종이와 전자책의 명령은 README에 있습니다."
        )
    if isinstance(app.builder, StandaloneHTMLBuilder):
        app.builder.search = False


def additional_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """찾는 쪽과, 주소를 잘못 적은 사람이 보는 쪽."""
    for name in OTHER_PAGES:
        yield name, {}, f"{name}.html"


def base_path() -> str:
    """책이 놓일 주소의 경로. 모르면 비어 있습니다."""
    address = site_address.book_address()
    return urlsplit(address).path if address else ""


def write_copy_script(static: Path) -> None:
    """코드를 복사하는 단추의 스크립트를 이어 하나로, 말은 한국어로 씁니다."""
    text = "\n".join((static / name).read_text("utf-8") for name in COPY_PARTS)
    text, found = re.subn(r"^const messages = \{\n(?:.*\n)*?\}\n", COPY_MESSAGES, text, flags=re.M)
    if found != 1:
        raise ExtensionError(f"복사 단추의 말이 있던 자리를 찾지 못했습니다: {COPY_PARTS[1]}")
    (static / COPY).write_text(text, "utf-8")


def drop_source_maps(scripts: list[Path]) -> None:
    """싣지 않는 원본 지도의 주소를 뺍니다. 개발자 도구가 없는 파일을 찾지 않게 합니다."""
    for script in scripts:
        text = re.sub(r"^//# sourceMappingURL=.*$", "", script.read_text("utf-8"), flags=re.M)
        script.write_text(text, "utf-8")


def check_glyphs(characters: set[str], app: Sphinx) -> None:
    """책의 글꼴에 없는 글자를 나온 자리와 함께 알립니다."""
    absent: set[str] = set()
    for source in (web_fonts.REGULAR, web_fonts.BOLD):
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


@dataclass(frozen=True)
class Draft:
    """갓 쓴 쪽 하나.

    Attributes:
        name: 쪽의 이름.
        out: 쪽들이 있는 폴더.
        terms: 용어와 뜻.
        last: 지난번에 마무리한 것.
        book: 책의 이름.
        card: 고리를 붙여 넣은 곳에 보일 그림.
    """

    name: str
    out: Path
    terms: list[dict[str, Any]]
    last: FinishedPage | None = None
    book: str = ""
    card: social_card.Card | None = None


def finished_page(draft: Draft) -> FinishedPage:
    """갓 쓴 쪽을 다듬고, 다른 파일을 만들 때 쓸 것을 모읍니다.

    지난번과 같은 쪽이면 그때 마무리한 것을 씁니다.
    """
    name, out, card = draft.name, draft.out, draft.card
    text = (out / f"{name}.html").read_text("utf-8")
    raw = hashlib.sha256(text.encode()).hexdigest()
    if draft.last is not None and draft.last.raw == raw:
        return draft.last
    page = BeautifulSoup(text, "html.parser")
    page_markup.tidy_head(page, page_markup.describe(page))
    page_markup.offer_slides(page, VERSION)
    page_markup.draw_icons(page)
    page_markup.name_controls(page)
    page_markup.mend_body(page)
    page_markup.lighten_listings(page)
    page_markup.wrap_tables(page)
    page_markup.leave_untranslated(page)
    page_markup.space_functions(page)
    page_markup.close_up_signs(page)
    page_markup.size_images(page, (out / name).parent)
    page_markup.note_terms(page, {t["term"].lower(): str(t["meaning"]) for t in draft.terms})
    glyphs = web_fonts.glyphs(page)
    words = style_sheet.words_of([str(page)])
    extra = ("site.js",)
    if page.select_one(".question") is not None:
        extra = (*extra, QUESTIONS)
    page_markup.keep_used_assets(page, extra, VERSION)
    data = lab.take_data(page)
    instrument = [lab.data_file(name), lab.BUNDLE]
    near = {".lab": instrument, "div.highlight pre": [COPY], "#search-results": SEARCH_SCRIPTS}
    page_markup.load_when_near(page, near, VERSION)
    links = linked_files(page, (out / name).parent)
    if name == "404" and base_path():
        page_markup.make_absolute(page, base_path())
    title = page.select_one("article h1")
    if name not in OTHER_PAGES and title is not None:
        heading = page_markup.plain_text(title)
        place = social_card.place(name if card else "index")
        site_address.add_head(page, name, title=heading, book=draft.book, card=place)
    add_policy(page)
    html = str(page)
    plain = plain_of(page, name)
    # 색인은 나무에서 글을 떼어 내며 읽으므로 마지막입니다.
    entry = None if name in OTHER_PAGES else korean_search.page_entry(name, page)
    return FinishedPage(raw, html, *glyphs, words, links, entry, card, plain, data)


def plain_of(page: BeautifulSoup, name: str) -> plain_markdown.PlainPage:
    """쪽의 본문을 마크다운으로. 원고가 없는 쪽이면 비어 있습니다."""
    article = page.find("article")
    if name in OTHER_PAGES or not isinstance(article, Tag):
        return plain_markdown.PlainPage()
    address = site_address.page_address(name) if site_address.book_address() else ""
    return plain_markdown.plain_page(article, address, ROOT)


def write_fonts(app: Sphinx, pages: Pages, static: Path, store: Store) -> None:
    """책과 수식의 글꼴을 나온 글자만 남겨 씁니다."""
    regular = set().union(*(page.glyphs for page in pages.values()))
    bold = set().union(*(page.bold_glyphs for page in pages.values()))
    speaking = ("search.js", COPY, "present.js", lab.BUNDLE)
    scripts = "".join((static / name).read_text("utf-8") for name in speaking)
    check_glyphs(set().union(*(page.prose_glyphs for page in pages.values())), app)
    said = re.sub(r"^ *//.*$", "", scripts, flags=re.M)  # 주석은 화면에 나오지 않습니다.
    always = {c for c in said if c.isprintable()} | {chr(code) for code in range(0x20, 0x7F)}
    math = set().union(*(page.math_glyphs for page in pages.values()))
    wanted, sans = [], ("Cosine Sans", web_fonts.TEXT_FEATURES)
    for target, name, characters, family, features in (
        ("fonts/CosineSans-Regular.woff2", web_fonts.REGULAR, regular | always, *sans),
        ("fonts/CosineSans-Bold.woff2", web_fonts.BOLD, bold | always, *sans),
        (MATH_FONT, web_fonts.MATH_FACE, math, "Cosine Math", web_fonts.MATH_FEATURES),
    ):
        cut = (web_fonts.FONTS / name, characters, family, features)
        wanted.append(Wanted(static / target, web_fonts.subset_of, cut, cut))
    store.write(wanted)


def linked_files(page: BeautifulSoup, folder: Path) -> set[Path]:
    """``folder`` 에 있는 쪽이 상대 주소로 부르는 이 책의 파일."""
    found = set()
    callers = (("a", "href"), ("img", "src"), ("script", "src"), ("link", "href"))
    called = [str(node[key]) for tag, key in callers for node in page(tag, {key: True})]
    called += page_markup.slide_files(page)
    for address in map(urlsplit, [*called, *page_markup.near_scripts(page)]):
        # 404 쪽의 주소는 책이 놓일 자리에서 시작합니다. 다른 쪽도 부르는 파일들입니다.
        if not address.scheme and address.path and not address.path.startswith("/"):
            found.add((folder / unquote(address.path)).resolve())
    return found


def remove_unused(out: Path, used: set[Path]) -> None:
    """어느 쪽도, 스타일도 부르지 않는 파일을 지웁니다."""
    for style in [path for path in used if path.suffix == ".css"]:
        for address in re.findall(r'url\("([^":]+)"\)', style.read_text("utf-8")):
            used = used | {(style.parent / address).resolve()}
    for path in sorted(out.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in used and path.relative_to(out).as_posix() not in KEPT:
            path.unlink()


def write_styles(static: Path, pages: Pages, store: Store) -> None:
    """스타일을 쓰는 것만 모아 둘로 씁니다: 모든 쪽의 것과 수식이 있는 쪽의 것."""
    scripts = [static / name for name in (*page_markup.SCRIPTS, *OWN_SCRIPTS)]
    words = style_sheet.words_of(path.read_text("utf-8") for path in scripts)
    words = words.union(*(page.words for page in pages.values()))
    # 글꼴로 그리던 단추는 모두 그림으로 바꾸었으므로 그 글꼴의 규칙은 쓰이지 않습니다.
    words = {word for word in words if not re.match(r"fa(-|[bsr]?$)", word)}
    wanted = []
    styles = [next(static.glob(name)).relative_to(static).as_posix() for name in STYLES]
    for target, names, make in (
        (page_markup.STYLE, styles, style_sheet.bundle),
        (page_markup.MATH_STYLE, MATH_STYLES, style_sheet.bundle_with_fonts),
    ):
        named = {word for word in words if word.startswith("--")}
        called = (style_sheet.names_in(static, names) & words) | named
        key = (*(static / name for name in names), static / MATH_FONT, called)
        wanted.append(Wanted(static / target, make, (static, names, called), key))
    store.write(wanted)


def version_of(static: Path) -> str:
    """스타일과 스크립트가 바뀌면 바뀌는 이름. 브라우저가 옛 파일을 쓰지 않게 주소에 붙입니다."""
    digest = hashlib.sha256()
    for path in sorted([*static.glob("*.css"), *static.rglob("*.js")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def note_written(app: Sphinx, name: str, _: str, context: Any, doctree: Any) -> None:
    """이번에 새로 쓴 쪽과 그 카드. 나머지는 지난번에 마무리한 그대로입니다."""
    builder: Any = app.builder
    builder.written_pages = {**getattr(builder, "written_pages", {}), name: None}
    work = chapter_citation.own_work(app, name) if site_address.book_address() else None
    if work is not None and doctree is not None:
        title, book = work.title or work.book.title, work.book.title if work.title else ""
        figure = social_card.first_figure(doctree, builder)
        builder.written_pages[name] = social_card.Card(title, book, work.book.author, figure)


def write_cards(out: Path, pages: Pages, store: Store) -> set[Path]:
    """카드를 그립니다. 제목과 그림이 지난번과 같으면 그때 그린 것을 씁니다."""
    cards = {out / social_card.place(name): page.card for name, page in pages.items() if page.card}
    studio = social_card.Studio(out / "_static" / "fonts")
    store.write(
        Wanted(path, studio.draw, (card,), (card.title, card.book, card.author, card.figure))
        for path, card in cards.items()
    )
    return set(cards)


def write_unknown(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """지난번에 마무리한 것이 남아 있지 않은 쪽은 다시 씁니다."""
    known = Store(app).pages
    out = Path(app.outdir)
    return sorted(n for n in env.found_docs if n not in known or not (out / f"{n}.html").exists())


def finish(app: Sphinx, exception: Exception | None) -> None:
    """새로 쓴 쪽을 마무리하고, 모든 쪽에서 모은 것으로 스타일과 글꼴과 색인을 만듭니다."""
    written: dict[str, Any] = getattr(app.builder, "written_pages", {})
    if exception is not None or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    out, store = Path(app.outdir).resolve(), Store(app)
    if not written:
        # 쪽이 그대로여도 확장들은 제 스타일을 다시 놓습니다.
        if store.used:
            remove_unused(out, store.used)
        return
    logger.info("책을 마무리합니다: 쪽 %d개, 스타일, 글꼴, 검색", len(written))
    static = out / "_static"
    names = [*sorted(app.env.found_docs), *OTHER_PAGES]
    terms = load_terms()
    todo = [name for name in names if name in written]
    drafts = [
        Draft(name, out, terms, store.pages.get(name), app.config.html_title, written[name])
        for name in todo
    ]
    store.pages.update(zip(todo, each_core(finished_page, drafts), strict=True))
    pages = {name: store.pages[name] for name in names}
    small_svg.shrink(out / app.builder.imagedir)
    lab.write_bundle(static)
    for name, page in pages.items():
        if page.data:
            path = static / lab.data_file(name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(page.data, "utf-8")
    write_copy_script(static)
    drop_source_maps([static / name for name in (*page_markup.SCRIPTS, COPY)])
    root = app.config.root_doc
    order = [root, *app.env.toctree_includes[root]]
    entries = [pages[name].entry for name in order]
    index = korean_search.search_script([entry for entry in entries if entry], terms)
    (static / "search-index.js").write_text(index, "utf-8")
    write_fonts(app, pages, static, store)
    write_styles(static, pages, store)
    version = version_of(static)
    for name, page in pages.items():
        write_if_changed(out / f"{name}.html", page.html.replace(VERSION, version))
    write_root(app, out)
    used = {out / f"{name}.html" for name in pages}.union(*(page.links for page in pages.values()))
    used.update(site_address.write_lists(out, sorted(app.env.found_docs)))
    used.update(change_feed.write(app, out))
    used.update(write_cards(out, pages, store))
    plain = {name: pages[name].plain for name in order}
    used.update(plain_pages.write(out, plain, app.config.html_title))
    used.update(notebooks.write(app, out, plain, written))
    used.add(shipped_licenses.write(static))
    remove_unused(out, used)
    shipped_licenses.check(static)
    store.pages, store.used = pages, used
    store.save()


def write_root(app: Sphinx, out: Path) -> None:
    """책의 뿌리를 연 사람을 첫 쪽으로 보냅니다. 넘어가지 않는 브라우저에서는 고리를 누릅니다."""
    context = {
        "title": app.config.html_title,
        "first": f"{app.config.root_doc}.html",
        "icon": f"_static/{Path(app.config.html_favicon).name}",
    }
    text = app.builder.templates.render("root.html", context)  # pyright: ignore
    page, title = BeautifulSoup(text, "html.parser"), app.config.html_title
    card = social_card.place("index")
    site_address.add_head(page, app.config.root_doc, title=title, book=title, card=card)
    add_policy(page)
    (out / "index.html").write_text(str(page), "utf-8")


def write_if_changed(path: Path, text: str) -> None:
    """글이 같으면 손대지 않습니다."""
    if path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.connect("config-inited", lambda app, config: site_address.known())
    app.connect("builder-inited", check_builder)
    app.connect("env-updated", write_unknown)
    app.connect("html-page-context", note_written)
    app.connect("html-collect-pages", additional_pages)
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
