"""Results as CSV, as JSON, and as the CSV that Canvas imports grades from."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

import msgspec

from graders.formats import points
from graders.intake.roster import Person
from graders.store import Attempt

CSV_COLUMNS = (
    "learner", "name", "section", "exercise", "submission", "attempt", "latest", "submitted",
    "status", "score", "max_score", "seconds", "not_passed", "misconceptions", "digest",
)  # fmt: skip


def to_csv(attempts: Sequence[Attempt], roster: Sequence[Person]) -> str:
    """A row per submission; checks and misconceptions are listed by id."""
    return _written([CSV_COLUMNS, *map(_row, attempts)])


def _row(attempt: Attempt) -> tuple[str, ...]:
    report = attempt.report
    failed = [check.id for check in report.checks if check.status != "passed"]
    mistakes = {check.misconception.id for check in report.checks if check.misconception}
    return (
        attempt.learner.id,
        attempt.learner.name,
        attempt.section,
        report.exercise,
        report.submission,
        str(attempt.number),
        "yes" if attempt.latest else "no",
        attempt.submitted.isoformat() if attempt.submitted else "",
        report.status,
        points(report.score),
        points(report.max_score),
        f"{report.seconds:.3f}",
        " ".join(failed),
        " ".join(sorted(mistakes)),
        report.digest,
    )


def to_json(attempts: Sequence[Attempt], roster: Sequence[Person]) -> str:
    """A JSON array: for each submission who, when, which attempt, and the whole report."""
    rows = [
        {
            "learner": attempt.learner.id,
            "name": attempt.learner.name,
            "section": attempt.section,
            "attempt": attempt.number,
            "latest": attempt.latest,
            "submitted": attempt.submitted,
            "report": attempt.report,
        }
        for attempt in attempts
    ]
    text = msgspec.json.format(msgspec.json.encode(rows), indent=2)
    return text.decode() + "\n"


def to_canvas(attempts: Sequence[Attempt], roster: Sequence[Person]) -> str:
    """Canvas' gradebook CSV: a row per person, a column per exercise, the points possible on top.

    Canvas finds a student by the column ID (or the SIS columns), so give the roster that Canvas
    exports. Who is on the roster and handed nothing in gets no score, which leaves Canvas' own.
    """
    best = {(a.learner.id, a.report.exercise): a.report for a in attempts if a.latest}
    exercises = list(dict.fromkeys(exercise for _, exercise in best))
    possible = dict.fromkeys(exercises, 0.0)
    for report in best.values():
        possible[report.exercise] = max(possible[report.exercise], report.max_score)
    listed = {person.id or person.name for person in roster}
    unlisted = {
        attempt.learner.id: Person(attempt.learner.id, attempt.learner.name or attempt.learner.id)
        for attempt in attempts
        if attempt.learner.id not in listed
    }
    rows: list[tuple[str, ...]] = [
        ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", *exercises),
        ("    Points Possible", "", "", "", "", *(points(possible[name]) for name in exercises)),
    ]
    for person in (*roster, *unlisted.values()):
        scores = [
            points(best[who].score) if (who := (person.id or person.name, name)) in best else ""
            for name in exercises
        ]
        identity = (person.name, person.id, person.sis_id, person.login, person.section)
        rows.append((*identity, *scores))
    return _written(rows)


def _written(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([map(_harmless, row) for row in rows])
    return text.getvalue()


def _harmless(cell: str) -> str:
    """A spreadsheet runs what begins like a formula; numbers may begin with a sign."""
    is_number = re.fullmatch(r"[+-]?[\d.]+", cell)
    return (
        f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not is_number else cell
    )
