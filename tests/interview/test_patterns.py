"""Patterns bind their subject and see denial, attribution and rejection."""

import pytest
import yaml

from interview import bank
from interview.negation import is_denied, is_rejected
from interview.patterns import FOLDER, exchanged_for, find, patterns_for
from interview.text import Answer, Span


def finding(question: str, point: str, text: str):
    return find(Answer(text), patterns_for(question)[point])


@pytest.mark.parametrize(
    "text",
    [
        "L1 keeps one of two correlated columns at random.",
        "With near-duplicates the lasso picks one arbitrarily.",
        "Ridge shares the weight among correlated features.",
        "I was sceptical, but L1 does keep one correlated column more or less arbitrarily.",
    ],
)
def test_stability_is_heard(text):
    assert finding("production-choice", "stability", text).said


@pytest.mark.parametrize(
    "text",
    [
        "L2 keeps one of two correlated columns at random.",
        "The lasso shares the weight among correlated features.",
        "L1 doesn't pick one correlated column at random.",
        "It is a myth that L1 picks one of the correlated columns at random.",
        "People say L1 picks one of the correlated columns at random. I disagree.",
        "Does L1 pick one of the correlated columns at random?",
    ],
)
def test_stability_swapped_denied_rejected_or_asked_is_not(text):
    assert not finding("production-choice", "stability", text).said


@pytest.mark.parametrize(
    "text",
    [
        "L1 doesn't pick one correlated column at random.",
        "People say L1 picks one of the correlated columns at random. I disagree.",
    ],
)
def test_a_denial_is_reported(text):
    assert finding("production-choice", "stability", text).denied


@pytest.mark.parametrize("question", bank.questions())
def test_every_pattern_is_for_a_point_and_compiles(question):
    entry = bank.question(question)
    ids = {p.id for p in entry.points} | {m.id for m in entry.misconceptions}
    assert patterns_for(question).keys() <= ids


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_file_of_patterns_is_for_the_questions_of_its_topic(path):
    content = yaml.safe_load(path.read_text("utf-8"))
    ids = {question.id for question in bank.questions_for(path.stem)}
    assert content["questions"].keys() <= ids
    assert content.get("exchanged", {}).keys() <= ids | {"any"}


def test_questions_without_patterns_have_none():
    assert patterns_for("no-such-question") == {}


@pytest.mark.parametrize(
    ("text", "refuted"),
    [
        ("It is a myth that L1 picks one.", True),
        ("It isn't true that L1 picks one.", True),
        ("I don't agree that L1 is cheap.", True),
        ("Nor do I believe that L1 is cheap.", True),
        ("I doubt that L1 helps.", True),
        ("L1 is cheap. That is wrong.", True),
        ("L1 is cheap. I disagree.", True),
        ("People say L1 drops inputs, but that's wrong.", True),
        ("It is true that L1 is cheap.", False),
        ("I think that L1 is cheap. That's right.", False),
        ("Dropping the wrong one leaves no cover. That is why.", False),
        ("L1 is not stable, I believe.", False),
    ],
)
def test_what_is_plainly_refuted(text, refuted):
    from interview.negation import is_refuted

    answer = Answer(text)
    assert is_refuted(answer, answer.sentences[0]) is refuted


@pytest.mark.parametrize(
    ("text", "rejected"),
    [
        ("L1 drops inputs. No.", True),
        ("L1 drops inputs. No, that is L2.", True),
        ("L1 drops inputs. No query runs for those.", False),
        ("L1 drops inputs. They say so, and they are wrong.", True),
        ("L1 drops inputs, which is wrong.", True),
        ("L1 drops inputs, which is not wrong.", False),
        ("It is not wrong that L1 drops inputs.", False),
    ],
)
def test_what_the_sentence_or_the_next_one_rejects(text, rejected):
    answer = Answer(text)
    start = text.index("drops")
    assert is_rejected(answer, Span(start, start + len("drops inputs"))) is rejected


@pytest.mark.parametrize("word", ["needn't", "haven't", "weren't", "barely", "don't", "not"])
def test_a_negated_phrase_is_seen(word):
    answer = Answer(f"We {word} keep one of the correlated columns.")
    start = answer.text.index("keep")
    assert is_denied(answer, Span(start, start + len("keep one")))


def test_a_contraction_begins_a_pattern():
    text = "With L1 you needn't fetch the dropped columns for a request."
    assert finding("production-choice", "serving-cost", text).said


@pytest.mark.parametrize(
    ("text", "exchanged"),
    [
        ("L2 picks one of the correlated columns at random.", True),
        ("Ridge is an option. It keeps one of the correlated columns arbitrarily.", False),
        (
            "Among correlated features L1 keeps one arbitrarily, whereas L2 spreads the weight.",
            False,
        ),
    ],
)
def test_a_claim_made_of_the_other_penalty_by_name_is_reported(text, exchanged):
    assert bool(finding("production-choice", "stability", text).exchanged) is exchanged


def test_any_of_the_alternatives_of_unless_stops_a_pattern():
    """Sentences which say that the lasso is stable only on conditions hold no misconception."""
    said = "The lasso is stable"
    assert finding("production-choice", "lasso-shares", f"{said}.").said
    for condition in ("when inputs are unrelated", "as long as the inputs are unrelated"):
        assert not finding("production-choice", "lasso-shares", f"{said} {condition}.").said


@pytest.mark.parametrize(
    ("question", "text", "exchanged"),
    [
        ("production-choice", "The lasso shares the weight among related inputs.", True),
        ("production-choice", "Ridge drops most of the inputs.", True),
        ("production-choice", "Ridge never drops any of the inputs.", False),
        ("production-choice", "The lasso drops most of the inputs.", False),
        ("expensive-features", "The bottleneck is running the model.", True),
        ("expensive-features", "The bottleneck is not the model.", False),
        ("time-series-features", "Train on the later part, test on the earlier one.", True),
        ("time-series-features", "Train on the earlier part, test on the later one.", False),
        ("masked-leakage", "Take out the feature with the smallest weight.", True),
        ("masked-leakage", "Take out the feature with the largest weight.", False),
    ],
)
def test_signs_of_exchanged_roles(question, text, exchanged):
    assert bool(find(Answer(text), exchanged_for(question)).said) is exchanged
