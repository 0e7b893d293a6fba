from __future__ import annotations

import dataclasses
import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import distributed
import numpy as np
import pytest
from conftest import rejects, tiny_config
from cosine_rnn import evaluation, results
from cosine_rnn.config import MODEL_NAMES, recommended
from cosine_rnn.evaluation import Wave
from cosine_rnn.forecast import autoregression
from cosine_rnn.storage import ForeignFileError
from cosine_rnn.sweep import (
    COLUMNS,
    ONE_STEP,
    Run,
    period_runs,
    recommended_runs,
    reference,
    run_one,
    select,
    stored,
    sweep,
    window_length_runs,
)

MEASURED = ("training_seconds", "step_microseconds")
MIXED = ((Wave(), (1, 120)), (Wave(period=80), (90,)))


def tiny_runs(seeds: int = 2, **changes: Any) -> list[Run]:
    return [
        Run(config=tiny_config(model, seed=seed, epochs=1, **changes), tests=ONE_STEP)
        for model in ("mlp", "stateful")
        for seed in range(seeds)
    ]


def without_times(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if k not in MEASURED} for row in rows]


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    path = tmp_path_factory.mktemp("sweep") / "sweep.csv"
    return path, sweep(tiny_runs(), path)


def test_rows_are_the_configs_and_the_scores(tmp_path: Path):
    run = Run(config=tiny_config("mlp"), train_periods=(100, 80), tests=MIXED)
    rows = run_one(run)
    assert [(r["wave_period"], r["horizon"]) for r in rows] == [(100, 1), (100, 120), (80, 90)]
    trained = results.load(results.cache_path(run.config, evaluation.training_waves((100, 80))))
    forecaster = evaluation.forecaster_of(trained)
    (score,) = evaluation.scores(forecaster, (90,), wave=Wave(period=80))
    assert rows[-1]["max_error"] == score.max_error
    assert rows[-1]["train_periods"] == "100-80"
    assert rows[-1]["parameters"] == 6 * 4 + 4 + 4 + 1
    for name, value in dataclasses.asdict(run.config).items():
        assert rows[0][name] == (value if name != "units" else "4")
    assert rows[0].items() >= results.versions().items()


def test_file_holds_every_run_in_the_asked_order(swept: tuple[Path, list[dict[str, Any]]]):
    path, rows = swept
    lines = path.read_text("utf-8").splitlines()
    assert lines[0] == ",".join(COLUMNS)
    assert len(lines) == 5
    assert [(r["model"], r["seed"]) for r in rows] == [
        (model, seed) for model in ("mlp", "stateful") for seed in (0, 1)
    ]
    for line, row in zip(lines[1:], rows, strict=True):
        assert line.startswith(f"{row['model']},{row['seed']},4,1,")


def test_two_processes_give_the_same_rows(
    swept: tuple[Path, list[dict[str, Any]]], tmp_path: Path, empty_cache: Path
):
    rows = sweep(tiny_runs(), tmp_path / "two.csv", n_jobs=2)
    assert without_times(rows) == without_times(swept[1])


