"""Cuts an answer into sentences and clauses with offsets, and says whose subject a place has."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Subject = Literal["L1", "L2", "EN", ""]

# One character for one, so that offsets into the folded text hold in the answer.
_FOLD = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "‑": "-",
        "−": "-",
        "\u00a0": " ",
        "\t": " ",
        "→": ">",
        "⇒": ">",
        "λ": "l",
        "α": "a",
        "₁": "1",
        "₂": "2",
        "ℓ": "l",
        "¹": "1",
        "²": "2",
        "…": ".",
        "•": "*",
        "·": "*",
        "‣": "*",
    }
)
_END = re.compile(r"[.!?]+[\"')\]]*(?=\s|$)|\n+|;\s|(?<=\s)[*](?=\s)")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|vs|etc|approx|cf|resp)|\b\d)\.$")
_CUT = re.compile(
    r"\s*[,:;()]\s+|\s+-+>?\s*(?=\w)|\s*=?>+\s*|\s+(?=\()|"
    r"\s+(?=(?:but|while|whereas|although|though|because|since|so|yet|however|unless|otherwise|"
    r"instead|which means|meaning|and then)\b)"
)
_L1 = r"l-?\s?1(?!\d)\b|\blassos?\b|\bsparse (?:model|one|version|penalty|fit|variant)\b"
_L2 = r"l-?\s?2(?!\d)\b|\bridge\b|\b(?:dense|full) (?:model|one)\b"
_EN = r"\belastic[\s-]?nets?\b|\belasticnet\w*\b|\benet\b"
_MENTION = re.compile(
    rf"(?P<EN>{_EN})|(?P<L1>\b{_L1})|(?P<L2>\b{_L2})|"
    r"(?P<FIRST>\bthe (?:former|first (?:one|model|manager|method|approach|kind|way|penalty|type|"
    r"option|guy|boss|coach|chef)|first)\b(?! (?:thing|question|step|sign|check|of all|place)))|"
    r"(?P<SECOND>\bthe (?:latter|second (?:one|model|manager|method|approach|kind|way|penalty|type|"
    r"option|guy|boss|coach|chef)|second)\b(?! (?:thing|question|step|sign|check)))|"
    r"(?P<OTHER>\bthe other(?: (?:one|model|method|approach|kind|manager|penalty|option|boss|"
    r"coach|chef|way))?\b(?! (?:hand|half|features|people|things|side|way round)))"
)
_ASIDE = re.compile(
    r"(?:\bunlike|\bthan(?: with| under| in| for)?|\bversus|\bvs\.?|\bcompared (?:to|with)|"
    r"\binstead of|\brather than|\bas opposed to|\bin contrast to|\bcontrary to|"
    r"\bnot(?: like| with| in| under)?|\bover|\bno)\s+(?:the |an? |plain |pure |using )*$"
)


@dataclass(frozen=True)
class Span:
    """A stretch ``text[start:end]`` of an answer."""

    start: int
    end: int


def fold(text: str) -> str:
    """Return the text in lower case with plain quotes and dashes, of the same length."""
    plain = text.translate(_FOLD)
    lower = plain.lower()
    if len(lower) == len(plain):
        return lower
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in plain)


def trim(text: str, start: int, end: int) -> Span:
    """Return the stretch without white space and list marks at its ends."""
    while start < end and (text[start].isspace() or text[start] in "*-,;:>#"):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in ",;:->"):
        end -= 1
    return Span(start, end)


@dataclass(frozen=True)
class Answer:
    """An answer with its sentences, clauses and the penalty that each place speaks of."""

    text: str

    @cached_property
    def folded(self) -> str:
        """The text as patterns see it; offsets are those of ``text``."""
        return fold(self.text)

    @cached_property
    def words(self) -> list[str]:
        """Lower-case words and numbers in order."""
        return re.findall(r"[a-z0-9]+(?:['%][a-z]+|%)?", self.folded)

    @cached_property
    def sentences(self) -> list[Span]:
        """Sentences, list items and parts between semicolons."""
        found, start = [], 0
        for end in _END.finditer(self.folded):
            if _ABBREVIATION.search(self.folded, max(0, end.start() - 8), end.start() + 1):
                continue
            found.append(trim(self.folded, start, end.end()))
            start = end.end()
        found.append(trim(self.folded, start, len(self.folded)))
        return [span for span in found if re.search(r"\w", self.folded[span.start : span.end])]

    @cached_property
    def clauses(self) -> list[list[Span]]:
        """The clauses of each sentence."""
        result = []
        for sentence in self.sentences:
            part, start = [], sentence.start
            for cut in _CUT.finditer(self.folded, sentence.start, sentence.end):
                part.append(trim(self.folded, start, cut.start()))
                start = cut.end()
            part.append(trim(self.folded, start, sentence.end))
            result.append([span for span in part if span.end > span.start])
        return result

    def sentence_at(self, place: int) -> int:
        """Return the number of the sentence that holds this place."""
        return max(0, bisect_right(self._starts, place) - 1)

    @cached_property
    def _starts(self) -> list[int]:
        return [span.start for span in self.sentences]

    @cached_property
    def _firm(self) -> list[tuple[int, int, Subject, bool]]:
        return [mention for mention in self.mentions if not mention[3]]

    @cached_property
    def _subjects(self) -> dict[tuple[int, int], Subject]:
        """What ``subject_at`` found before; patterns ask again and again."""
        return {}

    @cached_property
    def mentions(self) -> list[tuple[int, int, Subject, bool]]:
        """(start, end, penalty, aside) of each mention; an aside is named only for contrast."""
        found: list[tuple[int, int, Subject, bool]] = []
        order: list[Subject] = []
        for match in _MENTION.finditer(self.folded):
            kind: Subject = ""
            name = match.lastgroup
            if name in ("L1", "L2", "EN"):
                kind = name  # type: ignore[assignment]
                if kind != "EN" and kind not in order:
                    order.append(kind)
            else:
                first: Subject = order[0] if order else "L1"
                second: Subject = "L2" if first == "L1" else "L1"
                if name == "OTHER":
                    last = found[-1][2] if found else ""
                    kind = "L2" if last == "L1" else "L1" if last == "L2" else ""
                else:
                    kind = first if name == "FIRST" else second
            if kind:
                before = self.folded[max(0, match.start() - 40) : match.start()]
                aside = bool(_ASIDE.search(before)) and name in ("L1", "L2", "EN")
                found.append((match.start(), match.end(), kind, aside))
        return found

    def subject_at(self, start: int, end: int) -> Subject:
        """Return the penalty that ``text[start:end]`` speaks of, ``""`` if none can be told.

        The mention inside or next before in the sentence counts; failing that a mention that
        follows in the same clause ("fewer inputs under L1"); failing that the last one of the
        sentences before.
        """
        if (start, end) not in self._subjects:
            self._subjects[start, end] = self._subject_at(start, end)
        return self._subjects[start, end]

    def _subject_at(self, start: int, end: int) -> Subject:
        number = self.sentence_at(start)
        sentence = self.sentences[number] if self.sentences else Span(0, len(self.text))
        firm = self._firm
        before = [m for m in firm if sentence.start <= m[0] <= start]
        within = [m for m in firm if start < m[0] < end]
        after = [m for m in firm if end <= m[0] < sentence.end]
        clause_end = next(
            (
                c.end
                for c in (self.clauses[number] if self.sentences else [])
                if c.start <= start < c.end
            ),
            sentence.end,
        )
        if (
            after
            and after[0][0] <= max(clause_end, end)
            and re.search(
                r"\b(?:with|under|in|by|for|from|of|using|is|why|prefer|choose|favou?rs?)\s+"
                r"(?:the |an? |plain )*$",
                self.folded[max(0, after[0][0] - 18) : after[0][0]],
            )
            and (not before or before[-1][0] < _clause_start(self, number, start))
        ):
            return after[0][2]
        if before:
            return before[-1][2]
        if within:
            return within[0][2]
        if after and after[0][0] < clause_end:
            return after[0][2]
        earlier = [m for m in firm if m[0] < sentence.start]
        return earlier[-1][2] if earlier else (after[0][2] if after else "")


def _clause_start(answer: Answer, number: int, place: int) -> int:
    starts = [c.start for c in answer.clauses[number] if c.start <= place]
    return starts[-1] if starts else answer.sentences[number].start
