"""테마가 한국어로 옮기지 않은 말을 옮깁니다. 번역은 ``book/_locale/ko.po`` 에 있습니다."""

from __future__ import annotations

import gettext
import io
from pathlib import Path

from babel.messages import mofile, pofile
from sphinx import locale
from sphinx.application import Sphinx
from sphinx.config import Config

CATALOG = Path(__file__).parents[1] / "_locale" / "ko.po"


def prefer_catalog(app: Sphinx, config: Config) -> None:
    """책의 번역을 Sphinx와 테마의 것보다 앞에 두어, 빠진 말을 채우고 어긋난 말을 바로잡습니다."""
    compiled = io.BytesIO()
    with CATALOG.open("rb") as source:
        mofile.write_mo(compiled, pofile.read_po(source, locale="ko"))
    compiled.seek(0)
    translator = gettext.GNUTranslations(compiled)
    translator.add_fallback(app.translator)
    # Sphinx에는 앞자리에 더하는 길이 없습니다. 틀이 쓰는 것과 코드가 쓰는 것을 함께 바꿉니다.
    app.translator = locale.translators["general", "sphinx"] = translator


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.connect("config-inited", prefer_catalog, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
