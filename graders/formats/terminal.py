"""Results as a table in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from graders.formats import points
from graders.report import Report

_STATUS = {"graded": "", "unsafe": "broke the box's rules", "error": "cannot be loaded"}


def table(rows: Sequence[tuple[str, Report]]) -> Table:
    """One line a submission: whose, the score, and what is the matter with it.

    Learners' names and messages are shown as they are, never as markup.
    """
    result = Table(box=None, pad_edge=False, header_style="bold")
    result.add_column("learner", overflow="fold")
    result.add_column("exercise")
    result.add_column("score", justify="right")
    result.add_column("what is the matter", overflow="fold")
    for learner, report in rows:
        score = f"{points(report.score)}/{points(report.max_score)}"
        colour = "green" if report.all_passed else "red" if report.score == 0 else "yellow"
        result.add_row(
            Text(learner), Text(report.exercise), Text(score, style=colour), Text(matter(report))
        )
    return result


def matter(report: Report) -> str:
    """In one line: the misconceptions where any was recognised, else the first failed check."""
    failed = [check for check in report.checks if check.status != "passed"]
    if not failed:
        return report.output if report.status == "error" else _STATUS[report.status]
    named = dict.fromkeys(check.misconception.id for check in failed if check.misconception)
    count = f"{len(failed)} of {len(report.checks)} checks: "
    said = ", ".join(named) if named else f"{failed[0].message or failed[0].title}"
    prefix = f"{_STATUS[report.status]}; " if report.status == "unsafe" else ""
    return prefix + count + " ".join(said.split())


def details(report: Report) -> Text:
    """Everything about one submission, check by check."""
    from graders.formats import STATUS_WORDS, explanation

    text = Text()
    for check in report.checks:
        passed = check.status == "passed"
        text.append("  ✓ " if passed else "  ✗ ", style="green" if passed else "red")
        text.append(f"{check.title}")
        worth = f"{points(check.points)}/{points(check.max_points)}"
        text.append(f"  {worth}" if check.max_points else "", style="dim")
        if check.status not in ("passed", "failed"):
            text.append(f"  {STATUS_WORDS[check.status]}", style="red")
        text.append("\n")
        for label, said in () if passed else explanation(check):
            indented = said.replace("\n", "\n" + " " * 22)
            text.append(f"      {label + ':':<16}", style="dim")
            text.append(f"{indented}\n")
    return text
