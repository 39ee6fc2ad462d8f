"""The offline check: hard rules, then patterns and a small trained network, then thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from interview import patterns
from interview.bank import Question
from interview.embedding import Layer, Matrix, MiniLM, ModelUnavailable, load_model
from interview.patterns import Finding
from interview.plain import EXPLAINED_BY, is_plain
from interview.reading import Piece, read
from interview.rules import flags
from interview.text import Answer, Span
from interview.trained import Thresholds, Trained, TrainedFileError, features, load
from interview.verdicts import (
    CheckResult,
    MisconceptionVerdict,
    PointVerdict,
    Verdict,
    point,
    result,
)

NEVER = Thresholds(met=1.1, not_met=-0.1)
"""For questions without trained weights: everything is put to a person."""


class OfflineJudge:
    """Checks answers without a network connection.

    Args:
        embedding: Use the embedding model if it is installed; without it the check rests on rules
            and patterns alone, and says so.
    """

    def __init__(self, *, embedding: bool = True) -> None:
        self._embedding = embedding
        self._missing = ""

    @property
    def name(self) -> str:
        """``offline``, and what is missing."""
        if self._embedding and self._parts is not None:
            return "offline"
        return "offline, rules and patterns only"

    @cached_property
    def _parts(self) -> tuple[MiniLM, Trained, list[Layer]] | None:
        """The encoder, the trained file and its layers; loaded when the first answer comes."""
        try:
            trained = load()
            model = load_model()
        except (ModelUnavailable, TrainedFileError) as error:
            self._missing = str(error)
            return None
        return model, trained, trained.layers(model)

    def check(self, question: Question, text: str) -> CheckResult:
        """Return the verdicts on one answer."""
        answer = Answer(text)
        broken = flags(question, answer)
        if broken:
            return result(
                question,
                tuple(PointVerdict(p.id, "unsure", 0.0) for p in question.points),
                tuple(MisconceptionVerdict(m.id, "unsure") for m in question.misconceptions),
                self.name,
                tuple(f.id for f in broken),
                tuple(f.message for f in broken),
            )
        views = self._views(question, answer)
        verdicts = {
            p.id: point(
                p.id,
                views[p.id].verdict(answer),
                views[p.id].chance(answer),
                text,
                None if p.kind == "text" else views[p.id].place,
            )
            for p in question.points
        }
        for p in question.points:
            parts = EXPLAINED_BY.get(f"{question.id}/{p.id}")
            if parts:
                verdicts[p.id] = _plain(answer, p.id, [verdicts[part] for part in parts])
        points = tuple(verdicts.values())
        held = tuple(_misconception(answer, m.id, views[m.id]) for m in question.misconceptions)
        notes = (self._missing,) if self._missing else ()
        return result(question, points, held, self.name, notes=notes)

    def _views(self, question: Question, answer: Answer) -> dict[str, _View]:
        """Return what is known of each point and misconception."""
        known = patterns.patterns_for(question.id)
        kinds = {p.id: "points" for p in question.points}
        kinds |= {m.id: "misconceptions" for m in question.misconceptions}
        names = [f"{question.id}/{i}" for i in kinds]
        parts = self._parts if self._embedding else None
        trained = parts[1] if parts else _trained_or_none()
        if trained is not None and not all(name in trained.rows for name in names):
            trained, parts = None, None
        attention: list[list[tuple[int, float]]] = [[] for _ in names]
        scores = np.zeros(len(names))
        if parts is not None:
            model, network, layers = parts
            pieces = read(model, answer)
            scores, looked = network.attend(model, layers, pieces, names)
            attention = [_weights(pieces, [a[k] for a in looked]) for k in range(len(names))]
        views = {}
        for (i, kind), name, score, weights in zip(
            kinds.items(), names, scores, attention, strict=True
        ):
            found = patterns.find(answer, known.get(i, ()))
            place = _place(answer, found, weights)
            if trained is None:
                views[i] = _View(0.6 if found.said else 0.4, found, place, NEVER)
                continue
            attributed = any(patterns.is_attributed(answer, span) for span in found.said)
            # Too few examples hold a misconception to teach the network one.
            network_used = parts is not None and kind == "points"
            probability = trained.probability(
                name, features(float(score), found, attributed), network=network_used
            )
            limits = trained.limits(kind, patterns=bool(known), network=network_used)
            views[i] = _View(probability, found, place, limits)
        return views


@dataclass(frozen=True)
class _View:
    """What speaks for and against one claim."""

    probability: float
    found: Finding
    place: Span | None
    limits: Thresholds

    def vetoed(self, answer: Answer) -> bool:
        """Return whether the claim is denied, made of the other penalty, or refuted where it is.

        Where it is asserted as well that is a conflict, which is for a person to settle.
        """
        if self.found.denied or self.found.exchanged:
            return True
        return self.place is not None and patterns.is_refuted(answer, self.place)

    def chance(self, answer: Answer) -> float:
        """Return the probability that the claim is made, at most a half where it is denied."""
        return min(self.probability, 0.5) if self.vetoed(answer) else self.probability

    def verdict(self, answer: Answer) -> Verdict:
        """Decide; a claim that is denied is never met."""
        if self.probability <= self.limits.not_met:
            return "not_met"
        if self.probability < self.limits.met or self.vetoed(answer):
            return "unsure"
        return "met"


def _plain(answer: Answer, name: str, explained: list[PointVerdict]) -> PointVerdict:
    """Return the verdict on plain language, which needs that something is explained at all."""
    chance = min(p.probability for p in explained)
    said = {p.verdict for p in explained}
    if not is_plain(answer) or "not_met" in said:
        return PointVerdict(name, "not_met", round(min(chance, 0.1), 3))
    return PointVerdict(name, "met" if said == {"met"} else "unsure", round(chance, 3))


def _misconception(answer: Answer, name: str, view: _View) -> MisconceptionVerdict:
    verdict = view.verdict(answer)
    if verdict == "not_met" or view.place is None:
        return MisconceptionVerdict(name, verdict)
    return MisconceptionVerdict(name, verdict, answer.text[view.place.start : view.place.end])


def _trained_or_none() -> Trained | None:
    try:
        return load()
    except TrainedFileError:
        return None


def _weights(pieces: Sequence[Piece], attention: Sequence[Matrix]) -> list[tuple[int, float]]:
    """Return where each token starts and how much the network looked at it."""
    return [
        (a, float(w))
        for piece, row in zip(pieces, attention, strict=True)
        for (a, b), w in zip(piece.offsets, row, strict=True)
        if b > a
    ]


def _place(answer: Answer, found: Finding, weights: list[tuple[int, float]]) -> Span | None:
    """Return the sentence to quote: one with a pattern if there is any, else where it was looked.

    Of several, the one that the network looked at most; of it only the clause if that was nearly
    all.
    """

    def mass(span: Span) -> float:
        return sum(w for a, w in weights if span.start <= a < span.end)

    numbers = {answer.sentence_at(span.start) for span in found.said}
    if not numbers:
        numbers = set(range(len(answer.sentences))) if weights else set()
    if not numbers:
        return None
    number = max(sorted(numbers), key=lambda i: mass(answer.sentences[i]))
    sentence = answer.sentences[number]
    clause = max(answer.clauses[number], key=mass, default=sentence)
    whole = not weights or mass(clause) <= 0.85 * mass(sentence)
    return sentence if whole else clause
