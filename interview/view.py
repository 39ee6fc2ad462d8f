"""Shows questions and checks in the terminal."""

from __future__ import annotations

import re

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from interview import bank
from interview.bank import Question
from interview.verdicts import CheckResult, Verdict

_MARKS: dict[Verdict, tuple[str, str]] = {
    "met": ("✓ met", "green"),
    "not_met": ("✗ not met", "red"),
    "unsure": ("? unsure", "yellow"),
}


def plain(text: str) -> str:
    """Return text from an answer without control characters, which a terminal would obey."""
    return re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", " ", text)


def show_list(console: Console, topic: str | None = None) -> None:
    """Print the bank as a table, follow-ups indented under their question.

    Raises:
        bank.BankError: If there is no such topic.
    """
    topics = bank.topics()
    if topic is not None and topic not in topics:
        raise bank.BankError(f"There is no topic {topic!r}; the topics are {', '.join(topics)}.")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("question", "topic", "level", "points"):
        table.add_column(heading, no_wrap=True, justify="right" if heading == "points" else "left")
    table.add_column("prompt")
    follows = {q.follow_up for q in bank.questions().values()}
    for name, content in topics.items():
        if topic in (None, name):
            for q in content.questions:
                title = ("  ↳ " if q.id in follows else "") + q.id
                table.add_row(title, name, q.difficulty, str(q.max_score), escape(q.prompt))
    console.print(table)


def show_question(console: Console, question: Question) -> None:
    """Print a prompt."""
    console.print()
    console.print(Text(question.prompt, style="bold"))


def show_check(
    console: Console,
    question: Question,
    text: str,
    checked: CheckResult,
    *,
    model_answer: bool = False,
) -> None:
    """Print a check: the answer with its evidence marked, the verdicts, and what was missed."""
    marked = Text(plain(text).strip("\n"))
    offset = len(text) - len(text.lstrip("\n"))
    for verdict in checked.points:
        if verdict.start is not None and verdict.end is not None:
            style = "green" if verdict.verdict == "met" else "yellow"
            marked.stylize(style, max(0, verdict.start - offset), verdict.end - offset)
    console.print()
    console.print(Padding(marked, (0, 0, 1, 2)))
    for note in checked.notes:
        console.print(Text(f"Note: {plain(note)}", style="yellow"))
    claims = {p.id: p for p in question.points}
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for verdict in checked.points:
        mark, style = _MARKS[verdict.verdict]
        cell = Text(claims[verdict.id].claim)
        if verdict.evidence:
            said = "you wrote" if verdict.verdict == "met" else "did you say it here?"
            cell.append(f"\n{said} “{plain(verdict.evidence)}”", style="dim")
        table.add_row(
            Text(mark, style=style), f"w{claims[verdict.id].weight}", Text(verdict.id), cell
        )
    console.print(table)
    for entry, held in zip(question.misconceptions, checked.misconceptions, strict=True):
        if held.verdict == "not_met" or checked.flags:
            continue
        sure = held.verdict == "met"
        line = Text(
            "\nMisconception: " if sure else "\nCheck this one yourself: ",
            style="bold red" if sure else "yellow",
        )
        line.append(f"“{plain(held.evidence or '')}” ", style="default")
        line.append(entry.correction, style="default")
        console.print(line)
    open_points = sum(v.verdict == "unsure" for v in checked.points)
    missed = [v.id for v in checked.points if v.verdict == "not_met"]
    console.print()
    console.print(
        Text(f"Score {checked.score} of {checked.max_score}", style="bold"),
        Text(f"({open_points} left open, not counted)" if open_points else ""),
        Text(f"judged {checked.judge}", style="dim"),
    )
    if missed:
        console.print(Text(f"Not heard: {', '.join(missed)}"))
    if model_answer:
        console.print()
        console.print(Text("A model answer", style="bold"))
        console.print(Padding(Text(question.model_answer), (0, 0, 0, 2)))
    if question.follow_up:
        console.print(Text(f"Follow-up: {question.follow_up}", style="dim"))
