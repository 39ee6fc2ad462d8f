"""Raises an exception that takes for ever to say what it is."""


class Slow(Exception):
    def __str__(self):
        while True:
            pass


def attack(clues):
    raise Slow
