"""What the gradebook knows of a notebook's cells, the only word on them that is trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

import nbformat
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import MetadataValidator


@dataclass(frozen=True)
class ExpectedCell:
    """A cell of the source notebook.

    `max_score` is None where the cell is not graded; `task` and `solution` as nbgrader means them.
    """

    grade_id: str
    cell_type: str
    source: str
    locked: bool
    solution: bool
    task: bool
    max_score: float | None
    checksum: str | None

    @property
    def grade(self) -> bool:
        return self.max_score is not None and not self.task

    @property
    def metadata(self) -> dict[str, Any]:
        """The cell's metadata in nbgrader's schema, version 3."""
        mark: dict[str, Any] = {
            "schema_version": 3,
            "grade_id": self.grade_id,
            "grade": self.grade,
            "solution": self.solution,
            "locked": self.locked,
            "task": self.task,
            "cell_type": self.cell_type,
        }
        if self.max_score is not None:
            mark["points"] = self.max_score
        if self.checksum is not None:
            mark["checksum"] = self.checksum
        return mark


def expected_cells(resources: Mapping[str, Any], run: Any = None) -> Mapping[str, ExpectedCell]:
    """The cells of the notebook that nbgrader is at, by grade id.

    Parameters
    ----------
    resources : as nbgrader gives them to a preprocessor.
    run : the exporter of one run of nbgrader's, which is a preprocessor's parent. While there is
        one, the gradebook is asked once for all its submissions.

    Raises
    ------
    ValidationError : if a cell's mark does not follow nbgrader's schema.
    """
    at = resources["nbgrader"]
    key = (at["db_url"], at["assignment"], at["notebook"])
    known = {} if run is None else _looked_up.setdefault(run, {})
    if key not in known:
        known[key] = MappingProxyType(_look_up(*key))
    return known[key]


_looked_up: WeakKeyDictionary[Any, dict[tuple[str, str, str], Mapping[str, ExpectedCell]]] = (
    WeakKeyDictionary()
)


def _look_up(db_url: str, assignment: str, name: str) -> dict[str, ExpectedCell]:
    with Gradebook(db_url) as gradebook:
        notebook = gradebook.find_notebook(name, assignment)
        graded = {cell.name: float(cell.max_score) for cell in notebook.grade_cells}
        tasks = {cell.name: float(cell.max_score) for cell in notebook.task_cells}
        solutions = {cell.name for cell in notebook.solution_cells}
        found = {
            cell.name: ExpectedCell(
                grade_id=cell.name,
                cell_type=cell.cell_type,
                source=cell.source,
                # read-only text and code; nbgrader counts a task as locked too
                locked=bool(cell.locked),
                solution=cell.name in solutions,
                task=cell.name in tasks,
                max_score=(graded | tasks).get(cell.name),
                checksum=cell.checksum,
            )
            for cell in notebook.source_cells
        }
    validator = MetadataValidator()
    for each in found.values():
        mark = {"cell_type": each.cell_type, "metadata": {"nbgrader": each.metadata}, "source": ""}
        validator.validate_cell(nbformat.from_dict(mark))
    return found
