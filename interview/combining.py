"""Fits the combiner of network, patterns and stance, and the thresholds of its probabilities.

All that is fitted here rests on answers which the network that scored them had not seen.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta
from sklearn.linear_model import LogisticRegression

from interview import bank
from interview.embedding import Matrix
from interview.evidence import FEATURES, OF_NETWORK, VETOES, Evidence, Seen, weigh
from interview.trained import Thresholds, limits_name
from interview.training_data import FOLDS, HOSTILE, Data

FALSE_MET = {"core": 0.06, "other": 0.02}
"""Share of the points which hostile voices name and do not make that may be called met. Most of the
core's hostile answers were written to be hard, and rules stop all other kinds of attack; 0.01 would
leave two in five points of ordinary answers unsure."""
HARD = (*HOSTILE, "rebuttal")
"""Voices written to be hard; how often an ordinary answer is judged right is not seen from them."""
PRECISION = {
    "core points": (0.93, 0.9),
    "other points": (0.93, 0.875),
    "core misconceptions": (0.75, 0.75),
    "other misconceptions": (0.75, 0.75),
}
"""Of the claims called met and not met: the exact lower bounds that the thresholds must reach on
voices left out. A false ``met`` is the dearer. There are few answers with a misconception, so that
no more could be shown of them."""
MISSED, INVENTED = 0.45, 0.07
"""Shares of a pattern's finds that are hidden outside the core, and of finds made up there.

The authors of those patterns mended them by the same examples, where they now find 0.91 of the
claims and are never wrong in an ordinary answer. On the core's examples written after its patterns,
those find 0.40 (of rebuttals) to 0.67 (of hostile voices), and something in 0.07 of the answers
that do not make the claim. A combiner and thresholds fitted to the former would trust patterns, and
their silence, far too much; so it is shown them as they would be on an unseen answer.
"""
CONFIDENCE = 0.9
SHRINKAGE = 0.4
"""Scale of a point's own weights beside the common ones; smaller ties points together."""
STRENGTH = 0.1
"""Inverse penalty of the combiner, scikit-learn's ``C``."""

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


def fit_combiners(
    stages: list[Data], scored: dict[str, Seen], halves: dict[str, Seen]
) -> tuple[list[str], dict[str, Thresholds], dict[str, Matrix]]:
    """Return the names of all claims, the thresholds and the combiners' weights."""
    names = [name for stage in stages for name in stage.names]
    thresholds: dict[str, Thresholds] = {}
    weights = {}
    for kind, width in (("network", len(FEATURES)), ("plain", len(FEATURES) - OF_NETWORK)):
        table = np.zeros((len(names), width + 1))
        for stage in stages:
            seen = _unseen(stage, scored, halves) if kind == "network" else scored
            _combine(stage, _rows(stage, seen, kind), kind, names, table, thresholds)
        weights[kind] = table.astype(np.float32)
    return names, thresholds, weights


def _unseen(data: Data, scored: dict[str, Seen], halves: dict[str, Seen]) -> dict[str, Seen]:
    """Return what was seen in answers by networks that had not read them.

    In ordinary answers by those that had read none of their voice, since nobody knows who will
    answer; in the core's hostile ones by those that had read others of their kind, since what these
    do is known. By the former, the combiner would learn to trust the networks less than it may.
    """
    if not data.core:
        return scored
    hostile = {answer.id for answer in data.answers if answer.voice in HOSTILE}
    return {name: seen for name, seen in scored.items() if name not in hostile} | halves


@dataclass(frozen=True)
class _Rows:
    """One row for each claim of each answer that was scored by a network which left it out."""

    x: Array
    holds: Flags
    vetoed: Flags
    doubtful: Flags
    voice: NDArray[np.str_]
    claim: NDArray[np.str_]


def _rows(data: Data, scored: dict[str, Seen], kind: str) -> _Rows:
    """Return the evidence as a check sees it, with or without the network."""
    columns = slice(0 if kind == "network" else OF_NETWORK, None)
    found = []
    for answer, text, flagged in zip(data.answers, data.texts, data.flagged, strict=True):
        if flagged or answer.id not in scored:
            continue
        seen = scored[answer.id] if kind == "network" else None
        evidence = weigh(bank.question(answer.question), text, seen)
        chance = random.Random(answer.id)
        if not data.core:
            evidence = [_as_unseen(claim, chance) for claim in evidence]
        for j, (row, claim) in enumerate(zip(answer.rows, evidence, strict=True)):
            found.append(
                (
                    claim.features[columns],
                    answer.samples[0].labels[j] > 0.5,
                    claim.vetoed,
                    claim.doubtful,
                    answer.voice,
                    data.names[row],
                )
            )
    return _Rows(*(np.array(column) for column in zip(*found, strict=True)))


def _as_unseen(evidence: Evidence, chance: random.Random) -> Evidence:
    """Return the evidence with the patterns' findings as they would be on an unseen answer."""
    features = dict(zip(FEATURES, evidence.features, strict=True))
    draw = chance.random()
    if features["said"] or features["denied"] or features["exchanged"]:
        if draw >= MISSED:
            return evidence
        changed = dict.fromkeys(("said", "said twice", "denied", "exchanged"), 0.0)
        changed["network where said"] = 0.0
    elif draw < INVENTED:
        changed = {"said": 1.0, "network where said": features["network"]}
    else:
        return evidence
    features |= changed
    vetoed = any(features[name] for name in VETOES)
    return replace(evidence, features=np.array(list(features.values())), vetoed=vetoed)


