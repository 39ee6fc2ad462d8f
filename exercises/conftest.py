"""Makes pytest kind to a learner: says what to write next, what was called and what came back."""

from __future__ import annotations

import inspect
import os
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from _pytest.terminal import TerminalReporter

from exercises.catalog import Exercise, catalog
from exercises.checking import Call, CallRaised, Facts, Failure, describe, describe_call, shorten
from exercises.loading import load


class CallTimedOut(BaseException):
    """A call of the learner's took longer than the exercise allows."""


class LocalSubmission:
    """The learner's own module under the interface that hidden checks use as well."""

    def __init__(self, exercise: Exercise) -> None:
        self._exercise = exercise
        self._module: ModuleType | None = None
        self.calls: list[Call] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        def ask(*args: Any, **kwargs: Any) -> Any:
            return self._record(name, args, kwargs, lambda function: function(*args, **kwargs))

        return ask

    @property
    def last(self) -> Facts:
        """What the last call did besides returning."""
        return self.calls[-1].facts

    def seed_globals(self, seed: int) -> None:
        """Seed the global generators of NumPy and, where loaded, PyTorch."""
        np.random.seed(seed)
        if torch := sys.modules.get("torch"):
            torch.manual_seed(seed)

    def gradient(
        self,
        function: str,
        args: tuple,
        kwargs: dict,
        *,
        wrt: str | int,
        output: Any,
        cotangent: Any,
    ) -> tuple[Any, Any]:
        """The call's value and the gradient of `<cotangent, output>` with respect to `wrt`."""
        args, kwargs = list(args), dict(kwargs)
        holder = args if isinstance(wrt, int) else kwargs
        leaf = holder[wrt].detach().clone().requires_grad_(True)
        holder[wrt] = leaf
        value = self._record(function, tuple(args), kwargs, lambda f: f(*args, **kwargs))
        if output is None:
            out = value
        else:
            out = getattr(value, output, None) if isinstance(output, str) else value[output]
        if out is None and isinstance(output, str):
            out = value[0]
        if getattr(out, "requires_grad", False):
            out.backward(cotangent)
        return value, leaf.grad

    def parameters(self, function: str) -> list[str]:
        """The parameter names of one of the learner's functions."""
        try:
            return list(inspect.signature(getattr(self._load(), function)).parameters)
        except (AttributeError, TypeError, ValueError):
            return []

    def _record(self, name: str, args: tuple, kwargs: dict, run: Any) -> Any:
        function = getattr(self._load(), name, None)
        if not callable(function):
            where = f"exercises/{self._exercise.name}/{self._exercise.stub.name}"
            pytest.fail(f"{where} defines no function called {name}.", pytrace=False)
        names = self.parameters(name)
        arrays = _arrays(names, args, kwargs)
        before = {key: _copy(value) for key, value in arrays.items()}
        shown_args, shown_kwargs = (
            _snapshot(args),
            dict(zip(kwargs, _snapshot(kwargs.values()), strict=True)),
        )
        _step_globals()
        state, torch_state = np.random.get_state()[1:3], _torch_state()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                with _deadline(self._exercise.call_seconds, name):
                    value, raised = run(function), None
            except (Exception, SystemExit) as error:
                value, raised = None, self._raised(name, error)
            except CallTimedOut:
                self.calls.append(Call(name, shown_args, shown_kwargs))
                raise
        after = np.random.get_state()[1:3]
        facts = Facts(
            mutated=tuple(key for key in arrays if not _same(arrays[key], before[key])),
            numpy_global_changed=state[1] != after[1] or not np.array_equal(state[0], after[0]),
            torch_global_changed=torch_state is not None and torch_state != _torch_state(),
            warnings=tuple((w.category.__name__, str(w.message)) for w in caught),
        )
        self.calls.append(Call(name, shown_args, shown_kwargs, value, raised, facts))
        if raised is not None:
            raise raised
        return value

    def _raised(self, name: str, error: BaseException) -> CallRaised:
        mro = tuple(kind.__name__ for kind in type(error).__mro__)
        return CallRaised(name, type(error).__name__, mro, str(error), _own_lines(error), error)

    def _load(self) -> ModuleType:
        if self._module is None:
            try:
                with _deadline(20.0, f"importing {self._exercise.stub.name}"):
                    self._module = load(self._exercise.name)
            except (Exception, SystemExit) as error:
                pytest.exit(_import_message(self._exercise, error), returncode=1)
        return self._module


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) or hasattr(value, "detach")


