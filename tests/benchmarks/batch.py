"""Prints how a large class is graded: rate, memory, and whether either drifts.

    python tests/benchmarks/batch.py [2000] [--jobs 2] [--window 200]

Per window: seconds a submission (the median of what reports say, the mean of CPU and of wall) and
memory of all processes together. At the end the drift from the first window to the last, and how
long the class report takes. CPU seconds are what other work on the machine disturbs least.
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
from _sample_class import ROOT, command, cpu, environment, make, memory


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int, nargs="?", default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--window", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = make(Path(place) / "class", options.count)
        store, page = Path(place) / "class.sqlite", Path(place) / "class.html"
        run(folder, store, options)
        begin = time.perf_counter()
        subprocess.run(command("report", store, page), cwd=ROOT, env=environment(), check=True)
        size = page.stat().st_size / 2**20
        print(f"class report: {time.perf_counter() - begin:.1f} s, {size:.1f} MiB")


def run(folder: Path, store: Path, options: argparse.Namespace) -> None:
    process = subprocess.Popen(
        command("grade", folder, "--store", store, "--jobs", options.jobs, "--json"),
        cwd=ROOT, env=environment(), stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    grader = psutil.Process(process.pid)
    begin = last = time.perf_counter()
    spent = 0.0
    seconds: list[float] = []
    windows: list[tuple[float, float]] = []
    print("submissions  median s   CPU s  wall s  a second    MiB   load")
    for line in process.stdout:
        seconds.append(json.loads(line)["seconds"])
        if len(seconds) % options.window == 0:
            now, burnt = time.perf_counter(), cpu(grader)
            wall = (now - last) / options.window
            windows.append(((burnt - spent) / options.window, memory(grader)))
            print(
                f"{len(seconds):>11} {statistics.median(seconds[-options.window :]):>9.3f} "
                f"{windows[-1][0]:>7.3f} {wall:>7.3f} {1 / wall:>9.2f} {windows[-1][1]:>6.0f} "
                f"{psutil.getloadavg()[0]:>6.1f}",
                flush=True,
            )
            last, spent = now, burnt
    process.wait()
    assert len(seconds) == options.count, f"{len(seconds)} of {options.count}"
    total = time.perf_counter() - begin
    rate = options.count / total
    print(f"{options.count} submissions in {total:.0f} s, {options.jobs} jobs: {rate:.2f} a second")
    for name, column in (("CPU seconds", 0), ("MiB", 1)):
        early, late = windows[0][column], windows[-1][column]
        print(f"{name}: {early:.3g} at first, {late:.3g} at last, {late / early - 1:+.1%}")


if __name__ == "__main__":
    main()
