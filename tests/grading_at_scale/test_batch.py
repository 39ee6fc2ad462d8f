"""Every submission ends in exactly one row, whatever dies on the way."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from graders import pools
from graders.batch import MAX_LOSSES, Outcome, grade_all, grade_one
from graders.intake.submissions import Submission, find
from graders.pools import Pool, local_pool
from graders.report import Report
from graders.store import Store

CLASS = Path(__file__).parents[1] / "class"
#: Submissions that are graded within a second: one right, one that is no Python, one that leaves.
QUICK = ("amara", "igor", "luis")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five learners: one handed in what another did, one what cannot be read."""
    for who in QUICK:
        (tmp_path / "class" / who).mkdir(parents=True)
        shutil.copy(CLASS / who / "ridge.py", tmp_path / "class" / who)
    shutil.copytree(tmp_path / "class" / "igor", tmp_path / "class" / "zoe")
    (tmp_path / "class" / "vera").mkdir()
    (tmp_path / "class" / "vera" / "ridge.ipynb").write_bytes(b"\x00 no notebook")
    return tmp_path / "class"


def by_learner(outcomes: list[Outcome]) -> dict[str, Report]:
    return {outcome.submission.learner.id: outcome.report for outcome in outcomes}


def counts(path: Path) -> tuple[int, int]:
    with sa.create_engine(f"sqlite:///{path}").connect() as connection:
        return tuple(  # type: ignore[return-value]
            connection.scalar(sa.text(f"select count(*) from {table}"))
            for table in ("submissions", "results")
        )


def nobody() -> Executor:
    raise AssertionError("nothing was left to grade")


def test_each_once_then_never_again(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    submissions = find([folder])
    with Store(str(path)) as store, local_pool(1) as pool:
        first = list(grade_all(submissions, store, pool))
    reports = by_learner(first)
    assert sorted(outcome.index for outcome in first) == list(range(5))
    assert reports["amara"].all_passed
    assert [reports[who].status for who in ("igor", "zoe", "vera")] == ["error"] * 3
    assert reports["luis"].status == "unsafe"
    assert "not a notebook" in reports["vera"].checks[0].message
    assert reports["zoe"].submission.endswith("zoe/ridge.py")
    assert counts(path) == (5, 4)
    with Store(str(path)) as store:
        again = list(grade_all(submissions, store, Pool(nobody, 1)))
        assert by_learner(again) == reports
        assert sum(outcome.from_store for outcome in again) == 4
        assert {a.learner.id: a.report.score for a in store.attempts()} == {
            who: made.score for who, made in reports.items()
        }
    assert counts(path) == (5, 4)


def test_a_resubmission_is_graded_and_counts(folder: Path, tmp_path: Path) -> None:
    with Store(str(tmp_path / "s.sqlite")) as store, local_pool(1) as pool:
        list(grade_all(find([folder / "luis"], ["ridge"]), store, pool))
    shutil.copy(CLASS / "amara" / "ridge.py", folder / "luis" / "ridge.py")
    with Store(str(tmp_path / "s.sqlite")) as store, local_pool(1) as pool:
        list(grade_all(find([folder / "luis"], ["ridge"]), store, pool))
        before, now = store.attempts()
    assert (before.latest, now.latest) == (False, True)
    assert now.report.score > before.report.score


def test_a_result_of_another_isolation_is_not_reused(folder: Path, tmp_path: Path) -> None:
    submissions = find([folder / "igor"], ["ridge"])
    with Store(str(tmp_path / "s.sqlite")) as store, local_pool(1) as pool:
        for isolation in ("process", "sandbox"):
            (outcome,) = grade_all(submissions, store, pool, isolation=isolation)
            assert (outcome.report.isolation, outcome.from_store) == (isolation, False)
        assert len(store.attempts()) == 1


def test_killed_workers_cost_nothing(folder: Path, tmp_path: Path) -> None:
    with Store(str(tmp_path / "s.sqlite")) as store, local_pool(2) as pool:
        outcomes: list[Outcome] = []
        running: Iterator[Outcome] = grade_all(find([folder]), store, pool)
        outcomes.append(next(running))
        victims = multiprocessing.active_children()
        for victim in victims:
            os.kill(victim.pid or 0, signal.SIGKILL)
        outcomes.extend(running)
        assert len(store.attempts()) == 5
    assert victims
    assert by_learner(outcomes)["amara"].all_passed
    assert "died" not in by_learner(outcomes)["igor"].checks[0].message


def grade_or_die(exercise: str, files: dict[str, bytes], isolation: str) -> tuple[bytes, bytes]:
    """As `grade_one`, but one submission takes the whole process with it."""
    if b"all tests passed" in files["ridge.py"]:
        os.kill(os.getpid(), signal.SIGKILL)
    return grade_one(exercise, files, isolation)


class DeadlyPool(Pool):
    def submit(self, function: Callable[..., Any], *args: Any) -> Any:
        return super().submit(grade_or_die, *args)


def test_what_kills_its_worker_each_time_gets_a_row_and_harms_nobody(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "Pool", DeadlyPool)
    path = tmp_path / "s.sqlite"
    submissions = find([folder])
    with Store(str(path)) as store, local_pool(2) as pool:
        reports = by_learner(list(grade_all(submissions, store, pool)))
    assert f"died {MAX_LOSSES} times" in reports["luis"].checks[0].message
    assert reports["amara"].all_passed
    assert "SyntaxError" in reports["igor"].checks[0].message
    monkeypatch.undo()
    luis = [item for item in submissions if item.learner.id == "luis"]
    with Store(str(path)) as store, local_pool(1) as pool:
        (outcome,) = grade_all(luis, store, pool)
        assert (outcome.from_store, outcome.report.status) == (False, "unsafe")
    assert counts(path) == (5, 4)


def broken_grader(*_: object) -> tuple[bytes, bytes]:
    raise ZeroDivisionError("a fault of ours")


class BrokenPool(Pool):
    def submit(self, function: Callable[..., Any], *args: Any) -> Any:
        return super().submit(broken_grader)


def test_a_fault_of_the_grader_is_told_and_tried_again(folder: Path, tmp_path: Path) -> None:
    submissions: list[Submission] = find([folder / "igor"], ["ridge"])
    with Store(str(tmp_path / "s.sqlite")) as store, local_pool(1) as pool:
        broken = BrokenPool(pools._Here, 1)
        (outcome,) = grade_all(submissions, store, broken)
        assert "ZeroDivisionError: a fault of ours" in outcome.report.checks[0].message
        (outcome,) = grade_all(submissions, store, pool)
        assert "SyntaxError" in outcome.report.checks[0].message
        assert len(store.attempts()) == 1
