from __future__ import annotations

from typing import Any

import pytest
from conftest import rejects
from cosine_rnn.experiments import machine_gap
from cosine_rnn.experiments.machine_gap import MachineTask, measure, tasks
from cosine_rnn.support.records import select, stored_rows
from numpy._core._multiarray_umath import __cpu_features__


def test_settings_reach_the_libraries(monkeypatch: pytest.MonkeyPatch):
    """NumPy says which instructions it was kept from, those that this machine has."""
    code = "import numpy._core._multiarray_umath as m; print(sum(m.__cpu_features__.values()))"
    monkeypatch.setattr(machine_gap, "_CHILD", code)
    counts: list[Any] = [
        measure(MachineTask(setting=name, model="mlp", seed=0))
        for name in ("plain", "no-avx512", "no-avx2")
    ]
    assert counts == sorted(counts, reverse=True)
    assert (counts[0] > counts[2]) == __cpu_features__.get(
        "X86_V3", __cpu_features__.get("AVX2", False)
    )


def test_process_that_fails_is_reported(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(machine_gap, "_CHILD", "raise SystemExit('no such wave')")
    with pytest.raises(RuntimeError, match="no such wave"):
        measure(MachineTask(setting="plain", model="mlp", seed=0))


def test_record_holds_the_tasks_and_the_same_bits_give_the_same_errors():
    rows = stored_rows("machine-gap")
    names = ("setting", "model", "seed")
    assert [MachineTask(**{name: row[name] for name in names}) for row in rows] == tasks(range(3))
    for row in rows:
        assert 0 < row["max_error_250"] <= row["max_error_1000"]
        (plain,) = select(rows, setting="plain", model=row["model"], seed=row["seed"])
        if row["weights"] == plain["weights"]:
            assert row["max_error_1000"] == pytest.approx(plain["max_error_1000"], rel=1e-3)


def test_ratios_and_bits_are_those_of_the_same_seed():
    def row(setting: str, seed: int, error: float, weights: str) -> dict[str, object]:
        named = {"setting": setting, "model": "mlp", "seed": seed}
        return {**named, "max_error_250": error, "weights": weights}

    rows = [
        row("no-avx2", 1, 6.0, "wb"),
        row("plain", 0, 1.0, "wa"),
        row("plain", 1, 4.0, "wb"),
        row("no-avx2", 0, 2.0, "wc"),
    ]
    assert machine_gap.error_ratios(rows, "no-avx2", "mlp") == [2.0, 1.5]
    assert machine_gap.same_bits(rows, "no-avx2", "mlp") == 1
    assert machine_gap.seed_ratios(rows, "mlp") == [0.25, 4.0]


def test_bad_arguments_are_rejected():
    with rejects("setting", "'abacus'"):
        MachineTask(setting="abacus", model="mlp", seed=0)
    with rejects("model", "'gru'"):
        MachineTask(setting="plain", model="gru", seed=0)
    with rejects("seed", "-1"):
        MachineTask(setting="plain", model="mlp", seed=-1)
    with rejects("seeds", r"\[\]"):
        tasks([])
