"""Seconds per submission of `nbgrader autograde`: in the box, and as nbgrader does it alone.

The same course, the same twelve submissions, both ways in turn. What starting up costs is
measured by a run over one submission and shown apart; the rest is what each further one costs.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

from graders.notebooks.course import write_course
from tests.nbgrader.course import STOCK, Notebook, everyone, make, nbgrader, submit

#: Who hangs or hands in no notebook would show time-outs, not the speed of grading.
LEARNERS = ("right", "right_by_sklearn", "wrong", "half", "empty", "warns", "scratch")


def main() -> None:
    """Print both, and the ratio; ends with status 1 if the box is not ten times as fast."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--learners", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        boxed, stock = Path(folder, "boxed"), Path(folder, "stock")
        make(boxed, "ridge")
        write_course(stock, ["ridge"])
        (stock / "nbgrader_config.py").write_text(STOCK, encoding="utf-8")
        nbgrader(stock, "generate_assignment", "ridge", check=True)
        work = everyone(boxed)
        spent: dict[str, list[tuple[Cost, Cost]]] = {"boxed": [], "stock": []}
        for _ in range(options.rounds):
            for course in (boxed, stock):
                one = _run(course, ["a"], work)
                everybody = _run(course, [f"s{i}" for i in range(options.learners)], work)
                each = everybody.less(one, options.learners - 1)
                spent[course.name].append((one, each))
                print(f"{course.name}: {one} for one, {each} for each further one", flush=True)
    print(f"\n{'':28}{'boxed':>9}{'stock':>9}{'ratio':>9}")
    ratio = 0.0
    for label, of, which in (
        ("start and the first one, s", 0, "wall"),
        ("each further one, s", 1, "wall"),
        ("the same, CPU seconds", 1, "cpu"),
    ):
        boxed_s, stock_s = (
            statistics.median(getattr(run[of], which) for run in spent[name])
            for name in ("boxed", "stock")
        )
        print(f"{label:28}{boxed_s:9.2f}{stock_s:9.2f}{stock_s / boxed_s:9.1f}")
        ratio = stock_s / boxed_s if (of, which) == (1, "wall") else ratio
    raise SystemExit(ratio < 10)


class Cost(NamedTuple):
    """Seconds on the clock, and of the processor in all processes of a run."""

    wall: float
    cpu: float

    def less(self, start: Cost, count: int) -> Cost:
        return Cost((self.wall - start.wall) / count, (self.cpu - start.cpu) / count)

    def __str__(self) -> str:
        return f"{self.wall:.2f} s ({self.cpu:.2f} CPU)"


def _run(course: Path, students: list[str], work: dict[str, Notebook | str]) -> Cost:
    for folder in ("submitted", "autograded"):
        shutil.rmtree(course / folder, ignore_errors=True)
    for number, student in enumerate(students):
        submit(course, student, work[LEARNERS[number % len(LEARNERS)]])
    start = Cost(time.perf_counter(), _processor())
    nbgrader(course, "autograde", "ridge", check=True)
    return Cost(time.perf_counter(), _processor()).less(start, 1)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
