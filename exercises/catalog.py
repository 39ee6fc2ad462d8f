"""Reads `catalog.toml`, the one list of exercises."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Exercise:
    """One entry of the catalog.

    `functions` are the entry points in the order to write them; `uses` the exercises that a
    project builds on; times are in seconds.
    """

    name: str
    title: str
    functions: tuple[str, ...]
    torch: bool = False
    uses: tuple[str, ...] = ()
    call_seconds: float = 5.0
    total_seconds: float = 60.0

    @property
    def folder(self) -> Path:
        return HERE / self.name

    @property
    def stub(self) -> Path:
        """The learner's file."""
        return self.folder / f"{self.name}.py"

    @property
    def self_check(self) -> Path:
        return self.folder / f"test_{self.name}.py"

    def home_of(self, function: str | None) -> str:
        """The exercise whose function it is: this one, or one that it builds on."""
        names = (name for name in self.uses if function in catalog()[name].functions)
        return self.name if function in self.functions else next(names, self.name)


@cache
def catalog() -> dict[str, Exercise]:
    """Every exercise by name, in the order of the lesson."""
    entries = tomllib.loads((HERE / "catalog.toml").read_text(encoding="utf-8"))["exercise"]
    return {entry["name"]: Exercise(**_with_tuples(entry)) for entry in entries}


def _with_tuples(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def find(name: str) -> Exercise:
    """The exercise called `name`.

    Raises
    ------
    LookupError : with a sentence that lists the names, if there is none.
    """
    exercises = catalog()
    if name not in exercises:
        raise LookupError(
            f"There is no exercise called {name!r}; the exercises are {', '.join(exercises)}."
        )
    return exercises[name]
