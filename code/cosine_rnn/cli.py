"""명령줄: ``cosine-rnn train · forecast · experiment · benchmark``."""

from __future__ import annotations

import dataclasses
import errno
import gettext
import math
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from cosine_rnn.config import LECTURE_MODELS, MODEL_NAMES, recommended
from cosine_rnn.signals import cosine_wave
from cosine_rnn.support import catalogue, engine, records
from cosine_rnn.support.checks import (
    LARGEST_COUNT,
    LARGEST_SEED,
    check_choice,
    check_number,
    check_seed,
)
from cosine_rnn.support.messages import CATALOGUES, language, message
from cosine_rnn.support.storage import check_replaceable, write_whole

if TYPE_CHECKING:
    from cosine_rnn.progress import OnEpoch

# TensorFlow를 불러오는 데 몇 초가 걸립니다. --help와 잘못된 인자는 그 전에 답하도록
# training, evaluation, plots는 명령 안에서 불러옵니다.


# click은 gettext의 기본 목록에서 제 말을 찾고, 어느 말인지는 환경 변수로만 정합니다.
gettext.bindtextdomain("messages", CATALOGUES)
os.environ["LANGUAGE"] = language()
OPTIONS = message("[옵션]")
MOST_SEEDS = 10_000


class Whole(click.IntRange):
    """범위 안의 정수. 이름을 쓸 말로 보이고, 세는 수의 한도를 지킵니다."""

    name = message("정수")

    def __init__(self, *, min: int, max: int = LARGEST_COUNT) -> None:
        super().__init__(min, max)


class Seeds(click.ParamType):
    """``0-4`` 나 ``0,3,7`` 꼴의 시드 목록."""

    name = message("시드")

    def convert(self, value: Any, param: Any, ctx: Any) -> list[int]:
        """글을 정수의 목록으로 바꿉니다."""
        seeds: list[int] = []
        try:
            for part in str(value).split(","):
                first, _, last = part.partition("-")
                run = range(check_seed(int(first)), check_seed(int(last or first)) + 1)
                if not 0 < len(run) <= MOST_SEEDS - len(seeds):
                    raise ValueError
                seeds += run
        except ValueError:
            seeds = []
        if not seeds or len(set(seeds)) < len(seeds):
            self.fail(
                message(
                    "'0-4'나 '0,3,7' 꼴이고 겹치지 않는 {most}개까지여야 합니다. "
                    "받은 값: {value!r}",
                    most=MOST_SEEDS,
                    value=value,
                ),
                param,
                ctx,
            )
        return seeds


class Finite(click.ParamType):
    """유한한 실수. ``above`` 보다 크거나, ``minimum`` 이상 ``below`` 미만입니다."""

    name = message("실수")

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
            self.fail(
                message("범위 안의 유한한 실수여야 합니다. 받은 값: {value!r}", value=value),
                param,
                ctx,
            )
        return number


class Only(click.ParamType):
    """``열=값,값`` 꼴로, 잴 일을 고르는 조건."""

    name = message("열=값")

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, list[str]]:
        """글을 열의 이름과 값들로 나눕니다."""
        name, _, values = str(value).partition("=")
        if not name or not values:
            self.fail(
                message("'model=mlp,lstm' 꼴이어야 합니다. 받은 값: {value!r}", value=value),
                param,
                ctx,
            )
        return name, values.split(",")


figure_option = click.option(
    "--figure",
    type=click.Path(path_type=Path, dir_okay=False),
    help=message("그림을 쓸 파일. 꼴은 확장자(svg, png, pdf)가 정합니다."),
)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    options_metavar=OPTIONS,
    subcommand_metavar=message("명령 [인자]..."),
    help="\n\n".join(
        (
            message("코사인으로 배우는 순환 신경망과 LSTM."),
            message(
                "모델을 훈련하고, 예측하고, 책의 실험을 합니다. "
                "훈련 결과는 설정마다 간직하므로 같은 명령을 다시 부르면 바로 끝납니다. "
                "간직할 폴더는 환경 변수 COSINE_RNN_CACHE로 바꿉니다."
            ),
        )
    ),
)
@click.version_option(
    None, "--version", package_name="cosine-rnn", message="%(package)s %(version)s"
)
def cli() -> None:
    """모든 명령의 입구."""


