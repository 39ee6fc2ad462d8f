"""`python -m interview.report_card`: how far the offline check can be trusted, in numbers.

Runs the check on the held-back voices and the adversarial answers, which nothing was fitted to,
and writes REPORT_CARD.md.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from interview import bank
from interview.checker import OfflineJudge
from interview.verdicts import Verdict

FILE = Path(__file__).parent / "REPORT_CARD.md"
RESAMPLES = 1000

TRIED = Path(__file__).parent / "what_was_tried.md"
"""What the report card says of the way here; measured during development."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Judgement:
    """One verdict beside its label.

    Attributes:
        answer: Id of the labelled answer; resampling draws whole answers.
        voice: Its voice, or its attack.
        name: ``question/point`` or ``question/misconception``.
        holds: The label.
        verdict: The check's.
        probability: The check's; for a misconception 1, 0.5 or 0.
    """

    answer: str
    voice: str
    name: str
    holds: bool
    verdict: Verdict
    probability: float


def judge_all(
    judge: OfflineJudge, questions: Sequence[bank.Question], folder: str
) -> tuple[list[Judgement], list[Judgement]]:
    """Return the judgements on points and on misconceptions of all answers in a folder."""
    points, held = [], []
    certainty = {"met": 1.0, "unsure": 0.5, "not_met": 0.0}
    for question in questions:
        for example in bank.examples(question.id, folder):
            checked = judge.check(question, example.text)
            voice = example.attack or example.voice
            for p in checked.points:
                points.append(
                    Judgement(
                        example.id,
                        voice,
                        f"{question.id}/{p.id}",
                        example.points[p.id].label == "met",
                        p.verdict,
                        p.probability,
                    )
                )
            for m in checked.misconceptions:
                held.append(
                    Judgement(
                        example.id,
                        voice,
                        f"{question.id}/{m.id}",
                        example.misconceptions[m.id].label == "present",
                        m.verdict,
                        certainty[m.verdict],
                    )
                )
    return points, held


def kappa(truth: Flags, said: Flags) -> float:
    """Return Cohen's κ, not a number where it is not defined (Cohen, 1960)."""
    if not len(truth):
        return float("nan")
    agreed = float(np.mean(truth == said))
    chance = float(truth.mean() * said.mean() + (1 - truth.mean()) * (1 - said.mean()))
    return float("nan") if chance == 1 else (agreed - chance) / (1 - chance)


def forced_kappa(items: Sequence[Judgement]) -> float:
    """Return κ with every point forced to a decision: met where its probability is above 0.5."""
    return kappa(
        np.array([i.holds for i in items], bool),
        np.array([i.probability > 0.5 for i in items], bool),
    )


def decided_kappa(items: Sequence[Judgement]) -> float:
    """Return κ on the points that are not unsure."""
    decided = [i for i in items if i.verdict != "unsure"]
    return kappa(
        np.array([i.holds for i in decided], bool),
        np.array([i.verdict == "met" for i in decided], bool),
    )


def unsure_share(items: Sequence[Judgement]) -> float:
    """Return the share of unsure verdicts."""
    return sum(i.verdict == "unsure" for i in items) / max(1, len(items))


def precision(items: Sequence[Judgement]) -> float:
    """Return how many of the verdicts ``met`` are right."""
    met = [i.holds for i in items if i.verdict == "met"]
    return sum(met) / len(met) if met else float("nan")


def recall(items: Sequence[Judgement]) -> float:
    """Return how many of the claims made are found, an unsure one counting as not found."""
    held = [i.verdict == "met" for i in items if i.holds]
    return sum(held) / len(held) if held else float("nan")


