"""The numpy encoder is the published network, and refuses other weights."""

import shutil

import numpy as np
import pytest
import torch
from torch.nn import functional

from interview.embedding import LAYERS, ModelUnavailable, find_model, load_model

TEXTS = [
    "The model drops correlated inputs.",
    "Related features are removed from the model.",
    "Bananas are yellow.",
]


def reference(model, ids: list[int]) -> torch.Tensor:
    """The same BERT, written with torch's own operations."""
    weights = {name: torch.from_numpy(np.array(value)) for name, value in model.tensors.items()}

    def norm(x, name):
        return functional.layer_norm(
            x, (384,), weights[name + ".weight"], weights[name + ".bias"], eps=1e-12
        )

    def linear(x, name):
        return functional.linear(x, weights[name + ".weight"], weights[name + ".bias"])

    x = (
        weights["embeddings.word_embeddings.weight"][ids]
        + weights["embeddings.position_embeddings.weight"][: len(ids)]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    x = norm(x, "embeddings.LayerNorm")
    for i in range(LAYERS):
        at = f"encoder.layer.{i}."
        q, k, v = (
            linear(x, f"{at}attention.self.{part}").view(-1, 12, 32).transpose(0, 1)
            for part in ("query", "key", "value")
        )
        mixed = functional.scaled_dot_product_attention(q[None], k[None], v[None])[0]
        mixed = mixed.transpose(0, 1).reshape(len(ids), 384)
        x = norm(
            x + linear(mixed, at + "attention.output.dense"), at + "attention.output.LayerNorm"
        )
        hidden = linear(functional.gelu(linear(x, at + "intermediate.dense")), at + "output.dense")
        x = norm(x + hidden, at + "output.LayerNorm")
    return x


def test_states_are_those_of_the_published_network():
    model = load_model()
    ids = [model.tokenize(text).ids for text in TEXTS]
    for sequence, states in zip(ids, model.states(ids), strict=True):
        np.testing.assert_allclose(states, reference(model, sequence).numpy(), atol=2e-5)


def test_likeness_is_of_meaning():
    a, b, c = load_model().embed(TEXTS)
    assert a @ b > a @ c + 0.2
    assert np.isclose(np.linalg.norm(a), 1, atol=1e-6)


def test_other_weights_are_refused(tmp_path, monkeypatch):
    for name in ("model.safetensors", "tokenizer.json"):
        shutil.copy(find_model() / name, tmp_path / name)
    with (tmp_path / "model.safetensors").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x7f")
    monkeypatch.setenv("PENALTYBOX_MINILM", str(tmp_path))
    load_model.cache_clear()
    try:
        with pytest.raises(ModelUnavailable, match="SHA-256"):
            load_model()
    finally:
        load_model.cache_clear()


def test_a_folder_without_the_model_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PENALTYBOX_MINILM", str(tmp_path))
    with pytest.raises(ModelUnavailable, match="PENALTYBOX_MINILM"):
        find_model()
