from __future__ import annotations

import numpy as np
import pytest
from conftest import rejects
from cosine_rnn.beyond.bigrams import Bigrams, accuracy, features, fit
from cosine_rnn.beyond.sentences import (
    DAYS,
    TOPICS,
    UNSEEN_PAIR,
    VOCABULARY,
    Sentence,
    make_sentences,
)


@pytest.fixture(scope="module")
def fitted() -> Bigrams:
    return fit(make_sentences(600, seed=0))


def test_features_count_words_and_neighbouring_pairs():
    said = ["오늘", "아니", "오늘", "아니", "어제"]
    (row,) = features([said])
    size = len(VOCABULARY)
    place = {word: k for k, word in enumerate(VOCABULARY)}
    counted = {word: row[place[word]] for word in said}
    assert counted == {"오늘": 2, "아니": 2, "어제": 1}
    pairs = row[size:-1].reshape(size, size)
    assert pairs[place["오늘"], place["아니"]] == 2
    assert pairs[place["아니"], place["어제"]] == 1
    assert pairs.sum() == len(said) - 1
    assert row[-1] == 1


def test_padding_of_shorter_sentences_counts_nothing():
    alone = features([["음", "저기"]])
    beside = features([["음", "저기"], ["오늘", "음", "주가", "어때?"]])
    np.testing.assert_array_equal(alone[0], beside[0])


def test_weights_are_where_the_penalised_loss_is_flat():
    sentences = make_sentences(200, seed=3)
    model = fit(sentences, penalty=0.1)
    inputs = features([s.words for s in sentences])
    for weights, names, said in (
        (model.day, DAYS, [s.day for s in sentences]),
        (model.topic, TOPICS, [s.topic for s in sentences]),
    ):
        target = np.array([[name == one for name in names] for one in said], dtype=float)
        powers = np.exp(inputs @ weights)
        slope = inputs.T @ (powers / powers.sum(axis=1, keepdims=True) - target) / len(inputs)
        np.testing.assert_allclose(slope + 0.2 * weights, 0, atol=2e-4)


def test_neighbours_tell_which_day_came_last(fitted: Bigrams):
    assert accuracy(fitted, make_sentences(300, seed=1, correction_rate=1.0)) == 1
    assert accuracy(fitted, make_sentences(300, seed=1, pairs=[UNSEEN_PAIR])) == 1


def test_accuracy_counts_only_answers_right_in_both(fitted: Bigrams):
    said = ["오늘", "주가", "어때?"]
    for day, topic, expected in (("오늘", "주가", 1), ("오늘", "날씨", 0), ("어제", "주가", 0)):
        assert accuracy(fitted, [Sentence(said, day, topic)]) == expected


def test_bad_input_is_rejected():
    with rejects("sentences"):
        fit([])
    with rejects("penalty"):
        fit(make_sentences(5, seed=0), penalty=0.0)
    with rejects("sentences"):
        features([["환율"]])
