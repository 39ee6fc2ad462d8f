"""Uses a second core while nbgrader takes one submission after the other.

nbgrader begins with the first submission; a process beside it grades from the last one on, and they
meet. Each report is used when nbgrader gets to its submission, and only if what then goes into the
box is the same to the byte; everything else happens as it would alone, in nbgrader's order.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat

from graders import sandbox
from graders.grading import grade, submission_digest
from graders.intake.sources import MAX_NOTEBOOK
from graders.notebooks.beside import Beside
from graders.notebooks.expected import ExpectedCell
from graders.notebooks.submitted import answer_files, earlier_work, is_sound
from graders.notebooks.trust import restore
from graders.report import Report

#: With fewer submissions to come another process is not worth its start.
FEWEST = 8
#: Submissions that the process is given at a time, so that it does not wait for the next.
AT_HAND = 2
#: Bytes of one that is given. So much the line between the two holds by itself: neither can wait
#: for the other to read while that one waits for it.
MOST_BYTES = 64 << 10

Read = Callable[[str], dict[str, bytes] | None]


class Ahead:
    """One run of nbgrader's over the submissions of an exercise.

    Parameters
    ----------
    names : the submissions to come, in nbgrader's order.
    read : the files of a submission; None where it should be left to nbgrader.
    """

    def __init__(
        self, exercise: str, names: Iterable[str], read: Read, isolation: sandbox.Isolation
    ) -> None:
        self._exercise = exercise
        self._isolation = isolation
        self._read = read
        self._todo = dict.fromkeys(names)
        self._beside: Beside | None = None
        self._reports: dict[str, Report] = {}
        if len(self._todo) >= FEWEST and _cores() > 1:
            with contextlib.suppress(OSError):  # where no process is to be had, it goes without
                self._beside = Beside()

    def grade(self, name: str, exercise: str, files: Mapping[str, bytes]) -> Report:
        """As `graders.grading.grade`; `name` is the submission that nbgrader has come to."""
        self._todo.pop(name, None)
        if self._beside is not None:
            self._take(self._beside, name)
        early = self._reports.pop(name, None)
        if early is not None and (early.exercise, early.digest) == (
            exercise,
            submission_digest(files),
        ):
            return early
        return grade(exercise, files, isolation=self._isolation)

    def _take(self, beside: Beside, wanted: str) -> None:
        """Take what is graded, wait if `wanted` is not yet, and give the process more to do."""
        while beside.given and (wanted in beside.given or beside.ready()):
            name, report = beside.take()
            if report is not None:
                self._reports[name] = report
        while self._todo and len(beside.given) < AT_HAND:
            name, _ = self._todo.popitem()
            files = self._read(name)
            if files is not None and sum(map(len, files.values())) <= MOST_BYTES:
                beside.give(name, self._exercise, files, self._isolation)
        if not beside.given:
            beside.close()
            self._beside = None


def submitted_notebook(converter: Any, resources: Mapping[str, Any]) -> str:
    """Where the notebook that nbgrader is at was handed in."""
    at, course = resources["nbgrader"], converter.coursedir
    folder = course.format_path(course.submitted_directory, at["student"], at["assignment"])
    return os.path.join(folder, f"{at['notebook']}.ipynb")


def submissions_to_come(converter: Any, resources: Mapping[str, Any]) -> Iterator[str]:
    """The notebooks that nbgrader will come to after the one it is at, in its order.

    Where something is in `autograded/` already, nbgrader decides whether to look at it again.
    """
    at, course = resources["nbgrader"], converter.coursedir
    now, file = os.path.split(submitted_notebook(converter, resources))
    pattern = course.format_path(
        course.submitted_directory, "(?P<student>.*)", re.escape(at["assignment"]), escape=True
    )
    for folder in sorted(converter.assignments):
        notebook, learner = os.path.join(folder, file), re.match(pattern, folder)
        if folder <= now or learner is None or notebook not in converter.assignments[folder]:
            continue
        graded = course.format_path(
            course.autograded_directory, learner["student"], at["assignment"]
        )
        if converter.force or not os.path.exists(graded):
            yield notebook


def read_answers(
    exercise: str, expected: Mapping[str, ExpectedCell], name: str
) -> dict[str, bytes] | None:
    """What of a notebook that nbgrader has not come to will go into the box, if it is sound."""
    if not is_sound(Path(name), MAX_NOTEBOOK):
        return None
    try:
        content = nbformat.from_dict(json.loads(Path(name).read_bytes()))
        if content.nbformat != 4:
            return None
        restore(content, expected)
        return answer_files(exercise, content, expected, earlier_work(name))
    except Exception:  # nbgrader will come to it, and say what is wrong
        return None


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
