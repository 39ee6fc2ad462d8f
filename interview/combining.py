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
from interview.training_data import FOLDS, HALF, HOSTILE, Data, is_left_out

FALSE_MET = 0.01
"""Share of the points which hostile voices name and do not make that may be called met. It is
measured on answers left out, though of voices that the other half of has been seen: what they do is
known."""
HARD = (*HOSTILE, "rebuttal")
"""Voices written to be hard; how often an ordinary answer is judged right is not seen from them."""
PRECISION = {"points": (0.93, 0.875), "misconceptions": (0.75, 0.75)}
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
SHRINKAGE = 0.7
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
            _combine(stage, scored, halves, kind, names, table, thresholds)
        weights[kind] = table.astype(np.float32)
    return names, thresholds, weights


@dataclass(frozen=True)
class _Rows:
    """One row for each claim of each answer that was scored by a network which left it out."""

    x: Array
    holds: Flags
    vetoed: Flags
    doubtful: Flags
    voice: NDArray[np.str_]
    claim: NDArray[np.str_]
    halved: Flags


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
                    is_left_out(answer, HALF),
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
    scored: dict[str, Seen],
    halves: dict[str, Seen],
    kind: str,
    names: list[str],
    table: Array,
    thresholds: dict[str, Thresholds],
) -> None:
    """Fit the combiner of one stage, and its thresholds on what was left out."""
    rows = _rows(data, scored, kind)
    traps = _rows(data, halves, kind) if data.core else rows
    order = sorted(set(rows.claim))
    everything = np.ones(len(rows.holds), bool)
    for name, weights in zip(order, _fit_combiner(rows, everything, order), strict=True):
        table[names.index(name)] = weights
    probability = np.zeros(len(rows.holds))
    for fold in FOLDS:
        out = np.isin(rows.voice, fold)
        if out.any():
            probability[out] = _apply(_fit_combiner(rows, ~out, order), rows, order)[out]
    trapped = probability
    if data.core:
        trapped = _apply(_fit_combiner(rows, ~rows.halved, order), traps, order)
    points = [f"{q.id}/{p.id}" for q in bank.questions().values() for p in q.points]
    hard = np.isin(rows.voice, HARD)
    for what in ("points", "misconceptions"):
        part = np.isin(rows.claim, points) == (what == "points")
        half = np.isin(traps.claim, points) == (what == "points")
        half &= np.isin(traps.voice, HOSTILE)
        # It is the hostile voices that hold misconceptions, and there are few of them.
        fair = part & ~hard if what == "points" else part
        trap = half & ~traps.holds & (what == "points")
        name = limits_name(what, core=data.core, network=kind == "network")
        limits = choose_thresholds(
            (probability[fair], rows.holds[fair], rows.doubtful[fair] & (what == "points")),
            (trapped[trap], traps.doubtful[trap]),
            PRECISION[what],
        )
        thresholds[name] = limits
        print(name, limits, flush=True)
        _print("ordinary", probability, rows, part & ~hard, limits, what == "points")
        _print("hard voice left out", probability, rows, part & hard, limits, what == "points")
        _print("hostile half left out", trapped, traps, half, limits, what == "points")


def _apply(weights: Array, rows: _Rows, order: list[str]) -> Array:
    """Return the probabilities, at most a half where there is a veto."""
    own = weights[[order.index(name) for name in rows.claim]]
    z = (rows.x * own[:, :-1]).sum(axis=1) + own[:, -1]
    probability: Array = 1 / (1 + np.exp(-z))
    return np.where(rows.vetoed, np.minimum(probability, 0.5), probability)


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
    fair: tuple[Array, Flags, Flags], traps: tuple[Array, Flags], precision: tuple[float, float]
) -> Thresholds:
    """Return the widest thresholds whose decisions are right often enough.

    "Often enough" is an exact (Clopper-Pearson) lower bound of ``precision`` at ``CONFIDENCE``, of
    the verdict met and of not met; where none reaches it, nothing is decided in that direction.
    Besides, at most ``FALSE_MET`` of the traps, claims that hostile voices name and do not make,
    may be called met.

    Args:
        fair: Of claims in ordinary answers the probability, whether they hold, and whether the
            answer is doubtful.
        traps: Of claims in hostile answers the probability, and whether the answer is doubtful.
        precision: Of met and of not met.
    """
    probability, holds, doubtful = fair
    caught, doubted = traps
    allowed = int(FALSE_MET * len(caught)) // 2

    def least(among: Flags, traps: Array) -> float:
        safe = float(np.nextafter(np.sort(traps)[::-1][allowed], 2)) if len(traps) > allowed else 0
        return max(0.5, safe, _widest(probability[among], holds[among], precision[0]))

    return Thresholds(
        met=least(~doubtful, caught[~doubted]),
        met_in_doubt=least(doubtful, caught[doubted]),
        not_met=min(0.5, 1 - _widest(1 - probability, ~holds, precision[1])),
    )


def _widest(probability: Array, right: Flags, precision: float) -> float:
    """Return the least probability from which on decisions are right often enough."""
    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum(right[order])
    count = np.arange(1, len(probability) + 1)
    lower = beta.ppf(1 - CONFIDENCE, hits, count - hits + 1)
    fits = np.flatnonzero(np.nan_to_num(lower) >= precision)
    return float(probability[order][fits[-1]]) if len(fits) else 1.1


def _print(
    title: str, p: Array, rows: _Rows, part: Flags, limits: Thresholds, is_point: bool
) -> None:
    from sklearn.metrics import cohen_kappa_score, roc_auc_score

    p, y = p[part], rows.holds[part]
    if len(set(y)) < 2:
        return
    met = p >= np.where(rows.doubtful[part] & is_point, limits.met_in_doubt, limits.met)
    decided = met | (p <= limits.not_met)
    kappa = cohen_kappa_score(y[decided], met[decided]) if decided.any() else float("nan")
    print(
        f"  {title}: n {len(y)}, AUC {roc_auc_score(y, p):.3f}, kappa forced "
        f"{cohen_kappa_score(y, p > 0.5):.3f}, decided {kappa:.3f}, unsure "
        f"{1 - decided.mean():.3f}, false met {(met & ~y).sum()} of {(~y).sum()}, "
        f"found {(met & y).sum()} of {y.sum()}",
        flush=True,
    )
