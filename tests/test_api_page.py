"""꾸러미의 쪽은 모든 모듈을 한 번씩 보입니다."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "book" / "appendix" / "api.md"
MODULES = sorted(p.stem for p in (ROOT / "code" / "cosine_rnn").glob("*.py"))


def test_every_module_has_one_place_on_the_page_under_its_own_name():
    text = PAGE.read_text("utf-8")
    shown = re.findall(r"^\.\. automodule:: cosine_rnn(?:\.(\w+))?$", text, re.M)
    assert sorted(name or "__init__" for name in shown) == MODULES
    titles = re.findall(r"^### `(\w+)`$", text, re.M)
    assert titles == [name for name in shown if name]
