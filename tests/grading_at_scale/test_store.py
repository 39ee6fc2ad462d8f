"""What the store promises: one row for each, the latest attempt, plain words when it cannot."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from msgspec import structs

from graders.intake.layouts import Learner
from graders.intake.roster import Person
from graders.store import Key, Store, StoreError

from .made_up import report

EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)


def key(letter: str, grader: str = "g") -> Key:
    return Key("ridge", letter * 64, grader)


def hand_in(
    store: Store, letter: str, place: str, when: datetime | None = None, learner: str = "anna"
) -> None:
    store.add_result(key(letter), report("passed", digest=letter * 64))
    store.add_submission(key(letter), Learner(learner), f"/x/{place}", place, when)


def letters(store: Store, learner: str = "anna") -> str:
    found = [each for each in store.attempts() if each.learner.id == learner]
    assert [each.latest for each in found] == [False] * (len(found) - 1) + [True]
    assert [each.number for each in found] == list(range(1, len(found) + 1))
    return "".join(each.report.digest[0] for each in found)


def test_a_result_comes_back_as_it_was(tmp_path: Path) -> None:
    made = structs.replace(report("passed", "failed", "timeout", output="ü\n"), submission="")
    with Store(str(tmp_path / "deep" / "er.sqlite")) as store:
        store.add_result(key("a"), made, fingerprints=b"1234")
        known = store.known(key("a"), "sandbox")
    assert known is not None
    assert (known.report, known.fingerprints) == (made, b"1234")
    with Store(str(tmp_path / "deep" / "er.sqlite"), create=False) as store:
        assert store.known(key("a"), "sandbox") == known
        assert store.known(key("b"), "sandbox") is None
        assert store.known(key("a", "other grader"), "sandbox") is None
        assert store.known(key("a"), "process") is None


def test_a_failure_of_the_grader_is_tried_again_and_replaced(tmp_path: Path) -> None:
    with Store(str(tmp_path / "s.sqlite")) as store:
        store.add_result(key("a"), report("error"), final=False)
        store.add_submission(key("a"), Learner("anna"), "n", "p", None)
        assert store.known(key("a"), "sandbox") is None
        store.add_result(key("a"), report("passed"))
        assert store.known(key("a"), "sandbox") is not None
        (only,) = store.attempts()
        assert only.report.checks[0].status == "passed"


def test_the_latest_attempt_is_the_one_handed_in_last(tmp_path: Path) -> None:
    with Store(str(tmp_path / "s.sqlite")) as store:
        hand_in(store, "b", "anna/second.py", LATE)
        hand_in(store, "a", "anna/first.py", EARLY)
        hand_in(store, "c", "ben/first.py", EARLY, "ben")
        assert letters(store) == "ab"
        assert letters(store, "ben") == "c"


def test_without_times_numbers_in_names_decide(tmp_path: Path) -> None:
    with Store(str(tmp_path / "s.sqlite")) as store:
        for letter, number in (("c", 10), ("a", 1), ("b", 9)):
            hand_in(store, letter, f"anna/attempt-{number}.py")
        assert letters(store) == "abc"


def test_a_file_that_was_changed_and_changed_back(tmp_path: Path) -> None:
    path = str(tmp_path / "s.sqlite")
    for letter, when in (("a", EARLY), ("b", LATE), ("a", EARLY)):
        with Store(path) as store:
            hand_in(store, letter, "anna/ridge.py", when)
    with Store(path) as store:
        assert letters(store) == "ba"


def test_two_learners_with_the_same_bytes_share_a_result(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with Store(str(path)) as store:
        hand_in(store, "a", "anna/ridge.py")
        hand_in(store, "a", "ben/ridge.py", learner="ben")
        assert {each.learner.id for each in store.attempts()} == {"anna", "ben"}
        assert {each.report.submission for each in store.attempts()} == {
            "/x/anna/ridge.py", "/x/ben/ridge.py",
        }  # fmt: skip
    with sa.create_engine(f"sqlite:///{path}").connect() as connection:
        assert connection.scalar(sa.text("select count(*) from results")) == 1
        assert connection.scalar(sa.text("pragma journal_mode")) == "wal"


def test_the_roster_is_replaced_and_gives_sections(tmp_path: Path) -> None:
    with Store(str(tmp_path / "s.sqlite")) as store:
        store.set_roster([Person("old", "Old")])
        store.set_roster([Person("anna", "Anna A", "S1"), Person("ben", "Ben", "S2")])
        hand_in(store, "a", "anna/ridge.py")
        (only,) = store.attempts()
        assert (only.section, only.learner.name) == ("S1", "Anna A")
        assert [person.id for person in store.roster()] == ["anna", "ben"]


def test_many_threads_and_two_graders_make_no_row_twice(tmp_path: Path) -> None:
    stores = [Store(str(tmp_path / "s.sqlite")) for _ in range(2)]

    def work(store: Store) -> None:
        for letter in "abcdef":
            hand_in(store, letter, f"anna/{letter}.py")

    threads = [threading.Thread(target=work, args=(store,)) for store in stores * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stores[0].attempts()) == 6
    for store in stores:
        store.close()


def test_in_memory_it_works_from_several_threads() -> None:
    with Store(":memory:") as store:
        thread = threading.Thread(target=hand_in, args=(store, "a", "p"))
        thread.start()
        thread.join()
        assert len(store.attempts()) == 1


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("nowhere.sqlite", "There is no store at"),
        ("no such dialect://x", "neither a path nor a database URL"),
        ("oracle://x/y", "needs a driver that is not installed"),
        ("folder", "no store"),
        ("text.txt", "cannot be opened"),
    ],
)
def test_what_is_no_store_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.txt").write_text("hello " * 300)
    with pytest.raises(StoreError, match=said) as told:
        Store(where, create=False)
    assert "\n" not in str(told.value)


def test_a_database_of_something_else_is_told(tmp_path: Path) -> None:
    with sa.create_engine(f"sqlite:///{tmp_path}/x.sqlite").begin() as connection:
        connection.execute(sa.text("create table other (id int)"))
    with pytest.raises(StoreError, match="is no store of results"):
        Store(str(tmp_path / "x.sqlite"), create=False)


def test_a_read_only_store_is_told(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with Store(str(path)) as store:
        hand_in(store, "a", "anna/ridge.py")
    url = f"sqlite:///file:{path}?mode=ro&uri=true"
    with pytest.raises(StoreError, match="read-only; use another by --store"):
        Store(url)
    with Store(url, create=False) as store:
        assert len(store.attempts()) == 1


def test_a_full_disk_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with Store(str(path)) as store:
        hand_in(store, "a", "anna/ridge.py")

        def no_more_pages(connection: object, _: object) -> None:
            connection.execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]

        sa.event.listen(store._engine, "connect", no_more_pages)
        store._engine.dispose()
        big = report("failed", message="x" * 1_000_000)
        with pytest.raises(StoreError, match="the disk is full; make room"):
            store.add_result(key("b"), big)
    with Store(str(path)) as store:
        assert letters(store) == "a"


def test_a_store_survives_its_process(tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        "from graders.store import Store, Key\n"
        "from graders.intake.layouts import Learner\n"
        "from tests.grading_at_scale.made_up import report\n"
        "store = Store(sys.argv[1])\n"
        "store.add_result(Key('ridge', 'a' * 64, 'g'), report('passed'))\n"
        "store.add_submission(Key('ridge', 'a' * 64, 'g'), Learner('anna'), 'n', 'p', None)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    path = str(tmp_path / "s.sqlite")
    ended = subprocess.run(
        [sys.executable, "-c", script, path], cwd=Path(__file__).parents[2], check=False
    )
    assert ended.returncode == -9
    with Store(path, create=False) as store:
        assert len(store.attempts()) == 1
