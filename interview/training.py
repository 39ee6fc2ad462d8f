"""`python -m interview.training`: fits what a check uses and writes trained.npz.

Reads the bank's questions, the folder of labelled examples and the patterns, and nothing that is
held back. Two stages: the core questions, which have the most examples, adapt the last layers of
the encoder; the others get their own vectors over those layers as they then are. All that the
combiner and the thresholds are fitted on comes from networks that did not see the answer they
score, nor its voice. One thread and fixed seeds: the same data gives the same bytes.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch

from interview import network
from interview.combining import fit_combiners
from interview.embedding import Matrix, MiniLM, load_model
from interview.evidence import Seen
from interview.trained import FILE, HEADS, data_digest, save
from interview.training_data import HALF, Data, is_left_out, read_stages

EPOCHS = 10
NETWORKS = 2
"""Networks that differ in their random start; what counts is the mean of what they see."""


def main(path: Path = FILE, *, epochs: int = EPOCHS, workers: int = 1) -> None:
    """Train and write the file."""
    model = load_model()
    stages = read_stages(model)
    scored, halves, arrays = fit_networks(model, stages, epochs, workers)
    names, thresholds, combiners = fit_combiners(stages, scored, halves)
    save(path, data_digest(), names, thresholds, arrays, combiners)


def fit_networks(
    model: MiniLM, stages: list[Data], epochs: int, workers: int
) -> tuple[dict[str, Seen], dict[str, Seen], list[dict[str, Matrix]]]:
    """Fit the networks in each run.

    Returns:
        What was seen in each answer by the networks that left out its voice, in hostile answers by
        those that left out half of them, and the weights of the last run's.
    """
    scored: dict[str, Seen] = {}
    with ProcessPoolExecutor(workers, get_context("fork"), _share, (model, stages)) as pool:
        # The longest first, so that no worker waits for another at the end.
        runs = [
            [pool.submit(_run, run, epochs, seed) for seed in range(NETWORKS)]
            for run in reversed(range(HALF + 2))
        ]
        last, half, *folds = ([each.result() for each in run] for run in runs)
        for fold in folds:
            scored |= _mean([seen for seen, _ in fold])
        return scored, _mean([seen for seen, _ in half]), [arrays for _, arrays in last]


def _mean(seen: list[dict[str, Seen]]) -> dict[str, Seen]:
    """Return the mean of what several networks saw in the same answers."""
    return {
        name: Seen(
            *(
                np.mean([getattr(one[name], field.name) for one in seen], axis=0)
                for field in fields(Seen)
            )
        )
        for name in seen[0]
    }


_shared: tuple[MiniLM, list[Data]]
"""What the forked workers read; too large to send."""


def _share(model: MiniLM, stages: list[Data]) -> None:
    global _shared
    _shared = model, stages
    torch.set_num_threads(1)


def _run(run: int, epochs: int, seed: int) -> tuple[dict[str, Seen], dict[str, Matrix]]:
    """Fit without some voices; return their scores by answer, and the weights."""
    model, stages = _shared
    scored: dict[str, Seen] = {}
    arrays: dict[str, Matrix] = {}
    base = None
    for stage in stages[:1] if run == HALF else stages:
        kept = [a for a in stage.answers if not is_left_out(a, run)]
        rest = [a for a in stage.answers if is_left_out(a, run)]
        fitted = network.fit(model, stage.claims, kept, epochs=epochs, seed=seed, base=base)
        scored |= {a.id: s for a, s in zip(rest, network.look(fitted, rest), strict=True)}
        own = fitted.arrays()
        for key in HEADS:
            own[key] = np.concatenate([arrays[key], own[key]]) if arrays else own[key]
        arrays, base = own, base or fitted
    return scored, arrays


if __name__ == "__main__":
    main(workers=int(sys.argv[1]) if len(sys.argv) > 1 else 1)
