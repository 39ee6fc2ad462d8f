"""Keeps what was handed in and what came of it, so that no grade is lost or computed twice."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from msgspec import ValidationError, structs
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from graders.intake.layouts import Learner, natural
from graders.intake.roster import Person
from graders.mistakes import Mistake
from graders.report import Report, decode, encode

_tables = sa.MetaData()

#: One row per (exercise, digest of the files, digest of the grader).
_results = sa.Table(
    "results",
    _tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("exercise", sa.String(100), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("grader", sa.String(64), nullable=False),
    sa.Column("isolation", sa.String(20), nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("max_score", sa.Float, nullable=False),
    # false where the grader itself failed, so that the next run tries again
    sa.Column("final", sa.Boolean, nullable=False),
    sa.Column("report", sa.LargeBinary, nullable=False),
    sa.Column("fingerprints", sa.LargeBinary, nullable=False),
    sa.Column("graded_at", sa.DateTime(timezone=True), nullable=False),
    sa.UniqueConstraint("exercise", "digest", "grader"),
)
#: One row per submission: whose, from where, and which of the results is its own.
_submissions = sa.Table(
    "submissions",
    _tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("exercise", sa.String(100), nullable=False),
    sa.Column("learner", sa.String(200), nullable=False),
    sa.Column("place", sa.String(1000), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("name", sa.String(1000), nullable=False),
    sa.Column("learner_name", sa.String(200), nullable=False),
    sa.Column("submitted", sa.DateTime(timezone=True)),
    sa.Column("run", sa.Integer, nullable=False),
    sa.Column("grader", sa.String(64), nullable=False),
    sa.UniqueConstraint("exercise", "learner", "place", "digest"),
)
_runs = sa.Table(
    "runs",
    _tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("started", sa.DateTime(timezone=True), nullable=False),
)
_people = sa.Table(
    "people",
    _tables,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("section", sa.String(200), nullable=False),
    sa.Column("sis_id", sa.String(200), nullable=False),
    sa.Column("login", sa.String(200), nullable=False),
)


class StoreError(Mistake):
    """The store cannot be opened, read or written; the message is a sentence for people."""


@dataclass(frozen=True)
class Key:
    """What decides a grade: the exercise, the files' digest, the grader's digest."""

    exercise: str
    digest: str
    grader: str


@dataclass(frozen=True)
class Known:
    """A result that need not be computed again."""

    report: Report
    fingerprints: bytes


@dataclass(frozen=True)
class Attempt:
    """A submission and its result, as reports and exports need them.

    `number` counts a learner's attempts at an exercise from 1 in the order they were handed in;
    `latest` marks the one that counts. `fingerprints` are those of `similarity`.
    """

    learner: Learner
    section: str
    report: Report
    submitted: datetime | None
    number: int
    latest: bool
    fingerprints: bytes = b""


def database_url(where: str) -> sa.URL:
    """The URL of a store: `where` itself if it is one, else that of an SQLite file at that path.

    Raises
    ------
    StoreError : for a URL that SQLAlchemy does not understand.
    """
    if "://" not in where:
        return sa.URL.create("sqlite", database=where)
    try:
        return sa.make_url(where)
    except SQLAlchemyError:
        raise StoreError(f"{where!r} is neither a path nor a database URL.") from None


class Store:
    """An open store; SQLite in WAL mode, or any database that SQLAlchemy speaks to.

    Parameters
    ----------
    where : a path, an SQLAlchemy URL, or ":memory:" for one that ends with the process.
    create : whether a missing SQLite file is made; reports and exports only read.

    Raises
    ------
    StoreError : where it cannot be opened, is no store, or (with `create`) cannot be written.
    """

    def __init__(self, where: str, *, create: bool = True) -> None:
        self._url = database_url(where)
        self.shown = self._url.render_as_string(hide_password=True) if "://" in where else where
        self._lock = threading.Lock()
        self._run = 0
        if (file := _sqlite_file(self._url)) is not None:
            self._url = _prepared(file, create)
        try:
            self._engine = sa.create_engine(self._url, **_engine_options(self._url))
        except ImportError as error:
            raise StoreError(
                f"{self.shown} needs a driver that is not installed: {error.name or error}."
            ) from None
        if self._url.get_backend_name() == "sqlite":
            sa.event.listen(self._engine, "connect", _prepare_sqlite if create else _read_sqlite)
        with self._errors("opened"):
            if create:
                _tables.create_all(self._engine)
                self._begin_run()
            elif not sa.inspect(self._engine).has_table("results"):
                raise StoreError(f"{self.shown} is no store of results.")

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def known(self, key: Key, isolation: str) -> Known | None:
        """The final result of a key, if the same isolation gave it."""
        query = sa.select(_results.c.report, _results.c.fingerprints).where(
            *_is(key), _results.c.final, _results.c.isolation == isolation
        )
        with self._errors("read"), self._engine.connect() as connection:
            row = connection.execute(query).first()
        return Known(decode(bytes(row.report)), row.fingerprints) if row else None

    def add_result(
        self, key: Key, report: Report, *, fingerprints: bytes = b"", final: bool = True
    ) -> None:
        """Keep a result, in place of what stood there for the same key."""
        values = {
            "isolation": report.isolation,
            "status": report.status,
            "score": report.score,
            "max_score": report.max_score,
            "final": final,
            "report": encode(structs.replace(report, submission="")),
            "fingerprints": fingerprints,
            "graded_at": datetime.now(UTC),
        }
        identity = {"exercise": key.exercise, "digest": key.digest, "grader": key.grader}
        self._put(_results, identity, values)

    def add_submission(
        self, key: Key, learner: Learner, name: str, place: str, submitted: datetime | None
    ) -> None:
        """Note that a learner handed in what `key` stands for; its result must be there."""
        identity = {
            "exercise": key.exercise,
            "learner": learner.id[:200],
            "place": place[:1000],
            "digest": key.digest,
        }
        values = {
            "name": name[:1000],
            "learner_name": learner.name[:200],
            "submitted": submitted,
            "run": self._run,
            "grader": key.grader,
        }
        self._put(_submissions, identity, values)

    def set_roster(self, people: Sequence[Person]) -> None:
        """Replace the class list."""
        rows = {
            person.id or person.name: {
                "id": person.id or person.name,
                "name": person.name,
                "section": person.section,
                "sis_id": person.sis_id,
                "login": person.login,
            }
            for person in people
        }
        with self._errors("written"), self._lock, self._engine.begin() as connection:
            connection.execute(sa.delete(_people))
            if rows:
                connection.execute(sa.insert(_people), list(rows.values()))

    def roster(self) -> list[Person]:
        """The class list; empty where none was given."""
        with self._errors("read"), self._engine.connect() as connection:
            rows = connection.execute(sa.select(_people).order_by(_people.c.id)).all()
        return [Person(row.id, row.name, row.section, row.sis_id, row.login) for row in rows]

    def attempts(self) -> list[Attempt]:
        """Every submission with its result, by learner, exercise and time.

        A file that was changed counts as one attempt for each content it had; what the last run
        found in it is the newest of them.
        """
        query = sa.select(
            _submissions, _results.c.report, _results.c.fingerprints
        ).join_from(
            _submissions,
            _results,
            sa.and_(
                _submissions.c.exercise == _results.c.exercise,
                _submissions.c.digest == _results.c.digest,
                _submissions.c.grader == _results.c.grader,
            ),
        )  # fmt: skip
        with self._errors("read"), self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        sections = {person.id: person for person in self.roster()}
        groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for row in rows:
            groups.setdefault((row["learner"], row["exercise"]), []).append(dict(row))
        return [
            _attempt(row, number, len(group), sections)
            for _, group in sorted(groups.items())
            for number, row in enumerate(_in_order(group), start=1)
        ]

    def _begin_run(self) -> None:
        with self._lock, self._engine.begin() as connection:
            added = connection.execute(sa.insert(_runs), {"started": datetime.now(UTC)})
            primary = added.inserted_primary_key
            self._run = int(primary[0]) if primary else 0

    def _put(self, table: sa.Table, identity: dict[str, Any], values: dict[str, Any]) -> None:
        """Update the row of this identity, or insert it: plain SQL, for every database."""
        same = [table.c[column] == value for column, value in identity.items()]
        with self._errors("written"), self._lock:
            for last_try in (False, True):
                try:
                    with self._engine.begin() as connection:
                        changed = connection.execute(sa.update(table).where(*same).values(values))
                        if changed.rowcount == 0:
                            connection.execute(sa.insert(table), {**identity, **values})
                    return
                except IntegrityError:  # another grader was faster
                    if last_try:
                        raise

    @contextmanager
    def _errors(self, action: str) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise StoreError(_sentence(self.shown, action, str(error.orig))) from None
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(_sentence(self.shown, action, str(error))) from None
        except (ValidationError, ValueError):
            raise StoreError(f"{self.shown} holds a result of another version.") from None


def _sqlite_file(url: sa.URL) -> Path | None:
    name = url.database or ""
    is_file = url.get_backend_name() == "sqlite" and name not in ("", ":memory:")
    return Path(name) if is_file and not name.startswith("file:") else None


def _prepared(file: Path, create: bool) -> sa.URL:
    """The URL for an SQLite file, whose folder is made where it is missing."""
    if create:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{file.parent} cannot be made: {error.strerror}.") from None
    elif not file.is_file():
        raise StoreError(f"There is no store at {file}; make one with `penaltybox grade`.")
    if os.access(file.parent, os.W_OK):
        return sa.URL.create("sqlite", database=str(file))
    if create:
        raise StoreError(_sentence(str(file), "written", "read-only"))
    # SQLite would want to make a file beside it
    options = {"immutable": "1", "uri": "true"}
    return sa.URL.create("sqlite", database=f"file:{quote(str(file))}", query=options)


def _engine_options(url: sa.URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        # one connection, or each thread would see a database of its own
        return {"poolclass": sa.StaticPool, "connect_args": {"check_same_thread": False}}
    return {"pool_pre_ping": True}


def _prepare_sqlite(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 30000")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _read_sqlite(connection: Any, _: object) -> None:
    connection.execute("PRAGMA busy_timeout = 30000").close()


def _sentence(store: str, action: str, detail: str) -> str:
    detail = detail.strip().splitlines()[0] if detail.strip() else "no reason was given"
    if "disk is full" in detail or "disk full" in detail or os.strerror(28) in detail:
        return f"The store {store} cannot be {action}: the disk is full; make room, then go on."
    if "readonly" in detail or "read-only" in detail:
        return f"The store {store} cannot be written: it is read-only; use another by --store."
    return f"The store {store} cannot be {action}: {detail}."


def _is(key: Key) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _results.c.exercise == key.exercise,
        _results.c.digest == key.digest,
        _results.c.grader == key.grader,
    )


def _in_order(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """One learner's attempts at an exercise, the one that counts last."""
    newest = {}
    for row in sorted(rows, key=lambda row: row["run"]):
        newest[row["place"]] = row
    beginning = datetime.min.replace(tzinfo=UTC)

    def when(row: Mapping[str, Any]) -> tuple[Any, ...]:
        time = _utc(row["submitted"]) or beginning
        return row is newest[row["place"]], time, natural(row["place"]), row["run"]

    return sorted(rows, key=when)


def _utc(time: datetime | None) -> datetime | None:
    """The time with its zone, which SQLite does not keep."""
    return time if time is None or time.tzinfo else time.replace(tzinfo=UTC)


def _attempt(row: Mapping[str, Any], number: int, of: int, people: Mapping[str, Person]) -> Attempt:
    person = people.get(row["learner"])
    name = row["learner_name"] or (person.name if person else "")
    return Attempt(
        Learner(row["learner"], name),
        person.section if person else "",
        structs.replace(decode(bytes(row["report"])), submission=row["name"]),
        _utc(row["submitted"]),
        number,
        number == of,
        bytes(row["fingerprints"]),
    )
