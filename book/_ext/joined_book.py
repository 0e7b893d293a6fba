"""지은 쪽들을 종이와 전자책에 실을 한 권으로 잇습니다.

다 지은 HTML에서 시작하므로 수와 그림은 쪽의 것 그대로이고, 셀을 다시 실행하지 않습니다. 손잡이와
단추는 걷고, 접은 것은 펴고, 풀이는 책의 끝에 모읍니다. 이름(id)은 책 전체에서 하나뿐이고, 책 안의
고리는 모두 ``#이름`` 입니다.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import site_address
import tinycss2
import yaml
from bs4 import BeautifulSoup, Comment, Tag
from bs4.element import AttributeValueList
from page_markup import plain_text

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
PRINT = ROOT / "book" / "_print"
WAVE_COLORS = ("#0072B2", "#D55E00", "#00845F", "#B0468E")
"""겉장의 네 파동. 네 모델의 색입니다."""

COPIES = ("book/appendix/questions", "book/appendix/exercises", "book/appendix/solutions")
"""장에 있는 것을 나누어 주기 좋게 모은 쪽. 한 권에는 장의 것이 있습니다."""

SOLUTIONS_PAGE = COPIES[-1]

INTRODUCTION = "들어가며"
SOLUTIONS, SOLUTIONS_ID = "풀이", "solutions"
LIGHT = {
    "color-border": "#d0d7de",
    "color-text-base": "#1f2328",
    "color-text-muted": "#57606a",
    "color-surface": "#f6f8fa",
    "color-background": "#ffffff",
    "font-family-base": "inherit",
}
STILL = "움직이지 않는 책이라 처음 설정의 그림입니다. 같은 계기를 웹의 책에서 움직일 수 있습니다."
LONGEST_WHOLE = 14
"""한 쪽에 다 실을 코드의 줄 수."""

UNPRINTED = (
    "script, button, .headerlink, .copybtn, .toctree-wrapper, .pst-js-only, .screen-only, [hidden],"
    # 인용의 문장은 종이에서도 쓰입니다. 복사해 파일에 넣을 것은 그렇지 않습니다.
    " .cite-this > .highlight-bibtex, .cite-this > .highlight-text:not(.citation-sentence),"
    " .lab-controls, .lab-said, .lab-part:empty, .lab-buttons, .question-buttons, .question-told,"
    " .output_html style, .text_html > style"
)
"""읽는 쪽에서만 쓰이는 것."""

DROPPED = ("data-bs-title", "data-bs-toggle", "loading", "decoding", "translate", "title")
FORMS = {"form": "div", "fieldset": "div", "legend": "p", "label": "span"}
"""고르는 물음의 마디와, 책에서 그것이 되는 마디."""

NAMES = "data-names"
"""제목이 물려받은 이름들이 잠시 머무는 자리."""

HEADINGS = re.compile(r"h[1-6]")
BLOCKS = ["p", "ul", "ol", "dl", "div", "table", "pre", "figure"]


@dataclass
class Chapter:
    """한 장. ``part`` 는 부의 이름이고, 없으면 비어 있습니다."""

    name: str
    part: str
    body: Tag

    @property
    def id(self) -> str:
        """장의 이름. 로마자와 줄표뿐입니다."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.removeprefix("book/").lower())

    @property
    def heading(self) -> Tag:
        """장의 제목."""
        found = self.body.find("h1")
        if not isinstance(found, Tag):
            raise ValueError(f"{self.name}: 제목이 있어야 합니다.")
        return found

    @property
    def title(self) -> str:
        """번호가 붙은 제목."""
        return plain_text(self.heading)

    @property
    def sections(self) -> list[Tag]:
        """절의 제목들."""
        return list(self.body("h2"))


