"""Results as JUnit XML, in the dialect of Apache Ant that CI systems read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree

from graders.formats import explanation_text
from graders.intake.roster import Person
from graders.store import Attempt

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_junit(attempts: Sequence[Attempt], roster: Sequence[Person]) -> str:
    """A test suite per submission, a test case per check.

    A check that was not passed is a failure; one that timed out, crashed or could not be run is
    an error.
    """
    root = ElementTree.Element("testsuites")
    for index, attempt in enumerate(attempts):
        root.append(_suite(index, attempt))
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(index: int, attempt: Attempt) -> ElementTree.Element:
    report = attempt.report
    statuses = [check.status for check in report.checks]
    failures = statuses.count("failed")
    suite = ElementTree.Element(
        "testsuite",
        {
            "id": str(index),
            "name": _token(f"{report.exercise} {attempt.learner.id}"),
            "package": _token(report.exercise),
            "timestamp": (attempt.submitted or datetime(1970, 1, 1, tzinfo=UTC))
            .astimezone(UTC)
            .strftime("%Y-%m-%dT%H:%M:%S"),
            "hostname": "localhost",
            "tests": str(len(statuses)),
            "failures": str(failures),
            "errors": str(len(statuses) - failures - statuses.count("passed")),
            "time": f"{report.seconds:.6f}",
        },
    )
    properties = ElementTree.SubElement(suite, "properties")
    facts = {
        "submission": report.submission,
        "attempt": str(attempt.number),
        "latest": str(attempt.latest).lower(),
        "status": report.status,
        "score": f"{report.score:g}",
        "max_score": f"{report.max_score:g}",
        "isolation": report.isolation,
        "digest": report.digest,
    }
    for name, value in facts.items():
        ElementTree.SubElement(properties, "property", {"name": name, "value": _clean(value)})
    for check in report.checks:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            {
                "name": _token(check.id),
                "classname": _token(f"{report.exercise}.{attempt.learner.id}"),
                "time": f"{check.seconds:.6f}",
            },
        )
        if check.status != "passed":
            kind = "failure" if check.status == "failed" else "error"
            about = {"message": _clean(check.message), "type": check.status}
            ElementTree.SubElement(case, kind, about).text = _clean(explanation_text(check))
    ElementTree.SubElement(suite, "system-out").text = _clean(report.output)
    ElementTree.SubElement(suite, "system-err").text = ""
    return suite


def _clean(text: str) -> str:
    """The text with what XML 1.0 cannot hold replaced."""
    return _NOT_XML.sub("\ufffd", text)


def _token(text: str) -> str:
    return " ".join(_clean(text).split()) or "-"