@cli.command(
    options_metavar=OPTIONS,
    help=message("MODEL을 주기 100의 코사인으로 훈련해 파일에 씁니다."),
)
@click.argument("model", metavar="MODEL", type=click.Choice(MODEL_NAMES))
@click.option(
    "--seed",
    type=Whole(min=0, max=LARGEST_SEED),
    default=0,
    show_default=True,
    help=message("난수 시드."),
)
@click.option("--epochs", type=Whole(min=1), help=message("에포크 수. 없으면 책이 권하는 수."))
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help=message("훈련된 모델을 쓸 .npz 파일."),
)
@figure_option
def train(model: str, seed: int, epochs: int | None, output: Path, figure: Path | None) -> None:
    """모델 하나를 훈련해 파일에 씁니다."""
    config = recommended(model, seed=seed)
    if epochs is not None:
        config = dataclasses.replace(config, epochs=epochs)
    check_figure(figure)
    prepare(output, figure)
    from cosine_rnn import evaluation, results, training

    with progress(model) as on_epoch:
        trained = training.fit(config, evaluation.training_wave(), on_epoch=on_epoch)
    results.save(output, trained)
    click.echo(
        message(
            "{output}: 손실 {loss:.3g}, 훈련 {seconds:.1f}초",
            output=click.format_filename(output),
            loss=trained.loss[-1],
            seconds=trained.seconds,
        )
    )
    if figure:
        from cosine_rnn import plots

        fig, ax = new_figure()
        plots.plot_loss(ax, {model: trained.loss}).set_title("훈련 손실")
        plots.save_figure(figure, fig)


@cli.command(
    options_metavar=OPTIONS,
    help=message("MODEL_FILE의 모델로 코사인의 다음 값들을 되먹임 예측합니다."),
)
@click.argument("model_file", type=click.Path(path_type=Path))
@click.option(
    "--horizon",
    type=Whole(min=1),
    default=250,
    show_default=True,
    help=message("예측 길이(시점)."),
)
@click.option(
    "--phase",
    type=Finite(),
    default=1.0,
    show_default=True,
    help=message("예측할 코사인의 위상(라디안)."),
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help=message("참값과 예측을 쓸 csv 파일."),
)
@figure_option
def forecast(
    model_file: Path, horizon: int, phase: float, output: Path | None, figure: Path | None
) -> None:
    """파일의 모델로 되먹임 예측합니다."""
    check_figure(figure)
    prepare(output, figure)
    from cosine_rnn import evaluation, metrics, results, training

    trained = results.load(model_file)
    n_past = max(evaluation.CONTEXT_LENGTH, trained.config.context_length)
    wave = cosine_wave(n_past + horizon, period=evaluation.PERIOD, phase=phase)
    past, truth = wave[:n_past], wave[n_past:]
    values = training.forecaster_of(trained)(past, horizon)
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
        message(
            "{model}: {horizon}시점 되먹임 예측, 가장 큰 오차 {error:.4f}",
            model=trained.config.model,
            horizon=horizon,
            error=metrics.max_error(truth, values),
        )
    )
    if figure:
        from cosine_rnn import plots

        fig, ax = new_figure()
        plots.plot_forecast(ax, past, truth, {trained.config.model: values})
        ax.set_title("되먹임 예측")
        plots.save_figure(figure, fig)


def chosen(tasks: Sequence[Any], conditions: Sequence[tuple[str, list[str]]]) -> list[Any]:
    """조건을 모두 지키는 일들."""
    for name, values in conditions:
        fields = [field.name for field in dataclasses.fields(tasks[0])]
        check_choice("--only", name, fields)
        here = {records.written(getattr(task, name)) for task in tasks}
        for value in values:
            check_choice(f"--only {name}", value, sorted(here))
        tasks = [task for task in tasks if records.written(getattr(task, name)) in values]
    return list(tasks)


