from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import each_core
import psutil
import pytest

PATIENCE = 300.0  # 바쁜 기계에서도 넉넉한 시간. 판정은 시간에 매이지 않습니다.
HERE, THERE = Path(__file__).parent, Path(str(each_core.__file__)).parent


def root(value: int) -> float:
    if value < 0:
        raise ValueError(f"음수: {value}")
    return value**0.5


@pytest.mark.parametrize("count", [0, 1, 50])
def test_answers_come_in_the_order_they_were_asked(count: int):
    assert each_core.each_core(root, [n * n for n in range(count)]) == list(range(count))


def test_failure_of_one_is_told():
    with pytest.raises(ValueError, match="음수: -4"):
        each_core.each_core(root, [1, 9, -4, 16])


def note_and_wait(folder: str) -> None:
    """이 프로세스의 번호를 적고 기다립니다."""
    (Path(folder) / str(os.getpid())).touch()
    time.sleep(PATIENCE)


def test_processes_leave_with_the_one_that_asked(tmp_path: Path):
    code = (
        "import sys\n"
        "from each_core import each_core\n"
        "from test_each_core import note_and_wait\n"
        "each_core(note_and_wait, [sys.argv[1]] * 2)\n"
    )
    paths = os.pathsep.join(map(str, (HERE, THERE)))
    asking = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], env={**os.environ, "PYTHONPATH": paths}
    )
    until = time.monotonic() + PATIENCE
    while len(found := [int(p.name) for p in tmp_path.iterdir()]) < 2:
        assert asking.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    asking.kill()
    asking.wait()
    while any(psutil.pid_exists(pid) for pid in found):
        assert time.monotonic() < until
        time.sleep(0.05)