def _combine(
    data: Data,
    rows: _Rows,
    kind: str,
    names: list[str],
    table: Array,
    thresholds: dict[str, Thresholds],
) -> None:
    """Fit the combiner of one stage, and its thresholds on what was left out."""
    order = sorted(set(rows.claim))
    everything = np.ones(len(rows.holds), bool)
    for name, weights in zip(order, _fit_combiner(rows, everything, order), strict=True):
        table[names.index(name)] = weights
    probability = np.zeros(len(rows.holds))
    for fold in FOLDS:
        out = np.isin(rows.voice, fold)
        if out.any():
            probability[out] = _apply(_fit_combiner(rows, ~out, order), rows, order)[out]
    points = [f"{q.id}/{p.id}" for q in bank.questions().values() for p in q.points]
    stage = "core" if data.core else "other"
    hard, hostile = np.isin(rows.voice, HARD), np.isin(rows.voice, HOSTILE)
    for what in ("points", "misconceptions"):
        part = np.isin(rows.claim, points) == (what == "points")
        # It is the hostile voices that hold misconceptions, and there are few of them.
        fair = part & ~hard if what == "points" else part
        trap = part & hostile & ~rows.holds & (what == "points")
        # What a check never calls met, see ``interview.checker``.
        barred = rows.vetoed | (rows.doubtful & (what == "points"))
        sure = np.where(barred, 0.0, probability)
        name = limits_name(what, core=data.core, network=kind == "network")
        limits = choose_thresholds(
            probability[fair],
            sure[fair],
            rows.holds[fair],
            sure[trap],
            precision=PRECISION[f"{stage} {what}"],
            false_met=FALSE_MET[stage],
        )
        thresholds[name] = limits
        print(name, limits, flush=True)
        for title, some in (
            ("ordinary", ~hard),
            ("rebuttal", hard & ~hostile),
            ("hostile", hostile),
        ):
            here = some & part
            _print(title, probability[here], sure[here], rows.holds[here], limits)


def _apply(weights: Array, rows: _Rows, order: list[str]) -> Array:
    """Return the probabilities."""
    own = weights[[order.index(name) for name in rows.claim]]
    z = (rows.x * own[:, :-1]).sum(axis=1) + own[:, -1]
    probability: Array = 1 / (1 + np.exp(-z))
    return probability


def _fit_combiner(rows: _Rows, used: Flags, order: list[str]) -> Array:
    """Return weights ``(claims, features + 1)``: common ones plus each claim's own, shrunken."""
    x, y, claim = rows.x[used], rows.holds[used], rows.claim[used]
    scale = x.std(axis=0) + 1e-9
    own = np.array([[name == other for other in order] for name in claim], np.float64)
    z = x / scale
    design = np.hstack(
        [z, SHRINKAGE * own, *(SHRINKAGE * own * z[:, [j]] for j in range(x.shape[1]))]
    )
    model = LogisticRegression(C=STRENGTH, max_iter=5000, tol=1e-8).fit(design, y)
    coef, n, p = model.coef_[0], len(order), x.shape[1]
    table = np.zeros((n, p + 1))
    for j in range(p):
        start = p + n * (j + 1)
        table[:, j] = (coef[j] + SHRINKAGE * coef[start : start + n]) / scale[j]
    table[:, -1] = model.intercept_[0] + SHRINKAGE * coef[p : p + n]
    return table


def choose_thresholds(
    probability: Array,
    sure: Array,
    holds: Flags,
    traps: Array,
    *,
    precision: tuple[float, float],
    false_met: float,
) -> Thresholds:
    """Return the widest thresholds whose decisions are right often enough.

    "Often enough" is an exact (Clopper-Pearson) lower bound of ``precision`` at ``CONFIDENCE``, of
    the verdict met and of not met; where none reaches it, nothing is decided in that direction.
    Besides, at most ``false_met`` of the traps, claims that hostile voices name and do not make,
    may be called met.

    Args:
        probability: Of claims in ordinary answers.
        sure: The same, 0 where the verdict met is barred.
        holds: Whether they hold.
        traps: The probability of claims in hostile answers, 0 where met is barred.
        precision: Of met and of not met.
        false_met: Share of the traps.
    """

    def widest(p: Array, right: Flags, least: float) -> float:
        order = np.argsort(-p, kind="stable")
        hits = np.cumsum(right[order])
        count = np.arange(1, len(p) + 1)
        lower = beta.ppf(1 - CONFIDENCE, hits, count - hits + 1)
        fits = np.flatnonzero(np.nan_to_num(lower) >= least)
        return float(p[order][fits[-1]]) if len(fits) else 1.1

    allowed = int(false_met * len(traps))
    safe = float(np.nextafter(np.sort(traps)[::-1][allowed], 2)) if len(traps) else 0.5
    return Thresholds(
        met=max(0.5, safe, widest(sure, holds, precision[0])),
        not_met=min(0.5, 1 - widest(1 - probability, ~holds, precision[1])),
    )


def _print(title: str, p: Array, sure: Array, holds: Flags, limits: Thresholds) -> None:
    from sklearn.metrics import cohen_kappa_score, roc_auc_score

    if len(set(holds)) < 2:
        return
    met = sure >= limits.met
    decided = met | (p <= limits.not_met)
    kappa = cohen_kappa_score(holds[decided], met[decided]) if decided.any() else float("nan")
    print(
        f"  {title}: n {len(holds)}, AUC {roc_auc_score(holds, p):.3f}, kappa forced "
        f"{cohen_kappa_score(holds, p > 0.5):.3f}, decided {kappa:.3f}, unsure "
        f"{1 - decided.mean():.3f}, false met {(met & ~holds).sum()} of {(~holds).sum()}, "
        f"found {(met & holds).sum()} of {holds.sum()}",
        flush=True,
    )
