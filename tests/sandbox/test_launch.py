"""Zygotes: their beginning, their sharing, and that nothing is left of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from graders.sandbox import SandboxUnavailable, Session, close_all, launch, preload_for, warm

ROOT = Path(__file__).resolve().parents[2]
SOURCE = b"def f(x): return x + 1\ndef hang():\n    while True: pass\n"


def ask(x: int) -> int:
    with Session({"m.py": SOURCE}, "m.py") as session:
        result: int = session.call("f", x)
        return result


@pytest.fixture
def scratch_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary directory for zygotes started in this test."""
    close_all()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    yield tmp_path
    close_all()


def children(pid: int) -> list[int]:
    """The processes whose parent is `pid`, zombies included."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == pid:
                found.append(int(entry.name))
    return found


def eventually(condition: Callable[[], Any], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_a_closed_session_leaves_no_process_no_zombie_and_no_file(scratch_root: Path) -> None:
    warm("numpy")
    pid = launch._zygote("numpy").process.pid
    for isolation in ("sandbox", "process"):
        with Session({"m.py": SOURCE}, "m.py", isolation=isolation) as session:  # type: ignore[arg-type]
            assert session.call("f", 1) == 2
            assert len(children(pid)) == 1
        assert children(pid) == []
    (home,) = scratch_root.iterdir()
    assert list(home.iterdir()) == []
    close_all()
    assert list(scratch_root.iterdir()) == []
    assert not Path(f"/proc/{pid}").exists()


def test_descriptors_do_not_pile_up() -> None:
    ask(0)
    before = len(os.listdir("/proc/self/fd"))
    zygote = launch._zygote("numpy").process.pid
    before_there = len(os.listdir(f"/proc/{zygote}/fd"))
    for i in range(20):
        ask(i)
    assert len(os.listdir("/proc/self/fd")) == before
    assert len(os.listdir(f"/proc/{zygote}/fd")) == before_there


def test_threads_share_a_zygote() -> None:
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(40))) == list(range(1, 41))


def test_a_zygote_outlives_the_thread_that_started_it() -> None:
    close_all()
    with ThreadPoolExecutor(1) as pool:
        session = pool.submit(lambda: Session({"m.py": SOURCE}, "m.py")).result()
        assert pool.submit(session.call, "f", 1).result() == 2
    time.sleep(0.1)
    assert session.call("f", 2) == 3
    assert session.incidents == ()
    session.close()


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_it_works_in_a_process_of_a_pool(method: str) -> None:
    assert ask(1) == 2  # this process has a zygote of its own, which a fork must not use
    with ProcessPoolExecutor(2, mp_context=get_context(method)) as pool:
        assert list(pool.map(ask, range(4))) == [1, 2, 3, 4]
    assert ask(5) == 6


def test_a_zygote_that_died_is_replaced() -> None:
    with Session({"m.py": SOURCE}, "m.py") as session:
        assert session.call("f", 1) == 2
        zygote = launch._zygote("numpy").process.pid
        worker = children(zygote)[0]
        os.kill(zygote, signal.SIGKILL)
        assert eventually(lambda: not Path(f"/proc/{worker}").exists())
        with pytest.raises(SandboxUnavailable):  # which is no fault of the submission's
            session.call("f", 1)
        assert session.call("f", 2) == 3
    assert ask(1) == 2


def test_a_killed_zygote_leaves_no_directory(scratch_root: Path) -> None:
    ask(1)
    process = launch._zygote("numpy").process  # asked for again, it may be the next one
    process.kill()
    process.wait()
    ask(1)
    assert len(list(scratch_root.iterdir())) == 1


def test_a_zygote_that_cannot_start_says_why(tmp_path: Path) -> None:
    # an interpreter without the packages: as in an environment that was moved or half removed
    program = f"""
        import sys
        sys.path = [p for p in sys.path if "site-packages" not in p] + [{str(ROOT)!r}]
        sys.path += {[p for p in sys.path if "site-packages" in p]!r}
        from graders.sandbox import Session, SandboxUnavailable, policy
        policy.libraries = lambda: [p for p in sys.path if "site-packages" not in p]
        try:
            Session({{"m.py": b""}}, "m.py").load()
        except SandboxUnavailable as problem:
            print(problem)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "did not start: ModuleNotFoundError: No module named" in done.stdout, done.stderr


@pytest.mark.parametrize("isolation", ["sandbox", "process"])
def test_directories_that_were_shut_are_removed_too(scratch_root: Path, isolation: str) -> None:
    source = b"import os\ndef f(): os.makedirs('a/b'); os.mkdir('a/b/c', 0); os.mkdir('d', 0)\n"
    with Session({"m.py": source}, "m.py", isolation=isolation) as session:  # type: ignore[arg-type]
        session.call("f")
    (home,) = scratch_root.iterdir()
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("isolation", ["sandbox", "process"])
def test_nothing_is_left_when_the_grader_is_killed(scratch_root: Path, isolation: str) -> None:
    program = f"""
        import os, sys, time
        from graders.sandbox import Session, launch
        source = b'def f(): return open("left", "w").write("x")\\ndef g():\\n    while True: pass'
        session = Session({{"m.py": source}}, "m.py", isolation={isolation!r})
        session.call("f")
        # A child that holds copies of every descriptor must not keep the zygote alive.
        child = os.fork()
        if child == 0:
            time.sleep(30); os._exit(0)
        print(launch._zygote("numpy").process.pid, child, flush=True)
        session.call("g")
    """
    grader = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(scratch_root)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert grader.stdout is not None
    with grader.stdout:
        zygote, child = map(int, grader.stdout.readline().split())
        workers = children(zygote)
        assert len(workers) == 1
        grader.kill()
        grader.wait()
        gone = [zygote, *workers]
        try:
            assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in gone))
        finally:
            os.kill(child, signal.SIGKILL)
    assert list(scratch_root.iterdir()) == []


def test_an_interrupt_from_the_keyboard_reaches_the_grader_alone() -> None:
    program = """
        import os, signal, threading
        from graders.sandbox import Session
        source = b"import time\\ndef f(): time.sleep(60)\\ndef g(): return 1"
        with Session({"m.py": source}, "m.py") as session:
            session.load()
            threading.Timer(0.2, lambda: os.killpg(0, signal.SIGINT)).start()
            try:
                session.call("f")
            except KeyboardInterrupt:
                print("interrupted", session.call("g"))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        start_new_session=True,
    )
    assert done.stdout.split() == ["interrupted", "1"], done.stderr


@pytest.mark.parametrize(
    ("source", "torch", "preload"),
    [
        (b"import numpy as np\n", False, "numpy"),
        (b"def f():\n    from sklearn.linear_model import Ridge\n", False, "scipy"),
        (b"import numpy as np, scipy.linalg as la\n", False, "scipy"),
        (b"import torch\n", False, "torch"),
        (b"x = 1\n", True, "torch"),
        (b"from scipy import special\n", True, "torch-scipy"),
        (b"this is not ( python\nimport sklearn", False, "scipy"),
        (b"\xff\xfe" + b"(" * 100_000, False, "numpy"),
    ],
)
def test_the_preload_set_follows_the_imports(source: bytes, torch: bool, preload: str) -> None:
    assert preload_for({"a.py": source, "b.txt": b"import torch"}, torch=torch) == preload
