"""Reads an answer for the network: tokens, and what the rules know of each token.

The names of the penalties are brought to one spelling (the lasso is L1, ridge is L2), and each
token carries traits: which penalty it speaks of, whether its clause is negated or rejected, and
whether its sentence is put in somebody else's mouth or taken back. So the network need not learn
grammar from few examples.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from interview.embedding import LONGEST, Matrix, MiniLM, Tokens
from interview.negation import is_denied, is_rejected, negates
from interview.stance import is_reported, is_withdrawn
from interview.text import Answer, Span

TRAITS = ("L1", "L2", "EN", "negated", "rejected", "reported", "withdrawn")


@dataclass(frozen=True)
class Piece:
    """A part of an answer that the network reads at once.

    Attributes:
        ids: Token numbers, special tokens included.
        offsets: Their stretches of the answer; ``(0, 0)`` for special tokens.
        traits: ``(tokens, 7)``, 0 or 1, in the order of ``TRAITS``.
    """

    ids: list[int]
    offsets: list[tuple[int, int]]
    traits: Matrix


def read(model: MiniLM, answer: Answer) -> list[Piece]:
    """Return the answer in pieces of whole sentences, at most 256 tokens each."""
    pieces: list[Piece] = []
    for start, end in _blocks(model, answer):
        tokens = model.tokenize(answer.text[start:end])
        moved = [(a + start, b + start) if b > a else (0, 0) for a, b in tokens.offsets]
        ids, offsets = _one_spelling(model, tokens._replace(offsets=moved))
        pieces.append(Piece(ids, offsets, _traits(answer, offsets)))
    return pieces


def _blocks(model: MiniLM, answer: Answer) -> list[tuple[int, int]]:
    """Return stretches of sentences that fit; the usual answer is one."""
    whole = (0, len(answer.text))
    if len(answer.words) < 120 or len(model.tokenize(answer.text).ids) < LONGEST - 16:
        return [whole]
    blocks: list[tuple[int, int]] = []
    start, used = 0, 0
    for sentence in answer.sentences:
        size = len(model.tokenize(answer.text[sentence.start : sentence.end]).ids)
        if used and used + size > LONGEST - 30:
            blocks.append((start, sentence.start))
            start, used = sentence.start, 0
        used += size
    return [*blocks, (start, len(answer.text))]


def _one_spelling(model: MiniLM, read: Tokens) -> tuple[list[int], list[tuple[int, int]]]:
    letter, one, two = (model.token_id(token) for token in ("l", "##1", "##2"))
    ids: list[int] = []
    offsets: list[tuple[int, int]] = []
    i, n = 0, len(read.ids)
    while i < n:
        token = read.tokens[i]
        after = read.tokens[i + 1] if i + 1 < n else ""
        third = read.tokens[i + 2] if i + 2 < n else ""
        if token in ("l", "ℓ") and after in ("##1", "##2"):
            name, used = after[-1], 2
        elif token in ("l", "ℓ") and after in ("-", "_") and third in ("1", "2"):
            name, used = third, 3
        elif token == "lass" and after == "##o":
            name, used = "1", 2
        elif token == "ridge":
            name, used = "2", 1
        else:
            ids.append(read.ids[i])
            offsets.append(read.offsets[i])
            i += 1
            continue
        ids += [letter, one if name == "1" else two]
        offsets += [(read.offsets[i][0], read.offsets[i + used - 1][1])] * 2
        i += used
    return ids, offsets


def _traits(answer: Answer, offsets: list[tuple[int, int]]) -> Matrix:
    traits = np.zeros((len(offsets), len(TRAITS)), np.float32)
    starts = np.array([a if b > a else -1 for a, b in offsets])
    for clause in (clause for clauses in answer.clauses for clause in clauses):
        negated = is_denied(answer, Span(clause.start, clause.start + 1)) or negates(answer, clause)
        rejected = is_rejected(answer, clause)
        reported, withdrawn = is_reported(answer, clause), is_withdrawn(answer, clause)
        cuts = [
            clause.start,
            *(
                start
                for start, _, _, aside in answer.mentions
                if clause.start < start < clause.end and not aside
            ),
            clause.end,
        ]
        for a, b in itertools.pairwise(cuts):
            subject = answer.subject_at(a, b)
            here = (starts >= a) & (starts < b)
            traits[here] = [
                subject == "L1",
                subject == "L2",
                subject == "EN",
                negated,
                rejected,
                reported,
                withdrawn,
            ]
    return traits
