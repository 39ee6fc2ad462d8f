"""Turns results into what others read: tables, JSON, JUnit, course systems, pages.

Each format is a function of `Report`s alone. `FORMATS` lists those of `penaltybox export`; their
modules are loaded when used.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from graders.report import CheckResult, Report

Kind = Literal["document", "each", "database"]


@dataclass(frozen=True)
class Format:
    """An export format.

    `kind` says what its function is: "document" makes one text of all attempts and the roster,
    "each" one text of one report, "database" writes the attempts where a URL says.
    """

    name: str
    about: str
    kind: Kind
    module: str
    function: str
    file_name: str = ""

    def load(self) -> Callable[..., Any]:
        """The function itself; raises ImportError where what it builds on is not installed."""
        function: Callable[..., Any] = getattr(importlib.import_module(self.module), self.function)
        return function


FORMATS = {
    each.name: each
    for each in (
        Format("csv", "a row per submission", "document", "graders.formats.tables", "to_csv"),
        Format("json", "an array of submissions", "document", "graders.formats.tables", "to_json"),
        Format("canvas", "Canvas' grade import", "document", "graders.formats.tables", "to_canvas"),
        Format("junit", "JUnit XML", "document", "graders.formats.junit", "to_junit"),
        Format(
            "gradescope", "results.json of a Gradescope autograder", "each",
            "graders.formats.gradescope", "to_gradescope", "results.json",
        ),
        Format(
            "prairielearn", "results.json of a PrairieLearn external grader", "each",
            "graders.formats.prairielearn", "to_prairielearn", "results.json",
        ),
        Format(
            "nbgrader", "scores in an nbgrader gradebook", "database",
            "graders.notebooks.gradebook", "export_to_gradebook",
        ),
    )
}  # fmt: skip

STATUS_WORDS = {
    "passed": "passed",
    "failed": "not passed",
    "error": "error",
    "timeout": "timed out",
    "crashed": "crashed",
}


def explanation(check: CheckResult) -> Sequence[tuple[str, str]]:
    """What a learner can read of a check that did not pass, as pairs of label and text."""
    parts = [
        ("Why", check.message),
        ("Likely mistake", check.misconception.text if check.misconception else ""),
        ("Hint", check.hint or ""),
        ("Example", check.counterexample or ""),
    ]
    return [(label, text) for label, text in parts if text]


def explanation_text(check: CheckResult) -> str:
    """The same as plain text, one part a paragraph."""
    return "\n\n".join(f"{label}: {text}" for label, text in explanation(check))


def explanations(report: Report) -> Sequence[tuple[CheckResult, Sequence[tuple[str, str]]]]:
    """The checks that did not pass, each with its explanation; a mistake is explained once."""
    result = []
    explained: set[str] = set()
    for check in report.checks:
        if check.status == "passed":
            continue
        parts = explanation(check)
        if check.misconception and check.misconception.id in explained:
            again = ("Likely mistake", "The same as above.")
            parts = [again if label == "Likely mistake" else (label, text) for label, text in parts]
        elif check.misconception:
            explained.add(check.misconception.id)
        result.append((check, parts))
    return result


def points(value: float) -> str:
    """A score for people: `7`, `7.5`, `0.33`."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
