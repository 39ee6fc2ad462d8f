"""One submission in, one `Report` out: the checks run here, the submission in the box."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import random
import re
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from threadpoolctl import ThreadpoolController

from exercises import catalog, checking
from exercises.catalog import Exercise
from exercises.checking import Call, CallRaised, Failure, describe, describe_call, shorten
from graders import sandbox
from graders.boxed import BoxedSubmission, Inconsistent
from graders.diagnosis import Memo, diagnose
from graders.mistakes import Mistake
from graders.report import SCHEMA_VERSION, CheckResult, CheckStatus, NamedMistake, Report
from graders.runner import HIDDEN, CheckRun, collect_checks, run_checks

ROOT = Path(__file__).parent
#: Modules beside this one that a grade depends on; the others only collect, keep and show grades.
DECIDING = ("boxed", "diagnosis", "grading", "outcomes", "report", "runner")
#: A question is asked again at the end only if its answer took less than this, in seconds.
REPLAY_SECONDS = 0.25

# pytest and Hypothesis keep state in the process, so one submission is graded at a time
_one_at_a_time = threading.Lock()


def grade(
    exercise: str,
    files: Mapping[str, bytes],
    *,
    submission: str = "",
    isolation: sandbox.Isolation = "sandbox",
    limits: sandbox.Limits | None = None,
) -> Report:
    """Grade one submission.

    Parameters
    ----------
    exercise : a name of the catalog.
    files : the submission's files, name to bytes; never imported in this process.
    submission : what the report calls it, such as a path or a learner's name.
    isolation : "sandbox", or "process" where the machine has no Landlock or seccomp.
    limits : the box's limits; by default those of the catalog.

    Raises
    ------
    LookupError : if there is no such exercise.
    RuntimeError : if this machine cannot isolate a submission as asked, or no longer can.
    Mistake : if the exercise needs PyTorch, and it is not installed.
    """
    entry = catalog.find(exercise)
    _libraries_of(entry)
    digest = submission_digest(files)
    if isolation == "sandbox" and (lacking := sandbox.missing()):
        raise RuntimeError(
            f"This machine cannot box a submission: {' '.join(lacking)} "
            "Use --isolation process to accept separate processes and limits alone."
        )
    main = _entry_file(entry, files)
    if main is None:
        wanted = f"{exercise}.py"
        names = ", ".join(sorted(files)) or "no file at all"
        return unreadable(
            exercise, submission, f"There is no {wanted} in it, only {names}.", digest, isolation
        )
    start = time.perf_counter()
    session = sandbox.Session(
        files,
        main,
        preload=sandbox.preload_for(files, torch=entry.torch),
        limits=limits or limits_of(entry),
        isolation=isolation,
    )
    memo: Memo = {}
    # the checks' arithmetic is small: threads would only wait for each other
    with _one_at_a_time, _libraries().limit(limits=1), session:
        boxed = BoxedSubmission(session, partial(_parameters, exercise))
        checks = run_checks(entry, boxed)
        for check in checks.values():
            if isinstance(check.error, sandbox.SandboxUnavailable):
                raise check.error  # the machine's fault, which may cost nobody a point
        _ask_again(boxed, checks, seed=digest)
        results = tuple(_result(entry, check, boxed, memo) for check in checks.values())
        output, incidents = session.output, session.incidents
    return Report(
        schema_version=SCHEMA_VERSION,
        exercise=exercise,
        submission=submission,
        digest=digest,
        score=sum(result.points for result in results),
        max_score=sum(result.max_points for result in results),
        status="unsafe" if incidents else "graded" if boxed.loaded else "error",
        isolation=isolation,
        seconds=time.perf_counter() - start,
        output="\n".join(filter(None, [output, *(f"[box] {said}" for said in incidents)])),
        checks=results,
    )


def unreadable(
    exercise: str,
    submission: str,
    reason: str,
    digest: str = "",
    isolation: sandbox.Isolation = "sandbox",
) -> Report:
    """The report on a submission whose files cannot be read: no points, and the reason why."""
    checks = tuple(
        CheckResult(check.id, check.title, 0.0, check.points, check.visible, "error", reason)
        for check in checks_of(exercise)
    )
    return Report(
        schema_version=SCHEMA_VERSION,
        exercise=exercise,
        submission=submission,
        digest=digest,
        score=0.0,
        max_score=sum(check.max_points for check in checks),
        status="error",
        isolation=isolation,
        seconds=0.0,
        output="",
        checks=checks,
    )


@cache
def checks_of(exercise: str) -> tuple[CheckRun, ...]:
    """The exercise's checks, visible ones first, none of them run."""
    with _one_at_a_time:
        return tuple(collect_checks(catalog.find(exercise)).values())


