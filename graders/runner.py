"""Runs an exercise's checks under pytest in this process and says how each one ended."""

from __future__ import annotations

import inspect
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from exercises.catalog import Exercise
from exercises.checking import Call

HIDDEN = Path(__file__).parent / "checks"

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


class _Plugin:
    """Gives checks their `submission` and takes down how each one ends."""

    def __init__(
        self,
        submission: Any,
        checks: dict[str, CheckRun],
        ended: Callable[..., None],
        only: str | None = None,
    ) -> None:
        self._submission = submission
        self.interrupted = False
        self.checks = checks
        self._ended = ended
        self._only = only

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self.interrupted = True  # the exit code is the same as for a check that cannot be imported

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "check(*functions, points, hint, replay): see CheckRun")
        config.option.tbstyle = "native"  # nobody reads pytest's own report, so keep it cheap

    @pytest.fixture
    def submission(self) -> Any:
        return self._submission

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self._only is not None:
            items[:] = [item for item in items if item.name == f"test_{self._only}"]
        for item in items:
            check = _describe(item)
            if check.id in self.checks:
                raise pytest.UsageError(f"two checks are called {check.id}: {item.nodeid}")
            self.checks[check.id] = check

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        check = self.checks[item.name.removeprefix("test_")]
        self._submission.begin_example()
        start = time.perf_counter()
        try:
            result = yield
        except BaseException as error:
            check.error = error
            raise
        else:
            check.ran = True
            return result
        finally:
            check.calls = list(self._submission.calls)
            check.seconds = time.perf_counter() - start
            self._ended(check)


def collect_checks(exercise: Exercise) -> dict[str, CheckRun]:
    """The exercise's checks by id, visible ones first, none of them run."""
    plugin = _Plugin(None, {}, lambda check: None)
    _pytest(exercise, plugin, "--collect-only")
    return plugin.checks


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
    plugin = _Plugin(submission, {}, ended, only)
    _pytest(exercise, plugin)
    return plugin.checks


def _pytest(exercise: Exercise, plugin: _Plugin, *options: str) -> None:
    files = [exercise.self_check, HIDDEN / f"test_{exercise.name}.py"]
    paths = [str(path) for path in files if path.exists()]
    surroundings = {
        name: os.environ.pop(name)
        for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
        if name in os.environ
    }
    surroundings |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": ""}
    before = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    current = os.environ.get("PYTEST_CURRENT_TEST")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        code = pytest.main([*_OPTIONS, *options, *paths], plugins=[plugin])
    finally:
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        if before is not None:
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = before
        if current is not None:  # we may run inside a test of the kit's own
            os.environ["PYTEST_CURRENT_TEST"] = current
        surroundings.pop("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
        os.environ.update(surroundings)
    if plugin.interrupted:
        raise KeyboardInterrupt
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise RuntimeError(f"The checks of {exercise.name} could not be collected from {paths}.")


def _describe(item: pytest.Item) -> CheckRun:
    mark = item.get_closest_marker("check")
    function = getattr(item, "obj", None)
    if mark is None or function is None:
        raise pytest.UsageError(f"{item.nodeid} is not marked with @pytest.mark.check")
    return CheckRun(
        id=item.name.removeprefix("test_"),
        title=(inspect.getdoc(function) or item.name).splitlines()[0],
        functions=mark.args,
        points=float(mark.kwargs.get("points", 0)),
        hint=mark.kwargs.get("hint"),
        visible=item.path.parent != HIDDEN,
        replay=mark.kwargs.get("replay", True),
    )
