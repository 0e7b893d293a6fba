"""절의 주소를 제목에서 만듭니다: ``#무엇을-보았나``.

Sphinx는 한글을 버리고 나온 차례로 ``#id7`` 을 붙입니다. 절 하나를 더하면 뒤의 주소가 모두 밀려,
남이 적어 둔 고리가 엉뚱한 곳으로 갑니다. 용어집의 낱말도 같습니다.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import count
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform


def slug(title: str) -> str:
    """제목의 낱말을 붙임표로 이은 것. 글자와 숫자가 없으면 빈 글입니다."""
    return "-".join(re.findall(r"\w+", unicodedata.normalize("NFC", title).lower()))


class NameSections(SphinxTransform):
    """절의 이름을 바꿉니다. 손으로 붙인 이름은 그대로 남습니다."""

    default_priority = 250  # 손으로 붙인 이름이 절에 옮겨지기(260) 전입니다.

    def apply(self, **kwargs: Any) -> None:
        """한 쪽을 봅니다."""
        document = self.document
        for section in document.findall(nodes.section):
            title = section.next_node(nodes.title)
            base = slug(title.astext()) if title is not None else ""
            if not base:
                continue
            old = section["ids"][-1]  # 앞의 것은 모듈처럼 다른 이가 붙인 이름입니다.
            # 같은 제목이 다시 나오면 번호를 붙입니다.
            tried = (base if n == 1 else f"{base}-{n}" for n in count(1))
            new = next(name for name in tried if document.ids.get(name, section) is section)
            rename(document, section, new)
            for name, found in document.nameids.items():
                if found == old:
                    document.nameids[name] = new


def rename(document: nodes.document, node: nodes.Element, new: str) -> None:
    """저절로 붙은 이름을 바꿉니다."""
    *given, old = node["ids"]
    del document.ids[old]
    node["ids"] = [*given, new]
    document.ids[new] = node


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.add_transform(NameSections)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
