"""Prints seconds per exercise for grading every reference, cold and warm, in one process."""

from __future__ import annotations

import statistics
from pathlib import Path

from exercises.catalog import catalog
from graders.grading import grade

REFERENCE = Path(__file__).parent.parent.parent / "reference"
WARM_RUNS = 5


def main() -> None:
    print(f"{'exercise':<30} {'first':>8} {'warm':>8}   score")
    for name, exercise in catalog().items():
        names = (*exercise.uses, name)
        files = {f"{part}.py": (REFERENCE / f"{part}.py").read_bytes() for part in names}
        first = grade(name, files)
        warm = [grade(name, files).seconds for _ in range(WARM_RUNS)]
        print(
            f"{name:<30} {first.seconds:>7.2f}s {statistics.median(warm):>7.2f}s   "
            f"{first.score:g}/{first.max_score:g}"
        )


if __name__ == "__main__":
    main()
