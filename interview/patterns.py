"""Who-does-what patterns: claims found by phrase, with their subject, negation and attribution.

A file ``patterns/<topic>.yaml`` has ``words`` (named alternatives) and, per question and point, a
list of patterns. In a pattern a space stands for any run of blanks and punctuation inside the
sentence, ``<n>`` for up to n words between, ``{name}`` for the alternatives of that name.
``subject`` binds it to what is said of L1, L2 or EN (``"!L1"``: to anything but L1);
``whole`` looks for all of several patterns, anywhere in the answer; ``question`` lets it count in a
question; ``unless`` names what must not be in the same sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from interview.text import Answer, Span

FOLDER = Path(__file__).parent / "patterns"

_SEPARATOR = r"[^\w.!?;\n%]+"
_NEGATORS = re.compile(
    r"\b(?:not|never|no|nobody|none|neither|nor|without|hardly|cannot|can't|cant|don't|dont|"
    r"doesn't|doesnt|didn't|isn't|isnt|aren't|wasn't|won't|wont|wouldn't|wouldnt|shouldn't|"
    r"couldn't|ain't|fails? to|far from|rather than|instead of)\b"
    r"(?! only\b| just\b| merely\b| necessarily only\b| doubt\b| matter\b| to mention\b)"
)
_DENIAL_BEFORE = re.compile(
    r"\b(?:(?:it'?s|it is|that'?s|is|was|be|plain|simply|just) (?:\w+ )?(?:wrong|false|untrue|"
    r"incorrect|a myth|nonsense|a mistake|mistaken)(?: to (?:say|think|claim|believe|assume))?"
    r"(?: that)?|(?:n't|not|never) (?:\w+ )?(?:think|believe|agree|buy|accept|say|claim|mean|true|"
    r"the case|convinced|see (?:how|why|that))|no (?:truth|evidence|reason to (?:think|believe))|"
    r"myth|misconception|nonsense|i (?:reject|doubt|dispute|disagree|refuse)|hardly believe)\b"
)
_DENIAL_AFTER = re.compile(
    r"(?:\b(?:is|are|was|that's|it's|this is|simply|plainly|which is|idea is|quite|just) "
    r"(?:\w+ )?(?:wrong|false|untrue|incorrect|a myth|nonsense|mistaken|"
    r"not (?:true|right|so|correct|the case|how|what))|"
    r"\bisn't (?:true|right|so|the case|correct|how)\b|"
    r"\b(?:i|we) (?:would |do |really |strongly )?(?:disagree|reject|don't (?:agree|buy|believe|"
    r"think so|accept|see it)|doubt (?:it|that))\b|\bnot true\b|\bnot so\b|\bi'm not (?:buying|"
    r"convinced)|\bmakes no difference\b|^\W*(?:wrong|false|nonsense|no)\b)"
)
_WRONG = (
    r"(?:simply |just |plainly |plain |all |quite |all a |clearly )?(?:wrong|false|untrue|"
    r"incorrect|not (?:true|so|right|correct|the case)|a myth|a misconception|nonsense|rubbish)"
)
_OBJECTS = (
    r"(?:i|we) (?:strongly |completely |simply |really )?(?:disagree|reject (?:that|this|it)|"
    r"(?:don't|do not) (?:agree|believe (?:it|that|this)|buy (?:it|that|this)|"
    r"accept (?:it|that|this)|think so))"
)
_REFUTES = re.compile(
    r"\W*(?:but |and |well |no |so |also |personally |honestly )*(?:"
    rf"(?:it|that)(?:'s| is) {_WRONG} (?:that|to (?:say|think|claim|believe))|"
    r"(?:it|that) isn't (?:true|so|right|the case) that|"
    r"(?:i|we) (?:\w+ )?(?:don't|do not|can't|cannot|wouldn't|would not|never) (?:\w+ )?(?:think|"
    r"believe|agree|accept|buy|hold|say|claim) (?:that|the (?:idea|claim|argument|view)|it|in)|"
    r"nor (?:do|would|can) (?:i|we)|"
    r"(?:i|we) (?:won't|will not) (?:say|claim) that|"
    r"(?:it's|it is) (?:often |sometimes )?claimed that|there(?:'s| is) (?:a|the) claim that|"
    r"(?:i|we) (?:\w+ )?(?:disagree|reject|dispute|doubt) "
    r"(?:that|with|the (?:idea|claim|argument|view|notion)))\b"
)
_REFUTED = re.compile(
    r"\W*(?:but |well |and |sorry |actually |honestly |however |in fact )*(?:"
    rf"(?:that|this|it|all of that)(?: claim| idea| argument)?(?:'s| is) {_WRONG}|{_OBJECTS}|"
    r"(?:wrong|false|nonsense|not true|not so|rubbish)(?=\W))"
)
_REFUTED_WITHIN = re.compile(
    r"(?:[,;:-]|\bbut|\band|\byet) *(?:but |and |yet )?"
    rf"(?:(?:that|this|it|which)(?:'s| is) {_WRONG}|{_OBJECTS})\b"
)
_REFERS = re.compile(
    r"\W*(?:but |well |sorry |and |actually |honestly )*(?:that|this|it|i|we|wrong|false|no|not|"
    r"nonsense)\b"
)
_ATTRIBUTION = re.compile(
    r"\b(?:(?:some |many |other |most )?(?:people|colleagues?|others|textbooks?|books?|blogs?|"
    r"someone|somebody|they|everyone|everybody|folks|you|he|she|candidates|articles?|teacher|"
    r"professor|boss|friend|guy|team|\w+ers?) (?:often |always |like to |will |would |once |also |"
    r"sometimes |usually |might )*(?:say|says|said|claim|claims|claimed|argue|argues|argued|think|"
    r"thinks|believe|believes|believed|insist|insists|insisted|tell|tells|told|told me|repeat)|"
    r"according to|supposedly|allegedly|i(?:'ve| have)? (?:heard|read|was told)|we are told|"
    r"(?:the|this|that|usual) (?:claim|idea|argument|myth|notion|story|belief) "
    r"(?:that|is that|goes)|"
    r"it is (?:said|claimed|often said))\b"
)
_CLAUSE_BREAK = re.compile(
    r"[,:()]|\b(?:but|because|since|although|though|whereas|while|so|"
    r"however|yet|instead|and (?:then|the|it|i|we|that)|which)\b"
)


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


def is_denied(answer: Answer, span: Span) -> bool:
    """Return whether the stretch is negated, denied, or attributed to others and rejected."""
    sentence = answer.sentences[answer.sentence_at(span.start)]
    before = answer.folded[sentence.start : span.start]
    breaks = list(_CLAUSE_BREAK.finditer(before))
    clause = before[breaks[-1].end() :] if breaks else before
    near = " ".join(clause.split()[-7:])
    return bool(_NEGATORS.search(near)) or is_rejected(answer, span)


def is_rejected(answer: Answer, span: Span) -> bool:
    """Return whether the sentence, or the next one referring to it, rejects the stretch."""
    number = answer.sentence_at(span.start)
    sentence = answer.sentences[number]
    if _DENIAL_BEFORE.search(answer.folded[sentence.start : span.end]):
        return True
    if _DENIAL_AFTER.search(answer.folded[span.end : sentence.end]):
        return True
    if number + 1 == len(answer.sentences):
        return False
    following = answer.sentences[number + 1]
    text = answer.folded[following.start : following.end]
    return bool(_REFERS.match(text) and _DENIAL_AFTER.search(" " + text))


def is_refuted(answer: Answer, span: Span) -> bool:
    """Return whether the stretch is plainly declared wrong, by its sentence or the next one.

    Stricter than ``is_rejected``: sure enough to overrule everything else.
    """
    number = answer.sentence_at(span.start)
    sentence = answer.sentences[number]
    if _REFUTES.match(answer.folded[sentence.start : sentence.end]):
        return True
    if _REFUTED_WITHIN.search(answer.folded, span.start, sentence.end):
        return True
    if number + 1 == len(answer.sentences):
        return False
    following = answer.sentences[number + 1]
    return bool(_REFUTED.match(answer.folded[following.start : following.end]))


def negates(answer: Answer, span: Span) -> bool:
    """Return whether the stretch itself holds a negation."""
    return bool(_NEGATORS.search(answer.folded[span.start : span.end]))


def is_attributed(answer: Answer, span: Span) -> bool:
    """Return whether the stretch is put in somebody else's mouth in its sentence."""
    sentence = answer.sentences[answer.sentence_at(span.start)]
    return bool(_ATTRIBUTION.search(answer.folded, sentence.start, span.start))


