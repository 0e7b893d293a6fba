from __future__ import annotations

import dataclasses
import importlib.metadata
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from conftest import tiny_config
from cosine_rnn import benchmark, cli, models, results
from cosine_rnn.config import recommended
from cosine_rnn.experiments import recall, sweep
from cosine_rnn.results import Trained
from cosine_rnn.support import catalogue, records
from cosine_rnn.training import forecaster_of

OPTIONS = {
    "train": ["--seed", "--epochs", "--output", "--figure"],
    "forecast": ["--horizon", "--phase", "--output", "--figure"],
    "experiment": ["--seeds", "--only", "--jobs", "--scheduler", "--output"],
    "benchmark": ["--recipe-epochs"],
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.cli, [str(argument) for argument in arguments])


def run_main(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> Any:
    """The command as the console script runs it; returns the exit code."""
    monkeypatch.setattr(sys, "argv", ["cosine-rnn", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code


def installed(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("cosine-rnn")
    return subprocess.run(
        [command, *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.fixture
def model_file(tmp_path: Path, trained: Callable[[str], Trained]) -> Path:
    path = tmp_path / "model.npz"
    results.save(path, trained("mlp"))
    return path


def test_options_of_every_command_are_tested_here():
    assert {
        name: [
            option
            for parameter in command.params
            for option in parameter.opts
            if option.startswith("-")
        ]
        for name, command in cli.cli.commands.items()
    } == OPTIONS


@pytest.mark.parametrize("command", OPTIONS)
def test_help_of_a_command_lists_its_options(command: str):
    result = run(command, "--help")
    assert result.exit_code == 0
    for option in OPTIONS[command]:
        assert option in result.output


def test_installed_command_lists_its_commands():
    result = installed("--help")
    assert (result.returncode, result.stderr) == (0, "")
    for command in OPTIONS:
        assert f"\n  {command} " in result.stdout
    assert installed("-h").stdout == result.stdout


def test_train_writes_the_model_and_the_figure(tmp_path: Path):
    model, figure = tmp_path / "new" / "mlp.npz", tmp_path / "loss.svg"
    arguments = ("train", "mlp", "--epochs", 1, "--seed", 3, "--output", model, "--figure", figure)
    first, again = run(*arguments), run(*arguments)
    assert first.exit_code == again.exit_code == 0
    # The second time reads what the first kept: even the training time is the same.
    assert first.stdout == again.stdout
    loaded = results.load(model)
    expected = dataclasses.replace(recommended("mlp", seed=3), epochs=1)
    assert loaded.config == expected
    assert first.stdout == f"{model}: 손실 {loaded.loss[-1]:.3g}, 훈련 {loaded.seconds:.1f}초\n"
    assert "<svg" in figure.read_text("utf-8")


def test_forecast_writes_truth_and_forecast_step_by_step(
    tmp_path: Path, model_file: Path, trained: Callable[[str], Trained]
):
    output, figure = tmp_path / "forecast.csv", tmp_path / "forecast.svg"
    result = run(
        *("forecast", model_file, "--horizon", 30, "--phase", 0.5),
        *("--output", output, "--figure", figure),
    )
    assert result.exit_code == 0
    assert output.read_text("utf-8").splitlines()[0] == "step,y_true,y_pred"
    step, true, pred = np.loadtxt(output, delimiter=",", skiprows=1, unpack=True)
    np.testing.assert_array_equal(step, np.arange(1, 31))
    wave = np.cos(2 * np.pi * np.arange(130) / 100 + 0.5)
    np.testing.assert_allclose(true, wave[100:], atol=1e-9)
    np.testing.assert_allclose(pred, forecaster_of(trained("mlp"))(wave[:100], 30), atol=1e-8)
    assert result.stdout == (
        f"mlp: 30시점 되먹임 예측, 가장 큰 오차 {np.abs(true - pred).max():.4f}\n"
    )
    assert "<svg" in figure.read_text("utf-8")


def test_forecast_gives_a_long_window_the_past_it_needs(tmp_path: Path):
    settings = tiny_config("mlp", window_length=130)
    untrained = Trained(settings, models.build(settings), np.array([1.0]), 1.0, {})
    results.save(tmp_path / "long.npz", untrained)
    result = run("forecast", tmp_path / "long.npz", "--horizon", 5)
    assert (result.exception, result.exit_code) == (None, 0)


def test_experiment_measures_what_is_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # The book's own settings take minutes: the same experiment, made short.
    def short(seeds: list[int]) -> list[recall.RecallTask]:
        return [
            recall.RecallTask(cell=cell, delay=2, seed=seed, epochs=1)
            for cell in ("rnn", "relu")
            for seed in seeds
        ]

    monkeypatch.setattr(recall, "tasks", short)
    output = tmp_path / "new" / "recall.csv"
    arguments = ("experiment", "recall", "--seeds", "4,6", "--output", output)
    result = run(*arguments, "--only", "cell=rnn", "--only", "seed=6,4")
    assert (result.exit_code, result.stdout) == (0, f"{output}: 실험 2개\n")
    found = records.rows(output.read_text("utf-8"))
    assert [(row["cell"], row["seed"]) for row in found] == [("rnn", 4), ("rnn", 6)]
    for row, task in zip(found, short([4, 6])[:2], strict=True):
        assert row["accuracy"] == pytest.approx(recall.measure(task)["accuracy"], rel=1e-4)
    for condition, said in (("colour=red", "'colour'"), ("cell=gru", "'perceptron'")):
        assert run_main(monkeypatch, *arguments, "--only", condition) == 2
        assert len(output.read_text("utf-8").splitlines()) == 3, said


def test_sweep_is_summed_up_with_its_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    output = tmp_path / "sweep.csv"
    arguments = ("--seeds", "3", "--only", "model=mlp", "--output", output)
    result = run("experiment", "sweep", *arguments)
    assert (result.exception, result.exit_code) == (None, 0)
    assert len(output.read_text("utf-8").splitlines()) == 1 + 17
    found = records.select(sweep.on_training_kind(records.rows(output.read_text("utf-8"))))
    worst = {row["horizon"]: f"{row['max_error']:.4f}" for row in found}
    shown = [line.split() for line in result.stdout.replace("│", " ").splitlines()]
    assert ["mlp", "1", "1", worst[1], worst[1]] in shown
    assert ["mlp", "250", "1", worst[250], worst[250], "0.005"] in shown
    kept = [{**row, "max_error": 9.0} for row in found]
    over = {line["시점"]: line["문턱을 넘은 시드"] for line in sweep.summary(kept)}
    assert over == {"1": None, "250": "3", "1,000": "3", "10,000": "3"}


def test_help_of_experiment_says_what_each_one_is():
    shown = run("experiment", "--help").output
    for name in catalogue.names():
        assert f"{name} " in shown
        assert catalogue.summary(name).split()[0] in shown


@pytest.mark.parametrize("module", ["cosine_rnn", "cosine_rnn.cli"])
def test_module_is_the_command(module: str):
    found = subprocess.run(
        [sys.executable, "-m", module, "--version"], capture_output=True, text=True, check=False
    )
    version = importlib.metadata.version("cosine-rnn")
    assert (found.returncode, found.stdout) == (0, f"cosine-rnn {version}\n")


def test_benchmark_shows_each_model_and_the_sum(monkeypatch: pytest.MonkeyPatch):
    # Only the display: test_benchmark.py runs the comparison.
    rows = [
        benchmark.Comparison("mlp", 2.0, 30.0, 0.0123, 0.456, 0.007),
        benchmark.Comparison("lstm", 3.0, 45.0, 0.0234, 0.567, 0.008),
    ]
    monkeypatch.setattr(benchmark, "compare", lambda *_, **__: iter(rows))
    result = run("benchmark", "--recipe-epochs", 2)
    assert result.exit_code == 0
    shown = [line.split() for line in result.stdout.replace("│", " ").splitlines()]
    assert ["mlp", "2.0", "30", "15.0", "0.0123", "0.456", "0.007"] in shown
    assert ["합", "5.0", "75", "15.0"] in shown
    assert "2 에포크를 재어" in result.stdout


WRONG = [  # arguments, what the error shows of them
    (("train", "perceptron", "--output", "m.npz"), "perceptron"),
    (("train", "mlp"), "--output"),
    (("train", "mlp", "--epochs", "0", "--output", "m.npz"), "0"),
    (("train", "mlp", "--epochs", "many", "--output", "m.npz"), "many"),
    (("train", "mlp", "--seed", "-1", "--output", "m.npz"), "-1"),
    (("train", "mlp", "--seed", "4294967296", "--output", "m.npz"), "4294967296"),
    (("train", "mlp", "--output", "."), "'.'"),
    (("train", "mlp", "--output", "m.npz", "--figure", "f.docx"), "f.docx"),
    (("forecast", "m.npz", "--horizon", "0"), "0"),
    (("forecast", "m.npz", "--phase", "left"), "left"),
    (("forecast", "m.npz", "--phase", "nan"), "nan"),
    (("forecast", "m.npz", "--phase", "inf"), "inf"),
    (("forecast", "m.npz", "--figure", "f"), "'f'"),
    (("forecast",), "MODEL_FILE"),
    (("experiment", "dreams", "--output", "e.csv"), "dreams"),
    (("experiment", "words"), "--output"),
    (("experiment", "words", "--seeds", "3-1", "--output", "e.csv"), "3-1"),
    (("experiment", "words", "--jobs", "0", "--output", "e.csv"), "0"),
    *(
        (("experiment", "words", "--output", "s.csv", "--seeds", seeds), seeds)
        for seeds in ("a", "-1", "3-1", "0,3-1", "0-2,1", "0,,1", "1.5", "4294967296")
    ),
    *(
        (("experiment", "words", "--output", "s.csv", "--only", text), text)
        for text in ("cell", "=rnn", "cell=")
    ),
    (("benchmark", "--recipe-epochs", "1"), "1"),
    (("unknown",), "unknown"),
    (("train", "mlp", "--unknown"), "--unknown"),
]


@pytest.mark.parametrize(
    ("arguments", "received"), WRONG, ids=[" ".join(arguments) for arguments, _ in WRONG]
)
def test_wrong_arguments_end_with_2_and_the_received_value(
    arguments: tuple[str, ...],
    received: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    model_file: Path,
):
    model_file.rename(tmp_path / "m.npz")
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert received in result.stderr.splitlines()[-1]
    assert [path.name for path in tmp_path.iterdir()] == ["m.npz"]


@pytest.mark.parametrize(
    ("text", "seeds"),
    [("0-4", [0, 1, 2, 3, 4]), ("0,3,7", [0, 3, 7]), ("5", [5]), ("0-1,8-9", [0, 1, 8, 9])],
)
def test_seeds_are_ranges_and_lists(text: str, seeds: list[int]):
    assert cli.Seeds().convert(text, None, None) == seeds


def test_foreign_model_file_ends_with_2_and_one_line(tmp_path: Path):
    path = tmp_path / "foreign.npz"
    path.write_text("모델 파일이 아닙니다.")
    result = installed("forecast", path)
    assert (result.returncode, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("오류: path: ")
    assert str(path) in line


@pytest.mark.parametrize("name", ["missing.npz", "folder"])
def test_missing_model_file_ends_with_2_and_one_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "folder").mkdir()
    assert run_main(monkeypatch, "forecast", tmp_path / name) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("오류: path: ")
    assert name in line


def test_output_that_cannot_be_written_ends_with_2_and_one_line(
    tmp_path: Path,
    model_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    (tmp_path / "file").write_text("in the way")
    for output in ("file/forecast.csv", "file/deeper/forecast.csv"):
        assert run_main(monkeypatch, "forecast", model_file, "--output", tmp_path / output) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("오류: ")
        assert "file" in line


@pytest.mark.parametrize(
    "command",
    [
        "train mlp",
        "experiment words",
    ],
)
def test_folder_that_cannot_be_made_is_reported_before_training(
    command: str,
    tmp_path: Path,
    empty_cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    (tmp_path / "file").write_text("in the way")
    assert run_main(monkeypatch, *command.split(), "--output", tmp_path / "file" / "x") == 2
    assert capsys.readouterr().err.startswith("오류: ")
    assert not empty_cache.exists()


def test_main_ends_with_0_when_all_is_well(monkeypatch: pytest.MonkeyPatch):
    assert run_main(monkeypatch, "--help") == 0
