"""Clears solutions as the kit's stubs do, when nbgrader generates an assignment."""

from __future__ import annotations

from typing import Any

from nbgrader import utils
from nbgrader.preprocessors import ClearSolutions

from graders.stubs import BEGIN, stub


class ClearToStub(ClearSolutions):  # type: ignore[misc]
    """Takes the place of `ClearSolutions`: a stub names its function, helpers leave no trace.

    nbgrader's own would put a `raise NotImplementedError()` where helpers stood, which stops a
    learner who runs all cells and needs no helpers.
    """

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        if cell.cell_type == "code" and utils.is_solution(cell) and BEGIN in cell.source:
            cell.source = stub(cell.source).rstrip("\n")
            return cell, resources
        cleared: tuple[Any, Any] = super().preprocess_cell(cell, resources, cell_index)
        return cleared
