"""Runs one hidden check inside the notebook's own kernel, for nbgrader without the box.

Grades from here can be forged by the submission, which shares the process; see README.md.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from typing import Any

from exercises.catalog import find
from exercises.checking import CallRaised, Failure
from graders.notebooks.feedback import outcome
from graders.notebooks.selfcheck import submission
from graders.report import CheckResult
from graders.runner import run_checks


def check(exercise: str, check_id: str, points: float, namespace: Mapping[str, Any]) -> float:
    """Print what the check found and return the points that are earned.

    Parameters
    ----------
    points : what the check is worth.
    namespace : the notebook's `globals()`.
    """
    # nbgrader takes anything on stderr for a failure, a warning of the learner's code too
    with contextlib.redirect_stderr(sys.stdout):
        asked = submission(exercise, namespace)
        run = run_checks(find(exercise), asked, only=check_id)[check_id]
    passed = run.ran and run.error is None and bool(run.calls)
    match run.error:
        case Failure(message=message):
            said = message
        case CallRaised() as error if error.to_do:
            said = f"{error.function} is still to do."
        case None if not passed:
            said = "The check did not run to its end."
        case error:
            said = str(error)
    earned = float(points) if passed else 0.0
    result = CheckResult(
        run.id,
        run.title,
        earned,
        float(points),
        visible=False,
        status="passed" if passed else "failed",
        message="" if passed else said,
        hint=None if passed else run.hint,
    )
    print(outcome(result, float(points)))
    return earned
