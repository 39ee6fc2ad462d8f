"""Runs a whole notebook in the box, for what it prints and draws; no score comes of it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import numpy as np

from exercises.catalog import find
from graders import sandbox
from graders.grading import limits_of
from graders.intake.cells import plain_python
from graders.notebooks.course import selfcheck
from graders.notebooks.driver import MAX_PICTURES
from graders.notebooks.expected import ExpectedCell
from graders.notebooks.ids import EARLIER_WORK

DRIVER = Path(__file__).with_name("driver.py")
#: Of one cell: characters of text, and bytes of one picture.
MAX_TEXT, MAX_PICTURE = 20_000, 2 << 20
_PNG = b"\x89PNG\r\n\x1a\n"


def show_outputs(
    notebook: Any,
    exercise: str,
    expected: Mapping[str, ExpectedCell],
    files: Mapping[str, bytes],
    *,
    isolation: sandbox.Isolation = "sandbox",
) -> None:
    """Run every code cell that is not graded, and give it what it printed and drew as output.

    Whatever comes back is taken for text and PNG files, never for markup. A cell that hangs or
    ends the process is the last that is run.

    Parameters
    ----------
    files : what the notebook was graded with; a project's earlier exercises are among them.
    """
    entry = find(exercise)
    beside = {name: content for name, content in files.items() if name != f"{exercise}.py"}
    beside |= {
        f"selfcheck/{path}": text.encode()
        for path, text in selfcheck(entry)
        if "conftest" not in path and "test_" not in path
    }
    beside["driver.py"] = DRIVER.read_bytes()
    sources = {f"{i}.py": c.source.encode("utf-8", "replace") for i, c in enumerate(notebook.cells)}
    session = sandbox.Session(
        beside,
        "driver.py",
        preload=sandbox.preload_for(sources, torch=entry.torch),
        limits=limits_of(entry),
        isolation=isolation,
    )
    with session:
        for number, cell in enumerate(notebook.cells):
            if not _is_run(cell, expected):
                continue
            try:
                answer = session.call("run_cell", plain_python(cell.source), f"cell {number}")
            except (sandbox.Interrupted, sandbox.SubmissionRaised, sandbox.BadReturn) as error:
                cell.outputs = [_text(f"This cell was stopped: {error}.")]
                return
            cell.outputs = outputs(answer)


def outputs(answer: Any) -> list[Any]:
    """An answer of the driver's as notebook outputs; what is not text or PNG is left out."""
    found: list[Any] = []
    if not isinstance(answer, dict):
        return found
    text, pictures = answer.get("text"), answer.get("pictures")
    if isinstance(text, str) and text.strip():
        found.append(_text(text[:MAX_TEXT]))
    for picture in pictures[:MAX_PICTURES] if isinstance(pictures, list) else ():
        if not isinstance(picture, np.ndarray) or picture.dtype != np.uint8:
            continue
        content = picture.tobytes()
        if content.startswith(_PNG) and len(content) <= MAX_PICTURE:
            data = {"image/png": base64.b64encode(content).decode("ascii")}
            found.append(nbformat.v4.new_output("display_data", data=data))
    return found


def _is_run(cell: Any, expected: Mapping[str, ExpectedCell]) -> bool:
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    wanted = expected.get(grade_id)
    graded = wanted is not None and wanted.grade and not wanted.solution
    return cell.cell_type == "code" and not graded and grade_id != EARLIER_WORK


def _text(text: str) -> Any:
    return nbformat.v4.new_output("stream", name="stdout", text=text.rstrip("\n") + "\n")
