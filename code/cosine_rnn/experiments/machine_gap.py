"""같은 훈련을 스레드의 수와 명령의 집합을 바꾸어: 기계가 다르면 수가 얼마나 갈리는지.

다른 기계를 흉내 냅니다. 라이브러리마다 쓸 명령을 고르는 환경 변수는 불러올 때 한 번만 읽으므로,
훈련마다 새 프로세스에서 합니다.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from cosine_rnn import evaluation, training
from cosine_rnn.config import LECTURE_MODELS, recommended
from cosine_rnn.support.checks import check_choice, check_seed, check_seeds
from cosine_rnn.support.records import Row, select

# NumPy 2.4부터의 이름과 그 전의 이름. 모르는 이름은 무시됩니다.
_NO_AVX512 = "X86_V4 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR"
_NO_AVX2 = "X86_V3 AVX2 FMA3 AVX F16C"
SETTINGS: dict[str, dict[str, str]] = {
    "plain": {},
    "two-threads": {"TF_NUM_INTRAOP_THREADS": "2"},
    "no-avx512": {
        "XLA_FLAGS": "--xla_cpu_max_isa=AVX2",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "OPENBLAS_CORETYPE": "Haswell",
        "NPY_DISABLE_CPU_FEATURES": _NO_AVX512,
    },
    "no-avx2": {
        "XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2",
        "ONEDNN_MAX_CPU_ISA": "SSE41",
        "OPENBLAS_CORETYPE": "Nehalem",
        "NPY_DISABLE_CPU_FEATURES": f"{_NO_AVX2} {_NO_AVX512}",
    },
}
"""바꾸는 것마다의 환경 변수. 차례로 XLA, oneDNN, OpenBLAS, NumPy가 쓸 명령을 정합니다.

- ``plain``: 이 기계 그대로, 스레드 하나.
- ``two-threads``: TensorFlow의 스레드가 둘.
- ``no-avx512``: AVX-512가 없는 기계처럼.
- ``no-avx2``: AVX와 AVX2도 없는 기계처럼.
"""

ONE_THREAD = {"TF_NUM_INTRAOP_THREADS": "1"}
HORIZONS = (250, 1000)
_CHILD = "from cosine_rnn.experiments.machine_gap import answer; answer()"


@dataclass(frozen=True, kw_only=True)
class MachineTask:
    """훈련 한 번의 설정.

    Attributes:
        setting: ``SETTINGS`` 가운데 하나.
        model: 모델의 이름.
        seed: 난수 시드.
    """

    setting: str
    model: str
    seed: int

    def __post_init__(self) -> None:
        """훈련 전에 값을 봅니다."""
        check_choice("setting", self.setting, SETTINGS)
        check_choice("model", self.model, LECTURE_MODELS)
        check_seed(self.seed)


def tasks(seeds: Sequence[int]) -> list[MachineTask]:
    """책의 실험. 바꾸는 것마다, 모델마다, 시드마다 훈련 하나."""
    check_seeds(seeds)
    return [
        MachineTask(setting=setting, model=model, seed=seed)
        for setting in SETTINGS
        for model in LECTURE_MODELS
        for seed in seeds
    ]


def same_bits(rows: Sequence[Row], setting: str, model: str) -> int:
    """바꾸어도 가중치의 비트가 그대로인 훈련의 수."""
    pairs = zip(_of(rows, "plain", model), _of(rows, setting, model), strict=True)
    return sum(plain["weights"] == other["weights"] for plain, other in pairs)


def error_ratios(rows: Sequence[Row], setting: str, model: str) -> list[float]:
    """바꾼 훈련의 250시점 오차가 그대로 둔 훈련의 몇 배인지. 시드마다 하나입니다."""
    pairs = zip(_of(rows, "plain", model), _of(rows, setting, model), strict=True)
    return [other["max_error_250"] / plain["max_error_250"] for plain, other in pairs]


def seed_ratios(rows: Sequence[Row], model: str) -> list[float]:
    """그대로 두고 시드만 바꾼 훈련의 250시점 오차가 몇 배인지. 시드의 쌍마다 둘입니다."""
    errors = [row["max_error_250"] for row in _of(rows, "plain", model)]
    return [one / other for one, other in itertools.permutations(errors, 2)]


def _of(rows: Sequence[Row], setting: str, model: str) -> list[Row]:
    """한 가지로 바꾼 모델 하나의 줄들. 시드의 차례입니다."""
    return sorted(select(rows, setting=setting, model=model), key=lambda row: row["seed"])


def measure(task: MachineTask) -> Row:
    """새 프로세스에서 권하는 설정으로 훈련하고, 위상 40개를 되먹여 예측합니다.

    Returns:
        마지막 손실 ``loss``, 예측 길이마다의 가장 큰 오차 ``max_error_250`` 과 ``max_error_1000``,
        가중치의 모든 비트를 줄인 값 ``weights``. 비트가 같은 훈련은 ``weights`` 가 같습니다.

    Raises:
        RuntimeError: 프로세스가 답하지 않고 끝났을 때.
    """
    asked = subprocess.run(
        [sys.executable, "-c", _CHILD, task.model, str(task.seed)],
        env=os.environ | ONE_THREAD | SETTINGS[task.setting],
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        raise RuntimeError(f"{asked.returncode}: {asked.stderr[-2000:]}")
    return json.loads(asked.stdout.splitlines()[-1])


def answer() -> None:
    """명령줄의 모델과 시드로 훈련하고 잰 것을 찍습니다. ``measure`` 가 띄운 프로세스가 부릅니다."""
    model, seed = sys.argv[1:]
    trained = training.train(recommended(model, seed=int(seed)), evaluation.training_wave())
    scores = evaluation.scores(training.forecaster_of(trained), HORIZONS)
    bits = b"".join(weight.tobytes() for weight in trained.model.get_weights())
    row = {
        "loss": float(trained.loss[-1]),
        **{f"max_error_{score.horizon}": score.max_error for score in scores},
        "weights": f"w{hashlib.sha256(bits).hexdigest()[:12]}",
    }
    print(json.dumps(row))
