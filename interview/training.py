"""`python -m interview.training`: fits what a check uses and writes trained.npz.

Reads the bank's questions, the folder of labelled examples and the patterns, and nothing that is
held back. Two stages: questions with patterns, which have the most examples, adapt the last layers
of the encoder; the others get their own vectors over those layers as they then are. All that the
combiner and the thresholds are fitted on comes from networks that did not see the voice of the
answer they score. One thread and fixed seeds: the same data gives the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import beta
from sklearn.linear_model import LogisticRegression

from interview import bank, network, patterns
from interview.embedding import Matrix, MiniLM, load_model
from interview.network import Labelled
from interview.rules import flags
from interview.text import Answer
from interview.trained import (
    FEATURES,
    FILE,
    OF_NETWORK,
    Thresholds,
    data_digest,
    features,
    limits_name,
    save,
)

EPOCHS = 16
FOLDS = (
    ("expert", "second_language", "denied", "bullets"),
    ("terse", "story", "swapped", "half_right"),
    ("rambling", "plain_words", "stuffed", "wrong"),
)
"""Voices left out together; each fold has right, wrong and odd ones."""
PRECISION = {"points": 0.88, "misconceptions": 0.75}
"""Of decided claims: the exact lower bound that a threshold must reach on voices left out. There
are few answers with a misconception, so that no more could be shown of them."""
CONFIDENCE = 0.9
SHRINKAGE = 0.7
"""Scale of a point's own weights beside the common ones; smaller ties points together."""
STRENGTH = 0.1
"""Inverse penalty of the combiner, scikit-learn's ``C``."""

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Data:
    """Labelled answers with their claims.

    Attributes:
        names: ``question/point`` and ``question/misconception``, in order.
        claims: ``(names, 384)``, embedded.
        answers: Labelled answers, ready for the network.
        found: Per answer, ``(claims, features)`` with a network score of 0.
        flagged: Per answer, whether a rule keeps it from being decided at all.
    """

    names: list[str]
    claims: Matrix
    answers: list[Labelled]
    found: list[Array]
    flagged: list[bool]


def read_data(model: MiniLM, questions: Sequence[bank.Question]) -> Data:
    """Return the labelled answers to these questions."""
    names: list[str] = []
    texts: list[str] = []
    answers: list[Labelled] = []
    found: list[Array] = []
    flagged: list[bool] = []
    for question in questions:
        entries: list[bank.Point | bank.Misconception] = [
            *question.points,
            *question.misconceptions,
        ]
        rows = range(len(names), len(names) + len(entries))
        names += [f"{question.id}/{entry.id}" for entry in entries]
        texts += [entry.claim for entry in entries]
        known = patterns.patterns_for(question.id)
        for example in (*bank.examples(question.id), _model_answer(question)):
            answers.append(network.labelled(model, question, example, rows))
            answer = Answer(example.text)
            seen = []
            for entry in entries:
                finding = patterns.find(answer, known.get(entry.id, ()))
                attributed = any(patterns.is_attributed(answer, s) for s in finding.said)
                seen.append(features(0.0, finding, attributed))
            found.append(np.array(seen))
            flagged.append(bool(flags(question, answer)))
    return Data(names, model.embed(texts), answers, found, flagged)


def _model_answer(question: bank.Question) -> bank.Example:
    """Return the model answer as an example of a voice that is never left out."""
    return bank.Example(
        f"{question.id}-model",
        "model",
        question.model_answer,
        {p.id: bank.PointLabel("met") for p in question.points},
        {m.id: bank.MisconceptionLabel("absent") for m in question.misconceptions},
    )


def main(path: Path = FILE, *, epochs: int = EPOCHS, workers: int = 1) -> None:
    """Train and write the file."""
    model = load_model()
    stages = read_stages(model)
    scored, arrays = fit_networks(model, stages, epochs, workers)
    names, thresholds, weights = fit_combiners(stages, scored)
    save(path, data_digest(), names, thresholds, arrays | weights)


def read_stages(model: MiniLM) -> list[Data]:
    """Return the answers to questions with patterns, then those to the others."""
    questions = [q for q in bank.questions().values() if bank.examples(q.id)]
    groups = [
        [q for q in questions if bool(patterns.patterns_for(q.id)) is known]
        for known in (True, False)
    ]
    return [read_data(model, group) for group in groups if group]


def fit_networks(
    model: MiniLM, stages: list[Data], epochs: int, workers: int
) -> tuple[dict[str, Array], dict[str, Matrix]]:
    """Return each answer's scores from a network that left its voice out, and final weights."""
    scored: dict[str, Array] = {}
    with ProcessPoolExecutor(workers, get_context("fork"), _share, (model, stages)) as pool:
        *left_out, last = [pool.submit(_run, fold, epochs) for fold in (*FOLDS, ())]
        for run in left_out:
            scored |= run.result()[0]
        return scored, last.result()[1]


def fit_combiners(
    stages: list[Data], scored: dict[str, Array]
) -> tuple[list[str], dict[str, Thresholds], dict[str, Matrix]]:
    """Return the names of all claims, the thresholds and the combiners' weights."""
    names = [name for stage in stages for name in stage.names]
    thresholds: dict[str, Thresholds] = {}
    weights = {}
    for kind, width in (("network", len(FEATURES)), ("plain", len(FEATURES) - OF_NETWORK)):
        table = np.zeros((len(names), width + 1))
        for stage in stages:
            _combine(stage, scored, kind, names, table, thresholds)
        weights[f"{kind}.weights"] = table.astype(np.float32)
    return names, thresholds, weights


