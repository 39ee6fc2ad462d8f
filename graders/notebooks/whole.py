"""Keeps the course's notebooks whole: each can be made, twice alike, and fits its exercise."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from exercises.catalog import Exercise, catalog
from graders.grading import checks_of
from graders.notebooks.course import assignment, is_ready
from graders.notebooks.ids import CHECK, SOLUTION
from graders.stubs import BEGIN, END


def problems() -> Iterator[str]:
    """Every way in which a notebook does not fit its exercise, one sentence each."""
    for exercise in catalog().values():
        if is_ready(exercise):
            yield from (f"{exercise.name}.ipynb {said}" for said in _problems(exercise))


def _problems(exercise: Exercise) -> Iterator[str]:
    name = exercise.name
    try:
        files = assignment(name)
    except ValueError as error:
        yield f"cannot be made, {error}"
        return
    if assignment(name) != files:
        yield "is another one each time it is made"
    cells = json.loads(files[f"{name}.ipynb"])["cells"]
    ids = [grade_id for cell in cells if (grade_id := _grade_id(cell))]
    for grade_id in sorted({each for each in ids if ids.count(each) > 1}):
        yield f"has two cells called {grade_id}"
    for grade_id in ids:
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", grade_id):
            yield f"has a cell called {grade_id!r}, which nbgrader does not take"
    for function in exercise.functions:
        if SOLUTION + function not in ids:
            yield f"has no solution cell for {function}, or no solution marked in it"
    worth = {_grade_id(cell): cell["metadata"]["nbgrader"].get("points") for cell in _marked(cells)}
    for check in checks_of(name):
        if not check.visible and worth.get(CHECK + check.id) != check.points:
            yield f"has no cell worth {check.points:g} for check {check.id}"
    for cell in cells:
        text = "".join(cell["source"])
        markers = text.count(BEGIN) + text.count(END)
        if markers and not cell["metadata"].get("nbgrader", {}).get("solution"):
            yield "has a solution outside of solution cells"
    yield from (f"has a picture that is missing, {path}" for path in _missing(cells, files))


def _missing(cells: list[Any], files: dict[str, bytes]) -> Iterator[str]:
    for cell in cells:
        if cell["cell_type"] == "markdown":
            for path in re.findall(r"!\[[^]]*\]\(([^)\s]+)\)", "".join(cell["source"])):
                if "://" not in path and path not in files:
                    yield path


def _marked(cells: list[Any]) -> Iterator[Any]:
    return (cell for cell in cells if "nbgrader" in cell["metadata"])


def _grade_id(cell: Any) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))
