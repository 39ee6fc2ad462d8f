"""Who-does-what patterns: claims found by phrase, with their subject, negation and attribution.

A file ``patterns/<topic>.yaml``, for the questions of that topic, has ``words`` (named
alternatives) and, per question and point, a list of patterns. In a pattern a space stands for any
run of blanks and punctuation inside the sentence, ``<n>`` for up to n words between, ``{name}`` for
the alternatives of that name.
``subject`` binds it to what is said of L1, L2 or EN (``"!L1"``: to anything but L1);
``whole`` looks for all of several patterns, anywhere in the answer; ``question`` lets it count in a
question; ``unless`` names what must not be in the same sentence, with ``/`` between alternatives as
in ``words``. Under ``exchanged``, for ``any`` question of the file or for one, stand signs that an
answer says of the one what holds of the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from interview import bank
from interview.negation import is_denied, is_rejected, negates
from interview.text import Answer, Span

FOLDER = Path(__file__).parent / "patterns"

_SEPARATOR = r"[^\w.!?;\n%]+"


@dataclass(frozen=True)
class Pattern:
    """One phrase, or several that must all be said, with what it must be said of."""

    parts: tuple[re.Pattern[str], ...]
    subject: str = ""
    question: bool = False
    unless: re.Pattern[str] | None = None
    negatable: bool = True


@dataclass(frozen=True)
class Finding:
    """What the patterns of one point found in an answer.

    Attributes:
        said: Places where the claim is asserted.
        denied: Places where it is denied, or attributed to others and rejected.
        exchanged: Places where it is said of the other penalty.
    """

    said: tuple[Span, ...] = ()
    denied: tuple[Span, ...] = ()
    exchanged: tuple[Span, ...] = ()


def find(answer: Answer, patterns: tuple[Pattern, ...]) -> Finding:
    """Return where one of the patterns is asserted, denied, or said of the other penalty."""
    said: list[Span] = []
    denied: list[Span] = []
    exchanged: list[Span] = []
    for pattern in patterns:
        places = [_places(answer, part, pattern) for part in pattern.parts]
        hits = [[span for span, status in found if status == "said"] for found in places]
        if all(hits):
            said.extend(found[0] for found in hits)
        elif len(places) == 1:
            denied.extend(span for span, status in places[0] if status == "denied")
            exchanged.extend(span for span, status in places[0] if status == "exchanged")
    return Finding(tuple(said), tuple(denied), tuple(exchanged))


def _places(answer: Answer, part: re.Pattern[str], pattern: Pattern) -> list[tuple[Span, str]]:
    """Return each match of a part with its status: said, denied or exchanged."""
    found = []
    for match in part.finditer(answer.folded):
        span = Span(match.start(), match.end())
        sentence = answer.sentences[answer.sentence_at(span.start)]
        whole = answer.folded[sentence.start : sentence.end]
        if pattern.unless is not None and pattern.unless.search(whole):
            continue
        if not pattern.question and whole.rstrip().endswith("?"):
            continue
        if not pattern.negatable:
            status = "denied" if is_rejected(answer, span) else "said"
        elif is_denied(answer, span):
            status = "denied"
        elif negates(answer, span):
            continue
        else:
            status = "said"
        if pattern.subject and not _fits(pattern.subject, answer.subject_at(span.start, span.end)):
            if status == "said" and _is_of(answer, span, _OTHER.get(pattern.subject, "")):
                found.append((span, "exchanged"))
            continue
        found.append((span, status))
    return found


_MEANT = {"L1": "L1", "?L1": "L1", "!L2": "L1", "L2": "L2", "?L2": "L2", "!L1": "L2"}
"""The penalty that a bound pattern speaks of."""
_OTHER = {"L1": "L2", "?L1": "L2", "!L2": "L2", "L2": "L1", "?L2": "L1", "!L1": "L1"}
"""The penalty of which a bound pattern must not be said."""


def _is_of(answer: Answer, span: Span, penalty: str) -> bool:
    """Return whether the stretch speaks of this penalty alone, named in the same sentence."""
    sentence = answer.sentences[answer.sentence_at(span.start)]
    named = {
        kind
        for start, _, kind, aside in answer.mentions
        if sentence.start <= start < span.end and not aside
    }
    inside = {kind for start, _, kind, _ in answer.mentions if span.start <= start < span.end}
    return (
        bool(penalty)
        and penalty in named
        and inside <= {penalty}
        and answer.subject_at(span.start, span.end) == penalty
    )


def _fits(bound: str, subject: str) -> bool:
    if bound.startswith("!"):
        return subject != bound[1:]
    if bound.startswith("?"):
        return subject in ("", bound[1:])
    return subject == bound


@cache
def subjects(question: str) -> dict[str, str]:
    """Return the points whose patterns are bound to one penalty alone, with that penalty."""
    found = {}
    for name, entries in patterns_for(question).items():
        bound = {_MEANT[entry.subject] for entry in entries if entry.subject in _MEANT}
        free = sum(not entry.subject for entry in entries)
        if len(bound) == 1 and 2 * free <= len(entries):
            found[name] = bound.pop()
    return found


def patterns_for(question: str) -> dict[str, tuple[Pattern, ...]]:
    """Return the patterns of a question by point or misconception; empty if it has none.

    Raises:
        ValueError: If a pattern file is wrong; the message names the file and the pattern.
    """
    return _read(question)[0]


def exchanged_for(question: str) -> tuple[Pattern, ...]:
    """Return the signs that an answer to the question exchanges roles; empty if it has none."""
    return _read(question)[1]


@cache
def _read(question: str) -> tuple[dict[str, tuple[Pattern, ...]], tuple[Pattern, ...]]:
    """Return what stands in the file of the question's topic: its patterns, its exchanged roles."""
    topics = (
        name for name, topic in bank.topics().items() if question in {q.id for q in topic.questions}
    )
    path = FOLDER / f"{next(topics, None)}.yaml"
    if not path.exists():
        return {}, ()
    content = yaml.safe_load(path.read_text("utf-8"))
    words = {name: _expand(text, {}) for name, text in content["words"].items()}
    where = f"{path.name}: {question}"
    points = {
        point: tuple(_compile(entry, words, f"{where}: {point}") for entry in entries)
        for point, entries in content["questions"].get(question, {}).items()
    }
    signs = content.get("exchanged", {})
    entries = [*signs.get("any", []), *signs.get(question, [])]
    return points, tuple(_compile(e, words, f"{where}: exchanged") for e in entries)


