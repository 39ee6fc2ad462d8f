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

EPOCHS = 16


def main(path: Path = FILE, *, epochs: int = EPOCHS, workers: int = 1) -> None:
    """Train and write the file."""
    model = load_model()
    stages = read_stages(model)
    scored, halves, arrays = fit_networks(model, stages, epochs, workers)
    names, thresholds, weights = fit_combiners(stages, scored, halves)
    save(path, data_digest(), names, thresholds, arrays | weights)


def fit_networks(
    model: MiniLM, stages: list[Data], epochs: int, workers: int
) -> tuple[dict[str, Seen], dict[str, Seen], dict[str, Matrix]]:
    """Fit a network in each run.

    Returns:
        What was seen in each answer by the network that left out its voice, in hostile answers by
        the one that left out half of them, and the weights of the last.
    """
    scored: dict[str, Seen] = {}
    with ProcessPoolExecutor(workers, get_context("fork"), _share, (model, stages)) as pool:
        *runs, last = [pool.submit(_run, run, epochs) for run in range(HALF + 2)]
        for run in runs[:HALF]:
            scored |= run.result()[0]
        return scored, runs[HALF].result()[0], last.result()[1]


_shared: tuple[MiniLM, list[Data]]
"""What the forked workers read; too large to send."""


def _share(model: MiniLM, stages: list[Data]) -> None:
    global _shared
    _shared = model, stages
    torch.set_num_threads(1)


def _run(run: int, epochs: int) -> tuple[dict[str, Seen], dict[str, Matrix]]:
    """Fit without some voices; return their scores by answer, and the weights."""
    model, stages = _shared
    scored: dict[str, Seen] = {}
    arrays: dict[str, Matrix] = {}
    base = None
    for stage in stages[:1] if run == HALF else stages:
        kept = [a for a in stage.answers if not is_left_out(a, run)]
        rest = [a for a in stage.answers if is_left_out(a, run)]
        fitted = network.fit(model, stage.claims, kept, epochs=epochs, base=base)
        scored |= {a.id: s for a, s in zip(rest, network.look(fitted, rest), strict=True)}
        own = fitted.arrays()
        for key in HEADS:
            own[key] = np.concatenate([arrays[key], own[key]]) if arrays else own[key]
        arrays, base = own, base or fitted
    return scored, arrays


if __name__ == "__main__":
    main(workers=int(sys.argv[1]) if len(sys.argv) > 1 else 1)
