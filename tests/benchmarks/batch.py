"""Prints how a large class is graded: rate, memory, and whether either drifts.

    python tests/benchmarks/batch.py [2000] [--jobs 2]

Per window of 200 submissions: seconds a submission in the grader (median of what reports say and
mean of the wall), and memory of all processes together. At the end the drift from the first
windows to the last, and how long the class report takes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
from _sample_class import ROOT, command, environment, make, memory

WINDOW = 200


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int, nargs="?", default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = make(Path(place) / "class", options.count)
        store = Path(place) / "class.sqlite"
        run(folder, store, options.count, options.jobs)
        begin = time.perf_counter()
        subprocess.run(
            command("report", store, Path(place) / "class.html"), cwd=ROOT, env=environment(),
            check=True,
        )  # fmt: skip
        size = (Path(place) / "class.html").stat().st_size
        print(f"class report: {time.perf_counter() - begin:.1f} s, {size / 2**20:.1f} MiB")


def run(folder: Path, store: Path, count: int, jobs: int) -> None:
    process = subprocess.Popen(
        command("grade", folder, "--store", store, "--jobs", jobs, "--json"),
        cwd=ROOT, env=environment(), stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    grader = psutil.Process(process.pid)
    begin = last = time.perf_counter()
    seconds: list[float] = []
    rows = []
    print(
        f"{'submissions':>12} {'median s':>9} {'wall s':>8} {'a second':>9} {'MiB':>7} {'load':>5}"
    )
    for line in process.stdout:
        seconds.append(json.loads(line)["seconds"])
        if len(seconds) % WINDOW == 0 or len(seconds) == count:
            now = time.perf_counter()
            window = seconds[-WINDOW:]
            wall = (now - last) / len(window)
            rows.append((statistics.median(window), wall, memory(grader)))
            load = psutil.getloadavg()[0]
            print(
                f"{len(seconds):>12} {rows[-1][0]:>9.3f} {wall:>8.3f} {1 / wall:>9.2f} "
                f"{rows[-1][2]:>7.0f} {load:>5.1f}",
                flush=True,
            )
            last = now
    process.wait()
    assert len(seconds) == count, f"{len(seconds)} of {count}"
    total = time.perf_counter() - begin
    print(f"{count} submissions in {total:.0f} s with {jobs} jobs: {count / total:.2f} a second")
    for name, column in (("median seconds", 0), ("memory", 2)):
        early, late = rows[0][column], rows[-1][column]
        print(f"{name}: {early:.3g} at first, {late:.3g} at last, {late / early - 1:+.1%}")


if __name__ == "__main__":
    main()
