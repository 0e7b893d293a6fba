"""코드의 색: 감싸지 않은 조각은 바탕의 글과 같은 색이고, 코드의 글은 그대로입니다."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from code_colors import DARK, LIGHT, LightFormatter
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

HTML = Path(__file__).parents[1] / "_build" / "html"
CODE = """@cached
def gate(x: float = 0.5, *, name: str = "f") -> float:
    # 망각 게이트
    return 1 / (1 + np.exp(-x)) if x is not None else f"{name}\\n"
"""


def colored(html: str, style: str) -> list[tuple[str, str]]:
    """글자마다의 색. 스타일의 규칙을 스스로 읽습니다."""
    css = str(HtmlFormatter(style=style).get_style_defs(".highlight"))
    rules = dict(re.findall(r"^\.highlight(?: \.(\w+))? \{ (.*) \}", css, re.M))
    base = re.sub(r"background: [^;]+; ", "", rules[""])
    found = []
    for text in BeautifulSoup(html, "html.parser").find_all(string=True):
        names = [name for node in text.parents for name in node.get_attribute_list("class")]
        drawn = next((rules[name] for name in names if name in rules), base)
        found += [(letter, drawn) for letter in str(text)]
    return found


@pytest.mark.parametrize("style", [LIGHT, DARK])
@pytest.mark.parametrize("language", ["ipython3", "python", "pytb", "bash", "yaml", "bibtex"])
def test_every_letter_keeps_its_color(style: str, language: str):
    lexer = get_lexer_by_name(language)
    usual, light = (highlight(CODE, lexer, made()) for made in (HtmlFormatter, LightFormatter))
    assert colored(light, style) == colored(usual, style)
    assert len(light) <= len(usual)


def test_pages_are_drawn_in_these_colors_and_wrap_nothing_else():
    page = BeautifulSoup((HTML / "book/theory/lstm.html").read_text("utf-8"), "html.parser")
    kinds = {str(node["class"][0]) for node in page.select(".highlight span[class]")}
    assert {"k", "mi", "s2"} <= kinds
    assert kinds.isdisjoint({"n", "p", "w", "nn"})
    assert not page.select(".output style")
    css = (HTML / "_static" / "site.css").read_text("utf-8")
    for theme, style in (("light", LIGHT), ("dark", DARK)):
        (base,) = re.findall(
            rf'data-theme="{theme}"\] \.highlight\s*\{{[^}}]*?\bcolor: (\S+?)[;}}]', css
        )
        usual = str(HtmlFormatter(style=style).get_style_defs(".highlight"))
        assert f"; color: {base} }}" in usual
