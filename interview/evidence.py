"""What speaks for and against each claim in one answer, as the numbers that the combiner joins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from interview import patterns
from interview.bank import Misconception, Point, Question
from interview.negation import is_refuted
from interview.patterns import Finding
from interview.stance import is_reported, is_withdrawn, stance
from interview.text import Answer, Span

FEATURES = (
    "network",
    "network where said",
    "stance",
    "stance of the answer",
    "said",
    "said twice",
    "denied",
    "exchanged",
    "refuted",
    "reported",
    "withdrawn",
    "share reported",
    "share withdrawn",
    "share denied",
    "claims denied",
    "claims exchanged",
)
VETOES = ("denied", "exchanged", "refuted", "reported", "withdrawn")
"""Those that keep a claim from being certain."""
OF_NETWORK = 4
"""How many of them, the first, come from the network."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Seen:
    """What the network saw: of each claim, and where.

    Attributes:
        scores: ``(claims,)``, whether the claim is made.
        stances: ``(claims,)``, whether what it looked at is asserted.
        masses: ``(claims, sentences)``, how much it looked at each sentence.
    """

    scores: Array
    stances: Array
    masses: Array


@dataclass(frozen=True)
class Evidence:
    """What is known of one claim.

    Attributes:
        finding: By the patterns.
        sentence: Number of the sentence where the claim is or may be made; None without a clue.
        features: In the order of ``FEATURES``.
        doubtful: The answer quotes, contradicts or denies something, or mixes up the penalties;
            whether it makes this claim is then less certain than its words suggest.
        vetoed: The claim is denied, made of the other penalty, refuted, quoted or taken back where
            it stands. Where it is asserted as well that is a conflict, for a person to settle.
    """

    finding: Finding
    sentence: int | None
    features: Array
    doubtful: bool
    vetoed: bool


def entries(question: Question) -> list[Point | Misconception]:
    """Return all that an answer to the question may claim: points, then misconceptions."""
    return [*question.points, *question.misconceptions]


def weigh(question: Question, answer: Answer, seen: Seen | None = None) -> list[Evidence]:
    """Return the evidence on each of ``entries(question)``.

    Without ``seen`` it is that of rules and patterns alone.
    """
    known = _findings(question.id, answer)
    ids = [entry.id for entry in entries(question)]
    findings = [known.get(name, Finding()) for name in ids]
    about = patterns.subjects(question.id)
    shares = stance(answer).shares
    points = findings[: len(question.points)]
    others = (sum(bool(f.denied) for f in points), sum(bool(f.exchanged) for f in points))
    doubtful = (
        stance(answer).doubtful
        or any(others)
        or bool(patterns.find(answer, patterns.exchanged_for(question.id)).said)
        or any(finding.said for finding in findings[len(question.points) :])
    )
    overall = float(seen.stances[: len(points)].mean()) if seen is not None else 0.0
    found = []
    for i, finding in enumerate(findings):
        sentence = _sentence(answer, finding, None if seen is None else seen.masses[i])
        place = None if sentence is None else answer.sentences[sentence]
        refuted = place is not None and is_refuted(answer, place)
        reported = place is not None and is_reported(answer, place)
        withdrawn = place is not None and is_withdrawn(answer, place)
        denied, exchanged, said = map(bool, (finding.denied, finding.exchanged, finding.said))
        score = float(seen.scores[i]) if seen is not None else 0.0
        sure = float(seen.stances[i]) if seen is not None else 0.0
        features = np.array(
            [
                score,
                score * said,
                sure,
                overall,
                said,
                len(finding.said) > 1,
                denied,
                exchanged,
                refuted,
                reported,
                withdrawn,
                *shares,
                others[0],
                others[1],
            ],
            np.float64,
        )
        vetoed = (
            any(features[FEATURES.index(name)] for name in VETOES)
            or stance(answer).disowned
            or (place is not None and _is_of_other(answer, place, about.get(ids[i], "")))
        )
        found.append(Evidence(finding, sentence, features, doubtful, vetoed))
    return found


@lru_cache(maxsize=32)
def _findings(question: str, answer: Answer) -> dict[str, Finding]:
    """Return what the patterns find, kept since a check asks with and without the network."""
    known = patterns.patterns_for(question)
    return {name: patterns.find(answer, entry) for name, entry in known.items()}


def _is_of_other(answer: Answer, sentence: Span, penalty: str) -> bool:
    """Return whether a sentence names the other penalty alone, for a claim about this one."""
    named = {
        kind for start, _, kind, _ in answer.mentions if sentence.start <= start < sentence.end
    }
    return named == {{"L1": "L2", "L2": "L1"}.get(penalty)}


def _sentence(
    answer: Answer, finding: Finding, masses: Sequence[float] | Array | None
) -> int | None:
    """Return the sentence of the claim: one with a pattern if there is any, else where it looked.

    Of several, the one that the network looked at most.
    """
    numbers = sorted({answer.sentence_at(span.start) for span in finding.said})
    if masses is None:
        return numbers[0] if numbers else None
    return max(numbers or range(len(masses)), key=lambda i: masses[i], default=None)
