"""훈련 결과를 파일에 쓰고 읽습니다. 간직할 이름은 설정, 버전, 데이터에서 정합니다."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

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

Result = TypeVar("Result")


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


def kept(
    path: Path,
    *,
    read: Callable[[Path], Result],
    make: Callable[[], Result],
    write: Callable[[Path, Result], None],
) -> Result:
    """간직해 둔 결과를 읽습니다. 없거나 읽을 수 없으면 만들어 간직합니다.

    같은 것을 여럿이 한꺼번에 바라면 하나가 만들고 나머지는 기다렸다가 읽습니다.

    Args:
        path: 간직하는 파일.
        read: 파일에서 읽는 함수. 읽을 수 없으면 ``ForeignFileError`` 를 냅니다.
        make: 새로 만드는 함수.
        write: 파일에 쓰는 함수.

    Warns:
        UserWarning: 파일이 깨져 다시 만들 때, 결과를 간직하지 못할 때.
    """
    with contextlib.ExitStack() as held:
        # 쓸 수 없는 폴더라면 만들기는 하고, 간직하지 못했다고 쓸 때 알립니다.
        with contextlib.suppress(OSError):
            held.enter_context(storage.locked(path))
        try:
            return read(path)
        except (FileNotFoundError, NotADirectoryError):
            pass
        except (OSError, ForeignFileError) as error:
            _warn(message("깨진 훈련 결과를 버리고 다시 훈련합니다. {error}", error=error))
        made = make()
        try:
            write(path, made)
        except OSError as error:
            _warn(message("훈련 결과를 간직하지 못했습니다. {error}", error=error))
        return made


def _warn(text: str) -> None:
    """이 꾸러미를 부른 줄에서 알립니다."""
    level, frame = 1, sys._getframe()
    package = __name__.partition(".")[0]
    while frame.f_back and frame.f_globals["__name__"].partition(".")[0] == package:
        level, frame = level + 1, frame.f_back
    warnings.warn(text, stacklevel=level)


def kept_model(
    module: str, settings: Any, *, build: Callable[[], Model], train: Callable[[], Model]
) -> Model:
    """``settings`` 로 훈련한 모델. 같은 훈련을 이미 했으면 간직해 둔 가중치를 읽습니다.

    Args:
        module: ``experiments.words`` 처럼, 훈련하는 모듈의 이름. 그 소스가 바뀌면 다시 훈련합니다.
        settings: 훈련의 설정. 데이터클래스입니다.
        build: 훈련하지 않은 모델을 짓는 함수.
        train: 훈련한 모델을 내는 함수.

    Warns:
        UserWarning: ``kept`` 와 같습니다.
    """
    header = {"settings": dataclasses.asdict(settings), "versions": version.versions(module)}
    digest = hashlib.sha256(json.dumps(header, sort_keys=True).encode()).hexdigest()
    path = default_cache_dir() / f"{module.rpartition('.')[2]}-{digest[:32]}.npz"

    def read(path: Path) -> Model:
        found, arrays = storage.load_arrays(path)
        if any(found.get(key) != value for key, value in header.items()):
            raise _another(found.get("settings"))
        return _with_weights(build(), arrays, path)

    def write(path: Path, model: Model) -> None:
        storage.save_arrays(path, header, _weights(model))

    return kept(path, read=read, make=train, write=write)


def _another(config: object) -> ForeignFileError:
    return ForeignFileError(
        message("path: 다른 설정의 결과입니다. 받은 값: {config!r}", config=config)
    )


def save(path: Path, trained: Trained) -> None:
    """훈련 결과를 파일 하나에 씁니다."""
    header = {
        "config": dataclasses.asdict(trained.config),
        "seconds": trained.seconds,
        "versions": trained.versions,
    }
    storage.save_arrays(path, header, {"loss": trained.loss, **_weights(trained.model)})


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
        seconds, versions = float(header["seconds"]), dict(header["versions"])
        model = models.build(config)
    except (KeyError, TypeError, ValueError) as error:
        raise _foreign(path, error) from error
    return Trained(config, _with_weights(model, arrays, path), loss, seconds, versions)


def load_for(path: Path, config: TrainConfig) -> Trained:
    """``load`` 와 같되, 설정이 ``config`` 여야 합니다.

    Raises:
        ForeignFileError: 다른 설정의 결과일 때도.
    """
    trained = load(path)
    if trained.config != config:
        raise _another(trained.config)
    return trained


def _weights(model: Model) -> dict[str, NDArray]:
    """파일에 쓸 가중치. 이름의 차례가 모델의 차례입니다."""
    return {f"weight_{k:04d}": weight for k, weight in enumerate(model.get_weights())}


def _with_weights(model: Model, arrays: Mapping[str, NDArray], path: Path) -> Model:
    """``path`` 에서 읽은 가중치를 넣은 모델."""
    weights = [arrays[name] for name in sorted(arrays)]
    wanted, found = _forms(model.get_weights()), _forms(weights)
    if found != wanted:
        raise _foreign(path, reject("weights", "{forms} 꼴이어야 합니다", found, forms=wanted))
    model.set_weights(weights)
    return model


def _foreign(path: Path, error: Exception) -> ForeignFileError:
    return ForeignFileError(
        message(
            "path: 훈련 결과가 담긴 파일이어야 합니다. 받은 값: {path!r} ({error})",
            path=str(path),
            error=error if isinstance(error, ValueError) else type(error).__name__,
        )
    )


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
