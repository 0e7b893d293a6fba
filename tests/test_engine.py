"""모든 실험을 돌리는 엔진. 실험은 진짜 것을 쓰되, 일을 몇 초짜리로 줄입니다."""

from __future__ import annotations

import dataclasses
import gc
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import distributed
import psutil
import pytest
from conftest import rejects
from cosine_rnn.experiments.recall import RecallTask, measure
from cosine_rnn.support import catalogue, records, workers
from cosine_rnn.support.engine import run
from cosine_rnn.support.records import Row, stored_names, stored_rows
from cosine_rnn.support.storage import ForeignFileError, locked
from cosine_rnn.support.versions import NAMES

PATIENCE = 300.0  # 바쁜 기계에서도 넉넉한 시간. 판정은 시간에 매이지 않습니다.


def tiny(seed: int, **changes: Any) -> RecallTask:
    return RecallTask(**{"cell": "rnn", "delay": 2, "seed": seed, "epochs": 1, **changes})


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Row]]:
    path = tmp_path_factory.mktemp("engine") / "recall.csv"
    return path, run("recall", [tiny(0), tiny(1)], path)


def text_of(path: Path) -> str:
    return path.read_text("utf-8")


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def test_file_holds_what_was_asked_measured_and_where(done: tuple[Path, list[Row]]):
    path, rows = done
    assert rows == records.rows(text_of(path))
    assert [row["seed"] for row in rows] == [0, 1]
    for row, task in zip(rows, [tiny(0), tiny(1)], strict=True):
        expected = dataclasses.asdict(task) | {"experiment": "recall", "n_rows": 1}
        assert row | expected == row
        assert row["loss"] == pytest.approx(measure(task)["loss"], rel=1e-5)
        assert row | catalogue.versions_of("recall") == row
        assert row["cores"] == os.cpu_count()


def test_finished_tasks_are_not_repeated_and_others_are_kept(
    done: tuple[Path, list[Row]], tmp_path: Path
):
    path = tmp_path / "recall.csv"
    head, *lines = (line.split(",") for line in text_of(done[0]).splitlines())
    lines[1][head.index("accuracy")] = "0.777"
    marked = "".join(",".join(line) + "\n" for line in [head, *lines])
    path.write_text(marked, "utf-8")
    reports: list[tuple[int, int]] = []
    rows = run("recall", [tiny(7), tiny(1)], path, on_task=lambda *r: reports.append(r))
    assert reports == [(1, 2), (2, 2)]
    assert [row["seed"] for row in rows] == [0, 7, 1]  # 전에 바란 것이 먼저입니다.
    assert rows[2]["accuracy"] == 0.777  # 다시 재지 않았습니다.
    assert marked.splitlines()[1] in text_of(path).splitlines()


def test_two_processes_give_the_same_rows(done: tuple[Path, list[Row]], tmp_path: Path):
    assert run("recall", [tiny(0), tiny(1)], tmp_path / "two.csv", n_jobs=2) == done[1]


def test_failed_task_is_named_and_the_others_are_kept(tmp_path: Path):
    # 시드는 만든 뒤에 바뀌었습니다: 잴 때에야 드러납니다.
    bad = tiny(5)
    object.__setattr__(bad, "delay", -3)
    path = tmp_path / "recall.csv"
    with pytest.raises(RuntimeError, match=r"^tasks: .+rnn .*-3 5.+ValueError.+delay"):
        run("recall", [bad, tiny(0)], path)
    assert [row["seed"] for row in records.rows(text_of(path))] == [0]


def test_no_tasks_and_tasks_that_are_the_same_are_rejected(tmp_path: Path):
    for tasks in ([], [tiny(0), tiny(0)]):
        with rejects("tasks", str(len(tasks))):
            run("recall", tasks, tmp_path / "r.csv")
    with rejects("n_jobs", "0"):
        run("recall", [tiny(0)], tmp_path / "r.csv", n_jobs=0)
    with rejects("name", "'dreams'"):
        run("dreams", [tiny(0)], tmp_path / "r.csv")
    assert list(tmp_path.iterdir()) == []


