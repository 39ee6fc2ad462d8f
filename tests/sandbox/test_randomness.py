"""Whatever uses a global generator is noticed, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from graders.sandbox import Session, close_all
from graders.sandbox.randomness import Watch


def _twice_normal() -> None:
    np.random.normal()
    np.random.normal()


def _restored() -> None:
    state = np.random.get_state()
    np.random.normal()
    np.random.set_state(state)


@pytest.fixture(autouse=True)
def _as_before():
    state = np.random.get_state()
    yield
    np.random.set_state(state)


@pytest.mark.parametrize("use", [np.random.rand, np.random.normal, _twice_normal])
def test_every_use_is_noticed(use: Callable[[], object]) -> None:
    watch = Watch()
    for _ in range(3):
        before = watch.before()
        use()
        assert watch.after() != before


def test_a_normal_number_that_was_kept_is_noticed_when_it_is_given_out() -> None:
    """Normal numbers are made in pairs: the second changes nothing but that none is left."""
    watch = Watch()
    np.random.seed(3)
    np.random.normal()
    before = watch.before()
    assert watch.after() == before
    before = watch.before()
    np.random.normal()
    assert watch.after() != before


@pytest.mark.parametrize("use", [lambda: None, _restored, lambda: np.random.default_rng().normal()])
def test_what_leaves_them_as_they_were_is_not(use: Callable[[], object]) -> None:
    watch = Watch()
    for _ in range(3):
        before = watch.before()
        use()
        assert watch.after() == before


def test_seeding_alike_is_noticed_every_time() -> None:
    watch = Watch()
    for _ in range(3):
        before = watch.before()
        np.random.seed(0)
        assert watch.after() != before


def test_another_generator_is_a_change() -> None:
    bits = np.random.get_bit_generator()
    watch = Watch()
    before = watch.before()
    np.random.set_bit_generator(np.random.MT19937(1))
    try:
        assert watch.after() != before
        before = watch.before()
        assert watch.after() == before
        np.random.rand()
        assert watch.after() != before
    finally:
        np.random.set_bit_generator(bits)


def test_the_global_generators_begin_alike_in_every_grader() -> None:
    source = b"""
import random
import numpy as np
def draw(): return random.random(), np.random.random()
"""

    def first() -> object:
        with Session({"m.py": source}, "m.py") as session:
            return session.call("draw")

    drawn = first()
    close_all()
    assert first() == drawn