def start(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@pytest.fixture
def cluster(tmp_path: Path, empty_cache: Path) -> Iterator[str]:
    """A scheduler and two workers, each a process of its own, on loopback."""
    file = tmp_path / "scheduler.json"
    here = ("--scheduler-file", str(file))
    common = ("--host", "127.0.0.1", "--no-dashboard")
    processes = [start("distributed.cli.dask_scheduler", *common, "--port", "0", *here)]
    try:
        for _ in range(2):
            processes.append(
                start(
                    "distributed.cli.dask_worker",
                    *(*common, *here, "--nthreads", "1", "--no-nanny"),
                    *("--local-directory", str(tmp_path)),
                )
            )
        from distributed import Client

        deadline = time.monotonic() + 60
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        with Client(scheduler_file=str(file)) as client:
            client.wait_for_workers(2, timeout=60)
            address = str(client.scheduler_info()["address"])
        yield address
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(30)


def test_a_dask_cluster_gives_the_same_rows(
    swept: tuple[Path, list[dict[str, Any]]], tmp_path: Path, cluster: str
):
    rows = sweep(tiny_runs(), tmp_path / "dask.csv", scheduler=cluster)
    assert without_times(rows) == without_times(swept[1])


def test_finished_runs_are_not_repeated_and_others_are_kept(
    swept: tuple[Path, list[dict[str, Any]]], tmp_path: Path, empty_cache: Path
):
    path = tmp_path / "sweep.csv"
    path.write_bytes(swept[0].read_bytes())
    reports: list[tuple[int, int]] = []
    more = [Run(config=tiny_config("mlp", seed=7, epochs=1), tests=ONE_STEP), tiny_runs()[1]]
    rows = sweep(more, path, on_run=lambda *report: reports.append(report))
    assert reports == [(1, 2), (2, 2)]
    assert len(list(empty_cache.iterdir())) == 1  # Only seed 7 was trained.
    assert [(r["model"], r["seed"]) for r in rows] == [
        *(("mlp", 0), ("stateful", 0), ("stateful", 1)),  # Asked for before.
        *(("mlp", 7), ("mlp", 1)),
    ]
    assert sorted(map(str, rows[:3] + rows[4:])) == sorted(map(str, swept[1]))


SWEEPING = """
import sys
from pathlib import Path
from conftest import tiny_config
from cosine_rnn.sweep import ONE_STEP, Run, sweep
runs = [Run(config=tiny_config("mlp", seed=s, epochs=1), tests=ONE_STEP) for s in range(40)]
sweep(runs, Path(sys.argv[1]), n_jobs=2)
"""


def test_killed_sweep_goes_on_where_it_was(tmp_path: Path, empty_cache: Path):
    path = tmp_path / "sweep.csv"
    process = subprocess.Popen(
        [sys.executable, "-c", SWEEPING, str(path)],
        cwd=Path(__file__).parent,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    kept = path.read_text("utf-8").splitlines()[1:]
    assert 0 < len(kept) < 40
    trained = set(empty_cache.glob("mlp-*.npz"))
    before = {entry: entry.stat().st_mtime_ns for entry in trained}

    runs = [Run(config=tiny_config("mlp", seed=s, epochs=1), tests=ONE_STEP) for s in range(12)]
    n_kept = sum(int(line.split(",")[1]) < 12 for line in kept)
    reports: list[tuple[int, int]] = []
    rows = sweep(runs, path, on_run=lambda *report: reports.append(report))
    assert reports[0] == (n_kept, 12)
    after = path.read_text("utf-8").splitlines()
    assert set(kept) < set(after)  # Times included: no finished run was trained again.
    assert {r["seed"] for r in rows} >= set(range(12))
    assert {entry: entry.stat().st_mtime_ns for entry in trained} == before


def test_interrupted_command_says_what_is_kept(tmp_path: Path, empty_cache: Path):
    path = tmp_path / "sweep.csv"
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", "from cosine_rnn.cli import main; main()"),
            *("sweep", "--models", "mlp", "--seeds", "0-30", "--output", str(path)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    n_kept = (len(path.read_text("utf-8").splitlines()) - 1) // 17
    assert f"훈련 {n_kept}/31개가 있습니다" in errors
    assert "Traceback" not in errors


def test_failed_run_is_named_and_the_others_are_kept(tmp_path: Path, empty_cache: Path):
    # 800 steps hold no window of 900: this is seen only when the run starts.
    bad = Run(config=tiny_config("mlp", seed=5, window_length=900), tests=ONE_STEP)
    path = tmp_path / "sweep.csv"
    with pytest.raises(RuntimeError, match=r"^runs: .+mlp 시드 5: ValueError window_length: .+900"):
        sweep([bad, *tiny_runs(1)], path)
    assert len(path.read_text("utf-8").splitlines()) == 3


def test_no_runs_and_runs_that_are_the_same_are_rejected(tmp_path: Path):
    for runs in ([], [*tiny_runs(1), *tiny_runs(1)]):
        with rejects("runs", f"'{len(runs)}개'"):
            sweep(runs, tmp_path / "sweep.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere", ""])
def test_scheduler_out_of_reach_is_reported_before_any_work(
    address: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    with pytest.raises(ConnectionError, match=rf"^scheduler: .+받은 값: '{address}'$"):
        sweep(tiny_runs(), tmp_path / "sweep.csv", scheduler=address)
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")
    # 붙지 못한 클라이언트가 남으면 다음에 붙을 때 서로를 기다립니다.
    assert not [item for item in gc.get_objects() if type(item) is distributed.Client]


def damage(text: str, how: str) -> str:
    lines = text.splitlines()
    return {
        "cut in a line": text[:-40],
        "cut after a value": text[:-1],
        "other columns": text.replace("model,", "kind,", 1),
        "other version": text.replace(results.versions()["keras"], "2.0.7"),
        "other code": text.replace(results.versions()["code"], "0123456789ab"),
        "short line": "\n".join([*lines[:2], lines[2][:50], *lines[3:]]) + "\n",
        "text for a number": text.replace(",100,100,1,", ",100,many,1,", 1),
        "a row twice": text + lines[-1] + "\n",
        "not a table": "안녕하세요\n",
        "empty": "",
    }[how]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("cut in a line", "5째 줄이 잘려"),
        ("cut after a value", "5째 줄이 잘려"),
        ("other columns", "열 이름"),
        ("other version", r"2째 줄의 keras 판.+'2\.0\.7'"),
        ("other code", "2째 줄의 code 판.+'0123456789ab'"),
        ("short line", "3째 줄이 온전하지"),
        ("text for a number", "2째 줄이 온전하지"),
        ("a row twice", "stateful 시드 1, 2줄"),
        ("not a table", "안녕하세요"),
        ("empty", "열 이름"),
    ],
)
def test_foreign_or_broken_file_is_reported_and_left_alone(
    how: str, said: str, swept: tuple[Path, list[dict[str, Any]]], tmp_path: Path
):
    path = tmp_path / "sweep.csv"
    path.write_text(damage(swept[0].read_text("utf-8"), how), "utf-8")
    before = path.read_bytes()
    with pytest.raises(ForeignFileError, match=rf"(?s)^output: .+{said}"):
        sweep(tiny_runs(), path)
    assert path.read_bytes() == before
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ForeignFileError, match="글이 아닙니다"):
        sweep(tiny_runs(), path)


