"""Cutting keeps offsets, and a place is given the penalty that it speaks of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview.text import Answer, fold


def subject(text: str, part: str) -> str:
    start = text.index(part)
    return Answer(text).subject_at(start, start + len(part))


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("L1 drops some inputs and L2 keeps them all.", "drops some", "L1"),
        ("L1 drops some inputs and L2 keeps them all.", "keeps them", "L2"),
        ("The lasso is sparse. It keeps one of a pair.", "keeps one", "L1"),
        ("Unlike L2, the lasso jumps.", "jumps", "L1"),
        ("Ridge is steadier than the lasso on twins.", "on twins", "L2"),
        ("There are fewer inputs to fetch under L1.", "fewer inputs", "L1"),
        ("First L2, then L1. The former keeps all, the latter drops some.", "keeps all", "L2"),
        ("First L2, then L1. The former keeps all, the latter drops some.", "drops some", "L1"),
        ("L1 fires people. The other one cuts every salary.", "cuts every", "L2"),
        ("An elastic net shares weight.", "shares", "EN"),
        ("It depends on the use.", "depends", ""),
    ],
)
def test_subject(text, part, expected):
    assert subject(text, part) == expected


def test_sentences_and_list_items():
    answer = Answer("Lags, e.g. 1.5 days apart, overlap. So:\n- ridge; then lasso\n* done")
    parts = [answer.text[s.start : s.end] for s in answer.sentences]
    assert parts == ["Lags, e.g. 1.5 days apart, overlap.", "So", "ridge", "then lasso", "done"]


@given(st.text(max_size=200))
def test_folding_keeps_every_offset(text):
    assert len(fold(text)) == len(text)
    answer = Answer(text)
    for sentence, clauses in zip(answer.sentences, answer.clauses, strict=True):
        assert 0 <= sentence.start < sentence.end <= len(text)
        for clause in clauses:
            assert sentence.start <= clause.start < clause.end <= sentence.end
            answer.subject_at(clause.start, clause.end)