@cache
def patterns_for(question: str) -> dict[str, tuple[Pattern, ...]]:
    """Return the patterns of a question by point or misconception; empty if it has none.

    Raises:
        ValueError: If a pattern file is wrong; the message names the file and the pattern.
    """
    for path in sorted(FOLDER.glob("*.yaml")):
        content = yaml.safe_load(path.read_text("utf-8"))
        if question in content["questions"]:
            words = {name: _expand(text, {}) for name, text in content["words"].items()}
            return {
                point: tuple(
                    _compile(entry, words, f"{path.name}: {question}: {point}") for entry in entries
                )
                for point, entries in content["questions"][question].items()
            }
    return {}


def _compile(entry: Any, words: dict[str, str], where: str) -> Pattern:
    fields = {"said": entry} if isinstance(entry, str) else dict(entry)
    texts = fields.pop("whole", None) or [fields.pop("said")]
    unless = fields.pop("unless", None)
    try:
        return Pattern(
            parts=tuple(re.compile(_phrase(text, words)) for text in texts),
            unless=None if unless is None else re.compile(_phrase(unless, words)),
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
        filled = re.sub(r"\{([a-z_0-9]+)\}", lambda found: words[found.group(1)], item)
        result += (_SEPARATOR if result else "") + filled
        gap = False
    if gap:
        raise KeyError("a gap at the end")
    return result if bare else rf"\b(?:{result})\b"
