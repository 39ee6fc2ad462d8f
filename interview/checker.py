"""The offline check: hard rules, then patterns and a small trained network, then thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from interview import bank
from interview.bank import Question
from interview.embedding import Layer, Matrix, MiniLM, ModelUnavailable, load_model
from interview.evidence import Seen, entries, weigh
from interview.plain import EXPLAINED_BY, is_plain
from interview.reading import Piece, read
from interview.rules import flags
from interview.text import Answer, Span
from interview.trained import Thresholds, Trained, TrainedFileError, load
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
    def _parts(self) -> tuple[MiniLM, Trained, list[list[Layer]]] | None:
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
                views[p.id].verdict,
                views[p.id].probability,
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
        names = [f"{question.id}/{entry.id}" for entry in entries(question)]
        parts = self._parts if self._embedding else None
        trained = parts[1] if parts else _trained_or_none()
        if trained is not None and not all(name in trained.rows for name in names):
            trained, parts = None, None
        weights: list[list[tuple[int, float]]] = [[] for _ in names]
        bare = weigh(question, answer)
        full = bare
        if parts is not None and answer.sentences:
            model, trained, layers = parts
            pieces = read(model, answer)
            scores, stances, looked = trained.attend(model, layers, pieces, names)
            weights = [_weights(pieces, [a[k] for a in looked]) for k in range(len(names))]
            masses = np.zeros((len(names), len(answer.sentences)))
            for k, row in enumerate(weights):
                for start, mass in row:
                    masses[k, answer.sentence_at(start)] += mass
            full = weigh(question, answer, Seen(scores, stances, masses))
        core = question in bank.questions_for("core")
        views = {}
        for k, entry in enumerate(entries(question)):
            kind = "points" if isinstance(entry, bank.Point) else "misconceptions"
            # Too few examples hold a misconception to teach the network one.
            network_used = full is not bare and kind == "points"
            evidence = full[k] if network_used else bare[k]
            place = _place(answer, full[k].sentence, weights[k])
            if trained is None:
                chance, limits = 0.6 if evidence.finding.said else 0.4, NEVER
            else:
                chance = trained.probability(names[k], evidence.features, network=network_used)
                limits = trained.limits(kind, core=core, network=network_used)
            doubtful = evidence.doubtful and kind == "points"
            views[entry.id] = _View(chance, evidence.vetoed, doubtful, place, limits)
        return views


@dataclass(frozen=True)
class _View:
    """What speaks for and against one claim."""

    probability: float
    vetoed: bool
    doubtful: bool
    place: Span | None
    limits: Thresholds

    @property
    def verdict(self) -> Verdict:
        """The decision; a claim that is denied, or made in a doubtful answer, is never met."""
        if self.probability <= self.limits.not_met:
            return "not_met"
        if self.probability < self.limits.met or self.vetoed or self.doubtful:
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
    verdict = view.verdict
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


def _place(answer: Answer, number: int | None, weights: list[tuple[int, float]]) -> Span | None:
    """Return the sentence, or only its clause that was looked at nearly alone."""
    if number is None:
        return None

    def mass(span: Span) -> float:
        return sum(w for a, w in weights if span.start <= a < span.end)

    sentence = answer.sentences[number]
    clause = max(answer.clauses[number], key=mass, default=sentence)
    whole = not weights or mass(clause) <= 0.85 * mass(sentence)
    return sentence if whole else clause
