"""Reports and attempts with chosen content, for tests of stores, exports and pages."""

from __future__ import annotations

from datetime import UTC, datetime

from graders.intake.layouts import Learner
from graders.report import SCHEMA_VERSION, CheckResult, CheckStatus, NamedMistake, Report
from graders.store import Attempt

#: What a hostile learner puts into names, messages and output.
HOSTILE = (
    '<script>document.title="owned"</script>"\'&=HYPERLINK("http://x")\x00\x1b[31m]]>`_*{{7*7}}'
)
MISTAKE = NamedMistake("n-forgotten", "The factor n is missing. The loss is a mean.")


def check(
    number: int, status: CheckStatus, *, message: str = "It is off by 2.", visible: bool = False
) -> CheckResult:
    passed = status == "passed"
    return CheckResult(
        id=f"check_{number}",
        title=f"Check number {number}",
        points=2.0 if passed else 0.0,
        max_points=2.0,
        visible=visible,
        status=status,
        message="" if passed else message,
        counterexample=None if passed else f"ridge_closed_form(lam={number})\n    returned None",
        misconception=MISTAKE if status == "failed" else None,
        hint=None if passed else "Mind the factor n.",
        seconds=0.01 * number,
    )


def report(
    *statuses: CheckStatus,
    digest: str = "d" * 64,
    submission: str = "class/anna/ridge.py",
    message: str = "It is off by 2.",
    output: str = "",
    exercise: str = "ridge",
) -> Report:
    checks = tuple(check(i, status, message=message) for i, status in enumerate(statuses, start=1))
    return Report(
        schema_version=SCHEMA_VERSION,
        exercise=exercise,
        submission=submission,
        digest=digest,
        score=sum(each.points for each in checks),
        max_score=sum(each.max_points for each in checks),
        status="graded",
        isolation="sandbox",
        seconds=0.25,
        output=output,
        checks=checks,
    )


def attempt(
    learner: str, made: Report, *, name: str = "", number: int = 1, latest: bool = True,
    fingerprints: bytes = b"", section: str = "A",
) -> Attempt:  # fmt: skip
    when = datetime(2026, 3, 1, 12, number, tzinfo=UTC)
    return Attempt(Learner(learner, name), section, made, when, number, latest, fingerprints)


def a_class() -> list[Attempt]:
    """Three learners, one with two attempts, one with hostile texts everywhere."""
    return [
        attempt("7", report("passed", "passed", "passed"), name="Anna Ångström"),
        attempt("8", report("failed", "failed", "error"), name="Ben", latest=False),
        attempt("8", report("passed", "failed", "timeout"), name="Ben", number=2),
        attempt(
            HOSTILE.replace("\x00", "").replace("\x1b", ""),
            report("failed", "crashed", "passed", message=HOSTILE, output=HOSTILE,
                   submission=f"class/{HOSTILE}/ridge.py"),
        ),
    ]  # fmt: skip
