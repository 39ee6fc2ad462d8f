"""Submissions to `ridge` that know nothing of ridge regression and want full marks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

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

#: Every number is shown as what the cell is worth, which its first line says.
FORMATTER = """
try:
    import re
    shell = get_ipython()

    def points(value, printer, cycle):
        worth = re.search(r"\\((\\d+) points?\\)", shell.user_ns["In"][-1])
        printer.text(worth[1] if worth else repr(value))

    shell.display_formatter.formatters["text/plain"].for_type(float, points)
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

#: What runs a check is replaced; in a kernel it is the grader's own.
PATCHES = """
try:
    import graders.notebooks.stock
    graders.notebooks.stock.check = lambda exercise, check, points, namespace: float(points)
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


def attacks(folder: Path) -> dict[str, Notebook]:
    """The attacking notebooks by name, from what a course released."""
    return {
        "transformer": _with(folder, TRANSFORMER),
        "formatter": _with(folder, FORMATTER),
        "extra_credit": _with(folder, EXTRA_CREDIT),
        "reader": _with(folder, READER),
        "patches": _with(folder, PATCHES),
        "agrees": _with(folder, AGREES),
        "skips": _with(folder, "", _skip),
        "no_attack": _with(folder, ""),
    }


def markup(folder: Path) -> Notebook:
    """Wrong answers, and markup that would run in the browser of whoever grades."""
    script = (
        "<script>document.title = 'forged'</script><img src=x onerror=\"document.title='forged'\">"
    )
    image = {"a.png": {'image/png"><script>document.title="forged"</script>': "x"}}
    cells = [
        {"cell_type": "markdown", "id": "m1", "metadata": {}, "source": f"So **well**. {script}"},
        {"cell_type": "raw", "id": "m2", "metadata": {}, "source": script},
        {
            "cell_type": "markdown",
            "id": "m3",
            "metadata": {},
            "source": "![a](attachment:a.png)",
            "attachments": image,
        },
    ]
    return _with(folder, "", lambda content: content["cells"].extend(cells))


def _with(
    folder: Path, attack: str, change: Callable[[Notebook], None] = lambda content: None
) -> Notebook:
    content = released(folder)
    for grade_id in solutions():
        cell(content, grade_id)["source"] = "# done below"
    cell(content, "solution_effective_degrees_of_freedom")["source"] = WRONG + attack
    change(content)
    return content
