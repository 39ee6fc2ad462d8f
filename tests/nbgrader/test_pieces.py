"""The pieces of the nbgrader bridge, each alone."""

from __future__ import annotations

import json
import math
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import nbformat
import numpy as np
import pytest
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade
from typer.testing import CliRunner

from exercises.catalog import catalog
from graders.grading import checks_of, grade, unreadable
from graders.intake.layouts import Learner
from graders.notebooks.autograde import write_outcomes
from graders.notebooks.cli import app
from graders.notebooks.course import is_ready
from graders.notebooks.expected import ExpectedCell, expected_cells
from graders.notebooks.figures import outputs, show_outputs
from graders.notebooks.gradebook import export_to_gradebook
from graders.notebooks.parts import parts
from graders.notebooks.saving import WORD, SaveGrades
from graders.notebooks.source import REFERENCES
from graders.notebooks.source import notebook as notebook_of
from graders.notebooks.submitted import Submitted, grade_notebook
from graders.notebooks.trust import restore
from graders.report import Report
from graders.store import Attempt, StoreError
from tests.nbgrader.course import Notebook, answered, cell, released


@pytest.fixture
def expected(released_course: Path) -> dict[str, ExpectedCell]:
    url = f"sqlite:///{released_course}/gradebook.db"
    at = {"db_url": url, "notebook": "ridge", "assignment": "ridge", "student": "anna"}
    return expected_cells({"nbgrader": at})


def read(content: Notebook) -> Any:
    return nbformat.reads(json.dumps(content), as_version=4)


# --- the reference in pieces --------------------------------------------------------------------


def test_the_pieces_of_a_reference_are_the_whole_of_it() -> None:
    text = (REFERENCES / "ridge.py").read_text(encoding="utf-8")
    pieces = parts(text)
    kinds = [(part.kind, part.name) for part in pieces]
    assert kinds[:3] == [
        ("given", "given"),
        ("helpers", "helpers"),
        ("function", "ridge_closed_form"),
    ]
    kept = {line for part in pieces for line in part.source.splitlines()}
    docstring = text[: text.index("from __future__")]
    assert {line for line in text[len(docstring) :].splitlines() if line} <= kept


def test_markers_that_do_not_pair_up_are_named_with_their_line() -> None:
    with pytest.raises(ValueError, match="line 2: a solution begins inside"):
        parts("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION\n")
    with pytest.raises(ValueError, match="does not end"):
        parts("x = 1\n### BEGIN SOLUTION\n")


# --- what a learner's notebook is trusted with --------------------------------------------------


def test_only_ids_are_kept(released_course: Path, expected: dict[str, ExpectedCell]) -> None:
    content = answered(released_course)
    check = cell(content, "check_predictions")
    check["metadata"] |= {"tags": ["skip-execution"], "forged": True}
    check["metadata"]["nbgrader"] |= {"points": 1000, "grade": False, "solution": True}
    check["source"] = "1000.0"
    notebook = read(content)
    assert restore(notebook, expected) == []
    kept = next(
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == check["id"]
    )
    assert set(kept.metadata) == {"nbgrader"}
    assert kept.metadata.nbgrader.points == 1
    assert kept.metadata.nbgrader.grade
    assert not kept.metadata.nbgrader.solution
    assert "BEGIN HIDDEN TESTS" in kept.source
    nbformat.validate(notebook)


def test_an_empty_notebook_gets_all_its_cells_back(expected: dict[str, ExpectedCell]) -> None:
    notebook = nbformat.v4.new_notebook()
    said = restore(notebook, expected)
    ids = [c.metadata.nbgrader.grade_id for c in notebook.cells]
    assert ids[0] == "given"
    assert set(ids) == {
        name for name, each in expected.items() if each.max_score is not None or each.locked
    }
    assert "Cell solution_predict was missing." in said
    nbformat.validate(notebook)


