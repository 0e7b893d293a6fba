"""훈련 결과를 파일에 쓰고 읽습니다. 간직할 이름은 설정, 버전, 데이터에서 정합니다."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

from cosine_rnn import models
from cosine_rnn.config import TrainConfig, config_for
from cosine_rnn.support import storage
from cosine_rnn.support import versions as version
from cosine_rnn.support.backend import Model
from cosine_rnn.support.checks import FloatArray, reject
from cosine_rnn.support.messages import message
from cosine_rnn.support.storage import ForeignFileError


@dataclass(frozen=True)
class Trained:
    """훈련의 결과.

    Attributes:
        config: 쓴 설정.
        model: 훈련된 Keras 모델.
        loss: 에포크마다의 훈련 손실. ``(n,)``. 잡음 주입이나 폐루프 학습은 갱신마다의 손실입니다.
        seconds: 훈련에 든 시간(초). 컴파일을 포함합니다.
        versions: 훈련할 때의 버전.
    """

    config: TrainConfig
    model: Model
    loss: FloatArray
    seconds: float
    versions: dict[str, str]


def versions() -> dict[str, str]:
    """훈련 결과를 좌우하는 것들의 버전."""
    return version.versions("training")


def default_cache_dir() -> Path:
    """훈련 결과를 간직하는 폴더. 환경 변수 ``COSINE_RNN_CACHE`` 가 있으면 그곳입니다."""
    chosen = os.environ.get("COSINE_RNN_CACHE")
    return Path(chosen).expanduser() if chosen else platformdirs.user_cache_path("cosine-rnn")


def save(path: Path, trained: Trained) -> None:
    """훈련 결과를 파일 하나에 씁니다."""
    header = {
        "config": dataclasses.asdict(trained.config),
        "seconds": trained.seconds,
        "versions": trained.versions,
    }
    weights = {f"weight_{k:04d}": w for k, w in enumerate(trained.model.get_weights())}
    storage.save_arrays(path, header, {"loss": trained.loss, **weights})


def load(path: Path) -> Trained:
    """``save`` 가 쓴 파일에서 훈련 결과를 읽습니다.

    Raises:
        FileNotFoundError: 파일이 없을 때.
        ForeignFileError: 깨졌거나 다른 프로그램이 쓴 파일일 때.
    """
    header, arrays = storage.load_arrays(path)
    try:
        config = config_for(**header["config"])
        loss = arrays.pop("loss")
        model = models.build(config)
        weights = [arrays[name] for name in sorted(arrays)]
        wanted, found = _forms(model.get_weights()), _forms(weights)
        if found != wanted:
            raise reject("weights", "{forms} 꼴이어야 합니다", found, forms=wanted)
        model.set_weights(weights)
        return Trained(config, model, loss, float(header["seconds"]), dict(header["versions"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ForeignFileError(
            message(
                "path: 훈련 결과가 담긴 파일이어야 합니다. 받은 값: {path!r} ({error})",
                path=str(path),
                error=error if isinstance(error, ValueError) else type(error).__name__,
            )
        ) from error


def _forms(weights: list[NDArray]) -> list[str]:
    """가중치마다의 형과 모양."""
    return [f"{weight.dtype}{weight.shape}" for weight in weights]


def cache_path(config: TrainConfig, series: FloatArray) -> Path:
    """이 설정과 데이터의 훈련 결과가 있을 자리. 설정이나 버전이 하나라도 다르면 이름이 다릅니다."""
    identity = json.dumps([dataclasses.asdict(config), versions()], sort_keys=True)
    # 하나인 가족은 시계열 하나와 같습니다.
    identity += str(np.atleast_2d(series).shape)
    digest = hashlib.sha256(identity.encode() + series.tobytes()).hexdigest()
    return default_cache_dir() / f"{config.model}-{digest[:32]}.npz"
