"""훈련 하나를 정하는 설정. 창으로 훈련하는 모델의 것과 흐름으로 훈련하는 모델의 것이 있습니다."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_rnn.support.checks import (
    LARGEST_COUNT,
    check_choice,
    check_integer,
    check_number,
    check_seed,
    reject,
)
from cosine_rnn.support.messages import message

WINDOW_MODELS: dict[str, dict[str, Any]] = {
    "mlp": {"units": (32, 32, 32), "epochs": 10, "repeats": 10},
    "lstm": {"units": (32,), "epochs": 60, "noise_updates": 250},
}
"""창을 먹는 모델의 이름과, 이 책이 권하는 설정."""

STREAM_MODELS: dict[str, dict[str, Any]] = {
    "stateful": {"units": (32,), "epochs": 100, "closed_loop_updates": 250},
    "stacked": {"units": (32, 32, 32), "epochs": 60, "closed_loop_updates": 130},
}
"""상태를 이어 가는 모델의 이름과, 이 책이 권하는 설정."""

MODEL_NAMES = (*WINDOW_MODELS, *STREAM_MODELS)
"""지을 수 있는 모델의 이름."""

LECTURE_MODELS = ("mlp", "lstm", "stateful", "stacked")
"""강의의 네 모델. 책의 장과 같은 차례이고, 저장해 둔 기록에 있는 것이 이 넷입니다."""


MOST_LAYERS = 64
LARGEST_LAYER = 512
"""층마다 뉴런 수의 한도."""

LARGEST_AXIS = 10_000
"""배열의 축이 되는 설정의 한도. 파일에 적힌 설정이 메모리를 다 쓰지 못합니다."""

AXES = {"batch_size", "window_length", "warm_up", "n_streams", "chunk_length"}


def check_units(units: Sequence[int]) -> list[int]:
    """층마다 뉴런 수가 1 이상인지 봅니다."""
    several = isinstance(units, Sequence) and not isinstance(units, str)
    if not several or not 0 < len(units) <= MOST_LAYERS:
        raise reject("units", "정수가 1개 이상 {most}개 이하여야 합니다", units, most=MOST_LAYERS)
    return [check_integer("units", n, maximum=LARGEST_LAYER) for n in units]


@dataclass(frozen=True, kw_only=True)
class _Training:
    """두 설정이 함께 쓰는 것. 값이 범위를 벗어나면 훈련 전에 오류를 냅니다."""

    model: str
    seed: int = 0
    units: tuple[int, ...] = (32,)
    epochs: int = 100
    learning_rate: float = 5e-3
    batch_size: int = 32

    _models: ClassVar[Collection[str]]
    _integers: ClassVar[dict[str, int]] = {}
    """정수인 설정과 그 최솟값."""
    _positive: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        check_choice("model", self.model, self._models)
        checked: dict[str, Any] = {"units": tuple(check_units(self.units))}
        for name, minimum in {"epochs": 1, "batch_size": 1, **self._integers}.items():
            maximum = LARGEST_AXIS if name in AXES else LARGEST_COUNT
            given = getattr(self, name)
            checked[name] = check_integer(name, given, minimum=minimum, maximum=maximum)
        checked["seed"] = check_seed(self.seed)
        for name in ("learning_rate", *self._positive):
            checked[name] = check_number(name, getattr(self, name), above=0.0)
        for name, value in checked.items():  # NumPy의 수를 Python의 수로 바꿉니다.
            object.__setattr__(self, name, value)


@dataclass(frozen=True, kw_only=True)
class WindowConfig(_Training):
    """창을 먹는 모델의 훈련을 남김없이 정하는 설정. 같은 설정, 버전, 기계면 결과가 같습니다.

    Attributes:
        model: ``WINDOW_MODELS`` 가운데 하나.
        seed: 난수 시드.
        units: 층마다 뉴런 수.
        epochs: 에포크 수.
        learning_rate: 처음 학습률. 코사인 곡선을 따라 0까지 줄입니다.
        batch_size: 배치의 줄 수.
        window_length: 창 길이.
        repeats: 한 에포크에 같은 창을 보는 횟수.
        noise_updates: 교사 강요 뒤에, 잡음을 더한 창으로 이어 하는 훈련의 갱신 횟수.
        noise_std: 그 잡음의 표준편차.
    """

    window_length: int = 40
    repeats: int = 1
    noise_updates: int = 0
    noise_std: float = 5e-3

    _models: ClassVar[Collection[str]] = WINDOW_MODELS
    _integers: ClassVar[dict[str, int]] = {"window_length": 1, "repeats": 1, "noise_updates": 0}
    _positive: ClassVar[tuple[str, ...]] = ("noise_std",)

    @property
    def shape(self) -> dict[str, int]:
        """모델을 짓는 함수에 넘길 입력의 모양."""
        return {"window_length": self.window_length}

    @property
    def context_length(self) -> int:
        """예측을 시작하는 데 필요한 지난 값의 수."""
        return self.window_length

    @property
    def passes(self) -> int:
        """교사 강요에서 훈련 데이터를 보는 횟수."""
        return self.epochs * self.repeats

    @property
    def updates_after(self) -> int:
        """교사 강요 뒤에 잇는 갱신 횟수."""
        return self.noise_updates

    def teacher_forcing_only(self) -> WindowConfig:
        """교사 강요만 하는 설정."""
        return dataclasses.replace(self, noise_updates=0)

    def reading(self, length: int) -> WindowConfig:
        """한 번에 ``length`` 시점을 읽는 설정. 창 길이를 바꿉니다."""
        return dataclasses.replace(self, window_length=length)

    def divided(self, n: int) -> WindowConfig:
        """에포크를 ``n`` 으로 나눈 설정. 데이터가 ``n`` 배여도 셈의 양이 같습니다."""
        return dataclasses.replace(self, epochs=-(-self.epochs // n))


@dataclass(frozen=True, kw_only=True)
class StreamConfig(_Training):
    """상태를 이어 가는 모델의 훈련을 남김없이 정하는 설정. 같은 설정, 버전, 기계면 결과가 같습니다.

    Attributes:
        model: ``STREAM_MODELS`` 가운데 하나.
        seed: 난수 시드.
        units: 층마다 뉴런 수.
        epochs: 에포크 수.
        learning_rate: 처음 학습률. 코사인 곡선을 따라 0까지 줄입니다.
        batch_size: 배치의 줄 수. ``n_streams`` 를 나누어야 합니다.
        warm_up: 예열에 쓰는 시점 수.
        skip_steps: 교사 강요에서 상태 초기화 뒤에 손실을 재지 않는 시점 수.
        n_streams: 흐름의 수.
        stride: 이웃한 흐름의 시작점 사이의 시점 수.
        chunk_length: 한 배치가 나아가는 시점 수. 기울기는 이만큼만 거슬러 갑니다.
        closed_loop_updates: 교사 강요 뒤에 이어 하는 폐루프 학습의 갱신 횟수.
        closed_loop_horizon: 폐루프 학습에서 되먹이는 시점 수.
    """

    batch_size: int = 20
    warm_up: int = 100
    skip_steps: int = 20
    n_streams: int = 20
    stride: int = 5
    chunk_length: int = 40
    closed_loop_updates: int = 0
    closed_loop_horizon: int = 250

    _models: ClassVar[Collection[str]] = STREAM_MODELS
    _integers: ClassVar[dict[str, int]] = {
        "warm_up": 1,
        "skip_steps": 0,
        "n_streams": 1,
        "stride": 1,
        "chunk_length": 1,
        "closed_loop_updates": 0,
        "closed_loop_horizon": 1,
    }

    def __post_init__(self) -> None:
        """값이 범위를 벗어나면 훈련 전에 오류를 냅니다."""
        super().__post_init__()
        if self.n_streams % self.batch_size:
            raise reject(
                "batch_size",
                "n_streams({n_streams})를 나누어떨어지게 해야 합니다",
                self.batch_size,
                n_streams=self.n_streams,
            )

    @property
    def shape(self) -> dict[str, int]:
        """모델을 짓는 함수에 넘길 입력의 모양."""
        return {"batch_size": self.batch_size, "timesteps": self.chunk_length}

    @property
    def context_length(self) -> int:
        """예측을 시작하는 데 필요한 지난 값의 수."""
        return self.warm_up

    @property
    def passes(self) -> int:
        """교사 강요에서 훈련 데이터를 보는 횟수."""
        return self.epochs

    @property
    def updates_after(self) -> int:
        """교사 강요 뒤에 잇는 갱신 횟수."""
        return self.closed_loop_updates

    def teacher_forcing_only(self) -> StreamConfig:
        """교사 강요만 하는 설정."""
        return dataclasses.replace(self, closed_loop_updates=0)

    def reading(self, length: int) -> StreamConfig:
        """한 번에 ``length`` 시점을 읽는 설정. 배치 하나가 나아가는 시점 수를 바꿉니다."""
        return dataclasses.replace(self, chunk_length=length)

    def divided(self, n: int) -> StreamConfig:
        """에포크와 폐루프 학습의 갱신을 ``n`` 으로 나눈 설정. 셈의 양이 같습니다."""
        return dataclasses.replace(
            self,
            epochs=-(-self.epochs // n),
            closed_loop_updates=-(-self.closed_loop_updates // n),
        )


TrainConfig = WindowConfig | StreamConfig


def config_for(model: str, **settings: Any) -> TrainConfig:
    """모델의 이름에 맞는 설정. 주지 않은 것은 기본값입니다.

    Args:
        model: ``MODEL_NAMES`` 가운데 하나.
        **settings: 그 모델의 설정.
    """
    check_choice("model", model, MODEL_NAMES)
    kind = WindowConfig if model in WINDOW_MODELS else StreamConfig
    known = [field.name for field in dataclasses.fields(kind)]
    for name in settings:
        check_choice(message("{model}의 설정", model=model), name, known)
    return kind(model=model, **settings)


def recommended(model: str, *, seed: int = 0) -> TrainConfig:
    """이 책이 권하는 설정.

    Args:
        model: 모델의 이름.
        seed: 난수 시드.

    Raises:
        ValueError: 모르는 모델이거나 시드가 0 이상의 정수가 아닐 때.
    """
    check_choice("model", model, MODEL_NAMES)
    settings: Mapping[str, Any] = {**WINDOW_MODELS, **STREAM_MODELS}[model]
    return config_for(model, seed=seed, **settings)
