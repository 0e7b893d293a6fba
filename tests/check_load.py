"""지은 책을 nginx로 내놓고 여럿이 한꺼번에 받게 합니다. ``make check-load`` 가 부릅니다.

건네는 설정(``book/_server/nginx.conf``) 그대로, 뿌리가 아닌 경로에서 잽니다. 일하는 nginx는 하나,
부르는 쪽도 같은 기계입니다. 수는 보이기만 하고, 받지 못한 것이 하나라도 있으면 실패합니다.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import check_site
import system_packages

CONNECTIONS = 100
SECONDS = 30
PATIENCE = 30
"""이만큼(초) 기다려도 답이 없으면 받지 못한 것입니다. 느린 것은 고장이 아닙니다."""

SCRIPT = check_site.TOOLS / "load.lua"


def addresses() -> list[str]:
    """책의 모든 파일의 경로."""
    files = sorted(path for path in check_site.HTML.rglob("*") if path.is_file())
    return [
        f"{check_site.PREFIX}{quote(path.relative_to(check_site.HTML).as_posix())}"
        for path in files
    ]


def load(base: str, paths: list[str], *, connections: int, seconds: int) -> dict[str, Any]:
    """``connections`` 만큼 이어 둔 채 ``seconds`` 초 동안 ``paths`` 를 차례로 받은 것."""
    with tempfile.TemporaryDirectory() as folder:
        names = Path(folder) / "paths"
        names.write_text("\n".join(paths) + "\n", "utf-8")
        command = [system_packages.path_of("wrk"), "--threads", "2", "--latency",
                   "--connections", str(connections), "--duration", f"{seconds}s",
                   "--timeout", f"{PATIENCE}s",
                   "--script", str(SCRIPT), base, "--", str(names)]  # fmt: skip
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> None:
    """잰 것을 보이고, 받지 못한 것이 있으면 1로 끝납니다."""
    paths = addresses()
    with check_site.served() as base:
        told = load(base, paths, connections=CONNECTIONS, seconds=SECONDS)
    rate, megabytes = told["requests"] / told["seconds"], told["bytes"] / 1e6
    print(
        f"{CONNECTIONS}명이 {told['seconds']:.0f}초 동안 파일 {len(paths)}개를 돌아가며 받음: "
        f"{told['requests']:,}번, 초마다 {rate:,.0f}번\n"
        f"기다린 시간: 중앙값 {told['p50_ms']:.1f} ms, 99% {told['p99_ms']:.1f} ms, "
        f"가장 길게 {told['longest_ms']:.0f} ms\n"
        f"보낸 것: {megabytes:,.0f} MB, 초마다 {megabytes / told['seconds']:.1f} MB"
    )
    if not told["requests"] or any(told["errors"].values()):
        sys.exit(f"받지 못한 것이 있습니다: {told['errors']}")
    print("받지 못한 것이 없습니다.")


if __name__ == "__main__":
    main()
