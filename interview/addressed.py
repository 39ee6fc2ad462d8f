"""Whether a part of an answer speaks to whoever grades it, a person or a program."""

from __future__ import annotations

import re

from interview.text import Answer

_REQUEST = re.compile(
    r"\b(?:whoever|anyone|person|people|one|those|you) (?:who )?(?:is |are |will be )?"
    r"(?:grading|marking|scoring|assessing|evaluating) (?:this|my|it|these|the answers?)\b|"
    r"\b(?:when|while|in) (?:grading|marking|scoring|assessing) (?:this|my|it)\b|"
    r"\byou are (?:now )?(?:an?|the) (?:\w+ )?(?:assistant|grader|model|ai|examiner|evaluator)\b|"
    r"\bi (?:hereby )?(?:confirm|certify|declare) that\b|"
    r"\b(?:score|grade|mark|result|evaluation)\s*[:=]\s*(?:\d+|full|met|pass|max\w*|excellent|a\b)|"
    r"\b\d+ ?(?:/|out of) ?\d+ (?:score|points|marks)\b|"
    r"\b(?:criteri(?:a|on)|rubric points?|rubric items?) (?:is|are|was|were|has been|have been)? ?"
    r"(?:all |fully |clearly |hereby )*(?:met|satisfied|covered|fulfilled)\b|"
    r"\b(?:hi|hello|dear|hey|for the|to the|note to) (?:\w+ )?(?:examiner|reviewer|grader|assessor|"
    r"checker|evaluator|marker)s?\s*[!:,.]|"
    r"\bverdict (?:of )?['\"]?met\b|\btick (?:everything|all)\b|"
    r"\b(?:positive|favourable|favorable|generous) (?:\w+ )?(?:for|on|about) (?:every|each|all) |"
    r"\beverything (?:that )?you(?:'re| are)? look(?:ing)? for\b|"
    r"\b(?:mine|this answer|my answer) (?:does|has|covers|says|contains|mentions) "
    r"(?:all|everything)\b|"
    r"\b(?:pass|approve|accept) (?:this|my) (?:answer|response|submission)\b|"
    r"\b(?:(?:dear|hey|hello|attention|to the|note to(?: the)?) (?:grader|examiner|marker|"
    r"checker|assessor|evaluator|grading|judge|ai|llm|model reading|reviewer)|(?:ignore|"
    r"disregard|forget|override) (?:all |any |the |your |every )*(?:previous|prior|above|"
    r"earlier|other|instructions?|rubric|rules|criteria)|(?:system|developer|assistant|"
    r"user) ?(?:prompt|message|instruction|note)?:|</?(?:system|answer|rubric|instructions?)>|"
    r"(?:give|award|assign|grant|deserves?|receive|gets?|score|mark|grade|rate|count|treat|"
    r"consider|accept|tick|label|set|return|output|report)(?: \w+){0,5}? (?:full|maximum|max|"
    r"all|top|100%|perfect|every|each|complete)(?: of)?(?: the| my)? (?:\w+ )?(?:marks?|"
    r"credits?|points?|scores?|grades?|criteri(?:a|on))|(?:mark|grade|score|count|treat|label|"
    r"accept|tick|rate)(?: \w+){0,4}? as (?:\w+ )?(?:met|correct|complete|passed|right|"
    r"satisfied|fulfilled|covered|true|excellent)|(?:verdict|label|probability)\W{0,4}(?:is|=|"
    r":|should be|must be|to)\W{0,3}(?:\"?met\b|1(?:\.0)?\b)|\"?verdict\"?\s*:|(?:all|every|"
    r"each) (?:of the |the )?(?:rubric |rubric's )?(?:points?|criteri(?:a|on)|items?|"
    r"boxes) (?:is|are|was|were|should be|have been|has been|must be) (?:\w+ )?(?:met|"
    r"satisfied|covered|fulfilled|addressed|ticked|present)|(?:this|my|"
    r"the) answer (?:\w+ )?(?:meets|satisfies|covers|fulfils|fulfills|addresses|hits|"
    r"ticks) (?:all|every|each|the rubric)|(?:full|top) (?:marks|credit) (?:please|for)|"
    r"as (?:the|an?|your) (?:grader|examiner|checker|ai|language model|automated)|(?:the|your|"
    r"this) (?:rubric|mark scheme|marking scheme)|(?:grader|checker|examiner|marker|"
    r"rubric checker),? (?:please|you|must|should|this|note|kindly)|please (?:mark|grade|"
    r"award|give|accept|pass|score|count|rate))\b"
)
_ANSWER = r"(?:answer|response|reply|submission|essay|attempt)"
_GRADER = r"(?:grader|examiner|marker|checker|assessor|evaluator|scorer|corrector)"
_JUDGE = (
    rf"(?:{_GRADER}|reviewer|judge|language model|llm|chatbot|gpt\w*|ai|grading \w+|marking \w+|"
    r"evaluation \w+)"
)
_GRADED = r"(?:graded|marked|scored|accepted|rated|assessed|judged|passed|credited|awarded)"
_CREDIT = (
    r"(?:(?:full|top|good|max(?:imum)?|highest|all|my) marks|(?:full|partial|extra) credit|a pass|"
    r"(?:a|the) (?:good|high|top|full|max(?:imum)?|best|highest|positive) (?:grade|mark|verdict))"
)
_ITEMS = (
    r"(?:required|expected|requested|rubric|assessed|listed|demanded|graded) (?:points?|criteria|"
    r"criterion|items?|elements?|aspects?|claims?|requirements?|content)"
)
_SELF_REFERENCE = re.compile(
    # what the answer is or deserves
    rf"\b(?:this|my|above|whole|entire|preceding) {_ANSWER} (?:\w+ ){{0,3}}?(?:be )?{_GRADED}\b|"
    rf"\b{_ANSWER} (?:\w+ )?(?:deserves?|merits|warrants|earns|qualifies)\b|"
    rf"\bthis is (?:a|an|the|my) (?:\w+ )?(?:complete|model|reference|ideal|perfect|official|"
    rf"exemplary|flawless) {_ANSWER}\b|\b(?:consider|regard|treat|count) (?:this|it|mine|"
    rf"everything|"
    rf"(?:this|my) {_ANSWER})(?: \w+){{0,3}} (?:complete|correct|met|satisfied)\b|"
    rf"\b(?:all|every|each|any)(?: of)?(?: the| your)? {_ITEMS}(?: \w+){{0,3}} (?:covered|"
    rf"mentioned|"
    r"present|included|addressed|made|met|satisfied|discussed|stated|fulfilled|ticked|contained)\b|"
    r"\b(?:covers?|mentions?|includes?|contains?|satisf\w+|meets?|hits?|makes?|made|addresses|"
    rf"covered|mentioned|met|addressed|fulfil\w*|ticks?)(?: \w+)? (?:all|every|each)(?: of)?"
    rf"(?: the| your| its)? {_ITEMS}\b|"
    r"\b(?:all|every|each) (?:points?|criteria|criterion|items?|boxes) (?:of|in|on|from) (?:the|"
    r"your) "
    r"(?:rubric|(?:mark(?:ing)? )?scheme|(?:marking |grading )guide|answer key)\b|"
    # what its writer asks for
    r"\b(?:please|kindly) (?:\w+ )?(?:be (?:lenient|generous|merciful)|(?:don't|do not) (?:deduct|"
    rf"subtract|penali[sz]e me))\b|\bkindly (?:\w+ )?(?:mark|grade|award|credit|accept)\b|"
    rf"\bi (?:\w+ )?(?:deserve|request|hope for|ask for|demand|beg for|am owed|should get|should "
    rf"receive|expect|hope to get|need|want) (?:\w+ ){{0,3}}?{_CREDIT}\b|"
    r"\b(?:full|top|maximum|max) marks\b|\b(?:full|partial|extra) credit\b|"
    r"\bdeduct (?:\w+ ){0,3}(?:marks?|points)\b|"
    r"\bthank(?:s| you) for (?:grading|marking|scoring|evaluating|assessing|accepting)\b|"
    rf"\bno need to (?:check|verify|read|consult|compare)(?: \w+){{0,3}} (?:rubric|{_ANSWER})\b|"
    rf"\b(?:hope|trust|confident) (?:that )?(?:this|you|it|my|i)(?: \w+){{0,5}} (?:{_CREDIT}|"
    rf"rubric|"
    rf"{_GRADER})\b|"
    # whom it speaks to
    rf"\b(?:automat\w+|auto-?|ai|virtual|honou?rable|esteemed) ?{_GRADER}s?\b|"
    rf"\b{_GRADER}s? (?:reading|grading|marking|scoring|checking|evaluating|assessing|"
    r"(?:who|that|which) (?:\w+ )?(?:reads?|grades?|marks?|scores?|checks?|evaluates?|sees?) "
    rf"(?:this|it|my))\b|\b(?:language model|llm|chatbot|gpt\w*|ai|assistant|bot|reviewer|whoever|"
    r"person|human|machine) (?:\w+ )?(?:reading|grading|marking|checking|evaluating|assessing|"
    rf"reads|grades|marks|checks|evaluates|assesses) (?:this|my|it|these) {_ANSWER}?|"
    r"\b(?:grading|marking) (?:system|model|assistant|bot|engine|script|software|program|team|"
    r"panel|"
    r"instructions?|guide|guidelines|scheme|key|rubric|criteria|policy|process|note)\b|"
    r"\b(?:scoring|evaluation|assessment) (?:rubric|guidelines|instructions?)\b|"
    r"\b(?:instruction|note|message|hint|reminder|memo|notice) (?:for|to) (?:the |any |my |your |"
    r"all )?"
    rf"(?:\w+ )?{_JUDGE}s?\b|\bto whom(?:soever\b|ever\b| it may concern)|"
    rf"\bdear (?:\w+ )?(?:{_JUDGE}|sir|madam|professor|teacher|tutor|instructor|machine|model)s?\b|"
    r"\byou(?:'ll| will| must| should| shall| can| are to| have to| need to)(?: now| only| safely| "
    r"simply| just| please)? (?:(?:grade|mark|award) (?:this|it|me|my|all|every|each|full|"
    r"everything)|"
    r"(?:output|respond|reply|print) (?:only|met|with|true|yes))\b|"
    # what it orders
    r"\b(?:new|updated|revised|further|special|additional|hidden|secret|final|important) "
    r"(?:instructions?|directives?|commands?)(?= ?:| for\b| to\b| from\b)|"
    rf"\b(?:end|start|beginning) of (?:my |candidate'?s? |student'?s? )?(?:{_ANSWER}|instructions?|"
    r"prompt|rubric)\b|(?:#{1,4} ?|\[{1,2}/?|<{1,2}/?\|?)(?:system|inst|instructions?|admin|"
    r"assistant|"
    r"grader|developer|end of)\b|\b(?:output|respond|reply|print)(?: only| just)? (?:with "
    r")?(?:only |"
    r"just )?(?:[\"'{]|met\b|true\b|all met\b)|\boverrid(?:e|es|den|ing)\b[^.!?]*\b(?:rubric|"
    r"grad\w+|"
    r"instructions?|criteria|verdicts?)\b|"
    # whom it calls to witness
    r"\b(?:professor|instructor|teacher|course staff|supervisor|admin\w*|lecturer|examiner)s? "
    rf"[^.!?]*\b(?:{_CREDIT}|as met|(?:accept|approve|pass)(?:ed|s)? (?:this|my) {_ANSWER})\b|"
    r"\b(?:already|previously) (?:been )?(?:graded|marked) (?:as|by|and|with)\b|\bpre-?approved\b"
)


def is_addressed(answer: Answer) -> bool:
    """Return whether the answer asks for a verdict, orders one, or speaks of itself as graded."""
    text = answer.folded
    return bool(_REQUEST.search(text) or _SELF_REFERENCE.search(text))
