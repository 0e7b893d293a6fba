"""순환하지 않고 차례를 보는 경쟁자: 단어와 이웃한 두 단어의 수만 세어 답하는 로지스틱 회귀."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from cosine_rnn.beyond.sentences import DAYS, TOPICS, VOCABULARY, Sentence, encode
from cosine_rnn.support.checks import FloatArray, check_number, reject

PENALTY = 1e-4


class Bigrams(NamedTuple):
    """훈련한 로지스틱 회귀. 편향은 마지막 줄입니다.

    Attributes:
        day: 날의 가중치. ``(n_features + 1, 3)``.
        topic: 주제의 가중치. ``(n_features + 1, 3)``.
    """

    day: FloatArray
    topic: FloatArray


def features(sentences: Sequence[Sequence[str]]) -> FloatArray:
    """단어마다의 수, 이웃한 두 단어마다의 수, 그리고 1.

    Args:
        sentences: 문장마다 단어의 목록.

    Returns:
        단어가 ``V`` 개이면 ``(batch, V + V² + 1)``.
    """
    one_hot = encode(sentences)
    n, size = len(one_hot), len(VOCABULARY)
    pairs = np.einsum("nti,ntj->nij", one_hot[:, :-1], one_hot[:, 1:]).reshape(n, size**2)
    return np.hstack([one_hot.sum(axis=1), pairs, np.ones((n, 1))])


def fit(sentences: Sequence[Sentence], *, penalty: float = PENALTY) -> Bigrams:
    """손실의 평균에 ``penalty · Σ가중치²`` 을 더한 것을 L-BFGS로 가장 작게 합니다.

    Args:
        sentences: 훈련 문장들.
        penalty: 가중치가 커지지 않게 하는 정도.
    """
    if not sentences:
        raise reject("sentences", "하나는 있어야 합니다", sentences)
    check_number("penalty", penalty, above=0.0)
    inputs = features([s.words for s in sentences])
    return Bigrams(
        _fit_one(inputs, [DAYS.index(s.day) for s in sentences], penalty),
        _fit_one(inputs, [TOPICS.index(s.topic) for s in sentences], penalty),
    )


def _fit_one(inputs: FloatArray, answers: Sequence[int], penalty: float) -> FloatArray:
    target = np.eye(3)[list(answers)]
    shape = (inputs.shape[1], 3)

    def loss(flat: FloatArray) -> tuple[float, FloatArray]:
        weights = flat.reshape(shape)
        scores = inputs @ weights
        value = -np.sum(target * log_softmax(scores, axis=1)) / len(inputs)
        slope = inputs.T @ (softmax(scores, axis=1) - target) / len(inputs)
        return value + penalty * np.sum(flat**2), (slope + 2 * penalty * weights).ravel()

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B")
    return found.x.reshape(shape)


def accuracy(model: Bigrams, sentences: Sequence[Sentence]) -> float:
    """날과 주제를 모두 맞힌 문장의 비율."""
    inputs = features([s.words for s in sentences])
    day, topic = (np.argmax(inputs @ weights, axis=1) for weights in model)
    right = [
        DAYS[d] == s.day and TOPICS[t] == s.topic
        for d, t, s in zip(day, topic, sentences, strict=True)
    ]
    return float(np.mean(right))
