"""식을 바꾸는 서버가 빌드와 함께 끝나는지 봅니다."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil

EXT = Path(__file__).parents[1] / "book" / "_ext"
STARTING = """
import sys
from pathlib import Path
from types import SimpleNamespace
import build_settings
from sphinxcontrib.katex import KaTeXServer
build_settings.setup(SimpleNamespace(connect=lambda *_, **__: None))
process, _ = build_settings.start_katex(KaTeXServer, Path(sys.argv[1]), 60)
print(process.pid, flush=True)
sys.stdin.read()
"""


def test_a_killed_build_leaves_no_formula_server(tmp_path: Path):
    with subprocess.Popen(
        [sys.executable, "-c", STARTING, tmp_path],
        cwd=EXT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as build:  # fmt: skip
        assert build.stdout is not None
        server = psutil.Process(int(build.stdout.readline()))
        assert server.is_running()
        build.kill()
    psutil.wait_procs([server], timeout=60)
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE
