"""The box: runs a submission in a confined process and brings back plain data.

    with Session({"ridge.py": source}, "ridge.py") as session:
        fit = session.call("ridge_closed_form", X, y, 0.1)

Knows nothing of exercises or checks. See README.md for what holds and what does not.
"""

from graders.sandbox.errors import (
    BadReturn,
    BudgetSpent,
    Crashed,
    Interrupted,
    LoadFailed,
    MissingFunction,
    ProtocolBroken,
    SandboxUnavailable,
    SubmissionRaised,
    TimedOut,
)
from graders.sandbox.launch import close_all, preload_for, warm
from graders.sandbox.limits import Isolation, Limits, Preload
from graders.sandbox.policy import missing
from graders.sandbox.session import CallFacts, Session
from graders.sandbox.values import Record

__all__ = [
    "BadReturn",
    "BudgetSpent",
    "CallFacts",
    "Crashed",
    "Interrupted",
    "Isolation",
    "Limits",
    "LoadFailed",
    "MissingFunction",
    "Preload",
    "ProtocolBroken",
    "Record",
    "SandboxUnavailable",
    "Session",
    "SubmissionRaised",
    "TimedOut",
    "close_all",
    "missing",
    "preload_for",
    "warm",
]