def test_cells_of_any_shape_become_valid(expected: dict[str, ExpectedCell]) -> None:
    strange: list[Any] = [
        None,
        5,
        {},
        {"cell_type": "code", "source": ["a = 1\n", 7], "id": "same"},
        {"cell_type": "code", "source": {"x": 1}, "metadata": [], "id": "same"},
        {"cell_type": "nonsense", "source": "x", "metadata": {"nbgrader": {"grade_id": ["x"]}}},
        {"cell_type": "markdown", "source": "![a](attachment:b.png)", "attachments": 3},
    ]
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.from_dict(each) for each in strange]
    restore(notebook, expected)
    nbformat.validate(notebook)
    assert "attachment:" not in notebook.cells[4].source


def test_pictures_stay_attached(expected: dict[str, ExpectedCell]) -> None:
    picture = {"a.png": {"image/png": "aGVsbG8="}, "b.svg": {"image/svg+xml": "<svg onload=x>"}}
    source = "![a](attachment:a.png) ![b](attachment:b.svg)"
    each = {"cell_type": "markdown", "source": source, "attachments": picture, "metadata": {}}
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.from_dict(each)]
    restore(notebook, expected)
    kept = next(c for c in notebook.cells if "nbgrader" not in c.metadata)
    assert kept.attachments == {"a.png": {"image/png": "aGVsbG8="}}
    assert kept.source == "![a](attachment:a.png) ![b](b.svg)"


# --- outcomes -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def half_right(released_course: Path) -> Report:
    source = b"def sklearn_alpha(lam, n_samples):\n    return n_samples * lam\n"
    return grade("ridge", {"ridge.py": source})


def test_points_are_those_of_the_gradebook(
    released_course: Path, expected: dict[str, ExpectedCell], half_right: Report
) -> None:
    from dataclasses import replace

    worth = expected | {
        "check_sklearn_alpha": replace(expected["check_sklearn_alpha"], max_score=2.5),
        "self_check": replace(expected["self_check"], max_score=8.0),
    }
    notebook = read(released(released_course))
    restore(notebook, worth)
    unknown = write_outcomes(notebook, worth, Submitted(half_right, {}, ()), "message")
    assert unknown == []
    scores = {
        c.metadata.nbgrader.grade_id: determine_grade(c)[0]
        for c in notebook.cells
        if c.metadata.get("nbgrader", {}).get("grade")
    }
    assert scores.pop("check_sklearn_alpha") == 2.5
    assert scores.pop("self_check") == 1.0
    assert set(scores.values()) == {0.0}
    for each in notebook.cells:
        for output in each.get("outputs", ()):
            if output.output_type == "execute_result":
                assert math.isfinite(float(output.data["text/plain"]))
                assert "np." not in output.data["text/plain"]


def test_a_cell_that_the_kit_does_not_know_is_left_to_a_person(
    released_course: Path, expected: dict[str, ExpectedCell], half_right: Report
) -> None:
    own = ExpectedCell("my_test", "code", "assert f() == 1", True, False, False, 2.0, None)
    known = expected | {"my_test": own}
    notebook = read(released(released_course))
    restore(notebook, known)
    unknown = write_outcomes(notebook, known, Submitted(half_right, {}, ()), "message")
    assert unknown == ["my_test"]
    cells = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]
    assert determine_grade(cells[-1]) == (0.0, 2.0)


@pytest.mark.parametrize("status", ["graded", "unsafe"])
def test_who_broke_the_rules_is_marked_for_a_person(
    status: Any, boxed: Any, tmp_path: Path, half_right: Report
) -> None:
    url = f"sqlite:///{shutil.copy(boxed.folder / 'gradebook.db', tmp_path)}"
    at = {"db_url": url, "assignment": "ridge", "notebook": "ridge", "student": "right"}
    report = msgspec.structs.replace(half_right, status=status)
    nothing = nbformat.v4.new_notebook()
    SaveGrades().preprocess(nothing, {"nbgrader": at, WORD: {"report": report, "unknown": []}})
    with Gradebook(url) as gradebook:
        grades = gradebook.find_submission_notebook("ridge", "ridge", "right").grades
        flagged = {g.name for g in grades if g.needs_manual_grade and g.name.startswith("check_")}
    hidden = {f"check_{check.id}" for check in report.checks if not check.visible}
    assert flagged == (hidden if status == "unsafe" else set())


