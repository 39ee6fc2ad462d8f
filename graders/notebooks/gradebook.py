"""Writes results into an nbgrader gradebook, through nbgrader's own `Gradebook`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from nbgrader.api import Grade, Gradebook, MissingEntry
from sqlalchemy.exc import SQLAlchemyError

from graders.grading import checks_of
from graders.notebooks.ids import CHECK
from graders.report import Report
from graders.store import Attempt, StoreError, database_url


def export_to_gradebook(
    attempts: Iterable[Attempt],
    db_url: str,
    *,
    assignment_of: Callable[[str], str] = lambda exercise: exercise,
) -> int:
    """Set the automatic score of every hidden check of each learner's latest attempt.

    Assignments, notebooks, cells and students are made where the gradebook lacks them; cells are
    those of the course's notebooks (`check_<id>`), so that both ways of grading meet in one
    gradebook. What a cell is worth there counts, not what the kit says. Manual scores, extra
    credit, comments and names of students that are already there are never touched; a grade that
    has a manual score is marked for another look, as nbgrader does.

    Parameters
    ----------
    attempts : results of a `penaltybox grade` run; those that are not the latest are passed over.
    db_url : as nbgrader takes it, such as "sqlite:///gradebook.db"; or the path of an SQLite file.
    assignment_of : the assignment that holds an exercise's notebook; by default its own name.

    Returns
    -------
    How many learners' results were written.

    Raises
    ------
    StoreError : with a sentence, if the gradebook cannot be opened or written.
    """
    url = database_url(db_url).render_as_string(hide_password=False)
    count = 0
    try:
        with _opened(url) as gradebook:
            prepared: dict[str, dict[str, Any]] = {}
            for attempt in attempts:
                if not attempt.latest:
                    continue
                exercise = attempt.report.exercise
                assignment = assignment_of(exercise)
                if exercise not in prepared:
                    prepared[exercise] = _prepare(gradebook, assignment, exercise)
                _write(gradebook, attempt, assignment, prepared[exercise])
                count += 1
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StoreError(
            f"The gradebook {database_url(db_url).render_as_string()} cannot be used: {reason}"
        ) from None
    return count


def _opened(url: str) -> Any:
    """The gradebook; for a new one nbgrader runs `alembic`, which stands beside the interpreter."""
    path = os.environ.get("PATH")
    os.environ["PATH"] = os.pathsep.join(
        filter(None, [path or os.defpath, str(Path(sys.executable).parent)])
    )
    try:
        return Gradebook(url)
    finally:
        if path is None:
            del os.environ["PATH"]
        else:
            os.environ["PATH"] = path


def _prepare(gradebook: Any, assignment: str, exercise: str) -> dict[str, Any]:
    """The assignment's grade cells by name, made where they are missing."""
    try:
        gradebook.find_assignment(assignment)
    except MissingEntry:
        gradebook.add_assignment(assignment)
    try:
        notebook = gradebook.find_notebook(exercise, assignment)
    except MissingEntry:
        notebook = gradebook.add_notebook(exercise, assignment)
    known = {cell.name for cell in notebook.grade_cells}
    for check in checks_of(exercise):
        name = CHECK + check.id
        if not check.visible and name not in known:
            gradebook.add_grade_cell(
                name, exercise, assignment, max_score=check.points, cell_type="code"
            )
    return {cell.name: cell for cell in gradebook.find_notebook(exercise, assignment).grade_cells}


def _write(gradebook: Any, attempt: Attempt, assignment: str, cells: dict[str, Any]) -> None:
    _student(gradebook, attempt)
    when = {} if attempt.submitted is None else {"timestamp": attempt.submitted}
    gradebook.update_or_create_submission(assignment, attempt.learner.id, **when)
    report = attempt.report
    notebook = gradebook.find_submission_notebook(report.exercise, assignment, attempt.learner.id)
    grades = {grade.name: grade for grade in notebook.grades}
    for name, passed in _outcomes(report).items():
        cell = cells.get(name)
        if cell is None:
            continue
        grade = grades.get(name)
        if grade is None:  # the submission is older than the cell
            grade = Grade(cell_id=cell.id, notebook=notebook)
            gradebook.db.add(grade)
        grade.auto_score = float(cell.max_score) if passed else 0.0
        grade.needs_manual_grade = grade.manual_score is not None or report.status == "unsafe"
    gradebook.db.commit()


def _outcomes(report: Report) -> dict[str, bool]:
    return {
        CHECK + check.id: check.status == "passed" for check in report.checks if not check.visible
    }


def _student(gradebook: Any, attempt: Attempt) -> None:
    try:
        gradebook.find_student(attempt.learner.id)
    except MissingEntry:
        first, _, last = attempt.learner.name.rpartition(" ")
        names = {"first_name": first, "last_name": last} if attempt.learner.name else {}
        gradebook.add_student(attempt.learner.id, **names)
