"""Returns a generator that never ends."""
import itertools


def attack(clues):
    return (x for x in itertools.count())
