"""Collects an exercise's checks with pytest, runs them in this process, says how each one ended.

Collecting takes as long as asking a right submission, so it is done once a process. A check is a
function of the submission and nothing else, which makes calling it all there is to running it.
"""

from __future__ import annotations

import inspect
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from exercises.catalog import Exercise
from exercises.checking import Call

HIDDEN = Path(__file__).resolve().parent / "checks"

#: pytest without what a learner's or an instructor's surroundings could add to it.
_OPTIONS = [
    "--noconftest",
    "--import-mode=importlib",
    "--capture=no",
    "--strict-markers",
    f"--rootdir={Path(__file__).parent.parent}",
    f"-c{os.devnull}",
    *(
        f"-pno:{plugin}"
        for plugin in (
            "terminal",
            "cacheprovider",
            "faulthandler",
            "warnings",
            "logging",
            "doctest",
            "unittest",
            "junitxml",
            "pastebin",
            "stepwise",
            "unraisableexception",
            "threadexception",
            "setuponly",
            "setupplan",
            "debugging",
            "subtests",
        )
    ),
]


@dataclass
class CheckRun:
    """One check: what it is, and after the run how it ended (`ran` alone is no pass)."""

    id: str
    title: str
    functions: tuple[str, ...]
    points: float
    hint: str | None
    visible: bool
    replay: bool
    ran: bool = False
    error: BaseException | None = None
    calls: list[Call] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True)
class _Check:
    """A check as it was collected: what it is, not run, and the function that asks."""

    described: CheckRun
    function: Callable[[Any], object]


class _Collector:
    """Takes down what pytest finds."""

    def __init__(self) -> None:
        self.interrupted = False
        self.checks: dict[str, _Check] = {}

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self.interrupted = True  # the exit code is the same as for a check that cannot be imported

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "check(*functions, points, hint, replay): see CheckRun")

    @pytest.fixture
    def submission(self) -> Any:
        """What checks ask for; `run_checks` gives them the real one."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            check = _described(item)
            if check.described.id in self.checks:
                raise pytest.UsageError(
                    f"two checks are called {check.described.id}: {item.nodeid}"
                )
            self.checks[check.described.id] = check


def collect_checks(exercise: Exercise) -> dict[str, CheckRun]:
    """The exercise's checks by id, visible ones first, none of them run."""
    return {id: replace(check.described, calls=[]) for id, check in _collected(exercise).items()}


def run_checks(
    exercise: Exercise,
    submission: Any,
    ended: Callable[[CheckRun], None] = lambda check: None,
    *,
    only: str | None = None,
) -> dict[str, CheckRun]:
    """Run every check of the exercise, or `only` one, calling `ended` after each.

    Raises
    ------
    KeyboardInterrupt : if the person at the keyboard interrupts.
    RuntimeError : if pytest could not collect the checks, which is a fault of the kit.
    """
    runs = collect_checks(exercise)
    chosen = {id: run for id, run in runs.items() if only in (None, id)}
    for id, run in chosen.items():
        _run(run, _collected(exercise)[id].function, submission)
        ended(run)
    return chosen


def _run(check: CheckRun, function: Callable[[Any], object], submission: Any) -> None:
    submission.begin_example()
    start = time.perf_counter()
    try:
        function(submission)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # the box's `Interrupted`, and pytest's own, are no Exceptions
        check.error = error
    else:
        check.ran = True
    finally:
        check.calls = list(submission.calls)
        check.seconds = time.perf_counter() - start


@cache
def _collected(exercise: Exercise) -> dict[str, _Check]:
    collector = _Collector()
    files = [exercise.self_check, HIDDEN / f"test_{exercise.name}.py"]
    paths = [str(path) for path in files if path.exists()]
    own = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
    names = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", own)
    surroundings = {name: os.environ.pop(name) for name in names if name in os.environ}
    os.environ[own] = "1"
    try:
        code = pytest.main([*_OPTIONS, "--collect-only", *paths], plugins=[collector])
    finally:
        del os.environ[own]
        os.environ.update(surroundings)
    if collector.interrupted:
        raise KeyboardInterrupt
    if code != pytest.ExitCode.OK:
        raise RuntimeError(f"The checks of {exercise.name} could not be collected from {paths}.")
    return collector.checks


def _described(item: pytest.Item) -> _Check:
    mark = item.get_closest_marker("check")
    function = getattr(item, "obj", None)
    if mark is None or function is None:
        raise pytest.UsageError(f"{item.nodeid} is not marked with @pytest.mark.check")
    if getattr(item, "fixturenames", None) != ["submission"] or hasattr(item, "callspec"):
        raise pytest.UsageError(f"{item.nodeid} is no function of `submission` alone")
    described = CheckRun(
        id=item.name.removeprefix("test_"),
        title=(inspect.getdoc(function) or item.name).splitlines()[0],
        functions=mark.args,
        points=float(mark.kwargs.get("points", 0)),
        hint=mark.kwargs.get("hint"),
        visible=item.path.parent != HIDDEN,
        replay=mark.kwargs.get("replay", True),
    )
    return _Check(described, function)
