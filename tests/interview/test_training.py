"""Training is reproducible, and what it leaves runs the same in numpy."""

import numpy as np
import pytest
import torch

from interview import bank, network, trained
from interview.embedding import load_model
from interview.network import Claim, shortened
from interview.reading import read
from interview.text import Answer, Span
from interview.training import choose_thresholds

QUESTION = bank.question("just-use-both")


@pytest.fixture(scope="module")
def answers():
    torch.set_num_threads(1)
    rows = range(len(QUESTION.points))
    return [
        network.labelled(load_model(), QUESTION, example, rows, variants=1)
        for example in bank.examples(QUESTION.id)[:6]
    ]


@pytest.fixture(scope="module")
def claims():
    return load_model().embed([p.claim for p in QUESTION.points])


@pytest.fixture(scope="module")
def fitted(answers, claims):
    return network.fit(load_model(), claims, answers, epochs=2)


def test_fitting_twice_gives_the_same_bytes(answers, claims, fitted, tmp_path):
    again = network.fit(load_model(), claims, answers, epochs=2)
    names = [f"{QUESTION.id}/{p.id}" for p in QUESTION.points]
    for path, net in (("a.npz", fitted), ("b.npz", again)):
        trained.save(tmp_path / path, "digest", names, {}, net.arrays())
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_numpy_runs_the_network_that_torch_fitted(answers, claims, fitted, tmp_path):
    names = [f"{QUESTION.id}/{p.id}" for p in QUESTION.points]
    trained.save(tmp_path / "a.npz", "digest", names, {}, fitted.arrays())
    kept = trained.load(tmp_path / "a.npz")
    model = load_model()
    expected = network.scores(fitted, answers)
    for example, scores in zip(bank.examples(QUESTION.id), expected, strict=False):
        pieces = read(model, Answer(example.text))
        ours, looked = kept.attend(model, kept.layers(model), pieces, names)
        np.testing.assert_allclose(ours, scores, atol=0.02)  # kept as float16
        np.testing.assert_allclose(looked[0].sum(axis=1), 1, atol=1e-4)


def test_fitting_learns(answers, claims, fitted):
    def loss(net):
        logits = np.concatenate(network.scores(net, answers))
        labels = np.concatenate([a.samples[0].labels for a in answers])
        return np.mean(np.logaddexp(0, logits) - labels * logits)

    torch.manual_seed(0)
    longer = network.fit(load_model(), claims, answers, epochs=6)
    assert loss(longer) < loss(network.Network(load_model(), claims).eval())


def test_a_shortened_answer_keeps_only_what_it_still_says():
    import random

    text = "First claim here. Second claim there. Third one too."
    claims = [Claim(True, Span(0, 16)), Claim(True, Span(18, 36)), Claim(False, Span(38, 48))]
    for seed in range(20):
        short, labels = shortened(text, claims, random.Random(seed))
        for part, claim, label in zip(
            ("First claim here", "Second claim there"), claims, labels, strict=False
        ):
            assert label.holds == (part in short)
            if label.holds:
                assert (
                    short[label.span.start : label.span.end]
                    == text[claim.span.start : claim.span.end]
                )
        assert not labels[2].holds


def test_thresholds_need_a_bound():
    rng = np.random.default_rng(0)
    p = rng.random(2000)
    holds = rng.random(2000) < p
    limits = choose_thresholds(p, holds, 0.85)
    assert 0.5 < limits.met < 0.95
    assert holds[p >= limits.met].mean() > 0.85
    assert (~holds)[p <= limits.not_met].mean() > 0.85
    few = choose_thresholds(np.array([0.9, 0.1]), np.array([True, False]), 0.85)
    assert (few.met, few.not_met) == (1.1, pytest.approx(-0.1))


def test_a_file_of_another_schema_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(trained, "SCHEMA", 0)
    trained.save(tmp_path / "old.npz", "d", [], {}, {})
    monkeypatch.undo()
    with pytest.raises(trained.TrainedFileError, match="schema 0"):
        trained.load(tmp_path / "old.npz")


def test_a_pickle_is_refused(tmp_path):
    np.savez(tmp_path / "bad.npz", meta=np.array([{}], object))
    with pytest.raises(trained.TrainedFileError):
        trained.load(tmp_path / "bad.npz")


def test_the_trained_file_is_of_this_bank():
    kept = trained.load()
    assert kept.digest == trained.data_digest()
    for question in bank.questions().values():
        for entry in (*question.points, *question.misconceptions):
            assert f"{question.id}/{entry.id}" in kept.rows


def test_nothing_held_back_is_read(monkeypatch, tmp_path):
    """The digest of the training data does not change with what is held back."""
    import shutil

    copy = tmp_path / "bank"
    shutil.copytree(bank.BANK, copy)
    monkeypatch.setattr(bank, "BANK", copy)
    before = trained.data_digest()
    for folder in ("held_back", "adversarial"):
        shutil.rmtree(copy / folder)
    assert trained.data_digest() == before
    with (copy / "core.yaml").open("a") as file:
        file.write("# changed\n")
    assert trained.data_digest() != before
