"""'오늘 주가 어때?' 같은 문장을 지어내고, 단어를 원-핫 벡터로 바꾸고, 답의 참확률을 셉니다."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from cosine_rnn.support.checks import (
    FloatArray,
    check_choice,
    check_integer,
    check_number,
    check_seed,
    check_several,
    reject,
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

PAIRS = tuple((day, topic) for day in DAYS for topic in TOPICS)
SEEN_PAIRS = tuple(pair for pair in PAIRS if pair != UNSEEN_PAIR)

FEW_FILLERS, MANY_FILLERS = 3, 20

PLACES = ("before_day", "before_topic", "before_ending")
"""군말을 더 끼울 자리. 첫 날의 앞, 주제의 앞, 끝말의 앞입니다."""


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
    if check_number("correction_rate", correction_rate, minimum=0.0) > 1:
        raise reject("correction_rate", "0과 1 사이여야 합니다", correction_rate)
    known = check_several("pairs", pairs)
    if not known or not all(pair in PAIRS for pair in known):
        raise reject("pairs", "PAIRS 가운데 하나는 있어야 합니다", pairs)
    rng = random.Random(check_seed(seed))

    def fillers() -> list[str]:
        return rng.choices(FILLERS, k=rng.randint(0, n_fillers))

    sentences = []
    for _ in range(n):
        day, topic = rng.choice(known)
        said = [day]
        if rng.random() < correction_rate:
            said = [rng.choice([other for other in DAYS if other != day]), CORRECTION, day]
        words = [*fillers(), *said, *fillers(), topic, *fillers(), rng.choice(ENDINGS)]
        sentences.append(Sentence(words, day, topic))
    return sentences


def with_fillers(
    sentences: Sequence[Sentence], *, place: str, n_fillers: int, seed: int
) -> list[Sentence]:
    """문장마다 한 자리에 군말을 꼭 ``n_fillers`` 개 더 끼웁니다. 답은 그대로입니다.

    Args:
        sentences: ``make_sentences`` 가 지은 문장들.
        place: ``PLACES`` 가운데 하나.
        n_fillers: 더 끼우는 군말의 수.
        seed: 난수 시드.
    """
    check_choice("place", place, PLACES)
    check_integer("n_fillers", n_fillers, minimum=0)
    rng = random.Random(check_seed(seed))
    longer = []
    for words, day, topic in sentences:
        first_day = next(k for k, word in enumerate(words) if word in DAYS)
        at = {
            "before_day": first_day,
            "before_topic": words.index(topic),
            "before_ending": len(words) - 1,
        }[place]
        more = rng.choices(FILLERS, k=n_fillers)
        longer.append(Sentence([*words[:at], *more, *words[at:]], day, topic))
    return longer


def last_mentioned(words: Sequence[str]) -> tuple[str | None, str | None]:
    """규칙 한 줄짜리 답: 마지막에 나온 날과 마지막에 나온 주제. 나오지 않았으면 ``None`` 입니다."""
    read = check_words(words)
    day = next((word for word in reversed(read) if word in DAYS), None)
    topic = next((word for word in reversed(read) if word in TOPICS), None)
    return day, topic


def check_words(words: Sequence[str]) -> list[str]:
    """아는 단어가 하나는 있는 문장인지 봅니다. 모르는 단어가 있으면 어느 단어인지 알립니다."""
    read = check_several("sentences", words)
    if not read:
        raise reject("sentences", "단어가 하나는 있어야 합니다", words)
    unknown = [word for word in read if word not in VOCABULARY]
    if unknown:
        allowed = ", ".join(VOCABULARY)
        raise reject("sentences", "{allowed}만 압니다", unknown, allowed=allowed)
    return read


def encode(sentences: Collection[Sequence[str]]) -> FloatArray:
    """단어를 원-핫 벡터로 바꿉니다. 짧은 문장의 뒤는 0으로 채웁니다.

    Args:
        sentences: 문장마다 단어의 목록.

    Returns:
        ``(batch, max_words, len(VOCABULARY))``.

    Raises:
        ValueError: 비었거나 모르는 단어가 있을 때. 어느 단어인지 알립니다.
    """
    read = [check_words(words) for words in check_several("sentences", sentences)]
    if not read:
        raise reject("sentences", "단어가 하나는 있어야 합니다", sentences)
    inputs = np.zeros((len(read), max(map(len, read)), len(VOCABULARY)))
    for row, words in zip(inputs, read, strict=True):
        row[range(len(words)), [VOCABULARY.index(word) for word in words]] = 1.0
    return inputs


def posterior_of_day(words: Sequence[str]) -> FloatArray:
    """지금까지 읽은 것만 알 때 날마다의 참확률. 훈련 문장을 짓는 규칙에 베이즈 정리를 씁니다.

    '아니'는 날의 바로 뒤에만 오므로, 날을 막 들었을 때와 '아니'를 막 들었을 때만 확률이 갈립니다.

    Args:
        words: 단어의 목록. ``make_sentences`` 가 지은 문장이나 그 처음 몇 단어입니다.

    Returns:
        ``(len(words), 3)``. 줄마다 합이 1입니다.
    """
    prior = np.array([sum(day == other for other, _ in SEEN_PAIRS) for day in DAYS], dtype=float)
    belief, rows = prior, []
    read = check_words(words)
    for before, word in zip(["", *read], read, strict=False):
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
