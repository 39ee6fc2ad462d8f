"""What a class's results say: scores, checks, misconceptions, time, look-alikes."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from exercises.catalog import catalog
from graders.report import CheckStatus, Report
from graders.similarity import similar_pairs
from graders.store import Attempt

#: Look-alike pairs that a report lists at most.
MAX_PAIRS = 60


@dataclass(frozen=True)
class CheckSummary:
    """One check over a class.

    `discrimination` is the point-biserial correlation between passing this check and the points
    from all others, None where everybody or nobody passes: near 1 the check tells strong
    from weak submissions, near 0 it tells nothing, below 0 something is odd with it.
    """

    id: str
    title: str
    visible: bool
    max_points: float
    counts: dict[CheckStatus, int]
    pass_rate: float
    discrimination: float | None

    @property
    def otherwise(self) -> list[tuple[CheckStatus, int]]:
        """How the check ended where it was not passed, the most frequent first."""
        others = [(status, count) for status, count in self.counts.items() if status != "passed"]
        return sorted(others, key=lambda item: (-item[1], item[0]))


@dataclass(frozen=True)
class MistakeSummary:
    """A misconception: how many learners have it, and which checks showed it."""

    id: str
    text: str
    learners: int
    checks: tuple[str, ...]


@dataclass(frozen=True)
class LookAlike:
    """Two submissions with `likeness` (0 to 1) of the smaller one's fingerprints in common."""

    first: Attempt
    second: Attempt
    likeness: float


@dataclass(frozen=True)
class ExerciseSummary:
    """One exercise over a class; only each learner's latest attempt counts."""

    name: str
    title: str
    latest: tuple[Attempt, ...]
    attempts: int
    max_score: float
    scores: tuple[float, ...]
    full_marks: int
    seconds: tuple[float, ...]
    statuses: dict[str, int]
    checks: tuple[CheckSummary, ...]
    mistakes: tuple[MistakeSummary, ...]
    look_alikes: tuple[LookAlike, ...]
    more_look_alikes: int

    @property
    def mean(self) -> float:
        return statistics.fmean(self.scores)

    @property
    def median(self) -> float:
        return statistics.median(self.scores)

    @property
    def median_seconds(self) -> float:
        return statistics.median(self.seconds)


def summarize(attempts: Sequence[Attempt]) -> list[ExerciseSummary]:
    """A summary of each exercise that was handed in, in the catalog's order."""
    by_exercise: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        by_exercise[attempt.report.exercise].append(attempt)
    order = [*catalog(), *sorted(set(by_exercise) - set(catalog()))]
    return [_exercise(name, by_exercise[name]) for name in order if name in by_exercise]


def _exercise(name: str, attempts: Sequence[Attempt]) -> ExerciseSummary:
    latest = tuple(attempt for attempt in attempts if attempt.latest)
    reports = [attempt.report for attempt in latest]
    entry = catalog().get(name)
    pairs = _look_alikes(latest)
    return ExerciseSummary(
        name=name,
        title=entry.title if entry else "Submissions to no known exercise",
        latest=latest,
        attempts=len(attempts),
        max_score=max(report.max_score for report in reports),
        scores=tuple(report.score for report in reports),
        full_marks=sum(report.all_passed for report in reports),
        seconds=tuple(report.seconds for report in reports),
        statuses=dict(Counter(report.status for report in reports)),
        checks=tuple(_checks(reports)),
        mistakes=tuple(_mistakes(latest)),
        look_alikes=tuple(pairs[:MAX_PAIRS]),
        more_look_alikes=max(0, len(pairs) - MAX_PAIRS),
    )


def _checks(reports: Sequence[Report]) -> list[CheckSummary]:
    outcomes: dict[str, dict[int, CheckStatus]] = defaultdict(dict)
    about = {}
    for index, report in enumerate(reports):
        for check in report.checks:
            outcomes[check.id][index] = check.status
            about[check.id] = check
    totals = np.array([report.score for report in reports])
    summaries = []
    for name, by_report in outcomes.items():
        passed = np.array([by_report.get(i) == "passed" for i in range(len(reports))], float)
        others = totals - passed * about[name].max_points
        summaries.append(
            CheckSummary(
                name,
                about[name].title,
                about[name].visible,
                about[name].max_points,
                dict(Counter(by_report.values())),
                float(passed.mean()),
                point_biserial(passed, others),
            )
        )
    return summaries


def point_biserial(passed: np.ndarray, others: np.ndarray) -> float | None:
    """The correlation of a 0/1 variable with a number, or None where one of them is constant."""
    if np.ptp(passed) == 0 or np.ptp(others) == 0:
        return None
    return float(np.corrcoef(passed, others)[0, 1])


def _mistakes(latest: Sequence[Attempt]) -> list[MistakeSummary]:
    learners: dict[str, set[str]] = defaultdict(set)
    checks: dict[str, Counter[str]] = defaultdict(Counter)
    texts = {}
    for attempt in latest:
        for check in attempt.report.checks:
            if check.misconception:
                learners[check.misconception.id].add(attempt.learner.id)
                checks[check.misconception.id][check.title] += 1
                texts[check.misconception.id] = check.misconception.text
    return [
        MistakeSummary(
            name, texts[name], len(who), tuple(title for title, _ in checks[name].most_common())
        )
        for name, who in sorted(learners.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def _look_alikes(latest: Sequence[Attempt]) -> list[LookAlike]:
    pairs = similar_pairs([attempt.fingerprints for attempt in latest])
    return [LookAlike(latest[pair.first], latest[pair.second], pair.likeness) for pair in pairs]
