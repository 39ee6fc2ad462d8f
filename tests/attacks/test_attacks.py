"""Every attack of `submissions/`, one by one: how it ends, and that it did no harm.

An attack's function `attack(clues)` returns a list of what it managed to do. Most get none of it
done and say so; the others end in the way that the table tells. Where the box fails, an attack must
still be harmless: it shows what it could do by something that nobody minds, and has a bound.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from graders.sandbox import (
    BadReturn,
    BudgetSpent,
    Crashed,
    Interrupted,
    LoadFailed,
    ProtocolBroken,
    Session,
    SubmissionRaised,
    TimedOut,
)
from tests.attacks.harness import LIMITS, Arena, as_ridge, at_most, children, sources

# How an attack ends, and a word of what the report is to say. All others return an empty list.
ENDS: dict[str, tuple[type[BaseException], str]] = {
    "x32_call": (Crashed, "forbidden system call"),
    "int80_call": (Crashed, "forbidden system call"),
    "own_contention": (TimedOut, "1.5 s"),
    "endless_loop": (TimedOut, "1.5 s"),
    "endless_numpy": (TimedOut, "1.5 s"),
    "deaf": (TimedOut, "1.5 s"),
    "sleeper": (TimedOut, "1.5 s"),
    "slow_exception": (TimedOut, "1.5 s"),
    "slow_result": (TimedOut, "1.5 s"),
    "flood_output": (TimedOut, "1.5 s"),
    "exit_at_import": (Crashed, r"os\._exit\(0\)"),
    "sys_exit_at_import": (LoadFailed, "SystemExit"),
    "exit_in_call": (Crashed, r"os\._exit\(0\)"),
    "sys_exit_in_call": (SubmissionRaised, "SystemExit"),
    "segfault": (Crashed, "SIGSEGV"),
    "guessed_descriptors": (ProtocolBroken, "sent"),
    "stale_reply": (ProtocolBroken, "answers nothing that was asked"),
    "oversize_frame": (ProtocolBroken, "MiB"),
    "hollow_frame": (TimedOut, "1.5 s"),
    "trickled_frame": (TimedOut, "1.5 s"),
    "deep_frame": (ProtocolBroken, "does not follow the protocol"),
    "lying_array": (ProtocolBroken, "larger than the bytes"),
    "pickled_reply": (ProtocolBroken, "does not follow the protocol"),
    "always_equal": (BadReturn, "an object of type Yes"),
    "fake_class": (BadReturn, "an object of type Fake"),
    "object_array": (BadReturn, "dtype object"),
    "endless_generator": (BadReturn, "a generator"),
    "self_containing": (BadReturn, "deep"),
    "huge_view": (BadReturn, "MiB of numbers"),
    "huge_list": (BadReturn, "items in lists"),
    "huge_message": (SubmissionRaised, "EEE"),
    "patched_worker": (Crashed, "damaged"),
    "callback_flood": (SubmissionRaised, "callback"),
    "callback_guess": (ProtocolBroken, "never sent"),
}
ATTACKS = sources()


def outcome(session: Session, *args: Any, function: str = "attack") -> Any:
    try:
        return session.call(function, *args)
    except (Exception, Interrupted) as end:
        return end


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_ends_as_it_should_and_does_no_harm(name: str, arena: Arena) -> None:
    with at_most(10), Session({"ridge.py": ATTACKS[name]}, "ridge.py", limits=LIMITS) as session:
        end = outcome(session, arena.clues())
        output, facts = session.output, session.last
    harm = arena.harm()
    if name in ENDS:
        kind, word = ENDS[name]
        with pytest.raises(kind, match=word):
            raise (
                end if isinstance(end, BaseException) else AssertionError(f"returned {end!r:.500}")
            )
        said = [str(end), getattr(end, "message", ""), getattr(end, "traceback", "")]
    elif name == "array_subclass":
        assert type(end).__name__ == "ndarray"
        assert end.tolist() == [0, 0, 0]
        said = []
    elif name == "forged_reply":
        said = []  # its end is the next call's: see below
    else:
        assert end == []
        said = []
    assert harm == []
    text = "".join([*said, output, *(message for _, message in facts.warnings)])
    assert len(text) < 100_000
    assert text.replace("\n", "").replace("\t", "").isprintable()


def test_every_attack_of_the_table_exists() -> None:
    assert ENDS.keys() <= ATTACKS.keys()


def test_an_answer_sent_ahead_is_not_taken_for_the_next(arena: Arena) -> None:
    source = ATTACKS["forged_reply"] + b"\ndef honest(): return 5\n"
    with Session({"ridge.py": source}, "ridge.py", limits=LIMITS) as session:
        # To forge the answer to the question being asked gains nothing over returning it.
        assert session.call("attack", {}) == []
        with pytest.raises(ProtocolBroken):
            session.call("honest")
        assert session.call("honest") == 5
        assert len(session.incidents) == 1
    assert arena.harm() == []


def test_a_process_that_ends_after_its_answer_is_noticed_at_the_next(arena: Arena) -> None:
    with Session({"ridge.py": ATTACKS["exit_later"]}, "ridge.py", limits=LIMITS) as session:
        assert session.call("attack", {}) == []
        time.sleep(0.3)
        with pytest.raises(Crashed, match=r"os\._exit\(0\)"):
            session.call("attack", {})
    assert arena.harm() == []


def test_a_patched_library_is_patched_in_that_worker_alone(arena: Arena) -> None:
    honest = b"import numpy as np\ndef same(): return bool(np.allclose(0, 1)) or abs(-1) == 0\n"
    for name in ("patched_numpy", "patched_builtins"):
        with Session({"ridge.py": ATTACKS[name] + honest}, "ridge.py", limits=LIMITS) as session:
            session.call("attack", {})
            # Its own worker it may fool, or break.
            assert outcome(session, function="same") is True or session.incidents
        with Session({"ridge.py": honest}, "ridge.py", limits=LIMITS) as session:
            assert session.call("same") is False
    assert arena.harm() == []


def test_a_flood_of_callbacks_ends(arena: Arena) -> None:
    limits = type(LIMITS)(callbacks=1000, call_seconds=20, total_seconds=20)
    calls = []
    source = ATTACKS["callback_flood"]
    with at_most(10), Session({"ridge.py": source}, "ridge.py", limits=limits) as session:
        end = outcome(session, {}, calls.append)
    assert isinstance(end, ProtocolBroken)
    assert "1000 callbacks" in end.reason
    assert len(calls) == 1000
    assert arena.harm() == []


def test_threads_left_behind_do_not_slow_others_for_longer_than_their_own_time(
    arena: Arena,
) -> None:
    with Session({"ridge.py": ATTACKS["lingering_thread"]}, "ridge.py", limits=LIMITS) as session:
        assert session.call("attack", {}) == []
        with at_most(3):
            assert arena.neighbour.call("fit", *arena.question).tolist()
    assert arena.harm() == []


def test_to_keep_oneself_waiting_gains_no_time(arena: Arena) -> None:
    source = ATTACKS["own_contention"]
    used = [0.0]

    def look(pid: int) -> None:  # as the kernel counts it; the machine may be busy besides
        for _ in range(1000):
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                return
            used[0] = max(used[0], (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))
            time.sleep(0.02)

    with Session({"ridge.py": source}, "ridge.py", limits=LIMITS) as session:
        session.load()
        pids = set(children(arena.zygote)) - {arena.neighbour_pid}
        watcher = threading.Thread(target=look, args=pids)
        watcher.start()
        assert isinstance(outcome(session, {}), TimedOut)
        watcher.join()
    assert session.last.seconds > 0.8 * min(used[0], LIMITS.call_seconds)


@pytest.mark.parametrize("when", ["call", "load"])
def test_a_hundred_slow_calls_cost_the_budget_and_no_more(arena: Arena, when: str) -> None:
    limits = type(LIMITS)(call_seconds=0.4, load_seconds=0.4, total_seconds=1.0)
    source = ATTACKS["endless_loop"] + (b"\nattack({})\n" if when == "load" else b"")
    ends = []
    with at_most(6), Session({"ridge.py": source}, "ridge.py", limits=limits) as session:
        for _ in range(100):
            ends.append(type(outcome(session, {})))
    assert set(ends) <= {TimedOut, BudgetSpent}
    assert arena.harm() == []


def test_as_ridge_makes_a_submission_to_the_exercise() -> None:
    for name, source in ATTACKS.items():
        text = as_ridge(source)["ridge.py"]
        compile(text, name, "exec")
        assert text.count(b"def ridge_closed_form") == 1
