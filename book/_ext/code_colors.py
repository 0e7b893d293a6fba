"""코드의 색. 색이 바탕의 글과 같은 조각(이름, 괄호, 빈칸)은 따로 감싸지 않아 쪽이 가볍습니다."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from pygments.formatters import HtmlFormatter
from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES, Text
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.highlighting import PygmentsBridge

LIGHT, DARK = "a11y-high-contrast-light", "a11y-high-contrast-dark"
"""밝은 화면과 어두운 화면의 색. 종이책은 밝은 화면을 따르고, 흑백으로 찍어도 읽힙니다."""

_STYLES = [dict(get_style_by_name(name)) for name in (LIGHT, DARK)]


@functools.cache
def is_plain(kind: Any) -> bool:
    """어느 화면에서나 바탕의 글과 똑같이 그리는 조각인지. 스타일이 모르는 조각은 아닙니다."""
    return all(kind in style and style[kind] == style[Text] for style in _STYLES)


PLAIN = sorted(name for kind, name in STANDARD_TYPES.items() if name and is_plain(kind))
"""그런 조각의 이름."""


class LightFormatter(HtmlFormatter):
    """바탕의 글과 똑같은 조각을 글로 둡니다."""

    def format_unencoded(self, tokensource: Iterable[tuple[Any, str]], outfile: Any) -> None:
        """Pygments가 조각들을 HTML로 쓸 때 부릅니다."""
        pieces = ((Text if is_plain(kind) else kind, text) for kind, text in tokensource)
        super().format_unencoded(pieces, outfile)


def choose_colors(app: Sphinx, config: Config) -> None:
    """테마에 색을 알립니다."""
    config.html_theme_options |= {"pygments_light_style": LIGHT, "pygments_dark_style": DARK}


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    PygmentsBridge.html_formatter = LightFormatter
    app.connect("config-inited", choose_colors)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