@pytest.mark.parametrize("level", ["title", "message"])
def test_an_instructor_chooses_what_is_revealed(
    level: str, released_course: Path, expected: dict[str, ExpectedCell], half_right: Report
) -> None:
    notebook = read(released(released_course))
    restore(notebook, expected)
    write_outcomes(notebook, expected, Submitted(half_right, {}, ()), level)
    text = next(c.outputs[0].text for c in notebook.cells if "check_predictions" in str(c.metadata))
    assert text.startswith("✗ predict gives X·coef + intercept for new rows  (0 of 1)")
    assert ("defines no function" in text) == (level == "message")
    assert "Example" not in text


def test_stray_code_costs_nothing_but_a_note(
    released_course: Path, expected: dict[str, ExpectedCell]
) -> None:
    content = answered(released_course)
    cell(content, "solution_sklearn_alpha")["source"] = "undefined_name\n" + str(
        cell(content, "solution_sklearn_alpha")["source"]
    )
    submitted = grade_notebook("ridge", read(content), expected)
    assert submitted.report.score == submitted.report.max_score
    assert "undefined_name" in submitted.notes[0]


@pytest.mark.parametrize("exercise", [each.name for each in catalog().values() if is_ready(each)])
def test_the_reference_in_cells_gets_full_marks(exercise: str, tmp_path: Path) -> None:
    """What `init` writes is a right answer; a project finds the earlier ones in their notebooks."""
    for name in (exercise, *catalog()[exercise].uses):
        (tmp_path / f"{name}.ipynb").write_bytes(notebook_of(name))
    content = nbformat.read(tmp_path / f"{exercise}.ipynb", as_version=4)
    submitted = grade_notebook(exercise, content, _as_expected(content), [tmp_path])
    lost = [check.id for check in submitted.report.checks if check.status != "passed"]
    assert lost == []
    assert submitted.notes == ()


def _as_expected(notebook: Any) -> dict[str, ExpectedCell]:
    marks = [c.metadata.nbgrader | {"c": c} for c in notebook.cells if "nbgrader" in c.metadata]
    return {
        mark["grade_id"]: ExpectedCell(
            mark["grade_id"],
            mark["c"].cell_type,
            mark["c"].source,
            mark["locked"],
            mark["solution"],
            mark["task"],
            mark.get("points"),
            None,
        )
        for mark in marks
    }


# --- figures ------------------------------------------------------------------------------------


def test_figures_come_from_the_box_and_a_hang_ends_them(
    released_course: Path, expected: dict[str, ExpectedCell]
) -> None:
    content = answered(released_course)
    content["cells"] += [
        nbformat.v4.new_code_cell("print(1 + 1)\n'<b>'"),
        nbformat.v4.new_code_cell("import os\nos.listdir('/root') or os.listdir('/home')"),
        nbformat.v4.new_code_cell("import os\nos._exit(0)"),
        nbformat.v4.new_code_cell("print('never')"),
    ]
    notebook = read(content)
    show_outputs(notebook, "ridge", expected, {})
    figure = next(c for c in notebook.cells if "import figure" in c.source)
    assert figure.outputs[0].data["image/png"].startswith("iVBORw0KGgo")
    printed, listed, stopped, never = (c.outputs for c in notebook.cells[-4:])
    assert printed[0].text == "2\n'<b>'\n"
    assert "PermissionError" in listed[0].text
    assert "This cell was stopped" in stopped[0].text
    assert never == []
    graded = next(c for c in notebook.cells if "check_predictions" in str(c.metadata))
    assert graded.outputs == []


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {"text": 5, "pictures": "x"},
        {"text": "", "pictures": [b"x", np.zeros(9), np.zeros(9, np.uint8)]},
        {"pictures": [np.frombuffer(b"<svg onload=alert(1)>", np.uint8)]},
    ],
)
def test_only_text_and_png_files_are_shown(answer: Any) -> None:
    assert outputs(answer) == []


