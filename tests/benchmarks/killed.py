"""Shows that a grader killed with `kill -9` loses nothing and grades nothing twice.

    python tests/benchmarks/killed.py [500] [--kills 5]

The class is graded undisturbed, and again into another store with the grader killed at random
moments; then rows, scores and what was graded twice are compared.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
import sqlalchemy as sa
from _sample_class import ROOT, command, environment, grade, make, verdicts


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int, nargs="?", default=500)
    parser.add_argument("--kills", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = make(Path(place) / "class", options.count)
        begin = time.perf_counter()
        calm = grade(folder, "--store", Path(place) / "calm.sqlite")
        calm_seconds = time.perf_counter() - begin
        print(f"undisturbed: {len(calm)} reports in {calm_seconds:.0f} s", flush=True)
        store = Path(place) / "killed.sqlite"
        survivors: list[psutil.Process] = []
        moments = random.Random()
        seen: dict[int, str] = {}
        for turn in range(options.kills):
            pause = calm_seconds / (options.kills + 1) * moments.uniform(0.3, 1.3)
            survivors += kill_after(pause, folder, store)
            now = rows(store)
            again = sum(now.get(row) != when for row, when in seen.items())
            print(f"kill {turn + 1} after {pause:.1f} s: {len(now)} kept, {again} graded twice")
            seen |= now
        finished = grade(folder, "--store", store)
        now = rows(store)
        again = sum(now[row] != when for row, when in seen.items())
        same = verdicts(finished) == verdicts(calm)
        left = [each for each in survivors if each.is_running()]
        print(
            f"finished: {len(finished)} reports, {len(now)} rows, {again} graded twice, "
            f"verdicts {'the same' if same else 'DIFFER'}, {len(left)} processes left running"
        )
        assert same
        assert (len(now), again, left) == (options.count, 0, [])


def kill_after(seconds: float, folder: Path, store: Path) -> list[psutil.Process]:
    """Grade for so long, then `kill -9`; returns the processes that were running then."""
    process = subprocess.Popen(
        command("grade", folder, "--store", store, "--json"),
        cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(seconds)
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    psutil.wait_procs(family, timeout=10)
    return family


def rows(store: Path) -> dict[int, str]:
    """When each result was written, by its row; a second grading would change that."""
    if not store.exists():
        return {}
    engine = sa.create_engine(f"sqlite:///{store}")
    with engine.connect() as connection:
        found = connection.execute(sa.text("select id, graded_at from results")).all()
        twice = connection.execute(
            sa.text("select count(*) from results group by exercise, digest having count(*) > 1")
        ).all()
    engine.dispose()
    assert not twice
    return {row.id: str(row.graded_at) for row in found}


if __name__ == "__main__":
    main()
