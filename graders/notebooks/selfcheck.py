"""In a notebook: runs the self-check and draws the figure with the functions defined there.

A course holds this module as the package `selfcheck` beside each notebook, together with the
modules of `exercises` that it needs, so that learners need not install the kit.
"""

from __future__ import annotations

import ast
import importlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from exercises import checking
from exercises.catalog import find

#: The package that holds the exercises: `exercises`, or `selfcheck` in a course.
PACKAGE = find.__module__.partition(".")[0]


class NotAllPassed(AssertionError):
    """Some of the visible checks do not pass; the message says which and why."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the frames of this module would tell a learner nothing."""
        return str(self).splitlines()


def submission(exercise: str, namespace: Mapping[str, Any]) -> Any:
    """What is defined in a notebook under the interface that checks use."""
    local = importlib.import_module(f"{PACKAGE}.conftest")

    class NotebookSubmission(local.LocalSubmission):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__(find(exercise))
            self._module = _as_module(exercise, namespace)

        def begin_example(self) -> None:
            self.calls.clear()

    return NotebookSubmission()


def check(exercise: str, namespace: Mapping[str, Any]) -> None:
    """Run the visible checks, one line each.

    Parameters
    ----------
    namespace : the notebook's `globals()`.

    Raises
    ------
    NotAllPassed : if a check fails, with what is wrong.
    """
    import pytest

    asked = submission(exercise, namespace)
    tests = importlib.import_module(f"{PACKAGE}.{exercise}.test_{exercise}")
    visible = {name: test for name, test in vars(tests).items() if name.startswith("test_visible_")}
    failed: list[str] = []
    for test in visible.values():
        title = (test.__doc__ or test.__name__).splitlines()[0]
        asked.begin_example()
        try:
            test(asked)
        except checking.CallRaised as error:
            said = f"{error.function} is still to do." if error.to_do else str(error)
        except checking.Failure as error:
            said = error.message
            if error.expected is not None:
                said += f"\n    Expected: {checking.describe(error.expected)}"
        except (Exception, pytest.fail.Exception) as error:
            said = str(error)
        except BaseException as error:
            if type(error).__name__ != "CallTimedOut":
                raise
            said = str(error)
        else:
            print(f"  ✓ {title}")
            continue
        print(f"  ✗ {title}")
        failed.append(f"✗ {title}\n    {said}")
    if failed:
        count = f"{len(failed)} of {len(visible)} checks do not pass yet."
        raise NotAllPassed("\n".join([count, *failed]))
    print(f"All {len(visible)} checks pass.")


def figure(exercise: str, namespace: Mapping[str, Any]) -> Any:
    """The exercise's figure, drawn with the notebook's functions; None, and why, if that fails."""
    from matplotlib import pyplot as plt

    plotting = importlib.import_module(f"{PACKAGE}.{exercise}.plot_{exercise}")
    try:
        picture = plotting.figure(_as_module(exercise, namespace))
    except NotImplementedError as error:
        print(f"The figure needs a function that is still to do. {error}".strip())
        return None
    except Exception as error:
        print(f"The figure cannot be drawn: {type(error).__name__}: {error}")
        return None
    plt.close(picture)
    return picture


def use(*exercises: str) -> None:
    """Make your earlier exercises importable by name, from their notebooks or modules.

    `ridge` is looked for as ridge.py and ridge.ipynb here, in ../ridge and beside this folder.

    Raises
    ------
    FileNotFoundError : if one is not there.
    """
    for name in exercises:
        places = [Path(), Path("..", name), Path("..")]
        files = [place / f"{name}{suffix}" for place in places for suffix in (".py", ".ipynb")]
        found = next((file for file in files if file.is_file()), None)
        if found is None:
            raise FileNotFoundError(
                f"Your {name} is needed here: put {name}.ipynb or {name}.py beside this notebook."
            )
        source = found.read_text(encoding="utf-8")
        module = ModuleType(name)
        module.__file__ = str(found)
        for part in [source] if found.suffix == ".py" else _definitions(source):
            exec(compile(part, str(found), "exec"), vars(module))
        sys.modules[name] = module


def _as_module(exercise: str, namespace: Mapping[str, Any]) -> ModuleType:
    module = ModuleType(exercise)
    vars(module).update(namespace)
    return module


def _definitions(notebook: str) -> list[Any]:
    """The imports, functions, classes and assignments of a notebook's ungraded code cells."""
    wanted = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    bodies: list[Any] = []
    for cell in json.loads(notebook)["cells"]:
        if cell["cell_type"] != "code" or cell["metadata"].get("nbgrader", {}).get("grade"):
            continue
        try:
            tree = ast.parse("".join(cell["source"]))
        except SyntaxError:
            continue
        tree.body = [
            node
            for node in tree.body
            if isinstance(node, wanted) and getattr(node, "module", "") != "selfcheck"
        ]
        bodies.append(tree)
    return bodies
