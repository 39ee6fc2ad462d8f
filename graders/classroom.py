"""What `penaltybox` does for an instructor: grade, report, export."""

from __future__ import annotations

import os
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from rich.console import Console

from graders.batch import Outcome, grade_all
from graders.formats import FORMATS, points, terminal
from graders.intake.roster import match_roster, read_roster
from graders.intake.submissions import UNKNOWN, find
from graders.mistakes import Mistake
from graders.pools import Pool, cluster_pool, local_pool
from graders.report import Report, Reveal, encode, reveal
from graders.store import Attempt, Store

#: Classes up to this size are printed learner by learner.
MAX_TABLE = 200


class Interrupted(Mistake):
    """Ctrl-C; the message says what was kept and how to go on."""

    code = 130


@dataclass
class _Tally:
    """What is known of a run so far; rows for the table, in order of the submissions."""

    total: int
    done: int = 0
    reused: int = 0
    not_passed: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    noted: dict[str, str] = field(default_factory=dict)
    rows: list[tuple[str, Report]] = field(default_factory=list)


def grade(
    paths: Sequence[Path],
    *,
    exercises: Sequence[str],
    jobs: int | None,
    cluster: str | None,
    store: str | None,
    json: bool,
    output: Path | None,
    level: Reveal,
    isolation: str,
    roster: Path | None,
) -> bool:
    """Grade everything at the paths; returns whether all passed every check."""
    if isolation == "sandbox" and not cluster:
        _need_sandbox()
    submissions = find(paths, exercises)
    people = read_roster(roster) if roster else []
    submissions = match_roster(submissions, people) if people else submissions
    errors = Console(stderr=True, highlight=False)
    tally = _Tally(len(submissions))
    with (
        Store(store or ":memory:") as results,
        _output_file(output) as file,
        _own_output() as lines,
        _pool(jobs, cluster, len(submissions)) as pool,
        _progress(errors, tally, pool) as started,
    ):
        if people:
            results.set_roster(people)
        outcomes = grade_all(submissions, results, pool, isolation=isolation, started=started)
        try:
            for outcome in _in_order(_counted(outcomes, tally)):
                shown = reveal(outcome.report, level)
                line = encode(shown) + b"\n"
                if file:
                    file.write(line)
                if json:
                    lines.write(line)
                    lines.flush()
                else:
                    learner = outcome.submission.learner
                    tally.rows.append((learner.name or learner.id, shown))
        except KeyboardInterrupt:
            raise Interrupted(_how_to_go_on(tally, store)) from None
    _say_notes(errors, tally)
    if not json:
        _print_results(tally)
    return tally.not_passed == 0


def report(store: str, out: str | None, feedback: Path | None, level: Reveal) -> None:
    """Write the class report, and a feedback page per learner where a folder is given."""
    from graders.formats import page

    with Store(store, create=False) as results:
        attempts = results.attempts()
        roster = results.roster()
    if not attempts:
        raise Mistake(f"The store {store} holds no results yet; make some with `penaltybox grade`.")
    _write(page.to_page(attempts, roster), out)
    if feedback:
        try:
            page.write_feedback(attempts, feedback, level)
        except OSError as error:
            raise Mistake(f"{feedback} cannot be written: {error.strerror}.") from None


def export(
    store: str,
    to: str,
    out: str | None,
    *,
    exercises: Sequence[str],
    level: Reveal,
    every_attempt: bool,
) -> None:
    """Write the results in one of `FORMATS`."""
    if to not in FORMATS:
        raise Mistake(f"There is no format {to!r}; the formats are {', '.join(FORMATS)}.")
    chosen = FORMATS[to]
    with Store(store, create=False) as results:
        attempts = [
            _revealed(attempt, level)
            for attempt in results.attempts()
            if (attempt.latest or every_attempt)
            and (not exercises or attempt.report.exercise in exercises)
        ]
        roster = results.roster()
    if not attempts:
        raise Mistake(f"The store {store} holds no such results.")
    try:
        function = chosen.load()
    except ImportError as error:
        raise Mistake(f"The format {to} needs {error.name}, which is not installed.") from None
    if chosen.kind == "document":
        _write([function(attempts, roster)], out)
    elif chosen.kind == "database":
        _to_gradebook(function, attempts, out)
    else:
        _write_each(function, attempts, chosen.file_name, out)


