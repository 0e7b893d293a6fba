"""훈련 하나를 정하는 설정."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cosine_rnn.checks import check_choice, check_integer, check_number, check_seed, reject

MODEL_NAMES = ("mlp", "lstm", "stateful", "stacked")
"""네 모델의 이름. 책의 장과 같은 차례입니다."""


def check_units(units: Sequence[int]) -> list[int]:
    """층마다 뉴런 수가 1 이상인지 봅니다."""
    if isinstance(units, str) or not isinstance(units, Sequence) or not units:
        raise reject("units", "1 이상의 정수가 하나 이상 있어야 합니다", units)
    return [check_integer("units", n) for n in units]


_INTEGERS = {
    "epochs": 1,
    "batch_size": 1,
    "window_length": 1,
    "repeats": 1,
    "noise_updates": 0,
    "warm_up": 1,
    "skip_steps": 0,
    "n_streams": 1,
    "stride": 1,
    "chunk_length": 1,
    "closed_loop_updates": 0,
    "closed_loop_horizon": 1,
}
"""정수인 설정과 그 최솟값."""


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """훈련 하나를 남김없이 정하는 설정. 같은 설정, 같은 판, 같은 기계면 결과가 같습니다.

    Attributes:
        model: 모델의 이름. ``mlp``, ``lstm``, ``stateful``, ``stacked`` 가운데 하나.
        seed: 난수 시드.
        units: 층마다 뉴런 수.
        epochs: 에포크 수.
        learning_rate: 처음 학습률. 코사인 곡선을 따라 0까지 줄입니다.
        batch_size: 배치의 줄 수. 상태유지 모델에서는 ``n_streams`` 를 나누어야 합니다.
        window_length: 창 길이. 창을 먹는 모델만 씁니다.
        repeats: 창을 먹는 모델이 한 에포크에 같은 창을 보는 횟수.
        noise_updates: 교사 강요 뒤에, 잡음을 더한 창으로 이어 하는 훈련의 갱신 횟수.
        noise_std: 그 잡음의 표준편차.
        warm_up: 예열에 쓰는 시점 수. 여기부터는 상태유지 모델만 씁니다.
        skip_steps: 교사 강요에서 상태 초기화 뒤에 손실을 재지 않는 시점 수.
        n_streams: 흐름의 수.
        stride: 이웃한 흐름의 시작점 사이의 시점 수.
        chunk_length: 한 배치가 나아가는 시점 수. 기울기는 이만큼만 거슬러 갑니다.
        closed_loop_updates: 교사 강요 뒤에 이어 하는 폐루프 학습의 갱신 횟수.
        closed_loop_horizon: 폐루프 학습에서 되먹이는 시점 수.
    """

    model: str
    seed: int = 0
    units: tuple[int, ...] = (32,)
    epochs: int = 100
    learning_rate: float = 5e-3
    batch_size: int = 32
    window_length: int = 40
    repeats: int = 1
    noise_updates: int = 0
    noise_std: float = 5e-3
    warm_up: int = 100
    skip_steps: int = 20
    n_streams: int = 20
    stride: int = 5
    chunk_length: int = 40
    closed_loop_updates: int = 0
    closed_loop_horizon: int = 250

    def __post_init__(self) -> None:
        """값이 범위를 벗어나면 훈련 전에 오류를 냅니다. NumPy의 수는 Python의 수로 바꿉니다."""
        check_choice("model", self.model, MODEL_NAMES)
        checked: dict[str, Any] = {"units": tuple(check_units(self.units))}
        for name, minimum in _INTEGERS.items():
            checked[name] = check_integer(name, getattr(self, name), minimum=minimum)
        checked["seed"] = check_seed(self.seed)
        for name in ("learning_rate", "noise_std"):
            checked[name] = check_number(name, getattr(self, name), above=0.0)
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        if self.keeps_state and self.n_streams % self.batch_size:
            raise reject(
                "batch_size",
                f"n_streams({self.n_streams})를 나누어떨어지게 해야 합니다",
                self.batch_size,
            )

    @property
    def keeps_state(self) -> bool:
        """상태유지 모델인지."""
        return self.model in ("stateful", "stacked")

    @property
    def context_length(self) -> int:
        """예측을 시작하는 데 필요한 지난 값의 수. 창 길이이거나 예열의 길이입니다."""
        return self.warm_up if self.keeps_state else self.window_length


_RECOMMENDED: dict[str, dict[str, Any]] = {
    "mlp": {"units": (32, 32, 32), "epochs": 10, "repeats": 10},
    "lstm": {"units": (32,), "epochs": 60, "noise_updates": 250},
    "stateful": {"units": (32,), "epochs": 100, "batch_size": 20, "closed_loop_updates": 250},
    "stacked": {"units": (32, 32, 32), "epochs": 60, "batch_size": 20, "closed_loop_updates": 130},
}


def recommended(model: str, *, seed: int = 0) -> TrainConfig:
    """이 책이 권하는 설정.

    Args:
        model: 모델의 이름.
        seed: 난수 시드.

    Raises:
        ValueError: 모르는 모델이거나 시드가 0 이상의 정수가 아닐 때.
    """
    check_choice("model", model, MODEL_NAMES)
    return TrainConfig(model=model, seed=seed, **_RECOMMENDED[model])
