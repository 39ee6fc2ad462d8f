"""Shows grading on a Dask cluster: workers that are killed cost nothing, two are nearly twice one.

    python tests/benchmarks/cluster.py [300]

A scheduler and three worker processes on loopback, two of them killed while they grade; then the
same class on one worker and on two.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import sqlalchemy as sa
from _sample_class import ROOT, command, environment, grade, make, verdicts

PORT = 18786


@contextlib.contextmanager
def cluster(workers: int, place: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A scheduler and its workers, one thread each and without nannies: dead stays dead."""
    log = (place / "dask.log").open("ab")
    address = f"tcp://127.0.0.1:{PORT}"

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
            cwd=ROOT, env=environment(), stdout=log, stderr=log,
        )  # fmt: skip

    scheduler = start(
        "dask_scheduler", "--host", "127.0.0.1", "--port", str(PORT), "--no-dashboard"
    )
    started = [
        start(
            "dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
            "--memory-limit", "0", "--local-directory", str(place / f"worker-{number}"),
        )
        for number in range(workers)
    ]  # fmt: skip
    try:
        wait_for(address, workers)
        yield started
    finally:
        for process in (*started, scheduler):
            process.terminate()
        for process in (*started, scheduler):
            process.wait()


def wait_for(address: str, workers: int) -> None:
    from distributed import Client

    with Client(address, timeout=60) as client:
        client.wait_for_workers(workers, timeout=60)


def count(store: Path) -> int:
    with contextlib.suppress(sa.exc.SQLAlchemyError):
        engine = sa.create_engine(f"sqlite:///{store}")
        with engine.connect() as connection:
            found = connection.scalar(sa.text("select count(*) from results"))
        engine.dispose()
        return int(found or 0)
    return 0


def throughput(*arguments: object) -> float:
    """Reports a second from a tenth of them to the last tenth: without the command's own start."""
    ended = subprocess.Popen(
        command("grade", *arguments, "--json"), cwd=ROOT, env=environment(), stdout=subprocess.PIPE
    )
    assert ended.stdout is not None
    times = [time.perf_counter() for _ in ended.stdout]
    assert ended.wait() == 1, ended.returncode
    tenth = len(times) // 10
    return (len(times) - 2 * tenth) / (times[-tenth - 1] - times[tenth - 1])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("number", type=int, nargs="?", default=300)
    number = parser.parse_args().number
    address = f"tcp://127.0.0.1:{PORT}"
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        folder = make(place / "class", number)
        begin = time.perf_counter()
        local = grade(folder, "--store", place / "local.sqlite")
        print(f"local, two processes: {number} in {time.perf_counter() - begin:.0f} s", flush=True)
        with cluster(3, place) as workers:
            store = place / "killed.sqlite"

            def kill_two() -> None:
                for victim, when in ((0, number // 4), (1, number // 2)):
                    while count(store) < when:
                        time.sleep(0.2)
                    workers[victim].kill()
                    print(f"killed a worker after {count(store)} results", flush=True)

            killer = threading.Thread(target=kill_two)
            killer.start()
            reports = grade(folder, "--store", store, "--cluster", address)
            killer.join()
            same = verdicts(reports) == verdicts(local)
            print(f"two of three workers killed: {len(reports)} graded, verdicts "
                  f"{'the same as locally' if same else 'DIFFER'}", flush=True)  # fmt: skip
            assert same
            assert len(reports) == count(store) == number
        rates = {}
        some = make(place / "some", 20)
        for size in (1, 2):
            with cluster(size, place):
                grade(some, "--cluster", address)  # warm the workers
                rates[size] = throughput(folder, "--cluster", address)
                load = psutil.getloadavg()[0]
                print(f"{size} worker(s): {rates[size]:.2f} a second (load {load:.1f})", flush=True)
        print(f"two workers grade {rates[2] / rates[1]:.2f} times as fast as one")


if __name__ == "__main__":
    main()
