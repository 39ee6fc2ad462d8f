"""Finds the submissions in what an instructor has: files, folders, exports of course systems."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from exercises.catalog import catalog
from graders.intake import layouts
from graders.intake.cells import solution_code
from graders.intake.layouts import Learner, Metadata
from graders.intake.sources import (
    MAX_NOTEBOOK,
    MAX_SOURCE,
    Folder,
    Source,
    Unreadable,
    Zip,
    ZipInside,
    read_file,
)
from graders.mistakes import Mistake

#: Files that go into the box with a submission, and their size together, in bytes.
MAX_FILES = 50
MAX_TOTAL = 16 << 20
#: The name under which a submission is kept whose exercise nobody can tell.
UNKNOWN = "unknown"


class NothingToGrade(Mistake):
    """The paths hold no submission, or do not exist; the message is a sentence for people."""


@dataclass(frozen=True)
class Content:
    """The bytes of a submission under the names that the box wants, and a note on reading it."""

    files: Mapping[str, bytes]
    note: str = ""


@dataclass(frozen=True)
class Submission:
    """One attempt of one learner at one exercise; its files are read when they are asked for.

    `name` is the path as the instructor knows it, `key` the same without what depends on the
    working directory. `submitted` is when it was handed in, as far as that is known; `order`
    sorts attempts of the same time. `problem` is why it cannot be read at all.
    """

    exercise: str
    learner: Learner
    name: str
    key: str
    submitted: datetime | None = None
    order: tuple[tuple[int, int | str], ...] = ()
    source: Source | None = None
    path: str = ""
    siblings: tuple[str, ...] = ()
    problem: str = ""

    def __post_init__(self) -> None:
        # names come from strangers, and go to databases, terminals and web pages
        who = Learner(layouts.readable(self.learner.id), layouts.readable(self.learner.name))
        object.__setattr__(self, "learner", who)
        object.__setattr__(self, "name", layouts.readable(self.name))
        object.__setattr__(self, "key", layouts.readable(self.key))

    def read(self) -> Content:
        """The files; raises Unreadable with a sentence where that cannot be done."""
        if self.problem or self.source is None:
            raise Unreadable(self.problem or "There is nothing to read.")
        code, note = _code(self.source, self.path)
        files = {f"{self.exercise}.py": code}
        waiting = [code]
        names = {layouts.original_name(path): path for path in self.siblings}
        names.pop(f"{self.exercise}.py", None)
        # only what the work mentions: a change elsewhere is no resubmission of this exercise
        while waiting:
            text = waiting.pop()
            for name in sorted(set(names) - set(files)):
                stem = re.escape(PurePosixPath(name).stem.encode("utf-8", "surrogateescape"))
                if re.search(rb"\b" + stem + rb"\b", text) and len(files) < MAX_FILES:
                    files[name] = self.source.read(names[name], MAX_SOURCE)
                    waiting.append(files[name])
        if sum(map(len, files.values())) > MAX_TOTAL:
            raise Unreadable(f"The files are larger than {MAX_TOTAL >> 20} MiB together.")
        return Content(files, note)


def unreadable_digest(submission: Submission, reason: str) -> str:
    """What stands for the digest of a submission whose bytes cannot be had."""
    return hashlib.sha256(
        f"unreadable\0{submission.key}\0{reason}".encode("utf-8", "replace")
    ).hexdigest()


def find(paths: Sequence[Path], exercises: Sequence[str] = ()) -> list[Submission]:
    """Every submission at the paths, in a stable order; see `layouts` for what is understood.

    With one name in `exercises`, files of any name are taken for it; without any, the catalog's
    names are looked for in file names.

    Raises
    ------
    NothingToGrade : a path does not exist or is a zip that cannot be opened, or nothing is found.
    """
    found: list[Submission] = []
    for path in paths:
        found.extend(_at(path, tuple(exercises)))
    if not found:
        named = ", ".join(exercises) if exercises else "an exercise of the catalog"
        places = ", ".join(str(path) for path in paths)
        raise NothingToGrade(
            f"No submission to {named} was found in {places}; "
            "name the exercise by --exercise, or the files after it."
        )
    return found


def _at(path: Path, wanted: tuple[str, ...]) -> Iterator[Submission]:
    if path.is_dir():
        yield from _in_tree(_nbgrader_part(Folder(path), path), path.as_posix(), wanted)
    elif not path.exists():
        raise NothingToGrade(f"{path} does not exist.")
    elif path.suffix.lower() == ".zip":
        try:
            source = Zip(path, path.stem)
        except Unreadable as error:
            raise NothingToGrade(str(error)) from None
        yield from _in_tree(source, path.as_posix(), wanted)
    else:
        yield _single(path, wanted)


def _single(path: Path, wanted: tuple[str, ...]) -> Submission:
    exercise = layouts.exercise_of(path.name, wanted or tuple(catalog()))
    if exercise is None and len(wanted) == 1:
        exercise = wanted[0]
    if path.suffix.lower() not in (".py", ".ipynb"):
        raise NothingToGrade(f"{path} is neither a .py, an .ipynb, a folder nor a zip.")
    if exercise is None:
        raise NothingToGrade(
            f"Which exercise {path} belongs to cannot be told from its name; say so by --exercise."
        )
    source = OneFile(path, catalog()[exercise].uses)
    home = path.resolve().parent.name
    if layouts.is_exact(path.name, exercise):
        learner = Learner(home)
    else:
        learner = layouts.learner_of(path.name, home, (), tuple(catalog()), Metadata({}, {}))
    return Submission(
        exercise,
        learner,
        path.as_posix(),
        f"{home}/{path.name}",
        source.modified(path.name),
        (),
        source,
        path.name,
        tuple(source.paths()[1:]),
    )


class OneFile(Folder):
    """A file that was named by itself; of what lies beside it, only exercises that it builds on."""

    def __init__(self, path: Path, uses: Sequence[str]) -> None:
        super().__init__(path.parent)
        self._path = path
        self._uses = uses

    def paths(self) -> list[str]:
        places = [f"{other}.py" for other in self._uses]
        places += [f"../{other}/{other}.py" for other in self._uses]
        return [self._path.name, *(place for place in places if (self._root / place).is_file())]

    def read(self, path: str, limit: int) -> bytes:
        # a link that the instructor names is the instructor's own wish
        whole = self._path.resolve() if path == self._path.name else self._root / path
        return read_file(whole, limit)


def _nbgrader_part(folder: Folder, path: Path) -> Source:
    """Of a whole nbgrader course, what was submitted."""
    submitted = path / "submitted"
    is_course = submitted.is_dir() and any(
        (path / name).exists() for name in ("nbgrader_config.py", "source", "gradebook.db")
    )
    return Folder(submitted) if is_course else folder


class _Tree:
    """What can be told of a tree's submissions from the paths in it."""

    def __init__(self, source: Source, shown: str, wanted: tuple[str, ...]) -> None:
        self.source = source
        self.shown = shown
        self.wanted = wanted
        self.exercises = wanted or tuple(catalog())
        self.paths = source.paths()
        self.known = set(self.paths)
        self.work = _choose(source, self.paths, wanted)
        self.zips = [path for path in self.paths if path.lower().endswith(".zip")]
        self.shared = layouts.shared_folders([*self.work, *self.zips], self.exercises)
        self.metadata = self._metadata()
        #: Modules by folder, and by owner where an export put everybody's files into one.
        self.modules: dict[tuple[str, str | None], list[str]] = defaultdict(list)
        for path in self.paths:
            if path.endswith(".py"):
                self.modules[_folder(path), layouts.flat_owner(path)].append(path)
        self.is_shared = len(set(self.work.values())) < len(self.work)

    def about(self, path: str) -> tuple[Learner, str, str, datetime | None]:
        """Of a submission at `path`: the learner, its name and key, and when it came."""
        learner = layouts.learner_of(
            path, self.source.name, self.shared, self.exercises, self.metadata
        )
        return learner, f"{self.shown}/{path}", f"{self.source.name}/{path}", self._time(path)

    def siblings(self, path: str) -> tuple[str, ...]:
        """Modules that the work may import: beside it, or in folders named as exercises are."""
        home = _folder(path)
        owner = layouts.flat_owner(path)
        if home == "" and owner is None and self.is_shared:
            return ()  # beside it lie the files of others
        beside = [other for other in self.modules[home, owner] if other != path]
        above = _folder(home)
        others = [
            place
            for exercise in catalog()
            if home
            and (place := f"{above}/{exercise}/{exercise}.py".lstrip("/")) in self.known
            and _folder(place) != home
        ]
        return (*beside, *others)

    def empty_folders(self) -> list[str]:
        """Learners' folders with nothing in them for the one exercise that is wanted."""
        tops = {_top(path, self.shared) for path in (*self.work, *self.zips)}
        if len(self.wanted) != 1 or not self.work or "" in tops:
            return []
        everybody = {_top(path, self.shared) for path in self.paths}
        return ["/".join((*self.shared, top)) for top in sorted(everybody - tops - {""})]

    def _metadata(self) -> Metadata:
        for path in self.paths:
            if PurePosixPath(path).name == layouts.GRADESCOPE_METADATA and path.count("/") <= 1:
                try:
                    return layouts.parse_gradescope(self.source.read(path, MAX_NOTEBOOK))
                except Unreadable:
                    break
        return Metadata({}, {})

    def _time(self, path: str) -> datetime | None:
        for folder in PurePosixPath(path).parts[:-1]:
            if folder in self.metadata.times:
                return self.metadata.times[folder]
        stamp = f"{_folder(path)}/{layouts.NBGRADER_TIMESTAMP}"
        if stamp in self.known:
            try:
                if time := layouts.parse_timestamp(self.source.read(stamp, 4096)):
                    return time
            except Unreadable:
                pass
        return self.source.modified(path) if path in self.known else None


