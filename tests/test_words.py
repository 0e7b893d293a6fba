from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

import numpy as np
import pytest
from conftest import rejects
from cosine_rnn import grid
from cosine_rnn.backend import Model
from cosine_rnn.words import (
    CORRECTION,
    CORRECTION_RATE,
    DAYS,
    FILLERS,
    PAIRS,
    TOPICS,
    UNSEEN_PAIR,
    VOCABULARY,
    Sentence,
    WordsTask,
    accuracy,
    answer,
    encode,
    make_sentences,
    measure,
    posterior_of_day,
    tasks,
    train,
)


@pytest.fixture(scope="module")
def model() -> Model:
    return train(WordsTask(cell="rnn", seed=0))


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


def test_network_answers_unseen_sentences_and_corrections(model: Model):
    assert accuracy(model, make_sentences(300, seed=1, correction_rate=1.0)) > 0.98


def test_network_is_as_unsure_as_it_should_be(model: Model):
    words = ["음", "오늘", "아니", "어제", "혹시", "주가", "어때?"]
    days = answer(model, [words]).day[0]
    np.testing.assert_allclose(days, posterior_of_day(words), atol=0.12)


def test_answers_are_those_of_keras(model: Model):
    inputs = encode([s.words for s in make_sentences(64, seed=9)])
    sentences = [s.words for s in make_sentences(64, seed=9)]
    # 모델의 길이는 훈련 문장의 것이므로 뒤를 0으로 채웁니다.
    padded = np.zeros((64, model.input_shape[1], inputs.shape[2]))
    padded[:, : inputs.shape[1]] = inputs
    raw = np.asarray(model(padded)["topic"])[:, : inputs.shape[1]]
    powers = np.exp(raw)
    expected = powers / powers.sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(answer(model, sentences).topic, expected, atol=1e-4)


def test_accuracy_counts_only_answers_right_in_both(model: Model):
    words = ["오늘", "주가", "어때?"]
    for day, topic, expected in (
        ("오늘", "주가", 1.0),
        ("오늘", "날씨", 0.0),
        ("어제", "주가", 0.0),
    ):
        assert accuracy(model, [Sentence(words, day, topic)]) == expected


@pytest.mark.parametrize(
    ("changes", "argument"),
    [({"cell": "gru"}, "cell"), ({"seed": -1}, "seed"), ({"n_fillers": -1}, "n_fillers")],
)
def test_bad_settings_are_rejected(changes: dict[str, Any], argument: str):
    with rejects(argument):
        dataclasses.replace(WordsTask(cell="rnn", seed=0), **changes)


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


def test_no_seeds_are_rejected():
    with rejects("seeds"):
        tasks([])


def test_stored_rows_are_what_the_tasks_measure():
    rows = grid.stored("words")
    fields = [field.name for field in dataclasses.fields(WordsTask)]
    assert [WordsTask(**{f: row[f] for f in fields}) for row in rows] == tasks(range(10))
    again = measure(WordsTask(**{f: rows[0][f] for f in fields}))
    for name in ("usual", "corrected"):
        assert again[name] == pytest.approx(rows[0][name], abs=0.02)
