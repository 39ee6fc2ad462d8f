"""Keeps the kit whole: stubs fail, references pass, misconceptions are caught and recognised."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path

from exercises.catalog import Exercise, catalog
from graders.diagnosis import Misconception, misconceptions
from graders.grading import checks_of, grade
from graders.report import Report
from graders.stubs import stub

ROOT = Path(__file__).parent.parent
CERTIFICATES = ROOT / "graders" / "certificates"
#: What the kit promises at least: hidden checks and misconceptions of an exercise, a project.
LEAST_CHECKS, LEAST_MISCONCEPTIONS = 8, 8


@dataclass(frozen=True)
class Trial:
    """A submission whose grade is known, and the judge that says what is wrong with the grade."""

    exercise: str
    label: str
    files: dict[str, bytes]
    judge: Callable[[Report], Iterator[str]] = field(repr=False)


def problems(
    names: Sequence[str],
    executor: Executor,
    done: Callable[[str], None] = lambda label: None,
) -> Iterator[str]:
    """Every way in which the named exercises are not whole, one sentence each.

    Parameters
    ----------
    names : exercises of the catalog; the checks of other packages (the interview's) run where
        it is the whole catalog.
    executor : where the submissions are graded.
    done : told the label of each submission that was graded, for showing progress.
    """
    trials: list[Trial] = []
    for name in names:
        exercise = catalog()[name]
        astray = list(_astray(exercise))
        yield from astray
        if not astray:
            trials += _trials(exercise)
    futures: list[tuple[Trial, Future[Report]]] = [
        (trial, executor.submit(grade, trial.exercise, trial.files, submission=trial.label))
        for trial in trials
    ]
    for trial, future in futures:
        report = future.result()
        done(trial.label)
        for problem in trial.judge(report):
            yield f"{trial.label}: {problem}"
    if set(names) == set(catalog()):
        for point in entry_points(group="penaltybox.dev_checks"):
            for problem in point.load()():
                yield f"{point.name}: {problem}"


def count_trials(names: Sequence[str]) -> int:
    """How many submissions `problems` will grade, at most."""
    return sum(2 + len(misconceptions(name)) for name in names if _module_exists(name))


def write_stub(name: str) -> Path:
    """Cut the stub of an exercise out of its reference and write it; returns where."""
    exercise = catalog()[name]
    exercise.stub.write_text(stub(_reference_text(name)), encoding="utf-8")
    return exercise.stub


def _module_exists(name: str) -> bool:
    return (ROOT / "graders" / "misconceptions" / f"{name}.py").exists()


def _reference_text(name: str) -> str:
    return (ROOT / "reference" / f"{name}.py").read_text(encoding="utf-8")


def _astray(exercise: Exercise) -> Iterator[str]:
    """What can be told without grading: files, stub, hints, points, counts."""
    name = exercise.name
    expected = [
        exercise.stub,
        exercise.self_check,
        exercise.folder / "README.md",
        exercise.folder / f"plot_{name}.py",
        exercise.folder / "figure.png",
        ROOT / "reference" / f"{name}.py",
        ROOT / "graders" / "checks" / f"test_{name}.py",
        ROOT / "graders" / "misconceptions" / f"{name}.py",
    ]
    missing = [str(path.relative_to(ROOT)) for path in expected if not path.exists()]
    yield from (f"{path} is missing" for path in missing)
    if missing:
        return
    if exercise.stub.read_text(encoding="utf-8") != stub(_reference_text(name)):
        yield (
            f"exercises/{name}/{name}.py is not what reference/{name}.py gives with its solutions "
            f"cut out; run `penaltybox dev stubs {name}`"
        )
    reference = importlib.import_module(f"reference.{name}")
    for function in exercise.functions:
        if not callable(getattr(reference, function, None)):
            yield f"reference/{name}.py has no function {function}, which the catalog lists"
    checks = checks_of(name)
    for check in checks:
        if not (check.hint or "").strip():
            yield f"check {check.id} of {name} has no hint"
        if not check.functions or not set(check.functions) <= set(exercise.functions):
            yield f"check {check.id} of {name} does not name functions of the catalog"
        if not check.visible and check.points <= 0:
            yield f"check {check.id} of {name} is worth no points"
    hidden = sum(not check.visible for check in checks)
    if hidden < LEAST_CHECKS:
        yield f"{name} has {hidden} hidden checks, fewer than {LEAST_CHECKS}"
    mistakes = misconceptions(name)
    if len(mistakes) < LEAST_MISCONCEPTIONS:
        yield f"{name} has {len(mistakes)} misconceptions, fewer than {LEAST_MISCONCEPTIONS}"
    for mistake in mistakes:
        if mistake.function not in exercise.functions:
            yield f"misconception {mistake.id} of {name} is of no function of the catalog"
        if len(mistake.text) < 60:
            yield f"misconception {mistake.id} of {name} explains too little"


def _trials(exercise: Exercise) -> list[Trial]:
    name = exercise.name
    # a project's reference stands on the exercises before it
    beside = {f"{other}.py": _reference_text(other).encode() for other in exercise.uses}
    return [
        Trial(name, f"stub of {name}", beside | {f"{name}.py": exercise.stub.read_bytes()}, _fails),
        Trial(
            name,
            f"reference of {name}",
            beside | {f"{name}.py": _reference_text(name).encode()},
            _passes,
        ),
        *(
            Trial(
                name,
                f"misconception {mistake.id} of {name}",
                beside | wrong_submission(name, mistake),
                _is_named(mistake.id),
            )
            for mistake in misconceptions(name)
        ),
    ]


def wrong_submission(name: str, mistake: Misconception) -> dict[str, bytes]:
    """A submission that is the reference but for one function, which is the misconception's."""
    source = Path(inspect.getfile(mistake.implementation)).read_text(encoding="utf-8")
    source = re.sub(
        r"^from reference\.(\w+) import", r"from \1_reference import", source, flags=re.M
    )
    source = re.sub(
        r"^from reference import (\w+) as", r"import \1_reference as", source, flags=re.M
    )
    source = re.sub(
        r"^from graders\.diagnosis import misconception$",
        "def misconception(*_, **__):\n    return lambda function: function",
        source,
        flags=re.M,
    )
    # what it shares with other misconceptions goes along, under the same name
    of_the_kit = r"^from graders\.certificates\.(\w+) import"
    shared = re.findall(of_the_kit, source, flags=re.M)
    source = re.sub(of_the_kit, r"from \1 import", source, flags=re.M)
    glue = (
        f"from {name}_reference import *\n"
        f"from {name}_wrong import {mistake.implementation.__name__} as {mistake.function}\n"
    )
    return {
        f"{name}.py": glue.encode(),
        f"{name}_reference.py": _reference_text(name).encode(),
        f"{name}_wrong.py": source.encode(),
        **{f"{module}.py": (CERTIFICATES / f"{module}.py").read_bytes() for module in shared},
    }


def _fails(report: Report) -> Iterator[str]:
    passed = [check.id for check in report.checks if check.status == "passed"]
    if passed:
        yield f"passes {', '.join(passed)}, though nothing is written yet"


def _passes(report: Report) -> Iterator[str]:
    for check in report.checks:
        if check.status != "passed":
            yield f"does not pass {check.id}: {check.message}"


def _is_named(wanted: str) -> Callable[[Report], Iterator[str]]:
    return _Named(wanted)


@dataclass(frozen=True)
class _Named:
    """Judges that a misconception is caught, and called by its own name and no other."""

    wanted: str

    def __call__(self, report: Report) -> Iterator[str]:
        failed = [check for check in report.checks if check.status != "passed"]
        named = {check.misconception.id for check in failed if check.misconception}
        if not failed:
            yield "is caught by no check"
        elif self.wanted not in named:
            found = f", but named {', '.join(sorted(named))}" if named else ""
            caught = ", ".join(check.id for check in failed)
            yield f"is caught by {caught}, but not recognised{found}"
        elif others := named - {self.wanted}:
            yield f"is also taken for {', '.join(sorted(others))}"
