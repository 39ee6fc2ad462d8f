"""The one result of grading a submission, `Report`; every output format is a function of it."""

from __future__ import annotations

from typing import Literal

import msgspec

SCHEMA_VERSION = 1

CheckStatus = Literal["passed", "failed", "error", "timeout", "crashed"]
ReportStatus = Literal["graded", "unsafe", "error"]


class NamedMistake(msgspec.Struct, frozen=True):
    """A misconception that gives the learner's own answer on the failing example."""

    id: str
    text: str


class CheckResult(msgspec.Struct, frozen=True):
    """What one check found; `message` and `counterexample` never hold an expected value."""

    id: str
    title: str
    points: float
    max_points: float
    visible: bool
    status: CheckStatus
    message: str = ""
    counterexample: str | None = None
    misconception: NamedMistake | None = None
    hint: str | None = None
    seconds: float = 0.0


class Report(msgspec.Struct, frozen=True):
    """One submission's grade.

    `status` is "graded" where the checks could be asked (whatever came of them), "unsafe" where
    the submission broke the box's rules on the way, "error" where it could not be loaded at all.
    `seconds` are wall time. `digest` is of the submission's files.
    """

    schema_version: int
    exercise: str
    submission: str
    digest: str
    score: float
    max_score: float
    status: ReportStatus
    isolation: str
    seconds: float
    output: str
    checks: tuple[CheckResult, ...]

    @property
    def all_passed(self) -> bool:
        return self.status != "error" and all(check.status == "passed" for check in self.checks)


def encode(report: Report) -> bytes:
    """The report as one line of JSON, fields in the order of the schema."""
    return msgspec.json.encode(report)


def decode(line: bytes) -> Report:
    """The report of one line of JSON; raises `msgspec.ValidationError` where it is none."""
    return msgspec.json.decode(line, type=Report)


Reveal = Literal["title", "message", "counterexample"]


def reveal(report: Report, level: Reveal) -> Report:
    """The report as a learner may see it: titles alone, with messages, or with counterexamples.

    Visible checks keep everything, since the learner has them anyway.
    """

    def shown(check: CheckResult) -> CheckResult:
        if check.visible or level == "counterexample":
            return check
        if level == "message":
            return msgspec.structs.replace(check, counterexample=None)
        return msgspec.structs.replace(
            check, message="", counterexample=None, misconception=None, hint=None
        )

    return msgspec.structs.replace(report, checks=tuple(shown(check) for check in report.checks))
