"""Raises an exception whose name and message fill a screen, a disk or a log, with escapes in it."""


def attack(clues):
    kind = type("E" * 10**6 + "\x1b[2J\n", (Exception,), {})
    raise kind("\x1b]0;passed\x07\u202e" * 10**6)
