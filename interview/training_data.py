"""The labelled answers that training reads, and which of them each run leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interview import bank, network
from interview.embedding import Matrix, MiniLM
from interview.evidence import entries
from interview.network import Labelled
from interview.rules import flags
from interview.text import Answer

FOLDS = (
    (
        *("expert", "second_language", "second_language_2", "second_language_3", "bullets"),
        *("listing", "sceptic", "chatty", "recap", "denied", "rebuttal"),
    ),
    (
        *("terse", "minimal", "story", "half_right", "hasty", "example_driven", "partial"),
        *("engineer", "hypothetical", "debater", "swapped"),
    ),
    (
        *("rambling", "plain_words", "wrong", "socratic", "self_correcting", "consultant"),
        *("textbook", "statistician", "cautious", "blunt", "stuffed", "attributed"),
    ),
)
"""Voices left out together; each fold has right, wrong and odd ones."""
HALF = len(FOLDS)
"""Number of the run after these; in the core it leaves out one half of each hostile voice."""
HOSTILE = ("attributed", "denied", "swapped", "stuffed")
"""Voices that name claims without making them."""


@dataclass(frozen=True)
class Data:
    """Labelled answers with their claims.

    Attributes:
        names: ``question/point`` and ``question/misconception``, in order.
        claims: ``(names, 384)``, embedded.
        answers: Labelled answers, ready for the network.
        texts: The same answers as read.
        flagged: Per answer, whether a rule keeps it from being decided at all.
        core: Whether the questions are those of the core.
    """

    names: list[str]
    claims: Matrix
    answers: list[Labelled]
    texts: list[Answer]
    flagged: list[bool]
    core: bool


def read_data(model: MiniLM, questions: Sequence[bank.Question], *, core: bool) -> Data:
    """Return the labelled answers to these questions."""
    names: list[str] = []
    claims: list[str] = []
    answers: list[Labelled] = []
    texts: list[Answer] = []
    flagged: list[bool] = []
    variants = network.VARIANTS if core else 2  # the others' layers are not fitted
    for question in questions:
        claimed = entries(question)
        rows = range(len(names), len(names) + len(claimed))
        names += [f"{question.id}/{entry.id}" for entry in claimed]
        claims += [entry.claim for entry in claimed]
        for example in (*bank.examples(question.id), _model_answer(question)):
            answers.append(network.labelled(model, question, example, rows, variants))
            texts.append(Answer(example.text))
            flagged.append(bool(flags(question, texts[-1])))
    return Data(names, model.embed(claims), answers, texts, flagged, core)


def _model_answer(question: bank.Question) -> bank.Example:
    """Return the model answer as an example of a voice that is never left out."""
    return bank.Example(
        f"{question.id}-model",
        "model",
        question.model_answer,
        {p.id: bank.PointLabel("met") for p in question.points},
        {m.id: bank.MisconceptionLabel("absent") for m in question.misconceptions},
    )


def read_stages(model: MiniLM) -> list[Data]:
    """Return the answers to the core questions, then those to the others."""
    core = {q.id for q in bank.questions_for("core")}
    questions = [q for q in bank.questions().values() if bank.examples(q.id)]
    return [
        read_data(model, [q for q in questions if (q.id in core) == first], core=first)
        for first in (True, False)
    ]


def is_left_out(answer: Labelled, run: int) -> bool:
    """Return whether a run does not see the answer; the last run sees all."""
    if run < HALF:
        return answer.voice in FOLDS[run]
    return run == HALF and answer.voice in HOSTILE and answer.id[-1] in "02468"
