"""Fetches the interview questions of a topic from whoever offers them.

The bank is found through the entry point group `penaltybox.questions`, since graders and interview
do not know each other; without it notebooks have no questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import entry_points
from typing import Any, Protocol


class Point(Protocol):
    """One claim that an answer should make."""

    @property
    def weight(self) -> int: ...
    @property
    def claim(self) -> str: ...


class Misconception(Protocol):
    """A wrong claim, and what puts it right."""

    @property
    def claim(self) -> str: ...
    @property
    def correction(self) -> str: ...


class Question(Protocol):
    """A prompt with its rubric."""

    @property
    def id(self) -> str: ...
    @property
    def prompt(self) -> str: ...
    @property
    def points(self) -> Sequence[Point]: ...
    @property
    def misconceptions(self) -> Sequence[Misconception]: ...
    @property
    def model_answer(self) -> str: ...


def questions_for(topic: str) -> list[Question]:
    """The questions of a topic, such as "ridge", in the order of the bank."""
    found: list[Any] = []
    for point in sorted(entry_points(group="penaltybox.questions"), key=lambda each: each.name):
        found += point.load()(topic)
    return found


def mark_scheme(question: Question) -> list[str]:
    """The rubric as lines of Markdown for the person who grades."""
    lines = ["**Mark scheme**", ""]
    lines += [f"- {_points(point.weight)}: {point.claim}" for point in question.points]
    lines += [
        f"- Wrong: {mistake.claim} {mistake.correction}" for mistake in question.misconceptions
    ]
    return [*lines, "", f"A full answer: {question.model_answer}"]


def max_points(question: Question) -> int:
    return sum(point.weight for point in question.points)


def _points(count: int) -> str:
    return f"{count} point" if count == 1 else f"{count} points"
