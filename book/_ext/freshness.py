"""무엇을 다시 읽고 쓸지 정합니다. 바뀐 것만 다시 하되, 처음부터 지은 것과 같아야 합니다.

- 확장이나 테마의 틀, 용어 목록이 바뀌면 모두 다시 읽습니다.
- 제목이나 번호처럼 다른 쪽에도 나오는 것, 스타일과 스크립트가 바뀌면 모두 다시 씁니다.
- 경고가 있었으면 그때 읽거나 쓴 쪽을 다음에도 다시 읽습니다. 바뀌지 않은 쪽의 경고도 다시 보입니다.
"""

from __future__ import annotations

import copy
import hashlib
import os
from pathlib import Path
from typing import Any

import chapter_times
import site_address
from page_history import EPOCH
from sphinx.application import Sphinx
from sphinx.config import Config

BOOK = Path(__file__).parents[1]
WARNED = "warned-pages"
SOURCES = ("_ext/**/*.py", "_templates/*", "_locale/*", "_fonts/*", "_static/lab/*", "*.yml")
STATIC = ("_static/*",)


def digest(patterns: tuple[str, ...]) -> str:
    """파일들을 줄인 값."""
    found = hashlib.sha256()
    for path in sorted({path for pattern in patterns for path in BOOK.glob(pattern)}):
        if path.is_file():
            found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


def set_sources(app: Sphinx, config: Config) -> None:
    """쪽을 읽고 쓰는 방식을 정하는 파일들을 줄여 둡니다. 바뀌면 모든 쪽을 다시 읽습니다."""
    config["book_sources"] = " ".join(
        [digest(SOURCES), os.environ.get(EPOCH, ""), *site_address.known()]
    )


def shared(env: Any) -> dict[str, Any]:
    """한 쪽에 있지만 다른 쪽에도 나오는 것들."""
    standard = env.domaindata["std"]
    found = {
        "titles": {name: title.astext() for name, title in env.titles.items()},
        "order": env.toctree_includes,
        "figures": env.toc_fignumbers,
        "labels": standard["labels"],
        "anonymous": standard["anonlabels"],
        "terms": sorted(standard["terms"]) if "terms" in standard else [],
        "minutes": chapter_times.minutes(env),
        "static": digest(STATIC),
    }
    return copy.deepcopy(found)  # Sphinx는 쪽을 다시 읽을 때 이것들을 그 자리에서 고칩니다.


def pages_to_write(app: Sphinx, env: Any) -> list[str]:
    """바뀐 쪽 말고도 다시 써야 하는 쪽."""
    before, env.book_shared = getattr(env, "book_shared", None), shared(env)
    times = {name: chapter_times.execution_seconds(env, name) for name in env.found_docs}
    seconds, env.book_seconds = getattr(env, "book_seconds", None), times
    if before != env.book_shared:
        return sorted(env.found_docs)
    return sorted(chapter_times.pages_with_times(env)) if seconds != times else []


def leave_toctrees(app: Sphinx, env: Any) -> None:
    """Sphinx는 차례가 있는 쪽도 늘 다시 씁니다. 거기 나오는 것이 바뀌었는지는 위에서 보았습니다."""
    env.files_to_rebuild.clear()


def note_touched(app: Sphinx, name: str, *_: Any) -> None:
    """이번에 읽거나 쓴 쪽."""
    builder: Any = app.builder
    builder.touched_pages = {*getattr(builder, "touched_pages", ()), name}


def note_read(app: Sphinx, env: Any, names: list[str]) -> None:
    """이번에 읽는 쪽."""
    for name in names:
        note_touched(app, name)


def warned_before(app: Sphinx, env: Any, added: Any, changed: Any, removed: Any) -> list[str]:
    """지난번에 경고가 있었으면 그때 읽거나 쓴 쪽. 다시 읽어야 경고도 다시 나옵니다."""
    path = Path(app.doctreedir) / WARNED
    return path.read_text("utf-8").split("\n") if path.exists() else []


def remember_warnings(app: Sphinx, exception: Exception | None) -> None:
    """경고나 오류가 있었으면 이번에 읽거나 쓴 쪽을 적어 둡니다."""
    path = Path(app.doctreedir) / WARNED
    touched = getattr(app.builder, "touched_pages", set())
    if exception is None and not app._warncount:
        path.unlink(missing_ok=True)
    elif touched and path.parent.is_dir():
        path.write_text("\n".join(sorted({*touched, *warned_before(app, *[None] * 4)})), "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.add_config_value("book_sources", "", "env", types=(str,))
    app.connect("config-inited", set_sources)
    app.connect("env-get-updated", pages_to_write, priority=900)  # 번호가 정해진 뒤입니다.
    app.connect("env-get-outdated", warned_before)
    app.connect("env-before-read-docs", note_read, priority=100)
    app.connect("env-check-consistency", leave_toctrees)
    app.connect("html-page-context", note_touched)
    app.connect("build-finished", remember_warnings, priority=999)
    return {"parallel_read_safe": False}
