"""참고문헌의 이름표를 본문의 인용과 같은 꼴로 적는 ``author_year`` 라는 서지 양식.

본문이 ``[Werbos, 1990]`` 이라고 적으면 목록에서도 ``[Werbos, 1990]`` 을 찾게 합니다.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pybtex.plugin
from pybtex.database import Entry
from pybtex.style.formatting.unsrt import Style
from pybtex.style.labels import BaseLabelStyle
from sphinx.application import Sphinx
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle
from sphinxcontrib.bibtex.style.template import join, year


class AuthorYearLabels(BaseLabelStyle):
    """본문의 인용을 적는 것에게 지은이와 해를 맡깁니다. 같은 이름표가 둘이면 목록이 경고합니다."""

    def format_labels(self, sorted_entries: Iterable[Entry]) -> Iterator[str]:
        """차례대로, 대괄호 안에 들어갈 글."""
        style = AuthorYearReferenceStyle()
        authors = style.person.author_or_editor_or_title(full=False)
        template: Any = join(sep=style.author_year_sep)[authors, year]
        for entry in sorted_entries:
            yield str(template.format_data({"entry": entry, "style": style}))


class AuthorYearStyle(Style):
    """첫 지은이의 성, 해, 제목의 차례로 늘어놓습니다."""

    default_sorting_style = "author_year_title"
    default_label_style = "author_year"


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다. 쓰는 곳은 설정 ``bibtex_default_style: author_year`` 입니다."""
    pybtex.plugin.register_plugin(
        "pybtex.style.labels", "author_year", AuthorYearLabels, force=True
    )
    pybtex.plugin.register_plugin(
        "pybtex.style.formatting", "author_year", AuthorYearStyle, force=True
    )
    return {"parallel_read_safe": True}
