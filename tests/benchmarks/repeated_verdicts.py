"""Grades the submissions of tests/submissions again and again: is any verdict false or changing?

    python tests/benchmarks/repeated_verdicts.py [--runs 5] [EXERCISE ...]

Each run of an exercise is a grader of its own, with fresh zygotes, another seed for Python's hashes
and another order. A verdict is false if tests/test_submissions.py would not have it so; it changes
if another run gave other points, statuses, messages or misconceptions, unless the submission is
known to draw without a seed. The exit code is 1 if there is either.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

sys.path.insert(0, str(Path(__file__).parents[2]))

from exercises.catalog import catalog
from graders.grading import grade
from graders.report import Report
from tests.test_submissions import Right, Wrong, files_of, right_submissions, wrong_submissions

ROW = "{:<30} {:>6} {:>6} {:>9} {:>6} {:>8} {:>9}"


def submissions(exercise: str) -> list[Right | Wrong]:
    every = (*right_submissions(), *wrong_submissions())
    return [each for each in every if each.exercise == exercise]


def judge(exercise: str, run: int) -> None:
    """Grade each submission of the exercise once, in this process; a line of JSON for each."""
    # LAPACK has words of its own for standard output where a model is given infinite numbers
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    each_once = submissions(exercise)
    random.Random(run).shuffle(each_once)
    for each in each_once:
        report = grade(exercise, files_of(exercise, each.source))
        line = {"name": named(each), "amiss": list(each.amiss(report)), "verdict": verdict(report)}
        if isinstance(each, Wrong) and each.unseeded:
            line["verdict"] = [report.status, None, []]
        print(json.dumps(line), file=lines, flush=True)


def named(each: Right | Wrong) -> str:
    return f"{type(each).__name__.lower()} {each.name}"


def verdict(report: Report) -> list[object]:
    checks = []
    for check in report.checks:
        mistake = check.misconception.id if check.misconception else None
        checks.append([check.id, check.status, check.points, check.message, mistake])
    return [report.status, report.score, checks]


def judged(exercise: str, run: int) -> Iterator[dict]:
    """The lines of `judge` in a process of its own."""
    command = [sys.executable, __file__, "--judge", str(run), exercise]
    environment = {**os.environ, "PYTHONHASHSEED": str(run)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield from map(json.loads, process.stdout)
    if process.returncode != 0:
        raise SystemExit(f"Grading {exercise} ended with status {process.returncode}.")


def differing(verdicts: list[list]) -> str:
    """Where the verdicts of one submission differ first."""
    for one, other in itertools.pairwise(verdicts):
        for here, there in zip(one[2], other[2], strict=True):
            if here != there:
                return f"{here} and then {there}"
        if one != other:
            return f"{one[:2]} and then {other[:2]}"
    return ""


def main(names: list[str], runs: int) -> int:
    totals: Counter[str] = Counter()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    print(ROW.format("exercise", "right", "wrong", "gradings", "false", "changed", "seconds"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
        gradings = runs * sum(len(submissions(name)) for name in names)
        task = progress.add_task("", total=gradings)
        for name in names:
            start, seen, findings = time.perf_counter(), defaultdict(list), []
            for run in range(1, runs + 1):
                progress.update(task, description=f"{name}, run {run} of {runs}")
                for line in judged(name, run):
                    progress.advance(task)
                    seen[line["name"]].append(line["verdict"])
                    findings += [("false", run, line["name"], said) for said in line["amiss"][:1]]
            for each, verdicts in seen.items():
                if said := differing(verdicts):
                    findings.append(("changed", runs, each, said))
            counts = Counter(
                right=sum(each.startswith("right") for each in seen),
                wrong=sum(each.startswith("wrong") for each in seen),
                gradings=sum(map(len, seen.values())),
                **Counter(kind for kind, *_ in findings),
                seconds=round(time.perf_counter() - start),
            )
            show(name, counts)
            for kind, run, each, said in findings:
                print(f"  {kind} in run {run}: {each}: {said}", flush=True)
            totals += counts
    show("in all", totals)
    return totals["false"] + totals["changed"]


def show(name: str, counts: Counter[str]) -> None:
    keys = ("right", "wrong", "gradings", "false", "changed", "seconds")
    print(ROW.format(name, *(counts[key] for key in keys)), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="EXERCISE", help="all of them by default")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--judge", type=int, metavar="RUN", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if unknown := sorted(set(options.names) - set(catalog())):
        parser.error(f"no exercise is called {', '.join(unknown)}")
    if options.judge:
        judge(options.names[0], options.judge)
    else:
        sys.exit(main(options.names or list(catalog()), options.runs) > 0)
