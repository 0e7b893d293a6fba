"""명령줄: ``cosine-rnn train · forecast · sweep · experiment · recipe · benchmark``."""

from __future__ import annotations

import importlib
import itertools
import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from cosine_rnn.checks import LARGEST_SEED, check_number, check_seed
from cosine_rnn.config import MODEL_NAMES, recommended
from cosine_rnn.signals import cosine_wave
from cosine_rnn.storage import write_whole

if TYPE_CHECKING:
    from cosine_rnn.training import OnEpoch

EXPERIMENTS = (
    *("recipe-clock", "dropout-gap", "noise-gain", "state-start", "period-budget"),
    *("recall-tuning", "recall", "words"),
    *("backtest-tuning", "backtest", "changing-period-tuning", "changing-period"),
)
"""하이픈을 밑줄로 바꾸면 ``tasks`` 와 ``measure`` 를 내는 모듈의 이름입니다."""

# TensorFlow를 불러오는 데 몇 초가 걸립니다. --help와 잘못된 인자는 그 전에 답하도록
# training, evaluation, plots는 명령 안에서 불러옵니다.


class Seeds(click.ParamType):
    """``0-4`` 나 ``0,3,7`` 꼴의 시드 목록."""

    name = "시드"

    def convert(self, value: Any, param: Any, ctx: Any) -> list[int]:
        """글을 정수의 목록으로 바꿉니다."""
        seeds: list[int] = []
        try:
            for part in str(value).split(","):
                first, _, last = part.partition("-")
                run = range(check_seed(int(first)), check_seed(int(last or first)) + 1)
                if not run:
                    raise ValueError
                seeds += run
        except ValueError:
            seeds = []
        if not seeds or len(set(seeds)) < len(seeds):
            self.fail(
                f"'0-4'나 '0,3,7' 꼴이고 겹치지 않아야 합니다. 받은 값: {value!r}", param, ctx
            )
        return seeds


class Finite(click.ParamType):
    """유한한 실수. ``above`` 보다 크거나, ``minimum`` 이상 ``below`` 미만입니다."""

    name = "실수"

    def __init__(
        self, *, above: float | None = None, minimum: float | None = None, below: float = math.inf
    ) -> None:
        self.above, self.minimum, self.below = above, minimum, below

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        """글을 실수로 바꾸고 범위를 봅니다."""
        try:
            number = float(value)
            check_number("", number, above=self.above, minimum=self.minimum)
            if number >= self.below:
                raise ValueError
        except ValueError:
            self.fail(f"범위 안의 유한한 실수여야 합니다. 받은 값: {value!r}", param, ctx)
        return number


class Numbers(click.ParamType):
    """쉼표로 나눈, 겹치지 않는 수의 목록. 모두 ``above`` 보다 큽니다."""

    name = "수"

    def __init__(self, *, above: float, whole: bool = False) -> None:
        self.above, self.whole = above, whole

    def convert(self, value: Any, param: Any, ctx: Any) -> list[float]:
        """글을 수의 목록으로 바꿉니다."""
        try:
            numbers = [(int if self.whole else float)(part) for part in str(value).split(",")]
            for number in numbers:
                check_number("", number, above=self.above)
            if len(set(numbers)) < len(numbers):
                raise ValueError
        except ValueError:
            kind = "정수" if self.whole else "실수"
            self.fail(
                f"{self.above:g}보다 큰, 겹치지 않는 {kind}들이어야 합니다. 받은 값: {value!r}",
                param,
                ctx,
            )
        return numbers


class Models(click.ParamType):
    """쉼표로 나눈 모델 이름의 목록."""

    name = "모델"

    def convert(self, value: Any, param: Any, ctx: Any) -> list[str]:
        """글을 모델 이름의 목록으로 바꿉니다."""
        names = str(value).split(",")
        if not set(names) <= set(MODEL_NAMES) or len(set(names)) < len(names):
            self.fail(
                f"{', '.join(MODEL_NAMES)} 가운데서 겹치지 않게 골라야 합니다. 받은 값: {value!r}",
                param,
                ctx,
            )
        return names


