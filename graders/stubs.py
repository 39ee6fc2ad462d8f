"""Makes a learner's stub out of a reference: the file with the solutions cut out."""

from __future__ import annotations

import re

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


def stub(reference: str) -> str:
    """The stub for the text of `reference/<exercise>.py`.

    A solution inside a function becomes `raise NotImplementedError("to do: <function>")`; one at
    the top level, helpers of the solution, goes without a trace.

    Raises
    ------
    ValueError : with the line, where the markers do not pair up.
    """
    kept: list[str] = []
    function = ""
    inside = False
    for number, line in enumerate(reference.splitlines(), start=1):
        if found := re.match(r"\s*def (\w+)", line):
            function = found[1]
        marker = line.strip()
        if marker == BEGIN:
            if inside:
                raise ValueError(f"line {number}: a solution begins inside a solution")
            inside = True
            if indent := line[: len(line) - len(line.lstrip())]:
                kept.append(f'{indent}raise NotImplementedError("to do: {function}")')
        elif marker == END:
            if not inside:
                raise ValueError(f"line {number}: a solution ends that did not begin")
            inside = False
        elif not inside:
            kept.append(line)
    if inside:
        raise ValueError("the last solution does not end")
    text = "\n".join(kept) + "\n"
    return re.sub(r"\n{4,}", "\n\n\n", text)
