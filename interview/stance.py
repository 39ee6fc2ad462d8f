"""Who stands behind each sentence of an answer: the writer, or somebody whom the writer quotes.

Reads the answer from start to end. An opening ("the deck says:") puts what follows in somebody
else's mouth until the writer speaks again; a verdict ("I buy none of this") takes back what it
refers to, however far away. In doubt a sentence counts as reported or withdrawn: that only makes a
claim in it ``unsure``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from interview.negation import denies
from interview.text import Answer, Span

_SPEAKER = (
    r"(?:people|colleagues?|others|(?:text)?books?|blogs?|(?:blog )?posts?|someone|somebody|they|"
    r"everyone|everybody|folks|s?he|candidates|articles?|papers?|threads?|forums?|slides?|decks?|"
    r"vendors?|docs|documentation|manuals?|wiki\w*|courses?|lectures?|teachers?|professors?|boss|"
    r"leads?|heads?|cto|friends?|guys?|teams?|camp|crowd|fans|advocates|proponents|purists|some|"
    r"enthusiasts|interns?|juniors?|seniors?|predecessors?|internet|literature|folklore|wisdom|"
    r"marketing|brochures?|salesm[ae]n|reps?|experts?|students?|most|many|tutorials?|videos?|"
    r"podcasts?|chatbots?|(?!(?:number|server|order|folder|factor|error|vector|matter|whether|"
    r"never|"
    r"ever|rather|either|consider|however|\w*wer|longer|larger|smaller|bigger|better|simpler|"
    r"noisier|easier|heavier|earlier|"
    r"quarter|maintainer|"
    r"remainder|register|filter|customer|user|owner|paper|reader)s?\b)\w+(?:ers?|ors?|ists?|ants?|"
    r"ians?))"
)
_SAYS = (
    r"(?:says?|said|saying|claim(?:s|ed|ing)?|argue(?:s|d)?|arguing|thinks?|thought|believe[sd]?|"
    r"insist(?:s|ed)?|tells?|told|repeat(?:s|ed)?|swears?|swore|preach(?:es|ed)?|teach(?:es)?|"
    r"taught|promise[sd]?|state[sd]?|writes?|wrote|assert(?:s|ed)?|maintain(?:s|ed)?(?= that)|"
    r"holds?(?= that)|held that|"
    r"assure[sd]?|warn(?:s|ed)?|announce[sd]?|declare[sd]?|advertise[sd]?|recite[sd]?|has it|"
    r"recommend(?:s|ed)?|suggest(?:s|ed)?|advise[sd]?|contend(?:s|ed)?|have it|goes|assume[sd]?|"
    r"would have (?:us|you|me) believe|puts? it|pretend(?:s|ed)?|expect(?:s|ed)?|has you)"
)
_FREQUENT = (
    r"(?:(?:often|always|sometimes|usually|will|may|might|can|keep|also|once|been|was|widely|never|"
    r"commonly|frequently|constantly|\w+ly) )*"
)
_TOLD = (
    r"(?:notion|views?|opinion|claims?|conclusion|premise|figure|theory|arguments?|ideas?|position|"
    r"story|deck|slides?|report|advice|recipe|recommendations?|point|pitch|belief|assertion|line|"
    r"verdict|rule|slogan|promise|brochure|notes|blog|book|talk)"
)
"""What somebody else has told; the possessive or the source makes it theirs."""
_OPENING = re.compile(
    rf"\b{_SPEAKER}(?: (?:of|in|on|at|from|with) (?:\w+ )?\w+)?,? (?:\w+ )?{_FREQUENT}{_SAYS}\b|"
    rf"\b(?:you|one|we)(?:'ll| will)? {_FREQUENT}(?:hears?|(?:are|is|were|get) told)\b|"
    r"\b(?:according to|supposedly|allegedly|purportedly|reportedly|ostensibly|so-called)\b|"
    rf"\bi(?:'ve| have|'d)? {_FREQUENT}(?:heard|read|told|taught)\b|"
    r"\b(?:the|this|that|usual|common|popular|received|conventional|standard|official) (?:\w+ )?"
    r"(?:claim|idea|argument|myth|notion|story|belief|line|pitch|view|wisdom|theory|legend|slogan)"
    r" (?:that|is that|goes|was|runs|says|has it)\b|"
    rf"\b(?:is|are|gets?|it's) {_FREQUENT}(?:said|claimed|believed|assumed|repeated|alleged|"
    r"supposed|argued)\b|\b(?:in|on|to) (?:his|her|their) (?:\w+ )?(?:view|opinion|words|telling|"
    r"mind|book|account|reading)\b|\b(?:his|her|their) (?:claim|argument|view|reasoning|pitch)\b|"
    r"\b(?:i|we) (?:used to|once|formerly|previously|originally|initially|at first) (?:\w+ )?"
    r"(?:think|thought|believed?|say|said|argued?|tell|told|assumed?|hold|held|teach|taught|"
    r"preach\w*|swear|swore|write|wrote|expect\w*)\b|"
    r"\bmy (?:younger|earlier|former|past|old|student) self\b|"
    r"\b(?:you|one|we|many)(?:'d| would| might| may| could) (?:\w+ )?(?:think|expect|suppose|"
    r"assume|"
    r"guess|imagine|believe|hope|be tempted)\b|\btempting to\b|"
    r"\bwould (?:only )?(?:be (?:true|right|so|correct)|hold|make sense|follow) if\b|"
    r"\bif (?:that|this|it) were (?:true|so|right|the case)\b|"
    r"\b(?:it|that|this)(?:'d| would) be (?:\w+ ){1,5}if\b|\bin that case\b|"
    rf"\b(?:{_SPEAKER}|\w+)'s? (?:\w+ )?{_TOLD}\b|\b{_TOLD} (?:from|by) (?:the|our|my|a|an) \w+\b|"
    r"\b(?:the|an?|this) (?:supposed|alleged|purported)\b|\bapparently\b|\bthe (?:story|pitch) "
    r"goes\b|"
    r"\bi(?:'d| would) (?:once )?have (?:said|told|argued|answered|claimed)\b|"
    r"\bi was (?:told|given|taught|raised)\b|\bcomes the answer\b"
)
_ENDORSED = re.compile(
    r"\b(?:s?he|they|it|that|this|which|who|both|and)(?:'s| is| are|'re| was| were)? (?:\w+ )?"
    r"(?:right|correct|spot on|(?<!be )true)\b(?! if\b| that\b)|"
    r"(?<!n't )(?<!not )(?<!never )(?<!cannot )(?<!longer )\b(?:i|we)(?:'d|'ll| would| do| can| "
    r"must|"
    r" fully| happily| readily)* (?:agree|concur|accept|go along|second|grant|endorse|share)\b"
    r"(?! (?:none|nothing|neither)\b)|\brightly\b|\bwith good reason\b|\b(?:has|have) a point\b|"
    r"\bi(?:'m| am) (?:with (?:him|her|them|that)|convinced)\b"
)
_OWN_VOICE = re.compile(
    r"\W*(?:(?:but|and|so|well|still|now|today|no|yet|personally|honestly) )*"
    r"(?:(?:i|we)\b(?! (?:used to|once|was told|were told|have heard|have read))|my\b|our\b|"
    r"actually|"
    r"in fact|in truth|in reality|in practice|the truth|truth is|instead|however|but\b|for me\b|"
    r"rather\b|on the contrary|nowadays|these days)"
)
_GOES_ON = re.compile(
    r"\W*(?:(?:s?he|they|it) (?:also|adds?|goes|says?|then|even)|also\b|and\b|then\b|plus\b|"
    r"further|"
    r"likewise|again\b|moreover|finally|next\b|supposedly|allegedly|the same|another|or\b|that\b)"
)
_LASTING = re.compile(r":\W*$|\bfollow(?:s|ing)\b|\bbelow\b|\bhere(?:'s| is| are)\b|\bas follows\b")
_BAD = (
    r"(?:wrong|false|untrue|incorrect|mistaken|nonsense|rubbish|bunk|hogwash|an? (?:\w+ )?(?:myth|"
    r"fallacy|fairy ?tale|misconception|mistake|superstition|legend|fiction)|myths?|folklore|"
    r"fiction|wishful|unfounded|baseless|bogus|backwards|upside down|the wrong way|not (?:true|so|"
    r"right|correct|the case|borne out|my (?:view|experience))|garbage|hearsay|hype|unconvincing|"
    r"beside the point|off the mark|hot air)"
)
_IT = (
    r"(?:that|this|it|these|those|the above|them|which|everything|the (?:whole (?:thing|list|"
    r"story)|"
    r"claims?|arguments?|story|pitch|deck|list|blog|book|theory|reasoning|idea|advice)|s?he|they|"
    r"both|all|none|neither)"
)
_NOT = (
    r"(?:don't|do not|can't|cannot|couldn't|wouldn't|would not|won't|didn't|did not|doesn't|"
    r"does not|never|no longer|am not|'m not|isn't|aren't|is not|are not|wasn't|hardly|fails? to)"
)
_VERDICT = re.compile(
    r"\b(?:buy|believe|accept|share|endorse|support|sign|agree with|trust|find|see|hold|follow) "
    r"(?:in )?(?:none|nothing|neither|not (?:a|one|any)|no part|hardly any)\b|"
    r"\b(?:none|neither|nothing|little|not (?:one|a single|a word)|no part)(?: \w+)? of "
    r"(?:this|that|it|these|those|them|the above|which|what)\b|"
    r"\bneither (?:claim|argument|point|statement|half|part)\b|"
    rf"\b{_IT}(?:'s|'re| is| are| was| were| seems?| sounds?| turn(?:s|ed) out)(?: to be)?"
    rf"(?: all| both| just| \w+ly| plain| quite| pure| in fact)* {_BAD}\b|"
    r"\b(?:i|we) (?:(?:would|do|\w+ly|still|beg to|must|have to|therefore|now) )*(?:disagree|"
    r"differ|"
    r"dissent|object|reject|dispute|deny|refute|doubt)\b|"
    rf"\b(?:i|we)(?:'m| am|'ve| have)? ?{_NOT} (?:\w+ )?(?:agree|buy|believe|accept|share|"
    rf"subscribe|"
    r"endorse|support|hold with|think so|see it|convinced|persuaded|repeat|go along|stand "
    r"behind)\b|"
    rf"\b{_IT} {_NOT} (?:\w+ )?(?:hold|survive|stand|convince|apply|happen|match|bear|work|check "
    rf"out|"
    r"add up|true|so|right|correct|the case)\b|"
    r"\bthe (?:opposite|reverse|contrary)(?:'s| is| was| holds)\b|\bthe other way (?:round|"
    r"around)\b|"
    r"\b(?:says?|shows?|tells?|taught|suggests?|proved?) (?:me |us |you )?(?:otherwise|differently|"
    r"better|the opposite)\b|\b(?:i|we) (?:know|knew|learnt|learned) (?:better|otherwise)\b|"
    r"\b(?:believing|buying|trusting) (?:none|nothing|no|neither)\b|\b(?:no|not a|every|not one) "
    r"(?:part|"
    r"word|line|bit|syllable) of (?:it|this|that|them|which)\b|\bconsider\b[^.]*\b(?:wrong|"
    r"mistaken|"
    r"false|nonsense|mistakes?)\b|\b(?:wrong|false|nonsense|mistaken) from\b|\bnever (?:come|"
    r"came|been) "
    r"true\b|\bmade up\b|\bnaive\b|\byet to (?:hear|see|find|meet)\b|\bcan(?:'t|not) (?:judge|"
    r"confirm|"
    r"verify|vouch)\b|\bno preference\b|\bsay neither\b|\bfools? (?:him|her|them|it)sel\w+\b|"
    r"\bignores? that\b|\burban legend\b|\bgiven up (?:both|all|that|this|these|those|the)\b|"
    r"\b(?:changed my mind|given (?:that|it|them) up|stopped (?:thinking|believing|saying))\b|"
    r"\b(?:i|we) (?:was|were) (?:\w+ )?(?:wrong|mistaken)\b|\bfurther from\b|"
    r"\bdon't (?:believe|listen to|quote|trust)\b|\b(?:leave|left) (?:it|that|this) open\b|"
    r"\b(?:take|make|have) no (?:position|view|claim|opinion)\b|\bcan(?:'t|not) say (?:whether|"
    r"if)\b|"
    r"\bi(?:'m| am) (?:only |just |merely )?(?:reporting|quoting|repeating)\b|"
    r"^\W*(?:wrong|false|nonsense|not so|not true|rubbish|bunk|no)\b(?=\W*$|[.!,;:])"
)
_WHOLE = re.compile(
    r"\b(?:none|nothing|neither|everything|all|any of|every|both|not (?:a|one) (?:word|bit|single)|"
    r"whole|the lot|they|them|s?he|the above|the (?:deck|blog|book|list|pitch|story))\b"
)
_STRONG = re.compile(
    r"\b(?:none|nothing|neither|no part|not (?:a|one) \w+|every \w+) of (?:it|this|that|these|"
    r"those|"
    r"them|the above|what)\b|\b(?:buy|believe|accept)(?:ing)? (?:none|nothing|neither)\b"
)
_AHEAD = re.compile(
    r"\b(?:follows?|following|below|comes next|here (?:is|are)|here's|(?:everything|all|every word)"
    r"(?: that)?(?: i \w+)? in this (?:paragraph|answer|text|reply|note|message))\b|"
    r"\b(?:myths?|misconceptions?|fallacies|don't|do not|no longer|reject|disagree|dispute|deny)\b"
    r"[^.]*:\W*$"
)

_DISSENT = re.compile(
    r"\b(?:nor|neither|none of|claim(?:s|ed)?|nothing to do with|no such thing|refuse[sd]?|"
    r"grant(?:ed)?|lacks?|irrelevant|mistaken|don't (?:believe|buy|accept|hold|agree)|fails? to|"
    r"admittedly|accept|reject(?:s|ed)?|myths?|nonsense|notions?|legends?|dispute[sd]?|doubt|"
    r"disagree|beside the point|pointless|folklore|tempting|no bearing|makes? no difference|"
    r"alleged(?:ly)?|supposed|declined?|den(?:y|ies)|contrary|opposite|not convinced|the other way|"
    r"used to|as a (?:junior|student|beginner)|i've stopped|opinions?|rumou?rs?|i'm not with|"
    r"(?:doesn't|don't|not) convince|said to|says (?:the|my|our)|would (?:\w+ ){1,5}if|it sounds|"
    r"is a (?:subject|topic)|each deserves|many sides|are important|open mind)\b"
)


@dataclass(frozen=True)
class Stance:
    """Of each sentence, whether it is put in somebody else's mouth, and whether it is taken back.

    Attributes:
        reported: Said by others or an older self, or supposed; and not endorsed.
        withdrawn: Taken back by a verdict in this or in another sentence.
        denied: Negated, rejected or withdrawn, as far as can be told without its claims.
        disowned: Whether a verdict at its start or its end takes back the answer as a whole.
        doubtful: Whether the answer anywhere quotes or contradicts somebody, rightly or wrongly.
    """

    reported: tuple[bool, ...]
    withdrawn: tuple[bool, ...]
    denied: tuple[bool, ...]
    disowned: bool
    doubtful: bool

    @property
    def shares(self) -> tuple[float, float, float]:
        """The shares of sentences that are reported, withdrawn and denied."""
        n = max(1, len(self.reported))
        return sum(self.reported) / n, sum(self.withdrawn) / n, sum(self.denied) / n


@lru_cache(maxsize=32)
def stance(answer: Answer) -> Stance:
    """Return who stands behind each sentence."""
    texts = [answer.folded[s.start : s.end] for s in answer.sentences]
    tails = [answer.folded[s.end : s.end + 2] for s in answer.sentences]
    reported = _reported([t + e.strip() for t, e in zip(texts, tails, strict=True)])
    withdrawn = [False] * len(texts)
    for i, text in enumerate(texts):
        verdict = _VERDICT.search(text)
        if not verdict:
            continue
        if i == 0 and _AHEAD.search(text + tails[i].strip()):
            j = 0
            while j < len(texts) and (j == 0 or not _OWN_VOICE.match(texts[j])):
                withdrawn[j] = True
                j += 1
            continue
        withdrawn[i] = withdrawn[i] or reported[i]
        j = i - 1
        while j >= 0 and reported[j]:
            withdrawn[j] = True
            j -= 1
        near = text[max(0, verdict.start() - 60) : verdict.end() + 30]
        refers = _WHOLE if any(reported) else _STRONG
        if i > 0 and i >= len(texts) - 2 and refers.search(near):
            last = next((k for k in range(i - 1, -1, -1) if reported[k]), i)
            for k in range(i if last == i else last + 1):
                withdrawn[k] = True
    denied = [denies(answer, s) for s in answer.sentences]
    return Stance(
        tuple(reported),
        tuple(withdrawn),
        tuple(d or w for d, w in zip(denied, withdrawn, strict=True)),
        _disowned(texts),
        any(test.search(text) for text in texts for test in (_OPENING, _VERDICT, _DISSENT)),
    )


def _disowned(texts: list[str]) -> bool:
    first = texts[:1] and _AHEAD.search(texts[0]) and _VERDICT.search(texts[0])
    return bool(first) or any(_STRONG.search(text) for text in texts[1:][-2:])


def _reported(texts: list[str]) -> list[bool]:
    found: list[bool] = []
    lasting = going_on = False
    for i, text in enumerate(texts):
        following = texts[i + 1] if i + 1 < len(texts) else ""
        endorsed = _ENDORSED.search(text) or (
            _ENDORSED.search(following) and not _VERDICT.search(following)
        )
        if _OPENING.search(text):
            found.append(not endorsed)
            going_on, lasting = not endorsed, not endorsed and bool(_LASTING.search(text))
        elif _OWN_VOICE.match(text):
            found.append(False)
            lasting = going_on = False
        else:
            found.append(lasting or (going_on and bool(_GOES_ON.match(text))))
            going_on = found[-1]
    return found


def is_reported(answer: Answer, span: Span) -> bool:
    """Return whether the stretch stands in a sentence that others are made to say."""
    return _of(answer, stance(answer).reported, span)


def is_withdrawn(answer: Answer, span: Span) -> bool:
    """Return whether a verdict takes back the sentence in which the stretch stands."""
    return _of(answer, stance(answer).withdrawn, span)


def _of(answer: Answer, marks: tuple[bool, ...], span: Span) -> bool:
    return bool(marks) and marks[answer.sentence_at(span.start)]
