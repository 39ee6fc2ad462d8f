"""Training is reproducible, and what it leaves runs the same in numpy."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch

from interview import bank, network, trained, training
from interview.combining import INVENTED, MISSED, _as_unseen, _unseen, choose_thresholds
from interview.embedding import load_model
from interview.evidence import FEATURES, Seen, weigh
from interview.network import Claim, shortened
from interview.reading import read
from interview.text import Answer, Span
from interview.training_data import HALF, HOSTILE, Data, is_left_out

QUESTION = bank.question("just-use-both")
COMBINERS = {"network": np.zeros((4, len(FEATURES) + 1))}
NO_TRAPS = np.zeros(0)


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
        trained.save(tmp_path / path, "digest", names, {}, [net.arrays()], COMBINERS)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_numpy_runs_the_network_that_torch_fitted(answers, claims, fitted, tmp_path):
    names = [f"{QUESTION.id}/{p.id}" for p in QUESTION.points]
    other = network.fit(load_model(), claims, answers, epochs=2, seed=1)
    both = [fitted.arrays(), other.arrays()]
    trained.save(tmp_path / "a.npz", "digest", names, {}, both, COMBINERS)
    kept = trained.load(tmp_path / "a.npz")
    model = load_model()
    views = [dict(enumerate(network.look(net, answers))) for net in (fitted, other)]
    assert not np.allclose(views[0][0].scores, views[1][0].scores, atol=0.02)
    expected = training._mean(views).values()
    for example, seen in zip(bank.examples(QUESTION.id), expected, strict=False):
        pieces = read(model, Answer(example.text))
        scores, stances, looked = kept.attend(model, kept.layers(model), pieces, names)
        np.testing.assert_allclose(scores, seen.scores, atol=0.02)  # kept as float16
        np.testing.assert_allclose(stances, seen.stances, atol=0.02)
        np.testing.assert_allclose(looked[0].sum(axis=1), 1, atol=1e-4)


def test_fitting_learns(answers, claims, fitted):
    def loss(net):
        logits = np.concatenate([seen.scores for seen in network.look(net, answers)])
        labels = np.concatenate([a.samples[0].labels for a in answers])
        return np.mean(np.logaddexp(0, logits) - labels * logits)

    torch.manual_seed(0)
    longer = network.fit(load_model(), claims, answers, epochs=20)
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


def test_attention_is_counted_by_sentence(answers, fitted):
    for answer, seen in zip(answers, network.look(fitted, answers), strict=True):
        assert seen.masses.shape == (len(answer.rows), max(answer.sentences) + 1)
        assert (seen.masses >= 0).all()
        assert (seen.masses.sum(axis=1) <= 1 + 1e-5).all()  # special tokens have the rest


def test_a_stage_on_a_base_leaves_the_base_as_it_is(answers, claims, fitted):
    before = fitted.arrays()
    second = network.fit(load_model(), claims, answers, epochs=1, base=fitted)
    after = second.arrays()
    for name, value in fitted.arrays().items():
        np.testing.assert_array_equal(value, before[name])
        if name not in trained.HEADS:
            np.testing.assert_array_equal(value, after[name])
    assert not np.array_equal(after["judge"], before["judge"])


def test_batches_hold_every_answer_once_and_little_padding(answers):
    import random

    many = [answers[i % len(answers)] for i in range(20)]
    batches = network._batches(many, random.Random(0))
    assert sum(map(len, batches)) == 20
    assert max(map(len, batches)) == network.BATCH
    sizes = [[len(sample.states) for sample in batch] for batch in batches]
    assert all(max(a) <= min(b) for a, b in itertools.pairwise(sizes))


def test_thresholds_need_a_bound():
    rng = np.random.default_rng(0)
    p = rng.random(2000)
    holds = rng.random(2000) < p
    limits = choose_thresholds(p, p, holds, NO_TRAPS, precision=(0.85, 0.8), false_met=0.02)
    assert 0.5 < limits.met < 0.95
    assert holds[p >= limits.met].mean() > 0.85
    assert (~holds)[p <= limits.not_met].mean() > 0.8
    two = np.array([0.9, 0.1])
    few = choose_thresholds(two, two, two > 0.5, NO_TRAPS, precision=(0.85, 0.8), false_met=0.02)
    assert (few.met, few.not_met) == (1.1, pytest.approx(-0.1))


def test_where_met_is_barred_a_claim_does_not_count_for_it():
    rng = np.random.default_rng(0)
    p = rng.random(2000)
    barred = rng.random(2000) < 0.5
    holds = np.where(barred, False, rng.random(2000) < p)
    options = {"precision": (0.85, 0.8), "false_met": 0.02}
    limits = choose_thresholds(p, np.where(barred, 0, p), holds, NO_TRAPS, **options)
    assert limits.met < choose_thresholds(p, p, holds, NO_TRAPS, **options).met
    assert holds[~barred & (p >= limits.met)].mean() > 0.85


def test_traps_raise_the_threshold_of_met():
    rng = np.random.default_rng(1)
    p = rng.random(4000)
    holds = rng.random(4000) < p
    traps = rng.random(2000)
    options = {"precision": (0.5, 0.5), "false_met": 0.02}
    without = choose_thresholds(p, p, holds, NO_TRAPS, **options)
    limits = choose_thresholds(p, p, holds, traps, **options)
    assert (traps >= limits.met).sum() == int(0.02 * 2000)
    assert limits.met > without.met
    assert limits.not_met == without.not_met


def test_the_combiner_learns_from_answers_that_the_networks_had_not_read(answers):
    hostile = [replace(a, id=f"{a.id}-{i}", voice="denied") for i, a in enumerate(answers)]
    data = Data([], np.zeros(0), [*answers, *hostile], [], [], core=True)
    scored = {a.id: Seen("by voice", None, None) for a in data.answers}
    halves = {a.id: Seen("by half", None, None) for a in hostile[::2]}
    seen = _unseen(data, scored, halves)
    assert seen.keys() == {a.id for a in [*answers, *hostile[::2]]}
    assert {seen[a.id].scores for a in answers if a.voice not in HOSTILE} == {"by voice"}
    assert {seen[a.id].scores for a in hostile[::2]} == {"by half"}
    assert _unseen(replace(data, core=False), scored, {}) == scored


def test_every_answer_is_left_out_once_by_voice_and_none_in_the_last_run(answers):
    voices = {e.voice for q in bank.questions() for e in bank.examples(q)}
    for voice in voices:
        answer = replace(answers[0], voice=voice)
        assert sum(is_left_out(answer, run) for run in range(HALF)) == 1
        assert not is_left_out(answer, HALF + 1)


@pytest.mark.parametrize(
    ("voice", "name", "expected"),
    [("denied", "a-2", True), ("denied", "a-3", False), ("expert", "a-2", False)],
)
def test_a_half_of_the_hostile_is_left_out(answers, voice, name, expected):
    assert is_left_out(replace(answers[0], voice=voice, id=name), HALF) is expected


def test_findings_outside_the_core_are_hidden_or_made_up_in_part():
    import random

    question = bank.question("lasso-zeros")
    evidence = weigh(question, Answer(question.model_answer))
    said, twice = FEATURES.index("said"), FEATURES.index("said twice")
    assert all(e.features[said] for e in evidence[: len(question.points)])
    chance = random.Random(0)
    shown = [_as_unseen(evidence[0], chance).features for _ in range(2000)]
    assert np.mean([not f[said] for f in shown]) == pytest.approx(MISSED, abs=0.05)
    assert not any(f[twice] and not f[said] for f in shown)
    silent = weigh(question, Answer("Hm."))[0]
    shown = [_as_unseen(silent, chance).features for _ in range(2000)]
    assert np.mean([f[said] for f in shown]) == pytest.approx(INVENTED, abs=0.03)


def test_a_file_of_another_schema_is_refused(tmp_path, monkeypatch):
    with monkeypatch.context() as older:
        older.setattr(trained, "SCHEMA", 0)
        older.setattr(trained, "_Meta", lambda schema, *_: {"schema": schema, "other": 1})
        trained.save(tmp_path / "old.npz", "d", [], {}, [], {})
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
