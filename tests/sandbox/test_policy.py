"""What the policy lets a worker read, wherever the kit itself is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from graders.sandbox import Session, missing, policy

ROOT = Path(__file__).resolve().parents[2]
READ = b"""
def read(path):
    try:
        return open(path).read()
    except OSError as error:
        return type(error).__name__
def load(name): return __import__(name).__name__
def move():
    import os
    os.mkdir("a"); open("a/x", "w").write("1"); os.replace("a/x", "y"); return os.listdir(".")
"""


def test_this_machine_lacks_nothing() -> None:
    assert missing() == []


def test_rules_leave_out_what_is_excluded(tmp_path: Path) -> None:
    for name in ("lib/numpy/core", "lib/graders/checks", "lib/other", "lib/linked"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "lib/reference.py").write_text("")
    (tmp_path / "lib/link").symlink_to(tmp_path / "lib/graders")
    shut = [str(tmp_path / "lib/graders"), str(tmp_path / "lib/reference.py")]
    rules = dict(policy.readable([str(tmp_path / "lib")], shut))
    names = {
        os.path.relpath(path, tmp_path): whole
        for path, whole in rules.items()
        if path.startswith(str(tmp_path))
    }
    assert names == {"lib": False, "lib/numpy": True, "lib/other": True, "lib/linked": True}
    assert list(policy.readable([shut[0], shut[0] + "/checks"], shut)) == list(
        policy.readable([], shut)
    )


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The kit as pip would install it: in site-packages, among other packages."""
    site = tmp_path / "lib" / "site-packages"
    site.mkdir(parents=True)
    shutil.copytree(ROOT / "graders", site / "graders", ignore=shutil.ignore_patterns("__pyc*"))
    for name in ("reference", "exercises", "interview", "penaltybox-0.1.0.dist-info", "neighbour"):
        (site / name).mkdir()
        (site / name / "__init__.py").write_text("canary = 'sings'\n")
    return site


def run(program: str, **environment: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd="/",
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_installed_kit_is_as_closed_as_a_cloned_one(installed: Path) -> None:
    inside = (
        "graders/sandbox/worker.py",
        "reference",
        "exercises",
        "interview",
        "penaltybox-0.1.0.dist-info",
    )
    paths = [str(installed / (p if p.endswith("py") else f"{p}/__init__.py")) for p in inside]
    said = run(
        f"""
        from graders.sandbox import Session, launch
        assert launch.__file__.startswith({str(installed)!r})
        with Session({{"m.py": {READ!r}}}, "m.py") as session:
            for path in {paths!r}:
                print(session.call("read", path))
            print(session.call("read", {str(installed / "neighbour/__init__.py")!r}).strip())
            print(session.call("load", "neighbour"), session.call("load", "sympy"))
        """,
        PYTHONPATH=str(installed),
    )
    assert said.split("\n")[:5] == ["PermissionError"] * 5
    assert said.split("\n")[5:7] == ["canary = 'sings'", "neighbour sympy"]


def test_a_cloned_kit_is_closed_even_around_its_own_environment() -> None:
    with Session({"m.py": READ}, "m.py") as session:
        for path in ("graders/sandbox/policy.py", "pyproject.toml", "tests/sandbox/conftest.py"):
            assert session.call("read", str(ROOT / path)) == "PermissionError"
        import numpy

        assert "numpy" in session.call("read", numpy.__file__)


def test_without_mounts_the_box_still_holds(tmp_path: Path) -> None:
    # A process under Landlock may not mount; so this grader's workers cannot have a file system.
    source = (
        READ
        + textwrap.dedent("""
        import os
        def fill(unlink):
            for i in range(100):
                with open(f"f{i}", "wb") as file:
                    if unlink: os.unlink(f"f{i}")
                    for _ in range(10): file.write(bytes(2**20))
                    file.flush()
                    if unlink: os.dup(file.fileno())
        def files():
            for i in range(10**6): open(f"f{i}", "w").close()
    """).encode()
    )
    said = run(
        f"""
        import landlock
        ruleset = landlock.Ruleset()
        ruleset.allow("/")
        ruleset.apply()
        from graders.sandbox import Crashed, Session, launch
        with Session({{"m.py": {source!r}}}, "m.py") as session:
            print(session.call("move"), session.call("read", "/etc/passwd"))
            for function, args in (("fill", [False]), ("fill", [True]), ("files", [])):
                try:
                    session.call(function, *args)
                except Crashed as crash:
                    print(crash)
        """,
        PYTHONPATH=str(ROOT),
        TMPDIR=str(tmp_path),
    )
    lines = said.split("\n")
    assert "'y'" in lines[0]
    assert lines[0].endswith("PermissionError")
    assert lines[1] == lines[2] == "wrote more than 64 MiB of files"
    assert lines[3] == "made more than 1024 files"
    assert list(tmp_path.iterdir()) == []


def test_where_a_container_listens_already_threads_are_counted() -> None:
    source = b"""
import threading, time
def start(n):
    for _ in range(n): threading.Thread(target=time.sleep, args=(5,), daemon=True).start()
    time.sleep(0.5)
    return n
"""
    said = run(
        f"""
        import pyseccomp
        filter = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
        filter.add_rule(pyseccomp.NOTIFY, "swapoff")
        filter.load()  # only one filter of a process may have a listener
        from graders.sandbox import Crashed, Session
        with Session({{"m.py": {source!r}}}, "m.py") as session:
            print(session.call("start", 8))
            try:
                session.call("start", 40)
            except Crashed as crash:
                print(crash)
        """,
        PYTHONPATH=str(ROOT),
    )
    assert said.split("\n")[:2] == ["8", "started more than 32 threads"]


def test_files_move_between_directories_of_the_scratch() -> None:
    with Session({"m.py": READ}, "m.py") as session:
        assert sorted(session.call("move")) == ["a", "y"]
