"""테마가 한국어로 옮기지 않은 말을 옮깁니다. 번역은 ``book/_locale/ko.po`` 에 있습니다."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages import mofile, pofile
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.osutil import ensuredir

CATALOG = Path(__file__).parents[1] / "_locale" / "ko.po"


def add_catalog(app: Sphinx, config: Config) -> None:
    """번역을 테마의 것보다 앞에 두어, 빠진 말을 채우고 틀린 말을 바로잡습니다."""
    target = Path(app.doctreedir) / "locale" / "ko" / "LC_MESSAGES"
    ensuredir(target)
    with CATALOG.open("rb") as source, (target / "sphinx.mo").open("wb") as compiled:
        mofile.write_mo(compiled, pofile.read_po(source, locale="ko"))
    app.add_message_catalog("sphinx", str(target.parents[1]))


def translate_body(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """번역을 거치지 않고 본문에 박힌 말을 옮깁니다. 접은 셀을 여는 단추의 이름입니다."""
    if "body" in context:
        context["body"] = context["body"].replace(
            'aria-label="Toggle hidden content"', 'aria-label="접은 내용 여닫기"'
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.connect("config-inited", add_catalog, priority=900)
    app.connect("html-page-context", translate_body)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
