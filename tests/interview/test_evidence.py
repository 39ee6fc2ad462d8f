"""What speaks for and against a claim, as the combiner and the veto see it."""

import numpy as np
import pytest

from interview import bank
from interview.evidence import FEATURES, OF_NETWORK, Seen, entries, weigh
from interview.text import Answer

QUESTION = bank.question("production-choice")
NUMBER = {entry.id: i for i, entry in enumerate(entries(QUESTION))}
SAID = "Among correlated features L1 keeps one arbitrarily."


def evidence(text: str, point: str = "stability", seen: Seen | None = None):
    return weigh(QUESTION, Answer(text), seen)[NUMBER[point]]


def feature(text: str, name: str, point: str = "stability", seen: Seen | None = None) -> float:
    return float(evidence(text, point, seen).features[FEATURES.index(name)])


def looked_at(sentence: int, sentences: int) -> Seen:
    n = len(NUMBER)
    masses = np.full((n, sentences), 0.1)
    masses[:, sentence] = 0.9
    return Seen(np.arange(n, dtype=float), -np.arange(n, dtype=float), masses)


def test_a_plain_claim_is_said_and_not_vetoed():
    found = evidence(SAID)
    assert found.finding.said
    assert not found.vetoed
    assert found.sentence == 0


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("It is a myth that L1 keeps one of the correlated features arbitrarily.", "denied"),
        ("Among correlated features L2 keeps one arbitrarily.", "exchanged"),
        ("The vendor says that among correlated features L1 keeps one arbitrarily.", "reported"),
        (f"The vendor says so. {SAID}", "share reported"),
        (f"{SAID} The vendor says more. I don't buy it.", "share withdrawn"),
        (f"{SAID} So goes the recipe that I was given. I buy none of it.", "withdrawn"),
    ],
)
def test_what_speaks_against_is_a_feature(text, name):
    assert feature(text, name) > 0
    assert feature(SAID, name) == 0


@pytest.mark.parametrize(
    "text",
    [
        "It is a myth that L1 keeps one of the correlated features arbitrarily.",
        "Among correlated features L2 keeps one arbitrarily.",
        "The vendor says that among correlated features L1 keeps one arbitrarily.",
        f"{SAID} So goes the recipe that I was given. I buy none of it.",
    ],
)
def test_what_speaks_against_vetoes(text):
    assert evidence(text).vetoed


@pytest.mark.parametrize(
    ("text", "vetoed"),
    [
        ("With ridge there are fewer inputs to monitor.", True),
        ("With the lasso there are fewer inputs to monitor.", False),
        ("Unlike ridge, the lasso leaves fewer inputs to monitor.", False),
        ("There are fewer inputs to monitor.", False),
    ],
)
def test_a_claim_about_one_penalty_in_a_sentence_about_the_other_is_vetoed(text, vetoed):
    assert evidence(text, "monitoring", looked_at(0, 1)).vetoed is vetoed


def test_a_disowned_answer_is_vetoed_all_through():
    text = "Everything in this paragraph is from a deck, and it is wrong. I use few inputs."
    assert all(found.vetoed for found in weigh(QUESTION, Answer(text)))


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        (SAID, False),
        (f"{SAID} I'd ask who uses it.", False),
        (f"{SAID} The vendor says that it pays.", True),
        (f"{SAID} Latency has nothing to do with it.", True),
        (f"{SAID} L1 doesn't leave fewer features to monitor for drift.", True),
        (f"{SAID} Ridge sets some of the weights to zero.", True),
    ],
)
def test_an_answer_that_quotes_contradicts_or_mixes_up_is_doubtful(text, doubtful):
    assert evidence(text).doubtful is doubtful


def test_claims_denied_are_counted_over_the_answer():
    text = "It is a myth that L1 keeps one of the correlated features arbitrarily. I ask first."
    assert feature(text, "claims denied", "asks-context") == 1
    assert feature(SAID, "claims denied", "asks-context") == 0


def test_without_the_network_its_features_are_nothing():
    assert not evidence(SAID).features[:OF_NETWORK].any()
    assert evidence("Nothing of the kind.").sentence is None


def test_the_network_says_where_to_look():
    text = "I like this. The vendor says that ridge is calm. We go on."
    for sentence, vetoed in ((0, False), (1, True), (2, False)):
        found = evidence(text, "monitoring", looked_at(sentence, 3))
        assert found.sentence == sentence
        assert found.vetoed is vetoed


def test_a_pattern_says_it_before_the_network():
    text = f"I like this. {SAID} We use the first."
    assert evidence(text, seen=looked_at(2, 3)).sentence == 1


def test_scores_and_stances_of_the_network_are_features():
    seen = looked_at(0, 1)
    number = NUMBER["stability"]
    assert feature(SAID, "network", seen=seen) == number
    assert feature(SAID, "network where said", seen=seen) == number
    assert feature("Hm.", "network where said", seen=seen) == 0
    assert feature(SAID, "stance", seen=seen) == -number
    points = len(QUESTION.points)
    assert feature(SAID, "stance of the answer", seen=seen) == -(points - 1) / 2
