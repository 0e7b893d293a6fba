"""작은 책을 실제로 지어 확장을 보는 시험이 함께 쓰는 것."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, NamedTuple

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx
from sphinx.util.console import strip_colors
from sphinx.util.docutils import docutils_namespace, patch_docutils

ROOT = Path(__file__).parents[1]
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    '<text x="1" y="9">글자</text></svg>'
)
SETTINGS: dict[str, Any] = {
    "extensions": ["myst_nb", "sphinxcontrib.bibtex", "particles", "term_glossary"],
    "bibtex_bibfiles": ["references.bib"],
    "bibtex_reference_style": "author_year",
    "html_title": "책",
    "language": "ko",
    "myst_enable_extensions": ["dollarmath"],
    "nb_execution_mode": "off",
    "nb_render_markdown_format": "gfm",
    "numfig": True,
    "numfig_format": {"figure": "그림 %s", "table": "표 %s"},
    "numfig_secnum_depth": 0,
    "suppress_warnings": ["app.add_node"],
}


class Built(NamedTuple):
    """지은 쪽과, 짓는 동안 낸 경고."""

    page: BeautifulSoup
    said: str

    def one(self, selector: str) -> Tag:
        """고르는 말에 맞는 첫 마디."""
        found = self.page.select_one(selector)
        assert found is not None
        return found

    def text(self) -> str:
        """쪽에 보이는 글. 수식은 LaTeX이고, 공백은 하나로 줄입니다."""
        copy = BeautifulSoup(str(self.one("div.body")), "html.parser")
        for node in copy.select(".math"):
            node.string = node.get_text().removeprefix("\\(").removesuffix("\\)")
        return " ".join(copy.get_text().split())


def build_source(
    source: Path, settings: dict[str, Any], builder: str = "html"
) -> tuple[Sphinx, str]:
    """``source`` 의 원고를 곁의 ``out`` 에 짓고, 앱과 경고를 돌려줍니다."""
    folder = source.parent
    with (
        (folder / "log").open("w", encoding="utf-8") as log,
        (folder / "warnings").open("w", encoding="utf-8") as warnings,
        patch_docutils(),
        docutils_namespace(),
    ):
        app = Sphinx(
            source, None, folder / "out", folder / "trees", builder, settings,
            status=log, warning=warnings, freshenv=True,
        )  # fmt: skip
        app.build()
    return app, strip_colors((folder / "warnings").read_text("utf-8"))


def build_pages(folder: Path, text: str, **settings: Any) -> Built:
    """``text`` 를 첫 쪽으로, 참고문헌을 둘째 쪽으로 하는 책을 짓습니다."""
    source = folder / "source"
    source.mkdir()
    (source / "index.md").write_text(f"{text}\n```{{toctree}}\nreferences\n```\n", "utf-8")
    (source / "references.md").write_text("# 참고문헌\n\n```{bibliography}\n```\n", "utf-8")
    (source / "figure.svg").write_text(SVG, "utf-8")
    shutil.copy(ROOT / "book" / "references.bib", source)
    _, said = build_source(source, SETTINGS | settings)
    html = (folder / "out" / "index.html").read_text("utf-8")
    return Built(BeautifulSoup(html, "html.parser"), said)
