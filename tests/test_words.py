from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import rejects
from cosine_rnn.beyond.sentences import (
    DAYS,
    SEEN_PAIRS,
    TOPICS,
    Sentence,
    encode,
    make_sentences,
    posterior_of_day,
)
from cosine_rnn.experiments import words
from cosine_rnn.experiments.words import (
    Answers,
    WordsTask,
    accuracy,
    additive_share,
    answer,
    belief,
    fit,
    tasks,
    train,
)
from cosine_rnn.support.backend import Model
from cosine_rnn.support.checks import FloatArray
from cosine_rnn.support.records import stored_rows


@pytest.fixture(scope="module")
def model() -> Model:
    return train(WordsTask(cell="rnn", seed=0))


def test_network_answers_unseen_sentences_and_corrections(model: Model):
    assert accuracy(model, make_sentences(300, seed=1, correction_rate=1.0)) > 0.98


def test_network_is_as_unsure_as_it_should_be(model: Model):
    words = ["음", "오늘", "아니", "어제", "혹시", "주가", "어때?"]
    days = answer(model, [words]).day[0]
    np.testing.assert_allclose(days, posterior_of_day(words), atol=0.12)


def test_second_fit_reads_what_the_first_kept(empty_cache: Path, monkeypatch: Any):
    task = WordsTask(cell="rnn", seed=3, epochs=1)
    first = fit(task)
    (path,) = (p for p in empty_cache.iterdir() if p.suffix == ".npz")
    os.truncate(path, path.stat().st_size // 2)
    with pytest.warns(UserWarning, match=rf"다시 훈련합니다.+{path.name}") as caught:
        again = fit(task)
    assert [w.filename for w in caught if w.category is UserWarning] == [__file__]
    monkeypatch.setattr(words, "train", lambda task: pytest.fail(f"trained {task} again"))
    for model in (again, fit(task)):
        for ours, theirs in zip(model.get_weights(), first.get_weights(), strict=True):
            np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("kept", [WordsTask(cell="lstm", seed=3), WordsTask(cell="rnn", seed=4)])
def test_what_another_task_kept_is_not_read(kept: WordsTask, empty_cache: Path, monkeypatch: Any):
    asked, trained = WordsTask(cell="rnn", seed=3), []

    def train(task: WordsTask) -> Model:
        trained.append(task)
        return words.build(task)

    monkeypatch.setattr(words, "train", train)
    fit(kept)
    (path,) = (p for p in empty_cache.iterdir() if p.suffix == ".npz")
    fit(asked)
    assert trained == [kept, asked]
    (own,) = (p for p in empty_cache.iterdir() if p.suffix == ".npz" and p != path)
    path.rename(own)
    with pytest.warns(UserWarning, match="다른 설정의 결과"):
        fit(asked)
    assert trained == [kept, asked, asked]


def test_answers_are_those_of_keras(model: Model):
    inputs = encode([s.words for s in make_sentences(64, seed=9)])
    sentences = [s.words for s in make_sentences(64, seed=9)]
    raw = np.asarray(model(inputs)["topic"])
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
    [
        ({"cell": "irnn"}, "cell"),
        ({"seed": -1}, "seed"),
        ({"n_fillers": -1}, "n_fillers"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"epochs": 0}, "epochs"),
    ],
)
def test_bad_settings_are_rejected(changes: dict[str, Any], argument: str):
    with rejects(argument):
        dataclasses.replace(WordsTask(cell="rnn", seed=0), **changes)


def test_no_seeds_are_rejected():
    with rejects("seeds"):
        tasks([])


def test_belief_is_zero_away_from_the_truth_and_counts_what_strays(monkeypatch: Any):
    sentences = make_sentences(40, seed=3)
    n_words = [len(s.words) for s in sentences]
    shift = np.zeros((len(sentences), max(n_words)))

    def told(model: Any, said: list[list[str]]) -> Answers:
        days = np.zeros((*shift.shape, 3))
        for row, moved, each in zip(days, shift, said, strict=True):
            row[: len(each)] = posterior_of_day(each) + moved[: len(each), None] * [1, 0, -1]
        return Answers(days, days, days)

    monkeypatch.setattr(words, "answer", told)
    assert belief(None, sentences) == {
        "belief_gap": 0,
        "belief_close": 1,
        "belief_sentences": 1,
        "belief_worst": 0,
    }
    # 두 문장의 첫 단어에서만 0.2, 0.6만큼 벗어납니다.
    shift[0, 0], shift[1, 0] = 0.2, 0.6
    said = belief(None, sentences)
    assert said["belief_worst"] == pytest.approx(0.6)
    assert said["belief_gap"] == pytest.approx(0.8 / sum(n_words))
    assert said["belief_close"] == pytest.approx(1 - 2 / sum(n_words))
    assert said["belief_sentences"] == pytest.approx(38 / 40)


@pytest.mark.parametrize(("apart", "expected"), [(1.0, 1.0), (0.0, None)], ids=["sum", "random"])
def test_additive_share_sees_a_sum_of_day_and_topic(
    monkeypatch: Any, apart: float, expected: float | None
):
    rng = np.random.default_rng(0)
    of_day, of_topic = rng.normal(size=(2, 3, 50))
    of_pair = {pair: rng.normal(size=50) for pair in SEEN_PAIRS}

    def hidden(model: Any, said: list[list[str]]) -> Answers:
        states: FloatArray = np.zeros((len(said), max(map(len, said)), 50))
        for row, each in zip(states, said, strict=True):
            day = [word for word in each if word in DAYS][-1]
            topic = next(word for word in each if word in TOPICS)
            together = of_day[DAYS.index(day)] + of_topic[TOPICS.index(topic)]
            row[len(each) - 1] = apart * together + (1 - apart) * of_pair[day, topic]
        return Answers(states, states, states)

    monkeypatch.setattr(words, "answer", hidden)
    # 짝마다 제멋대로인 벡터라면 자유도의 비 4/7에 가깝습니다.
    share = additive_share(None)
    assert share == pytest.approx(expected or 4 / 7, abs=1e-9 if expected else 0.12)


def test_tasks_pair_every_condition_with_every_seed():
    made = tasks([4, 9])
    assert len(set(made)) == len(made)
    assert {task.seed for task in made} == {4, 9}
    assert {(t.cell, t.n_fillers) for t in made} == {
        (c, n) for c in ("rnn", "lstm") for n in (3, 20)
    }
    for cell in ("rnn", "lstm"):
        rates = {t.learning_rate for t in made if (t.cell, t.n_fillers, t.epochs) == (cell, 20, 20)}
        assert rates == {1e-3, 3e-3, 1e-2, 3e-2}
    assert {(t.n_fillers, t.learning_rate) for t in made if t.epochs == 100} == {(3, 1e-3)}


def test_stored_rows_are_the_tasks():
    rows = stored_rows("words")
    fields = [field.name for field in dataclasses.fields(WordsTask)]
    assert [WordsTask(**{f: row[f] for f in fields}) for row in rows] == tasks(range(10))