def _in_tree(source: Source, shown: str, wanted: tuple[str, ...]) -> Iterator[Submission]:
    try:
        tree = _Tree(source, shown, wanted)
    except Unreadable as error:
        raise NothingToGrade(str(error)) from None
    for path, exercise in sorted(tree.work.items()):
        learner, name, key, time = tree.about(path)
        order = layouts.attempt_of(path)
        siblings = tree.siblings(path)
        yield Submission(exercise, learner, name, key, time, order, source, path, siblings)
    for path in tree.zips:
        yield from _in_inner_zip(tree, path)
    for folder in tree.empty_folders():
        learner, name, key, time = tree.about(f"{folder}/-")
        yield Submission(
            wanted[0],
            learner,
            name.removesuffix("/-"),
            key.removesuffix("/-"),
            problem=f"The folder holds no file for {wanted[0]}.",
        )


def _in_inner_zip(outer: _Tree, path: str) -> Iterator[Submission]:
    """What a learner packed into a zip of their own; a zip in that zip is not opened."""
    learner, name, key, time = outer.about(path)
    named = layouts.exercise_of(path, outer.exercises)
    only = outer.wanted[0] if len(outer.wanted) == 1 else named or UNKNOWN
    inside = ZipInside(outer.source, path)
    try:
        tree = _Tree(inside.open(), name, outer.wanted)
        if not tree.work:
            raise Unreadable("The zip holds no file for an exercise.")
    except Unreadable as error:
        yield Submission(only, learner, name, key, time, problem=str(error))
        return
    for entry, exercise in sorted(tree.work.items()):
        order = (*layouts.attempt_of(path), *layouts.natural(entry))
        siblings = tree.siblings(entry)
        where, place = f"{name}/{entry}", f"{key}/{entry}"
        yield Submission(exercise, learner, where, place, time, order, inside, entry, siblings)


