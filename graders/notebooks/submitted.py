"""Grades a notebook that was handed in: its solution cells as text, through `graders.grading`."""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exercises.catalog import find
from graders.grading import grade
from graders.intake.cells import solution_code
from graders.intake.sources import MAX_NOTEBOOK, MAX_SOURCE, Unreadable
from graders.notebooks.expected import ExpectedCell
from graders.report import Report

Grade = Callable[[str, dict[str, bytes]], Report]


@dataclass(frozen=True)
class Submitted:
    """A graded notebook: its report, the files that went into the box, and notes on reading it."""

    report: Report
    files: dict[str, bytes]
    notes: tuple[str, ...]


def grade_notebook(
    exercise: str,
    notebook: Any,
    expected: Mapping[str, ExpectedCell],
    earlier: Sequence[Path] = (),
    grade: Grade = grade,
) -> Submitted:
    """Grade the solution cells of a notebook, and what other cells define.

    Where they cannot be imported as they stand, because a call outside of every function fails or
    a cell is no Python, the imports and definitions alone are graded.

    Parameters
    ----------
    notebook : restored by `trust.restore`.
    expected : the source notebook's cells by grade id.
    earlier : folders that may hold the exercises a project builds on.
    grade : what grades an exercise's files.
    """
    notes: list[str] = []
    cells = [cell for cell in notebook.cells if _counts(cell, expected)]
    files = answer_files(exercise, notebook, expected, earlier)
    report = grade(exercise, files)
    if report.status != "error":
        return Submitted(report, files, ())
    reason = report.checks[0].message if report.checks else ""
    kept = []
    for cell in cells:
        if _is_python(cell.source):
            plain = copy.deepcopy(cell)
            plain.metadata = {}
            kept.append(plain)
        else:
            notes.append(f"{_name(cell)} is not valid Python and was left out.")
    again = files | {f"{exercise}.py": _code(kept)}
    second = grade(exercise, again)
    if second.status == "error":
        return Submitted(report, files, (reason,))
    return Submitted(second, again, (f"{reason} Its definitions alone were graded.", *notes))


def answer_files(
    exercise: str,
    notebook: Any,
    expected: Mapping[str, ExpectedCell],
    earlier: Sequence[Path] = (),
) -> dict[str, bytes]:
    """What of a notebook goes into the box, see `grade_notebook`."""
    files = _modules_of(exercise, earlier)
    files[f"{exercise}.py"] = _code([cell for cell in notebook.cells if _counts(cell, expected)])
    return files


def earlier_work(notebook: str) -> list[Path]:
    """Where a project may find what it builds on: the learner's other hand-ins."""
    folder = Path(notebook).parent
    return [folder, *sorted(folder.parent.glob("*/"))]


def _counts(cell: Any, expected: Mapping[str, ExpectedCell]) -> bool:
    """Whether a cell can be part of the answer: code that is not graded itself."""
    wanted = expected.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
    graded = wanted is not None and wanted.grade and not wanted.solution
    return cell.cell_type == "code" and not graded and not _is_unanswered(cell.source)


def _is_unanswered(source: str) -> bool:
    """nbgrader's own stub outside of any function: it stands where helpers could have gone."""
    code = [line for line in source.splitlines() if line.strip() and not line.startswith("#")]
    return code == ["raise NotImplementedError()"]


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _name(cell: Any) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id") or "A cell")


def _code(cells: Sequence[Any]) -> bytes:
    code, _ = solution_code(json.dumps({"cells": list(cells)}).encode())
    return code


def _modules_of(exercise: str, folders: Sequence[Path]) -> dict[str, bytes]:
    """The modules that a project imports: the learner's own, from a file or a notebook."""
    files: dict[str, bytes] = {}
    for name in find(exercise).uses:
        for folder in folders:
            module, notebook = folder / f"{name}.py", folder / f"{name}.ipynb"
            if is_sound(module, MAX_SOURCE):
                files[f"{name}.py"] = module.read_bytes()
            elif is_sound(notebook, MAX_NOTEBOOK):
                try:
                    files[f"{name}.py"], _ = solution_code(notebook.read_bytes())
                except Unreadable:
                    continue
            else:
                continue
            break
    return files


def is_sound(path: Path, most: int) -> bool:
    """An ordinary file of a size that can be read; links are not followed."""
    return path.is_file() and not path.is_symlink() and path.stat().st_size <= most