def interval(
    items: Sequence[Judgement], statistic: Callable[[Sequence[Judgement]], float], seed: int = 0
) -> tuple[float, float]:
    """Return a 95 % bootstrap interval, whole answers drawn with replacement."""
    groups: dict[str, list[Judgement]] = {}
    for item in items:
        groups.setdefault(item.answer, []).append(item)
    blocks = list(groups.values())
    rng = np.random.default_rng(seed)
    values = []
    for _ in range(RESAMPLES):
        drawn = rng.integers(len(blocks), size=len(blocks))
        values.append(statistic([item for i in drawn for item in blocks[i]]))
    low, high = np.nanquantile(values, [0.025, 0.975])
    return float(low), float(high)


def _cell(items: Sequence[Judgement], statistic: Callable[[Sequence[Judgement]], float]) -> str:
    value = statistic(items)
    if np.isnan(value):
        return "–"
    low, high = interval(items, statistic)
    return f"{value:.2f} ({low:.2f} to {high:.2f})"


def _number(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.2f}"


def _summary(title: str, items: Sequence[Judgement]) -> str:
    return (
        f"| {title} | {len(items)} | {_cell(items, forced_kappa)} | "
        f"{_cell(items, decided_kappa)} | {unsure_share(items):.0%} | "
        f"{_number(precision(items))} | {_number(recall(items))} |"
    )


def _by(items: Sequence[Judgement], key: Callable[[Judgement], str]) -> list[str]:
    lines = []
    for name in dict.fromkeys(map(key, items)):
        part = [i for i in items if key(i) == name]
        lines.append(
            f"| {name} | {len(part)} | {sum(i.holds for i in part)} | "
            f"{_cell(part, forced_kappa)} | {_cell(part, decided_kappa)} | "
            f"{unsure_share(part):.0%} | {_number(precision(part))} | "
            f"{_number(recall(part))} |"
        )
    return lines


def _speed() -> list[str]:
    """Return lines on time and memory, measured in a fresh process on one thread."""
    code = "from interview.report_card import measure; print(measure())"
    import os

    environment = dict(
        os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
        env=environment,
    )
    return run.stdout.strip().splitlines()


def measure() -> str:
    """Return time and memory of the check in this process, which should be fresh."""
    question = bank.question("production-choice")
    text = question.model_answer
    start = time.perf_counter()
    judge = OfflineJudge()
    judge.check(question, text)
    first = time.perf_counter() - start
    later = _milliseconds(judge, question)
    # Linux reports kilobytes.
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    bare = _milliseconds(OfflineJudge(embedding=False), question)
    return (
        f"- first answer, model loading included: {first:.1f} s\n"
        f"- later answers of {len(text.split())} words: {later:.0f} ms of processor time\n"
        f"- the same by rules and patterns alone: {bare:.0f} ms\n"
        f"- resident memory at most: {memory:.0f} MB"
    )


def _milliseconds(judge: OfflineJudge, question: bank.Question) -> float:
    judge.check(question, question.model_answer)
    start = time.process_time()
    for _ in range(10):
        judge.check(question, question.model_answer)
    return (time.process_time() - start) * 100


