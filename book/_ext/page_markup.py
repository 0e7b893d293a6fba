"""지은 쪽의 HTML을 다듬는 함수들. 저마다 읽은 나무를 그 자리에서 고칩니다.

테마가 붙인 것 가운데 쓰지 않는 스크립트를 걷고, 글꼴로 그린 단추를 그림으로 바꾸고, 화면 낭독기와
키보드가 걸리는 곳을 바로잡습니다.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag
from bs4.element import AttributeValueList
from code_colors import PLAIN
from figure_rows import cuts
from icons import icon
from svg_picture import size_of

# 이 차례로 싣습니다. 나머지 스크립트는 이 책의 어느 쪽도 쓰지 않습니다.
SCRIPTS = (
    "documentation_options.js",
    "scripts/pydata-sphinx-theme.js",
    "scripts/sphinx-book-theme.js",
)
APPLICATION, THIN = "\u2061", "0.1667em"
SIGNS, OPENING = ("−", "+"), ("(", "[", "=", "≈", ",")
SCRIPTED, SPACED = {"msup", "msub", "msubsup"}, {"mo", "mtext", "mspace"}
STYLE = "site.css"
MATH_STYLE = "math.css"
# 화면을 그리기 전에 밝기를 정해, 어두운 화면을 쓰는 사람에게 흰 화면이 번쩍이지 않게 합니다.
# 저장을 막은 곳에서는 이 쪽에만 남는 것으로 갈음합니다. 테마의 스크립트가 멈추면 찾기도 죽습니다.
# 색을 강제하는 화면이거나 모르는 글이 적혀 있으면, 고른 밝기가 아니라 그 화면의 밝기를 따릅니다.
FIRST_SCRIPT = """
for (const name of ["localStorage", "sessionStorage"]) {
  try { window[name].length; } catch {
    const kept = new Map();
    Object.defineProperty(window, name, { value: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => { kept.set(key, String(value)); },
      removeItem: (key) => { kept.delete(key); },
    } });
  }
}
let mode = localStorage.getItem("mode");
const forced = matchMedia("(forced-colors: active)").matches;
if (forced || !["light", "dark"].includes(mode)) mode = "auto";
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
document.documentElement.dataset.mode = mode;
document.documentElement.dataset.theme = mode === "auto" ? (dark ? "dark" : "light") : mode;
"""
# 식의 글꼴은 스타일 안에 있습니다. 본문을 읽기 전에 풀어 두어, 식의 너비가 바뀌지 않게 합니다.
MATH_SCRIPT = """
for (const face of document.fonts) if (face.family.includes("Cosine Math")) face.load();
"""
# 여기까지 읽고 나서 처음 그립니다. 반만 읽고 그리면 머리의 단추는 나중 것이 앞의 것을 밀어내고,
# 식은 글꼴이 다 풀리기 전의 너비로 그려집니다.
LAST_READ = "book-footer"
# 테마가 넓은 표를 감싸는 이름입니다.
TABLE_WRAPPER = "pst-scrollable-table-container"


def content_root(page: BeautifulSoup) -> str:
    """쪽에서 책의 뿌리로 가는 상대 주소."""
    return str(page.html["data-content_root"])  # pyright: ignore[reportOptionalSubscript]


def new(page: BeautifulSoup, name: str, **attributes: str) -> Tag:
    """새 마디. ``class_`` 처럼 뒤에 밑줄이 붙은 이름은 밑줄을 떼고 씁니다."""
    return page.new_tag(name, attrs={key.rstrip("_"): text for key, text in attributes.items()})


def keep_used_assets(page: BeautifulSoup, extra_scripts: tuple[str, ...], version: str) -> None:
    """스타일은 하나로, 스크립트는 쓰는 것만. 스크립트는 쪽을 다 읽은 뒤에 실행합니다."""
    for node in [*page("script"), *page("noscript")]:
        # 검색 엔진이 읽는 자료는 스크립트가 아닙니다.
        if node.find_parent("article") is None and node.get("type") != "application/ld+json":
            node.decompose()
    # 앞뒤 쪽의 주소는 본문에도 있습니다. 머리에 두면 미리 받으려는 브라우저가 정책에 걸립니다.
    for link in page("link", rel=["stylesheet", "preload", "prev", "next"]):
        link.decompose()
    root = content_root(page)
    first = new(page, "script")
    first.string = FIRST_SCRIPT
    page.head.append(first)  # pyright: ignore[reportOptionalMemberAccess]
    has_math = page.select_one("math") is not None
    for name in (MATH_STYLE, STYLE) if has_math else (STYLE,):
        href = f"{root}_static/{name}?v={version}"
        page.head.append(new(page, "link", rel="stylesheet", href=href))  # pyright: ignore
    if has_math:
        fonts = new(page, "script")
        fonts.string = MATH_SCRIPT
        page.head.append(fonts)  # pyright: ignore[reportOptionalMemberAccess]
    footer = page.select_one("footer.bd-footer-content")
    if footer is not None:
        footer["id"] = LAST_READ
        expect = new(page, "link", rel="expect", href=f"#{LAST_READ}", blocking="render")
        page.head.append(expect)  # pyright: ignore[reportOptionalMemberAccess]
    for name in SCRIPTS + extra_scripts:
        script = new(page, "script", src=f"{root}_static/{name}?v={version}", defer="")
        page.head.append(script)  # pyright: ignore[reportOptionalMemberAccess]


def load_when_near(page: BeautifulSoup, scripts: Mapping[str, Sequence[str]], version: str) -> None:
    """선택자마다, 그런 것이 화면에 다가오면 ``site.js`` 가 차례로 읽을 스크립트를 적어 둡니다."""
    root = content_root(page)
    near = {
        selector: [f"{root}_static/{script}?v={version}" for script in called]
        for selector, called in scripts.items()
        if page.select_one(selector) is not None
    }
    if near and page.body is not None:
        page.body["data-near"] = json.dumps(near)


def near_scripts(page: BeautifulSoup) -> list[str]:
    """``load_when_near`` 가 적은 주소."""
    if page.body is None:
        return []
    near = json.loads(str(page.body.get("data-near", "{}")))
    return [address for addresses in near.values() for address in addresses]


def offer_slides(page: BeautifulSoup, version: str) -> None:
    """장이면 제목 아래에 슬라이드로 여는 고리를 둡니다. ``site.js`` 가 누를 때 읽습니다."""
    times = page.select("article .reading-time")
    if not times:
        return
    line = times[-1]
    if "take-along" not in line.get_attribute_list("class"):
        line = new(page, "p", class_="reading-time take-along screen-only")
        times[-1].insert_after(line)
    link = new(page, "a", class_="pst-js-only", href="?present=1")
    for key, file in (("data-script", "present.js"), ("data-style", "present.css")):
        link[key] = f"{content_root(page)}_static/{file}?v={version}"
    link.string = "슬라이드로 보기"
    line.append(link)


def slide_files(page: BeautifulSoup) -> list[str]:
    """``offer_slides`` 가 적은 주소."""
    links = page.select("a[data-style]")
    return [str(link[key]) for link in links for key in ("data-script", "data-style")]


def tidy_head(page: BeautifulSoup, description: str) -> None:
    """머리의 되풀이를 걷고 검색 엔진이 보일 한 문장을 넣습니다."""
    viewports = page("meta", attrs={"name": "viewport"})
    for node in [*viewports[1:], *page("meta", attrs={"name": re.compile("^docsearch:")})]:
        node.decompose()
    if description and not page.find("meta", attrs={"name": "description"}):
        tag = new(page, "meta", content=description)
        tag["name"] = "description"
        page.head.insert(0, tag)  # pyright: ignore[reportOptionalMemberAccess]
    page.head.insert(0, page.find("meta", charset=True).extract())  # pyright: ignore


def describe(page: BeautifulSoup) -> str:
    """쪽이 답하는 질문 또는 첫 문단. 수식은 뺍니다."""
    for first in page.select("article blockquote p, article h1 ~ p, article section > p"):
        if "reading-time" in first.get_attribute_list("class") or first.find_parent(is_not_prose):
            continue
        text = copy.copy(first)
        for node in text.select("math, .headerlink"):
            node.decompose()
        return " ".join(text.get_text().split())[:150]
    return ""


def plain_text(node: Tag) -> str:
    """제목의 글. 고리와 식의 원문은 뺍니다."""
    text = copy.copy(node)
    for part in text.select(".headerlink, annotation"):
        part.decompose()
    return " ".join(text.get_text().split())


def space_functions(page: BeautifulSoup) -> None:
    """``2cosω`` 처럼 붙은 함수의 이름 앞뒤를 조판의 관례대로 띕니다. MathML로 옮길 때 빠집니다."""
    for applied in page.select("math mo"):
        name = applied.find_previous_sibling()
        if applied.get_text() != APPLICATION or not isinstance(name, Tag):
            continue
        first, last = name, applied
        group = applied.parent
        script = group.parent if group is not None else None
        if script is not None and script.name in SCRIPTED and script.find(True) is group:
            first = last = script  # sin² 처럼 이름에 첨자가 붙었습니다.
        before, after = first.find_previous_sibling(), last.find_next_sibling()
        if isinstance(before, Tag) and (before.name not in SPACED or before.get_text() in ")]"):
            first.insert_before(new(page, "mspace", width=THIN))
        if isinstance(after, Tag) and after.name not in SPACED:
            last.insert_after(new(page, "mspace", width=THIN))


def close_up_signs(page: BeautifulSoup) -> None:
    """첨자의 ``t−1`` 은 붙이고, 여는 괄호 뒤의 ``−`` 는 음수의 부호로 읽힙니다."""
    for sign in page.select("math mo"):
        before = sign.find_previous_sibling()
        if sign.get_text() in SIGNS and isinstance(before, Tag) and before.get_text() in OPENING:
            sign["form"] = "prefix"
    for sign in page.select("math :is(msub, msup, msubsup) > :not(:first-child) mo"):
        sign["lspace"] = sign["rspace"] = "0"


def leave_untranslated(page: BeautifulSoup) -> None:
    """식과 코드는 브라우저가 쪽을 옮길 때에도 그대로 둡니다."""
    for node in page.select(".math, pre, :not(pre) > code"):
        node["translate"] = "no"


def is_not_prose(node: Tag) -> bool:
    """그림, 표, 셀."""
    return node.name in ("figure", "table") or "cell" in node.get_attribute_list("class")


def draw_icons(page: BeautifulSoup) -> None:
    """글꼴로 그리던 단추를 쪽 안의 그림으로 바꿉니다."""
    for node in page.select("i[class*=fa-], span[class*=fa-]"):
        classes = list(node["class"])
        (name,) = [c for c in classes if c.startswith("fa-") and c not in ("fa-solid", "fa-lg")]
        drawn = BeautifulSoup(icon(name), "html.parser").svg
        assert drawn is not None
        own = [c for c in classes if not c.startswith("fa")]
        drawn["class"] = AttributeValueList(["icon", *own])
        if node.get("data-mode"):
            drawn["data-mode"] = node["data-mode"]
        node.replace_with(drawn)


def name_controls(page: BeautifulSoup) -> None:
    """단추의 보이는 글과 읽히는 이름을 맞추고, 떠 있는 단추를 본문 안으로 옮깁니다."""
    # 보이는 글이 곧 이름인 것: 다른 이름을 붙이면 말로 누르는 사람이 부르지 못합니다.
    for named in page.select("button.search-button-field, summary"):
        del named["aria-label"], named["title"]
    for hint in page.select(".search-button__kbd-shortcut"):
        hint["aria-hidden"] = "true"
    for button in page.select("button.sidebar-toggle"):
        button["aria-label"] = button["title"]
        del button["title"]
    for dialog, label in (
        ("pst-search-dialog", "책에서 찾기"),
        ("pst-primary-sidebar-modal", "책의 차례"),
        ("pst-secondary-sidebar-modal", "이 쪽의 차례"),
    ):
        found = page.find(id=dialog)
        if isinstance(found, Tag):
            found["aria-label"] = label
    sidebar = page.find(id="pst-primary-sidebar")
    if isinstance(sidebar, Tag):
        sidebar["role"], sidebar["aria-label"] = "complementary", "책의 이름과 차례"
    main, up = page.find("main"), page.find(id="pst-back-to-top")
    if isinstance(main, Tag) and isinstance(up, Tag):
        main.append(up.extract())
    for node in page.select("#ethical-ad-placement, .pst-async-banner-revealer, #searchbox"):
        node.decompose()
    for footer in page.select("footer.bd-footer"):
        if not footer.get_text(strip=True):
            footer.decompose()
    for caption in page.select("p.caption[role=heading]"):
        del caption["role"], caption["aria-level"]


def mend_body(page: BeautifulSoup) -> None:
    """Sphinx가 본문에 남긴, 화면 낭독기가 잘못 읽는 마디를 고칩니다."""
    for node in page.select(".citation-list, [role=doc-biblioentry]"):
        del node["role"]  # 목록의 구실이 항목의 구실과 어긋납니다.
    for cell in page.select("article th"):
        if not cell.get_text(strip=True):
            cell.name = "td"  # 모서리의 빈 칸은 제목이 아닙니다.
    # 부호와 이름을 하나하나 감싼 마디. 색을 입히지 않으므로 쪽만 무겁게 합니다.
    for node in page.select("dt.sig :is(span.pre, span.n, span.o, span.p, span.w)"):
        node.unwrap()
    for node in page.select("dt.sig dl, dt.sig dd"):
        node["class"] = {"dl": "sig-params", "dd": "sig-line"}[str(node.name)]
        node.name = "span"  # 정의의 목록이 아니라 줄을 바꾼 매개변수입니다.


def lighten_listings(page: BeautifulSoup) -> None:
    """셀이 보인 코드에 IPython이 따로 붙인 색을 걷습니다. 쪽의 코드와 같은 색으로 그립니다."""
    for style in page.select("article .output style:has(+ .highlight)"):
        style.decompose()
    for node in page.select(",".join(f".output .highlight span.{name}" for name in PLAIN)):
        node.unwrap()


def wrap_tables(page: BeautifulSoup) -> None:
    """넓은 표가 쪽이 아니라 제자리에서 밀리게 감쌉니다."""
    for table in page.select("article table"):
        if table.find_parent(class_=TABLE_WRAPPER) is None:
            table.wrap(new(page, "div", class_=TABLE_WRAPPER))


def size_images(page: BeautifulSoup, folder: Path) -> None:
    """그림의 크기를 미리 알려 글이 밀리지 않게 하고, 보일 때 받게 합니다. 긴 그림은 나눌 자리도."""
    for image in page.select("article img[src$='.svg']"):
        path = folder / unquote(str(image["src"]))
        drawing = path.read_text("utf-8")
        try:
            width, height = size_of(drawing)
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from error
        image["width"], image["height"] = str(width), str(height)
        image["loading"], image["decoding"] = "lazy", "async"
        if rows := cuts(drawing):
            image["data-rows"] = " ".join(f"{value:g}" for value in rows)


def note_terms(page: BeautifulSoup, meanings: dict[str, str]) -> None:
    """용어에 마우스를 올리거나 초점을 두면 뜻이 보이게 합니다."""
    for span in page.select("a.reference span.std-term"):
        meaning = meanings.get(" ".join(span.get_text().split()).lower())
        link = span.find_parent("a")
        if meaning and link is not None:
            link["data-meaning"] = meaning
            link["class"] = AttributeValueList([*link.get_attribute_list("class"), "term"])
            del link["title"]


def make_absolute(page: BeautifulSoup, base: str) -> None:
    """상대 주소를 ``base`` 에서 시작하는 주소로 바꿉니다. 어느 깊이에서나 뜨는 쪽에 씁니다."""
    for tag, key in (("a", "href"), ("link", "href"), ("script", "src"), ("form", "action")):
        for node in page(tag):
            address = str(node.get(key, ""))
            if address and not re.match(r"#|/|[a-z]+:", address):
                node[key] = base + address.removeprefix("./")
