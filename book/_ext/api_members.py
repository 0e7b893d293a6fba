"""꾸러미의 설명에서, 설명이 아닌 것을 뺍니다."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx


def skip_tuple_fields(
    app: Sphinx, what: str, name: str, member: Any, skip: bool, options: Any
) -> bool | None:
    """``NamedTuple`` 의 칸은 클래스의 설명에 있으므로 따로 적지 않습니다."""
    return True if type(member).__name__ == "_tuplegetter" else None


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.connect("autodoc-skip-member", skip_tuple_fields)
    return {"parallel_read_safe": True}
