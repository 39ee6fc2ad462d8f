"""Scores and comments in the gradebook: what nbgrader's own preprocessors would have written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import ValidationError
from nbgrader.preprocessors import CheckCellMetadata, SaveAutoGrades

from graders.notebooks.expected import ExpectedCell, expected_cells
from graders.notebooks.saving import OnlyKnownCells, SaveGrades
from graders.notebooks.trust import restore
from tests.nbgrader.course import cell, released

LEARNERS = ("right", "half", "empty", "endless")


@pytest.fixture
def gradebook(boxed: Any, tmp_path: Path) -> str:
    """A copy of the gradebook after autograding, with a score and a comment given by hand."""
    url = f"sqlite:///{shutil.copy(boxed.folder / 'gradebook.db', tmp_path)}"
    with Gradebook(url) as opened:
        opened.find_grade("check_predictions", "ridge", "ridge", "half").manual_score = 0.5
        opened.find_comment("solution_predict", "ridge", "ridge", "half").manual_comment = "No."
        opened.db.commit()
    return url


def at(url: str, student: str = "half") -> dict[str, Any]:
    names = {"db_url": url, "assignment": "ridge", "notebook": "ridge", "student": student}
    return {"nbgrader": names}


def restored(folder: Path, expected: Any) -> Any:
    notebook = nbformat.reads(json.dumps(released(folder)), as_version=4)
    restore(notebook, expected)
    return notebook


def rows(url: str, student: str) -> dict[str, Any]:
    with Gradebook(url) as opened:
        notebook = opened.find_submission_notebook("ridge", "ridge", student)
        scores = {g.name: (g.auto_score, g.manual_score) for g in notebook.grades}
        review = {g.name: g.needs_manual_grade for g in notebook.grades}
        comments = {c.name: (c.auto_comment, c.manual_comment) for c in notebook.comments}
        return {"scores": scores, "review": review, "comments": comments}


@pytest.mark.parametrize("student", LEARNERS)
def test_the_gradebook_is_as_nbgrader_would_have_it(
    student: str, gradebook: str, boxed: Any
) -> None:
    path = boxed.folder / "autograded" / student / "ridge" / "ridge.ipynb"
    kept = {}
    for preprocessor in (SaveAutoGrades, SaveGrades):
        with Gradebook(gradebook) as opened:
            notebook = opened.find_submission_notebook("ridge", "ridge", student)
            for grade in notebook.grades:
                grade.auto_score, grade.needs_manual_grade = None, True
            for comment in notebook.comments:
                comment.auto_comment = "of an earlier run"
            opened.db.commit()
        content = nbformat.read(path, as_version=4)
        preprocessor().preprocess(content, at(gradebook, student))
        kept[preprocessor] = rows(gradebook, student)
    assert kept[SaveGrades] == kept[SaveAutoGrades]


def test_a_cell_without_an_entry_is_an_error(gradebook: str, boxed: Any) -> None:
    from nbgrader.api import MissingEntry

    path = boxed.folder / "autograded" / "right" / "ridge" / "ridge.ipynb"
    content = nbformat.read(path, as_version=4)
    cell(content, "check_predictions")["metadata"]["nbgrader"]["grade_id"] = "check_invented"
    with pytest.raises(MissingEntry, match="check_invented"):
        SaveGrades().preprocess(content, at(gradebook))


def test_known_cells_pass(gradebook: str, released_course: Path) -> None:
    content = restored(released_course, expected_cells(at(gradebook)))
    OnlyKnownCells().preprocess(content, at(gradebook))
    CheckCellMetadata().preprocess(content, at(gradebook))


def _worth_more(content: Any) -> None:
    cell(content, "check_predictions")["metadata"]["nbgrader"]["points"] = 1000.0


def _retyped(content: Any) -> None:
    cell(content, "check_predictions")["cell_type"] = "raw"


def _invented(content: Any) -> None:
    cell(content, "check_predictions")["metadata"]["nbgrader"]["grade_id"] = "check_invented"


def _twice(content: Any) -> None:
    content.cells.append(cell(content, "check_predictions"))


@pytest.mark.parametrize("change", [_worth_more, _retyped, _invented, _twice])
def test_any_other_cell_is_refused(
    change: Callable[[Any], None], gradebook: str, released_course: Path
) -> None:
    content = restored(released_course, expected_cells(at(gradebook)))
    change(content)
    with pytest.raises(ValidationError, match=r"is not as the gradebook|more than once"):
        OnlyKnownCells().preprocess(content, at(gradebook))


def test_the_gradebook_is_asked_once_a_run(gradebook: str) -> None:
    class Run:
        """Stands for the exporter of a run."""

    run, another = Run(), Run()
    first = expected_cells(at(gradebook), run)
    assert expected_cells(at(gradebook, "right"), run) is first
    assert expected_cells(at(gradebook), another) is not first
    assert isinstance(first["check_predictions"], ExpectedCell)
    with pytest.raises(TypeError):
        first["check_predictions"] = None  # type: ignore[index]
