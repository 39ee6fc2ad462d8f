"""Makes an exercise's source notebook out of its brief, its reference and its checks.

The notebook is written as a percent script, read by jupytext and written by nbformat. The same kit
gives the same bytes: nothing in it depends on time, place or chance.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jupytext
import nbformat

from exercises.catalog import Exercise, find
from graders.grading import checks_of
from graders.notebooks.ids import CHECK, EARLIER_WORK, METADATA, QUESTION, SELF_CHECK, SOLUTION
from graders.notebooks.parts import Part, parts
from graders.notebooks.questions import mark_scheme, max_points, questions_for
from graders.runner import CheckRun

REFERENCES = Path(__file__).parents[2] / "reference"

_WRITTEN_BY_HAND = "YOUR ANSWER HERE"


@dataclass(frozen=True)
class _Cell:
    source: str
    markdown: bool = False
    nbgrader: Mapping[str, Any] = field(default_factory=dict)


def notebook(exercise: str) -> bytes:
    """The source notebook of an exercise, solutions, hidden tests and mark schemes included.

    Raises
    ------
    LookupError : if there is no such exercise.
    ValueError : if the reference's solution markers do not pair up.
    """
    cells = list(_cells(find(exercise)))
    content = jupytext.reads("\n\n".join(map(_percent, cells)) + "\n", fmt="py:percent")
    if len(content.cells) != len(cells):
        raise ValueError(f"The text of {exercise} holds a line that begins a cell (# %%).")
    for index, cell in enumerate(content.cells):
        # jupytext draws cell ids at random
        cell.id = cell.metadata.get("nbgrader", {}).get("grade_id", f"cell-{index}")[:64]
    content.metadata = nbformat.from_dict(METADATA)
    content.nbformat, content.nbformat_minor = 4, 5
    nbformat.validate(content)
    text: str = nbformat.writes(content)
    return text.encode() + b"\n"


def _percent(cell: _Cell) -> str:
    option = f" nbgrader={json.dumps(cell.nbgrader)}" if cell.nbgrader else ""
    if not cell.markdown:
        return f"# %%{option}\n{cell.source}"
    lines = (f"# {line}".rstrip() for line in cell.source.splitlines())
    return "\n".join([f"# %% [markdown]{option}", *lines])


def _cells(exercise: Exercise) -> Iterator[_Cell]:
    name = exercise.name
    for section in _sections((exercise.folder / "README.md").read_text(encoding="utf-8")):
        yield _Cell(section, markdown=True)
    yield _Cell(
        "## Your answer\n\nReplace each `raise NotImplementedError` by your own code. You may add "
        "cells; what they define counts too.",
        markdown=True,
    )
    if exercise.uses:
        names = ", ".join(f'"{each}"' for each in exercise.uses)
        yield _Cell(
            f"# Your own earlier work\nfrom selfcheck import use\n\nuse({names})",
            nbgrader=_marked(EARLIER_WORK, locked=True),
        )
    for part in parts((REFERENCES / f"{name}.py").read_text(encoding="utf-8")):
        yield _code(part)
    yield _Cell("## How far you are", markdown=True)
    yield _Cell(
        f'from selfcheck import check\n\ncheck("{name}", globals())',
        nbgrader=_marked(SELF_CHECK, grade=True, locked=True, points=0),
    )
    yield _Cell(f'from selfcheck import figure\n\nfigure("{name}", globals())')
    yield _Cell(
        "## What will be graded\n\nThese run once you have handed in. Leave them as they are.",
        markdown=True,
    )
    for check in checks_of(name):
        if not check.visible:
            yield _hidden(name, check)
    yield from _questions(name)


def _sections(brief: str) -> Iterator[str]:
    """The brief, a cell a section, without the commands for a terminal."""
    text = re.sub(r"```\w*\n(?:(?!```).)*?\b(?:pytest|penaltybox) .*?```\n?", "", brief, flags=re.S)
    text = re.sub(r"\n{3,}", "\n\n", text)
    for section in re.split(r"^(?=## )", text, flags=re.M):
        if section.strip():
            yield section.strip()


def _code(part: Part) -> _Cell:
    match part.kind:
        case "given":
            return _Cell(part.source, nbgrader=_marked(part.name, locked=True))
        case "helpers":
            return _Cell(
                f"# What several of your functions share can go here.\n{part.source}",
                nbgrader=_marked(part.name, solution=True),
            )
        case "function":
            return _Cell(part.source, nbgrader=_marked(SOLUTION + part.name, solution=True))


def _hidden(exercise: str, check: CheckRun) -> _Cell:
    points = _whole(check.points)
    unit = "point" if points == 1 else "points"
    source = f"""\
# {check.title} ({points} {unit})
### BEGIN HIDDEN TESTS
from graders.notebooks.stock import check

check("{exercise}", "{check.id}", {points}, globals())
### END HIDDEN TESTS"""
    return _Cell(source, nbgrader=_marked(CHECK + check.id, grade=True, locked=True, points=points))


def _questions(topic: str) -> Iterator[_Cell]:
    questions = questions_for(topic)
    if questions:
        yield _Cell("## In words\n\nA person reads these answers.", markdown=True)
    for question in questions:
        points = max_points(question)
        scheme = "\n".join(mark_scheme(question))
        yield _Cell(
            f"### {question.prompt.strip()} ({points} points)\n\n"
            f"=== BEGIN MARK SCHEME ===\n\n{scheme}\n\n=== END MARK SCHEME ===",
            markdown=True,
            nbgrader=_marked(
                QUESTION + question.id.replace("-", "_"), task=True, locked=True, points=points
            ),
        )
        yield _Cell(_WRITTEN_BY_HAND, markdown=True)


def _whole(points: float) -> int | float:
    return int(points) if points == int(points) else points


def _marked(
    grade_id: str,
    *,
    grade: bool = False,
    solution: bool = False,
    locked: bool = False,
    task: bool = False,
    points: float | None = None,
) -> dict[str, Any]:
    """A cell's metadata in nbgrader's schema, version 3."""
    mark = {
        "grade": grade,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": task,
    }
    return mark if points is None else mark | {"points": points}
