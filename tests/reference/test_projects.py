"""Projects stand on the exercises before them: how those are found, and what is said if not."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from exercises.catalog import HERE, catalog
from graders.grading import grade
from graders.stubs import stub

REFERENCE = HERE.parent / "reference"
PROJECT = "project_overfitting_simulator"


def source(name: str) -> bytes:
    return (REFERENCE / f"{name}.py").read_bytes()


def reloaded() -> object:
    sys.modules.pop(f"reference.{PROJECT}", None)
    return importlib.import_module(f"reference.{PROJECT}")


def test_a_reference_builds_on_references_even_where_a_learners_module_is_loaded(monkeypatch):
    learners = type(sys)("ridge")
    monkeypatch.setitem(sys.modules, "ridge", learners)
    monkeypatch.delitem(sys.modules, "overfitting", raising=False)
    project = reloaded()
    assert project.ridge_closed_form is importlib.import_module("reference.ridge").ridge_closed_form
    assert sys.modules["ridge"] is learners
    assert "overfitting" not in sys.modules


@pytest.mark.parametrize("missing", ["overfitting", "ridge"])
def test_the_report_names_the_file_that_was_not_handed_in(missing: str) -> None:
    names = {PROJECT, *catalog()[PROJECT].uses} - {missing}
    report = grade(PROJECT, {f"{name}.py": source(name) for name in names})
    assert report.status == "error"
    assert report.score == 0
    for check in report.checks:
        assert check.message == (
            f"The submission needs {missing}.py, which is not beside it: "
            "hand in that exercise together with this one."
        )


def test_an_import_inside_the_function_is_told_alike() -> None:
    code = b"def simulate(degrees, lambdas, **options):\n    import ridge\n"
    report = grade(PROJECT, {f"{PROJECT}.py": code})
    assert report.status == "graded"
    shapes = next(check for check in report.checks if check.id == "shapes")
    assert shapes.message.startswith("simulate needs ridge.py, which is not beside it")


def test_another_module_that_is_missing_is_no_exercise() -> None:
    report = grade(PROJECT, {f"{PROJECT}.py": b"import pandas_of_tomorrow\n"})
    assert "No module named 'pandas_of_tomorrow'" in report.checks[0].message


def test_an_exercise_that_is_still_a_stub_is_named() -> None:
    files = {f"{name}.py": source(name) for name in (PROJECT, "overfitting")}
    files["ridge.py"] = stub(source("ridge").decode()).encode()
    report = grade(PROJECT, files)
    shapes = next(check for check in report.checks if check.id == "shapes")
    assert shapes.message == "simulate calls ridge_closed_form, which is still to do."


def self_check(folder: Path) -> str:
    command = [sys.executable, "-m", "pytest", f"exercises/{PROJECT}"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "Traceback" not in run.stdout
    return run.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A learner's copy with the project written and the exercises before it as stubs."""
    for name in ("__init__.py", "catalog.py", "catalog.toml", "checking.py", "conftest.py"):
        (tmp_path / "exercises").mkdir(exist_ok=True)
        shutil.copy(HERE / name, tmp_path / "exercises" / name)
    for name in catalog()[PROJECT].uses:
        (tmp_path / "exercises" / name).mkdir()
        text = stub(source(name).decode())
        (tmp_path / "exercises" / name / f"{name}.py").write_text(text, encoding="utf-8")
    shutil.copytree(HERE / PROJECT, tmp_path / "exercises" / PROJECT)
    (tmp_path / "exercises" / PROJECT / f"{PROJECT}.py").write_bytes(source(PROJECT))
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\npythonpath = ["."]\naddopts = ["--import-mode=importlib"]\n'
        'markers = ["check(*functions, points, hint): what a check asks for"]\n',
        encoding="utf-8",
    )
    return tmp_path


def test_a_learner_hears_which_exercise_to_write_first(copy: Path) -> None:
    said = self_check(copy)
    assert "to do: write polynomial_features in exercises/overfitting first" in said
    assert "Next: write `polynomial_features` in exercises/overfitting/overfitting.py." in said


def test_a_learner_hears_which_file_is_missing(copy: Path) -> None:
    shutil.rmtree(copy / "exercises" / "overfitting")
    assert "builds on exercises/overfitting/overfitting.py, which is missing" in self_check(copy)
