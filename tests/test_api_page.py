"""꾸러미의 쪽은 모든 모듈을 한 번씩 보입니다."""

from __future__ import annotations

import re
from pathlib import Path

from cosine_rnn.support import catalogue

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "code" / "cosine_rnn"
PAGE = ROOT / "book" / "appendix" / "api.md"
BUILT = ROOT / "_build" / "html" / "book" / "appendix" / "api.html"
ROOMS = ("", "beyond", "support")


def test_every_module_has_one_place_on_the_page_under_its_own_name():
    text = PAGE.read_text("utf-8")
    shown = re.findall(r"^\.\. automodule:: cosine_rnn(?:\.([\w.]+))?$", text, re.M)
    modules = [
        f"{room}.{path.stem}".lstrip(".")
        for room in ROOMS
        for path in (PACKAGE / room).glob("*.py")
        if not path.stem.startswith("__")
    ]
    assert sorted(name for name in shown if name) == sorted(modules)
    titles = re.findall(r"^### `(\w+)`$", text, re.M)
    assert titles == [name.split(".")[-1] for name in shown if name]


def test_every_experiment_is_on_the_built_page():
    text = BUILT.read_text("utf-8")
    for name in catalogue.names():
        assert f'id="module-cosine_rnn.experiments.{name.replace("-", "_")}"' in text
