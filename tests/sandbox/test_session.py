"""Calls into a submission: what comes back, what is raised, what is noticed, and how long it may
take."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graders.sandbox import (
    BadReturn,
    BudgetSpent,
    Crashed,
    Interrupted,
    LoadFailed,
    MissingFunction,
    Session,
    SubmissionRaised,
    TimedOut,
)

Submit = Callable[..., Session]


@pytest.mark.parametrize("isolation", ["sandbox", "process"])
def test_a_call_carries_arguments_and_result(submit: Submit, isolation: Any) -> None:
    session = submit(
        """
        from typing import NamedTuple
        import numpy as np

        class LinearFit(NamedTuple):
            coef: np.ndarray
            intercept: float

        def fit(X, y, *, lam):
            return LinearFit(X.T @ y * lam, float(y.mean()))

        def predict(fit, X):
            return type(fit).__name__, X @ fit.coef + fit.intercept
        """,
        isolation=isolation,
    )
    assert session.load() == ["NamedTuple", "LinearFit", "fit", "predict"]
    X, y = np.eye(2), np.array([1.0, 3.0])
    fit = session.call("fit", X, y, lam=2)
    assert fit.coef.tolist() == [2, 6]
    assert fit.intercept == 2
    name, prediction = session.call("predict", fit, X)
    assert name == "LinearFit"
    assert prediction.tolist() == [4, 8]


def test_an_exception_brings_the_learners_lines_and_no_others(submit: Submit) -> None:
    session = submit(
        """
        import numpy as np
        def fit(X):
            try:
                return np.linalg.inv(X)
            except np.linalg.LinAlgError as error:
                raise KeyError("singular") from error
        """
    )
    with pytest.raises(SubmissionRaised) as raised:
        session.call("fit", np.zeros((2, 2)))
    error = raised.value
    assert error.type_name == "KeyError"
    assert error.message == "'singular'"
    assert error.mro == ("KeyError", "LookupError", "Exception", "BaseException")
    assert error.original is None
    assert 'File "ridge.py", line 7, in fit' in error.traceback
    assert 'raise KeyError("singular") from error' in error.traceback
    assert "Singular matrix" in error.traceback
    assert "numpy/" not in error.traceback
    assert "sandbox" not in error.traceback


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("raise SystemExit(0)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise MemoryError", "MemoryError"),
        ("return f()", "RecursionError"),
        ("class E(BaseException): pass\n    raise E", "E"),
        ("return bytearray(8 * 2**30)", "MemoryError"),
    ],
)
def test_every_kind_of_exception_is_told_and_leaves_the_worker_in_place(
    submit: Submit, code: str, name: str
) -> None:
    session = submit(f"def f():\n    {code}\ndef g():\n    return 1\n")
    with pytest.raises(SubmissionRaised) as raised:
        session.call("f")
    assert raised.value.type_name == name
    assert session.call("g") == 1
    assert session.incidents == ()


def test_what_is_missing_or_no_data_is_told(submit: Submit) -> None:
    session = submit("x = 3\ndef f():\n    return iter('ab')\n")
    with pytest.raises(MissingFunction, match="no function called x"):
        session.call("x")
    with pytest.raises(BadReturn, match="a str_ascii_iterator"):
        session.call("f")


def test_an_argument_that_cannot_be_sent_is_the_callers_mistake(submit: Submit) -> None:
    session = submit("def f(x):\n    return 1\n")
    with pytest.raises(TypeError, match="An argument of f is a set"):
        session.call("f", {1})
    assert session.call("f", 1) == 1


# ends of the worker -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "reason", "offences"),
    [
        ("os._exit(0)", r"ended the process with os\._exit\(0\)", 1),
        ("os._exit(7)", r"ended the process with os\._exit\(7\)", 1),
        # what a mistake in a C extension does as well is no offence
        ("os.abort()", r"was killed by signal 6 \(SIGABRT\)", 0),
        ("ctypes.string_at(8)", r"was killed by signal 11 \(SIGSEGV\)", 0),
        ("os.close(3)", "damaged the part of its process that answers calls", 1),
    ],
)
def test_a_crash_says_how_and_the_next_call_gets_a_fresh_worker(
    submit: Submit, code: str, reason: str, offences: int
) -> None:
    session = submit(
        f"import ctypes, os\nseen = []\ndef f():\n    {code}\n"
        "def g():\n    seen.append(1); return len(seen)\n"
    )
    assert session.call("g") == 1
    with pytest.raises(Crashed, match=reason):
        session.call("f")
    assert len(session.incidents) == offences
    assert session.call("g") == 1


def test_a_load_failure_is_remembered(submit: Submit) -> None:
    session = submit("import nothing_of_that_name\n")
    for _ in range(2):
        with pytest.raises(LoadFailed) as failure:
            session.call("f")
        assert failure.value.type_name == "ModuleNotFoundError"
        assert "line 1" in failure.value.traceback
    spent = session.seconds_left
    with pytest.raises(LoadFailed):
        session.load()
    assert session.seconds_left == spent


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("def f(:\n", "SyntaxError"),
        ("import sys; sys.exit(0)\n", "SystemExit"),
        ("x = '\\0'\n" + "(" * 300, "SyntaxError"),
        ("# coding: nonsense\n", "SyntaxError"),
    ],
)
def test_a_file_that_does_not_load_says_why(submit: Submit, source: str, name: str) -> None:
    with pytest.raises(LoadFailed) as failure:
        submit(source).load()
    assert failure.value.type_name == name


def test_a_load_that_ends_the_process_or_hangs_is_remembered(submit: Submit) -> None:
    session = submit("import os; os._exit(0)\n")
    with pytest.raises(Crashed):
        session.load()
    with pytest.raises(Crashed):
        session.call("f")
    assert len(session.incidents) == 1
    session = submit("while True: pass\n", limits={"load_seconds": 0.2})
    start = time.monotonic()
    for _ in range(3):
        with pytest.raises(TimedOut):
            session.load()
    assert time.monotonic() - start < 5


def test_interrupted_is_not_an_exception() -> None:
    # Hypothesis catches Exception, and would spend its budget on shrinking a time-out.
    for kind in (LoadFailed, TimedOut, BudgetSpent, Crashed):
        assert issubclass(kind, Interrupted)
        assert not issubclass(kind, Exception)


# time ---------------------------------------------------------------------------------------

LOOPS = """
import time
def spin():
    while True: pass
