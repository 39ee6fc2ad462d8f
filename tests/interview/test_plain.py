"""Plain language is a property of an answer that explains."""

import pytest

from interview import bank
from interview.checker import OfflineJudge
from interview.plain import is_plain
from interview.rules import flags
from interview.text import Answer

QUESTION = bank.question("explain-to-pm")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("L2 turns every knob down a little, the lasso switches some off.", True),
        ("L2 adds the squared norm of the coefficients.", False),
        ("Minimise loss + lambda * |w|.", False),
        ("L1 gives sparsity.", False),
        ("L1 gives a sparse model, meaning that most inputs are no longer used.", True),
        ("A coefficient is just how much say an input has; L2 cuts every coefficient.", True),
        ("The specialists call that sparsity.", True),
        ("L1 gives a sparse model, meaning few inputs, by its penalty term.", False),
        ("L2 regularization keeps all of them.", True),
        ("Regularization keeps all of them.", False),
        ("The penalty is lambda * |w|, that is, the sum of sizes.", False),
    ],
)
def test_terms_of_the_trade(text, plain):
    assert is_plain(Answer(text)) is plain


def test_the_rule_agrees_with_the_labels_of_the_examples():
    for example in bank.examples(QUESTION.id):
        met = {name for name, label in example.points.items() if label.label == "met"}
        explained = {"l2-keeps-all", "l1-removes"} <= met
        answer = Answer(example.text)
        if not flags(QUESTION, answer):
            assert (explained and is_plain(answer)) == ("plain-language" in met), example.id


def test_an_answer_that_explains_nothing_is_not_plain_language():
    checked = OfflineJudge(embedding=False).check(QUESTION, "It is all about business value.")
    assert {p.id: p.verdict for p in checked.points}["plain-language"] != "met"
