"""The bank loads, keeps the core's ids, and says where a file is wrong."""

import json
from pathlib import Path

import pytest

from interview import bank, validation

TOPIC = """\
title: A topic
questions:
  - id: one
    prompt: What?
    difficulty: easy
    points:
      - id: first
        weight: 1
        claim: Something.
    model_answer: Something.
    sources: [A book]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "topic.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_right_file_loads(tmp_path):
    question = bank.read_topic(write(tmp_path, TOPIC)).questions[0]
    assert (question.id, question.max_score, question.follow_up) == ("one", 1, None)
    assert question.points[0].kind == "claim"


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("weight: 1", "weight: 4", 8, "<= 3"),
        ("weight: 1", "weight: heavy", 8, "int"),
        ("difficulty: easy", "difficulty: brutal", 5, "brutal"),
        ("id: one", "id: One Two", 3, "regex"),
        ("    prompt: What?\n", "", 3, "prompt"),
        (
            "        claim: Something.",
            "        claim: Something.\n        colour: red",
            7,
            "colour",
        ),
    ],
)
def test_a_wrong_file_names_its_line(tmp_path, old, new, line, what):
    with pytest.raises(bank.BankError) as error:
        bank.read_topic(write(tmp_path, TOPIC.replace(old, new)))
    assert str(error.value).startswith(f"topic.yaml:{line}: ")
    assert what in str(error.value)


def test_broken_yaml_names_its_line(tmp_path):
    with pytest.raises(bank.BankError, match=r"^topic\.yaml:3: "):
        bank.read_topic(write(tmp_path, "title: x\nquestions: [\n"))


def test_an_id_used_twice_is_an_error(tmp_path):
    point = "      - id: first\n        weight: 1\n        claim: Something.\n"
    with pytest.raises(bank.BankError, match=r"topic\.yaml:10: id 'first' is used twice"):
        bank.read_topic(write(tmp_path, TOPIC.replace(point, point * 2)))


def test_a_wrong_example_names_its_line(tmp_path, monkeypatch):
    monkeypatch.setattr(bank, "BANK", tmp_path)
    (tmp_path / "examples").mkdir()
    good = {"id": "a", "voice": "terse", "text": "t", "points": {"first": {"label": "met"}}}
    bad = {**good, "points": {"first": {"label": "perhaps"}}}
    (tmp_path / "examples" / "one.jsonl").write_text(
        "\n".join(map(json.dumps, [good, bad])), "utf-8"
    )
    with pytest.raises(bank.BankError, match=r"^examples/one\.jsonl:2: .*perhaps"):
        bank.examples("one")


def test_the_core_has_its_ids_and_weights():
    questions = bank.questions()
    assert list(questions)[:6] == list(validation.CORE)
    for name, weights in validation.CORE.items():
        assert {p.id: p.weight for p in questions[name].points} == weights
    assert questions["production-choice"].follow_up == "expensive-features"
    assert questions["explain-to-pm"].follow_up == "just-use-both"
    assert questions["time-series-features"].follow_up == "masked-leakage"


def test_questions_by_topic():
    assert {q.id for q in bank.questions_for("core")} == set(validation.CORE)
    assert bank.questions_for("no-such-topic") == ()


def test_an_unknown_question_is_answered_with_near_ones():
    with pytest.raises(bank.BankError, match="masked-leakage"):
        bank.question("masked-leak")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"span": "not there"}, "is not in the text"),
        ({"span": None}, "has no span"),
    ],
)
def test_examples_are_held_to_their_text(change, what):
    question = bank.question("just-use-both")
    example = bank.examples(question.id)[0]
    met = next(n for n, label in example.points.items() if label.label == "met")
    label = bank.PointLabel(**({"label": "met", "span": None} | change))
    wrong = bank.Example(
        example.id,
        example.voice,
        example.text,
        {**example.points, met: label},
        example.misconceptions,
    )
    assert any(what in p for p in validation.example_problems(question, (wrong,), 1))
