"""Finds near-identical submissions, as pairs for a person to look at, never as a verdict.

Winnowing after Schleimer, Wilkerson and Aiken, "Winnowing: Local Algorithms for Document
Fingerprinting", SIGMOD 2003: of the hashes of all runs of `RUN` tokens, the least one of each
window of `WINDOW` is kept, so that any shared run of `RUN + WINDOW - 1` tokens is found.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import keyword
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from exercises.catalog import catalog

RUN = 12
WINDOW = 8
#: A fingerprint that more submissions share is common knowledge, and says nothing of two.
MAX_SHARED_BY = 40
#: A pair is shown from this likeness on, and if both have enough of their own to compare.
LEAST_LIKENESS = 0.6
LEAST_FINGERPRINTS = 8

_SKIPPED = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENCODING, tokenize.ENDMARKER,
}  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """Two submissions, and which part of the smaller one's fingerprints both have (0 to 1)."""

    first: int
    second: int
    likeness: float


def fingerprints(exercise: str, files: Mapping[str, bytes]) -> bytes:
    """The fingerprints of a submission without those of the stub, as packed 64-bit hashes."""
    found: set[int] = set()
    for name, source in files.items():
        if name.endswith(".py"):
            found |= _winnow(_tokens(source))
    return np.array(sorted(found - _of_stub(exercise)), dtype="<u8").tobytes()


def similar_pairs(packed: Sequence[bytes]) -> list[Pair]:
    """The pairs of alike submissions, likest first; indices are those of `packed`.

    Of submissions with the very same fingerprints each is paired with the first of them, and
    only that one with others.
    """
    same: dict[bytes, list[int]] = defaultdict(list)
    for index, item in enumerate(packed):
        if len(item) >= 8 * LEAST_FINGERPRINTS:
            same[item].append(index)
    pairs = [Pair(who[0], other, 1.0) for who in same.values() for other in who[1:]]
    holders: dict[int, list[int]] = defaultdict(list)
    for item, who in same.items():
        for value in np.frombuffer(item, dtype="<u8").tolist():
            holders[value].append(who[0])
    shared: Counter[tuple[int, int]] = Counter()
    rare: Counter[int] = Counter()
    for who in holders.values():
        if len(who) <= MAX_SHARED_BY:
            rare.update(who)
            shared.update(itertools.combinations(who, 2))
    for (first, second), count in shared.items():
        smaller = min(rare[first], rare[second])
        if smaller >= LEAST_FINGERPRINTS and count / smaller >= LEAST_LIKENESS:
            pairs.append(Pair(first, second, count / smaller))
    return sorted(pairs, key=lambda pair: (-pair.likeness, pair.first, pair.second))


@cache
def _of_stub(exercise: str) -> frozenset[int]:
    entry = catalog().get(exercise)
    if entry is None or not entry.stub.is_file():
        return frozenset()
    return frozenset(_hashes(_tokens(entry.stub.read_bytes())))


def _tokens(source: bytes) -> list[str]:
    """The program with names and literals made alike; layout, comments and docstrings go."""
    tokens: list[str] = []
    statement_begins = True
    try:
        for token in tokenize.tokenize(io.BytesIO(source).readline):
            if token.type in _SKIPPED:
                statement_begins |= token.type in (tokenize.NEWLINE, tokenize.INDENT)
                continue
            if token.type == tokenize.STRING and statement_begins:
                continue
            statement_begins = False
            tokens.append(_normal(token))
    except (tokenize.TokenError, SyntaxError, ValueError, RecursionError):
        pass  # what was read up to there still tells
    return tokens


def _normal(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.NAME:
        return token.string if keyword.iskeyword(token.string) else "name"
    if token.type == tokenize.NUMBER:
        return "number"
    return "string" if token.type == tokenize.STRING else token.string


def _hashes(tokens: Sequence[str]) -> Iterator[int]:
    for start in range(len(tokens) - RUN + 1):
        text = "\0".join(tokens[start : start + RUN]).encode()
        yield int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


def _winnow(tokens: Sequence[str]) -> set[int]:
    hashes = list(_hashes(tokens))
    if len(hashes) <= WINDOW:
        return set(hashes)
    return {min(hashes[i : i + WINDOW]) for i in range(len(hashes) - WINDOW + 1)}
