"""설정 여럿을 나란히 훈련하고 시험해 csv 하나에 적습니다. 멈추었다가 이어 할 수 있습니다."""

from __future__ import annotations

import asyncio
import csv
import dataclasses
import importlib.resources
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib

from cosine_rnn import evaluation, results, training
from cosine_rnn.checks import check_integer, check_number, reject
from cosine_rnn.config import TrainConfig, recommended
from cosine_rnn.evaluation import HELD_OUT, HORIZON, HORIZONS, PERIOD, Score, Wave
from cosine_rnn.storage import ForeignFileError, write_whole

Row = dict[str, Any]
OnRun = Callable[[int, int], None]
"""``(끝난 훈련, 모든 훈련)`` 을 받아 진행을 보이는 함수."""

Test = tuple[Wave, tuple[int, ...]]
SAME_WAVE: tuple[Test, ...] = ((Wave(), HORIZONS),)
ALL_WAVES: tuple[Test, ...] = (*SAME_WAVE, *((wave, (HORIZON,)) for wave in HELD_OUT))
ONE_STEP: tuple[Test, ...] = ((Wave(), (1,)),)


@dataclass(frozen=True, kw_only=True)
class Run:
    """훈련 한 번과 그 시험.

    Attributes:
        config: 설정.
        train_periods: 훈련하는 파동들의 주기.
        tests: 시험하는 파동의 종류와 예측 길이들.
    """

    config: TrainConfig
    train_periods: tuple[float, ...] = (PERIOD,)
    tests: tuple[Test, ...] = ALL_WAVES

    def __post_init__(self) -> None:
        """주기를 훈련 전에 봅니다."""
        if not self.train_periods:
            raise reject("train_periods", "주기가 하나는 있어야 합니다", self.train_periods)
        for period in self.train_periods:
            check_number("train_periods", period, above=2.0)

    @property
    def identity(self) -> Row:
        """csv에서 이 훈련을 알아보는 열들."""
        row = dataclasses.asdict(self.config)
        row["units"] = "-".join(map(str, self.config.units))
        return {**row, "train_periods": "-".join(f"{p:g}" for p in self.train_periods)}


def recommended_runs(model_names: Iterable[str], seeds: Iterable[int]) -> list[Run]:
    """권하는 설정의 훈련들. 모든 시험을 봅니다."""
    seeds = list(seeds)
    return [Run(config=recommended(model, seed=seed)) for model in model_names for seed in seeds]


def window_length_runs(runs: Iterable[Run], lengths: Sequence[int]) -> list[Run]:
    """한 번에 읽는 시점 수만 바꾼 훈련들. 고르게 견주려고 교사 강요로만 훈련합니다.

    창을 먹는 모델은 창 길이를, 상태유지 모델은 배치 하나가 나아가는 시점 수를 바꿉니다.
    """
    for length in lengths:
        check_integer("lengths", length)
    changed = []
    for run in runs:
        field = "chunk_length" if run.config.keeps_state else "window_length"
        for length in lengths:
            config = dataclasses.replace(
                run.config, noise_updates=0, closed_loop_updates=0, **{field: length}
            )
            changed.append(dataclasses.replace(run, config=config, tests=ONE_STEP))
    return changed