def _choose(source: Source, paths: Sequence[str], wanted: tuple[str, ...]) -> dict[str, str]:
    """Which files are the work: path to exercise, at most one for an exercise and folder."""
    exercises = wanted or tuple(catalog())
    candidates = [path for path in paths if path.lower().endswith((".py", ".ipynb"))]
    best: dict[tuple[str, str, str], str] = {}
    for path in candidates:
        exercise = layouts.exercise_of(path, tuple(catalog()))
        if exercise in exercises:
            exact = layouts.is_exact(path, exercise)
            plain = exact and layouts.original_name(path) == PurePosixPath(path).name
            place = (_folder(path), exercise, "" if plain else path)
            # beside a script, a notebook of the same name is where it was tried out
            if place not in best or path.lower().endswith(".py"):
                best[place] = path
    chosen = {path: exercise for (_, exercise, _), path in best.items()}
    if len(wanted) != 1:
        return chosen
    # with one exercise wanted, the work may have any name; helpers lie beside work that is named
    places: dict[tuple[str, str | None], list[str]] = defaultdict(list)
    for path in candidates:
        if layouts.exercise_of(path, tuple(catalog())) is None:
            places[_folder(path), layouts.flat_owner(path)].append(path)
    settled = {
        (_folder(path), layouts.flat_owner(path))
        for path in chosen
        if layouts.is_exact(path, wanted[0])
    }
    flat = not any("/" in path for path in candidates)
    for home, others in places.items():
        if home not in settled:
            works = others if flat and home[1] is None else _the_work(source, others, wanted[0])
            chosen |= {path: wanted[0] for path in works if not layouts.is_no_work(path)}
    return chosen


def _the_work(source: Source, paths: list[str], exercise: str) -> list[str]:
    """Of a learner's files without a telling name, those that define the exercise's functions."""
    if len(paths) == 1:
        return paths
    functions = "|".join(catalog()[exercise].functions).encode()
    defines = re.compile(rb"def\s+(" + functions + rb")\b")

    def matches(path: str) -> bool:
        try:
            return defines.search(_code(source, path)[0]) is not None
        except Unreadable:
            return False

    return [path for path in paths if matches(path)][:1] or paths[:1]


def _code(source: Source, path: str) -> tuple[bytes, str]:
    if path.lower().endswith(".ipynb"):
        return solution_code(source.read(path, MAX_NOTEBOOK))
    return source.read(path, MAX_SOURCE), ""


def _folder(path: str) -> str:
    parent = str(PurePosixPath(path).parent)
    return "" if parent == "." else parent


def _top(path: str, shared: tuple[str, ...]) -> str:
    """The folder under the shared ones that a path is in; empty where it is in none."""
    parts = PurePosixPath(path).parts
    inside = len(parts) > len(shared) + 1 and parts[: len(shared)] == shared
    return parts[len(shared)] if inside else ""
