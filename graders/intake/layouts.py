"""Says who handed in which exercise, by the paths that course systems give to files.

| system | path |
|---|---|
| a folder of student folders | `anna/ridge.py`, `anna/attempt-2/ridge.py` |
| a flat folder | `ridge_anna.py`, `anna-ridge.ipynb`; with the exercise known, `anna.py` |
| Canvas, "Download Submissions" | `doejane_LATE_12345_678910_ridge-1.py` |
| Moodle, "Download all submissions" | `Jane Doe_12345_assignsubmission_file_/ridge.py`, or flat |
| Gradescope, "Export Submissions" | `assignment_1_export/submission_456/ridge.py` and a YAML file |
| nbgrader | `submitted/anna/ridge/ridge.ipynb` and `timestamp.txt` |
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

CANVAS = re.compile(
    r"^(?P<name>[^_]+)_(?:LATE_)?(?P<id>\d+)_(?P<attempt>\d+)_(?P<file>.+)$", re.IGNORECASE
)
MOODLE = re.compile(
    r"^(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*))?$"
)
GRADESCOPE = re.compile(r"^submission_(\d+)$")
GRADESCOPE_METADATA = "submission_metadata.yml"
NBGRADER_TIMESTAMP = "timestamp.txt"

#: Folder names that say something of the work and nothing of its author.
_STRUCTURE = re.compile(
    r"^(exercises?|submission|submitted|solutions?|src|code|work"
    r"|(attempt|try|version|v|abgabe|essai)[ _-]?\d+)$",
    re.IGNORECASE,
)
_NOT_THE_WORK = ("test_", "plot_", "conftest", "setup")


@dataclass(frozen=True)
class Learner:
    """Who handed something in: `id` is the course system's, `name` is for people to read."""

    id: str
    name: str = ""


@dataclass(frozen=True)
class Metadata:
    """What an export tells of its folders beside their names, by folder."""

    learners: Mapping[str, Learner]
    times: Mapping[str, datetime]


def exercise_of(path: str, exercises: Sequence[str]) -> str | None:
    """The exercise that a file name names, if any: exactly, or at one end (`ridge_anna.py`)."""
    stem = _stem(path)
    if is_no_work(path):
        return None
    matching = [
        name
        for name in exercises
        if stem == name or stem.startswith(f"{name}_") or stem.endswith(f"_{name}")
    ]
    return max(matching, key=len, default=None)


def is_exact(path: str, exercise: str) -> bool:
    """Whether the file is called as the exercise's own file is."""
    return _stem(path) == exercise


def is_no_work(path: str) -> bool:
    """Whether a file is a test or a figure that came with the kit."""
    return _stem(path).startswith(_NOT_THE_WORK)


def flat_owner(path: str) -> str | None:
    """The learner's id where a course system wrote it into the file's own name."""
    name = PurePosixPath(path).name
    found = CANVAS.match(name) or MOODLE.match(name)
    return found["id"] if found else None


def _stem(path: str) -> str:
    """The file's name without suffix, export's prefix or copy number, in the catalog's spelling."""
    stem = PurePosixPath(original_name(path)).stem.lower()
    stem = re.sub(r"( ?\(\d+\)|-\d+)$", "", stem)
    return re.sub(r"[ -]+", "_", stem.strip())


def original_name(path: str) -> str:
    """The file's name as the learner chose it, without what an export put before it."""
    name = PurePosixPath(path).name
    for pattern in (CANVAS, MOODLE):
        if (match := pattern.match(name)) and match["file"]:
            return match["file"]
    return name


def learner_of(
    path: str, root: str, shared: Sequence[str], exercises: Sequence[str], metadata: Metadata
) -> Learner:
    """Who handed in the file at `path` of the tree called `root`.

    `shared` are the leading folders that all the tree's submissions have in common.
    """
    for name in reversed(PurePosixPath(path).parts):
        if name in metadata.learners:
            return metadata.learners[name]
        for pattern in (MOODLE, CANVAS):
            if match := pattern.match(name):
                return Learner(match["id"], match["name"])
    folders = _telling(PurePosixPath(path).parts[:-1], exercises)
    own = folders[len(shared) :] if folders[: len(shared)] == tuple(shared) else folders
    stem, exercise = _stem(path), exercise_of(path, exercises)
    if exercise is not None and stem != exercise:
        rest = stem.removeprefix(f"{exercise}_").removesuffix(f"_{exercise}")
        return Learner(own[0] if own else rest)
    if own:
        return Learner(own[0])
    if exercise is None:
        return Learner(PurePosixPath(original_name(path)).stem)
    return Learner(folders[-1] if folders else root)


def shared_folders(paths: Sequence[str], exercises: Sequence[str]) -> tuple[str, ...]:
    """The leading folders common to all paths, those that say nothing of an author left out."""
    folders = [_telling(PurePosixPath(path).parts[:-1], exercises) for path in paths]
    if not folders or len(set(folders)) == 1:
        # one learner's folder: its last part is the learner
        return folders[0][:-1] if folders else ()
    first, last = min(folders), max(folders)
    count = next(
        (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b),
        min(len(first), len(last)),
    )
    return first[:count]


def _telling(folders: tuple[str, ...], exercises: Sequence[str]) -> tuple[str, ...]:
    """The folders without those at the end that are named after the work."""
    while folders and (folders[-1].lower() in exercises or _STRUCTURE.match(folders[-1])):
        folders = folders[:-1]
    return folders


def readable(text: str) -> str:
    """The text with control characters and what is no valid Unicode written as escapes."""
    valid = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in valid)


def natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """A sort key in which `attempt-10` comes after `attempt-9`."""
    parts = re.split(r"(\d+)", text)
    return tuple((1, int(part)) if part.isdecimal() else (0, part) for part in parts)


def attempt_of(path: str) -> tuple[tuple[int, int | str], ...]:
    """A sort key for one learner's attempts of the same time; Canvas numbers its files."""
    name = PurePosixPath(path).name
    if match := CANVAS.match(name):
        version = re.search(r"-(\d+)\.\w+$", name)
        return ((1, int(match["attempt"])), (1, int(version[1]) if version else 0))
    return natural(path)


def parse_gradescope(text: bytes) -> Metadata:
    """Gradescope's `submission_metadata.yml`: the submitters and times of each folder."""
    import yaml

    learners: dict[str, Learner] = {}
    times: dict[str, datetime] = {}
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        content = None
    for folder, facts in content.items() if isinstance(content, dict) else ():
        if not isinstance(facts, dict):
            continue
        people = [who for who in _list(facts.get(":submitters")) if isinstance(who, dict)]
        ids = [str(who.get(":sid") or who.get(":email") or "") for who in people]
        names = [str(who.get(":name") or "") for who in people]
        if any(ids) or any(names):
            learners[str(folder)] = Learner(
                ", ".join(filter(None, ids)) or ", ".join(names), ", ".join(filter(None, names))
            )
        created = facts.get(":created_at")
        if isinstance(created, datetime):
            times[str(folder)] = _utc(created)
    return Metadata(learners, times)


def parse_timestamp(text: bytes) -> datetime | None:
    """nbgrader's `timestamp.txt`, such as `2025-02-02 15:58:23.948203 UTC`."""
    words = text.decode("utf-8", "replace").strip().removesuffix(" UTC")
    try:
        return _utc(datetime.fromisoformat(words))
    except ValueError:
        return None


def _utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