def damage(text: str, how: str) -> str:
    lines = text.splitlines()
    present = catalogue.versions_of("recall")
    return {
        "cut in a line": text[:-40],
        "cut after a value": text[:-1],
        "other columns": text.replace("cell,", "kind,", 1),
        "other experiment": text.replace("\nrecall,", "\nwords,"),
        "other version": text.replace(f",{present['keras']},", ",2.0.7,"),
        "other code": text.replace(present["code"], "0123456789ab"),
        "short line": "\n".join([*lines[:2], lines[2][:20]]) + "\n",
        "text for a number": text.replace(",rnn,,2,1,", ",rnn,,2,many,", 1),
        "a row too many": text + lines[-1] + "\n",
        "not a table": "안녕하세요\n",
        "empty": "",
    }[how]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("cut in a line", "잘려 있습니다"),
        ("cut after a value", "3째 줄이 잘려"),
        ("other columns", "열 이름"),
        ("other experiment", "2째 줄이 recall의 기록이어야"),
        ("other version", r"2째 줄의 keras 버전.+'2\.0\.7'"),
        ("other code", "2째 줄의 code 버전.+'0123456789ab'"),
        ("short line", "3째 줄이 온전하지"),
        ("text for a number", "seed 열의 값"),
        ("a row too many", "모든 줄이 있어야.+2줄"),
        ("not a table", "안녕하세요"),
        ("empty", "열 이름"),
    ],
)
def test_foreign_or_broken_file_is_reported_and_left_alone(
    how: str, said: str, done: tuple[Path, list[Row]], tmp_path: Path
):
    path = tmp_path / "recall.csv"
    path.write_text(damage(text_of(done[0]), how), "utf-8")
    before = path.read_bytes()
    with pytest.raises(ForeignFileError, match=rf"(?s)^output: .+{said}"):
        run("recall", [tiny(0), tiny(9)], path)
    assert path.read_bytes() == before
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ForeignFileError, match="UTF-8"):
        run("recall", [tiny(0)], path)


def test_file_sorted_in_a_spreadsheet_is_gone_on_with(done: tuple[Path, list[Row]], tmp_path: Path):
    head, *lines = text_of(done[0]).splitlines()
    path = tmp_path / "recall.csv"
    path.write_text("\r\n".join([head, *reversed(lines), ""]), "utf-8-sig")
    rows = run("recall", [tiny(0), tiny(1)], path)
    assert sorted(row["seed"] for row in rows) == [0, 1]


def test_two_commands_do_not_write_one_file(tmp_path: Path):
    path = tmp_path / "recall.csv"
    with locked(path), pytest.raises(TimeoutError, match=r"다른 명령이.+recall\.csv"):
        run("recall", [tiny(0)], path)
    assert not path.exists()


@pytest.mark.parametrize("name", stored_names())
def test_every_experiment_goes_on_from_its_record(name: str, tmp_path: Path):
    """실린 기록의 마지막 일을 지우면, 그 하나만 남은 일이 됩니다."""
    rows = stored_rows(name)
    seeds = sorted({row["seed"] for row in rows if row["seed"] is not None})
    tasks = catalogue.load(name).tasks(seeds)
    assert len(pickle.loads(pickle.dumps(tasks))) == len(tasks)
    assert catalogue.summary(name)
    source = Path(str(records.DATA)) / f"{name}.csv"
    head, *lines = text_of(source).splitlines()
    columns = head.split(",")
    present = catalogue.versions_of(name)
    last = rows[-1]["n_rows"]
    path = tmp_path / "kept.csv"
    tail = [*present.values(), "2"]
    kept = [
        ",".join([line.rsplit(",", len(tail))[0], *tail]) for line in lines[: len(lines) - last]
    ]
    assert columns[-len(tail) :] == [*NAMES, "cores"]
    path.write_text("\n".join([head, *kept, ""]), "utf-8")
    before = path.read_bytes()

    def stop(finished: int, total: int) -> None:
        assert (finished, total) == (len(tasks) - 1, len(tasks))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(name, tasks, path, on_task=stop)
    assert path.read_bytes() == before