@cache
def _libraries() -> ThreadpoolController:
    """The thread pools of the numerical libraries in this process."""
    return ThreadpoolController()


def limits_of(exercise: Exercise) -> sandbox.Limits:
    """The box's limits for an exercise, from the catalog."""
    return sandbox.Limits(call_seconds=exercise.call_seconds, total_seconds=exercise.total_seconds)


def submission_digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the names and bytes of a submission's files."""
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode("utf-8", "surrogateescape"), files[name]):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


@cache
def grader_digest(exercise: str) -> str:
    """SHA-256 over all that decides a grade: checks, reference, the kit's own code, libraries."""
    entry = catalog.find(exercise)
    sources = [
        entry.self_check,
        HIDDEN / f"test_{exercise}.py",
        *(ROOT / "misconceptions" / f"{name}.py" for name in (exercise, *entry.uses)),
        *(ROOT.parent / "reference" / f"{name}.py" for name in (exercise, *entry.uses)),
        HIDDEN / "strategies.py",
        *(ROOT / f"{module}.py" for module in DECIDING),
        *sorted((ROOT / "certificates").glob("*.py")),
        *sorted((ROOT / "sandbox").glob("*.py")),
        *(Path(inspect.getfile(module)) for module in (checking, catalog)),
    ]
    digest = hashlib.sha256(repr(entry).replace(str(ROOT.parent), "").encode())
    for source in sources:
        if source.exists():
            digest.update(source.name.encode() + b"\0" + source.read_bytes())
    for library in _libraries_of(entry):
        digest.update(f"{library}\n".encode())
    return digest.hexdigest()


@cache
def _libraries_of(exercise: Exercise) -> tuple[str, ...]:
    """Name and version of each library that a grade depends on; Mistake without PyTorch."""
    names = ["numpy", "hypothesis", "pytest", "scikit-learn"] + ["torch"] * exercise.torch
    try:
        return tuple(f"{name} {version(name)}" for name in names)
    except PackageNotFoundError:
        raise Mistake(
            f"Grading {exercise.name} needs PyTorch, which is not installed here; "
            "nothing of it was graded. Install it: pip install torch==2.13.0"
        ) from None


def _entry_file(exercise: Exercise, files: Mapping[str, bytes]) -> str | None:
    """The file that should define the exercise's functions: by its name, or the only one."""
    wanted = f"{exercise.name}.py"
    if wanted in files:
        return wanted
    modules = [name for name in files if name.endswith(".py")]
    return modules[0] if len(modules) == 1 else None


def _ask_again(boxed: BoxedSubmission, checks: Mapping[str, CheckRun], seed: str) -> None:
    """Put one question of each passed check a second time; another answer fails the check.

    The global generators are seeded anew, so that unseeded randomness shows too. Where the time
    for the whole submission runs out meanwhile, what was passed stays passed.
    """
    shuffled = random.Random(seed)
    passed = [check for check in checks.values() if _passed(check) and check.replay]
    shuffled.shuffle(passed)
    for turn, check in enumerate(passed):
        calls = [call for call in check.calls if _replayable(call)]
        if not calls:
            continue
        boxed.begin_example()
        call = shuffled.choice(calls)
        try:
            if turn == 0:
                boxed.seed_globals(shuffled.randrange(2**31))
            if not boxed.answers_alike(call):
                check.calls = [call, *boxed.calls]
                check.error = Inconsistent(
                    f"{call.function} gave two answers to the same question; "
                    "it may depend on its arguments alone."
                )
        except sandbox.BudgetSpent:
            return
        except sandbox.Interrupted as error:
            check.error = error


def _replayable(call: Call) -> bool:
    arguments = (*call.args, *call.kwargs.values())
    return call.facts.seconds < REPLAY_SECONDS and not any(
        callable(value) and not hasattr(value, "state_dict") for value in arguments
    )


def _passed(check: CheckRun) -> bool:
    """A check is passed only if it asked something and its assertions ran to the end."""
    return check.ran and check.error is None and bool(check.calls)


