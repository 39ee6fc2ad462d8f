"""No false verdict: right submissions by many routes pass, subtly wrong ones fail."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from exercises.catalog import catalog
from graders.grading import grade
from graders.report import Report

HERE = Path(__file__).parent / "submissions"
REFERENCE = Path(__file__).parent.parent / "reference"


@dataclass(frozen=True)
class Right:
    """A right submission: every check must pass."""

    exercise: str
    name: str
    source: str

    def amiss(self, report: Report) -> Iterator[str]:
        """What the report should not say, a sentence each."""
        for check in report.checks:
            if check.status != "passed":
                yield f"{check.id} {check.status}: {check.message}"
        if report.status != "graded":
            yield f"the report is {report.status}"
        if report.score != report.max_score:
            yield f"it scores {report.score:g} of {report.max_score:g}"


@dataclass(frozen=True)
class Wrong:
    """A wrong submission, with the checks that must fail and the mistake to be named, if known.

    `unseeded`: it draws from a generator that nobody can seed, so which other checks fail too is
    chance.
    """

    exercise: str
    name: str
    source: str
    expect: tuple[str, ...] = ()
    misconception: str | None = None
    unseeded: bool = False

    def amiss(self, report: Report) -> Iterator[str]:
        """What the report should not say, a sentence each."""
        failed = {check.id: check for check in report.checks if check.status != "passed"}
        if all(check.visible for check in failed.values()):
            yield "no hidden check caught it"
        if not report.score < report.max_score:
            yield "it scores all points"
        yield from (f"{id} says nothing" for id, check in failed.items() if not check.message)
        yield from (f"{id} should fail" for id in self.expect if id not in failed)
        named = {check.misconception.id for check in failed.values() if check.misconception}
        if self.misconception and self.misconception not in named:
            yield f"{self.misconception} is not named, but {sorted(named)}"


def right_submissions() -> Iterator[Right]:
    for exercise in catalog():
        for path in sorted((HERE / exercise / "right").glob("*.py")):
            yield Right(exercise, path.stem, path.read_text(encoding="utf-8"))
        for entry in listed(exercise, "right"):
            yield Right(exercise, entry["name"], edited(exercise, entry))


def wrong_submissions() -> Iterator[Wrong]:
    for exercise in catalog():
        for path in sorted((HERE / exercise / "wrong").glob("*.py")):
            yield Wrong(exercise, path.stem, path.read_text(encoding="utf-8"))
        for entry in listed(exercise, "wrong"):
            yield Wrong(
                exercise,
                entry["name"],
                edited(exercise, entry),
                tuple(entry.get("expect", ())),
                entry.get("misconception"),
                entry.get("unseeded", False),
            )


def listed(exercise: str, kind: str) -> list[dict]:
    """The entries of the exercise's `right.toml` or `wrong.toml`, if there is one."""
    path = HERE / exercise / f"{kind}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))[kind] if path.exists() else []


def edited(exercise: str, entry: dict) -> str:
    """The base's text with the entry's replacements, each of which must find its place."""
    base = entry["base"]
    path = (
        REFERENCE / f"{exercise}.py"
        if base == "reference"
        else HERE / exercise / "right" / f"{base}.py"
    )
    text = path.read_text(encoding="utf-8")
    for old, new in entry["replace"]:
        assert old in text, f"{entry['name']}: {old!r} is not in {path.name}"
        text = text.replace(old, new)
    return text


def files_of(exercise: str, source: str) -> dict[str, bytes]:
    """A submission's files; a project is handed in with the exercises that it uses."""
    beside = {
        f"{other}.py": (REFERENCE / f"{other}.py").read_bytes()
        for other in catalog()[exercise].uses
    }
    return beside | {f"{exercise}.py": source.encode()}


@pytest.mark.parametrize(
    "right",
    [pytest.param(case, id=f"{case.exercise}-{case.name}") for case in right_submissions()],
)
def test_right_submissions_pass(right: Right) -> None:
    report = grade(right.exercise, files_of(right.exercise, right.source))
    assert not list(right.amiss(report))


@pytest.mark.parametrize(
    "wrong",
    [pytest.param(case, id=f"{case.exercise}-{case.name}") for case in wrong_submissions()],
)
def test_wrong_submissions_fail(wrong: Wrong) -> None:
    report = grade(wrong.exercise, files_of(wrong.exercise, wrong.source))
    assert not list(wrong.amiss(report))
