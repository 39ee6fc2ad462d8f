"""What gives full marks under nbgrader alone gives nothing in the box, each run both ways."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.nbgrader.attacks import AGREES
from tests.nbgrader.conftest import Course
from tests.nbgrader.course import nbgrader

MAX_SCORE = 24.0
FORGED = ["transformer", "formatter", "patches", "reader", "skips"]


def test_without_an_attack_nobody_gives_points_for_wrong_answers(
    boxed: Course, stock: Course
) -> None:
    """What is left are checks that a function passes by doing nothing."""
    assert stock.grades("no_attack") == boxed.grades("no_attack")
    assert boxed.score("no_attack") <= 2


@pytest.mark.parametrize("attack", FORGED)
def test_forged_under_nbgrader_alone(stock: Course, attack: str) -> None:
    assert stock.score(attack) >= MAX_SCORE


@pytest.mark.parametrize("attack", [*FORGED, "extra_credit", "agrees"])
def test_not_in_the_box(boxed: Course, attack: str) -> None:
    assert boxed.grades(attack) == boxed.grades("no_attack")
    assert boxed.score(attack) == boxed.score("no_attack")


def test_extra_credit_is_written_under_nbgrader_alone(stock: Course, boxed: Course) -> None:
    assert stock.score("extra_credit") > MAX_SCORE
    assert boxed.score("extra_credit") == boxed.score("no_attack")


def test_hidden_tests_are_read_under_nbgrader_alone(stock: Course, boxed: Course) -> None:
    said = {
        course: (course.folder / "autograded/reader/ridge/ridge.ipynb").read_text(encoding="utf-8")
        for course in (stock, boxed)
    }
    assert "HIDDEN TESTS: [" in said[stock]
    assert '"HIDDEN TESTS: [' not in said[boxed]
    assert "stock import check" not in said[boxed]


def test_what_agrees_with_everything_passes_an_ordinary_test(tmp_path: Path, boxed: Course) -> None:
    """A test as it is written everywhere, `assert f(x) == y`, under nbgrader alone."""
    notebook = {
        "cells": [
            _code(AGREES, grade_id="solution", solution=True),
            _code("assert sklearn_alpha(0.5, 10) == 5.0", grade_id="t", grade=True, points=3),
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    for place in ("source/quiz", "submitted/agrees/quiz"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "quiz.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    nbgrader(tmp_path, "generate_assignment", "quiz", check=True)
    nbgrader(tmp_path, "autograde", "quiz", check=True)
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        score = gradebook.find_submission_notebook("quiz", "quiz", "agrees").score
    assert score == 3
    assert boxed.grades("agrees")["sklearn_alpha"] == 0


def _code(source: str, **mark: object) -> dict[str, object]:
    default = {"grade": False, "solution": False, "task": False, "schema_version": 3}
    locked = not mark.get("solution", False)
    return {
        "cell_type": "code",
        "id": str(mark["grade_id"]),
        "metadata": {"nbgrader": {**default, "locked": locked, **mark}},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }
