"""지어낸 문장: 순환 모델이 한 단어씩 읽으며 날과 주제를 답합니다."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from cosine_rnn import results
from cosine_rnn.beyond.recurrent import (
    Draws,
    dense_output,
    hidden_states,
    optimizer,
    recurrent_layer,
)
from cosine_rnn.beyond.sentences import (
    DAYS,
    FEW_FILLERS,
    FILLERS,
    MANY_FILLERS,
    PLACES,
    SEEN_PAIRS,
    TOPICS,
    UNSEEN_PAIR,
    VOCABULARY,
    Sentence,
    encode,
    make_sentences,
    posterior_of_day,
    with_fillers,
)
from cosine_rnn.support.backend import Model, keras, layers
from cosine_rnn.support.checks import (
    FloatArray,
    check_choice,
    check_integer,
    check_number,
    check_seed,
    check_seeds,
)

CELLS = ("rnn", "lstm")
UNITS = 32
BATCH_SIZE = 64
UPDATES_PER_EPOCH = 50
EPOCHS, MANY_EPOCHS = 20, 100
LEARNING_RATES = (1e-3, 3e-3, 1e-2, 3e-2)
N_TEST = 1000
N_BELIEF = 500
N_PER_PAIR = 200
CLOSE = 0.05
"""참확률과의 차이가 이 안이면 맞게 믿은 것으로 칩니다."""


class Answers(NamedTuple):
    """단어를 하나 읽을 때마다의 답. 첫 축은 문장, 둘째 축은 단어입니다.

    Attributes:
        day: ``DAYS`` 마다의 확률. ``(batch, n_words, 3)``.
        topic: ``TOPICS`` 마다의 확률. ``(batch, n_words, 3)``.
        hidden: 은닉 상태. ``(batch, n_words, units)``.
    """

    day: FloatArray
    topic: FloatArray
    hidden: FloatArray


@dataclass(frozen=True, kw_only=True)
class WordsTask:
    """훈련 한 번의 설정.

    Attributes:
        cell: ``"rnn"`` 또는 ``"lstm"``.
        n_fillers: 훈련 문장의 한 자리에 들어가는 군말의 최대 수.
        learning_rate: 처음 학습률. 코사인으로 0까지 줄입니다.
        seed: 난수 시드.
        epochs: 에포크 수. 한 에포크에 갱신이 ``UPDATES_PER_EPOCH`` 번입니다.
    """

    cell: str
    n_fillers: int = FEW_FILLERS
    learning_rate: float = 1e-2
    seed: int
    epochs: int = EPOCHS

    def __post_init__(self) -> None:
        """훈련 전에 값을 봅니다."""
        check_choice("cell", self.cell, CELLS)
        check_integer("n_fillers", self.n_fillers, minimum=0)
        check_number("learning_rate", self.learning_rate, above=0.0)
        check_seed(self.seed)
        check_integer("epochs", self.epochs)


def build(task: WordsTask) -> Model:
    """훈련하지 않은 모델을 짓습니다.

    Returns:
        ``(batch, n_words, len(VOCABULARY))`` 를 받아 ``day`` 와 ``topic`` 의 점수를 내는 모델.
    """
    draws = Draws(task.seed)
    entrance = keras.Input((None, len(VOCABULARY)))
    hidden = recurrent_layer(task.cell, UNITS, draws, return_sequences=True)(entrance)
    outputs = {
        name: layers.Dense(3, kernel_initializer=draws.glorot(), name=name)(hidden)
        for name in ("day", "topic")
    }
    return keras.Model(entrance, outputs, name="words")


def fit(task: WordsTask) -> Model:
    """``train`` 과 같되, 같은 훈련을 이미 했으면 간직해 둔 결과를 읽습니다."""
    return results.kept_model(
        "experiments.words", task, build=lambda: build(task), train=lambda: train(task)
    )


def train(task: WordsTask) -> Model:
    """지어낸 문장으로 ``build`` 의 모델을 훈련합니다. 단어를 하나 읽을 때마다 문장의 답을
    맞히게 합니다.
    """
    # 짝수 시드의 문장으로 훈련하고, 홀수 시드의 문장으로 시험합니다.
    sentences = make_sentences(
        BATCH_SIZE * UPDATES_PER_EPOCH, seed=2 * task.seed, n_fillers=task.n_fillers
    )
    inputs = encode([s.words for s in sentences])
    model = build(task)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(
        optimizer=optimizer(task.learning_rate, task.epochs * UPDATES_PER_EPOCH),
        loss={"day": loss, "topic": loss},
        jit_compile=True,
        steps_per_execution=UPDATES_PER_EPOCH,
    )
    # 채운 자리는 손실에 넣지 않습니다.
    read = inputs.any(axis=2).astype(np.float32)
    targets = {
        "day": np.array([[DAYS.index(s.day)] * inputs.shape[1] for s in sentences]),
        "topic": np.array([[TOPICS.index(s.topic)] * inputs.shape[1] for s in sentences]),
    }
    keras.utils.set_random_seed(task.seed)
    model.fit(
        inputs,
        targets,
        sample_weight={"day": read, "topic": read},
        batch_size=BATCH_SIZE,
        epochs=task.epochs,
        verbose=0,
    )
    return model


def answer(model: Model, sentences: Collection[Sequence[str]]) -> Answers:
    """훈련한 모델이 단어를 하나 읽을 때마다 낸 답과 은닉 상태."""
    hidden = hidden_states(model, encode(sentences))
    day, topic = (softmax(dense_output(model, name, hidden), axis=-1) for name in ("day", "topic"))
    return Answers(day, topic, hidden)


def tasks(seeds: Sequence[int]) -> list[WordsTask]:
    """책의 실험. 두 순환층을 두 길이의 문장으로, 학습률마다, 시드마다 훈련합니다.

    가장 작은 학습률로는 덜 배우고 끝날 수 있으므로, 짧은 문장에서 다섯 배 오래도 훈련합니다.
    """
    check_seeds(seeds)
    usual = [
        WordsTask(cell=cell, n_fillers=n_fillers, learning_rate=rate, seed=seed)
        for cell in CELLS
        for n_fillers in (FEW_FILLERS, MANY_FILLERS)
        for rate in LEARNING_RATES
        for seed in seeds
    ]
    longer = [
        WordsTask(cell=cell, learning_rate=LEARNING_RATES[0], seed=seed, epochs=MANY_EPOCHS)
        for cell in CELLS
        for seed in seeds
    ]
    return usual + longer


def measure(task: WordsTask) -> dict[str, float]:
    """훈련한 다음, 훈련에 쓰지 않은 문장에서 잽니다.

    Returns:
        날과 주제를 모두 맞힌 비율 일곱과 ``belief`` 의 값들, 그리고 ``certainty_unheard`` 와
        ``additive_share``.

        - ``usual``, ``corrected``, ``longer``, ``unseen_pair``: 보통, 모두 고친, 군말이 많은,
          모두 처음 듣는 짝인 문장.
        - ``PLACES`` 의 이름: 보통 문장의 그 자리에 군말을 ``MANY_FILLERS`` 개 더 끼운 것.
    """
    model = train(task)
    seed = 2 * task.seed + 1
    usual = make_sentences(N_TEST, seed=seed)
    kinds = {
        "usual": usual,
        "corrected": make_sentences(N_TEST, seed=seed, correction_rate=1.0),
        "longer": make_sentences(N_TEST, seed=seed, n_fillers=MANY_FILLERS),
        "unseen_pair": make_sentences(N_TEST, seed=seed, pairs=[UNSEEN_PAIR]),
        **{
            place: with_fillers(usual, place=place, n_fillers=MANY_FILLERS, seed=seed)
            for place in PLACES
        },
    }
    heard = make_sentences(N_BELIEF, seed=seed, n_fillers=task.n_fillers)
    return {
        **{kind: accuracy(model, sentences) for kind, sentences in kinds.items()},
        **belief(model, heard),
        "unheard": certainty_unheard(model, n_fillers=MANY_FILLERS),
        "additive": additive_share(model),
    }


def accuracy(model: Model, sentences: Sequence[Sentence]) -> float:
    """마지막 단어까지 읽고 날과 주제를 모두 맞힌 문장의 비율."""
    answers = answer(model, [s.words for s in sentences])
    rows, last = np.arange(len(sentences)), np.array([len(s.words) - 1 for s in sentences])
    day, topic = (scores[rows, last].argmax(axis=1) for scores in (answers.day, answers.topic))
    right = (day == _places(DAYS, [s.day for s in sentences])) & (
        topic == _places(TOPICS, [s.topic for s in sentences])
    )
    return float(right.mean())


def _places(names: Sequence[str], chosen: Sequence[str]) -> NDArray[np.int64]:
    return np.array([names.index(name) for name in chosen])


def belief(model: Model, sentences: Sequence[Sentence]) -> dict[str, float]:
    """단어를 하나 읽을 때마다 날의 확률이 참확률과 얼마나 다른지 잽니다.

    Args:
        model: ``train`` 이 훈련한 모델.
        sentences: 훈련 문장과 같은 규칙으로 지은 문장들.

    Returns:
        단어마다 날 셋 가운데 가장 큰 차이의 평균 ``belief_gap``, 그것이 ``CLOSE`` 안인 단어의 비율
        ``belief_close``, 모든 단어에서 그런 문장의 비율 ``belief_sentences``, 가장 큰 차이
        ``belief_worst``.
    """
    days = answer(model, [s.words for s in sentences]).day
    gaps = [
        np.abs(said[: len(s.words)] - posterior_of_day(s.words)).max(axis=1)
        for said, s in zip(days, sentences, strict=True)
    ]
    words = np.concatenate(gaps)
    return {
        "belief_gap": float(words.mean()),
        "belief_close": float(np.mean(words <= CLOSE)),
        "belief_sentences": float(np.mean([gap.max() <= CLOSE for gap in gaps])),
        "belief_worst": float(words.max()),
    }


def certainty_unheard(model: Model, *, n_fillers: int) -> float:
    """군말만 ``n_fillers`` 개 듣고 날은 하나도 듣지 못했을 때, 가장 그럴듯한 날에 준 확률의 평균.

    참확률은 3/8입니다. 이보다 크면 듣지 못한 것을 들은 듯이 믿는 것입니다.
    """
    check_integer("n_fillers", n_fillers)
    rng = random.Random(0)
    heard = [rng.choices(FILLERS, k=n_fillers) for _ in range(N_PER_PAIR)]
    return float(answer(model, heard).day[:, -1].max(axis=1).mean())


def additive_share(model: Model) -> float:
    """날과 주제를 상태에 따로 적었는지. 짝마다의 은닉 상태를 날의 몫과 주제의 몫의 합으로 나눕니다.

    훈련에 나온 짝 여덟으로 문장을 짓고, 끝말까지 읽은 상태를 짝마다 평균합니다. 여덟 평균의 흩어짐
    가운데 ``날의 벡터 + 주제의 벡터`` 로 적히는 몫을 냅니다. 1이면 모두 따로 적은 것입니다.
    날과 주제에 매이지 않는 여덟 벡터라면 평균해 4/7입니다(자유도 7 가운데 날이 2, 주제가 2).
    """
    means = []
    for pair in SEEN_PAIRS:
        sentences = make_sentences(N_PER_PAIR, seed=0, pairs=[pair])
        hidden = answer(model, [s.words for s in sentences]).hidden
        last = [len(s.words) - 1 for s in sentences]
        means.append(hidden[np.arange(N_PER_PAIR), last].mean(axis=0))
    told = np.array(
        [[day == d for d in DAYS] + [topic == t for t in TOPICS] for day, topic in SEEN_PAIRS]
    ).astype(float)
    left = means - told @ np.linalg.lstsq(told, np.array(means), rcond=None)[0]
    return float(1 - np.sum(left**2) / np.sum((means - np.mean(means, axis=0)) ** 2))
