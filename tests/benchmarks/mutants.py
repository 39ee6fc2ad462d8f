"""Prints which small changes to a reference no check notices; each survivor deserves a look.

    python tests/benchmarks/mutants.py ridge lasso

A survivor is either equivalent to the reference (a tolerance, a faster route that another branch
covers) or a wrong submission that would get full marks.
"""

from __future__ import annotations

import ast
import copy
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from exercises.catalog import catalog
from graders.grading import grade

ROOT = Path(__file__).parent.parent.parent
SWAPS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


def edits(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Small wrong versions of one node."""
    if isinstance(node, (ast.BinOp, ast.BoolOp)) and type(node.op) in SWAPS:
        other = copy.deepcopy(node)
        other.op = SWAPS[type(node.op)]()
        yield "operator", other
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        other = copy.deepcopy(node)
        other.ops[0] = SWAPS[type(node.ops[0])]()
        yield "comparison", other
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        for value in (node.value + 1, node.value * 2, 0):
            if value != node.value:
                yield "constant", ast.Constant(type(node.value)(value))
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "constant", ast.Constant(not node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        yield "sign", node.operand
    if isinstance(node, (ast.Raise, ast.AugAssign, ast.Expr)) and not (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ):
        yield "left out", ast.Pass()
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "copy":
        yield "not copied", node.func.value


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Every mutant as (what was changed, its text)."""
    tree = ast.parse(source)
    for index, node in enumerate(ast.walk(tree)):
        for kind, replacement in edits(node):
            changed = copy.deepcopy(tree)
            target = list(ast.walk(changed))[index]
            if ast.unparse(target) == ast.unparse(replacement):
                continue
            swapped = _Swap(target, replacement).visit(changed)
            mutant = ast.unparse(ast.fix_missing_locations(swapped))
            line = getattr(node, "lineno", 0)
            old, new = ast.unparse(node)[:60], ast.unparse(replacement)[:60]
            yield f"line {line}, {kind}: {old!r} -> {new!r}", mutant


class _Swap(ast.NodeTransformer):
    def __init__(self, target: ast.AST, replacement: ast.AST) -> None:
        self.target, self.replacement = target, replacement

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.target:
            return ast.copy_location(self.replacement, node)
        return self.generic_visit(node)


def main(names: list[str]) -> None:
    for name in names:
        exercise = catalog()[name]
        beside = {
            f"{other}.py": (ROOT / "reference" / f"{other}.py").read_bytes()
            for other in exercise.uses
        }
        source = (ROOT / "reference" / f"{name}.py").read_text(encoding="utf-8")
        count = survived = 0
        start = time.perf_counter()
        for what, mutant in mutants(source):
            report = grade(name, beside | {f"{name}.py": mutant.encode()})
            count += 1
            if report.all_passed:
                survived += 1
                print(f"  survives: {what}", flush=True)
        seconds = time.perf_counter() - start
        print(f"{name}: {count} mutants, {survived} survive, {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or list(catalog()))
