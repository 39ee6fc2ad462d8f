"""The store on a real PostgreSQL server: `make test-postgres`.

The tests start a server of their own from Debian's package `postgresql`, in a temporary folder, on
a Unix socket, and stop it again.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from graders.batch import grade_all
from graders.intake.layouts import Learner
from graders.intake.roster import Person
from graders.intake.submissions import find
from graders.pools import local_pool
from graders.store import Key, Store, StoreError
from tests.grading_at_scale.made_up import HOSTILE, report

CLASS = Path(__file__).parents[1] / "class"
ROOT = Path(__file__).parents[2]


def binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: p.parts[-3])
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def other_user() -> dict[str, int]:
    """PostgreSQL refuses to run as root: who runs it instead."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid}
    raise AssertionError("there is no user to run PostgreSQL as")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a fresh server's database."""
    home = binaries()
    if home is None:
        told = "PostgreSQL is not installed; on Debian and Ubuntu: apt-get install postgresql"
        # where it counts, a skipped test would look like a passed one
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    user = other_user()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path must be short
    if user:
        os.chown(folder, user["user"], user["group"])

    def run(*command: str | Path) -> None:
        ended = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, **user
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr

    data = folder / "data"
    try:
        run(home / "initdb", "-D", data, "-U", "grader", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run(home / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://grader@/postgres?host={folder}"
        finally:
            run(home / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def url(server: str) -> Iterator[str]:
    """A store with nothing in it."""
    yield server
    from sqlalchemy import create_engine

    from graders.store import _tables

    engine = create_engine(server)
    _tables.drop_all(engine)
    engine.dispose()


def key(letter: str) -> Key:
    return Key("ridge", letter * 64, "g")


def test_results_come_back_and_are_replaced(url: str) -> None:
    hostile = HOSTILE.replace("\x00", "")
    with Store(url) as store:
        store.add_result(key("a"), report("error"), final=False)
        made = report("passed", "failed", message=HOSTILE, output=HOSTILE, submission="")
        store.add_result(key("a"), made, fingerprints=b"\x00\xff")
        store.add_submission(key("a"), Learner("anna", hostile[:200]), hostile, "p", None)
        store.set_roster([Person("anna", "Anna", "S1")])
    with Store(url, create=False) as store:
        known = store.known(key("a"), "sandbox")
        assert known is not None
        assert (known.report, known.fingerprints) == (made, b"\x00\xff")
        (only,) = store.attempts()
        assert (only.section, only.report.submission) == ("S1", hostile)


def write_many(url: str) -> None:
    with Store(url) as store:
        for letter in "abcdefgh":
            store.add_result(key(letter), report("passed"))
            store.add_submission(key(letter), Learner("anna"), "n", letter, None)


def test_several_graders_at_once_make_no_row_twice(url: str) -> None:
    Store(url).close()
    with ProcessPoolExecutor(3) as executor:
        list(executor.map(write_many, [url] * 3))
    with Store(url) as store:
        assert len(store.attempts()) == 8


def test_grading_into_it_and_going_on(url: str) -> None:
    submissions = find([CLASS / "igor", CLASS / "luis"], ["ridge"])
    for from_store in (False, True):
        with Store(url) as store, local_pool(1) as pool:
            outcomes = list(grade_all(submissions, store, pool))
            assert [outcome.from_store for outcome in outcomes] == [from_store] * 2
            assert [attempt.learner.id for attempt in store.attempts()] == ["igor", "luis"]


def test_the_command_line_takes_its_url(url: str) -> None:
    command = [sys.executable, "-c", "from graders.cli import main; main()"]

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )

    assert run("grade", "tests/class/igor", "--store", url).returncode == 1
    assert "igor" in run("export", url, "--to", "csv").stdout


def test_a_server_that_is_not_there_is_told(url: str) -> None:
    with pytest.raises(StoreError, match="cannot be opened") as told:
        Store("postgresql+psycopg://grader:secret@/postgres?host=/nowhere")
    assert "secret" not in str(told.value)
    assert "\n" not in str(told.value)
