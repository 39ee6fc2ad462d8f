"""Examples of hidden checks: drawn once, the same for all, and shrunk where one fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from graders.checks.strategies import for_all


class Asked:
    """A submission that takes down what it is asked."""

    def __init__(self, answer: Any = lambda x: x) -> None:
        self.asked: list[Any] = []
        self.examples = 0
        self._answer = answer

    def begin_example(self) -> None:
        self.examples += 1

    def same(self, x: Any) -> Any:
        self.asked.append(np.array(x, copy=True))
        return self._answer(x)


@for_all(max_examples=30, x=st.integers(0, 1000))
def gives_back(submission: Any, x: int) -> None:
    assert submission.same(x) == x


@for_all(max_examples=5, x=st.just(np.zeros(3)))
def leaves_alone(submission: Any, x: np.ndarray) -> None:
    submission.same(x)


def test_every_submission_is_asked_the_same() -> None:
    first, second = Asked(), Asked()
    gives_back(first)
    gives_back(second)
    assert first.examples == 30
    assert [int(x) for x in first.asked] == [int(x) for x in second.asked]


def test_the_last_example_is_the_smallest_that_fails() -> None:
    asked = Asked(lambda x: min(x, 200))
    with pytest.raises(AssertionError):
        gives_back(asked)
    assert asked.asked[-1] == 201


def test_an_answer_that_is_right_only_the_second_time_fails() -> None:
    times: list[int] = []

    def late(x: int) -> int:
        times.append(x)
        return x if len(times) > 1 else -1

    with pytest.raises(AssertionError):
        gives_back(Asked(late))


DRAW = """
import sys, types
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    __import__(name)
from hypothesis import strategies as st
from graders.checks.strategies import for_all
drawn = []
class Asked:
    begin_example = staticmethod(lambda: None)
@for_all(max_examples=300, x=st.floats(), n=st.integers(), word=st.text())
def anything(submission, x, n, word):
    drawn.append((x, n, word))
anything(Asked())
print(ascii(drawn))
"""


def test_what_is_asked_does_not_depend_on_what_else_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("A, B, C = 12345.678, 987654321, 'Quarkspeise'\n")
    outputs = {
        subprocess.run(
            [sys.executable, "-c", DRAW, str(tmp_path), *loaded],
            cwd=Path(__file__).parent.parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for loaded in ((), ("mine", "reference.trees"), ("graders.store",))
    }
    assert len(outputs) == 1


def test_a_check_that_changes_its_arguments_changes_no_later_example() -> None:
    def spoil(x: np.ndarray) -> None:
        x += 1

    for _ in range(2):
        asked = Asked(spoil)
        leaves_alone(asked)
        assert all(not each.any() for each in asked.asked)


def test_the_smallest_example_of_all_is_asked_twice_and_not_searched() -> None:
    asked = Asked(lambda x: -1)
    with pytest.raises(AssertionError):
        gives_back(asked)
    assert [int(x) for x in asked.asked] == [0, 0]


@for_all(max_examples=5, x=st.integers(0, 9).filter(bool))
def is_nothing(submission: Any, x: int) -> None:
    assert not submission.same(x)


def test_a_first_example_that_is_not_the_smallest_is_searched_from() -> None:
    """The simplest draw of all is filtered out here, and chance decides on the first example."""
    asked = Asked(lambda x: True)
    with pytest.raises(AssertionError):
        is_nothing(asked)
    assert asked.asked[0] > 1
    assert asked.asked[-1] == 1
