"""Grades many submissions over any `concurrent.futures.Executor`, each of them exactly once."""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from dataclasses import dataclass, field
from typing import Any

from msgspec import structs

from graders.intake.sources import Unreadable
from graders.intake.submissions import UNKNOWN, Submission, unreadable_digest
from graders.pools import ClusterLost, Pool
from graders.report import SCHEMA_VERSION, Report, decode, encode
from graders.store import Key, Known, Store

#: Submissions handed to each worker ahead of time, so that none waits for this process.
AHEAD = 2
#: A submission that takes its worker along so often is not tried again.
MAX_LOSSES = 3


@dataclass(frozen=True)
class Outcome:
    """What became of one submission; `index` is its place in what was asked for."""

    index: int
    submission: Submission
    report: Report
    from_store: bool
    note: str = ""


@dataclass
class _Task:
    """One thing to grade, for everybody who handed in the same bytes."""

    key: Key
    files: dict[str, bytes]
    waiting: list[tuple[int, Submission, str]] = field(default_factory=list)
    losses: int = 0


def grade_all(
    submissions: Iterable[Submission],
    store: Store,
    pool: Pool,
    *,
    isolation: str = "sandbox",
    started: Callable[[int], None] = lambda running: None,
) -> Iterator[Outcome]:
    """Grade what the store does not know yet, and yield an outcome for every submission.

    An outcome is yielded after it was stored. Whatever ends this generator early, what was
    yielded stays, and another run goes on from there.

    Parameters
    ----------
    submissions : what to grade; files are read only when a worker is about to be free.
    store : where results are looked up and kept.
    pool : who does the work.
    isolation : "sandbox" or "process"; a result of the other kind is not reused.
    started : told how many are being graded whenever that changes.
    """
    from graders.grading import grader_digest

    graders: dict[str, str] = {UNKNOWN: ""}
    waiting = deque(enumerate(submissions))
    running: dict[Future[Any], _Task] = {}
    by_key: dict[Key, _Task] = {}
    again: deque[_Task] = deque()
    cautious = False  # after workers died: one at a time, to see whose fault it is

    def start(task: _Task) -> None:
        try:
            future = pool.submit(grade_one, task.key.exercise, task.files, isolation)
        except BrokenExecutor:  # it broke a moment ago, and its futures tell
            again.append(task)
            pool.renew()
        else:
            running[future] = task
            started(min(len(running), pool.workers))

    while waiting or running or again:
        room = 1 if cautious or pool.workers == 1 else pool.workers * AHEAD
        while again and len(running) < room:
            start(again.popleft())
        while waiting and not again and len(running) < room:
            index, submission = waiting.popleft()
            exercise = submission.exercise
            if exercise not in graders:
                graders[exercise] = grader_digest(exercise)
            prepared = _prepare(submission, graders[exercise], isolation)
            if isinstance(prepared, Report):
                key = Key(exercise, prepared.digest, graders[exercise])
                store.add_result(key, prepared)
                _note_submission(store, key, submission)
                yield Outcome(index, submission, prepared, False)
                continue
            task, note = prepared
            if (same := by_key.get(task.key)) is not None:
                same.waiting.append((index, submission, note))
            elif known := store.known(task.key, isolation):
                _note_submission(store, task.key, submission)
                yield Outcome(index, submission, _named(known.report, submission), True, note)
            else:
                task.waiting.append((index, submission, note))
                by_key[task.key] = task
                start(task)
        if not running:
            continue
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        if any(isinstance(_error(future), BrokenExecutor) for future in done):
            done, _ = wait(running)  # the whole executor is lost
            pool.renew()
        for future in done:
            task = running.pop(future)
            harvest = _harvest(future, task, isolation)
            if harvest is None:
                cautious = True
                again.append(task)
                continue
            known, final = harvest
            del by_key[task.key]
            store.add_result(task.key, known.report, fingerprints=known.fingerprints, final=final)
            for index, submission, note in task.waiting:
                _note_submission(store, task.key, submission)
                yield Outcome(index, submission, _named(known.report, submission), False, note)
        cautious = cautious and bool(again)
        started(min(len(running), pool.workers))


def grade_one(exercise: str, files: dict[str, bytes], isolation: str) -> tuple[bytes, bytes]:
    """The encoded report and the fingerprints of a submission; this is what a worker runs."""
    from graders import similarity
    from graders.grading import grade

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a wrong answer may overflow a certificate: no news
        report = grade(exercise, files, isolation=isolation)  # type: ignore[arg-type]
    return encode(report), similarity.fingerprints(exercise, files)


def _prepare(submission: Submission, grader: str, isolation: str) -> tuple[_Task, str] | Report:
    from graders.grading import submission_digest

    try:
        content = submission.read()
    except Unreadable as error:
        return _unreadable(submission, str(error), isolation)
    files = dict(content.files)
    key = Key(submission.exercise, submission_digest(files), grader)
    return _Task(key, files), content.note


def _unreadable(submission: Submission, reason: str, isolation: str) -> Report:
    from graders.grading import unreadable

    digest = unreadable_digest(submission, reason)
    if submission.exercise == UNKNOWN:
        return Report(
            SCHEMA_VERSION, UNKNOWN, submission.name, digest,
            0.0, 0.0, "error", isolation, 0.0, reason, (),
        )  # fmt: skip
    return unreadable(
        submission.exercise, submission.name, reason, digest, isolation  # type: ignore[arg-type]
    )  # fmt: skip


def _harvest(future: Future[Any], task: _Task, isolation: str) -> tuple[Known, bool] | None:
    """The result and whether it is final; None where the worker died and another should try."""
    error = _error(future)
    kind = type(error).__name__
    if error is None:
        report, fingerprints = future.result()
        return Known(decode(report), fingerprints), True
    if isinstance(error, CancelledError) or kind in ("FutureCancelledError", "CommClosedError"):
        raise ClusterLost("The cluster was lost; start it, then run the same command again.")
    if isinstance(error, BrokenExecutor) or kind == "KilledWorker":
        task.losses += 1
        if task.losses < MAX_LOSSES:
            return None
        reason = f"The process that graded it died {MAX_LOSSES} times; a person should look at it."
    else:
        reason = f"The grader failed ({kind}: {error})."
    _, submission, _ = task.waiting[0]
    report = _unreadable(submission, reason, isolation)
    return Known(structs.replace(report, digest=task.key.digest), b""), False


def _error(future: Future[Any]) -> BaseException | None:
    return CancelledError() if future.cancelled() else future.exception()


def _note_submission(store: Store, key: Key, submission: Submission) -> None:
    store.add_submission(
        key, submission.learner, submission.name, submission.key, submission.submitted
    )


def _named(report: Report, submission: Submission) -> Report:
    return structs.replace(report, submission=submission.name)