def contents() -> list[tuple[str, str]]:
    """차례에 나온 쪽마다 부의 이름과 쪽의 이름. 장의 것을 베껴 모은 쪽은 뺍니다."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    rest = [(part["caption"], c["file"]) for part in toc["parts"] for c in part["chapters"]]
    return [("", toc["root"]), *((part, name) for part, name in rest if name not in COPIES)]


def join(html: Path = HTML, names: list[tuple[str, str]] | None = None) -> list[Chapter]:
    """``html`` 의 쪽을 차례대로 읽어 한 권으로 만듭니다. 마지막 장은 풀이입니다.

    Args:
        html: 다 지은 책의 폴더.
        names: 부의 이름과 쪽의 이름. 없으면 차례에 나온 모두입니다.

    Raises:
        FileNotFoundError: 지은 쪽이 없을 때.
    """
    chapters = [Chapter(name, part, read(html, name)) for part, name in names or contents()]
    for chapter in chapters:
        clean(chapter.body)
        name_sections(chapter.body)
    number_equations(chapters)
    if not chapters[0].part:
        chapters[0].heading.string = INTRODUCTION
    point(chapters, html)
    if (solutions := gather_solutions(chapters)) is not None:
        chapters.append(solutions)
    return chapters


def read(html: Path, name: str) -> Tag:
    """쪽 하나의 본문."""
    path = html / f"{name}.html"
    if not path.is_file():
        raise FileNotFoundError(f"지은 쪽이 없습니다: {path}. make book을 먼저 부르세요.")
    page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    body = page.select_one("article")
    if body is None:
        raise ValueError(f"{name}: 본문이 있어야 합니다.")
    body.name, body.attrs = "section", {"class": "chapter"}
    return body


def clean(body: Tag) -> None:
    """읽는 쪽에서만 쓰이는 것을 걷고, 접은 것을 폅니다."""
    for comment in body(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    open_forms(body)
    for node in body.select(UNPRINTED):
        node.decompose()
    for note in body.select(".lab-off"):
        note.string = STILL
    for node in body.select("details:not(.solution)"):
        folded_code = "above-input" in node.get_attribute_list("class")
        summary = node.find("summary", recursive=False)
        if isinstance(summary, Tag):
            if folded_code:
                summary.decompose()
            else:
                summary.name, summary.attrs = "p", {"class": "summary"}
        node.name = "div"
        node.attrs = {"class": "folded-code" if folded_code else "unfolded"}
    for node in body(True):
        for key in DROPPED:
            if node.name != "svg":
                node.attrs.pop(key, None)
    for formula in body("math"):
        plain_formula(formula)
    for paragraph in body("p"):
        # 문단 안에는 문단과 목록이 들어갈 수 없습니다.
        if paragraph.find(BLOCKS) is not None:
            paragraph.unwrap()
    for code in body("pre"):
        split_lines(code)


def plain_formula(formula: Tag) -> None:
    """식의 원문을 대신 읽을 글로 옮깁니다. 식은 한 번만 실립니다."""
    for note in formula("annotation"):
        formula["alttext"] = note.get_text().strip()
        note.decompose()
    for wrapper in [*formula("semantics"), *formula.find_parents("span", class_="katex")]:
        wrapper.unwrap()


def open_forms(body: Tag) -> None:
    """고르고 적는 물음을 글로 폅니다."""
    for question in body.select("fieldset.lab-guided"):
        question["class"] = "guided"
        for choice in question("label"):
            choice.name = "p"
    for entry in body(["input", "select", "textarea"]):
        entry.decompose()
    for name, plain in FORMS.items():
        for node in body(name):
            classes = [str(kind) for kind in node.get_attribute_list("class") if kind]
            node.attrs = {"class": AttributeValueList([*classes, name])}
            node.name = plain


def split_lines(code: Tag) -> None:
    """줄마다 마디 하나로 감싸, 긴 줄이 꺾이면 들여 보이게 합니다."""
    lines = code.decode_contents().removeprefix("<span></span>").rstrip("\n").split("\n")
    if any(line.count("<span") != line.count("</span") for line in lines):
        return
    markup = "\n".join(f'<span class="line">{line}</span>' for line in lines)
    # pre 밖에서 읽으면 줄 앞의 빈칸이 하나로 줄어듭니다.
    read_again = BeautifulSoup(f"<pre>{markup}</pre>", "html.parser")
    code["class"] = "short" if len(lines) <= LONGEST_WHOLE else "long"
    code.clear()
    code.extend(list(read_again.pre.children) if read_again.pre else [])


def number_equations(chapters: list[Chapter]) -> None:
    """식의 번호에 장의 번호를 붙입니다. 쪽마다 다시 세므로 책에서는 (1)이 여럿입니다."""
    found = {chapter.name: re.match(r"\d+\.", chapter.title) for chapter in chapters}
    numbers = {name: number[0] for name, number in found.items() if number}
    for chapter in chapters:
        for node in chapter.body.select('.eqno, a[href*="#equation-"]'):
            number = numbers.get(page_at(str(node.get("href", "")), chapter.name), "")
            node.string = re.sub(r"\((\d+)\)", rf"({number}\1)", node.get_text())


def page_at(address: str, name: str) -> str:
    """쪽 ``name`` 의 고리가 가리키는 쪽이나 파일."""
    path = unquote(urlsplit(address).path)
    place = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
    return place.removesuffix(".html") if path else name


def name_sections(body: Tag) -> None:
    """절과 그 앞의 빈 마디가 지닌 이름을 제목으로 옮깁니다. 쪽 번호는 제목의 자리에서 셉니다."""
    for heading in body(HEADINGS):
        section, names = heading.find_parent("section"), [heading.get("id")]
        for before in list(heading.find_previous_siblings("span", id=True)):
            names.append(before["id"])
            before.decompose()
        if section is not None and section.get("id"):
            names.insert(0, section["id"])
            del section["id"]
        heading[NAMES] = " ".join(str(name) for name in names if name)
        heading.attrs.pop("id", None)


def point(chapters: list[Chapter], html: Path) -> None:
    """이름을 책 전체에서 하나뿐이게 하고, 고리를 그 이름으로 돌립니다."""
    known: dict[str, dict[str, str]] = {chapter.name: {"": chapter.id} for chapter in chapters}
    if any(chapter.body.select_one("details.solution") for chapter in chapters):
        known[SOLUTIONS_PAGE] = {"": SOLUTIONS_ID}
    for chapter in chapters:
        own, first = known[chapter.name], chapter.heading
        named = [node for node in chapter.body(True) if "id" in node.attrs or NAMES in node.attrs]
        for number, node in enumerate(named, start=1):
            new = chapter.id if node is first else f"{chapter.id}-{number}"
            own.update(dict.fromkeys(str(node.attrs.pop(NAMES, node.get("id"))).split(), new))
            node["id"] = new
        for node in chapter.body(True):
            for key in ("aria-labelledby", "aria-describedby"):
                if key in node.attrs:
                    node[key] = " ".join(own.get(i, i) for i in str(node[key]).split())
            for key, value in node.attrs.items():
                if isinstance(value, str) and value.startswith("url(#"):
                    node[key] = f"url(#{own.get(value[5:-1], value[5:-1])})"
    for chapter in chapters:
        for link in chapter.body("a", href=True):
            aim(link, chapter, known)
        for image in chapter.body("img", src=True):
            place = (html / chapter.name).parent / unquote(str(image["src"]))
            image["src"] = place.resolve().as_posix()


def aim(link: Tag, chapter: Chapter, known: dict[str, dict[str, str]]) -> None:
    """고리 하나. 책에 없는 곳이면 책의 주소로, 그것도 모르면 글만 남깁니다."""
    parts = urlsplit(str(link["href"]))
    if parts.scheme:
        return
    page = page_at(str(link["href"]), chapter.name)
    if parts.query and is_alone(link):
        # 계기를 어떤 설정으로 여는 고리. 문장에 든 것만 계기가 있는 쪽을 가리킵니다.
        link.decompose()
    elif page in known:
        target = known[page].get(unquote(parts.fragment), known[page][""])
        link["href"] = f"#{target}"
        if page != chapter.name:
            classes = [str(name) for name in link.get_attribute_list("class") if name]
            kinds = ["elsewhere", "to-lab"] if parts.query else ["elsewhere"]
            link["class"] = AttributeValueList([*classes, *kinds])
    elif site_address.book_address():
        link["href"] = urljoin(site_address.page_address(chapter.name), str(link["href"]))
    elif "download" in link.attrs:
        # 받을 곳을 모르면 받으라는 말도 남기지 않습니다.
        (link.find_parent("p") or link).decompose()
    else:
        link.unwrap()


def is_alone(link: Tag) -> bool:
    """고리가 문장에 들지 않고 홀로 서 있는지."""
    before, after = str(link.previous_sibling or "").strip(), str(link.next_sibling or " ")
    return (not before or before.endswith((".", "?"))) and after[0].isspace()


def gather_solutions(chapters: list[Chapter]) -> Chapter | None:
    """풀이를 떼어 마지막 장에 모읍니다. 문제에는 풀이로, 풀이에는 문제로 가는 고리를 둡니다."""
    page = BeautifulSoup('<section class="chapter"></section>', "html.parser")
    body = page.section
    assert body is not None
    body.append(element("h1", SOLUTIONS, id=SOLUTIONS_ID))
    for chapter in list(chapters):
        found = chapter.body.select("details.solution")
        if found:
            body.append(element("h2", chapter.title, id=f"solutions-{chapter.id}"))
        for number, solution in enumerate(found, start=1):
            exercise = solution.find_previous(class_="exercise")
            label = exercise and exercise.select_one(".exercise-title")
            if exercise is None or label is None:
                raise ValueError(
                    f"{chapter.name}: {number}번째 풀이 앞에 연습문제가 있어야 합니다."
                )
            answer = f"{chapter.id}-solution-{number}"
            title = plain_text(label)
            label.append(element("a", SOLUTIONS, href=f"#{answer}", class_="to-solution"))
            for summary in solution("summary", recursive=False):
                summary.decompose()
            solution.name, solution.attrs = "div", {"class": "solution"}
            heading = element("h3", title, id=answer, class_="solution-title")
            heading.append(element("a", "문제", href=f"#{exercise['id']}", class_="to-exercise"))
            solution.insert(0, heading)
            for nested in solution("section"):
                nested.unwrap()
            body.append(solution.extract())
    return Chapter("solutions", "", body) if len(list(body.children)) > 1 else None


def element(name: str, text: str, *, class_: str = "", **attributes: str) -> Tag:
    """글 하나가 든 마디."""
    node = BeautifulSoup("", "html.parser").new_tag(name, attrs=dict(attributes))
    node.string = text
    if class_:
        node["class"] = AttributeValueList(class_.split())
    return node


def lab_rules() -> str:
    """읽는 쪽의 스타일에서 계기의 것. 색은 밝은 화면의 값으로 적습니다."""
    text = (ROOT / "book" / "_static" / "book.css").read_text("utf-8")
    for name, value in LIGHT.items():
        text = text.replace(f"var(--pst-{name})", value)
    found = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    rules = [(tinycss2.serialize(r.prelude), r) for r in found if r.type == "qualified-rule"]
    # 화면 가득히 보는 것은 한 권으로 이은 책에 없습니다.
    kept = (
        r for name, r in rules if name.lstrip().startswith(".lab") and ":fullscreen" not in name
    )
    return "\n".join(rule.serialize() for rule in kept)


def facts() -> dict[str, str]:
    """책의 제목과 지은이, 판. ``CITATION.cff`` 에서 옵니다."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    names = [
        a.get("name") or " ".join(filter(None, (a.get("family-names"), a.get("given-names"))))
        for a in cited["authors"]
    ]
    date = str(cited.get("date-released", ""))
    author = ", ".join(names)
    return {
        "title": cited["title"],
        "author": author,
        "version": str(cited.get("version", "")),
        "date": date,
    }
