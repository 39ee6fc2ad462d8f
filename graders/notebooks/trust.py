"""Brings what a learner handed in back to the shape of the source notebook.

A learner may have deleted, copied, retyped or retagged cells, by accident or on purpose. Of all
that a notebook says about itself only grade ids are kept, and what they mean is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import nbformat

from graders.notebooks.expected import ExpectedCell
from graders.notebooks.ids import METADATA

_IMAGES = {"image/png", "image/jpeg", "image/gif"}
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
#: The use of an attachment; nbconvert gives up on a notebook where it is missing.
_ATTACHED = re.compile(r"attachment:([^)\s\"'>]*)")
#: Where HTML would begin in Markdown: a tag, a comment, a declaration.
_MARKUP = re.compile(r"<(?=[A-Za-z/!?])")


def restore(notebook: Any, expected: Mapping[str, ExpectedCell]) -> list[str]:
    """Rebuild every cell's type and metadata in place, add missing graded cells; says what it did.

    Parameters
    ----------
    notebook : as nbformat read it from a learner's file.
    expected : the source notebook's cells by grade id.

    Returns
    -------
    One sentence for each graded or solution cell that was changed, missing or there twice.
    """
    said: list[str] = []
    cells: list[Any] = [cell for cell in notebook.cells if isinstance(cell, dict)]
    notebook.metadata = nbformat.from_dict(METADATA)
    known: dict[str, Any] = {}
    # the last copy counts, as it does when the cells are run
    for cell in reversed(cells):
        grade_id = _grade_id(cell)
        wanted = expected.get(grade_id) if grade_id is not None else None
        if wanted is not None and wanted.grade_id in known:
            said.append(f"Cell {grade_id} is there more than once; the last one counts.")
            wanted = None
        if wanted is None:
            _plain(cell)
            continue
        known[wanted.grade_id] = cell
        if cell.get("cell_type") != wanted.cell_type:
            said.append(f"Cell {grade_id} was of type {cell.get('cell_type')}.")
        _become(cell, wanted)
    given = 0
    for each in expected.values():
        if each.grade_id in known:
            continue
        if each.max_score is not None or each.locked:
            cell = nbformat.from_dict({"id": each.grade_id[:64], "source": each.source})
            _become(cell, each)
            # given code goes first, since answers build on it; what is graded goes last
            first = each.cell_type == "code" and not each.grade
            cells.insert(given if first else len(cells), cell)
            given += first
        said.append(f"Cell {each.grade_id} was missing.")
    notebook.cells = cells
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    _number(cells)
    return said


def _grade_id(cell: Mapping[str, Any]) -> str | None:
    metadata = cell.get("metadata")
    mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = mark.get("grade_id") if isinstance(mark, dict) else None
    return grade_id if isinstance(grade_id, str) else None


def _text(cell: Mapping[str, Any]) -> str:
    source = cell.get("source")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def _plain(cell: Any) -> None:
    # a raw cell would go into a page as it is
    _reset(cell, "code" if cell.get("cell_type") == "code" else "markdown", {})


def _become(cell: Any, wanted: ExpectedCell) -> None:
    _reset(cell, wanted.cell_type, {"nbgrader": wanted.metadata})
    if wanted.locked:
        cell["source"] = wanted.source


def _reset(cell: Any, kind: str, metadata: dict[str, Any]) -> None:
    """The cell's text in a cell of that kind; nothing else of it is kept but safe images."""
    text, identity = _text(cell), cell.get("id")
    attachments = _images(cell.get("attachments")) if kind == "markdown" else {}
    cell.clear()
    cell["id"] = identity
    cell["cell_type"] = kind
    cell["metadata"] = nbformat.from_dict(metadata)
    cell["source"] = text
    if kind == "code":
        cell["execution_count"], cell["outputs"] = None, []
    elif kind == "markdown":
        cell["source"] = _ATTACHED.sub(
            lambda found: found[0] if found[1] in attachments else found[1],
            _MARKUP.sub("&lt;", text),
        )
        if attachments:
            cell["attachments"] = nbformat.from_dict(attachments)


def _images(attachments: Any) -> dict[str, dict[str, str]]:
    """The attached pictures; anything else could be markup that runs where it is read."""
    kept: dict[str, dict[str, str]] = {}
    for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
        for kind, data in bundle.items() if isinstance(bundle, dict) else ():
            if kind in _IMAGES and isinstance(data, str) and _BASE64.fullmatch(data):
                kept[str(name)] = {kind: data}
    return kept


def _number(cells: list[Any]) -> None:
    """Ids that are valid and unique, whatever the learner's editor wrote."""
    seen: set[str] = set()
    for index, cell in enumerate(cells):
        identity = cell.get("id")
        valid = isinstance(identity, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", identity)
        if not valid or identity in seen:
            identity = f"cell-{index}"
            while identity in seen:
                identity += "-"
        cell["id"] = identity
        seen.add(identity)
