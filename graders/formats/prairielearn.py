"""One report as the `results.json` of a PrairieLearn external grader.

The fields are those of PrairieLearn's documentation, "External grading".
"""

from __future__ import annotations

import json
from typing import Any

from graders.formats import explanation_text
from graders.report import Report


def to_prairielearn(report: Report) -> str:
    """The score is a share of 1; a submission that cannot be loaded is not gradable.

    Apply `report.reveal` first: what it leaves in is shown to the learner.
    """
    gradable = report.status != "error"
    content: dict[str, Any] = {"gradable": gradable}
    if gradable:
        content["score"] = report.score / report.max_score if report.max_score else 0.0
    else:
        content["format_errors"] = list(
            dict.fromkeys(check.message for check in report.checks if check.message)
        )
    content["message"] = (
        "The submission broke the rules of the grading sandbox."
        if report.status == "unsafe"
        else ""
    )
    content["output"] = report.output
    content["tests"] = [
        {
            "name": check.title,
            "description": check.id,
            "points": check.points,
            "max_points": check.max_points,
            "message": "" if check.status == "passed" else check.message,
            "output": "" if check.status == "passed" else explanation_text(check),
        }
        for check in report.checks
    ]
    return json.dumps(content, indent=2, ensure_ascii=True) + "\n"
