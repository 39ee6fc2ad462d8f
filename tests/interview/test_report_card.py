"""The statistics of the report card."""

import numpy as np
from sklearn.metrics import cohen_kappa_score

from interview.report_card import Judgement, decided_kappa, interval, kappa, precision, recall


def item(answer: str, holds: bool, verdict: str, probability: float) -> Judgement:
    return Judgement(answer, "v", "q/p", holds, verdict, probability)


ITEMS = [
    item("a", True, "met", 0.9),
    item("a", False, "met", 0.8),
    item("b", False, "not_met", 0.1),
    item("b", True, "unsure", 0.4),
    item("c", True, "met", 0.95),
    item("c", False, "not_met", 0.2),
]


def test_kappa_is_cohens():
    rng = np.random.default_rng(1)
    truth, said = rng.random(200) < 0.4, rng.random(200) < 0.6
    assert np.isclose(kappa(truth, said), cohen_kappa_score(truth, said))
    assert np.isnan(kappa(np.ones(3, bool), np.ones(3, bool)))


def test_unsure_is_left_out_of_the_decided_and_not_found_in_recall():
    assert np.isclose(decided_kappa(ITEMS), cohen_kappa_score([1, 0, 0, 1, 0], [1, 1, 0, 1, 0]))
    assert precision(ITEMS) == 2 / 3
    assert recall(ITEMS) == 2 / 3


def test_intervals_resample_whole_answers():
    same = [item("a", True, "met", 1.0)] * 50 + [item("b", False, "not_met", 0.0)] * 50
    low, high = interval(same, lambda part: sum(i.holds for i in part) / len(part))
    assert (low, high) == (0.0, 1.0)
