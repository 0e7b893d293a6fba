"""사람에게 보이는 글을 한국어나 영어로 냅니다. 코드에는 한국어로 적고, 영어는 목록에서 찾습니다.

말은 흔히 쓰는 환경 변수 ``LANGUAGE``, ``LC_ALL``, ``LC_MESSAGES``, ``LANG`` 가운데 처음으로 적힌
것이 정합니다. 적힌 것이 없거나 우리에게 없는 말이면 한국어입니다. 목록은 ``locale`` 폴더에 있고,
``make messages`` 가 코드와 맞춥니다.
"""

from __future__ import annotations

import gettext
import os
from pathlib import Path

CATALOGUES = Path(__file__).parents[1] / "locale"
DOMAIN = "cosine_rnn"


def language() -> str:
    """쓸 말. ``ko`` 나 ``en`` 입니다."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if wanted := os.environ.get(name):
            known = (item[:2].lower() for item in wanted.split(":"))
            return next((item for item in known if item in ("ko", "en")), "ko")
    return "ko"


def message(template: str, /, **fields: object) -> str:
    """글 하나를 쓸 말로 옮기고 빈칸을 채웁니다.

    Args:
        template: ``{이름}`` 꼴의 빈칸이 있는 한국어 글. 목록에서 찾도록 코드에 그대로 적습니다.
        **fields: 빈칸에 넣을 값.
    """
    # 한국어는 목록이 없어도 됩니다. 코드에 적힌 글이 한국어입니다.
    found = gettext.translation(DOMAIN, CATALOGUES, [language()], fallback=True)
    return found.gettext(template).format(**fields)
