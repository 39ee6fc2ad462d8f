"""No false verdict: right submissions by many routes pass, subtly wrong ones fail."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from exercises.catalog import catalog
from graders.grading import grade

HERE = Path(__file__).parent / "submissions"
REFERENCE = Path(__file__).parent.parent / "reference"


@dataclass(frozen=True)
class Wrong:
    """A wrong submission, with the checks that must fail and the mistake to be named, if known."""

    exercise: str
    name: str
    source: str
    expect: tuple[str, ...] = ()
    misconception: str | None = None


def right_submissions() -> Iterator[tuple[str, Path]]:
    for exercise in catalog():
        for path in sorted((HERE / exercise / "right").glob("*.py")):
            yield exercise, path


def wrong_submissions() -> Iterator[Wrong]:
    for exercise in catalog():
        folder = HERE / exercise
        for path in sorted((folder / "wrong").glob("*.py")):
            yield Wrong(exercise, path.stem, path.read_text(encoding="utf-8"))
        listed = folder / "wrong.toml"
        if listed.exists():
            for entry in tomllib.loads(listed.read_text(encoding="utf-8"))["wrong"]:
                yield Wrong(
                    exercise,
                    entry["name"],
                    edited(exercise, entry),
                    tuple(entry.get("expect", ())),
                    entry.get("misconception"),
                )


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
    ("exercise", "path"),
    [pytest.param(*case, id=f"{case[0]}-{case[1].stem}") for case in right_submissions()],
)
def test_right_submissions_pass(exercise: str, path: Path) -> None:
    report = grade(exercise, files_of(exercise, path.read_text(encoding="utf-8")))
    failed = {check.id: check.message for check in report.checks if check.status != "passed"}
    assert not failed
    assert report.status == "graded"
    assert report.score == report.max_score


@pytest.mark.parametrize(
    "wrong",
    [pytest.param(case, id=f"{case.exercise}-{case.name}") for case in wrong_submissions()],
)
def test_wrong_submissions_fail(wrong: Wrong) -> None:
    report = grade(wrong.exercise, files_of(wrong.exercise, wrong.source))
    failed = {check.id: check for check in report.checks if check.status != "passed"}
    hidden = [check for check in failed.values() if not check.visible]
    assert hidden, "no hidden check caught it"
    assert report.score < report.max_score
    assert all(check.message for check in failed.values())
    assert set(wrong.expect) <= set(failed)
    named = {check.misconception.id for check in failed.values() if check.misconception}
    if wrong.misconception:
        assert wrong.misconception in named
