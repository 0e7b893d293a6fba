"""장들을 읽기 전에 나란히 실행해 둡니다. 읽을 때에는 간직해 둔 결과를 씁니다.

장의 셀이 그대로여도, 셀이 부르는 꾸러미의 소스나 자료, 고정된 버전이 바뀌면 다시 실행합니다.
실패한 셀이 있으면 책을 읽지 않고, 어느 파일 어느 줄인지 마지막에 알립니다.
"""

from __future__ import annotations

import ast
import asyncio
import hashlib
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import execution_cache
import platformdirs
from cosine_rnn.support.versions import PACKAGE, digest, imported, source_file, sources, written
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_client.manager import KernelManager
from myst_nb.core.read import create_nb_reader
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from page_history import EPOCH
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)
ROOT = Path(__file__).parents[2]
KERNEL = "display_name: Python 3\n"
"""장의 머리에서 커널의 이름을 적은 줄. 셀이 부르는 것을 줄인 값을 여기에 덧붙입니다."""

CELLS = re.compile(r"^```\{code-cell\}[^\n]*\n(?:---\n.*?^---\n)?(.*?)^```$", re.M | re.S)
"""셀의 코드. YAML로 적은 셀의 머리는 뺍니다."""

AGAIN = "디스크의 남은 자리를 보고 같은 명령을 다시 부르십시오. 간직한 쪽은 다시 실행하지 않습니다."


@dataclass(frozen=True)
class Chapter:
    """실행할 장 하나."""

    place: str
    path: Path
    notebook: Any


def stamped(text: str) -> str:
    """장의 글에 셀이 부르는 것을 줄인 값을 적습니다. 줄의 수는 그대로입니다."""
    return text.replace(KERNEL, f"{KERNEL.rstrip()} {chapter_digest(text)}\n", 1)


def chapter_digest(text: str) -> str:
    """셀의 결과를 바꿀 수 있는 것들을 줄인 값: 꾸러미의 소스와 자료, 고정된 버전."""
    found = hashlib.sha256(sys.version.encode() + (ROOT / "requirements.txt").read_bytes())
    if EPOCH in os.environ:  # 잰 시간을 적지 않습니다.
        found.update(EPOCH.encode())
    code = "\n".join(CELLS.findall(text))
    cells = parsed(code)
    modules = sorted(set(imported(cells, PACKAGE)))
    for module in modules:
        found.update(digest(module, PACKAGE).encode())
        if "getsource(" in code:  # 설명까지 쪽에 그대로 보이는 장입니다.
            found.update(source_file(PACKAGE, module).read_bytes())
    for path in records_read(code, cells, modules):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:16]


def records_read(code: str, cells: ast.Module, modules: list[str]) -> list[Path]:
    """셀과 셀이 부르는 모듈이 이름을 대는 기록의 파일. 이름을 모두 묻는 셀이면 모든 기록입니다."""
    found = [set(written(cells)), *(one.texts for one in sources(modules, PACKAGE).values())]
    every = "stored_names(" in code

    def reads(path: Path) -> bool:
        forms = {path.stem, path.name, f"data/{path.name}"}
        return every or not all(forms.isdisjoint(texts) for texts in found)

    kept = sorted((PACKAGE / "data").glob("[!.]*"))
    return [path for path in kept if modules and reads(path)]


def parsed(code: str) -> ast.Module:
    """셀들의 나무. 읽을 수 없는 코드는 실행할 때 알리므로, 여기서는 빈 나무입니다."""
    try:
        return ast.parse(re.sub(r"^:.*$|^[%!].*$", "", code, flags=re.M))
    except SyntaxError:
        return ast.Module([], [])


def stamp_source(app: Sphinx, docname: str, source: list[str]) -> None:
    """읽는 글에도 같은 값을 적어, 미리 실행해 둔 결과를 찾게 합니다."""
    env: Any = app.env
    if KERNEL in source[0]:
        env.metadata[docname]["called"] = chapter_digest(source[0])
    source[0] = stamped(source[0])


def outdated(app: Sphinx, env: Any, added: Any, changed: Any, removed: Any) -> list[str]:
    """글은 그대로이지만 셀이 부르는 것이 바뀐 쪽. 간직해 둔 실행이 상했으면 모든 쪽."""
    if execution_cache.mend(Path(env.mystnb_config.execution_cache_path)):
        return sorted(env.found_docs)
    kept = {name: env.metadata[name].get("called") for name in env.all_docs}
    return [
        name
        for name in sorted(set(kept) & env.found_docs)
        if kept[name] and kept[name] != chapter_digest(Path(env.doc2path(name)).read_text("utf-8"))
    ]


def chapters(app: Sphinx, names: list[str]) -> Iterator[Chapter]:
    """읽을 쪽 가운데 셀이 있는 것."""
    env: Any = app.env
    for name in names:
        path = Path(env.doc2path(name))
        text = stamped(path.read_text("utf-8"))
        reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)
        notebook = reader.read(text) if reader else None
        if notebook and any(cell.cell_type == "code" for cell in notebook.cells):
            yield Chapter(path.relative_to(app.srcdir).as_posix(), path, notebook)


