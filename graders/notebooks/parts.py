"""Cuts a reference into the cells of a notebook: what is given, and one solution per function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from graders.stubs import BEGIN, END


@dataclass(frozen=True)
class Part:
    """A piece of a reference that becomes one code cell.

    `kind` is "given" for what learners get as it is, "helpers" for a solution at the top level,
    "function" for a definition with a solution in it, called `name`.
    """

    kind: Literal["given", "helpers", "function"]
    name: str
    source: str


def parts(reference: str) -> list[Part]:
    """The pieces of `reference/<exercise>.py` in the order of the file, its docstring left out.

    Raises
    ------
    ValueError : with the line, where solution markers do not pair up or cut a definition in two.
    """
    lines = reference.splitlines()
    inside = _top_level_solutions(lines)
    found: list[Part] = []
    position = _end_of_docstring(reference)
    for start, end, kind, name in _pieces(reference, lines, inside):
        _append(found, "given", "given", lines[position:start])
        _append(found, kind, name, lines[start:end])
        position = end
    _append(found, "given", "given", lines[position:])
    return found


def _end_of_docstring(reference: str) -> int:
    tree = ast.parse(reference)
    first = tree.body[0] if tree.body else None
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return (first.end_lineno or 0) if first is not None and is_text else 0


def _top_level_solutions(lines: list[str]) -> list[tuple[int, int]]:
    """The line ranges of solutions that stand outside every definition, markers included."""
    ranges: list[tuple[int, int]] = []
    begun: int | None = None
    for index, line in enumerate(lines):
        if line.strip() == BEGIN:
            if begun is not None:
                raise ValueError(f"line {index + 1}: a solution begins inside a solution")
            begun = index
        elif line.strip() == END:
            if begun is None:
                raise ValueError(f"line {index + 1}: a solution ends that did not begin")
            if line.rstrip() == END:
                ranges.append((begun, index + 1))
            begun = None
    if begun is not None:
        raise ValueError("the last solution does not end")
    return ranges


def _pieces(
    reference: str, lines: list[str], helpers: list[tuple[int, int]]
) -> Iterator[tuple[int, int, Literal["helpers", "function"], str]]:
    """Solutions at the top level and definitions with a solution in them, in order of lines."""
    found: list[tuple[int, int, Literal["helpers", "function"], str]] = [
        (start, end, "helpers", "helpers") for start, end in helpers
    ]
    for node in ast.parse(reference).body:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            continue
        start = min([node.lineno, *(each.lineno for each in node.decorator_list)]) - 1
        end = node.end_lineno or node.lineno
        # the last marker is a comment, which the tree does not count to the definition
        while end < len(lines) and lines[end].startswith((" ", "\t")):
            end += 1
        if any(first <= start < last for first, last in helpers):
            continue
        if any(line.strip() == BEGIN for line in lines[start:end]):
            found.append((start, end, "function", node.name))
    return iter(sorted(found))


def _append(
    found: list[Part],
    kind: Literal["given", "helpers", "function"],
    name: str,
    lines: list[str],
) -> None:
    source = "\n".join(lines).strip("\n")
    if not source.strip():
        return
    taken = sum(part.name == name or part.name.startswith(f"{name}_") for part in found)
    if kind != "function" and taken:
        name = f"{name}_{taken + 1}"
    found.append(Part(kind, name, source))
