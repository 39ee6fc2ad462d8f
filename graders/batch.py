"""Grades many submissions over any `concurrent.futures.Executor`, each of them exactly once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from msgspec import structs

from graders.report import SCHEMA_VERSION, Report, decode, encode
from graders.store import Key, Known, Store
from graders.sources import Unreadable
from graders.submissions import UNKNOWN, Submission, unreadable_digest

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


class Pool:
    """An executor to grade on, and how to make another when its workers died.

    Parameters
    ----------
    make : gives a fresh executor; called again after the last one broke.
    workers : how many submissions it grades at a time.
    stop : ends the running work at once.
    """

    def __init__(
        self, make: Callable[[], Executor], workers: int, stop: Callable[[], None] = lambda: None
    ) -> None:
        self._make = make
        self._stop = stop
        self.workers = workers
        self._executor: Executor | None = None

    def submit(self, function: Callable[..., Any], *args: Any) -> Future[Any]:
        """Have `function` run by a worker."""
        if self._executor is None:
            self._executor = self._make()
        return self._executor.submit(function, *args)

    def renew(self) -> None:
        """Let go of an executor that broke; the next submission gets another."""
        self._let_go(wait=False)

    def finish(self) -> None:
        """End the workers, which have nothing left to do."""
        self._let_go(wait=True)
        self._stop()

    def abandon(self) -> None:
        """End the workers at once, whatever they are doing."""
        self._stop()
        self._let_go(wait=False)

    def _let_go(self, *, wait: bool) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=wait)
            self._executor = None


class _Here(Executor):
    """Runs each call at once in this process: no start-up for a submission or two."""

    def __init__(self, interrupted: threading.Event) -> None:
        self._interrupted = interrupted

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        if self._interrupted.is_set():  # pytest takes Ctrl-C for the end of its session
            raise KeyboardInterrupt
        return future


class _Processes(ProcessPoolExecutor):
    """Worker processes that leave Ctrl-C to this one, from their first moment."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if not hasattr(signal, "pthread_sigmask"):
            return super().submit(fn, *args, **kwargs)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return super().submit(fn, *args, **kwargs)  # new processes inherit the mask
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def local_pool(jobs: int) -> Iterator[Pool]:
    """A pool of `jobs` processes on this machine; with one job, this process itself."""
    with ExitStack() as stack:
        if jobs == 1:
            interrupted = stack.enter_context(_noticed_interrupts())
            pool = Pool(lambda: _Here(interrupted), 1)
        else:
            context = multiprocessing.get_context("spawn")
            # workers end when our end closes: when we stop, and when we are killed
            ours, theirs = context.Pipe()
            stack.callback(theirs.close)
            pool = Pool(
                lambda: _Processes(jobs, context, _begin_worker, (theirs,)), jobs, ours.close
            )
        stack.enter_context(_ended(pool))
        yield pool


@contextmanager
def cluster_pool(address: str) -> Iterator[Pool]:
    """A pool of the workers of the Dask scheduler at `address`, such as `tcp://10.0.0.1:8786`.

    Raises
    ------
    ConnectionError : with a sentence, where no scheduler answers or it has no worker.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ConnectionError(
            "--cluster needs the package distributed: pip install 'penaltybox[cluster]'."
        ) from None
    try:
        client: Any = Client(address, timeout=10, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError):
        raise ConnectionError(f"No Dask scheduler answers at {address}.") from None
    with client:
        workers = len(client.scheduler_info(n_workers=-1)["workers"])
        if not workers:
            raise ConnectionError(f"The Dask scheduler at {address} has no workers.")
        pool = Pool(lambda: client.get_executor(pure=False, retries=MAX_LOSSES), workers)
        with _ended(pool):
            yield pool


@contextmanager
def _ended(pool: Pool) -> Iterator[None]:
    try:
        yield
    except BaseException:
        pool.abandon()
        raise
    pool.finish()


@contextmanager
def _noticed_interrupts() -> Iterator[threading.Event]:
    """While this lasts, Ctrl-C also sets an event, whoever swallows the exception."""
    interrupted = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return

    def on_interrupt(*_: object) -> None:
        interrupted.set()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


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
        if any(isinstance(future.exception(), BrokenExecutor) for future in done):
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
    try:
        error = future.exception()
    except CancelledError as cancelled:
        error = cancelled
    kind = type(error).__name__
    if error is None:
        report, fingerprints = future.result()
        return Known(decode(report), fingerprints), True
    if isinstance(error, CancelledError) or kind in ("FutureCancelledError", "CommClosedError"):
        raise ConnectionError("The cluster was lost; start it, then run the same command again.")
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


def _note_submission(store: Store, key: Key, submission: Submission) -> None:
    store.add_submission(
        key, submission.learner, submission.name, submission.key, submission.submitted
    )


def _named(report: Report, submission: Submission) -> Report:
    return structs.replace(report, submission=submission.name)


def _begin_worker(other_end: Any) -> None:
    """In each worker process: leave Ctrl-C to the main process, and never outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        try:
            other_end.recv_bytes()
        except (EOFError, OSError):
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
