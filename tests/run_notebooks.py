"""지은 노트북을 빈 폴더에서 처음부터 끝까지 실행합니다. ``make notebooks-run`` 이 부릅니다.

꾸러미는 체크아웃이 아니라 바퀴(wheel)로 묶은 것을 씁니다. 셀이 멈추거나, 찍힌 수가 노트북에 실린
것과 다르면 실패입니다. 걸린 시간처럼 돌릴 때마다 다른 줄은 견주지 않습니다.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click
import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "_build" / "html" / "notebooks"
BLANK = "_blank"
TAG = "exercise"
PACKED = ("pyproject.toml", "README.md", "LICENSE")
TIMEOUT = 900
CHANGING = re.compile(r"µs|초\b|초[,.)]|\d초|0x[0-9a-f]+")
"""돌릴 때마다 다른 줄: 걸린 시간과 주소."""
NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class Ran:
    """노트북 하나를 돌린 결과. ``faults`` 가 비어 있으면 잘 돌았습니다."""

    name: str
    seconds: float
    faults: list[str]


def built(folder: Path = NOTEBOOKS) -> list[str]:
    """지은 노트북의 이름들."""
    return sorted(p.stem for p in folder.glob("*.ipynb") if not p.stem.endswith(BLANK))


def install_package(folder: Path) -> Path:
    """꾸러미를 바퀴로 묶어 ``folder`` 에 풉니다. 의존하는 것은 이 Python에 있는 것을 씁니다."""
    source, site = folder / "source", folder / "site"
    shutil.copytree(ROOT / "code", source / "code", ignore=shutil.ignore_patterns("*.egg-info"))
    for name in PACKED:
        shutil.copy(ROOT / name, source)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(source)], check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    return site


def printed(cell: NotebookNode) -> list[str]:
    """셀이 찍은 수들. 돌릴 때마다 다른 줄은 뺍니다. 표는 머리가 그러면 통째로 뺍니다."""
    lines = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        table = data.get("text/markdown", "")
        if table and not CHANGING.search(table.split("\n")[0]):
            lines.append(table)
        elif not table and "image/png" not in data and "image/svg+xml" not in data:
            text = output.get("text") or data.get("text/plain", "")
            lines += [line for line in text.splitlines() if not CHANGING.search(line)]
    return NUMBER.findall("\n".join(lines))


async def run(path: Path, site: Path, gate: asyncio.Semaphore) -> Ran:
    """노트북 하나를 빈 폴더에서 돌립니다."""
    kept = nbformat.read(path, as_version=4)
    fresh = nbformat.read(path.with_name(f"{path.stem}{BLANK}.ipynb"), as_version=4)
    client = NotebookClient(fresh, timeout=TIMEOUT, kernel_name="python3")
    async with gate:
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            client.resources = {"metadata": {"path": folder}}
            try:
                await client.async_execute(env=os.environ | {"PYTHONPATH": str(site)})
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                return Ran(path.stem, time.perf_counter() - started, [click.unstyle(str(error))])
            left = sorted(p.name for p in Path(folder).iterdir())
        seconds = time.perf_counter() - started
    faults = [f"폴더에 파일이 남았습니다: {left}"] if left else []
    for before, after in zip(kept.cells, fresh.cells, strict=True):
        if TAG in before.metadata.get("tags", []):  # 독자가 채울 셀에는 아직 결과가 없습니다.
            continue
        if before.cell_type == "code" and printed(before) != printed(after):
            told = f"{printed(before)}이었는데 {printed(after)}입니다"
            faults.append(f"{before.id}: 찍힌 수가 다릅니다. {told}")
    return Ran(path.stem, seconds, faults)


async def run_all(names: Iterable[str], site: Path, jobs: int) -> list[Ran]:
    """노트북들을 ``jobs`` 개씩 나란히 돌리고, 하나가 끝날 때마다 알립니다."""
    KernelManager.transport_encryption.default_value = "auto"
    gate = asyncio.Semaphore(jobs)
    todo = [asyncio.create_task(run(NOTEBOOKS / f"{n}.ipynb", site, gate)) for n in names]
    found = []
    for count, task in enumerate(asyncio.as_completed(todo), start=1):
        found.append(ran := await task)
        state = "실패" if ran.faults else "됨"
        click.echo(f"{count}/{len(todo)} {ran.name}: {state}, {ran.seconds:.0f}초")
    return found


@click.command()
@click.argument("names", nargs=-1)
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True)
def main(names: tuple[str, ...], jobs: int) -> None:
    """노트북 NAMES를 실행합니다. 이름을 주지 않으면 모두 실행합니다."""
    known = built()
    if not known:
        raise click.ClickException("지은 노트북이 없습니다. make book을 먼저 부르십시오.")
    for name in names:
        if name not in known:
            rule = f"{', '.join(known)} 가운데 하나여야 합니다"
            raise click.ClickException(f"names: {rule}. 받은 값: {name}")
    with tempfile.TemporaryDirectory() as folder:
        site = install_package(Path(folder))
        ran = asyncio.run(run_all(names or known, site, jobs))
    failed = [f"{each.name}\n" + "\n".join(each.faults) for each in ran if each.faults]
    if failed:
        raise click.ClickException("\n\n".join(failed))


if __name__ == "__main__":
    main()
