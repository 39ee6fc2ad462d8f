"""Submissions to `ridge` that know nothing of ridge regression and want full marks."""

from __future__ import annotations

from collections.abc import Callable

from tests.nbgrader.course import Notebook, cell, id_of, released, solutions

#: Every function is there, and every answer is wrong.
WRONG = """\
def ridge_closed_form(X, y, lam):
    return LinearFit(np.zeros(np.shape(X)[1]), 0.0)

def predict(fit, X):
    return np.zeros(len(X))

def sklearn_alpha(lam, n_samples):
    return 0.0

def effective_degrees_of_freedom(X, lam):
    return 0.0
"""

#: Cells that come after are emptied before they run.
TRANSFORMER = """
try:
    get_ipython().input_transformers_post.append(lambda lines: [])
except NameError:
    pass
"""

#: Every float is shown as more than any check is worth ... no: as what the cell is worth.
FORMATTER = """
try:
    import json, re
    worth = {}
    for line in open("ridge.ipynb"):
        found = re.search(r'"# .*\\((\\d+) points?\\)', line)
        if found:
            worth[len(worth)] = found[1]
    shown = iter(worth.values())
    formatter = get_ipython().display_formatter.formatters["text/plain"]
    formatter.for_type(float, lambda value, printer, cycle: printer.text(next(shown, "0.0")))
except Exception:
    pass
"""

#: Everybody gets a hundred points more.
EXTRA_CREDIT = """
try:
    import pathlib, sqlite3
    for folder in pathlib.Path.cwd().parents:
        if (folder / "gradebook.db").exists():
            with sqlite3.connect(folder / "gradebook.db") as gradebook:
                gradebook.execute("UPDATE grade SET extra_credit = 100.0")
            break
except Exception:
    pass
"""

#: The gradebook holds the hidden tests; they say where the checks are, and those where the answer.
READER = """
try:
    import importlib, pathlib, sqlite3
    for folder in pathlib.Path.cwd().parents:
        if (folder / "gradebook.db").exists():
            gradebook = sqlite3.connect(folder / "gradebook.db")
            sources = [row[0] for row in gradebook.execute("SELECT source FROM source_cell")]
            print("HIDDEN TESTS:", [s for s in sources if "BEGIN HIDDEN TESTS" in s][:1])
            break
    for line in open("ridge.ipynb"):
        if "HIDDEN TESTS" in line:
            print("HIDDEN TESTS:", line)
            break
    answer = importlib.import_module("reference.ridge")
    globals().update({name: getattr(answer, name) for name in dir(answer) if name[0] != "_"})
except Exception:
    pass
"""

#: The words of the checks are replaced; in a kernel they are the grader's own.
PATCHES = """
try:
    import sys
    import graders.checks
    import exercises.checking as words
    import numpy as np
    for name in ("ensure", "close", "rejects", "gives_no_warning", "leaves_arguments_alone"):
        setattr(words, name, lambda *args, **kwargs: None)
except Exception:
    pass
"""

#: Compares as equal to, below and above everything.
AGREES = """
class Agrees(float):
    def __eq__(self, other):
        return True
    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __hash__ = float.__hash__
    def __sub__(self, other):
        return Agrees(0.0)
    __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __abs__ = __sub__

def sklearn_alpha(lam, n_samples):
    return Agrees(0.0)

def effective_degrees_of_freedom(X, lam):
    return Agrees(0.0)
"""


def _skip(content: Notebook) -> None:
    for each in content["cells"]:
        if (id_of(each) or "").startswith("check_"):
            each["metadata"]["tags"] = ["skip-execution"]


def attacks(folder: object) -> dict[str, Notebook]:
    """The attacking notebooks by name, from what a course released."""
    return {
        "transformer": _with(folder, TRANSFORMER),
        "formatter": _with(folder, FORMATTER),
        "extra_credit": _with(folder, EXTRA_CREDIT),
        "reader": _with(folder, READER),
        "patches": _with(folder, PATCHES),
        "agrees": _with(folder, AGREES),
        "skips": _with(folder, "", _skip),
    }


def _with(
    folder: object, attack: str, change: Callable[[Notebook], None] = lambda content: None
) -> Notebook:
    content = released(folder)  # type: ignore[arg-type]
    for grade_id in solutions():
        cell(content, grade_id)["source"] = "# done below"
    cell(content, "solution_effective_degrees_of_freedom")["source"] = WRONG + attack
    change(content)
    return content