def execute(app: Sphinx, env: Any, names: list[str]) -> None:
    """아직 실행하지 않은 장들을 나란히 실행해 간직합니다."""
    cache = get_cache(env.mystnb_config.execution_cache_path)
    kept = {record.hashkey for record in cache.list_cache_records()}
    todo = [chapter for chapter in chapters(app, names) if hash_of(cache, chapter) not in kept]
    find_room(Path(app.outdir).parent)
    failures = asyncio.run(side_by_side(todo, cache, env.mystnb_config))
    if failures:
        # 예외로 알리면 부른 쪽의 긴 추적이 뒤에 붙습니다. 이 글이 기록의 마지막이어야 합니다.
        logger.error("\n\n".join(failures))
        raise SystemExit(1)


def find_room(build: Path) -> None:
    """셀이 쓰는 집의 폴더에 쓸 수 없으면 지은 것의 곁을 대신 쓰게 합니다."""
    for name, usual in places().items():
        if not writable(usual):
            instead = build / "home" / name.lower()
            instead.mkdir(parents=True, exist_ok=True)
            logger.info("%s: %s에 쓸 수 없어 %s을 씁니다", name, usual, instead)
            os.environ[name] = str(instead)


def places() -> dict[str, Path]:
    """셀이 쓰는 폴더와, 그것을 바꾸는 환경 변수."""
    home = Path(os.environ.get("IPYTHONDIR") or Path.home() / ".ipython")
    drawing = os.environ.get("MPLCONFIGDIR") or platformdirs.user_config_path("matplotlib")
    kept = os.environ.get("COSINE_RNN_CACHE")
    return {
        "COSINE_RNN_CACHE": Path(kept).expanduser()
        if kept
        else platformdirs.user_cache_path("cosine-rnn"),
        "IPYTHONDIR": home,
        "MPLCONFIGDIR": Path(drawing),
    }


def writable(folder: Path) -> bool:
    """폴더에 쓸 수 있는지. 없으면 만들어 봅니다."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


async def side_by_side(todo: list[Chapter], cache: Any, config: Any) -> list[str]:
    """코어의 수보다 하나 많게 나란히 실행하고, 실패한 까닭들을 냅니다.

    한 장이 다른 장의 훈련을 기다리는 동안에도 코어가 놀지 않습니다.
    """
    failures: list[str] = []
    gate = asyncio.Semaphore((os.cpu_count() or 1) + 1)
    done = 0

    async def run(chapter: Chapter) -> None:
        nonlocal done
        data: dict[str, float] = {}
        folder = {"metadata": {"path": str(chapter.path.parent)}}
        client = NotebookClient(
            chapter.notebook,
            timeout=config.execution_timeout,
            resources=folder,
            record_timing=False,
        )
        client.on_cell_executed = lambda **_: data.update(peak_memory(client))
        async with gate:
            started = time.perf_counter()
            try:
                await client.async_execute()
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                failures.append(failure(chapter, error))
                return
            seconds = time.perf_counter() - started
        # 간직하면 까닭이 사라진 다음에도 같은 글이 남으므로, 다음에 다시 실행하게 합니다.
        if config.output_stderr == "remove-warn" and (said := complaint(chapter)):
            failures.append(said)
            return
        data["execution_seconds"] = seconds
        bundle = CacheBundleIn(chapter.notebook, str(chapter.path), data=data)
        try:
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
        except (OSError, RuntimeError) as error:
            failures.append(f"{chapter.place}: 실행한 것을 간직하지 못했습니다\n{error}\n{AGAIN}")
            return
        done += 1
        logger.info("실행 %d/%d: %s, %.1f초", done, len(todo), chapter.place, seconds)

    await asyncio.gather(*map(run, todo))
    return failures


def peak_memory(client: NotebookClient) -> dict[str, float]:
    """커널이 지금까지 가장 많이 쓴 메모리. 리눅스가 아니면 알 수 없습니다."""
    status = Path("/proc", str(getattr(client.km.provisioner, "pid", 0)), "status")  # pyright: ignore
    if not status.is_file():
        return {}
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status.read_text("utf-8"), re.M)
    return {"peak_bytes": int(found[1]) * 1024} if found else {}


def hash_of(cache: Any, chapter: Chapter) -> str:
    """간직할 이름. 셀과 커널의 줄에서 나옵니다."""
    return cache.create_hashed_notebook(chapter.notebook)[1]


def complaint(chapter: Chapter) -> str:
    """셀이 표준 오류에 남긴 글과 그 파일, 줄. 남겨도 되는 셀의 것은 빼고, 없으면 빈 글."""
    starts = chapter.notebook.metadata.get("source_map", [])
    for cell, start in zip(chapter.notebook.cells, starts, strict=False):
        if "remove-stderr" in cell.metadata.get("tags", []):
            continue
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                text = click.unstyle(output.text).strip()
                return f"{chapter.place}:{start + 1}: 셀이 표준 오류에 글을 남겼습니다\n{text}"
    return ""


def failure(chapter: Chapter, error: Exception) -> str:
    """실패한 셀의 파일과 줄, 오류. 셀의 오류가 아니면(커널이 죽거나 너무 오래 걸리면) 파일만."""
    starts = chapter.notebook.metadata.get("source_map", [])
    for cell, start in zip(chapter.notebook.cells, starts, strict=False):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                trace = click.unstyle("\n".join(output.traceback))
                return f"{chapter.place}:{start + 1}: 셀이 실패했습니다\n{trace}"
    return f"{chapter.place}: 실행하지 못했습니다\n{click.unstyle(str(error))}"


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    # 커널과의 통신을 암호로 감쌉니다. 기본값이면 커널마다 표준 오류에 경고를 남깁니다.
    KernelManager.transport_encryption.default_value = "auto"
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", execute)
    app.connect("source-read", stamp_source)
    return {"parallel_read_safe": True}
