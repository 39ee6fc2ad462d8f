"""One report as the `results.json` of a Gradescope autograder.

The fields are those of Gradescope's "Autograder Specifications".
"""

from __future__ import annotations

import json
from typing import Any

from graders.formats import STATUS_WORDS, explanation_text
from graders.report import CheckResult, Report


def to_gradescope(report: Report) -> str:
    """Everything is plain text, since messages quote what a learner's code returned or raised.

    Apply `report.reveal` first: what it leaves in is shown to the learner.
    """
    content: dict[str, Any] = {
        "score": report.score,
        "execution_time": round(report.seconds, 3),
        "output": _summary(report),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {
            "exercise": report.exercise,
            "digest": report.digest,
            "status": report.status,
            "isolation": report.isolation,
        },
        "tests": [_test(number, check) for number, check in enumerate(report.checks, start=1)],
    }
    return json.dumps(content, indent=2, ensure_ascii=True) + "\n"


def _test(number: int, check: CheckResult) -> dict[str, Any]:
    passed = check.status == "passed"
    shown = explanation_text(check)
    if not passed and check.status != "failed":
        shown = f"The check {STATUS_WORDS[check.status]}.\n\n{shown}".strip()
    return {
        "number": str(number),
        "name": check.title,
        "name_format": "text",
        "score": check.points,
        "max_score": check.max_points,
        "status": "passed" if passed else "failed",
        "output": "" if passed else shown,
        "output_format": "text",
        "tags": ["self-check"] if check.visible else ["hidden"],
        "visibility": "visible",
    }


def _summary(report: Report) -> str:
    passed = sum(check.status == "passed" for check in report.checks)
    lines = [f"{passed} of {len(report.checks)} checks pass."]
    if report.status == "unsafe":
        lines.append("The submission broke the rules of the grading sandbox.")
    if report.output:
        lines += ["", "Your program printed:", report.output]
    return "\n".join(lines)