def _result(exercise: Exercise, check: CheckRun, boxed: BoxedSubmission, memo: Memo) -> CheckResult:
    passed = _passed(check)
    mistake = None
    if not passed and isinstance(check.error, (Failure, CallRaised)):
        mistake = _named(exercise, check, boxed.history, memo)
    return CheckResult(
        id=check.id,
        title=check.title,
        points=check.points if passed else 0.0,
        max_points=check.points,
        visible=check.visible,
        status="passed" if passed else _status(check.error),
        message="" if passed else _message(check, boxed.loaded),
        counterexample=None if passed or not boxed.loaded else _counterexample(exercise, check),
        misconception=mistake,
        hint=None if passed else check.hint,
        seconds=check.seconds,
    )


def _named(
    exercise: Exercise, check: CheckRun, history: Sequence[Call], memo: Memo
) -> NamedMistake | None:
    if isinstance(check.error, CallRaised) and check.error.to_do:
        return None
    if isinstance(check.error, Inconsistent):
        return None
    found = diagnose(exercise.name, check.calls, history, memo)
    return NamedMistake(found.id, found.text) if found else None


def _status(error: BaseException | None) -> CheckStatus:
    match error:
        case sandbox.TimedOut():
            return "timeout"
        case sandbox.Crashed():
            return "crashed"
        case sandbox.LoadFailed():
            return "error"
        case Failure() | CallRaised():
            return "failed"
        case _ if error is not None and "Flaky" in type(error).__name__:
            return "failed"
        case _:
            return "error"


def _message(check: CheckRun, loaded: bool) -> str:
    match check.error:
        case None:
            return "The check did not run to its end."
        case Failure(message=message):
            return message
        case CallRaised() as error if error.to_do and error.unwritten != error.function:
            return f"{error.function} calls {error.unwritten}, which is still to do."
        case CallRaised() as error if error.to_do:
            return f"{error.function} is still to do."
        case CallRaised() as error if missing := _missing_exercise(error):
            return f"{error.function} needs {missing}"
        case CallRaised() as error:
            where = _last_place(error.traceback)
            kind, text = shorten(error.type_name, 60), shorten(error.message)
            return f"{error.function} raised {kind}: {text}{where}"
        case sandbox.LoadFailed() as error if missing := _missing_exercise(error):
            return f"The submission needs {missing}"
        case sandbox.LoadFailed() as error:
            return f"The submission cannot be imported: {shorten(str(error), 400)}"
        case sandbox.BudgetSpent():
            return "The time for the whole submission was used up before this check was done."
        case sandbox.TimedOut() as error if not loaded:
            return f"Importing the submission was stopped after {error.seconds:g} s."
        case sandbox.TimedOut() as error:
            return f"A call was stopped after {error.seconds:g} s: is there a loop that never ends?"
        case sandbox.Crashed() as error:
            return f"The submission {error}."
        case error if "Flaky" in type(error).__name__:
            return (
                "The same question was answered in two ways; "
                "an answer may depend on the arguments alone."
            )
        case error:
            return f"The check could not make sense of the answer ({type(error).__name__})."


def _missing_exercise(error: CallRaised | sandbox.LoadFailed) -> str | None:
    """Where an import failed since an earlier exercise was not handed in: which file is missing."""
    if error.type_name != "ModuleNotFoundError":
        return None
    named = re.fullmatch(r"No module named '(\w+)'", error.message)
    if named is None or named[1] not in catalog.catalog():
        return None
    return f"{named[1]}.py, which is not beside it: hand in that exercise together with this one."


def _last_place(traceback: str) -> str:
    """The last of the learner's own lines in a traceback, in brackets."""
    places = re.findall(r'File "([^"]+)", line (\d+).*\n +(\S.*)', traceback)
    if not places:
        return ""
    file, line, code = places[-1]
    return f" ({shorten(file, 60)}, line {line}: {shorten(code, 100)})"


def _counterexample(exercise: Exercise, check: CheckRun) -> str | None:
    """The failing example's calls, at most the last three, and what each one returned."""
    calls = check.calls[-3:]
    if not calls:
        return None
    interrupted = isinstance(check.error, sandbox.Interrupted)
    lines = []
    for call in calls:
        lines.append(describe_call(call, _parameters(exercise.name, call.function)))
        if interrupted and call is calls[-1]:
            lines.append("    did not return")
        elif call.raised is not None:
            text = shorten(call.raised.message)
            lines.append(f"    raised {shorten(call.raised.type_name, 60)}: {text}")
        else:
            lines.append(f"    returned {describe(call.value)}")
    return "\n".join(lines)


@cache
def _parameters(exercise: str, function: str) -> tuple[str, ...]:
    """The parameters of one of the exercise's functions; none for a function that is no part."""
    known = getattr(importlib.import_module(f"reference.{exercise}"), function, None)
    return tuple(inspect.signature(known).parameters) if known else ()
