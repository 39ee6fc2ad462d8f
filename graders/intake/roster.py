"""Reads a class list and says which submission is whose."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from graders.intake.layouts import Learner, readable
from graders.intake.submissions import NothingToGrade, Submission


@dataclass(frozen=True)
class Person:
    """One line of the roster; `sis_id` and `login` are what Canvas asks for on import."""

    id: str
    name: str
    section: str = ""
    sis_id: str = ""
    login: str = ""


_COLUMNS = {
    "id": ("id", "student id", "student_id", "sid", "user id", "identifier"),
    "name": ("name", "student", "full name", "student name"),
    "section": ("section", "group", "sections"),
    "sis_id": ("sis user id", "sis_id"),
    "login": ("sis login id", "login", "email", "username"),
}


def read_roster(path: Path) -> list[Person]:
    """The people of a roster CSV with a heading line; columns id, name and section, in any order.

    Canvas' own gradebook export is understood as well.

    Raises
    ------
    NothingToGrade : the file cannot be read, or names no column that can be an id or a name.
    """
    try:
        rows = list(csv.DictReader(path.read_text("utf-8-sig", "replace").splitlines()))
    except (OSError, csv.Error) as error:
        raise NothingToGrade(f"The roster {path} cannot be read: {error}.") from None
    headings = {str(key).strip().lower(): key for key in (rows[0] if rows else {})}
    columns = {
        field: next((headings[name] for name in names if name in headings), None)
        for field, names in _COLUMNS.items()
    }
    if not columns["id"] and not columns["name"]:
        raise NothingToGrade(
            f"The roster {path} needs a heading line with a column id or name, "
            "and at least one person."
        )
    people = [
        Person(
            **{
                field: readable(str(row.get(column) or "").strip()) if column else ""
                for field, column in columns.items()
            }
        )
        for row in rows
    ]
    return [person for person in people if person.id or person.name not in ("", "Points Possible")]


def match_roster(submissions: Sequence[Submission], roster: Sequence[Person]) -> list[Submission]:
    """The submissions with the roster's ids and names, where a learner is on it.

    A learner is recognised by id, login or SIS id, and by a name that only one person has; Canvas
    writes names as `doejane`.
    """
    by: dict[str, list[Person]] = defaultdict(list)
    for person in roster:
        words = re.findall(r"\w+", person.name.lower())
        handles = {
            person.id,
            person.sis_id,
            person.login,
            person.login.split("@")[0],
            " ".join(words),
            "".join(words),
            "".join(reversed(words)),
            "".join(words[-1:] + words[:-1]),
            "_".join(words),
        }
        for handle in handles - {""}:
            by[handle.lower()].append(person)

    def known(learner: Learner) -> Learner:
        for handle in (learner.id, learner.name):
            people = by.get(handle.lower(), []) or by.get(
                " ".join(re.findall(r"\w+", handle.lower())), []
            )
            if len(people) == 1:
                person = people[0]
                return Learner(person.id or person.name, person.name or learner.name)
        return learner

    return [replace(item, learner=known(item.learner)) for item in submissions]