def period_runs(runs: Iterable[Run], periods: Sequence[float]) -> list[Run]:
    """여러 주기의 파동으로 하는 훈련들. 셈의 양이 같도록 에포크와 갱신을 주기의 수로 나눕니다."""
    n = len(periods)
    return [
        dataclasses.replace(
            run,
            train_periods=tuple(periods),
            config=dataclasses.replace(
                run.config,
                epochs=-(-run.config.epochs // n),
                closed_loop_updates=-(-run.config.closed_loop_updates // n),
            ),
        )
        for run in runs
    ]


def run_one(run: Run) -> list[Row]:
    """훈련하고 시험해 csv의 줄들을 냅니다. 파동의 종류와 예측 길이마다 한 줄입니다."""
    trained = training.fit(run.config, evaluation.training_waves(run.train_periods))
    forecaster = evaluation.forecaster_of(trained)
    common = {
        "parameters": trained.model.count_params(),
        "training_seconds": trained.seconds,
        "step_microseconds": evaluation.step_microseconds(forecaster),
        **trained.versions,
        "cores": os.cpu_count(),
    }
    return [
        {**run.identity, **_columns(score), **common}
        for wave, horizons in run.tests
        for score in evaluation.scores(forecaster, horizons, wave=wave)
    ]


def _columns(score: Score) -> Row:
    row = dataclasses.asdict(score)
    wave = row.pop("wave")
    return {**{f"wave_{name}": value for name, value in wave.items()}, **row}


def sweep(
    runs: Sequence[Run],
    output: Path,
    *,
    n_jobs: int = 1,
    scheduler: str | None = None,
    on_run: OnRun | None = None,
) -> list[Row]:
    """훈련들을 나란히 돌려 csv에 적습니다. csv에 이미 있는 훈련은 다시 하지 않습니다.

    훈련이 하나 끝날 때마다 파일을 통째로 새로 쓰므로, 언제 멈추어도 끝난 훈련은 남습니다.

    Args:
        runs: 훈련들.
        output: csv 파일.
        n_jobs: 이 기계에서 나란히 돌릴 프로세스의 수.
        scheduler: 돌고 있는 Dask 스케줄러의 주소. 있으면 그 일꾼들이 훈련합니다.
        on_run: 훈련이 끝날 때마다 부를 함수.

    Returns:
        파일에 적힌 모든 줄.

    Raises:
        ValueError: 훈련이 없거나 겹칠 때.
        ForeignFileError: ``output`` 이 다른 판의 기록이거나 온전하지 않을 때.
        ConnectionError: 스케줄러에 닿지 못할 때.
        RuntimeError: 훈련 가운데 실패한 것이 있을 때. 나머지는 파일에 있습니다.
    """
    check_integer("n_jobs", n_jobs)
    keys = [_key(run.identity) for run in runs]
    if not runs or len(set(keys)) < len(keys):
        raise reject("runs", "하나 이상이고 서로 달라야 합니다", f"{len(runs)}개")
    done = _finished(output) if output.exists() else {}
    todo = [run for run, key in zip(runs, keys, strict=True) if key not in done]
    others = [key for key in done if key not in set(keys)]
    failures = []
    with _backend(scheduler, n_jobs):
        if on_run:
            on_run(len(runs) - len(todo), len(runs))
        parallel: Any = joblib.Parallel(return_as="generator_unordered")
        for run, rows, error in parallel(joblib.delayed(_attempt)(run) for run in todo):
            if error:
                failures.append(f"{run.config.model} 시드 {run.config.seed}: {error}")
                continue
            # 파일에 적히는 값 그대로를 돌려주도록, 적은 글을 다시 읽습니다.
            done[_key(run.identity)] = _parse(_text(rows))
            rows = [row for key in [*others, *keys] for row in done.get(key, [])]
            write_whole(output, lambda file, rows=rows: file.write(_text(rows).encode()))
            if on_run:
                on_run(sum(key in done for key in keys), len(runs))
    if failures:
        raise RuntimeError(f"runs: 훈련이 실패했습니다. 받은 값: {'; '.join(failures)}")
    return [row for key in [*others, *keys] for row in done[key]]


def _attempt(run: Run) -> tuple[Run, list[Row], str]:
    try:
        return run, run_one(run), ""
    except Exception as error:  # 한 훈련의 실패가 나머지를 멈추지 않습니다.
        return run, [], f"{type(error).__name__} {error}"


@contextmanager
def _backend(scheduler: str | None, n_jobs: int) -> Iterator[None]:
    if scheduler is None:
        with joblib.parallel_config(backend="loky", n_jobs=n_jobs):
            yield
        return
    from distributed import Client

    _check_scheduler(scheduler)
    client = Client(scheduler, timeout="5s", set_as_default=True)
    with client, joblib.parallel_config(backend="dask"):
        yield


def _check_scheduler(address: str) -> None:
    """붙어 보고 끊습니다. 붙지 못한 ``Client`` 는 닫히지 않고 남아 다음 것과 서로를 기다립니다."""
    from distributed.comm.core import connect

    async def reach() -> None:
        comm = await connect(address, timeout=5)
        await comm.close()

    try:
        # 노트북에서는 이 스레드의 이벤트 루프가 이미 돌고 있습니다.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, reach()).result()
    except (OSError, ValueError) as error:
        raise ConnectionError(
            f"scheduler: 닿을 수 있는 Dask 스케줄러의 주소여야 합니다. 받은 값: {address!r}"
        ) from error


def _key(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in _IDENTITY)


_IDENTITY = tuple(Run(config=recommended("mlp")).identity)
_OPTIONAL = ("amplitude_error", "phase_error", "divergence_step")
_WAVE = tuple(f"wave_{field.name}" for field in dataclasses.fields(Wave))
_VERSIONS = tuple(results.versions())
COLUMNS = (
    *_IDENTITY,
    *_WAVE,
    "horizon",
    "rmse",
    "max_error",
    *_OPTIONAL,
    "parameters",
    "training_seconds",
    "step_microseconds",
    *_VERSIONS,
    "cores",
)
"""csv의 열."""

_TEXT = {"model", "units", "train_periods", *_VERSIONS}


def _text(rows: Iterable[Row]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({k: f"{v:.5g}" if isinstance(v, float) else v for k, v in row.items()})
    return file.getvalue()


def _parse(text: str) -> list[Row]:
    rows = []
    for row in csv.DictReader(io.StringIO(text)):
        rows.append({name: _value(name, value) for name, value in row.items()})
    return rows


def _value(name: str, text: str) -> Any:
    if name in _TEXT:
        return text
    if not text and name in _OPTIONAL:
        return None
    number = float(text)
    return int(number) if number.is_integer() and "." not in text and "e" not in text else number


def _finished(path: Path) -> dict[tuple[str, ...], list[Row]]:
    """훈련마다의 줄들을 읽습니다. 온전하지 않거나 다른 판의 것이면 손대지 않고 알립니다."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise _foreign(path, "글이 아닙니다", "UTF-8이 아님") from error
    lines = text.splitlines()
    if not lines or lines[0] != ",".join(COLUMNS):
        raise _foreign(path, "첫 줄이 이 판의 열 이름이어야 합니다", lines[0] if lines else "")
    if not text.endswith("\n"):
        raise _foreign(path, f"{len(lines)}째 줄이 잘려 있습니다", lines[-1][-40:])
    found: dict[tuple[str, ...], list[Row]] = {}
    present = results.versions()
    for number, line in enumerate(lines[1:], start=2):
        try:
            if len(next(csv.reader([line]))) != len(COLUMNS):
                raise ValueError
            (row,) = _parse(f"{lines[0]}\n{line}\n")
        except ValueError:
            raise _foreign(path, f"{number}째 줄이 온전하지 않습니다", line[:60]) from None
        for name, version in present.items():
            if row[name] != version:
                rule = f"{number}째 줄의 {name} 판이 지금({version})과 같아야 합니다"
                raise _foreign(path, rule, row[name])
        found.setdefault(_key(row), []).append(row)
    for rows in found.values():
        tests = [(tuple(row[name] for name in _WAVE), row["horizon"]) for row in rows]
        if not any(tests == _tests_of(kind) for kind in (ALL_WAVES, SAME_WAVE, ONE_STEP)):
            what = f"{rows[0]['model']} 시드 {rows[0]['seed']}, {len(rows)}줄"
            raise _foreign(path, "훈련마다 시험이 모두 있어야 합니다", what)
    return found


def _tests_of(tests: Iterable[Test]) -> list[tuple[tuple[float, ...], int]]:
    return [(dataclasses.astuple(wave), h) for wave, horizons in tests for h in horizons]


def _foreign(path: Path, rule: str, received: str) -> ForeignFileError:
    return ForeignFileError(
        f"output: {str(path)!r}에 이어 쓸 수 없습니다. {rule}. 받은 값: {received!r}. "
        "파일은 그대로 두었습니다. 다른 이름을 주십시오"
    )


def stored(name: str) -> list[Row]:
    """저장소에 실린 기록. ``sweep``, ``sweep-windows``, ``sweep-periods`` 가운데 하나입니다."""
    data = importlib.resources.files("cosine_rnn").joinpath(f"data/{name}.csv")
    return _parse(data.read_text("utf-8"))


def select(rows: Iterable[Row], **equal: Any) -> list[Row]:
    """열의 값이 모두 같은 줄만 고릅니다."""
    return [row for row in rows if all(row[name] == value for name, value in equal.items())]


def on_training_kind(rows: Iterable[Row]) -> list[Row]:
    """훈련 데이터와 같은 종류의 파동을 시험한 줄만 고릅니다."""
    same = dataclasses.asdict(Wave())
    return select(rows, **{f"wave_{name}": value for name, value in same.items()})


def reference(**equal: Any) -> list[Row]:
    """실린 기록 ``sweep`` 에서, 훈련 데이터와 같은 종류의 파동을 시험한 줄만 고릅니다."""
    return select(on_training_kind(stored("sweep")), **equal)
