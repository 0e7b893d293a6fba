from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import pytest
from conftest import rejects
from cosine_rnn import results
from cosine_rnn.grid import run_grid


@dataclasses.dataclass(frozen=True)
class Setting:
    x: int
    label: str | None = None


def square(setting: Setting) -> dict[str, float]:
    return {"square": setting.x**2 / 3}


def interrupt_at_two(setting: Setting) -> dict[str, float]:
    if setting.x == 2:
        raise RuntimeError("stopped")
    return square(setting)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_rows_come_in_the_order_of_the_settings_whatever_ends_first(tmp_path: Path, n_jobs: int):
    output = tmp_path / "grid.csv"
    settings = [Setting(x) for x in range(6)]
    heard: list[tuple[int, int]] = []
    rows = run_grid(
        square, settings, output, n_jobs=n_jobs, on_run=lambda *done: heard.append(done)
    )
    assert [row["x"] for row in rows] == list(range(6))
    assert [row["square"] for row in rows] == [x**2 / 3 for x in range(6)]
    assert heard == [(k, 6) for k in range(1, 7)]
    with output.open(encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    assert [float(row["square"]) for row in written] == pytest.approx(
        [x**2 / 3 for x in range(6)], rel=1e-4
    )
    assert written[0]["label"] == ""
    assert written[0]["keras"] == results.versions()["keras"]


def test_what_finished_before_a_failure_is_in_the_file(tmp_path: Path):
    output = tmp_path / "grid.csv"
    with pytest.raises(RuntimeError, match="stopped"):
        run_grid(interrupt_at_two, [Setting(x) for x in (0, 1, 2)], output)
    assert [line.split(",")[0] for line in output.read_text("utf-8").splitlines()] == [
        "x",
        "0",
        "1",
    ]


def test_bad_input_is_rejected_before_anything_is_written(tmp_path: Path):
    output = tmp_path / "grid.csv"
    with rejects("settings"):
        run_grid(square, [], output)
    with rejects("n_jobs"):
        run_grid(square, [Setting(1)], output, n_jobs=0)
    assert not output.exists()
