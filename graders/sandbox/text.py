"""Text from a worker, made safe to show: capped, and no control characters in it."""

from __future__ import annotations

import re

# Everything that is not printable, except newline and tab: terminal escapes, bidirectional
# overrides, lone surrogates. Python's own idea of "printable" is what repr() goes by.
_PLAIN = re.compile(r"[^\n\t\x20-\x7e]")


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return character if character.isprintable() else ascii(character)[1:-1]


def clean(text: str, limit: int) -> str:
    """`text` with unprintable characters escaped as in `repr`, at most `limit` characters."""
    cut = text[:limit]
    if not cut.isascii() or not cut.replace("\n", "").replace("\t", "").isprintable():
        cut = _PLAIN.sub(_escape, cut)[:limit]
    return cut
