"""Whether a place in an answer is negated, denied or refuted by its sentence or the next one."""

from __future__ import annotations

import re

from interview.text import Answer, Span

_NEGATORS = re.compile(
    r"\b(?:not|never|no|nobody|none|neither|nor|without|hardly|cannot|can't|cant|don't|dont|"
    r"doesn't|doesnt|didn't|didnt|isn't|isnt|aren't|arent|wasn't|weren't|won't|wont|wouldn't|"
    r"wouldnt|shouldn't|couldn't|needn't|mustn't|hasn't|haven't|ain't|barely|fails? to|far from|"
    r"rather than|instead of)\b"
    r"(?! only\b| just\b| merely\b| necessarily only\b| doubt\b| matter\b| to mention\b)"
)
_DENIAL_BEFORE = re.compile(
    r"\b(?:(?:it'?s|it is|that'?s|is|was|be|plain|simply|just) (?:(?!not |never )\w+ )?"
    r"(?:wrong|false|untrue|incorrect|a myth|nonsense|a mistake|mistaken)"
    r"(?: to (?:say|think|claim|believe|assume))?"
    r"(?: that)?|(?:n't|not|never) (?:\w+ )?(?:think|believe|agree|buy|accept|say|claim|mean|true|"
    r"the case|convinced|see (?:how|why|that))|no (?:truth|evidence|reason to (?:think|believe))|"
    r"myth|misconception|nonsense|i (?:reject|doubt|dispute|disagree|refuse)|hardly believe)\b"
)
_DENIAL_AFTER = re.compile(
    r"(?:\b(?:is|are|was|that's|it's|this is|simply|plainly|which is|idea is|quite|just) "
    r"(?:(?!not |never )\w+ )?(?:wrong|false|untrue|incorrect|a myth|nonsense|mistaken|"
    r"not (?:true|right|so|correct|the case|how|what))|"
    r"\bisn't (?:true|right|so|the case|correct|how)\b|"
    r"\b(?:i|we) (?:would |do |really |strongly )?(?:disagree|reject|don't (?:agree|buy|believe|"
    r"think so|accept|see it)|doubt (?:it|that))\b|\bnot true\b|\bnot so\b|\bi'm not (?:buying|"
    r"convinced)|\bmakes no difference\b|^\W*(?:wrong|false|nonsense)\b|"
    r"^\W*no(?=\W*$|[,.;:!]))"
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
    r"\W*(?:but |well |sorry |and |actually |honestly )*(?:that|this|it|they|s?he|those|i|we|"
    r"wrong|false|no|not|nonsense)\b"
)
_CLAUSE_BREAK = re.compile(
    r"[,:()]|\b(?:but|because|since|although|though|whereas|while|so|"
    r"however|yet|instead|and (?:then|the|it|i|we|that)|which)\b"
)


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


def denies(answer: Answer, sentence: Span) -> bool:
    """Return whether a sentence is rejected, or one of its clauses is negated."""
    if is_rejected(answer, sentence):
        return True
    return any(
        is_denied(answer, Span(clause.start, clause.start + 1)) or negates(answer, clause)
        for clause in answer.clauses[answer.sentence_at(sentence.start)]
    )
