"""What `penaltybox dev check` asks of the bank, its examples and the trained file."""

from __future__ import annotations

from collections import Counter

from interview import bank
from interview.bank import Example, MisconceptionLabel, PointLabel, Question
from interview.checker import OfflineJudge
from interview.embedding import ModelUnavailable, load_model
from interview.trained import TrainedFileError, data_digest, load

CORE = {
    "production-choice": {
        "asks-context": 1,
        "interpretability": 2,
        "stability": 2,
        "serving-cost": 2,
        "monitoring": 1,
        "conditional-default": 2,
    },
    "expensive-features": {"favours-l1": 2, "upkeep": 2, "latency": 1, "bottleneck": 1},
    "explain-to-pm": {
        "analogy": 2,
        "l2-keeps-all": 2,
        "l1-removes": 2,
        "l2-tradeoff": 1,
        "l1-tradeoff": 1,
        "business-link": 2,
        "plain-language": 1,
    },
    "just-use-both": {"elastic-net": 2, "mixing-ratio": 2, "tuned-by-cv": 2, "continuum": 1},
    "time-series-features": {
        "correlated-lags": 2,
        "elastic-net-or-l2": 2,
        "rolling-collinearity": 1,
        "regime-change": 2,
        "time-ordered-cv": 3,
        "two-stage": 1,
    },
    "masked-leakage": {
        "gap-too-small": 3,
        "should-overfit": 2,
        "dominant-feature": 2,
        "future-windows": 2,
    },
}
"""Ids and weights of the core bank, which graded examples elsewhere refer to."""
PROMPTS = 40
CORE_LABELS, OTHER_LABELS = 40, 12
BALANCE = (0.25, 0.75)
"""Share of the examples that meet a point; closer to a half is better."""


def problems() -> list[str]:
    """Return one sentence for each thing wrong with the bank, empty if all is well."""
    try:
        questions = bank.questions()
        answers = {name: bank.examples(name) for name in questions}
    except bank.BankError as error:
        return [str(error)]
    found = _core_problems(questions)
    if len(questions) < PROMPTS:
        found.append(f"The bank has {len(questions)} prompts; it needs at least {PROMPTS}.")
    for name, question in questions.items():
        found += example_problems(
            question, answers[name], CORE_LABELS if name in CORE else OTHER_LABELS
        )
    found += _trained_problems()
    if not found:
        found += _model_answer_problems(questions)
    return found


def _core_problems(questions: dict[str, Question]) -> list[str]:
    found = []
    for name, weights in CORE.items():
        if name not in questions:
            found.append(f"core.yaml: the question {name} is missing.")
            continue
        has = {p.id: p.weight for p in questions[name].points}
        found += [
            f"core.yaml: {name}: {point} must have weight {weight}, not {has.get(point)}."
            for point, weight in weights.items()
            if has.get(point) != weight
        ]
        found += [
            f"core.yaml: {name}: {point} is not a point of this question."
            for point in has.keys() - weights.keys()
        ]
    return found


def example_problems(
    question: Question, answers: tuple[Example, ...], least: int, folder: str = "examples"
) -> list[str]:
    """Return what is wrong with the labelled answers to one question.

    Args:
        question: The question.
        answers: Its labelled answers.
        least: How many labels each point needs.
        folder: Named in the messages.
    """
    where = f"{folder}/{question.id}.jsonl"
    found = []
    points = {p.id: p for p in question.points}
    wrong = {m.id for m in question.misconceptions}
    for twice, count in Counter(a.id for a in answers).items():
        if count > 1:
            found.append(f"{where}: the id {twice} is used {count} times.")
    for answer in answers:
        at = f"{where}: {answer.id}"
        if answer.points.keys() != points.keys() or answer.misconceptions.keys() != wrong:
            found.append(f"{at}: label exactly the question's points and misconceptions.")
            continue
        for name, label in answer.points.items():
            if label.label == "met" and label.span is None and points[name].kind == "claim":
                found.append(f"{at}: {name} is met but has no span; quote where it is said.")
        quoted: list[tuple[str, PointLabel | MisconceptionLabel]] = [
            *answer.points.items(),
            *answer.misconceptions.items(),
        ]
        for name, entry in quoted:
            found += [
                f"{at}: {name}: {quote!r} is not in the text; quote it verbatim."
                for quote in (entry.span, entry.near)
                if quote and quote not in answer.text
            ]
    if len(answers) < least:
        found.append(f"{where}: {len(answers)} labelled answers; each point needs {least}.")
    elif folder == "examples":
        for name in points:
            share = sum(a.points[name].label == "met" for a in answers if name in a.points) / len(
                answers
            )
            if not BALANCE[0] <= share <= BALANCE[1]:
                found.append(
                    f"{where}: {name} is met in {share:.0%} of the answers; bring it "
                    f"between {BALANCE[0]:.0%} and {BALANCE[1]:.0%}."
                )
    return found


def _trained_problems() -> list[str]:
    try:
        trained = load()
        load_model()
    except (TrainedFileError, ModelUnavailable) as error:
        return [str(error)]
    if trained.digest != data_digest():
        return [
            "trained.npz was made from other questions, examples or patterns; run "
            "`python -m interview.training`."
        ]
    return []


def _model_answer_problems(questions: dict[str, Question]) -> list[str]:
    """Return the model answers that fail their own rubric.

    The core's must reach full marks. The others have too few examples to decide anything for
    certain: there no point may be called not met.
    """
    judge = OfflineJudge()
    found = []
    for name, question in questions.items():
        checked = judge.check(question, question.model_answer)
        missing = [
            v.id
            for v in checked.points
            if (v.verdict != "met" if name in CORE else v.verdict == "not_met")
        ]
        held = [v.id for v in checked.misconceptions if v.verdict == "met"]
        if missing or held or checked.flags:
            what = ", ".join([*missing, *held, *checked.flags])
            found.append(
                f"{name}: its model answer fails its own rubric ({what}); say these plainly in it."
            )
    return found
