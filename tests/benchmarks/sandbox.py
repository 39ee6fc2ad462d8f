"""Prints what the box costs: `python tests/benchmarks/sandbox.py`."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from graders.sandbox import Preload, Session, close_all, warm

SOURCE = b"""
def small(X, y, lam): return X[0] * lam, 1.0
def same(X): return X
def call(f, n):
    for _ in range(n): f(1.0)
"""
PRELOADS: tuple[Preload, ...] = ("numpy", "scipy", "torch", "torch-scipy")


def median_ms(run: Callable[[], Any], repeats: int) -> float:
    """Median time of `run` in milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e3


def whole_session(preload: Preload) -> None:
    with Session({"m.py": SOURCE}, "m.py", preload=preload) as session:
        session.load()


def main() -> None:
    print("preload set     zygote started   worker ready, ended (median of 20)")
    for preload in PRELOADS:
        start = time.perf_counter()
        warm(preload)
        started = time.perf_counter() - start
        ready = median_ms(lambda preload=preload: whole_session(preload), 20)  # type: ignore[misc]
        print(f"{preload:14} {started:10.2f} s {ready:20.1f} ms")
    X, y = np.ones((30, 3)), np.ones(30)
    large = np.ones(2**20)
    with Session({"m.py": SOURCE}, "m.py") as session:
        session.load()
        small = median_ms(lambda: session.call("small", X, y, 0.1), 2000)
        there_and_back = median_ms(lambda: session.call("same", large), 20)
        callbacks = median_ms(lambda: session.call("call", lambda x: x, 1000), 5) / 1000
        print(f"one small call       {small:8.3f} ms")
        print(f"8 MiB there and back {there_and_back:8.1f} ms")
        print(f"one callback         {callbacks:8.3f} ms")
    close_all()


if __name__ == "__main__":
    main()
