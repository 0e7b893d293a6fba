from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from conftest import NOT_FINITE, NOT_POSITIVE_INTEGERS, rejects
from cosine_rnn.significance import compare_pairs, holm, paired_p_value, superiority
from scipy.stats import wilcoxon


def test_superiority_counts_the_pairs_where_the_first_is_smaller():
    first, second = [1.0, 4.0, 4.0], [2.0, 4.0]
    won = [1.0 if a < b else 0.5 if a == b else 0.0 for a in first for b in second]
    assert superiority(first, second) == pytest.approx(np.mean(won))
    assert superiority(second, first) == pytest.approx(1 - np.mean(won))
    assert (superiority([1, 2], [3, 4]), superiority([3, 4], [1, 2])) == (1, 0)


def test_holm_multiplies_by_what_is_left_and_never_goes_down():
    # Holm (1979) by hand: .01·4, .02·3 = .06, .03·2 = .06, and .04·1 is raised to .06.
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1, 1]
    assert holm([0.03]) == [0.03]


def test_p_of_small_groups_is_the_share_of_all_splits():
    """Of the 20 ways to split six values in two, two are as far apart as 1–3 against 4–6."""
    groups = {"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0]}
    everything = [*groups["a"], *groups["b"]]
    splits = [sum(split) for split in itertools.combinations(everything, 3)]
    extreme = np.mean([abs(total - 10.5) >= abs(6 - 10.5) for total in splits])
    (found,) = compare_pairs(groups, n_resamples=10)
    assert found.p_value == pytest.approx(extreme)
    assert (found.first, found.second, found.superiority, found.differs) == ("a", "b", 1, False)


def test_every_pair_is_compared_and_the_ratio_lies_in_its_interval():
    rng = np.random.default_rng(0)
    draws = np.exp(rng.normal(size=(3, 20)))
    groups = {"a": draws[0], "b": 4 * draws[1], "c": draws[2]}
    found = compare_pairs(groups)
    assert [(c.first, c.second) for c in found] == [("a", "b"), ("a", "c"), ("b", "c")]
    for c in found:
        assert c.ratio == np.median(groups[c.first]) / np.median(groups[c.second])
        assert c.ratio_low < c.ratio < c.ratio_high
    # The true ratio of medians is 1/4, 1 and 4.
    for c, true in zip(found, (0.25, 1, 4), strict=True):
        assert c.ratio_low < true < c.ratio_high
        assert c.differs is (true != 1)
    assert compare_pairs(groups) == found


def test_bad_arguments_are_named():
    with rejects("errors", "a"):
        compare_pairs({"a": [1.0, 2.0]})
    with rejects("errors", "길이 1"):
        compare_pairs({"a": [1.0, 2.0], "b": [1.0]})
    with rejects("errors", "0"):
        compare_pairs({"a": [1.0, 2.0], "b": [0.0, 1.0]})
    for number in NOT_FINITE:
        with rejects("errors"):
            compare_pairs({"a": [1.0, number], "b": [1.0, 2.0]})
        with rejects("p_values", repr(number)):
            holm([number])
    for count in NOT_POSITIVE_INTEGERS:
        with rejects("n_resamples", repr(count)):
            compare_pairs({"a": [1.0, 2.0], "b": [1.0, 2.0]}, n_resamples=count)
    for values in ([], [0.5, 1.5], [-0.1]):
        with rejects("p_values"):
            holm(values)
    for a, b in (([], [1.0]), ([1.0], []), ([math.nan], [1.0])):
        with pytest.raises(ValueError, match="받은 값"):
            superiority(a, b)


def test_paired_p_counts_the_signs_that_differ_as_much():
    """Counted by hand: ±1 ±2 ±4 reaches |7| in 2 of 8 ways, |5| in 4 of 8."""
    base = np.zeros(3)
    assert paired_p_value([1, 2, 4], base) == pytest.approx(2 / 8)
    assert paired_p_value([-1, 2, 4], base) == pytest.approx(4 / 8)
    assert paired_p_value(base, [1, 2, 4]) == pytest.approx(2 / 8)
    assert paired_p_value([3.0, 3.0], [3.0, 3.0]) == 1


def test_paired_p_of_five_pairs_is_never_below_a_sixteenth():
    first = np.array([9.0, 8, 7, 9, 8])
    assert paired_p_value(first, first - 5) == pytest.approx(2 / 32)


def test_paired_p_agrees_with_wilcoxon_on_ranks():
    ranks = np.array([1.0, -2, 3, 4, -5, 6, 7, 8])
    expected = wilcoxon(ranks, method="exact")[1]
    assert paired_p_value(ranks, np.zeros(8)) == pytest.approx(expected)


def test_pairs_must_be_as_many_on_both_sides():
    with rejects("first, second", r"\(3, 2\)"):
        paired_p_value([1, 2, 3], [1, 2])
    with rejects("first, second", r"\(17, 17\)"):
        paired_p_value(range(17), range(17))
    with rejects("second", r"\[0\]에 nan"):
        paired_p_value([1, 2], [math.nan, 1])
    with rejects("first", "길이 1"):
        paired_p_value([1], [2])
