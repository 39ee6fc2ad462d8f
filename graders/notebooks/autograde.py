"""The preprocessors that grade a course's notebooks in the box, for nbgrader's `autograde`.

`TrustOnlyIds` comes first when nbgrader sanitizes, `GradeInBox` takes the place of `Execute`; for
what comes after see `graders.notebooks.saving`. No line of a submission runs in nbgrader's process
or in a kernel.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Enum

from exercises.catalog import catalog
from graders import grading, sandbox
from graders.notebooks.ahead import (
    Ahead,
    read_answers,
    submissions_to_come,
    submitted_notebook,
)
from graders.notebooks.expected import ExpectedCell, expected_cells
from graders.notebooks.feedback import outcome, summary
from graders.notebooks.ids import SELF_CHECK, check_id
from graders.notebooks.saving import WORD, whose
from graders.notebooks.submitted import Grade, Submitted, earlier_work, grade_notebook
from graders.notebooks.trust import restore
from graders.report import Report, reveal

#: What is graded ahead in a run of nbgrader's, by its exporter.
_runs: WeakKeyDictionary[Any, Ahead] = WeakKeyDictionary()


class NotOfTheKit(ValueError):
    """The notebook is no exercise of the kit; the message is a sentence for people."""


class TrustOnlyIds(NbGraderPreprocessor):  # type: ignore[misc]
    """Restores types, metadata and missing cells from the gradebook before anything reads them."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        for sentence in restore(nb, expected_cells(resources, self.parent)):
            self.log.warning("%s: %s", whose(resources), sentence)
        return nb, resources


class GradeInBox(NbGraderPreprocessor):  # type: ignore[misc]
    """Grades the notebook's solutions in the sandbox and writes each outcome into its cell."""

    reveal = Enum(
        ["title", "message", "counterexample"],
        "message",
        help="What learners see of a hidden check that does not pass.",
    ).tag(config=True)
    isolation = Enum(
        ["sandbox", "process"],
        "sandbox",
        help="'process' accepts separate processes and limits alone, where there is no Landlock.",
    ).tag(config=True)
    figures = Bool(
        False,
        help="Also run the notebook in the box, to show its figures and texts in the feedback.",
    ).tag(config=True)

    ahead = Bool(
        True,
        help="Grade on a second core, where there is one, what nbgrader has not come to yet.",
    ).tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        exercise = resources["nbgrader"]["notebook"]
        if exercise not in catalog():
            raise NotOfTheKit(
                f"{exercise}.ipynb is no exercise of penaltybox, so it cannot be graded "
                "in the box; keep it in a course with nbgrader's own configuration."
            )
        expected = expected_cells(resources, self.parent)
        converter = self._converter()
        name = "" if converter is None else submitted_notebook(converter, resources)
        submitted = grade_notebook(
            exercise,
            nb,
            expected,
            earlier_work(name) if name else (),
            self._grade(converter, name, resources, expected),
        )
        for sentence in submitted.notes:
            self.log.warning("%s: %s", whose(resources), sentence)
        unknown = write_outcomes(nb, expected, submitted, self.reveal)
        if self.figures:
            from graders.notebooks.figures import show_outputs

            show_outputs(nb, exercise, expected, submitted.files, isolation=self._isolation())
        resources[WORD] = {"report": submitted.report, "unknown": unknown}
        return nb, resources

    def _isolation(self) -> sandbox.Isolation:
        return "process" if self.isolation == "process" else "sandbox"

    def _converter(self) -> Any:
        """nbgrader's own, or None: it gives a preprocessor its exporter, and that one itself."""
        converter = getattr(self.parent, "parent", None)
        return converter if hasattr(converter, "coursedir") else None

    def _grade(
        self, converter: Any, name: str, resources: Any, expected: Mapping[str, ExpectedCell]
    ) -> Grade:
        """What grades the notebook that nbgrader is at: this process, or one beside it."""
        if not self.ahead or converter is None:
            return partial(grading.grade, isolation=self._isolation())
        if self.parent not in _runs:
            exercise = resources["nbgrader"]["notebook"]
            to_come = submissions_to_come(converter, resources)
            read = partial(read_answers, exercise, expected)
            _runs[self.parent] = Ahead(exercise, to_come, read, self._isolation())
        return partial(_runs[self.parent].grade, name)


def write_outcomes(
    nb: Any, expected: Mapping[str, ExpectedCell], submitted: Submitted, level: Any
) -> list[str]:
    """Give every autograded cell its outcome as output; returns the ids that the kit does not know.

    nbgrader reads the points off the first result of a cell, so that is a finite float between
    zero and what the gradebook says the cell is worth.
    """
    report = reveal(submitted.report, level)
    checks = {check.id: check for check in report.checks}
    unknown = []
    for cell in nb.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        wanted = expected.get(grade_id)
        if wanted is None or not wanted.grade or wanted.solution or cell.cell_type != "code":
            continue
        worth = wanted.max_score or 0.0
        cell.source = _released(cell.source)
        check = checks.get(check_id(wanted.grade_id) or "")
        if wanted.grade_id == SELF_CHECK:
            text, earned = summary(report, submitted.notes), worth * _share(report)
        elif check is not None:
            text, earned = outcome(check, worth), worth if check.status == "passed" else 0.0
        else:
            text, earned = "This cell is graded by a person.", 0.0
            unknown.append(wanted.grade_id)
        cell.outputs = _outputs(text, earned if math.isfinite(earned) else 0.0)
    return unknown


def _share(report: Report) -> float:
    """The part of the visible checks that pass."""
    visible = [check for check in report.checks if check.visible]
    return sum(check.status == "passed" for check in visible) / len(visible) if visible else 0.0


def _outputs(text: str, earned: float) -> list[Any]:
    said = {"output_type": "stream", "name": "stdout", "text": text + "\n"}
    points = {
        "output_type": "execute_result",
        "data": {"text/plain": repr(float(earned))},
        "metadata": {},
        "execution_count": None,
    }
    return [nbformat.from_dict(said), nbformat.from_dict(points)]


def _released(source: str) -> str:
    """A graded cell as learners got it: hidden tests must not come back with the feedback."""
    kept, hidden = [], False
    for line in source.splitlines():
        if "BEGIN HIDDEN TESTS" in line:
            hidden = True
        elif "END HIDDEN TESTS" in line:
            hidden = False
        elif not hidden:
            kept.append(line)
    return "\n".join(kept)
