"""Rules about an answer as a whole that no model should decide."""

from __future__ import annotations

import re
from dataclasses import dataclass

from interview.addressed import is_addressed
from interview.bank import Question
from interview.text import Answer, fold

LONGEST = 1200
"""Words; an answer beyond this is not read."""

_ENGLISH = frozenset(
    re.findall(
        r"\w+",
        "the a an is are was be to of in on and or but for with without not no it its that this "
        "these those i you we they he she one as at by from if when so then than because would "
        "will can could should may might do does did have has had what which who how more less "
        "only all some other each every there their them our your my me us up out about into "
        "over under between after before very just also too",
    )
)
_FOREIGN = (
    frozenset(
        re.findall(
            r"\w+",
            "der die das und ist nicht ein eine den dem mit von zu auf für wenn weil wir ich sich "
            "auch aber el los las una que de la le les des est et un une il elle nous vous pas "
            "dans pour sur avec sont qui lo che di sono per non con gli della del het een niet "
            "van zijn "
            "maar ook om te os uma não para com mais em por como pero porque como y e são mas och "
            "är att som inte på nie jest się w z na do że это и не в на что как для ja on",
        )
    )
    - _ENGLISH
)
_TERM_CUT = re.compile(r"[,;:/|\n]+|[.!?]+(?=\s|$)|\s[->]+\s|\s(?:and|or|&)\s|^\s*[-*]\s")
_VERB = re.compile(
    r"\b(?:is|are|was|be|has|have|do|does|can|will|would|should|could|may|might|must|needs?|i|you|"
    r"we|it|they|not|no|don't|[a-z]{2,}(?:ed|es)|keeps?|drops?|takes?|gets?|uses?|makes?|gives?|"
    r"picks?)\b|="
)
_FILLERS = frozenset(
    {
        "the",
        "a",
        "an",
        "of",
        "in",
        "for",
        "on",
        "and",
        "or",
        "with",
        "to",
        "vs",
        "as",
        "by",
        "at",
    }
)


@dataclass(frozen=True)
class Flag:
    """A rule that an answer broke.

    Attributes:
        id: Name for programs.
        message: One sentence for the person who answered.
        readable: False where the answer cannot be checked at all.
    """

    id: str
    message: str
    readable: bool = True


def flags(question: Question, answer: Answer) -> tuple[Flag, ...]:
    """Return the rules that the answer breaks; with any, no point of it may be counted as met."""
    text, words = answer.text, answer.words
    if not text.strip():
        return (Flag("empty", "The answer is empty; there is nothing to check.", False),)
    if "\x00" in text or sum(c < " " and c not in "\n\r\t\f" for c in text) > len(text) / 100:
        return (Flag("not_text", "The answer is not text; give a plain text file.", False),)
    if len(words) > LONGEST or len(text) > 12 * LONGEST:
        return (
            Flag(
                "too_long",
                f"The answer has {len(words)} words; at most {LONGEST} are read. "
                "Shorten it to what you would say in two minutes.",
                False,
            ),
        )
    if not is_english(answer):
        return (
            Flag(
                "not_english",
                "The answer does not seem to be English, the only language "
                "that this check can read.",
                False,
            ),
        )
    found = []
    if is_addressed(answer):
        found.append(
            Flag(
                "addressed",
                "Part of the answer speaks to whoever grades it instead of answering the question.",
            )
        )
    if _copied(words, fold(question.prompt)) >= 0.6:
        found.append(Flag("repeats_question", "The answer is mostly the question."))
    claims = [point.claim for point in question.points]
    if is_pasted(answer, claims):
        found.append(Flag("pasted_rubric", "The answer is mostly the text of the rubric."))
    if is_term_list(answer) or lists_ids(answer, [point.id for point in question.points]):
        found.append(Flag("term_list", "The answer is mostly a list of terms; say what they do."))
    lines = [answer.folded[s.start : s.end].strip(" .!?") for s in answer.sentences]
    if len(lines) >= 4 and len(set(lines)) <= len(lines) / 2:
        found.append(Flag("repeated", "The answer says the same sentence over and over."))
    return tuple(found)


def is_english(answer: Answer) -> bool:
    """Return whether the answer can be taken for English; short ones are given the doubt."""
    letters = [c for c in answer.text if c.isalpha()]
    if letters and sum(ord(c) > 0x24F for c in letters) > 0.3 * len(letters):
        return False
    words = re.findall(r"[^\W\d_]+", answer.folded)
    if len(words) < 6:
        return True
    english = sum(word in _ENGLISH for word in words)
    foreign = sum(word in _FOREIGN for word in words)
    return not (foreign >= 0.15 * len(words) and foreign > english)


def is_term_list(answer: Answer) -> bool:
    """Return whether the answer is mostly chunks of at most three words without a verb.

    Eight such chunks with half of the words make a list. Notes in lines are terse by nature: there
    it takes four fifths of the words, with hardly a function word between them.
    """
    parts = _TERM_CUT.split(answer.folded)
    chunks = [[w for w in re.findall(r"[\w'%-]+", part) if w not in _FILLERS] for part in parts]
    short = [
        chunk
        for chunk, part in zip(chunks, parts, strict=True)
        if 1 <= len(chunk) <= 3 and not _VERB.search(part)
    ]
    share = sum(map(len, short)) / max(1, sum(map(len, chunks)))
    if answer.text.strip().count("\n") >= 2:
        plain = sum(word in _ENGLISH for word in answer.words) / max(1, len(answer.words))
        return len(short) >= 8 and share >= 0.8 and plain < 0.1
    return len(short) >= 8 and share >= 0.5


def lists_ids(answer: Answer, ids: list[str]) -> bool:
    """Return whether three or more of the rubric's ids stand in a row."""
    name = "(?:" + "|".join(re.escape(i).replace(r"\-", "[- ]") for i in ids) + ")"
    return bool(re.search(rf"{name}(?:(?:[\s,;/]|\band\b|\ba\b)+{name}){{2,}}", answer.folded))


def is_pasted(answer: Answer, claims: list[str]) -> bool:
    """Return whether the answer is copied from the claims.

    Either half of its words are, of two claims or more, or whole sentences of nine words and more
    are and make up three tenths of it.
    """
    words = answer.words
    source = " \n ".join(map(fold, claims))
    touched = sum(_copied(Answer(claim).words, " ".join(words)) >= 0.5 for claim in claims)
    if touched >= 2 and _copied(words, source) >= 0.5:
        return True
    whole = 0
    for span in answer.sentences:
        part = Answer(answer.text[span.start : span.end]).words
        if len(part) >= 9 and _copied(part, source) >= 0.8:
            whole += len(part)
    return whole >= 0.3 * len(words) > 0


def _copied(words: list[str], source: str) -> float:
    """Return the share of the words that stand in runs of four that ``source`` has as well."""
    known = Answer(source).words
    runs = {tuple(known[i : i + 4]) for i in range(len(known) - 3)}
    inside = [False] * len(words)
    for i in range(len(words) - 3):
        if tuple(words[i : i + 4]) in runs:
            inside[i : i + 4] = [True] * 4
    return sum(inside) / max(len(words), 1)
