"""Points about the text as a whole that a rule decides: plain language that does explain."""

from __future__ import annotations

import re

from interview.text import Answer

EXPLAINED_BY = {"explain-to-pm/plain-language": ("l2-keeps-all", "l1-removes")}
"""Points of the same question that together make the explanation whose language is judged."""

_JARGON = re.compile(
    r"\b(?:coefficients?|(?<!l[12][ -])(?:regulari[sz]\w*|penalt\w*)|penali\w*|norms?|sparsity|"
    r"sparse|lambda|"
    r"hyper-?parameters?|overfit\w*|variance|(?:multi-?)?collinear\w*|(?:sub-?)?gradients?|"
    r"loss (?:function|term)|the loss|quadratic|squares?|squared|absolute (?:value|size|sum)|"
    r"minimi[sz]\w+|"
    r"optimi[sz]ers?|shrinkage|predictors?|estimators?|covariates?|correlat\w*|convex|vectors?|"
    r"set to zero|exactly zero|parameters?)\b"
)
_EQUATION = re.compile(r"\|\w+\||\w\^2|\bsum of\b.*\bw\b|(?<!l)[12]/n\b")
_EXPLAINED_AFTER = re.compile(
    r"(?: \w+){0,2}\W{1,3}(?:that(?: is|'s)\b|i\.?e\b|meaning\b|which (?:\w+ )?(?:is|means?)\b|"
    r"in other words\b|"
    r"(?:is|are) (?:just|only|simply|merely|an?|the|how|what)\b|= ?\w+ \w+)"
)
_EXPLAINED_BEFORE = re.compile(
    r"\b(?:calls?|called|known as|named?|terms?|termed|jargon|lingo)\b(?: \w+){0,3}\W{0,3}$"
)


def is_plain(answer: Answer) -> bool:
    """Return whether the answer has neither an equation nor an unexplained term of the trade.

    L1, L2, lasso and ridge are what is to be explained, so they do not count.
    """
    text = answer.folded
    used, explained = set(), set()
    for term in _JARGON.finditer(text):
        stem = term.group()[:6]
        used.add(stem)
        before = text[max(0, term.start() - 40) : term.start()]
        if _EXPLAINED_AFTER.match(text, term.end()) or _EXPLAINED_BEFORE.search(before):
            explained.add(stem)
    return used == explained and _EQUATION.search(text) is None
