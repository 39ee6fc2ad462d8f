"""Who stands behind a sentence: the writer, or somebody whom the writer quotes."""

import pytest

from interview import bank
from interview.stance import is_reported, is_withdrawn, stance
from interview.text import Answer, Span

CLAIM = "L1 is cheaper to serve"


def marks(text: str) -> tuple[bool, bool]:
    """Whether the claim in the text is reported, and whether it is withdrawn."""
    answer = Answer(text)
    start = answer.folded.index(CLAIM.lower())
    span = Span(start, start + len(CLAIM))
    return is_reported(answer, span), is_withdrawn(answer, span)


@pytest.mark.parametrize(
    "text",
    [
        "The vendor says that {}.",
        "According to the slides, {}.",
        "You often hear that {}.",
        "I used to think that {}.",
        "One would expect that {}.",
        "My colleague's view is that {}.",
        "Supposedly {}.",
        "It is widely believed that {}.",
        "It would be an argument if one paid by column that {}.",
        "The deck says the following. Sparse models are better. {}.",
        "The blog claims that sparsity helps. It also says that {}.",
    ],
)
def test_reported(text):
    assert marks(text.format(CLAIM))[0]


@pytest.mark.parametrize(
    "text",
    [
        "I think that {}.",
        "{}.",
        "Our SRE says that {}, and she is right.",
        "The book argues that {}. I agree.",
        "The blog is long. {}.",
        "The vendor says that ridge is better. But {}.",
        "The numbers say that {}.",
        "The smaller model, say ten columns, wins: {}.",
    ],
)
def test_the_writers_own(text):
    assert marks(text.format(CLAIM)) == (False, False)


@pytest.mark.parametrize(
    "text",
    [
        "The vendor says that {}. I don't buy it.",
        "The vendor says that {}. It also wants to be paid. I have yet to hear a reason.",
        "{}. So goes the recipe that I was given. I buy none of it.",
        "Everything in this paragraph is what the consultants told us, and it's wrong. {}.",
        "What follows is the deck, and I consider every line of it mistaken. Sparse is fine. {}.",
        "People claim that {}. There is less to watch. They are wrong about all of that.",
    ],
)
def test_withdrawn(text):
    assert marks(text.format(CLAIM))[1]


@pytest.mark.parametrize(
    "text",
    [
        "The vendor says that ridge is cheaper. I don't buy it. {}.",
        "Everyone says that accuracy decides. They are wrong: {}.",
        "{}. That ridge is stable is true as well.",
        "{}. Nothing is free, though.",
    ],
)
def test_a_verdict_takes_back_only_what_it_refers_to(text):
    assert not marks(text.format(CLAIM))[1]


def test_shares_count_sentences():
    found = stance(Answer("I like it. The vendor says that it pays. I doubt that. Use L1."))
    assert found.reported == (False, True, False, False)
    assert found.withdrawn == (False, True, False, False)
    assert found.shares[:2] == (0.25, 0.25)
    assert stance(Answer("")).shares == (0, 0, 0)


def test_what_ordinary_voices_claim_is_seldom_taken_for_quoted():
    total = wrongly = 0
    for question in bank.questions().values():
        for example in bank.examples(question.id):
            if example.voice in ("attributed", "denied", "swapped", "stuffed"):
                continue
            answer = Answer(example.text)
            for label in example.points.values():
                if label.label == "met" and label.span:
                    start = example.text.index(label.span)
                    span = Span(start, start + len(label.span))
                    total += 1
                    wrongly += is_reported(answer, span) or is_withdrawn(answer, span)
    assert wrongly <= 0.04 * total
