"""The offline check: hard rules, then patterns and trained classifiers on embedded clauses."""

from __future__ import annotations

from interview import patterns
from interview.bank import Question
from interview.rules import flags
from interview.text import Answer, Span
from interview.verdicts import (
    CheckResult,
    MisconceptionVerdict,
    PointVerdict,
    point,
    result,
)


class OfflineJudge:
    """Checks answers without a network."""

    name = "offline"

    def check(self, question: Question, text: str) -> CheckResult:
        """Return the verdicts on one answer."""
        answer = Answer(text)
        broken = flags(question, answer)
        if broken:
            return result(
                question, tuple(PointVerdict(p.id, "unsure", 0.0) for p in question.points),
                tuple(MisconceptionVerdict(m.id, "unsure") for m in question.misconceptions),
                self.name, tuple(f.id for f in broken), tuple(f.message for f in broken))
        known = patterns.patterns_for(question.id)
        points = []
        for p in question.points:
            found = patterns.find(answer, known.get(p.id, ()))
            if found.said and not found.denied:
                points.append(point(p.id, "met", 0.8, text, _sentence(answer, found.said[0])))
            elif found.said or p.id not in known:
                points.append(point(p.id, "unsure", 0.5, text, None))
            else:
                points.append(point(p.id, "not_met", 0.2, text, None))
        held = []
        for m in question.misconceptions:
            found = patterns.find(answer, known.get(m.id, ()))
            quote = _sentence(answer, found.said[0]) if found.said else None
            held.append(MisconceptionVerdict(m.id, "unsure" if quote else "not_met",
                                             text[quote.start:quote.end] if quote else None))
        return result(question, tuple(points), tuple(held), self.name)


def _sentence(answer: Answer, span: Span) -> Span:
    return answer.sentences[answer.sentence_at(span.start)]
