"""What counts of a notebook."""

from __future__ import annotations

import json
from typing import Any

import pytest

from graders.intake.cells import NO_SOLUTION_CELLS, solution_code
from graders.intake.sources import Unreadable


def notebook(*cells: tuple[str, dict[str, Any]] | str) -> bytes:
    made = [cell if isinstance(cell, tuple) else (cell, {}) for cell in cells]
    return json.dumps(
        {
            "nbformat": 4,
            "cells": [
                {"cell_type": "code", "source": source.splitlines(True), "metadata": metadata}
                for source, metadata in made
            ]
            + [{"cell_type": "markdown", "source": "def text(): pass", "metadata": {}}],
        }
    ).encode()


SOLUTION = {"nbgrader": {"schema_version": 3, "solution": True, "grade": False, "grade_id": "a"}}
GRADED = {"nbgrader": {"schema_version": 3, "solution": False, "grade": True, "grade_id": "b"}}


def names(code: bytes) -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": "submission"}
    exec(code.decode(), space)  # the tests' own notebooks
    return space


@pytest.mark.parametrize("metadata", [SOLUTION, {"tags": ["solution"]}])
def test_solution_cells_count_whole_and_win(metadata: dict[str, Any]) -> None:
    code, note = solution_code(
        notebook(
            "import math\nprint('hello')\nHALF = 0.5\n",
            ("def f(x):\n    return x * HALF\n\ncache = dict()\n", metadata),
            ("assert f(2) == 1\nimport os\ndef hidden(): pass\n", GRADED),
            "def f(x):\n    return 'tried out'\n\ndef helper():\n    return math.pi\n",
        )
    )
    space = names(code)
    assert (space["f"](2), space["cache"], note) == (1.0, {}, "")
    assert space["helper"]() > 3
    assert "hidden" not in space
    assert b"print" not in code


def test_an_ordinary_notebook_gives_definitions_and_constants_alone() -> None:
    code, note = solution_code(
        notebook(
            "%matplotlib inline\nimport math\nfrom typing import NamedTuple",
            "%%time\nA = 3\nB: float = -2 * A\nC, D = 1, (2, [3])\nbig = load('x')\nf(3)",
            "!pip install x\nclass Fit(NamedTuple):\n    coef: int",
            "@staticmethod\ndef f(x):\n    '''100\n%s'''\n    return Fit(x)\n\nf(2)\n[f(3)]",
            "x = %who\nf?\n",
            "%%bash\nrm -rf /\nimport this",
        )
    )
    assert note == NO_SOLUTION_CELLS
    space = names(code)
    assert (space["A"], space["B"], space["C"]) == (3, -6, 1)
    assert space["f"](5).coef == 5
    assert "100\n%s" in space["f"].__doc__
    assert "big" not in space
    assert b"this" not in code


def test_future_imports_come_first() -> None:
    code, _ = solution_code(notebook("A = 1", "from __future__ import annotations\nB = 2"))
    assert names(code)["B"] == 2


def test_a_syntax_error_in_the_solution_reaches_the_learner() -> None:
    code, _ = solution_code(notebook("A = 1", "def f(x)\n    return x"))
    with pytest.raises(SyntaxError):
        names(code)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\x00", b"[]", b'{"worksheets": []}', b'{"cells": [3]}', b"[" * 100_000],
    ids=["empty", "bytes", "list", "v3", "cells", "deep"],
)
def test_what_is_no_notebook_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable, match="not a notebook"):
        solution_code(content)


def test_lone_surrogates_do_no_harm() -> None:
    content = b'{"cells": [{"cell_type": "code", "source": "A = \'\\ud800\'", "metadata": {}}]}'
    code, _ = solution_code(content)
    assert b"A" in code