@cli.command(
    options_metavar=OPTIONS,
    help="\n\n".join(
        (
            message("NAME의 실험을 하고 잰 것을 csv에 적습니다."),
            message("하나 잴 때마다 적으므로, 멈춘 뒤 같은 명령을 다시 부르면 남은 것만 합니다."),
            "\b\n"
            + "\n".join(f"{name:<24}{catalogue.summary(name)}" for name in catalogue.names()),
        )
    ),
)
@click.argument("name", metavar="NAME", type=click.Choice(catalogue.names()))
@click.option("--seeds", type=Seeds(), default="0-4", show_default=True, help=message("시드들."))
@click.option(
    "--only",
    type=Only(),
    multiple=True,
    help=message("조건에 맞는 것만 잽니다. 예: model=mlp,lstm"),
)
@click.option(
    "--jobs",
    type=Whole(min=1),
    default=1,
    show_default=True,
    help=message("나란히 돌릴 수."),
)
@click.option(
    "--scheduler",
    metavar=message("주소"),
    help=message("돌고 있는 Dask 스케줄러의 주소. 예: tcp://127.0.0.1:8786"),
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help=message("결과를 쓸 csv 파일. 이미 있으면 없는 것만 이어서 합니다."),
)
def experiment(
    name: str,
    seeds: list[int],
    only: Sequence[tuple[str, list[str]]],
    jobs: int,
    scheduler: str | None,
    output: Path,
) -> None:
    """실험 하나를 하고 잰 것을 적습니다."""
    prepare(output)
    # TensorFlow를 불러오는 동안 파이썬은 신호에 답하지 못합니다. 잃을 것이 없으니 바로 끝냅니다.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    module = catalogue.load(name)
    tasks = chosen(module.tasks(seeds), only)
    # kill로 멈추어도 Ctrl-C로 멈춘 것과 같게 합니다.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.default_int_handler)
    columns = (
        BarColumn(),
        TextColumn(message("실험")),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    done = 0
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        shown = bar.add_task("", total=len(tasks))

        def on_task(finished: int, total: int) -> None:
            nonlocal done
            done = finished
            bar.update(shown, completed=finished, total=total)

        try:
            rows = engine.run(
                name, tasks, output, n_jobs=jobs, scheduler=scheduler, on_task=on_task
            )
        except KeyboardInterrupt:
            bar.stop()
            click.echo(
                message(
                    "멈춤: {output}에 실험 {done}/{total}개가 있습니다. "
                    "같은 명령을 다시 부르면 이어서 합니다.",
                    output=click.format_filename(output),
                    done=done,
                    total=len(tasks),
                ),
                err=True,
            )
            sys.exit(130)
    if hasattr(module, "summary"):
        lines = module.summary(rows)
        table = Table(*lines[0])
        for line in lines:
            table.add_row(*map(records.written, line.values()))
        Console().print(table)
    click.echo(
        message("{output}: 실험 {total}개", output=click.format_filename(output), total=len(tasks))
    )


@cli.command(
    options_metavar=OPTIONS,
    help=message("우리 훈련과 2017년 조리법의 시간, 오차를 같은 자리에서 재어 나란히 보입니다."),
)
@click.option(
    "--recipe-epochs",
    type=Whole(min=2),
    default=8,
    show_default=True,
    help=message(
        "2017년의 조리법에서 시간을 잴 에포크 수. 200 에포크의 시간은 이로부터 늘려 어림합니다."
    ),
)
def benchmark(recipe_epochs: int) -> None:
    """훈련과 예측의 시간을 잽니다."""
    from cosine_rnn import benchmark as bench

    table = Table(
        message("모델"),
        message("우리 훈련(초)"),
        message("2017 훈련(초, 추정)"),
        message("배"),
        message("우리 오차"),
        message("2017 오차"),
        message("250시점 예측(초)"),
    )
    rows = []
    with progress(message("벤치마크")) as on_epoch:
        for row in bench.compare(LECTURE_MODELS, recipe_epochs=recipe_epochs, on_epoch=on_epoch):
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
    table.add_row(message("합"), f"{ours:.1f}", f"{theirs:.0f}", f"{theirs / ours:.1f}", "", "", "")
    Console().print(table)
    click.echo(
        message(
            "2017의 훈련 시간은 {recipe_epochs} 에포크를 재어 200 에포크로 늘린 추정이고, "
            "오차는 실린 기록의 시드 0입니다.",
            recipe_epochs=recipe_epochs,
        )
    )


def prepare(*paths: Path | None) -> None:
    """결과를 쓸 폴더를 일이 시작되기 전에 만듭니다. 만들 수 없으면 여기서 멈춥니다."""
    for path in paths:
        if path:
            check_replaceable(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            if not os.access(path.parent, os.W_OK):
                raise PermissionError(
                    message("쓸 수 있는 폴더여야 합니다. 받은 값: {path!r}", path=str(path.parent))
                )


def check_figure(path: Path | None) -> None:
    """그림을 쓸 수 있는 확장자인지 훈련 전에 봅니다."""
    if path and path.suffix.lower() not in (".svg", ".png", ".pdf"):
        raise click.BadParameter(
            message(
                "확장자가 .svg, .png, .pdf 가운데 하나여야 합니다. 받은 값: {path!r}",
                path=str(path),
            ),
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
        TextColumn(message("손실")),
        TextColumn("{task.fields[loss]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, loss="–")
        yield lambda done, total, loss: bar.update(
            task, completed=done, total=total, loss=f"{loss:.2e}"
        )


def reason(error: Exception) -> str:
    """오류를 쓸 말로 적습니다. 운영 체제의 글은 영어이므로, 흔한 것은 우리 말로 바꿉니다."""
    if not isinstance(error, OSError) or error.errno is None:
        return str(error)
    known = {
        errno.ENOENT: message("없는 파일이나 폴더입니다"),
        errno.ENOTDIR: message("가는 길에 폴더가 아닌 것이 있습니다"),
        errno.EISDIR: message("파일이 아니라 폴더입니다"),
        errno.EEXIST: message("같은 이름의 파일이 이미 있습니다"),
        errno.EACCES: message("읽거나 쓸 권한이 없습니다"),
        errno.EROFS: message("읽기만 할 수 있는 자리입니다"),
        errno.ENOSPC: message("디스크가 가득 찼습니다"),
        errno.ENAMETOOLONG: message("이름이 너무 깁니다"),
        errno.ELOOP: message("서로를 가리키는 링크입니다"),
    }
    said = known.get(error.errno, message("파일을 읽거나 쓰지 못했습니다"))
    code = errno.errorcode.get(error.errno, error.errno)
    return message("{path!r}: {reason} ({code})", path=str(error.filename), reason=said, code=code)


def main() -> None:
    """명령줄의 입구. 인자의 오류는 한 줄로, 종료 코드 2로 알립니다."""
    try:
        cli()
    except (ValueError, OSError, RuntimeError) as error:
        click.echo(message("오류: {reason}", reason=reason(error)), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
