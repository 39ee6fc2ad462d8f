"""A course, and what learners hand in: the notebooks of the tests and of the benchmark."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from graders.notebooks.course import write_course
from graders.notebooks.parts import parts
from graders.notebooks.source import REFERENCES
from graders.stubs import BEGIN, END

Notebook = dict[str, Any]
#: nbgrader's own preprocessors: what is left of the configuration without the box.
STOCK = """
c = get_config()
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\\nraise NotImplementedError()"}
"""


def make(folder: Path, *exercises: str) -> Path:
    """A course with the given exercises, released."""
    write_course(folder, exercises)
    for exercise in exercises:
        nbgrader(folder, "generate_assignment", exercise, check=True)
    return folder


def nbgrader(
    folder: Path, *arguments: str, check: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run nbgrader in a course, with its messages on stderr kept."""
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode:
        raise AssertionError(done.stderr)
    return done


def released(folder: Path, exercise: str = "ridge") -> Notebook:
    path = folder / "release" / exercise / f"{exercise}.ipynb"
    content: Notebook = json.loads(path.read_text(encoding="utf-8"))
    return content


def submit(folder: Path, student: str, content: Notebook | str, exercise: str = "ridge") -> Path:
    """Put a notebook (or any text) where nbgrader collects it."""
    path = folder / "submitted" / student / exercise / f"{exercise}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def cell(content: Notebook, grade_id: str) -> dict[str, Any]:
    return next(c for c in content["cells"] if id_of(c) == grade_id)


def id_of(content: Mapping[str, Any]) -> str | None:
    grade_id: str | None = content["metadata"].get("nbgrader", {}).get("grade_id")
    return grade_id


def solutions(exercise: str = "ridge") -> dict[str, str]:
    """The reference's solution cells by grade id, without markers."""
    text = (REFERENCES / f"{exercise}.py").read_text(encoding="utf-8")
    found = {}
    for part in parts(text):
        if part.kind != "given":
            name = part.name if part.kind == "helpers" else f"solution_{part.name}"
            lines = (x for x in part.source.splitlines() if x.strip() not in (BEGIN, END))
            found[name] = "\n".join(lines)
    return found


def answered(folder: Path, exercise: str = "ridge", **changes: str | None) -> Notebook:
    """The released notebook with every answer right, but for the cells in `changes`.

    None leaves a cell as it was released.
    """
    content = released(folder, exercise)
    for grade_id, source in (solutions(exercise) | changes).items():
        if source is not None:
            cell(content, grade_id)["source"] = source
    return content


def everyone(folder: Path) -> dict[str, Notebook | str]:
    """What fourteen learners of `ridge` hand in."""
    right = solutions()
    wrong = right["solution_ridge_closed_form"].replace("penalty = n * lam", "penalty = lam")
    learners: dict[str, Notebook | str] = {
        "right": answered(folder),
        "right_by_sklearn": answered(folder, solution_ridge_closed_form=BY_SKLEARN),
        "wrong": answered(folder, solution_ridge_closed_form=wrong),
        "half": answered(folder, solution_sklearn_alpha=None, solution_predict=None),
        "empty": released(folder),
        "not_a_notebook": "Dear teacher, I could not open it.\n",
        "endless": answered(folder, solution_predict=ENDLESS),
        "exits": answered(folder, solution_predict=EXITS),
        "warns": answered(folder, helpers=WARNS + right["helpers"].replace(CHECKS, CHECKS + SAYS)),
        "scratch": answered(folder, solution_predict=right["solution_predict"] + SCRATCH),
    }
    for name, change in CHANGES.items():
        content = answered(folder)
        change(content)
        learners[name] = content
    return learners


BY_SKLEARN = """\
from sklearn.linear_model import Ridge

def ridge_closed_form(X, y, lam):
    X, y, lam = _check(X, y, lam)
    if lam == 0:
        U, s, Vt = _svd(X)
        coef = Vt.T @ ((U.T @ (y - y.mean())) / s)
    else:
        coef = Ridge(alpha=len(y) * lam, solver="svd").fit(_centre(X), y - y.mean()).coef_
    return LinearFit(coef, y.mean() - X.mean(axis=0) @ coef)
"""
ENDLESS = """\
def predict(fit, X):
    while True:
        pass
"""
EXITS = """\
import os

def predict(fit, X):
    os._exit(0)
"""
WARNS = """\
import sys, warnings
warnings.warn("this is experimental")
"""
CHECKS = "    X = np.asarray(X, dtype=np.float64)\n"
SAYS = '    print("DeprecationWarning: still works", file=sys.stderr)\n'
SCRATCH = """

print(predict(ridge_closed_form(my_data, my_labels, 0.1), my_data))
"""


def _delete_cells(content: Notebook) -> None:
    """Every hidden check but one, the given code and the visible checks are gone."""
    gone = {"given", "self_check"} | {
        id_of(c) for c in content["cells"] if (id_of(c) or "").startswith("check_min")
    }
    content["cells"] = [c for c in content["cells"] if id_of(c) not in gone]


def _duplicate_cells(content: Notebook) -> None:
    """An old attempt stands above the answer, under the same id; so do two checks."""
    old = copy.deepcopy(cell(content, "solution_predict"))
    old["source"] = "def predict(fit, X):\n    return None\n"
    twice = [copy.deepcopy(c) for c in content["cells"] if (id_of(c) or "").startswith("check_")]
    content["cells"] = [old, *twice[:2], *content["cells"]]
    for index, each in enumerate(content["cells"]):
        each["id"] = f"c{index}"


def _change_types(content: Notebook) -> None:
    """Answers and checks became text, metadata is of an old schema or nonsense."""
    for grade_id, kind in (("solution_predict", "raw"), ("check_predictions", "markdown")):
        changed = cell(content, grade_id)
        changed["cell_type"] = kind
        for key in ("outputs", "execution_count"):
            changed.pop(key, None)
    cell(content, "solution_sklearn_alpha")["metadata"]["nbgrader"]["schema_version"] = 1
    cell(content, "check_sklearn_alpha")["metadata"]["nbgrader"]["points"] = "many"
    cell(content, "helpers")["metadata"]["nbgrader"] = {"grade_id": "helpers"}
    content["cells"][0]["metadata"] = {"nbgrader": {"grade": True, "locked": 5}}
    content["cells"][1]["metadata"] = {"nbgrader": "yes"}
    content["metadata"]["kernelspec"] = {"name": "no-such-kernel", "display_name": "x"}


def _break_one_cell(content: Notebook) -> None:
    """One answer is no Python; the others are right."""
    cell(content, "solution_predict")["source"] = "def predict(fit, X)\n    return X @ fit.coef\n"


CHANGES: dict[str, Callable[[Notebook], None]] = {
    "cells_deleted": _delete_cells,
    "cells_duplicated": _duplicate_cells,
    "types_changed": _change_types,
    "one_cell_broken": _break_one_cell,
}
