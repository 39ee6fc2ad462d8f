"""Makes the executors that submissions are graded on: this process, processes, a Dask cluster."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

from graders.mistakes import Mistake


class ClusterLost(Mistake):
    """No Dask cluster to grade on, or none any more."""


#: How often Dask tries a submission again whose worker was lost.
RETRIES = 3


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

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
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
    if jobs == 1:
        with _ended(Pool(_Here, 1)) as pool:
            yield pool
        return
    context = multiprocessing.get_context("spawn")
    # workers end when our end closes: when we stop, and when we are killed
    ours, theirs = context.Pipe()

    def make() -> Executor:
        return _Processes(jobs, context, _begin_worker, (theirs,))

    with theirs, _ended(Pool(make, jobs, ours.close)) as pool:
        yield pool


@contextmanager
def cluster_pool(address: str) -> Iterator[Pool]:
    """A pool of the workers of the Dask scheduler at `address`, such as `tcp://10.0.0.1:8786`.

    Raises
    ------
    ClusterLost : with a sentence, where no scheduler answers or it has no worker.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ClusterLost(
            "--cluster needs the package distributed: pip install 'penaltybox[cluster]'."
        ) from None
    try:
        client: Any = Client(address, timeout=5, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError):
        raise ClusterLost(f"No Dask scheduler answers at {address}.") from None
    with client:
        workers = len(client.scheduler_info(n_workers=-1)["workers"])
        if not workers:
            raise ClusterLost(f"The Dask scheduler at {address} has no workers.")
        pool = Pool(lambda: client.get_executor(pure=False, retries=RETRIES), workers)
        with _ended(pool):
            yield pool


@contextmanager
def _ended(pool: Pool) -> Iterator[Pool]:
    try:
        yield pool
    except BaseException:
        pool.abandon()
        raise
    pool.finish()


def _begin_worker(other_end: Any) -> None:
    """In each worker process: leave Ctrl-C to the main process, and never outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        try:
            other_end.recv_bytes()
        except (EOFError, OSError):
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
