"""Writes a course folder for nbgrader: configuration, source notebooks and what goes with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from exercises import catalog as catalog_module
from exercises.catalog import Exercise, catalog, find
from graders.notebooks.source import notebook

EXERCISES = Path(catalog_module.__file__).parent
HERE = Path(__file__).parent
#: Modules that the visible checks and the figures stand on.
_SUPPORT = ("catalog.py", "checking.py", "conftest.py", "loading.py", "plotting.py")

CONFIG = '''\
"""nbgrader's configuration for a course made by penaltybox; edit it as any other."""

from graders.notebooks.autograde import GradeInBox, TrustOnlyIds
from graders.notebooks.engines import keep_engines
from graders.notebooks.release import ClearToStub
from graders.notebooks.saving import OnlyKnownCells, SaveGrades
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.preprocessors import CheckCellMetadata, ClearSolutions, Execute, SaveAutoGrades

c = get_config()  # noqa: F821

# c.CourseDirectory.course_id = "regularization-101"

# What learners see of a hidden check: "title", "message" or "counterexample".
c.GradeInBox.reveal = "message"
# Run the notebooks too, for their figures in the feedback; the score does not depend on it.
c.GradeInBox.figures = False

# Grading in the box takes the place of running the notebook. Take these two lists away, and the
# same notebooks are graded by nbgrader alone, in one process with the submission: see README.md.
# TrustOnlyIds does what ClearOutput, DeduplicateIds, OverwriteKernelspec and OverwriteCells do,
# and more, from a single look into the gradebook.
c.Autograde.sanitize_preprocessors = [TrustOnlyIds]
in_the_box = {
    Execute: GradeInBox,
    SaveAutoGrades: SaveGrades,
    CheckCellMetadata: OnlyKnownCells,
}
c.Autograde.autograde_preprocessors = [
    in_the_box.get(each, each) for each in Autograde().autograde_preprocessors
]

# For speed alone: statements for the gradebook are compiled once, and a notebook is validated when
# all preprocessors are done with it instead of after each.
keep_engines()
c.Exporter.optimistic_validation = True

# Stubs as in the kit: each says which function is still to do.
c.GenerateAssignment.preprocessors = [
    ClearToStub if each is ClearSolutions else each
    for each in GenerateAssignment().preprocessors
]
'''


class CourseExists(Exception):
    """The folder holds a file that would be overwritten; the message is a sentence for people."""


def write_course(
    folder: Path,
    exercises: Sequence[str] = (),
    done: Callable[[str], None] = lambda name: None,
) -> list[Path]:
    """Write the course and return the notebooks, in the order of the catalog.

    Parameters
    ----------
    folder : made if it does not exist; exercises that it already has are not overwritten.
    exercises : names of the catalog; all that are ready by default.
    done : told the name of each exercise that was written.

    Raises
    ------
    LookupError : if there is no such exercise.
    CourseExists : if an exercise is already in the folder.
    """
    chosen = [find(name) for name in exercises] or [e for e in catalog().values() if is_ready(e)]
    for exercise in chosen:
        target = folder / "source" / exercise.name
        if target.exists():
            raise CourseExists(
                f"{target} already exists; move it away to have it made again, or name other "
                "exercises with --exercise."
            )
    folder.mkdir(parents=True, exist_ok=True)
    _write_once(folder / "nbgrader_config.py", CONFIG)
    _write_once(folder / "README.md", (HERE / "README.md").read_text(encoding="utf-8"))
    written = []
    for exercise in chosen:
        files = assignment(exercise.name)
        for name, content in files.items():
            path = folder / "source" / exercise.name / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        written.append(folder / "source" / exercise.name / f"{exercise.name}.ipynb")
        done(exercise.name)
    return written


def assignment(name: str) -> dict[str, bytes]:
    """The files of an exercise's source folder: the notebook, its figure, the self-check."""
    exercise = find(name)
    files = {f"{name}.ipynb": notebook(name)}
    picture = exercise.folder / "figure.png"
    if picture.exists():
        files["figure.png"] = picture.read_bytes()
    for path, text in selfcheck(exercise):
        files[f"selfcheck/{path}"] = text.encode()
    files["selfcheck/catalog.toml"] = (EXERCISES / "catalog.toml").read_bytes()
    return files


def selfcheck(exercise: Exercise) -> Iterator[tuple[str, str]]:
    """The modules of the package `selfcheck` for one exercise, path and text."""
    modules = {"__init__.py": HERE / "selfcheck.py"}
    modules |= {name: EXERCISES / name for name in _SUPPORT}
    for kind in ("test", "plot"):
        file = f"{kind}_{exercise.name}.py"
        modules[f"{exercise.name}/{file}"] = exercise.folder / file
    for path, module in modules.items():
        text = module.read_text(encoding="utf-8")
        yield path, re.sub(r"^(\s*(?:from|import) )exercises\b", r"\1selfcheck", text, flags=re.M)


def is_ready(exercise: Exercise) -> bool:
    """Whether the kit has all that a notebook is made of; the catalog may be ahead of it."""
    return exercise.self_check.exists() and (exercise.folder / "README.md").exists()


def _write_once(path: Path, text: str) -> None:
    """A second `init` adds exercises to a course; it leaves the instructor's settings alone."""
    if not path.exists():
        path.write_text(text, encoding="utf-8")
