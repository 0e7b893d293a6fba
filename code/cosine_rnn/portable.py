"""훈련한 모델을 다른 언어가 읽는 글로 옮깁니다. 쪽 안에서 모델을 돌릴 때 씁니다.

가중치는 26비트 정수로 적고 base64로 싣습니다. 값은 간격 ``step`` 의 정수 배이고, 반올림 오차는
배열에서 가장 큰 값의 6,000만분의 1을 넘지 않습니다. 24비트로 적으면 250시점을 되먹인 상태유지
LSTM의 예측이 10만분의 1을 넘게 달라지고, 32비트 실수를 그대로 실으면 쪽이 그만큼 무겁습니다.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosine_rnn.results import Trained
from cosine_rnn.support.checks import check_choice, check_finite, reject

NAMES = {"Dense": ("W", "b"), "SimpleRNN": ("W", "U", "b"), "LSTM": ("W", "U", "b")}
"""옮길 수 있는 층과, Keras의 차례대로 적은 가중치의 이름."""

Head = tuple[str, Sequence[str]]

_LARGEST = 2**25 - 1


def pack(values: ArrayLike) -> dict[str, Any]:
    """배열을 ``{"step", "high", "low"}`` 로 적습니다. 줄을 이어 붙인 차례입니다.

    Args:
        values: 유한한 수의 배열. 모양은 적지 않습니다.

    Returns:
        ``step`` 은 정수 1이 뜻하는 값. ``high`` 는 부호 있는 정수의 위 24비트를 큰 자리부터,
        ``low`` 는 아래 2비트를 네 값씩 한 바이트에 모아 적은 base64.

    Raises:
        ValueError: 값이 유한하지 않을 때.
    """
    flat = check_finite("values", values, ranks={1, 2}).ravel()
    step = float(np.abs(flat).max(initial=0.0)) / _LARGEST or 1.0
    whole = np.round(flat / step).astype(np.int32)
    # 32비트로 적은 다음 맨 위의 바이트를 뗍니다. 부호를 되풀이한 바이트입니다.
    high = (whole >> 2).astype(">i4").view(np.uint8).reshape(-1, 4)[:, 1:]
    low = np.zeros(-(-len(whole) // 4) * 4, dtype=np.uint8)
    low[: len(whole)] = whole & 3
    low = (low.reshape(-1, 4) << np.array([6, 4, 2, 0], dtype=np.uint8)).sum(1, dtype=np.uint8)
    return {"step": step, "high": _letters(high), "low": _letters(low)}


def _letters(data: NDArray[np.uint8]) -> str:
    return base64.b64encode(data.tobytes()).decode()


def layer(keras_layer: Any) -> dict[str, Any]:
    """층 하나의 종류와 활성화 함수, 가중치.

    Raises:
        ValueError: 옮기는 법을 모르는 층이거나, 활성화 함수가 ``tanh`` 나 ``linear`` 가 아닐 때.
    """
    kind = type(keras_layer).__name__
    if kind not in NAMES:
        raise reject("layer", "{allowed} 가운데 하나여야 합니다", kind, allowed=", ".join(NAMES))
    activation = keras_layer.activation.__name__
    allowed = ("linear", "tanh") if kind == "Dense" else ("tanh",)
    if activation not in allowed:
        raise reject(
            "layer", "활성화 함수가 {allowed}여야 합니다", activation, allowed=", ".join(allowed)
        )
    weights = zip(NAMES[kind], keras_layer.get_weights(), strict=True)
    return {**packed(kind, **dict(weights)), "activation": activation}


def packed(kind: str, **weights: ArrayLike) -> dict[str, Any]:
    """손으로 정한 가중치로 적은 층. 이름은 ``NAMES`` 와 같고, 출력층에는 활성화 함수가 없습니다."""
    check_choice("kind", kind, NAMES)
    if set(weights) != set(NAMES[kind]):
        raise reject(
            "weights", "{allowed}가 있어야 합니다", sorted(weights), allowed=", ".join(NAMES[kind])
        )
    activation = "linear" if kind == "Dense" else "tanh"
    written = {name: pack(values) for name, values in weights.items()}
    return {"kind": kind, "activation": activation, "weights": written}


def forecaster(trained: Trained) -> dict[str, Any]:
    """예측하는 모델. 훈련된 강의의 모델을 옮깁니다.

    Returns:
        ``reads`` 는 창을 읽으면 ``"window"``, 상태를 이어 가면 ``"stream"``. ``context`` 는 예측을
        시작하는 데 필요한 지난 값의 수. ``layers`` 는 아래에서 위로.
    """
    layers = [layer(one) for one in trained.model.layers if type(one).__name__ != "Flatten"]
    stateful = any(getattr(one, "stateful", False) for one in trained.model.layers)
    reads = "stream" if stateful else "window"
    return {"reads": reads, "context": trained.config.context_length, "layers": layers}


def listener(model: Any, *, vocabulary: Sequence[str], heads: Mapping[str, Head]) -> Any:
    """단어를 듣는 모델: 순환층 하나와, 은닉 상태에서 점수를 내는 출력층들.

    Args:
        model: 출력층의 이름이 ``heads`` 의 이름인 모델.
        vocabulary: 원-핫 벡터의 차례대로 적은 단어.
        heads: 출력층의 이름마다, 보일 이름과 칸마다의 말.

    Returns:
        ``vocabulary``, ``layers``, ``heads``. ``softmax`` 는 점수를 확률로 바꾸어 보일지입니다.
    """
    (recurrent,) = (one for one in model.layers if type(one).__name__ in ("SimpleRNN", "LSTM"))
    described = [
        {"name": shown, "labels": list(labels), **layer(model.get_layer(name))}
        for name, (shown, labels) in heads.items()
    ]
    heard = {"vocabulary": list(vocabulary), "layers": [layer(recurrent)], "heads": described}
    return {**heard, "softmax": True}


def page_data(data: Mapping[str, Any]) -> str:
    """쪽 안에 둘 자료. 스크립트가 읽고 브라우저는 그리지 않는 글입니다."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    safe = text.replace("<", "\\u003c")  # 글 속의 꺾쇠가 마디를 끝내지 못하게 합니다.
    return f'<script type="application/json" class="lab-data">{safe}</script>'
