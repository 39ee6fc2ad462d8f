"""What a call into a submission can end in, other than a value.

Two families. What the *learner's code did* is an ordinary `Exception`: it raised, it lacks the
function, it returned something that is no data. What *ended the worker* derives from `Interrupted`,
a `BaseException`, so that Hypothesis neither catches it nor spends a budget on shrinking it.
"""

from __future__ import annotations


class SandboxUnavailable(RuntimeError):
    """The box cannot be built on this machine, and why. Never the submission's fault."""


class SubmissionRaised(Exception):
    """The submission raised, and let the exception out of the function that was called.

    Attributes: `type_name` ("ValueError"), `mro` (the names of the exception's classes, most
    derived first), `message`, `traceback` (only lines of the learner's own files), `original` (the
    very object that a callback of the grader raised, if that is what came out, else None).
    """

    def __init__(
        self,
        type_name: str,
        mro: tuple[str, ...] = (),
        message: str = "",
        traceback: str = "",
        original: BaseException | None = None,
    ) -> None:
        super().__init__(f"{type_name}: {message}" if message else type_name)
        self.type_name = type_name
        self.mro = mro
        self.message = message
        self.traceback = traceback
        self.original = original


class MissingFunction(Exception):
    """The submission defines no function of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the submission defines no function called {name}")
        self.name = name


class BadReturn(Exception):
    """The submission returned something that is not plain data, described for people."""

    def __init__(self, description: str) -> None:
        super().__init__(f"the submission returned {description}")
        self.description = description


class Interrupted(BaseException):
    """The submission could not be asked, or its worker had to be ended."""


class LoadFailed(Interrupted):
    """The submission's file raised while it was loaded."""

    def __init__(self, type_name: str, message: str, traceback: str = "") -> None:
        super().__init__(f"{type_name}: {message}" if message else type_name)
        self.type_name = type_name
        self.message = message
        self.traceback = traceback


class TimedOut(Interrupted):
    """A call (or the loading) took longer than it may, `seconds` being what it was allowed."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"did not finish within {seconds:.3g} s")
        self.seconds = seconds


class BudgetSpent(TimedOut):
    """The submission has used up the time that it may take as a whole."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.args = (f"used up its {seconds:.3g} s",)


class Crashed(Interrupted):
    """The worker ended by itself, or was ended by the kernel or the box: `reason` says how."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ProtocolBroken(Crashed):
    """The worker sent something that the box never sends: someone wrote to its channel."""
