"""A kept engine is the same gradebook as a new one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbgrader.api
import pytest
from nbgrader.api import Gradebook

from graders.notebooks.engines import keep_engines


@pytest.fixture(autouse=True)
def _kept(monkeypatch: pytest.MonkeyPatch) -> None:
    # for a new gradebook nbgrader runs `alembic`, which stands beside the interpreter
    beside = Path(sys.executable).parent
    monkeypatch.setenv("PATH", str(beside), prepend=os.pathsep)
    monkeypatch.setattr(nbgrader.api, "create_engine", nbgrader.api.create_engine)
    keep_engines()
    keep_engines()


def _students(url: str) -> set[str]:
    with Gradebook(url) as gradebook:
        return {student.id for student in gradebook.students}


def test_closing_one_gradebook_leaves_another_as_it_is(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/gradebook.db"
    with Gradebook(url) as outer:
        outer.add_student("ada")
        ada = outer.find_student("ada")
        ada.first_name = "Ada"
        with Gradebook(url) as inner:
            assert inner.engine is outer.engine
            assert inner.find_student("ada").first_name is None
        outer.db.commit()
    with Gradebook(url) as gradebook:
        assert gradebook.find_student("ada").first_name == "Ada"


def test_a_gradebook_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    """As where an instructor puts a backup in its place while formgrader is running."""
    path, other = tmp_path / "gradebook.db", tmp_path / "backup.db"
    for file, student in ((path, "ada"), (other, "bob")):
        with Gradebook(f"sqlite:///{file}") as gradebook:
            gradebook.add_student(student)
    assert _students(f"sqlite:///{path}") == {"ada"}
    other.replace(path)
    assert _students(f"sqlite:///{path}") == {"bob"}
    path.unlink()
    assert _students(f"sqlite:///{path}") == set()


def test_two_gradebooks_have_an_engine_each(tmp_path: Path) -> None:
    with (
        Gradebook(f"sqlite:///{tmp_path}/a.db") as one,
        Gradebook(f"sqlite:///{tmp_path}/b.db") as other,
    ):
        assert one.engine is not other.engine
