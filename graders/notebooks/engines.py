"""Keeps the engine of a gradebook while a process lasts.

nbgrader opens the gradebook for every question it has, a dozen times a submission, each time with
an engine of its own, for which SQLAlchemy compiles every statement anew. That takes longer than the
answers. A kept engine is the same but for its memory of compiled statements: nbgrader still closes
its connections whenever it closes the gradebook.
"""

from __future__ import annotations

from functools import cache

import nbgrader.api


def keep_engines() -> None:
    """Let nbgrader open each gradebook with the engine that it had before."""
    create = nbgrader.api.create_engine
    if not hasattr(create, "cache_clear"):
        nbgrader.api.create_engine = cache(create)
