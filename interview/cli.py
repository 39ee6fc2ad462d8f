"""`penaltybox interview list | ask | check`: the bank and the check in the terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from interview import bank
from interview.checker import OfflineJudge

app = typer.Typer(help="Practise interview questions and check answers.", no_args_is_help=True)


@app.command()
def check(
    question: Annotated[str, typer.Option(help="The question's id.")],
    answer: Annotated[list[Path], typer.Option(help="Text file with an answer; repeatable.")],
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Check answers to a question against its rubric."""
    asked = bank.question(question)
    judge = OfflineJudge()
    for path in answer:
        checked = judge.check(asked, path.read_text("utf-8"))
        sys.stdout.write(msgspec.json.encode(checked).decode() + "\n")


@app.command("list")
def list_questions() -> None:
    """List the questions of the bank."""
    for topic, content in bank.topics().items():
        for entry in content.questions:
            typer.echo(f"{entry.id:28} {topic:16} {entry.difficulty:7} {entry.prompt}")
