"""The exception for what the person at the keyboard can put right, told in one sentence."""

from __future__ import annotations


class Mistake(Exception):
    """What was wrong, where, and what to do; the command line prints it and ends with `code`."""

    code = 2
