"""A course from beginning to end: made, released, handed in, graded in the box, given back."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from graders.notebooks import problems
from graders.notebooks.course import CourseExists, assignment, write_course
from graders.notebooks.source import REFERENCES
from graders.runner import HIDDEN
from tests.nbgrader.conftest import Course
from tests.nbgrader.course import answered, cell, id_of, nbgrader, released, solutions

FULL = 24.0
PREDICT = {"arguments_are_left_alone", "predictions", "bad_input_elsewhere"}


def test_every_notebook_fits_its_exercise() -> None:
    assert list(problems()) == []


def test_the_same_kit_gives_the_same_bytes(tmp_path: Path) -> None:
    code = "from graders.notebooks.course import assignment; import sys, hashlib; " + (
        "print(hashlib.sha256(repr(sorted(assignment('ridge').items())).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(REFERENCES.parent), "HOME": "/"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_a_second_course_does_not_overwrite_the_first(released_course: Path) -> None:
    before = (released_course / "source/ridge/ridge.ipynb").read_bytes()
    with pytest.raises(CourseExists, match="already exists"):
        write_course(released_course, ["ridge"])
    assert (released_course / "source/ridge/ridge.ipynb").read_bytes() == before


def test_the_release_gives_nothing_away(released_course: Path) -> None:
    text = "\n".join("".join(c["source"]) for c in released(released_course)["cells"])
    assert 'raise NotImplementedError("to do: ridge_closed_form")' in text
    assert "MARK SCHEME" not in text
    assert "graders" not in text
    assert secrets(text) == []
    helpers = cell(released(released_course), "helpers")["source"]
    assert "NotImplementedError" not in "".join(helpers)


def test_validate_works_on_what_was_released(released_course: Path, tmp_path: Path) -> None:
    shutil.copytree(released_course / "release" / "ridge", tmp_path / "ridge")
    notebook = tmp_path / "ridge" / "ridge.ipynb"
    notebook.write_text(json.dumps(answered(released_course)), encoding="utf-8")
    done = nbgrader(tmp_path, "validate", str(notebook))
    assert "Success! Your notebook passes all the tests." in done.stdout
    wrong = answered(
        released_course, solution_sklearn_alpha="def sklearn_alpha(lam, n):\n  return lam"
    )
    notebook.write_text(json.dumps(wrong), encoding="utf-8")
    done = nbgrader(tmp_path, "validate", str(notebook))
    assert "VALIDATION FAILED ON 1 CELL(S)" in done.stdout
    assert "sklearn_alpha(0.5, 10) is off by 4.5" in done.stdout


ALONE = """
import importlib.abc, sys

