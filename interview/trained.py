"""What training leaves: small networks over token states and a calibrated combiner, as npz.

Each network reads the states of MiniLM below its last layers with the traits of each token, passes
them through adapted last layers, and for each point attends to where the claim may stand and scores
what is said there; they differ in their random start, and their mean errs less than each. The
combiner, a logistic regression, joins that score with what the patterns found. All run in numpy.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from interview import bank
from interview.embedding import LAYERS, Layer, Matrix, MiniLM, run_layer
from interview.evidence import OF_NETWORK
from interview.patterns import FOLDER
from interview.reading import Piece

FILE = Path(__file__).parent / "trained.npz"
SCHEMA = 3
DEPTH = 3
"""Layers of the published network that are used as they are; the rest is adapted."""
ADAPTED = ("qkv", "out", "up", "down")
HEADS = ("look", "judge", "bias", "stance")
"""Arrays with a row for each point and misconception."""
Array = NDArray[np.float64]


class TrainedFileError(RuntimeError):
    """The trained file is missing, of another schema or does not fit the bank."""


class Thresholds(msgspec.Struct, frozen=True):
    """Probabilities from which on, and up to which, a point is decided."""

    met: float
    not_met: float


@dataclass(frozen=True)
class Trained:
    """The content of the trained file.

    Attributes:
        digest: Of the training data (``data_digest``).
        rows: Number of each ``question/point`` or ``question/misconception``.
        networks: Weights of each network by name.
        combiners: ``(rows, features + 1)`` by kind, ``network`` or ``plain``.
        thresholds: By ``limits_name``.
    """

    digest: str
    rows: dict[str, int]
    networks: tuple[dict[str, Matrix], ...]
    combiners: dict[str, Matrix]
    thresholds: dict[str, Thresholds]

    def layers(self, model: MiniLM) -> list[list[Layer]]:
        """Return each network's layers: the published weights and its low-rank changes to them."""
        return [_adapted(model, arrays) for arrays in self.networks]

    def attend(
        self,
        model: MiniLM,
        layers: Sequence[Sequence[Layer]],
        pieces: Sequence[Piece],
        names: Sequence[str],
    ) -> tuple[Array, Array, list[Matrix]]:
        """Return the networks' mean score and stance of each name and where they looked.

        Args:
            model: The published encoder.
            layers: What ``layers(model)`` returned.
            pieces: The answer as read.
            names: ``question/point`` ids, all of them in ``rows``.

        Returns:
            Scores ``(names,)``, the highest over the pieces, stances ``(names,)`` there, and per
            piece the attention ``(names, tokens)``, nothing where another piece scored higher.
        """
        states = model.states([piece.ids for piece in pieces], DEPTH)
        number = [self.rows[name] for name in names]
        seen = [
            _attend(arrays, own, states, pieces, number)
            for arrays, own in zip(self.networks, layers, strict=True)
        ]
        scores, stances = (np.mean([one[k] for one in seen], axis=0) for k in (0, 1))
        looked = [
            np.asarray(np.mean(each, axis=0), np.float32)
            for each in zip(*(one[2] for one in seen), strict=True)
        ]
        return scores, stances, looked

    def limits(self, kind: str, *, core: bool, network: bool) -> Thresholds:
        """Return the thresholds of ``points`` or ``misconceptions``.

        Args:
            kind: ``points`` or ``misconceptions``.
            core: Whether the question is one of the core.
            network: Whether the network's score was used.
        """
        return self.thresholds[limits_name(kind, core=core, network=network)]

    def probability(self, name: str, features: Array, *, network: bool) -> float:
        """Return the calibrated probability that the point is met.

        Args:
            name: ``question/point``.
            features: In the order of ``interview.evidence.FEATURES``.
            network: Whether the network's score is among them.
        """
        kind = "network" if network else "plain"
        columns = slice(0 if network else OF_NETWORK, None)
        weights = self.combiners[kind][self.rows[name]].astype(np.float64)
        z = float(features[columns] @ weights[:-1] + weights[-1])
        return float(1 / (1 + np.exp(-np.clip(z, -30, 30))))


def _adapted(model: MiniLM, arrays: dict[str, Matrix]) -> list[Layer]:
    adapted = []
    for i in range(DEPTH, LAYERS):
        layer = dict(model.layers[i])
        for name in ADAPTED:
            change = arrays[f"{i}.{name}.a"] @ arrays[f"{i}.{name}.b"]
            layer[name] = np.ascontiguousarray(layer[name] + change)
        adapted.append(layer)
    return adapted


