"""One course for all the tests: handed in and graded once, in the box and without."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("nbgrader")

from graders.notebooks.course import write_course
from tests.nbgrader import attacks
from tests.nbgrader.course import STOCK, Notebook, everyone, make, nbgrader, submit


@dataclass(frozen=True)
class Course:
    """A course after `nbgrader autograde ridge`."""

    folder: Path
    run: subprocess.CompletedProcess[str]

    @property
    def db_url(self) -> str:
        return f"sqlite:///{self.folder}/gradebook.db"

    def grades(self, student: str) -> dict[str, float | None]:
        """The automatic scores of a learner's checks, by the check's id."""
        from nbgrader.api import Gradebook

        with Gradebook(self.db_url) as gradebook:
            notebook = gradebook.find_submission_notebook("ridge", "ridge", student)
            return {
                grade.name.removeprefix("check_"): grade.auto_score
                for grade in notebook.grades
                if grade.name.startswith("check_")
            }

    def score(self, student: str) -> float:
        """What the gradebook says the learner has, extra credit included."""
        from nbgrader.api import Gradebook

        with Gradebook(self.db_url) as gradebook:
            score: float = gradebook.find_submission_notebook("ridge", "ridge", student).score
            return score


@pytest.fixture(scope="session")
def released_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with `ridge` that was released; do not change it."""
    return make(tmp_path_factory.mktemp("course") / "released", "ridge")


@pytest.fixture(scope="session")
def attacking(released_course: Path) -> dict[str, Notebook]:
    return attacks.attacks(released_course)


@pytest.fixture(scope="session")
def boxed(
    released_course: Path, attacking: dict[str, Notebook], tmp_path_factory: pytest.TempPathFactory
) -> Course:
    """Everybody's work and every attack, graded in the box by the configuration of `init`."""
    folder = make(tmp_path_factory.mktemp("course") / "boxed", "ridge")
    for student, content in (everyone(released_course) | attacking).items():
        submit(folder, student, content)
    submit(folder, "markup", attacks.markup(released_course))
    return Course(folder, nbgrader(folder, "autograde", "ridge"))


@pytest.fixture(scope="session")
def stock(
    released_course: Path, attacking: dict[str, Notebook], tmp_path_factory: pytest.TempPathFactory
) -> Course:
    """Every attack, and the learner whose code warns, graded by nbgrader alone."""
    folder = tmp_path_factory.mktemp("course") / "stock"
    write_course(folder, ["ridge"])
    (folder / "nbgrader_config.py").write_text(STOCK, encoding="utf-8")
    nbgrader(folder, "generate_assignment", "ridge", check=True)
    for student, content in attacking.items():
        submit(folder, student, content)
    submit(folder, "warns", everyone(released_course)["warns"])
    return Course(folder, nbgrader(folder, "autograde", "ridge"))
