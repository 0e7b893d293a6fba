"""한 번에 하나만 짓고, 끝까지 지은 것만 다음에 이어 씁니다.

- 둘이 함께 지으면 나중 것은 먼저 것이 끝나기를 기다립니다.
- 끝까지 지으면 지은 파일을 모두 줄여 적어 둡니다. 도중에 죽거나 디스크가 차거나 파일이 상하면 적은
  것과 달라지고, 다음 빌드는 간직해 둔 실행만 두고 처음부터 짓습니다.
- 글이 바뀌었는지는 내용으로 봅니다. 시계가 뒤로 가면 파일의 때만으로는 모릅니다.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cosine_rnn.support.storage import locked, write_whole
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

logger = logging.getLogger(__name__)
RECORD = ".whole.json"
PICTURES = "jupyter_execute"
"""셀이 그린 그림의 폴더. MyST-NB가 책의 곁에 둡니다."""

BROKEN = "지난 빌드가 끝나지 않았거나 지은 파일이 바뀌어 처음부터 짓습니다. 실행한 것은 씁니다."
UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)
UNWRITTEN = (
    "지은 것을 쓰지 못해 멈춥니다: %s\n디스크의 남은 자리와 _build에 쓸 수 있는지를 보고 "
    "같은 명령을 다시 부르십시오. 실행해 둔 것은 남아 있고, 나머지는 처음부터 짓습니다."
)

HELD: dict[Path, contextlib.ExitStack] = {}
"""이 프로세스가 짓고 있는 책의 폴더와, 잡고 있는 자리."""

WAITING = "다른 명령이 이 책을 짓고 있습니다. 끝나기를 기다립니다."


def folders(app: Sphinx) -> list[Path]:
    """빌드가 이어 쓰는 것이 놓이는 폴더들."""
    out = Path(app.outdir)
    return [out, Path(app.doctreedir), out.parent / PICTURES]


def record_of(app: Sphinx) -> Path:
    """지은 것들을 적어 둔 파일."""
    return Path(app.outdir).parent / RECORD


def digest(path: Path) -> str:
    """파일을 줄인 값. 없으면 빈 글."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def built(app: Sphinx) -> Iterator[Path]:
    """지은 파일들."""
    for folder in folders(app):
        yield from sorted(path for path in folder.rglob("*") if path.is_file())


def is_whole(app: Sphinx) -> bool:
    """지난 빌드가 끝났고 그 파일들이 그대로 있는지."""
    out = Path(app.outdir).parent
    try:
        known = json.loads(record_of(app).read_text("utf-8"))
        return all(digest(out / name) == value for name, value in known.items())
    except (OSError, ValueError, AttributeError):
        return False


def begin(app: Sphinx, config: Config) -> None:
    """다른 빌드가 끝나기를 기다리고, 이어 쓸 수 없는 것을 치웁니다."""
    out = Path(app.outdir)
    # 한 프로세스가 되풀이해 지을 때(make serve), 셀이 실패해 멈춘 빌드는 자리를 내주지 못했습니다.
    leave(out)
    with contextlib.ExitStack() as waited:
        try:
            waited.enter_context(locked(out, wait_seconds=0))
        except TimeoutError:
            logger.info(WAITING)
            waited.enter_context(locked(out))
        HELD[out] = waited.pop_all()
    if is_whole(app):
        return
    if any(built(app)):
        logger.info(BROKEN)
    for folder in filter(Path.exists, folders(app)):
        shutil.rmtree(folder)
        folder.mkdir()


def leave(out: Path) -> None:
    """기다리는 빌드에 자리를 내줍니다."""
    HELD.pop(out, contextlib.ExitStack()).close()


def changed(app: Sphinx, env: Any, added: Any, altered: Any, removed: Any) -> list[str]:
    """읽은 뒤에 글이나 글이 부르는 파일의 내용이 바뀐 쪽."""
    known = getattr(env, "book_contents", {})
    return [name for name in known if name in env.found_docs and known[name] != contents(env, name)]


def contents(env: Any, name: str) -> str:
    """쪽의 원고와 원고가 부르는 파일들을 줄인 값."""
    called = sorted(str(path) for path in env.dependencies[name])
    paths = [Path(env.doc2path(name)), *(Path(env.srcdir, path) for path in called)]
    return " ".join(map(digest, paths))


def note_contents(app: Sphinx, doctree: Any) -> None:
    """읽은 쪽의 내용을 적어 둡니다."""
    env: Any = app.env
    name = env.docname
    env.book_contents = {**getattr(env, "book_contents", {}), name: contents(env, name)}


def begin_to_write(app: Sphinx, env: Any, names: list[str]) -> None:
    """이제부터 파일을 고칩니다. 끝나야 다시 적습니다."""
    record_of(app).unlink(missing_ok=True)


def disk_error(error: BaseException | None) -> BaseException | None:
    """오류가 디스크에 쓰지 못해서 났으면 그 까닭. 실행을 간직하는 SQLite의 오류도 봅니다."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in UNWRITABLE:
            return error
        if isinstance(error, sqlite3.OperationalError) and "full" in str(error):
            return error
        error = error.__cause__ or error.__context__
    return None


def end(app: Sphinx, exception: Exception | None) -> None:
    """끝까지 지었으면 적어 두고, 자리를 내줍니다. 쓰지 못해 멈추었으면 무엇을 할지 알립니다."""
    try:
        if cause := disk_error(exception):
            # 예외로 알리면 긴 추적이 뒤에 붙습니다. 이 글이 마지막이어야 합니다.
            logger.error(UNWRITTEN, cause)
            raise SystemExit(1)
        if exception is None:
            out = Path(app.outdir).parent
            known = {path.relative_to(out).as_posix(): digest(path) for path in built(app)}
            text = json.dumps(known, ensure_ascii=False)
            write_whole(record_of(app), lambda file: file.write(text.encode()))
    finally:
        leave(Path(app.outdir))


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.connect("config-inited", begin, priority=100)
    app.connect("env-get-outdated", changed)
    # 실패한 셀에서 멈출 때에는 아직 아무것도 고치지 않았습니다.
    app.connect("env-before-read-docs", begin_to_write, priority=900)
    app.connect("doctree-read", note_contents, priority=999)
    app.connect("build-finished", end, priority=1000)
    return {"parallel_read_safe": False}
