"""Text from a worker, made safe to show: capped, and no control characters in it."""

from __future__ import annotations

import re

# Everything that is not printable, except newline and tab: terminal escapes, bidirectional
# overrides, lone surrogates. Python's own idea of "printable" is what repr() goes by.
_PLAIN = re.compile(r"[^\n\t\x20-\x7e]")
# What differs from run to run, though the same thing was said: addresses, the scratch directory.
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
_SCRATCH = re.compile(r"[^\s'\"=:]*/penaltybox-[a-z0-9_]{8}(?:/tmp[a-z0-9_]{8})?")


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return character if character.isprintable() else ascii(character)[1:-1]


def clean(text: str, limit: int) -> str:
    """`text` with unprintable characters escaped as in `repr`, at most `limit` characters.

    Addresses and the name of the scratch directory are blotted out.
    """
    cut = text[:limit]
    if "0x" in cut:
        cut = _ADDRESS.sub("at 0x…", cut)
    if "penaltybox-" in cut:
        cut = _SCRATCH.sub("scratch", cut)
    if not cut.isascii() or not cut.replace("\n", "").replace("\t", "").isprintable():
        cut = _PLAIN.sub(_escape, cut)[:limit]
    return cut