def _arrays(names: list[str], args: tuple, kwargs: dict) -> dict[str, Any]:
    """The arrays among the arguments, by their parameter's name or their place."""
    places = [*names[: len(args)], *(f"number {i + 1}" for i in range(len(names), len(args)))]
    named = dict(zip(places, args, strict=True)) | kwargs
    return {key: value for key, value in named.items() if _is_array(value)}


def _copy(value: Any) -> Any:
    return np.array(value, copy=True) if isinstance(value, np.ndarray) else value.detach().clone()


def _same(value: Any, before: Any) -> bool:
    if isinstance(value, np.ndarray):
        return np.array_equal(value, before, equal_nan=value.dtype.kind == "f")
    return bool(((value == before) | (value != value)).all())


def _torch_state() -> bytes | None:
    torch = sys.modules.get("torch")
    return torch.get_rng_state().numpy().tobytes() if hasattr(torch, "get_rng_state") else None


def _step_globals() -> None:
    """Draw once, so that a call that seeds a generator as the call before did is seen to do so."""
    np.random.random_sample()
    if hasattr(torch := sys.modules.get("torch"), "rand"):
        torch.rand(1)


def _snapshot(values: Any) -> tuple:
    return tuple(_copy(value) if _is_array(value) else value for value in values)


def _own_lines(error: BaseException) -> str:
    """The traceback's lines inside the learner's files."""
    here = Path(__file__).parent  # files right in here are the kit's
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if here in Path(frame.filename).parent.parents
        and not Path(frame.filename).name.startswith("test_")
    ]
    return "\n".join(
        f"{Path(frame.filename).name}, line {frame.lineno}: {frame.line}" for frame in frames
    )


def _import_message(exercise: Exercise, error: BaseException) -> str:
    where = f"exercises/{exercise.name}/{exercise.stub.name}"
    if isinstance(error, SyntaxError):
        where = f"{Path(error.filename).name if error.filename else where}, line {error.lineno}"
        code = f"\n    {error.text.rstrip()}" if error.text else ""
        return f"{where} is not valid Python: {error.msg}.{code}"
    if isinstance(error, ModuleNotFoundError) and error.name in exercise.uses:
        missing = f"exercises/{error.name}/{error.name}.py"
        return f"{where} builds on {missing}, which is missing: write that exercise first."
    lines = _own_lines(error)
    return f"{where} cannot be imported: {type(error).__name__}: {error}" + (
        f"\n    {lines}" if lines else ""
    )


@contextmanager
def _deadline(seconds: float, what: str) -> Iterator[None]:
    """Raise CallTimedOut after `seconds`; end the process if even that is swallowed."""

    def give_up() -> None:
        sys.__stderr__.write(
            f"\n{what} still runs after {2 * seconds:g} s and cannot be interrupted: "
            "look for a loop that never ends.\n"
        )
        sys.__stderr__.flush()
        os._exit(1)

    def ring(*_: Any) -> None:
        raise CallTimedOut(
            f"{what} was stopped after {seconds:g} s: look for a loop that never ends."
        )

    watchdog = threading.Timer(2 * seconds, give_up)
    watchdog.daemon = True
    watchdog.start()
    alarm = hasattr(signal, "SIGALRM") and threading.current_thread() is threading.main_thread()
    if alarm:
        previous = signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        if alarm:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, previous)
        watchdog.cancel()


@pytest.fixture(scope="module")
def _local_submission(request: pytest.FixtureRequest) -> LocalSubmission:
    return LocalSubmission(catalog()[request.path.parent.name])


@pytest.fixture
def submission(_local_submission: LocalSubmission) -> LocalSubmission:
    """The learner's solution to the exercise whose folder the check is in."""
    _local_submission.calls.clear()
    return _local_submission


# --- the report --------------------------------------------------------------------------------


