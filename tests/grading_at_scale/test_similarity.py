"""Look-alikes are found in spite of renaming, and strangers are not paired."""

from __future__ import annotations

import re
from pathlib import Path

from exercises.catalog import catalog
from graders.similarity import fingerprints, similar_pairs

CLASS = Path(__file__).parents[1] / "class"


def prints(source: bytes) -> bytes:
    return fingerprints("ridge", {"ridge.py": source})


def test_a_renamed_reordered_copy_is_found_and_strangers_are_not() -> None:
    amara = (CLASS / "amara" / "ridge.py").read_bytes()
    disguised = re.sub(rb"\bXc\b", b"centred", amara).replace(b"coef", b"weights")
    disguised = disguised.replace(b'"""Ridge', b'"""All my own work. Ridge').replace(
        b"\n\n", b"\n# hm\n\n"
    )
    functions = re.split(rb"\n\n\n", disguised)
    disguised = b"\n\n\n".join([*functions[:4], *reversed(functions[4:])])
    others = [(CLASS / who / "ridge.py").read_bytes() for who in ("bjorn", "dalia", "jun")]
    pairs = similar_pairs([prints(source) for source in (*others, amara, disguised)])
    assert [(pair.first, pair.second) for pair in pairs] == [(3, 4)]
    assert pairs[0].likeness > 0.8


def test_the_stubs_own_text_does_not_count() -> None:
    stub = catalog()["ridge"].stub.read_bytes()
    assert prints(stub) == b""
    assert similar_pairs([prints(stub)] * 3) == []


def test_a_crowd_of_copies_is_listed_once_each() -> None:
    amara = prints((CLASS / "amara" / "ridge.py").read_bytes())
    pairs = similar_pairs([amara] * 100)
    assert len(pairs) == 99
    assert all(pair.likeness == 1.0 and pair.first == 0 for pair in pairs)


def test_what_is_no_python_does_no_harm() -> None:
    for source in (b"", b"\xff\x00\xfe", b"def f(:\n  '''", b"(" * 5000, b"\t x\n  y"):
        assert isinstance(prints(source), bytes)
