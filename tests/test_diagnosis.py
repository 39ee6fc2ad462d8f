"""When two answers count as the same, and what a recogniser is shown."""

from __future__ import annotations

import numpy as np
import pytest

from exercises.checking import Call
from graders.diagnosis import _draws, _spread, diagnose, same_value

RAGGED = [[[2, 3, 4], [0, 1]], [[0, 1], [2, 3, 4]]]


@pytest.mark.parametrize(
    "theirs",
    [
        RAGGED,
        [(np.array(train), np.array(val)) for train, val in RAGGED],
        tuple([tuple(pair) for pair in RAGGED]),
    ],
    ids=["lists", "arrays", "tuples"],
)
def test_pairs_of_different_lengths_are_compared_one_by_one(theirs):
    assert same_value(RAGGED, theirs)
    assert same_value(theirs, RAGGED)
    other = [[[2, 3, 4], [0, 1]], [[0, 1], [2, 3, 5]]]
    assert not same_value(theirs, other)
    assert not same_value(theirs, RAGGED[:1])
    assert not same_value(theirs, [[2, 3, 4], [0, 1]])


def test_calls_that_draw_are_no_evidence_where_others_are():
    drawing = Call("f", (), {"rng": np.random.default_rng(0)}, 1.0)
    plain = Call("f", (1.0,), {}, 1.0)
    assert _draws(drawing)
    assert not _draws(plain)
    assert list(_spread([drawing, plain])) == [plain]
    assert list(_spread([drawing])) == [drawing]


class Model:
    """A `fit_predict` that writes down its fits, as the hidden checks' spies do."""

    def __init__(self):
        self.seen = []

    def __call__(self, x_train, y, x_test):
        self.seen.append((x_train, y, x_test))
        return np.zeros(len(x_test))

    def fresh(self):
        return Model()


@pytest.mark.parametrize("mistake", [True, False])
def test_recogniser_is_shown_what_the_reference_did(mistake):
    """The same noise in every repeat is a mistake of the learner's, and not of the reference."""
    x, model = np.linspace(0, 1, 5), Model()
    rng = np.random.default_rng(0)
    noise = rng.standard_normal(5)
    for _ in range(4):
        noise = noise if mistake else rng.standard_normal(5)
        model(x, np.sin(x) + noise, x)
    call = Call(
        "bias_variance",
        (model, np.sin, x, x, 1.0, 4),
        {"rng": np.random.default_rng(0)},
        (0.2, 0.0, 1.0, 1.2),
    )
    found = diagnose("bias_variance", [call], [], {})
    assert (found.id if found else None) == ("noise-drawn-once" if mistake else None)


@pytest.mark.parametrize("answered_elsewhere", [True, False])
def test_bad_input_let_through_is_no_sign_of_another_mistake(answered_elsewhere):
    """Without an intercept and without a look at lam, the missing look is not "no intercept"."""
    from graders.misconceptions.ridge import no_intercept

    X, y = np.array([[0.0, 1.0], [2.0, 1.5], [1.0, 0.5]]), np.array([1.0, 2.0, 0.0])
    bad, good = (X, y, -1.0), (X, y, 0.1)
    failing = [Call("ridge_closed_form", bad, {}, no_intercept(*bad))]
    history = [Call("ridge_closed_form", good, {}, no_intercept(*good))]
    wrong_answer = diagnose("ridge", history, [*history, *failing], {})
    assert wrong_answer is not None
    assert wrong_answer.id == "no-intercept"
    assert diagnose("ridge", failing, history + failing * answered_elsewhere, {}) is None
