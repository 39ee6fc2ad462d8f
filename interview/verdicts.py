"""What a check says: verdicts, the score, and the interface of whoever judges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

import msgspec

from interview.bank import Question
from interview.text import Span

Verdict = Literal["met", "not_met", "unsure"]
MISCONCEPTION_COST = 2


class PointVerdict(msgspec.Struct, frozen=True):
    """The verdict on one point.

    Attributes:
        id: The point's id.
        verdict: ``met``, ``not_met`` or ``unsure``.
        probability: That the point is met, 0 to 1, calibrated on labelled answers.
        evidence: ``answer[start:end]`` where the point is met, or where an unsure one may be.
        start: Offset in characters, None without evidence.
        end: Offset in characters, None without evidence.
    """

    id: str
    verdict: Verdict
    probability: float
    evidence: str | None = None
    start: int | None = None
    end: int | None = None


class MisconceptionVerdict(msgspec.Struct, frozen=True):
    """Whether the answer holds a misconception: ``met`` if it certainly does, with the quote."""

    id: str
    verdict: Verdict
    evidence: str | None = None


class CheckResult(msgspec.Struct, frozen=True):
    """The check of one answer.

    Attributes:
        question: The question's id.
        score: Weights of the points met, less 2 per certain misconception, at least 0.
        max_score: The sum of all weights.
        points: One verdict a point, in the rubric's order.
        misconceptions: One verdict a misconception, in the question's order.
        judge: Who judged: ``offline``, ``offline, rules and patterns only`` or a model's name.
        flags: Ids of the rules that the answer breaks (see ``interview.rules``).
        notes: Sentences for the person who answered.
    """

    question: str
    score: int
    max_score: int
    points: tuple[PointVerdict, ...]
    misconceptions: tuple[MisconceptionVerdict, ...]
    judge: str
    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Judge(Protocol):
    """Anything that can check an answer to a question."""

    @property
    def name(self) -> str:
        """What a result says under ``judge``."""

    def check(self, question: Question, text: str) -> CheckResult:
        """Return the verdicts on one answer; never raises because of what the answer says."""


def score(
    question: Question, points: Mapping[str, Verdict], misconceptions: Mapping[str, Verdict]
) -> int:
    """Return the weights of the points met less 2 per certain misconception, at least 0."""
    gained = sum(p.weight for p in question.points if points.get(p.id) == "met")
    lost = sum(
        MISCONCEPTION_COST for m in question.misconceptions if misconceptions.get(m.id) == "met"
    )
    return max(0, gained - lost)


def result(
    question: Question,
    points: tuple[PointVerdict, ...],
    misconceptions: tuple[MisconceptionVerdict, ...],
    judge: str,
    flags: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> CheckResult:
    """Return a result with its score reckoned from the verdicts."""
    total = score(
        question, {p.id: p.verdict for p in points}, {m.id: m.verdict for m in misconceptions}
    )
    return CheckResult(
        question.id, total, question.max_score, points, misconceptions, judge, flags, notes
    )


def decided_by_hand(
    question: Question, checked: CheckResult, verdicts: Mapping[str, Verdict]
) -> CheckResult:
    """Return the result with a person's own verdicts on unsure points, scored again."""
    points = tuple(
        msgspec.structs.replace(p, verdict=verdicts[p.id])
        if p.id in verdicts and p.verdict == "unsure"
        else p
        for p in checked.points
    )
    return result(
        question, points, checked.misconceptions, checked.judge, checked.flags, checked.notes
    )


def point(
    name: str, verdict: Verdict, probability: float, text: str, span: Span | None
) -> PointVerdict:
    """Return a point's verdict; the quote is cut from the text by its offsets."""
    if span is None or verdict == "not_met":
        return PointVerdict(name, verdict, round(probability, 3))
    return PointVerdict(
        name, verdict, round(probability, 3), text[span.start : span.end], span.start, span.end
    )