class LearnerReporter(TerminalReporter):
    """One line a check, and below it what a learner needs to know; no frames, no summary noise."""

    def __init__(self, config: pytest.Config) -> None:
        super().__init__(config)
        self.counts = {"passed": 0, "failed": 0, "to do": 0}
        self.exercise: str | None = None
        self.next_function: str | None = None
        self.open_exercises: list[str] = []

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        self._session = session

    def pytest_collection(self) -> None: ...

    def pytest_collection_finish(self, session: pytest.Session) -> None: ...

    def pytest_runtest_logstart(self, nodeid: str, location: Any) -> None: ...

    def pytest_runtest_logfinish(self, nodeid: str) -> None: ...

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.when != "call" and report.passed:
            return
        story = dict(report.user_properties)
        exercise, title = story.get("exercise", ""), story.get("title", report.nodeid)
        if exercise != self.exercise:
            self.exercise = exercise
            self.write_line(f"\n{exercise}: {catalog()[exercise].title}", bold=True)
        status = story.get("status", "failed")
        self.counts[status] += 1
        mark, colour = {"passed": ("✓", "green"), "failed": ("✗", "red"), "to do": ("·", "yellow")}[
            status
        ]
        home = catalog()[exercise].home_of(story.get("function"))
        suffix = f"  to do: write {story['function']}" if status == "to do" else ""
        suffix += f" in exercises/{home} first" if home != exercise else ""
        self._tw.write(f"  {mark} ", **{colour: True})
        self._tw.line(f"{title}{suffix}")
        if status != "passed" and exercise not in self.open_exercises:
            self.open_exercises.append(exercise)
        if status == "to do" and self.next_function is None:
            self.next_function = f"`{story['function']}` in exercises/{home}/{home}.py"
        for label, text in story.get("story", ()):
            first, *rest = text.splitlines() or [""]
            self._tw.line(f"      {label:<9} {first}")
            for line in rest:
                self._tw.line(f"      {'':<9} {line}")

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Iterator[None]:
        result = yield
        total = sum(self.counts.values())
        if total:
            self._tw.line()
            self._tw.line(
                f"{self.counts['passed']} of {total} checks pass"
                + (f", {self.counts['failed']} fail" if self.counts["failed"] else "")
                + (f", {self.counts['to do']} to do" if self.counts["to do"] else "")
                + "."
            )
            self._tw.line(self._what_next())
        return result

    def _what_next(self) -> str:
        if self.next_function and not self.counts["failed"]:
            return f"Next: write {self.next_function}."
        if self.counts["failed"]:
            name = self.open_exercises[0]
            return f"Next: mend the first check marked ✗ in exercises/{name}/{name}.py."
        names = list(catalog())
        after = names.index(self.exercise) + 1 if self.exercise else 0
        if after < len(names):
            return f"Well done. Next: open exercises/{names[after]}/README.md."
        return "Well done: that was the last exercise."

    def pytest_terminal_summary(self) -> None: ...

    def summary_stats(self) -> None: ...

    def pytest_keyboard_interrupt(self, excinfo: Any) -> None:
        if isinstance(excinfo.value, pytest.exit.Exception):
            self.write_line(str(excinfo.value), red=True)
        else:
            self.write_line("Interrupted.", yellow=True)

    def _report_keyboardinterrupt(self) -> None: ...


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    here = Path(__file__).parent
    paths = [Path(argument.split("::")[0]).resolve() for argument in config.args]
    standard = config.pluginmanager.getplugin("terminalreporter")
    if standard is None or config.option.collectonly:
        return
    if not all(path == here or here in path.parents for path in paths):
        return
    config.pluginmanager.unregister(standard)
    config.pluginmanager.register(LearnerReporter(config), "terminalreporter")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    report = yield
    mark = item.get_closest_marker("check")
    if mark is None or "submission" not in getattr(item, "funcargs", {}):
        return report
    submission = item.funcargs["submission"]
    doc = (item.obj.__doc__ or item.name).strip().splitlines()[0]
    facts = {"exercise": submission._exercise.name, "title": doc, "status": report.outcome}
    if report.failed and call.excinfo is not None:
        error = call.excinfo.value
        if isinstance(error, CallRaised) and error.to_do:
            facts |= {"status": "to do", "function": error.unwritten}
        else:
            facts |= {"story": _story(submission, error, mark.kwargs.get("hint"))}
    report.user_properties = list(facts.items())
    return report


def _story(submission: LocalSubmission, error: BaseException, hint: str | None) -> list:
    story = []
    for recorded in submission.calls[-1:]:
        parameters = submission.parameters(recorded.function)
        story.append(("called", describe_call(recorded, parameters)))
        if isinstance(error, CallTimedOut):
            pass
        elif recorded.raised is not None:
            story.append(("raised", f"{recorded.raised.type_name}: {recorded.raised.message}"))
            if recorded.raised.traceback:
                story.append(("at", recorded.raised.traceback))
        else:
            story.append(("returned", describe(recorded.value)))
    if isinstance(error, Failure) and error.expected is not None:
        story.append(("expected", describe(error.expected)))
    if not isinstance(error, CallRaised):
        message = getattr(error, "message", None) or getattr(error, "msg", None) or str(error)
        story.append(("why", shorten(str(message), 600)))
    if hint:
        story.append(("hint", hint))
    return story