def _compile(entry: Any, words: dict[str, str], where: str) -> Pattern:
    fields = {"said": entry} if isinstance(entry, str) else dict(entry)
    texts = fields.pop("whole", None) or [fields.pop("said")]
    unless = fields.pop("unless", None)
    try:
        return Pattern(
            parts=tuple(re.compile(_phrase(text, words)) for text in texts),
            unless=None if unless is None else re.compile(rf"\b{_expand(unless, words)}\b"),
            **fields,
        )
    except (re.error, KeyError, TypeError) as error:
        raise ValueError(f"{where}: {error} in {entry!r}.") from None


def _expand(text: str, words: dict[str, str]) -> str:
    return "(?:" + "|".join(_phrase(part, words, bare=True) for part in text.split(" / ")) + ")"


def _phrase(text: str, words: dict[str, str], *, bare: bool = False) -> str:
    """Turn a pattern into a regular expression."""
    result, gap = "", False
    for item in text.split():
        if re.fullmatch(r"<\d+>", item):
            result += rf"(?:{_SEPARATOR}[\w'%.-]*[\w%])" + "{0," + item[1:-1] + "}?"
            gap = True
            continue
        # A word begins where a pattern does, and no word begins within "don't".
        item = re.sub(r"(?<!\w)n't", r"\\w*n't", item)
        filled = re.sub(r"\{([a-z_0-9]+)\}", lambda found: words[found.group(1)], item)
        result += (_SEPARATOR if result else "") + filled
        gap = False
    if gap:
        raise KeyError("a gap at the end")
    return result if bare else rf"\b(?:{result})\b"
