"""테마가 한국어로 옮기지 않은 말을 옮깁니다. 번역은 ``book/_locale/ko.po`` 에 있습니다."""

from __future__ import annotations

from pathlib import Path

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


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.connect("config-inited", add_catalog, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
