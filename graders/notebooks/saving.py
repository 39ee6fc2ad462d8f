"""What comes after grading, for nbgrader's `autograde`: the gradebook, and a last look at cells.

`SaveGrades` does what nbgrader's `SaveAutoGrades` does and marks what a person must look at;
`OnlyKnownCells` takes the place of `CheckCellMetadata`. nbgrader's own ask the database for every
cell and commit after each; these ask once and commit once a notebook.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbgrader import utils
from nbgrader.api import BaseCell, Comment, Grade, Gradebook, MissingEntry
from nbgrader.nbgraderformat import ValidationError
from nbgrader.preprocessors import NbGraderPreprocessor

from graders.grading import checks_of
from graders.notebooks.expected import expected_cells
from graders.notebooks.ids import CHECK, SOLUTION
from graders.report import CheckResult, Report

#: Under this key of nbgrader's resources `GradeInBox` leaves word for `SaveGrades`.
WORD = "penaltybox"


class SaveGrades(NbGraderPreprocessor):  # type: ignore[misc]
    """Saves scores and comments, and marks in the gradebook what a person must look at."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        at = resources["nbgrader"]
        word = resources.get(WORD)
        reviewed = self._reviewed(word, resources) if word else set()
        with Gradebook(at["db_url"]) as gradebook:
            notebook = gradebook.find_submission_notebook(
                at["notebook"], at["assignment"], at["student"]
            )
            grades = _by_cell(gradebook, Grade, notebook)
            comments = _by_cell(gradebook, Comment, notebook)
            for cell in nb.cells:
                if utils.is_grade(cell):
                    self._save_score(cell, grades)
                if utils.is_solution(cell) or utils.is_task(cell):
                    _save_comment(cell, comments)
            for name in reviewed & grades.keys():
                grades[name].needs_manual_grade = True
            for name, comment in comments.items() if word else ():
                mistakes = _mistakes(word["report"], name.removeprefix(SOLUTION))
                if mistakes and comment.auto_comment is None:
                    comment.auto_comment = mistakes
            gradebook.db.commit()
        return nb, resources

    def _save_score(self, cell: Any, grades: Mapping[str, Any]) -> None:
        grade = _of(cell, grades)
        grade.auto_score, _ = utils.determine_grade(cell, self.log)
        # as nbgrader has it: who overrode a score by hand looks again
        grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None

    def _reviewed(self, word: Mapping[str, Any], resources: Mapping[str, Any]) -> set[str]:
        """The ids of the cells that a person must look at."""
        report: Report = word["report"]
        reviewed = set(word["unknown"])
        if report.status == "unsafe":
            reviewed |= {CHECK + check.id for check in report.checks if not check.visible}
            self.log.warning("%s: it broke the box's rules; look at it.", whose(resources))
        if reviewed:
            self.log.warning("%s: %d cells need a person.", whose(resources), len(reviewed))
        return reviewed


class OnlyKnownCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Fails unless every marked cell is as the gradebook has it, and there once.

    What the gradebook has was valid in nbgrader's schema when it was looked up.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        expected = expected_cells(resources, self.parent)
        seen: set[str] = set()
        for cell in nb.cells:
            mark = cell.metadata.get("nbgrader")
            if mark is None:
                continue
            wanted = expected.get(mark.get("grade_id"))
            if wanted is None or wanted.cell_type != cell.cell_type or mark != wanted.metadata:
                raise ValidationError(
                    f"Cell {mark.get('grade_id')} is not as the gradebook has it."
                )
            if wanted.grade_id in seen:
                raise ValidationError(f"Cell {wanted.grade_id} is there more than once.")
            seen.add(wanted.grade_id)
        return nb, resources


def whose(resources: Mapping[str, Any]) -> str:
    """The notebook that nbgrader is at, for a message."""
    at = resources["nbgrader"]
    return f"{at['assignment']}/{at['notebook']} of {at['student']}"


def _by_cell(gradebook: Any, kind: Any, notebook: Any) -> dict[str, Any]:
    """The grades or comments of a learner's notebook by the name of the cell, in one query."""
    rows = (
        gradebook.db.query(BaseCell.name, kind)
        .join(kind, kind.cell_id == BaseCell.id)
        .filter(kind.notebook_id == notebook.id)
    )
    return dict(rows.all())


def _of(cell: Any, rows: Mapping[str, Any]) -> Any:
    grade_id = cell.metadata["nbgrader"]["grade_id"]
    if grade_id not in rows:
        raise MissingEntry(f"The gradebook has no entry for cell {grade_id} of this submission.")
    return rows[grade_id]


def _save_comment(cell: Any, comments: Mapping[str, Any]) -> None:
    released = cell.metadata["nbgrader"].get("checksum")
    unchanged = released == utils.compute_checksum(cell) and not utils.is_task(cell)
    _of(cell, comments).auto_comment = "No response." if unchanged else None


def _mistakes(report: Report, function: str) -> str:
    """The misconceptions behind a function's failures, each once."""
    about = {check.id for check in checks_of(report.exercise) if check.functions[:1] == (function,)}
    found: dict[str, CheckResult] = {}
    for check in report.checks:
        if check.misconception and check.id in about:
            found.setdefault(check.misconception.id, check)
    return "\n\n".join(each.misconception.text for each in found.values() if each.misconception)