_shared: tuple[MiniLM, list[Data]]
"""What the forked workers read; too large to send."""


def _share(model: MiniLM, stages: list[Data]) -> None:
    global _shared
    _shared = model, stages
    torch.set_num_threads(1)


def _run(left_out: tuple[str, ...], epochs: int) -> tuple[dict[str, Array], dict[str, Matrix]]:
    """Fit without some voices; return their scores by answer, and the weights."""
    model, stages = _shared
    scored: dict[str, Array] = {}
    arrays: dict[str, Matrix] = {}
    base = None
    for stage in stages:
        kept = [a for a in stage.answers if a.voice not in left_out]
        rest = [a for a in stage.answers if a.voice in left_out]
        fitted = network.fit(model, stage.claims, kept, epochs=epochs, base=base)
        scored |= {
            a.id: s.astype(np.float64)
            for a, s in zip(rest, network.scores(fitted, rest), strict=True)
        }
        own = fitted.arrays()
        for key in ("look", "judge", "bias"):
            own[key] = np.concatenate([arrays[key], own[key]]) if arrays else own[key]
        arrays, base = own, base or fitted
    return scored, arrays


def _combine(
    data: Data,
    scored: dict[str, Array],
    kind: str,
    names: list[str],
    table: Array,
    thresholds: dict[str, Thresholds],
) -> None:
    """Fit the combiner of one stage, and its thresholds on voices left out."""
    columns = slice(0 if kind == "network" else OF_NETWORK, None)
    points = {f"{q.id}/{p.id}" for q in bank.questions().values() for p in q.points}
    rows, labels, voices, claims = [], [], [], []
    for answer, found, flagged in zip(data.answers, data.found, data.flagged, strict=True):
        if flagged or answer.id not in scored:
            continue
        for j, row in enumerate(answer.rows):
            seen = found[j].copy()
            seen[0] = scored[answer.id][j]
            seen[1] = seen[0] * seen[2]
            rows.append(seen[columns])
            labels.append(answer.samples[0].labels[j] > 0.5)
            voices.append(answer.voice)
            claims.append(data.names[row])
    x, y = np.array(rows), np.array(labels)
    voice, claim = np.array(voices), np.array(claims)
    order = sorted(set(claims))
    number = {name: names.index(name) for name in order}
    for i, weights in enumerate(_fit_combiner(x, y, claim, order)):
        table[number[order[i]]] = weights
    probability = np.zeros(len(y))
    for fold in FOLDS:
        out = np.isin(voice, fold)
        if out.any():
            weights = _fit_combiner(x[~out], y[~out], claim[~out], order)
            own = weights[[order.index(name) for name in claim[out]]]
            z = (x[out] * own[:, :-1]).sum(axis=1) + own[:, -1]
            probability[out] = 1 / (1 + np.exp(-z))
    known = bool(patterns.patterns_for(data.answers[0].question))
    is_point = np.isin(claim, list(points))
    for what, mask in (("points", is_point), ("misconceptions", ~is_point)):
        if not mask.any():
            continue
        name = limits_name(what, patterns=known, network=kind == "network")
        thresholds[name] = choose_thresholds(probability[mask], y[mask], PRECISION[what])
        _print(name, probability[mask], y[mask], thresholds[name])


def _fit_combiner(x: Array, y: Flags, claim: NDArray[np.str_], order: list[str]) -> Array:
    """Return weights ``(claims, features + 1)``: common ones plus each claim's own, shrunken."""
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


def choose_thresholds(probability: Array, holds: Flags, precision: float) -> Thresholds:
    """Return the widest thresholds whose decisions are right often enough.

    "Often enough" is an exact (Clopper-Pearson) lower bound of ``precision`` at ``CONFIDENCE``, in
    either direction; where none reaches it, nothing is decided in that direction.
    """

    def widest(p: Array, right: Flags) -> float:
        order = np.argsort(-p)
        hits = np.cumsum(right[order])
        count = np.arange(1, len(p) + 1)
        lower = beta.ppf(1 - CONFIDENCE, hits, count - hits + 1)
        fits = np.flatnonzero(np.nan_to_num(lower) >= precision)
        return float(p[order][fits[-1]]) if len(fits) else 1.1

    return Thresholds(
        met=max(0.5, widest(probability, holds)),
        not_met=min(0.5, 1 - widest(1 - probability, ~holds)),
    )


def _print(name: str, p: Array, y: Flags, limits: Thresholds) -> None:
    from sklearn.metrics import cohen_kappa_score, roc_auc_score

    decided = (p >= limits.met) | (p <= limits.not_met)
    part = cohen_kappa_score(y[decided], p[decided] > 0.5) if decided.any() else float("nan")
    print(
        f"{name}: n {len(y)}, AUC {roc_auc_score(y, p):.3f}, kappa forced "
        f"{cohen_kappa_score(y, p > 0.5):.3f}, kappa decided {part:.3f}, unsure "
        f"{1 - decided.mean():.3f}, thresholds {limits.not_met:.3f} {limits.met:.3f}",
        flush=True,
    )


if __name__ == "__main__":
    main(workers=int(sys.argv[1]) if len(sys.argv) > 1 else 1)
