"""Takes the gradable code out of a notebook, as text; nothing of it is executed here."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

from graders.intake.sources import Unreadable

#: Cell magics whose body is ordinary Python.
_PYTHON_MAGICS = {"time", "timeit", "capture", "prun", "python", "python3"}

NO_SOLUTION_CELLS = (
    "no solution cells, so its imports, functions, classes and constants were graded"
)


def solution_code(notebook: bytes) -> tuple[bytes, str]:
    """The Python source that a notebook hands in, and a note (empty where there is none).

    Solution cells are those that nbgrader marked (`solution` in the cell's metadata, schema v1
    to v3) or that carry the tag `solution`; they count whole. Of the other code cells, and of
    every cell in a notebook without solution cells, only imports, functions, classes and
    constant assignments count, and only under names that no solution cell defines: plots,
    experiments and printed answers are left out, as are magics and cells that are graded
    themselves.

    Raises
    ------
    Unreadable : for what is not a notebook of format 4.
    """
    cells = [cell for cell in _cells(notebook) if cell.get("cell_type") == "code"]
    marked = [_is_solution(cell) for cell in cells]
    taken: set[str] = set()
    for cell, solution in zip(cells, marked, strict=True):
        if solution and (tree := _parse(plain_python(_text(cell)))) is not None:
            taken |= {name for node in tree.body for name in _bound(node)}
    parts: list[str] = []
    for cell, solution in zip(cells, marked, strict=True):
        source = plain_python(_text(cell))
        if solution:
            parts.append(source)
        elif not _is_graded(cell):
            parts.append(_definitions(source, taken))
    code = "\n\n\n".join(part.strip("\n") for part in parts if part.strip())
    # a cell may begin with one anywhere in the notebook, a module only at its top
    futures = re.findall(r"^from __future__ import .*$", code, re.MULTILINE)
    if futures:
        rest = re.sub(r"^from __future__ import .*$", "", code, flags=re.MULTILINE)
        code = "\n".join([*dict.fromkeys(futures), rest])
    note = "" if any(marked) else NO_SOLUTION_CELLS
    return (code + "\n").encode(), note


def _cells(notebook: bytes) -> list[dict[str, Any]]:
    try:
        content = json.loads(notebook)
    except (ValueError, RecursionError):
        raise Unreadable("The file is not a notebook: it holds no valid JSON.") from None
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise Unreadable("The file is not a notebook of format 4: it has no list of cells.")
    return cells


def _text(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        return ""
    return source.encode("utf-8", "backslashreplace").decode("utf-8")


def _metadata(cell: dict[str, Any], key: str, kind: type) -> Any:
    metadata = cell.get("metadata")
    value = metadata.get(key) if isinstance(metadata, dict) else None
    return value if isinstance(value, kind) else kind()


def _is_solution(cell: dict[str, Any]) -> bool:
    marked = _metadata(cell, "nbgrader", dict).get("solution") is True
    return marked or "solution" in _metadata(cell, "tags", list)


def _is_graded(cell: dict[str, Any]) -> bool:
    return _metadata(cell, "nbgrader", dict).get("grade") is True


def _parse(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def plain_python(source: str) -> str:
    """The cell without IPython's magics, shell lines and help requests."""
    if _parse(source) is not None:
        return source
    lines = source.splitlines()
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines and (magic := re.match(r"\s*%%(\w+)", lines[first])):
        if magic[1] not in _PYTHON_MAGICS:
            return ""
        lines[first] = ""
        source = "\n".join(lines)
        if _parse(source) is not None:
            return source
    return "\n".join(_without_magic(line) for line in lines)


def _without_magic(line: str) -> str:
    code = line.strip()
    assigned = re.match(r"[\w, ]+=\s*[%!]\w", code)
    if code.startswith(("%", "!", "?")) or code.endswith("?") or assigned:
        return line[: len(line) - len(line.lstrip())] + "pass"
    return line


def _definitions(source: str, taken: set[str]) -> str:
    """The imports and definitions of a cell under names that are not taken.

    A cell that is no valid Python stays whole where it begins a function or a class, so that
    the learner is told of the error instead of a missing function.
    """
    tree = _parse(source)
    if tree is None:
        return source if re.search(r"^(def|class|async def) ", source, re.MULTILINE) else ""
    lines = source.splitlines()
    return "\n".join(
        "\n".join(lines[_first_line(node) - 1 : node.end_lineno])
        for node in tree.body
        if _counts(node) and not taken & set(_bound(node))
    )


def _first_line(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", [])
    return min(node.lineno, *(int(decorator.lineno) for decorator in decorators), node.lineno)


def _counts(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom) and node.module == "selfcheck":
        return False  # which draws and checks in a course's notebooks, and is not in the box
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.ClassDef)):
        return True
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return True
    if isinstance(node, ast.Assign):
        named = all(isinstance(target, (ast.Name, ast.Tuple)) for target in node.targets)
        return named and _is_constant(node.value)
    if isinstance(node, ast.AnnAssign):
        return node.value is None or _is_constant(node.value)
    return False


def _is_constant(value: ast.expr) -> bool:
    """Literals, names, arithmetic on them and type expressions; a call makes it no constant."""
    calls = (
        ast.Call,
        ast.Await,
        ast.Yield,
        ast.YieldFrom,
        ast.NamedExpr,
        ast.ListComp,
        ast.SetComp,
        ast.DictComp,
        ast.GeneratorExp,
    )
    named_tuple = (
        isinstance(value, ast.Call)
        and isinstance(value.func, (ast.Name, ast.Attribute))
        and (value.func.id if isinstance(value.func, ast.Name) else value.func.attr)
        in ("namedtuple", "NamedTuple", "TypeVar")
    )
    return named_tuple or not any(isinstance(node, calls) for node in ast.walk(value))


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            yield from (part.id for part in ast.walk(target) if isinstance(part, ast.Name))