COMMAND = """
import sys
from pathlib import Path
from cosine_rnn.experiments.recall import RecallTask
from cosine_rnn.support.engine import run
tasks = [RecallTask(cell="rnn", delay=2, seed=s, epochs=1) for s in range(400)]
run("recall", tasks, Path(sys.argv[1]), n_jobs=2)
"""


def start(code: str, *arguments: object) -> psutil.Popen:
    return psutil.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_stopped_command_says_what_is_kept_and_leaves_no_process(tmp_path: Path):
    stop_and_judge(tmp_path / "recall.csv", signal.SIGINT)


def stop_and_judge(path: Path, sent: int) -> None:
    code = "from cosine_rnn.cli import main; main()"
    process = start(code, "experiment", "recall", "--seeds", "0-4", "--output", path)
    wait_for(path.exists)
    family = process.children(recursive=True)
    process.send_signal(sent)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    n_kept = len(text_of(path).splitlines()) - 1
    assert f"실험 {n_kept}/225개가 있습니다" in errors
    assert "Traceback" not in errors
    assert not psutil.wait_procs(family, timeout=PATIENCE)[1]


def daemon(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """A scheduler without workers, a process of its own, on loopback."""
    file = tmp_path / "scheduler.json"
    common = ("--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file))
    process = daemon("distributed.cli.dask_scheduler", *common, "--port", "0")
    try:
        wait_for(file.exists)
        with distributed.Client(scheduler_file=str(file)) as client:
            yield str(client.scheduler_info()["address"])
    finally:
        process.terminate()
        process.wait(60)


def test_a_dask_cluster_gives_the_same_rows(
    done: tuple[Path, list[Row]], tmp_path: Path, scheduler: str
):
    assert rows_of_cluster(1, tmp_path, scheduler) == done[1]


def rows_of_cluster(n_workers: int, tmp_path: Path, scheduler: str) -> list[Row]:
    """The rows of two tasks, measured by so many workers of the cluster."""
    common = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path))
    processes = [
        daemon("distributed.cli.dask_worker", scheduler, *common) for _ in range(n_workers)
    ]
    try:
        with distributed.Client(scheduler) as client:
            client.wait_for_workers(n_workers, timeout=PATIENCE)
        return run("recall", [tiny(0), tiny(1)], tmp_path / "dask.csv", scheduler=scheduler)
    finally:
        for process in processes:
            process.terminate()
            process.wait(60)


def test_a_cluster_without_workers_is_reported(tmp_path: Path, scheduler: str):
    with pytest.raises(ConnectionError, match=r"^scheduler: 일꾼이.+받은 값: 0개$"):
        run("recall", [tiny(0)], tmp_path / "r.csv", scheduler=scheduler)


def test_workers_of_another_version_are_named():
    ours = catalogue.versions_of("recall")
    workers.check_workers({"tcp://a": dict(ours)}, ours)
    with pytest.raises(ConnectionError, match=r"^scheduler: 일꾼 tcp://b의 numpy .+'1\.0'$"):
        workers.check_workers({"tcp://a": ours, "tcp://b": {**ours, "numpy": "1.0"}}, ours)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere", ""])
def test_scheduler_out_of_reach_is_reported_before_any_work(
    address: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    with pytest.raises(ConnectionError, match=rf"^scheduler: .+받은 값: '{address}'$"):
        run("recall", [tiny(0)], tmp_path / "r.csv", scheduler=address)
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")
    # 붙지 못한 클라이언트가 남으면 다음에 붙을 때 서로를 기다립니다.
    clients = [item for item in gc.get_objects() if type(item) is distributed.Client]
    assert {client.status for client in clients} <= {"closed"}
