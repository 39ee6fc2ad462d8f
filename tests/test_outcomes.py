"""What is remembered of references and misconceptions, and what never is."""

from __future__ import annotations

import numpy as np

from exercises.checking import Call
from graders.diagnosis import _run
from graders.outcomes import Outcomes


def ask(outcomes, function, call):
    return outcomes.of(function, call, lambda: _run(function, call))


def counting():
    asked = []

    def double(x, **options):
        asked.append(x)
        return 2 * x

    return double, asked


def test_equal_questions_are_asked_once():
    outcomes, (double, asked) = Outcomes(), counting()
    for _ in range(3):
        call = Call("f", (np.array([1.0, 2.0]),), {"tol": 1e-9, "rows": [(1, None), {"a": "b"}]})
        assert ask(outcomes, double, call).value.tolist() == [2.0, 4.0]
    assert len(asked) == 1
    other, asked_too = counting()
    ask(outcomes, other, call)
    assert len(asked_too) == 1


def test_questions_that_differ_in_anything_are_asked_each():
    outcomes, (double, asked) = Outcomes(), counting()
    square = np.array([[1.0, 2.0], [3.0, 4.0]])
    questions = [1, 1.0, True, np.float64(1), -0.0, 0.0, square, square.T, square.astype(int)]
    questions += [square.ravel(), square[:1], "1", (1, 1), [1, 1], [1, [1]], [[1], 1], ["1", "1"]]
    for question in questions:
        ask(outcomes, double, Call("f", (question,), {}))
    ask(outcomes, double, Call("f", (1,), {"tol": 1}))
    assert len(asked) == len(questions) + 1


def test_what_is_no_plain_data_is_asked_each_time():
    outcomes, (double, asked) = Outcomes(), counting()
    for question in (np.random.default_rng(0), len, np.array([len, None]), [object()]):
        for _ in range(2):
            ask(outcomes, double, Call("f", (question,), {}))
    assert len(asked) == 8
    assert outcomes.bytes == 0


def test_an_exception_is_remembered_as_well():
    outcomes, asked = Outcomes(), []

    def refuse(x):
        asked.append(x)
        raise ValueError("no")

    for _ in range(2):
        assert ask(outcomes, refuse, Call("f", (1,), {})).raised.type_name == "ValueError"
    assert len(asked) == 1


def test_memory_is_bounded_and_the_oldest_goes_first():
    outcomes, (double, asked) = Outcomes(most_bytes=40_000), counting()
    for number in [0, *range(100), 0, 99]:
        ask(outcomes, double, Call("f", (np.full(1000, float(number)),), {}))
        assert outcomes.bytes <= 40_000
    assert [int(x[0]) for x in asked] == [*range(100), 0]
