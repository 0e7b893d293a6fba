"""'오늘 주가 어때?' 같은 문장을 지어내고, 순환 모델이 한 단어씩 읽으며 답하게 합니다."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cosine_rnn.backend import Model, keras, layers
from cosine_rnn.checks import FloatArray, check_choice, check_integer, check_seed, reject
from cosine_rnn.recurrent import (
    CELLS,
    Draws,
    dense_output,
    hidden_states,
    optimizer,
    recurrent_layer,
)

DAYS = ("어제", "오늘", "내일")
TOPICS = ("주가", "날씨", "매출")
FILLERS = ("음", "저기", "혹시", "있잖아", "그러니까")
CORRECTION = "아니"
ENDINGS = ("어때?", "알려줘", "궁금해")
VOCABULARY = (*DAYS, *TOPICS, *FILLERS, CORRECTION, *ENDINGS)

CORRECTION_RATE = 0.3
"""날을 말했다가 다른 날로 고치는 문장의 비율."""

UNSEEN_PAIR = ("내일", "매출")
"""훈련에 한 번도 나오지 않는 날과 주제의 짝."""

UNITS = 32
BATCH_SIZE = 64
UPDATES_PER_EPOCH = 50
EPOCHS = 20
LEARNING_RATE = 1e-2
N_TEST = 1000
FEW_FILLERS, MANY_FILLERS = 3, 20


class Sentence(NamedTuple):
    """문장 하나와 그 답.

    Attributes:
        words: 단어들.
        day: 묻는 날. ``DAYS`` 가운데 하나.
        topic: 묻는 주제. ``TOPICS`` 가운데 하나.
    """

    words: list[str]
    day: str
    topic: str


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


PAIRS = tuple((day, topic) for day in DAYS for topic in TOPICS)
SEEN_PAIRS = tuple(pair for pair in PAIRS if pair != UNSEEN_PAIR)


def make_sentences(
    n: int,
    *,
    seed: int,
    n_fillers: int = FEW_FILLERS,
    correction_rate: float = CORRECTION_RATE,
    pairs: Sequence[tuple[str, str]] = SEEN_PAIRS,
) -> list[Sentence]:
    """문장을 지어냅니다. ``[군말] 날 [아니 다른 날] [군말] 주제 [군말] 끝말`` 의 꼴입니다.

    Args:
        n: 문장의 수.
        seed: 난수 시드.
        n_fillers: 한 자리에 들어가는 군말의 최대 수. 0부터 이 수까지 고르게 뽑습니다.
        correction_rate: 날을 고쳐 말하는 문장의 비율. 0과 1 사이.
        pairs: 답이 될 날과 주제의 짝들.

    Raises:
        ValueError: 수가 범위를 벗어나거나 짝이 없을 때.
    """
    check_integer("n", n)
    check_integer("n_fillers", n_fillers, minimum=0)
    if not 0 <= correction_rate <= 1:
        raise reject("correction_rate", "0과 1 사이여야 합니다", correction_rate)
    if not pairs or not set(pairs) <= set(PAIRS):
        raise reject("pairs", "PAIRS 가운데 하나는 있어야 합니다", pairs)
    rng = random.Random(check_seed(seed))

    def fillers() -> list[str]:
        return rng.choices(FILLERS, k=rng.randint(0, n_fillers))

    sentences = []
    for _ in range(n):
        day, topic = rng.choice(pairs)
        said = [day]
        if rng.random() < correction_rate:
            said = [rng.choice([other for other in DAYS if other != day]), CORRECTION, day]
        words = [*fillers(), *said, *fillers(), topic, *fillers(), rng.choice(ENDINGS)]
        sentences.append(Sentence(words, day, topic))
    return sentences


def encode(sentences: Collection[Sequence[str]]) -> FloatArray:
    """단어를 원-핫 벡터로 바꿉니다. 짧은 문장의 뒤는 0으로 채웁니다.

    Args:
        sentences: 문장마다 단어의 목록.

    Returns:
        ``(batch, max_words, len(VOCABULARY))``.

    Raises:
        ValueError: 비었거나 모르는 단어가 있을 때. 어느 단어인지 알립니다.
    """
    if not sentences or not all(sentences):
        raise reject("sentences", "단어가 하나는 있어야 합니다", sentences)
    unknown = {word for words in sentences for word in words} - set(VOCABULARY)
    if unknown:
        raise reject("sentences", f"{', '.join(VOCABULARY)}만 압니다", sorted(unknown))
    inputs = np.zeros((len(sentences), max(map(len, sentences)), len(VOCABULARY)))
    for row, words in zip(inputs, sentences, strict=True):
        row[range(len(words)), [VOCABULARY.index(word) for word in words]] = 1.0
    return inputs


@dataclass(frozen=True, kw_only=True)
class WordsTask:
    """훈련 한 번의 설정.

    Attributes:
        cell: ``"rnn"`` 또는 ``"lstm"``.
        n_fillers: 훈련 문장의 한 자리에 들어가는 군말의 최대 수.
        seed: 난수 시드.
    """

    cell: str
    n_fillers: int = FEW_FILLERS
    seed: int

    def __post_init__(self) -> None:
        """훈련 전에 값을 봅니다."""
        check_choice("cell", self.cell, CELLS)
        check_integer("n_fillers", self.n_fillers, minimum=0)
        check_seed(self.seed)


def train(task: WordsTask) -> Model:
    """지어낸 문장으로 훈련합니다. 단어를 하나 읽을 때마다 문장의 답을 맞히게 합니다.

    Returns:
        ``(batch, n_words, len(VOCABULARY))`` 를 받아 ``day`` 와 ``topic`` 의 점수를 내는 모델.
    """
    # 짝수 시드의 문장으로 훈련하고, 홀수 시드의 문장으로 시험합니다.
    sentences = make_sentences(
        BATCH_SIZE * UPDATES_PER_EPOCH, seed=2 * task.seed, n_fillers=task.n_fillers
    )
    inputs = encode([s.words for s in sentences])
    draws = Draws(task.seed)
    entrance = keras.Input(inputs.shape[1:])
    hidden = recurrent_layer(task.cell, UNITS, draws, return_sequences=True)(entrance)
    outputs = {
        name: layers.Dense(3, kernel_initializer=draws.glorot(), name=name)(hidden)
        for name in ("day", "topic")
    }
    model = keras.Model(entrance, outputs, name="words")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(
        optimizer=optimizer(LEARNING_RATE, EPOCHS * UPDATES_PER_EPOCH),
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
        epochs=EPOCHS,
        verbose=0,
    )
    return model


def answer(model: Model, sentences: Collection[Sequence[str]]) -> Answers:
    """훈련한 모델이 단어를 하나 읽을 때마다 낸 답과 은닉 상태."""
    hidden = hidden_states(model, encode(sentences))
    day, topic = (_softmax(dense_output(model, name, hidden)) for name in ("day", "topic"))
    return Answers(day, topic, hidden)


def posterior_of_day(words: Sequence[str]) -> FloatArray:
    """지금까지 읽은 것만 알 때 날마다의 참확률. 훈련 문장을 짓는 규칙에 베이즈 정리를 씁니다.

    '아니'는 날의 바로 뒤에만 오므로, 날을 막 들었을 때와 '아니'를 막 들었을 때만 확률이 갈립니다.

    Args:
        words: 단어의 목록. ``make_sentences`` 가 지은 문장의 앞부분입니다.

    Returns:
        ``(len(words), 3)``. 줄마다 합이 1입니다.
    """
    prior = np.array([sum(day == other for other, _ in SEEN_PAIRS) for day in DAYS], dtype=float)
    belief, rows = prior, []
    for before, word in zip(["", *words], words, strict=False):
        heard = np.array([day == word for day in DAYS], dtype=float)
        if word == CORRECTION:
            belief = prior * np.array([day != before for day in DAYS])
        elif word in DAYS and before == CORRECTION:
            belief = heard
        elif word in DAYS:
            belief = prior * np.where(heard, 1 - CORRECTION_RATE, CORRECTION_RATE / 2)
        elif before in DAYS:
            belief = np.array([day == before for day in DAYS], dtype=float)
        belief = belief / belief.sum()
        rows.append(belief)
    return np.stack(rows)


def tasks(seeds: Sequence[int]) -> list[WordsTask]:
    """책의 실험. 두 순환층을, 군말이 적은 문장과 많은 문장으로, 시드마다 훈련합니다."""
    if not seeds:
        raise reject("seeds", "하나는 있어야 합니다", seeds)
    return [
        WordsTask(cell=cell, n_fillers=n_fillers, seed=seed)
        for cell in CELLS
        for n_fillers in (FEW_FILLERS, MANY_FILLERS)
        for seed in seeds
    ]


def measure(task: WordsTask) -> dict[str, float]:
    """훈련한 다음, 훈련에 쓰지 않은 네 가지 문장에서 날과 주제를 모두 맞힌 비율을 잽니다."""
    model = train(task)
    seed = 2 * task.seed + 1
    return {
        "usual": accuracy(model, make_sentences(N_TEST, seed=seed)),
        "corrected": accuracy(model, make_sentences(N_TEST, seed=seed, correction_rate=1.0)),
        "longer": accuracy(model, make_sentences(N_TEST, seed=seed, n_fillers=MANY_FILLERS)),
        "unseen_pair": accuracy(model, make_sentences(N_TEST, seed=seed, pairs=[UNSEEN_PAIR])),
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


def _softmax(scores: FloatArray) -> FloatArray:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