def sleep(seconds): time.sleep(seconds)
def call(f, n):
    for _ in range(n): f()
"""


@pytest.mark.parametrize(("function", "args"), [("spin", ()), ("sleep", (100,))])
def test_a_call_ends_at_its_deadline(submit: Submit, function: str, args: Any) -> None:
    session = submit(LOOPS, limits={"call_seconds": 0.3})
    session.load()
    start = time.monotonic()
    with pytest.raises(TimedOut, match=r"within 0\.3 s"):
        session.call(function, *args)
    assert 0.3 <= time.monotonic() - start < 0.3 * 4 + 1
    assert session.call("sleep", 0) is None


def test_the_budget_as_a_whole(submit: Submit) -> None:
    session = submit(LOOPS, limits={"call_seconds": 0.3, "total_seconds": 0.8})
    kinds = []
    start = time.monotonic()
    for _ in range(8):
        with pytest.raises(TimedOut) as end:
            session.call("sleep", 5)
        kinds.append(type(end.value))
    assert kinds[0] is TimedOut
    assert set(kinds[3:]) == {BudgetSpent}
    assert session.seconds_left == 0
    assert time.monotonic() - start < 4


def test_time_in_a_callback_is_the_graders_own(submit: Submit) -> None:
    session = submit(LOOPS, limits={"call_seconds": 0.3})
    session.call("call", lambda: time.sleep(0.2), 4)
    assert session.last.seconds < 0.3
    assert session.seconds_left > 58


def test_a_callback_budget_ends_what_callbacks_prolong(submit: Submit) -> None:
    session = submit(LOOPS, limits={"callback_seconds": 0.3})
    with pytest.raises(TimedOut):
        session.call("call", lambda: time.sleep(0.1), 100)


# facts --------------------------------------------------------------------------------------


def test_what_a_call_changed_is_noticed(submit: Submit) -> None:
    session = submit(
        """
        import random, warnings
        import numpy as np
        def quiet(X, folds, *, y): return X.sum() + y.sum()
        def change(X, folds, *, y):
            folds[0][1][0] = 9
            y += 1
        def shape(X, folds, *, y): X.shape = (4,)
        def draw(X, folds, *, y):
            np.random.rand()
            warnings.warn("first"); warnings.warn("second", DeprecationWarning)
            return np.log(np.zeros(1))
        def own(rng): return rng.random()
        """
    )
    X, y = np.ones((2, 2)), np.ones(2)
    folds = [(np.arange(2), np.arange(2))]
    session.call("quiet", X, folds, y=y)
    assert session.last.mutated == ()
    assert session.last.warnings == ()
    session.call("change", X, folds, y=y)
    assert session.last.mutated == ("1", "y")
    assert not session.last.numpy_global_changed
    assert y.tolist() == [1, 1]
    session.call("shape", X, folds, y=y)
    assert session.last.mutated == ("0",)
    session.call("draw", X, folds, y=y)
    assert session.last.numpy_global_changed
    categories = [category for category, _ in session.last.warnings]
    assert categories == ["UserWarning", "DeprecationWarning", "RuntimeWarning"]
    rng = np.random.default_rng(3)
    assert session.call("own", rng) == session.call("own", rng) == np.random.default_rng(3).random()
    assert session.last.mutated == ()
    assert not session.last.numpy_global_changed


def test_global_generators_can_be_seeded(submit: Submit) -> None:
    session = submit(
        "import random, numpy as np\ndef f(): return random.random(), np.random.rand()\n"
    )
    session.seed_globals(5)
    first = session.call("f")
    assert session.call("f") != first
    session.seed_globals(5)
    assert session.call("f") == first


def test_seeding_a_global_generator_is_seen_every_time(submit: Submit) -> None:
    session = submit("import numpy as np\ndef f(): np.random.seed(0)\n")
    for _ in range(3):
        session.call("f")
        assert session.last.numpy_global_changed


def test_output_is_captured_capped_and_made_safe(submit: Submit) -> None:
    session = submit(
        """
        import os, sys
        print("loading")
        def f():
            print("\\x1b[31mred"); print("bell\\x07", file=sys.stderr)
            os.write(1, b"\\xff raw\\n"); print("\\ud800 \\u202e é"); print(object())
        def flood():
            line = b"x" * 65536
            for _ in range(400): os.write(1, line)
            return 1
        """,
        limits={"output_bytes": 4096},
    )
    session.call("f")
    said = "loading\n\\x1b[31mred\nbell\\x07\n\\xff raw\n\\ud800 \\u202e é\n"
    assert session.output.startswith(said)
    assert session.output.endswith("<object object at 0x…>\n")
    assert session.call("flood") == 1
    assert len(session.output) <= 4096
    session.close()
    assert session.output.startswith("loading")


# callbacks ----------------------------------------------------------------------------------

CALLBACKS = """
import numpy as np
def twice(f, x): return [f(x, k=i) for i in range(2)]
def swallow(f):
    try: f()
    except BaseException as error: return type(error).__name__, [*error.args]
