"""Runs the cells of a notebook one by one; this file is sent into the box and runs there."""

from __future__ import annotations
import __future__

import ast
import contextlib
import io
import traceback
from typing import Any

import numpy as np

MAX_PICTURES = 8
_names: dict[str, Any] = {"__name__": "__main__"}


def run_cell(source: str, name: str) -> dict[str, Any]:
    """Run a cell where the ones before it ran.

    Returns
    -------
    `text`: all that it printed, its last value and what it raised; `pictures`: its figures as PNG
    files, in uint8 arrays.
    """
    said = io.StringIO()
    pictures: list[Any] = []
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            value = _run(source, name)
            if hasattr(value, "savefig"):
                pictures.append(_png(value))
            elif value is not None:
                print(repr(value))
        except BaseException as error:
            print("".join(traceback.format_exception_only(error)).strip())
    return {"text": said.getvalue(), "pictures": pictures + _open_figures()}


def _run(source: str, name: str) -> Any:
    """The value of the cell's last line, if that is an expression."""
    tree = ast.parse(source)
    flags = __future__.annotations.compiler_flag
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec", flags), _names)
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), name, "eval", flags), _names)


def _open_figures() -> list[Any]:
    import sys

    plt = sys.modules.get("matplotlib.pyplot")
    if plt is None:
        return []
    figures = [_png(plt.figure(number)) for number in plt.get_fignums()[:MAX_PICTURES]]
    plt.close("all")
    return figures


def _png(figure: Any) -> Any:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=80)
    return np.frombuffer(file.getvalue(), dtype=np.uint8)
