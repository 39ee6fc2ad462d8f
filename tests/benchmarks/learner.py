"""Prints how long a cold `pytest exercises/ridge` takes beside importing what it needs anyway."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
RUNS = 9


def seconds(*arguments: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, check=False)
    return time.perf_counter() - start


def main() -> None:
    imports, check = [], []
    for _ in range(RUNS):  # in turns, so that both see the same machine
        imports.append(seconds("-c", "import numpy, pytest, hypothesis"))
        check.append(seconds("-m", "pytest", "exercises/ridge"))
    base, ours = statistics.median(imports), statistics.median(check)
    print(f"import numpy, pytest, hypothesis: {base:.3f} s")
    print(f"pytest exercises/ridge, cold:     {ours:.3f} s, {ours / base:.2f} times as long")


if __name__ == "__main__":
    main()
