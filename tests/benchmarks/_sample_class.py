"""Makes large classes out of the sample class, for the benchmarks beside this file."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "class"
#: Right, wrong, crashing and cheating, but not the one that never stops: it takes a minute by
#: design, which says nothing of the grader.
WHO = (
    "amara", "bjorn", "chen", "dalia", "emeka", "farah", "hanna", "igor", "jun", "katya", "luis",
)  # fmt: skip


def make(folder: Path, count: int, *, who: tuple[str, ...] = WHO) -> Path:
    """`count` ridge submissions with distinct bytes in student folders, in mixed order."""
    mixed = random.Random(0)
    for start in range(0, count, len(who)):
        for place, name in enumerate(mixed.sample(who, len(who)), start=start):
            if place < count:
                home = folder / f"s{place:05}-{name}"
                home.mkdir(parents=True)
                source = (SAMPLES / name / "ridge.py").read_text()
                (home / "ridge.py").write_text(f"{source}\n# submission {place}\n")
    return folder


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-c", "from graders.cli import main; main()", *map(str, arguments)]


def environment() -> dict[str, str]:
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return os.environ | one


def grade(*arguments: object) -> list[dict]:
    """The reports of a `penaltybox grade … --json`."""
    ended = subprocess.run(
        command("grade", *arguments, "--json"), cwd=ROOT, env=environment(),
        stdout=subprocess.PIPE, check=False,
    )  # fmt: skip
    assert ended.returncode == 1, ended.returncode
    return [json.loads(line) for line in ended.stdout.splitlines()]


def verdicts(reports: list[dict]) -> dict[str, tuple]:
    """What must not depend on how or where a submission was graded."""
    return {
        each["submission"]: (
            each["digest"], each["score"], each["status"],
            tuple((check["id"], check["status"], check["message"]) for check in each["checks"]),
        )
        for each in reports
    }  # fmt: skip


def cpu(process: psutil.Process) -> float:
    """CPU seconds of a process and all that it started, the ended ones included."""
    total = 0.0
    for each in [process, *process.children(recursive=True)]:
        try:
            total += sum(each.cpu_times()[:4])
        except psutil.Error:
            continue
    return total


def memory(process: psutil.Process) -> float:
    """MiB of a process and its descendants, pages that they share counted once."""
    total = 0
    for each in [process, *process.children(recursive=True)]:
        try:
            total += each.memory_full_info().pss
        except psutil.Error:
            continue  # it ended meanwhile
    return total / 2**20
