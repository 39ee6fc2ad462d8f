"""Points about the text as a whole that a rule decides: plain language that does explain."""

from __future__ import annotations

import re

from interview.text import Answer

EXPLAINED_BY = {"explain-to-pm/plain-language": ("l2-keeps-all", "l1-removes")}
"""Points of the same question that together make the explanation whose language is judged."""

_JARGON = re.compile(
    r"\b(?:coefficients?|regulari[sz]\w*|penalt\w*|penali\w*|norms?|sparsity|sparse|lambda|"
    r"hyper-?parameters?|overfit\w*|variance|(?:multi-?)?collinear\w*|(?:sub-?)?gradients?|"
    r"loss (?:function|term)|the loss|quadratic|squares?|squared|absolute (?:value|size|sum)|"
    r"minimi[sz]\w+|"
    r"optimi[sz]ers?|shrinkage|predictors?|estimators?|covariates?|correlat\w*|convex|vectors?|"
    r"set to zero|exactly zero|parameters?)\b|"
    r"\|\w+\||\w\^2|\bsum of\b.*\bw\b|(?<!l)[12]/n\b"
)


def is_plain(answer: Answer) -> bool:
    """Return whether the answer has neither an equation nor a term of the trade.

    L1, L2, lasso and ridge are what is to be explained, so they do not count.
    """
    return _JARGON.search(answer.folded) is None