def test_window_lengths_change_what_is_read_at_once_and_nothing_else():
    runs = window_length_runs(recommended_runs(MODEL_NAMES, [3]), [1, 20])
    seen = {(r.config.model, r.config.window_length, r.config.chunk_length) for r in runs}
    assert seen == {
        *((model, length, 40) for model in ("mlp", "lstm") for length in (1, 20)),
        *((model, 40, length) for model in ("stateful", "stacked") for length in (1, 20)),
    }
    assert {(r.config.noise_updates, r.config.closed_loop_updates) for r in runs} == {(0, 0)}
    assert {r.config.epochs for r in runs if r.config.model == "lstm"} == {
        recommended("lstm").epochs
    }
    with rejects("lengths", "0"):
        window_length_runs(recommended_runs(["mlp"], [0]), [0])


def test_a_family_of_periods_costs_as_much_as_one():
    (run,) = period_runs(recommended_runs(["stateful"], [0]), [80, 100, 120, 140])
    one = recommended("stateful")
    assert run.train_periods == (80, 100, 120, 140)
    assert (4 * run.config.epochs, 4 * run.config.closed_loop_updates) == pytest.approx(
        (one.epochs, one.closed_loop_updates), abs=4
    )
    with rejects("train_periods", r"\(\)"):
        Run(config=one, train_periods=())
    with rejects("train_periods", "2"):
        Run(config=one, train_periods=(100, 2))


def test_select_takes_the_rows_where_every_column_is_equal():
    rows = [{"a": 1, "b": x} for x in range(3)] + [{"a": 2, "b": 0}]
    assert select(rows, a=1, b=0) == [{"a": 1, "b": 0}]
    assert select(rows) == rows


def test_stored_sweep_holds_twenty_seeds_of_every_model_and_every_test():
    rows = stored("sweep")
    assert {(r["model"], r["seed"]) for r in rows} == {
        (m, s) for m in MODEL_NAMES for s in range(20)
    }
    assert len(rows) == 80 * (len(evaluation.HORIZONS) + len(evaluation.HELD_OUT))
    assert len(reference(horizon=1, model="lstm")) == 20
    configs = {run.config: run.identity for run in recommended_runs(MODEL_NAMES, range(20))}
    for identity in configs.values():
        assert len(select(rows, seed=identity["seed"], model=identity["model"])) == 17


@pytest.mark.parametrize(("model", "seed"), [("mlp", 19), ("stateful", 7)])
def test_stored_rows_come_back_when_trained_again(model: str, seed: int):
    """On another machine the rounding differs and grows in training, as the book says: the new
    training must reach errors of the same size, within a factor of ten, not the same digits."""
    tests = ((Wave(), (1, 250, 1000)), (Wave(amplitude=0.8), (250,)), (Wave(period=90), (250,)))
    rows = run_one(Run(config=recommended(model, seed=seed), tests=tests))
    for row in rows:
        same = {name: row[name] for name in row if name.startswith("wave_")}
        (kept,) = select(stored("sweep"), model=model, seed=seed, horizon=row["horizon"], **same)
        assert kept["parameters"] == row["parameters"]
        assert abs(np.log10(row["max_error"] / kept["max_error"])) < 1


@pytest.mark.parametrize("length", [1, 5])
def test_stored_rows_of_a_window_length_come_back_when_trained_again(length: int):
    (run,) = window_length_runs(recommended_runs(["mlp"], [1]), [length])
    for row in run_one(run):
        (kept,) = select(
            stored("sweep-windows"), model="mlp", seed=1, window_length=length, horizon=1
        )
        assert kept["epochs"] == row["epochs"]
        assert abs(np.log10(row["rmse"] / kept["rmse"])) < 0.5


def test_networks_are_told_from_the_baseline_in_the_stored_sweep():
    """The page says that two coefficients beat every network: so must the rows."""
    baseline = evaluation.scores(autoregression(evaluation.training_wave()), (250,))[0].max_error
    assert baseline < 1e-3 * min(row["max_error"] for row in reference(horizon=250))