def _to_gradebook(
    function: Callable[..., object], attempts: list[Attempt], url: str | None
) -> None:
    if url is None:
        raise Mistake("An nbgrader gradebook needs its URL, such as sqlite:///course/gradebook.db.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nbgrader's own, about its use of SQLAlchemy
        function([attempt for attempt in attempts if attempt.report.exercise != UNKNOWN], url)


def _write_each(
    function: Callable[[Report], str], attempts: list[Attempt], name: str, out: str | None
) -> None:
    """One file a submission: OUT/exercise/learner/results.json, or the only one as OUT itself."""
    from graders.formats.page import _file_name

    if len(attempts) == 1 and (out is None or out.endswith(".json")):
        _write([function(attempts[0].report)], out)
        return
    if out is None:
        raise Mistake(f"These are {len(attempts)} files {name}; give a folder as OUT.")
    for attempt in attempts:
        folder = Path(out) / attempt.report.exercise / _file_name(attempt.learner.id)
        folder = folder if attempt.latest else folder / f"attempt-{attempt.number}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Mistake(f"{folder} cannot be made: {error.strerror}.") from None
        _write([function(attempt.report)], str(folder / name))


def _revealed(attempt: Attempt, level: Reveal) -> Attempt:
    from dataclasses import replace

    return replace(attempt, report=reveal(attempt.report, level))


def _need_sandbox() -> None:
    from graders import sandbox

    if lacking := sandbox.missing():
        raise Mistake(
            f"This machine cannot box a submission: {' '.join(lacking)} "
            "Use --isolation process to accept separate processes and limits alone."
        )


def _pool(jobs: int | None, cluster: str | None, count: int) -> AbstractContextManager[Pool]:
    if cluster:
        return cluster_pool(cluster)
    # starting a process costs about as much as grading two submissions
    return local_pool(max(1, min(jobs or _cores(), (count + 1) // 2)))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _counted(outcomes: Iterator[Outcome], tally: _Tally) -> Iterator[Outcome]:
    for outcome in outcomes:
        tally.done += 1
        tally.reused += outcome.from_store
        tally.not_passed += not outcome.report.all_passed
        if outcome.note:
            tally.notes[outcome.note] += 1
            tally.noted.setdefault(outcome.note, outcome.submission.name)
        yield outcome


def _in_order(outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    """The outcomes in the order of the submissions, each as soon as those before it are there."""
    early: dict[int, Outcome] = {}
    turn = 0
    for outcome in outcomes:
        early[outcome.index] = outcome
        while turn in early:
            yield early.pop(turn)
            turn += 1


@contextmanager
def _output_file(path: Path | None) -> Iterator[IO[bytes] | None]:
    if path is None:
        yield None
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("wb")
    except OSError as error:
        raise Mistake(f"{path} cannot be written: {error.strerror}.") from None
    with file:
        yield file


@contextmanager
def _own_output() -> Iterator[IO[bytes]]:
    """Standard output, with nothing in it but what we write.

    LAPACK complains there where a check's model is given points that no line goes through; what
    such libraries say, here and in processes started meanwhile, goes to stderr instead.
    """
    sys.stdout.flush()
    try:
        number = sys.stdout.fileno()
    except (OSError, ValueError):  # a stream that only looks like one
        yield sys.stdout.buffer
        return
    with os.fdopen(os.dup(number), "wb") as output:
        os.dup2(2, number)
        try:
            yield output
        finally:
            os.dup2(output.fileno(), number)


@contextmanager
def _progress(console: Console, tally: _Tally, pool: Pool) -> Iterator[Callable[[int], None]]:
    """A line on stderr: done, running, rate, time left, submissions that did not pass."""
    if not console.is_terminal or tally.total < 3:
        yield lambda running: None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        MofNCompleteColumn(),
        BarColumn(),
        TextColumn("{task.fields[running]} running, {task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failures]} not passed"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=tally.total, running=0, rate="– a second", failures=0)

        def started(running: int) -> None:
            elapsed = bar.tasks[0].elapsed or 0.0
            rate = f"{tally.done / elapsed:.1f} a second" if elapsed > 1 else "– a second"
            bar.update(
                task, completed=tally.done, running=running, rate=rate, failures=tally.not_passed
            )

        yield started


def _say_notes(console: Console, tally: _Tally) -> None:
    for note, count in tally.notes.items():
        which = (
            tally.noted[note] if count == 1 else f"{count} of them, such as {tally.noted[note]},"
        )
        verb = "has" if count == 1 else "have"
        console.print(f"Note: {which} {verb} {note}.", markup=False, soft_wrap=True)
    if tally.reused:
        console.print(f"{tally.reused} of {tally.total} were graded before and are unchanged.")


def _print_results(tally: _Tally) -> None:
    console = Console(highlight=False)
    if len(tally.rows) == 1:
        learner, only = tally.rows[0]
        console.print(terminal.table([(learner, only)]))
        console.print(terminal.details(only), end="")
        return
    if len(tally.rows) <= MAX_TABLE:
        console.print(terminal.table(tally.rows))
    for exercise in dict.fromkeys(report.exercise for _, report in tally.rows):
        reports = [report for _, report in tally.rows if report.exercise == exercise]
        passed = sum(report.all_passed for report in reports)
        mean = sum(report.score for report in reports) / len(reports)
        best = max(report.max_score for report in reports)
        console.print(
            f"{exercise}: {len(reports)} submissions, {passed} pass every check, "
            f"mean {points(mean)} of {points(best)} points."
        )


def _how_to_go_on(tally: _Tally, store: str | None) -> str:
    done = f"Stopped after {tally.done} of {tally.total}."
    if store is None:
        return f"{done} Nothing was kept; with --store FILE a run goes on where it stopped."
    return f"{done} They are kept in {store}: run the same command again to go on."


def _write(pieces: Iterator[str] | Sequence[str], out: str | None) -> None:
    if out is None or out == "-":
        sys.stdout.writelines(pieces)
        return
    path = Path(out)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
    except OSError as error:
        raise Mistake(f"{out} cannot be written: {error.strerror}.") from None