# --- a gradebook without a course ---------------------------------------------------------------


def attempt(student: str, report: Report, *, latest: bool = True) -> Attempt:
    when = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    return Attempt(Learner(student, "Ada Lovelace"), "", report, when, 1, latest)


def test_scores_are_exported_and_manual_ones_kept(tmp_path: Path, half_right: Report) -> None:
    url = f"sqlite:///{tmp_path}/gradebook.db"
    nothing = unreadable("ridge", "bob.py", "It is a picture.")
    attempts = [attempt("ada", half_right), attempt("bob", nothing)]
    assert export_to_gradebook([*attempts, attempt("old", nothing, latest=False)], url) == 2
    with Gradebook(url) as gradebook:
        assert {student.id for student in gradebook.students} == {"ada", "bob"}
        assert gradebook.find_student("ada").last_name == "Lovelace"
        submission = gradebook.find_submission("ridge", "ada")
        assert submission.score == half_right.score == 1
        assert submission.max_score == half_right.max_score
        assert submission.timestamp == datetime(2026, 3, 1, 12, 0)
        assert not submission.needs_manual_grade
        assert gradebook.find_submission("ridge", "bob").score == 0
        grade = gradebook.find_grade("check_predictions", "ridge", "ridge", "ada")
        grade.manual_score, grade.extra_credit = 0.5, 2.0
        gradebook.find_student("ada").last_name = "King"
        gradebook.db.commit()
    export_to_gradebook(attempts, url)
    with Gradebook(url) as gradebook:
        grade = gradebook.find_grade("check_predictions", "ridge", "ridge", "ada")
        assert (grade.manual_score, grade.extra_credit, grade.auto_score) == (0.5, 2.0, 0.0)
        assert grade.needs_manual_grade
        assert gradebook.find_student("ada").last_name == "King"


def test_export_meets_the_cells_of_a_course(boxed: Any, tmp_path: Path, half_right: Report) -> None:
    path = shutil.copy(boxed.folder / "gradebook.db", tmp_path / "gradebook.db")
    export_to_gradebook([attempt("right", half_right)], str(path))
    with Gradebook(f"sqlite:///{path}") as gradebook:
        notebook = gradebook.find_notebook("ridge", "ridge")
        hidden = [check for check in checks_of("ridge") if not check.visible]
        assert len(notebook.grade_cells) == len(hidden) + 1
        assert gradebook.find_submission_notebook("ridge", "ridge", "right").score == 1
        assert gradebook.find_submission_notebook("ridge", "ridge", "half").score == 20


def test_a_gradebook_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"The gradebook sqlite:.* cannot be used: unable to open"):
        export_to_gradebook([], f"sqlite:///{tmp_path}/none/gradebook.db")


# --- the command --------------------------------------------------------------------------------


def test_init_writes_a_course_and_says_what_next(tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["init", str(tmp_path / "c"), "--exercise", "ridge"])
    assert run.exit_code == 0, run.output
    assert "nbgrader generate_assignment ridge" in run.output
    assert (tmp_path / "c/source/ridge/ridge.ipynb").exists()
    assert "def check(" in (tmp_path / "c/source/ridge/selfcheck/__init__.py").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--exercise", "rigde"], "no exercise called 'rigde'"), ([], "cannot be written")],
)
def test_mistakes_in_the_command_are_one_sentence(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "file").write_text("x")
    started = time.monotonic()
    run = CliRunner().invoke(app, ["init", str(tmp_path / "file"), *arguments])
    assert run.exit_code == 2
    assert said in run.output
    assert len(run.output.strip().splitlines()) == 1
    assert time.monotonic() - started < 30
