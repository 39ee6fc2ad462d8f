"""Puts the outcome of a check into words for the output of its cell."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from graders.formats import explanation, points
from graders.report import CheckResult, Report

#: Lines and characters of one outcome; a learner's own values are in it.
MAX_LINES, MAX_CHARACTERS = 60, 6000
WIDTH = 100


def outcome(check: CheckResult, max_points: float) -> str:
    """The check's title, points and, where it did not pass, why; plain text.

    Parameters
    ----------
    check : as a learner may see it, see `graders.report.reveal`.
    max_points : what the cell is worth, which an instructor may have changed.
    """
    mark = "✓" if check.status == "passed" else "✗"
    earned = check.points / check.max_points * max_points if check.max_points else 0.0
    worth = f"  ({points(earned)} of {points(max_points)})" if max_points else ""
    lines = [f"{mark} {check.title}{worth}"]
    for label, text in explanation(check):
        for line in f"{label}: {text}".splitlines():
            lines += wrap(line, WIDTH, initial_indent="  ", subsequent_indent="    ")
    text = "\n".join(lines[:MAX_LINES])
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1] + "…"


def summary(report: Report, notes: Sequence[str] = ()) -> str:
    """The visible checks, what was noted on reading the notebook, and what it printed."""
    lines = [outcome(check, 0.0) for check in report.checks if check.visible]
    lines += ["", *notes] if notes else []
    if report.output.strip():
        lines += ["", "Printed while it was graded:", report.output.rstrip()]
    text = "\n".join(lines)
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1] + "…"
