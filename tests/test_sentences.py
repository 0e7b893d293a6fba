from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from conftest import rejects
from cosine_rnn.beyond.sentences import (
    CORRECTION,
    CORRECTION_RATE,
    DAYS,
    FILLERS,
    PAIRS,
    PLACES,
    TOPICS,
    UNSEEN_PAIR,
    VOCABULARY,
    encode,
    last_mentioned,
    make_sentences,
    posterior_of_day,
    with_fillers,
)


def test_the_last_day_said_and_the_topic_are_the_answer():
    sentences = make_sentences(2000, seed=0, pairs=PAIRS)
    for words, day, topic in sentences:
        assert [w for w in words if w in DAYS][-1] == day
        assert [w for w in words if w in TOPICS] == [topic]
        assert words.index(topic) > words.index(day)
    assert {(s.day, s.topic) for s in sentences} == set(PAIRS)
    corrected = np.mean([CORRECTION in s.words for s in sentences])
    assert corrected == pytest.approx(CORRECTION_RATE, abs=0.05)


def test_training_sentences_never_hold_the_unseen_pair():
    assert UNSEEN_PAIR not in {(s.day, s.topic) for s in make_sentences(2000, seed=0)}


def test_fillers_are_at_most_as_many_as_asked():
    for n_fillers in (0, 2):
        counts = [
            sum(word in FILLERS for word in s.words)
            for s in make_sentences(500, seed=1, n_fillers=n_fillers)
        ]
        assert max(counts) == 3 * n_fillers


def test_words_become_one_hot_rows_padded_with_zeros():
    inputs = encode([["오늘", "주가"], ["음"]])
    assert inputs.shape == (2, 2, len(VOCABULARY))
    assert [VOCABULARY[k] for k in inputs[0].argmax(axis=1)] == ["오늘", "주가"]
    np.testing.assert_array_equal(inputs[1, 1], 0)


def test_posterior_is_what_counting_many_sentences_gives():
    heard: dict[tuple[str, ...], Counter[str]] = {}
    for words, day, _ in make_sentences(200_000, seed=5, n_fillers=1):
        for end in range(1, 5):
            heard.setdefault(tuple(words[:end]), Counter())[day] += 1
    often = {words: days for words, days in heard.items() if days.total() > 5000}
    assert {CORRECTION in words for words in often} == {True, False}
    for words, days in often.items():
        counted = [days[day] / days.total() for day in DAYS]
        np.testing.assert_allclose(posterior_of_day(words)[-1], counted, atol=0.03)


@pytest.mark.parametrize(
    ("changes", "argument"),
    [
        ({"n": 0}, "n"),
        ({"n_fillers": -1}, "n_fillers"),
        ({"correction_rate": 1.5}, "correction_rate"),
        ({"correction_rate": float("nan")}, "correction_rate"),
        ({"pairs": []}, "pairs"),
        ({"pairs": [("모레", "주가")]}, "pairs"),
    ],
)
def test_bad_sentences_are_rejected(changes: dict[str, Any], argument: str):
    with rejects(argument):
        make_sentences(**{"n": 3, "seed": 0, **changes})


@pytest.mark.parametrize("sentences", [[], [[]], [["오늘", "환율"]]])
def test_unknown_words_are_rejected(sentences: list[list[str]]):
    with rejects("sentences"):
        encode(sentences)


def test_more_fillers_are_put_in_one_place_and_nothing_else_changes():
    sentences = make_sentences(300, seed=4, correction_rate=0.5)
    for place in PLACES:
        for before, after in zip(
            sentences, with_fillers(sentences, place=place, n_fillers=7, seed=1), strict=True
        ):
            extra = len(after.words) - len(before.words)
            assert (extra, after[1:]) == (7, before[1:])
            start = {
                "before_day": next(k for k, w in enumerate(before.words) if w in DAYS),
                "before_topic": before.words.index(before.topic),
                "before_ending": len(before.words) - 1,
            }[place]
            assert after.words[:start] + after.words[start + 7 :] == before.words
            assert set(after.words[start : start + 7]) <= set(FILLERS)


def test_last_mentioned_day_and_topic_answer_every_sentence():
    for n_fillers in (0, 20):
        for words, day, topic in make_sentences(500, seed=2, n_fillers=n_fillers, pairs=PAIRS):
            assert last_mentioned(words) == (day, topic)
    assert last_mentioned(["오늘", "아니", "어제", "아니", "내일", "어때?"]) == ("내일", None)
    assert last_mentioned(["음"]) == (None, None)


@pytest.mark.parametrize(
    ("changes", "argument"),
    [({"place": "end"}, "place"), ({"n_fillers": -1}, "n_fillers"), ({"seed": -1}, "seed")],
)
def test_bad_places_are_rejected(changes: dict[str, Any], argument: str):
    settings = {"place": "before_day", "n_fillers": 2, "seed": 0, **changes}
    with rejects(argument):
        with_fillers(make_sentences(3, seed=0), **settings)
