"""Sessions over small submissions, written into the test itself."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from graders.sandbox import Limits, Session


@pytest.fixture
def submit() -> Iterator[Callable[..., Session]]:
    """`submit(source, **options)`: a session over that source, closed when the test ends."""
    sessions = []

    def start(source: str, **options: Any) -> Session:
        files = {"ridge.py": textwrap.dedent(source).encode(), **options.pop("files", {})}
        limits = Limits(**options.pop("limits", {}))
        session = Session(files, "ridge.py", limits=limits, **options)
        sessions.append(session)
        return session

    yield start
    for session in sessions:
        session.close()