models_option = click.option(
    "--models",
    type=Models(),
    default=",".join(MODEL_NAMES),
    show_default=True,
    help="쉼표로 나눈 모델의 이름.",
)
figure_option = click.option(
    "--figure",
    type=click.Path(path_type=Path, dir_okay=False),
    help="그림을 쓸 파일. 꼴은 확장자(svg, png, pdf)가 정합니다.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """코사인으로 배우는 순환 신경망과 LSTM.

    네 모델(mlp, lstm, stateful, stacked)을 훈련하고, 예측하고, 시험합니다.
    훈련 결과는 설정마다 간직하므로 같은 명령을 다시 부르면 바로 끝납니다.
    간직할 폴더는 환경 변수 COSINE_RNN_CACHE로 바꿉니다.
    """


@cli.command()
@click.argument("model", type=click.Choice(MODEL_NAMES))
@click.option(
    "--seed",
    type=click.IntRange(min=0, max=LARGEST_SEED),
    default=0,
    show_default=True,
    help="난수 시드.",
)
@click.option("--epochs", type=click.IntRange(min=1), help="에포크 수. 없으면 책이 권하는 수.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="훈련된 모델을 쓸 .npz 파일.",
)
@figure_option
def train(model: str, seed: int, epochs: int | None, output: Path, figure: Path | None) -> None:
    """MODEL을 주기 100의 코사인으로 훈련해 파일에 씁니다."""
    import dataclasses

    config = recommended(model, seed=seed)
    if epochs is not None:
        config = dataclasses.replace(config, epochs=epochs)
    check_figure(figure)
    prepare(output, figure)
    from cosine_rnn import evaluation, results, training

    with progress(model) as on_epoch:
        trained = training.fit(config, evaluation.training_wave(), on_epoch=on_epoch)
    results.save(output, trained)
    click.echo(f"{output}: 손실 {trained.loss[-1]:.3g}, 훈련 {trained.seconds:.1f}초")
    if figure:
        from cosine_rnn import plots

        fig, ax = new_figure()
        plots.plot_loss(ax, {model: trained.loss}).set_title("훈련 손실")
        plots.save_figure(figure, fig)


@cli.command()
@click.argument("model_file", type=click.Path(path_type=Path))
@click.option(
    "--horizon", type=click.IntRange(min=1), default=250, show_default=True, help="예측 길이(시점)."
)
@click.option(
    "--phase", type=Finite(), default=1.0, show_default=True, help="예측할 코사인의 위상(라디안)."
)
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="참값과 예측을 쓸 csv 파일."
)
@figure_option
def forecast(
    model_file: Path, horizon: int, phase: float, output: Path | None, figure: Path | None
) -> None:
    """MODEL_FILE의 모델로 코사인의 다음 값들을 되먹임 예측합니다."""
    check_figure(figure)
    prepare(output, figure)
    from cosine_rnn import evaluation, metrics, results

    trained = results.load(model_file)
    n_past = max(evaluation.CONTEXT_LENGTH, trained.config.context_length)
    wave = cosine_wave(n_past + horizon, period=evaluation.PERIOD, phase=phase)
    past, truth = wave[:n_past], wave[n_past:]
    values = evaluation.forecaster_of(trained)(past, horizon)
    if output:
        table = np.column_stack([np.arange(1, horizon + 1), truth, values])
        write_whole(
            output,
            lambda file: np.savetxt(
                file,
                table,
                delimiter=",",
                header="step,y_true,y_pred",
                comments="",
                fmt=["%d", "%.9f", "%.9f"],
            ),
        )
    click.echo(
        f"{trained.config.model}: {horizon}시점 되먹임 예측, "
        f"가장 큰 오차 {metrics.max_error(truth, values):.4f}"
    )
    if figure:
        from cosine_rnn import plots

        fig, ax = new_figure()
        plots.plot_forecast(ax, past, truth, {trained.config.model: values})
        ax.set_title("되먹임 예측")
        plots.save_figure(figure, fig)


@cli.command()
@models_option
@click.option("--seeds", type=Seeds(), default="0-4", show_default=True, help="시드들.")
@click.option(
    "--window-lengths",
    type=Numbers(above=0, whole=True),
    help="한 번에 읽는 시점 수만 바꾸어 교사 강요로 훈련하고, 한 시점 예측만 시험합니다. 예: 1,2,5",
)
@click.option(
    "--train-periods",
    type=Numbers(above=2),
    help="여러 주기의 파동으로 훈련합니다. 예: 70,85,100",
)
@click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="나란히 돌릴 수."
)
@click.option("--scheduler", help="돌고 있는 Dask 스케줄러의 주소. 예: tcp://127.0.0.1:8786")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="성적을 쓸 csv 파일. 이미 있으면 없는 훈련만 이어서 합니다.",
)
def sweep(
    models: list[str],
    seeds: list[int],
    window_lengths: list[int] | None,
    train_periods: list[float] | None,
    jobs: int,
    scheduler: str | None,
    output: Path,
) -> None:
    """모델과 시드마다 훈련하고, 본 적 없는 파동에서 시험해 csv에 적습니다.

    훈련이 하나 끝날 때마다 적으므로, 멈춘 뒤 같은 명령을 다시 부르면 남은 것만 합니다.
    """
    prepare(output)
    from cosine_rnn import sweep as sweeping

    runs = sweeping.recommended_runs(models, seeds)
    if window_lengths:
        runs = sweeping.window_length_runs(runs, window_lengths)
    if train_periods:
        runs = sweeping.period_runs(runs, train_periods)
    columns = (BarColumn(), TextColumn("훈련 {task.completed}/{task.total}"), TimeElapsedColumn())
    done = 0
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=len(runs))

        def on_run(finished: int, total: int) -> None:
            nonlocal done
            done = finished
            bar.update(task, completed=finished, total=total)

        try:
            rows = sweeping.sweep(runs, output, n_jobs=jobs, scheduler=scheduler, on_run=on_run)
        except KeyboardInterrupt:
            bar.stop()
            click.echo(
                f"멈춤: {output}에 훈련 {done}/{len(runs)}개가 있습니다. "
                "같은 명령을 다시 부르면 이어서 합니다.",
                err=True,
            )
            sys.exit(130)
    Console().print(summary(rows))


@cli.command()
@click.argument("name", metavar="NAME", type=click.Choice(EXPERIMENTS))
@click.option("--seeds", type=Seeds(), default="0-4", show_default=True, help="시드들.")
@click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="나란히 돌릴 수."
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="결과를 쓸 csv 파일. 이미 있으면 바꿉니다.",
)
def experiment(name: str, seeds: list[int], jobs: int, output: Path) -> None:
    """NAME의 실험을 처음부터 하고 잰 것을 csv에 적습니다.

    \b
    recipe-clock            시계만 바로 돌린 2017년의 조리법
    dropout-gap             드롭아웃을 켜고 끈 예측
    noise-gain              잡음 주입의 크기를 바꾼 LSTM
    state-start             방향을 알 때까지 읽는 값의 수
    period-budget           다섯 주기를 더 오래 훈련한 모델
    recall-tuning, recall   기호를 오래 기억하는 과제
    words                   지어낸 문장
    backtest-tuning, backtest
                            월별 매출
    changing-period-tuning, changing-period
                            예고 없이 바뀌는 주기
    """
    prepare(output)
    from cosine_rnn import grid

    module = importlib.import_module(f"cosine_rnn.{name.replace('-', '_')}")
    settings = module.tasks(seeds)
    columns = (BarColumn(), TextColumn("실험 {task.completed}/{task.total}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=len(settings))
        grid.run_grid(
            module.measure,
            settings,
            output,
            n_jobs=jobs,
            on_run=lambda done, total: bar.update(task, completed=done, total=total),
        )
    click.echo(f"{output}: 실험 {len(settings)}개")


def summary(rows: list[dict[str, Any]]) -> Table:
    """훈련 데이터와 같은 종류의 파동에서, 모델마다 가장 큰 오차의 중앙값과 최악을 모은 표."""
    from cosine_rnn import evaluation
    from cosine_rnn import sweep as sweeping

    rows = sweeping.on_training_kind(rows)
    table = Table("모델", "시점", "훈련", "중앙값", "최악", "문턱", "문턱을 넘은 시드")
    for model, horizon in itertools.product(MODEL_NAMES, sorted({r["horizon"] for r in rows})):
        here = sweeping.select(rows, model=model, horizon=horizon)
        if not here:
            continue
        errors = [row["max_error"] for row in here]
        limit = evaluation.LIMITS.get(horizon)
        over = sorted({row["seed"] for row in here if limit and row["max_error"] > limit})
        table.add_row(
            model,
            f"{horizon:,}",
            str(len(here)),
            f"{np.median(errors):.4f}",
            f"{max(errors):.4f}",
            f"{limit:g}" if limit else "",
            (", ".join(map(str, over)) or "없음") if limit else "",
        )
    return table


@cli.command()
@models_option
@click.option("--seeds", type=Seeds(), default="0-2", show_default=True, help="시드들.")
@click.option(
    "--epochs", type=click.IntRange(min=1), default=200, show_default=True, help="에포크 수."
)
@click.option(
    "--dropout",
    type=Finite(minimum=0.0, below=1.0),
    default=0.3,
    show_default=True,
    help="드롭아웃 비율. 예제는 0.3.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="기록을 쓸 json 파일.",
)
def recipe(models: list[str], seeds: list[int], epochs: int, dropout: float, output: Path) -> None:
    """2017년의 조리법을 그대로 돌려 기록을 남깁니다. 책에 실린 기록을 만든 명령입니다."""
    prepare(output)
    from cosine_rnn import recipe_2017

    command = (
        f"cosine-rnn recipe --models {','.join(models)} "
        f"--seeds {','.join(map(str, seeds))} --epochs {epochs} --dropout {dropout:g}"
    )
    runs = []
    for model in models:
        for seed in seeds:
            with progress(f"{model} {seed}") as on_epoch:
                run = recipe_2017.run_recipe(
                    model, seed=seed, epochs=epochs, dropout=dropout, on_epoch=on_epoch
                )
            runs.append(run)
            recipe_2017.save_runs(output, runs, command=command)
            click.echo(f"{model} 시드 {seed}: 시험 MSE {run.test_mse:.3g}")


@cli.command()
@click.option(
    "--recipe-epochs",
    type=click.IntRange(min=2),
    default=8,
    show_default=True,
    help="2017년의 조리법에서 시간을 잴 에포크 수. 200 에포크의 시간은 이로부터 늘려 어림합니다.",
)
def benchmark(recipe_epochs: int) -> None:
    """우리 훈련과 2017년 조리법의 시간, 오차를 같은 자리에서 재어 나란히 보입니다."""
    from cosine_rnn import benchmark as bench

    table = Table(
        "모델",
        "우리 훈련(초)",
        "2017 훈련(초, 추정)",
        "배",
        "우리 오차",
        "2017 오차",
        "250시점 예측(초)",
    )
    rows = []
    with progress("벤치마크") as on_epoch:
        for row in bench.compare(MODEL_NAMES, recipe_epochs=recipe_epochs, on_epoch=on_epoch):
            rows.append(row)
            table.add_row(
                row.model,
                f"{row.seconds:.1f}",
                f"{row.recipe_seconds:.0f}",
                f"{row.recipe_seconds / row.seconds:.1f}",
                f"{row.max_error:.4f}",
                f"{row.recipe_max_error:.3f}",
                f"{row.forecast_seconds:.3f}",
            )
    ours, theirs = sum(r.seconds for r in rows), sum(r.recipe_seconds for r in rows)
    table.add_row("합", f"{ours:.1f}", f"{theirs:.0f}", f"{theirs / ours:.1f}", "", "", "")
    Console().print(table)
    click.echo(
        f"2017의 훈련 시간은 {recipe_epochs} 에포크를 재어 200 에포크로 늘린 추정이고, "
        "오차는 실린 기록의 시드 0입니다."
    )


def prepare(*paths: Path | None) -> None:
    """결과를 쓸 폴더를 일이 시작되기 전에 만듭니다. 만들 수 없으면 여기서 멈춥니다."""
    for path in paths:
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not os.access(path.parent, os.W_OK):
                raise PermissionError(f"쓸 수 있는 폴더여야 합니다. 받은 값: {str(path.parent)!r}")


def check_figure(path: Path | None) -> None:
    """그림을 쓸 수 있는 확장자인지 훈련 전에 봅니다."""
    if path and path.suffix.lower() not in (".svg", ".png", ".pdf"):
        raise click.BadParameter(
            f"확장자가 .svg, .png, .pdf 가운데 하나여야 합니다. 받은 값: {str(path)!r}",
            param_hint="--figure",
        )


def new_figure() -> tuple[Any, Any]:
    """화면 없이도 쓸 수 있는 그림 한 장."""
    from matplotlib.figure import Figure

    from cosine_rnn import plots

    plots.use_book_style()
    figure = Figure(figsize=(8, 4))
    return figure, figure.add_subplot()


@contextmanager
def progress(title: str) -> Iterator[OnEpoch]:
    """표준 오류에 진행 막대를 보입니다. 표준 출력에는 결과만 남습니다."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TextColumn("손실 {task.fields[loss]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, loss="–")
        yield lambda done, total, loss: bar.update(
            task, completed=done, total=total, loss=f"{loss:.2e}"
        )


def main() -> None:
    """명령줄의 입구. 인자의 오류는 한 줄로, 종료 코드 2로 알립니다."""
    try:
        cli()
    except (ValueError, OSError, RuntimeError) as error:
        click.echo(f"오류: {error}", err=True)
        sys.exit(2)