def _attend(
    arrays: dict[str, Matrix],
    layers: Sequence[Layer],
    states: Sequence[Matrix],
    pieces: Sequence[Piece],
    number: list[int],
) -> tuple[Array, Array, list[Matrix]]:
    """Return what one network sees, see ``Trained.attend``."""
    states = [x + piece.traits @ arrays["traits"] for x, piece in zip(states, pieces, strict=True)]
    edges = np.concatenate([[0], np.cumsum([len(x) for x in states])])
    read = np.concatenate(states)
    for layer in layers:
        read = run_layer(layer, read, edges)
    look, judge, bias, stance = (arrays[key][number] for key in HEADS)
    scores, stances, looked = [], [], []
    for a, b in itertools.pairwise(edges):
        x = read[a:b]
        attention = look @ x.T
        attention = np.exp(attention - attention.max(axis=1, keepdims=True))
        attention /= attention.sum(axis=1, keepdims=True)
        pooled = attention @ x
        scores.append((pooled * judge).sum(axis=1) + bias)
        stances.append((pooled * stance).sum(axis=1))
        looked.append(attention)
    table = np.array(scores, np.float64)
    best = table.argmax(axis=0)
    looked = [a * (best == i)[:, None] for i, a in enumerate(looked)]
    sure = np.array(stances, np.float64)[best, np.arange(len(best))]
    return table.max(axis=0), sure, looked


def limits_name(kind: str, *, core: bool, network: bool) -> str:
    """Return the name under which the trained file keeps a pair of thresholds."""
    return f"{'core' if core else 'other'} {kind}, {'with' if network else 'without'} network"


@cache
def load(path: Path = FILE) -> Trained:
    """Return the trained file's content.

    Raises:
        TrainedFileError: If it is missing or of another schema; the message says what to do.
    """
    again = "run `python -m interview.training`"
    try:
        with np.load(path, allow_pickle=False) as file:
            content = {name: file[name] for name in file.files}
    except (OSError, ValueError):
        raise TrainedFileError(f"{path.name} is missing or no npz file; {again}.") from None
    raw = content.pop("meta").tobytes()
    schema = msgspec.json.decode(raw, type=_Schema).schema
    if schema != SCHEMA:
        raise TrainedFileError(f"{path.name} has schema {schema}, not {SCHEMA}; {again}.")
    meta = msgspec.json.decode(raw, type=_Meta)
    rows = {name: i for i, name in enumerate(meta.names)}
    parts: dict[str, dict[str, Matrix]] = {}
    for name, array in content.items():
        part, _, own = name.partition("/")
        parts.setdefault(part, {})[own] = array.astype(np.float32)
    combiners = parts.pop("combiner")
    networks = tuple(parts[part] for part in sorted(parts))
    return Trained(meta.digest, rows, networks, combiners, meta.thresholds)


class _Schema(msgspec.Struct):
    schema: int


class _Meta(_Schema):
    digest: str
    names: list[str]
    thresholds: dict[str, Thresholds]


def save(
    path: Path,
    digest: str,
    names: list[str],
    thresholds: dict[str, Thresholds],
    networks: Sequence[dict[str, Matrix]],
    combiners: dict[str, Matrix],
) -> None:
    """Write the trained file; the same content always gives the same bytes."""
    arrays = {f"network{i}/{name}": x for i, own in enumerate(networks) for name, x in own.items()}
    arrays |= {f"combiner/{kind}": x for kind, x in combiners.items()}
    meta = msgspec.json.encode(_Meta(SCHEMA, digest, names, thresholds))
    content = {"meta": np.frombuffer(meta, np.uint8)}
    content |= {name: arrays[name].astype(np.float16) for name in sorted(arrays)}
    np.savez_compressed(path, allow_pickle=False, **content)


def data_digest() -> str:
    """Return the digest of what training reads: questions, examples for training and patterns."""
    total = hashlib.sha256()
    paths = [
        *sorted(bank.BANK.glob("*.yaml")),
        *sorted((bank.BANK / "examples").glob("*.jsonl")),
        *sorted(FOLDER.glob("*.yaml")),
    ]
    for path in paths:
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()