def through(f): return f()
def other(f):
    try: f()
    except BaseException: raise ValueError("mine")
def unsendable(f): return f(object())
def writes_into(f, x):
    y = f(x)
    y += 1
    return y
"""


def test_a_callback_runs_here_with_what_the_submission_passes(submit: Submit) -> None:
    session = submit(CALLBACKS)
    seen = []

    def f(x: Any, *, k: int) -> Any:
        seen.append((x, k))
        return x + k

    assert [a.tolist() for a in session.call("twice", f, np.zeros(2))] == [[0, 0], [1, 1]]
    assert [k for _, k in seen] == [0, 1]
    assert seen[0][0] is not seen[1][0]


def test_a_callback_that_gives_back_its_argument_gives_back_that_very_one(
    submit: Submit,
) -> None:
    session = submit(CALLBACKS)
    assert session.call("writes_into", lambda x: x, np.zeros(2)).tolist() == [1, 1]
    assert session.last.mutated == ("1",)
    session.call("writes_into", np.copy, np.zeros(2))
    assert session.last.mutated == ()

    def changed(x: np.ndarray) -> np.ndarray:
        x -= 5
        return x

    assert session.call("writes_into", changed, np.zeros(2)).tolist() == [-4, -4]
    assert session.last.mutated == ()


class Odd(LookupError):
    pass


@pytest.mark.parametrize(
    ("error", "there"),
    [
        (ValueError("bad", 3), "ValueError"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
        (StopIteration(4), "StopIteration"),
        (Odd("x"), "LookupError"),
        (UnicodeDecodeError("utf-8", b"x", 0, 1, "y"), "UnicodeError"),
        (ValueError(object), "ValueError"),
    ],
)
def test_a_callbacks_exception_travels_there_and_back(
    submit: Submit, error: BaseException, there: str
) -> None:
    def f() -> None:
        raise error

    session = submit(CALLBACKS)
    name, _ = session.call("swallow", f)
    assert name == there
    with pytest.raises(SubmissionRaised) as raised:
        session.call("through", f)
    assert raised.value.original is error
    assert raised.value.type_name == there
    with pytest.raises(SubmissionRaised) as raised:
        session.call("other", f)
    assert raised.value.original is None
    assert raised.value.message == "mine"


def test_a_callbacks_message_that_is_no_text_travels_all_the_same(submit: Submit) -> None:
    def f() -> None:
        raise ValueError("\ud800")

    assert submit(CALLBACKS).call("swallow", f) == ("ValueError", ["\\ud800"])


def test_another_global_bit_generator_is_a_change_too(submit: Submit) -> None:
    session = submit(
        "import numpy as np\ndef f(): np.random.set_bit_generator(np.random.PCG64())\n"
    )
    session.call("f")
    assert session.last.numpy_global_changed


def test_a_callback_cannot_be_given_what_is_no_data(submit: Submit) -> None:
    with pytest.raises(SubmissionRaised, match="cannot be called with an object"):
        submit(CALLBACKS).call("unsendable", lambda x: x)


def test_a_callback_cannot_call_into_the_session(submit: Submit) -> None:
    session = submit(CALLBACKS)
    with pytest.raises(SubmissionRaised) as raised:
        session.call("through", lambda: session.call("through", lambda: 1))
    assert isinstance(raised.value.original, RuntimeError)


# loading ------------------------------------------------------------------------------------


def test_sibling_files_are_importable_and_shadow_nothing(submit: Submit) -> None:
    session = submit(
        """
        import helper, pack.part, conftest
        from pack import base
        import numpy, json
        import submission, ridge
        assert submission is ridge and ridge.__name__ == __name__ == "submission"
        assert __file__ == "ridge.py"
        class Mine: pass
        def f():
            import inspect, pickle
            assert type(pickle.loads(pickle.dumps(Mine()))) is Mine
            return (helper.x, pack.part.y, base, numpy.__version__, hasattr(json, "evil"),
                    inspect.getsource(f).split("\\n")[0], conftest.z)
        """,
        files={
            "helper.py": b"from ridge import __file__ as origin\nx = 'helper'\n",
            "pack/__init__.py": b"base = 'pack'\n",
            "pack/part.py": b"from . import base\ny = base + '.part'\n",
            "numpy.py": b"__version__ = 'evil'\n",
            "json.py": b"evil = True\n",
            "conftest.py": b"z = 'mine'\n",
            "sitecustomize.py": b"raise SystemExit\n",
            "notes.txt": b"\xff",
        },
    )
    got = session.call("f")
    assert got[:3] == ("helper", "pack.part", "pack")
    assert got[3] == np.__version__
    assert got[4] is False
    assert got[5].strip() == "def f():"
    assert got[6] == "mine"


def test_an_entry_named_like_a_library_does_not_replace_it() -> None:
    source = b"import numpy\ndef f(): return numpy.__version__\n"
    with Session({"numpy.py": source}, "numpy.py") as session:
        assert session.call("f") == np.__version__


def test_the_entry_must_be_there() -> None:
    with pytest.raises(ValueError, match=r"no file ridge\.py among"):
        Session({"lasso.py": b""}, "ridge.py")