class Nowhere(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("exercises", "graders", "reference", "interview"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Nowhere())
sys.path.insert(0, "")
import json
for cell in json.load(open("ridge.ipynb"))["cells"]:
    if cell["cell_type"] == "code":
        exec("".join(cell["source"]).replace('figure("ridge"', 'drawn = figure("ridge"'))
assert drawn.axes
"""


def test_the_release_needs_nothing_of_the_kit(released_course: Path, tmp_path: Path) -> None:
    shutil.copytree(released_course / "release" / "ridge", tmp_path / "ridge")
    notebook = tmp_path / "ridge" / "ridge.ipynb"
    notebook.write_text(json.dumps(answered(released_course)), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", ALONE], cwd=notebook.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "All 8 checks pass." in done.stdout


@pytest.mark.parametrize(
    ("student", "score", "lost"),
    [
        ("right", FULL, set()),
        ("right_by_sklearn", FULL, set()),
        ("warns", FULL, set()),
        ("scratch", FULL, set()),
        ("cells_deleted", FULL, set()),
        ("cells_duplicated", FULL, set()),
        ("types_changed", FULL, set()),
        ("half", FULL - 4, {*PREDICT, "sklearn_alpha"}),
        ("one_cell_broken", FULL - 3, PREDICT),
        ("endless", FULL - 3, PREDICT),
        ("exits", FULL - 3, PREDICT),
    ],
)
def test_scores(boxed: Course, student: str, score: float, lost: set[str]) -> None:
    assert {check for check, points in boxed.grades(student).items() if not points} == lost
    assert boxed.score(student) == score


def test_wrong_answers_lose_the_checks_that_they_fail(boxed: Course) -> None:
    grades = boxed.grades("wrong")
    assert grades["minimises_the_objective"] == 0
    assert grades["predictions"] == 1
    assert boxed.score("wrong") == 12
    assert boxed.score("empty") == 0


def test_code_that_warns_gets_full_marks_without_the_box_too(stock: Course) -> None:
    assert stock.score("warns") == FULL


def test_one_bad_submission_stops_no_other(boxed: Course) -> None:
    graded = {path.name for path in (boxed.folder / "autograded").iterdir() if any(path.iterdir())}
    handed_in = {path.name for path in (boxed.folder / "submitted").iterdir()}
    assert handed_in - graded == {"not_a_notebook"}


def test_messages_and_exit_status_say_who_needs_a_person(boxed: Course) -> None:
    assert boxed.run.returncode == 1
    failed = re.findall(r"There was an error .* for student '(\w+)'", boxed.run.stderr)
    assert failed == ["not_a_notebook"]
    said = boxed.run.stderr
    assert "of cells_deleted: Cell check_minimises_the_objective was missing." in said
    assert "of cells_duplicated: Cell solution_predict is there more than once" in said
    assert "of types_changed: Cell solution_predict was of type raw." in said
    assert "of one_cell_broken: solution_predict is not valid Python and was left out." in said


def test_a_named_mistake_is_a_comment_below_the_answer(boxed: Course) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(boxed.db_url) as gradebook:
        comments = {
            student: gradebook.find_comment(
                "solution_ridge_closed_form", "ridge", "ridge", student
            ).auto_comment
            for student in ("wrong", "right", "empty")
        }
    assert "lam instead of n·lam" in comments["wrong"]
    assert comments["right"] is None
    assert comments["empty"] == "No response."


@pytest.fixture(scope="session")
def feedback(boxed: Course) -> Path:
    nbgrader(boxed.folder, "generate_feedback", "ridge", check=True)
    return boxed.folder / "feedback"


def test_feedback_says_what_is_wrong(feedback: Path) -> None:
    page = (feedback / "wrong/ridge/ridge.html").read_text(encoding="utf-8")
    assert "At this coef the gradient of MSE" in page
    assert "lam instead of n·lam" in page
    page = (feedback / "endless/ridge/ridge.html").read_text(encoding="utf-8")
    assert "is there a loop that never ends?" in page


def test_feedback_gives_nothing_away(feedback: Path) -> None:
    """No hidden test and no line of the reference, to those who did not write it themselves."""
    pages = sorted(feedback.rglob("*"))
    assert len([page for page in pages if page.suffix == ".html"]) > 20
    own = {"empty", "agrees", "patches", "skips", "no_attack", "extra_credit", "transformer"}
    for page in pages:
        if not page.is_file() or page.suffix == ".png":
            continue
        text = page.read_text(encoding="utf-8")
        student = page.relative_to(feedback).parts[0]
        assert "stock import check" not in text, page
        assert "HIDDEN TESTS ###" not in text, page
        found = secrets(_visible(text), reference=student in own)
        assert found == [], page


def test_markup_of_a_learner_is_shown_as_text(feedback: Path) -> None:
    page = (feedback / "markup/ridge/ridge.html").read_text(encoding="utf-8")
    assert "<script>document.title" not in page
    assert "onerror=&quot;" in page or "&lt;img src=x" in page
    assert "So <strong>well</strong>." in page


def secrets(text: str, *, reference: bool = True) -> list[str]:
    """Lines of hidden checks (and of the reference) that are in a text, if they are telling."""
    known = (HIDDEN / "test_ridge.py").read_text(encoding="utf-8").splitlines()
    if reference:
        given = "\n".join(
            "".join(c["source"]) for c in json.loads(_source())["cells"] if not id_of(c)
        )
        known += [
            line
            for source in solutions().values()
            for line in re.sub(r'r?""".*?"""', "", source, flags=re.S).splitlines()
            if "def " not in line and line.strip() not in given
        ]
    # what learners have: the visible checks and the words that all checks are written in
    shared = "".join(
        content.decode() for name, content in assignment("ridge").items() if name.endswith(".py")
    )
    titles = re.compile(r"hint=|^\s*\"\"\"|^\s*f?\"")  # learners are shown these
    return [
        line.strip()
        for line in known
        if len(line.strip()) > 24
        and not titles.search(line)
        and line.strip() not in shared
        and line.strip() in text
    ]


def _source() -> bytes:
    return assignment("ridge")["ridge.ipynb"]


def _visible(page: str) -> str:
    import html

    return html.unescape(re.sub(r"<[^>]+>", "", page))
