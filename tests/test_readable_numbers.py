"""``{readable}`` 과, 쪽의 수가 사람이 읽는 꼴인지 보는 검사."""

from __future__ import annotations

import pytest
import readable_numbers
from sphinx_pages import Built, build_pages

FRONT = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

# 쪽

```{code-cell} ipython3
:tags: [remove-cell]

import numpy as np
from myst_nb import glue

numbers = {"small": 4.12e-4, "tiny": 2.5e-14, "count": 12400, "minus": -0.8691}
for name, value in numbers.items():
    glue(name, value, display=False)
glue("scalar", np.float64(0.25), display=False)
glue("word", "글", display=False)
```

"""
GOOD = """작은 수 {readable}`small`은(는) 셋이면 {readable}`small 3`이고,
{readable}`tiny`까지 갑니다.

모두 {readable}`count`개이고 {readable}`minus`과(와) {readable}`scalar`입니다.

버전 3.15.1과 1,234초가 아니라 0.0468과 12.5, 100만, $4e-04$와 `4e-04`, 0.98입니다.

```text
4e-04
```
"""
WRONG = {
    "글의 4e-04를 봅니다.": "4e-04",
    "글의 2.5e-14입니다.": "2.5e-14",
    "글의 0.9614를 봅니다.": "0.9614",
    "글의 12.34배입니다.": "12.34",
    "글의 1.000입니다.": "1.000",
    "없는 {readable}`nothing`입니다.": "nothing",
    "글자인 {readable}`word`입니다.": "word는 수가 아님",
    "너무 긴 {readable}`small 9`입니다.": "digits",
    "꼴이 다른 {readable}`small 3 4`입니다.": "small 3 4",
    "![파동 0.1234를 그린다](figure.svg)": "0.1234",
}
CELL = """
```{code-cell} ipython3
print(*[f"{4e-4:.0e}"] * 4, 0.123456)
```

```{code-cell} ipython3
from IPython.display import Markdown

Markdown("| 오차 | 긴 수 |\\n|--|--|\\n| 1e-05 | 0.123456 |")
```

```{code-cell} ipython3
---
mystnb:
  image:
    alt: 파동
  figure:
    name: fig-x
    caption: 오차는 {glue:text}`small:.7f`(으)로 줄었다.
---
from IPython.display import SVG

SVG(filename="figure.svg")
```
"""


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, str]:
    """좋은 수, 나쁜 수, 셀의 결과가 한 쪽에 있습니다. 커널을 한 번만 엽니다."""
    text = FRONT + GOOD + "\n" + "\n\n".join(WRONG) + "\n" + CELL
    settings = {
        "extensions": ["myst_nb", "sphinxcontrib.bibtex", "particles", "readable_numbers"],
        "nb_execution_mode": "force",
    }
    return build_pages(tmp_path_factory.mktemp("numbers"), text, **settings), text


def test_glued_numbers_are_written_as_people_read_them(built: tuple[Built, str]):
    said = built[0].text()
    assert "작은 수 0.00041은 셋이면 0.000412이고, 2.5×10⁻¹⁴까지 갑니다." in said
    assert "오차는 0.0004120으로 줄었다." in said
    assert "모두 12,400개이고 −0.87과 0.25입니다." in said


@pytest.mark.parametrize("source", WRONG)
def test_number_hard_to_read_is_named_with_its_line(built: tuple[Built, str], source: str):
    page, text = built
    start = f"index.md:{line_of(text, source)}:"
    (told,) = [line for line in page.said.splitlines() if start in line]
    assert "WARNING" in told
    expected = {"word는 수가 아님": "수여야 합니다"}.get(WRONG[source], WRONG[source])
    assert expected in told


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("print(*", "4e-04, 4e-04, 4e-04 (모두 4개)"),
        ("Markdown(", "1e-05"),
        ("SVG(filename", "0.0004120"),
    ],
)
def test_output_of_a_cell_is_named_with_the_line_of_the_cell(
    built: tuple[Built, str], code: str, number: str
):
    page, text = built
    cell = text[: text.index(code)].rindex("```{code-cell}")
    start = f"index.md:{text[:cell].count(chr(10)) + 1}:"
    (told,) = [line for line in page.said.splitlines() if start in line]
    assert told.endswith(f"받은 값: {number}")


def test_nothing_else_is_told(built: tuple[Built, str]):
    assert built[0].said.count("WARNING") == len(WRONG) + 3


@pytest.mark.parametrize(
    ("decimal", "count"),
    [("0.0468", 3), ("0.9614", 4), ("12.5", 3), ("1,234.5", 5), ("1.000", 4), ("0.00", 0)],
)
def test_leading_zeros_are_no_figures(decimal: str, count: int):
    assert readable_numbers.figures(decimal) == count
