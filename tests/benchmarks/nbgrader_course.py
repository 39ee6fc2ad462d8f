"""Seconds per submission of `nbgrader autograde`: in the box, and as nbgrader does it alone.

For each exercise the same class is graded both ways in turn: the same notebooks, the same hidden
checks, on the same machine, by the same command. One course has the configuration that `penaltybox
nbgrader init` writes, the other nbgrader's own preprocessors, under which a kernel runs each
notebook. A class is a mix: right answers by several routes, wrong ones with one mistake each, some
half done, some untouched; no wrong answer comes twice before each that there is has come once.
Nobody in it hangs: that would show time-outs, not the speed of grading.

Both ways may use every core. nbgrader alone has one notebook run after the other, by a kernel that
it waits for. In the box, where there are two cores and eight submissions or more to come, a process
beside nbgrader's grades from the last one on. The figures in seconds of the processor count both
processes and all that they start, and so show what is saved without the second core.

What starting up costs (nbgrader itself, the box's first process, drawing the examples) is measured
by a run over one submission and shown apart; "each" is what each further one costs. "All" is the
whole run over the whole class by its size, starting up included. Ends with status 1 if, over all
exercises, "each" in the box is not a tenth of nbgrader's, in seconds on the clock.

    python tests/benchmarks/nbgrader_course.py ridge lasso --learners 12 --rounds 1
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

from graders.notebooks.course import write_course
from tests.nbgrader.course import (
    STOCK,
    Notebook,
    answered,
    cell,
    make,
    nbgrader,
    released,
    solutions,
    submit,
)
from tests.test_submissions import right_submissions, wrong_submissions

#: A linear model, a solver that iterates, trees, and one with PyTorch.
EXERCISES = ("ridge", "lasso", "trees", "dropout")
WAYS = ("boxed", "stock")


def main() -> None:
    """Print both, and the ratio; ends with status 1 if the box is not ten times as fast."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("exercises", nargs="*", default=EXERCISES)
    parser.add_argument("--learners", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    lines = [_row("", *(f"{name} {way}" for name in ("each", "CPU", "all") for way in WAYS))]
    ratios = [_row("stock / boxed", *[""] * 6)]
    sums = [0.0] * 6
    for exercise in options.exercises:
        figures = _compare(exercise, options.learners, options.rounds)
        sums = [total + figure for total, figure in zip(sums, figures, strict=True)]
        lines.append(_row(exercise, *figures))
        ratios.append(_row(exercise, *_ratios(figures)))
    print(f"\n{len(os.sched_getaffinity(0))} cores, {options.learners} learners an exercise")
    print("\n".join(lines))
    print("\n" + "\n".join([*ratios, _row("over all", *_ratios(sums))]))
    raise SystemExit(sums[1] < 10 * sums[0])


class Cost(NamedTuple):
    """Seconds on the clock, and of the processor in all processes of a run."""

    wall: float
    cpu: float

    def less(self, start: Cost, count: int = 1) -> Cost:
        return Cost((self.wall - start.wall) / count, (self.cpu - start.cpu) / count)

    def __str__(self) -> str:
        return f"{self.wall:.2f} s ({self.cpu:.2f} CPU)"


def _compare(exercise: str, learners: int, rounds: int) -> list[float]:
    """Seconds for each further submission, the same of the processor, and all by their number;
    boxed and stock in turn, medians of the rounds."""
    each: dict[str, list[Cost]] = {way: [] for way in WAYS}
    whole: dict[str, list[Cost]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        courses = {way: Path(folder, way) for way in WAYS}
        make(courses["boxed"], exercise)
        write_course(courses["stock"], [exercise])
        (courses["stock"] / "nbgrader_config.py").write_text(STOCK, encoding="utf-8")
        nbgrader(courses["stock"], "generate_assignment", exercise, check=True)
        work = list(islice(_class(courses["boxed"], exercise), learners))
        for _ in range(rounds):
            for way, course in courses.items():
                one = _run(course, exercise, work[:1])
                everybody = _run(course, exercise, work)
                each[way].append(everybody.less(one, learners - 1))
                whole[way].append(everybody)
                print(f"{exercise}, {way}: {one} for one, {each[way][-1]} for each further one")
                sys.stdout.flush()
    median = statistics.median
    return [
        *(median(cost.wall for cost in each[way]) for way in WAYS),
        *(median(cost.cpu for cost in each[way]) for way in WAYS),
        *(median(cost.wall for cost in whole[way]) / learners for way in WAYS),
    ]


def _class(course: Path, exercise: str) -> Iterator[Notebook]:
    """What learners hand in: of a dozen five right, four wrong, two half done, one untouched."""
    right = [answered(course, exercise)]
    right += [
        _in_one_cell(course, exercise, each.source)
        for each in right_submissions()
        if each.exercise == exercise
    ]
    wrong = [
        _in_one_cell(course, exercise, each.source)
        for each in wrong_submissions()
        if each.exercise == exercise
    ]
    names = list(solutions(exercise))
    half = [
        answered(course, exercise, **dict.fromkeys(names[len(names) // 2 :])),
        answered(course, exercise, **dict.fromkeys(names[-1:])),
    ]
    kinds = {
        "r": cycle(right),
        "w": cycle(wrong),
        "h": cycle(half),
        "e": cycle([released(course, exercise)]),
    }
    return (next(kinds[kind]) for kind in cycle("rwrwhrwrehwr"))


def _in_one_cell(course: Path, exercise: str, source: str) -> Notebook:
    """A module as a learner might hand it in: all of it in the last solution cell."""
    content = released(course, exercise)
    *others, last = solutions(exercise)
    for grade_id in others:
        cell(content, grade_id)["source"] = "# see below"
    cell(content, last)["source"] = source
    return content


def _run(course: Path, exercise: str, work: list[Notebook]) -> Cost:
    for folder in ("submitted", "autograded"):
        shutil.rmtree(course / folder, ignore_errors=True)
    for number, content in enumerate(work):
        submit(course, f"s{number:03}", content, exercise)
    start = Cost(time.perf_counter(), _processor())
    nbgrader(course, "autograde", exercise, check=True)
    return Cost(time.perf_counter(), _processor()).less(start)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _ratios(figures: list[float]) -> list[float | str]:
    pairs = zip(figures[::2], figures[1::2], strict=True)
    return [entry for boxed, stock in pairs for entry in ("", stock / boxed)]


def _row(label: str, *entries: float | str) -> str:
    texts = (each if isinstance(each, str) else f"{each:.2f}" for each in entries)
    return f"{label:14}" + "".join(f"{text:>12}" for text in texts)


if __name__ == "__main__":
    main()