def main(path: Path = FILE) -> None:
    """Measure and write the report card."""
    judge = OfflineJudge()
    core = bank.questions_for("core")
    rest = [q for q in bank.questions().values() if q not in core]
    points, held = judge_all(judge, core, "held_back")
    other, other_held = judge_all(judge, rest, "held_back")
    bare, _ = judge_all(OfflineJudge(embedding=False), core, "held_back")
    attacks, _ = judge_all(judge, core, "adversarial")
    hostile = [i for i in attacks if not i.holds]
    false = sum(i.verdict == "met" for i in hostile)
    bound = float(beta.ppf(0.95, false + 1, len(hostile) - false))
    flagged = [i for i in [*held, *other_held] if i.verdict == "met"]
    right = sum(i.holds for i in flagged)
    present = sum(i.holds for i in [*held, *other_held])
    found = f"{right / len(flagged):.2f}" if flagged else "not defined"
    forced, decided = forced_kappa(points), decided_kappa(points)
    open_share = unsure_share(points)
    targets = [
        (
            "κ, every core point forced to a decision, at least 0.75",
            f"{forced:.2f}",
            forced >= 0.75,
        ),
        ("κ on the core points decided, at least 0.85", f"{decided:.2f}", decided >= 0.85),
        ("unsure, at most 25 %", f"{open_share:.0%}", open_share <= 0.25),
        (
            "false `met` among at least 300 adversarial judgements, at most 1 %",
            f"{false} of {len(hostile)}",
            len(hostile) >= 300 and false <= 0.01 * len(hostile),
        ),
        (
            "precision of misconceptions, at least 0.8",
            found,
            bool(flagged) and right >= 0.8 * len(flagged),
        ),
    ]
    header = (
        "| | judgements | κ, forced | κ, decided | unsure | precision | recall |\n"
        "|---|---|---|---|---|---|---|"
    )
    per = (
        "| | judgements | met | κ, forced | κ, decided | unsure | precision | recall |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    lines = [
        "# Report card of the offline check",
        "",
        "Written by `python -m interview.report_card`. The answers are of voices that training "
        "does not have, by other authors than the patterns and most examples, and nothing was "
        "fitted to them. Each judgement is one point of one answer; a second reader set the "
        "core's labels again, without sight of the first, and agreed on 99 %. "
        "Intervals are 95 % bootstraps over whole answers. *Forced* takes the likelier verdict "
        "where the check is unsure; *decided* leaves those out; precision and recall are those of "
        "the verdict `met`, an unsure point counting as not found.",
        "",
        "## Targets",
        "",
        "| target | measured | reached |",
        "|---|---|---|",
        *(f"| {what} | {value} | {'yes' if met else '**no**'} |" for what, value, met in targets),
        "",
        "## Held-back voices",
        "",
        header,
        _summary("core questions", points),
        _summary("core, rules and patterns only", bare),
        _summary("all other questions", other),
        "",
        "Core questions by voice:",
        "",
        per,
        *_by(points, lambda i: i.voice),
        "",
        "Core questions by point:",
        "",
        per,
        *_by(points, lambda i: i.name),
        "",
        "## Adversarial answers",
        "",
        f"{false} of {len(hostile)} points that should not be met were called `met` "
        f"({false / max(1, len(hostile)):.1%}; at most {bound:.1%} with 95 % confidence).",
        "",
        "| attack | judgements that must not be met | called met | unsure |",
        "|---|---|---|---|",
    ]
    for attack in dict.fromkeys(i.voice for i in hostile):
        part = [i for i in hostile if i.voice == attack]
        lines.append(
            f"| {attack} | {len(part)} | {sum(i.verdict == 'met' for i in part)} | "
            f"{unsure_share(part):.0%} |"
        )
    lines += [
        "",
        "## Misconceptions",
        "",
        f"Certain {len(flagged)} times, rightly {right} times; {present} were present in the "
        f"held-back answers, so recall is {right / max(1, present):.2f}. One that is not certain "
        f"is shown and costs nothing.",
        "",
        "## Time and memory",
        "",
        *_speed(),
        "",
        TRIED.read_text("utf-8").rstrip(),
        "",
        "## What it cannot do",
        "",
        "- It reads one answer at a time in English, and knows only the rubric: a right remark "
        "that is not a point earns nothing, a wrong one that is no listed misconception costs "
        "nothing.",
        "- It misses a claim made through an image or an example alone, and can take a claim for "
        "made that is only implied, or said of the other penalty through several pronouns.",
        "- Irony, a claim withdrawn in roundabout words, and denial without a word of denial are "
        "beyond it.",
        "- Questions outside the core have 22 examples each, and their patterns were mended by the "
        "same examples; there it leaves much open, and rightly.",
        "- The numbers hold for answers like those measured. It is an aid to practice and a first "
        "reader for instructors, not an unattended examiner.",
        "",
    ]
    path.write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    main()
