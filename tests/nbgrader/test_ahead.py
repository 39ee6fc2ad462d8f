"""What is graded ahead of nbgrader: in which order, when it is used, and that nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

import graders
from graders import grading
from graders.notebooks import ahead
from graders.notebooks.ahead import FEWEST, Ahead, read_answers
from graders.notebooks.beside import Beside

ROOT = Path(graders.__file__).parents[1]
NAMES = [f"s{number:02}" for number in range(FEWEST + 1)]
FILES = {name: {"ridge.py": f"# {name}".encode()} for name in NAMES}


class Fake:
    """Stands in for the process beside; it is always done with all but the last it was given."""

    made: list[Fake] = []  # noqa: RUF012
    dies = False

    def __init__(self) -> None:
        self.given: deque[str] = deque()
        self.asked: list[str] = []
        self.closed = False
        self.made.append(self)

    def give(self, name: str, exercise: str, files: dict[str, bytes], isolation: str) -> None:
        self.given.append(name)
        self.asked.append(name)

    def ready(self) -> bool:
        return len(self.given) > 1

    def take(self) -> tuple[str, Any]:
        name = self.given.popleft()
        return name, None if self.dies else _report("beside", FILES[name])

    def close(self) -> None:
        self.closed = True


def _report(who: str, files: dict[str, bytes]) -> Any:
    return grading.unreadable("ridge", who, "", grading.submission_digest(files))


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> type[Fake]:
    monkeypatch.setattr(Fake, "made", [])
    monkeypatch.setattr(Fake, "dies", False)
    monkeypatch.setattr(ahead, "Beside", Fake)
    monkeypatch.setattr(ahead, "_cores", lambda: 2)
    monkeypatch.setattr(ahead, "grade", lambda exercise, files, isolation: _report("here", files))
    return Fake


def _graded(run: Ahead, names: list[str]) -> list[str]:
    return [run.grade(name, "ridge", FILES[name]).submission for name in names]


def test_both_begin_at_an_end_and_meet(fake: type[Fake]) -> None:
    run = Ahead("ridge", NAMES[1:], FILES.get, "sandbox")
    who = _graded(run, NAMES)
    (beside,) = fake.made
    assert who == ["here"] * who.count("here") + ["beside"] * who.count("beside")
    assert 2 < who.count("beside") < len(NAMES) - 2
    assert beside.asked == NAMES[: -len(beside.asked) - 1 : -1]
    assert beside.closed


def test_other_files_than_were_read_ahead_are_graded_here(fake: type[Fake]) -> None:
    run = Ahead("ridge", NAMES[1:], FILES.get, "sandbox")
    _graded(run, NAMES[:-1])
    changed = {"ridge.py": b"# changed meanwhile"}
    assert run.grade(NAMES[-1], "ridge", changed) == _report("here", changed)


def test_what_it_cannot_do_or_read_is_graded_here(fake: type[Fake]) -> None:
    assert _graded(Ahead("ridge", NAMES[1:], lambda name: None, "sandbox"), NAMES) == (
        ["here"] * len(NAMES)
    )
    fake.dies = True
    assert _graded(Ahead("ridge", NAMES[1:], FILES.get, "sandbox"), NAMES) == ["here"] * len(NAMES)


def test_what_is_too_large_for_the_line_is_graded_here(fake: type[Fake]) -> None:
    large = {"ridge.py": b"#" * ahead.MOST_BYTES, "lasso.py": b"#"}
    run = Ahead("ridge", NAMES[1:], lambda name: large, "sandbox")
    assert _graded(run, NAMES) == ["here"] * len(NAMES)
    assert not fake.made[0].asked


def test_a_few_submissions_or_a_single_core_need_no_process(
    fake: type[Fake], monkeypatch: pytest.MonkeyPatch
) -> None:
    _graded(Ahead("ridge", NAMES[:3], FILES.get, "sandbox"), NAMES[:4])
    monkeypatch.setattr(ahead, "_cores", lambda: 1)
    _graded(Ahead("ridge", NAMES[1:], FILES.get, "sandbox"), NAMES)
    assert not fake.made


def test_a_notebook_that_is_none_is_left_to_nbgrader(tmp_path: Path) -> None:
    for text in ("Dear teacher", "[]", "{}", '{"nbformat": 3, "worksheets": []}', "[" * 10_000):
        path = tmp_path / "ridge.ipynb"
        path.write_text(text)
        assert read_answers("ridge", {}, str(path)) is None
    link = tmp_path / "link.ipynb"
    link.symlink_to("/dev/zero")
    assert read_answers("ridge", {}, str(link)) is None


def test_the_process_gives_the_report_that_this_one_would() -> None:
    files = {"ridge.py": (ROOT / "reference" / "ridge.py").read_bytes()}
    beside = Beside()
    beside.give("right", "ridge", files, "sandbox")
    beside.give("none", "no such exercise", files, "sandbox")
    name, report = beside.take()
    assert name == "right"
    assert report is not None
    assert _timeless(report) == _timeless(grading.grade("ridge", files))
    assert beside.take() == ("none", None)
    beside.close()


def _timeless(report: Any) -> Any:
    checks = tuple(structs.replace(check, seconds=0.0) for check in report.checks)
    return structs.replace(report, seconds=0.0, checks=checks)


BUSY = """
import time
from graders.notebooks.beside import Beside

if __name__ == "__main__":
    beside = Beside()
    beside.give("endless", "ridge", {"ridge.py": b"while True: pass"}, "sandbox")
    time.sleep(3)
    print(beside.process.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_it_ends_with_the_process_that_started_it(number: int, tmp_path: Path) -> None:
    script = tmp_path / "busy.py"
    script.write_text(BUSY)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, str(script)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.send_signal(number)
        parent.wait()
    deadline = time.monotonic() + 20
    while left := [*Path("/proc").glob(str(pid)), *tmp_path.glob("penaltybox-*")]:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)
