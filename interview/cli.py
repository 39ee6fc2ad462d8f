"""`penaltybox interview list | ask | check`: the bank and the check in the terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import click
import msgspec
import typer
from rich.console import Console

from interview import bank, view
from interview.bank import BankError, Question
from interview.checker import OfflineJudge
from interview.judge import BadEndpoint, LanguageModelJudge, judge_for
from interview.verdicts import CheckResult, Verdict, decided_by_hand

app = typer.Typer(help="Practise interview questions and check answers.", no_args_is_help=True)

JudgeOption = Annotated[
    str | None,
    typer.Option(
        "--judge",
        metavar="offline|URL",
        help="Who judges: offline, or an OpenAI-compatible endpoint (default: "
        "PENALTYBOX_JUDGE_URL, else offline).",
    ),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--judge-model",
        metavar="NAME",
        help="The model's name at the endpoint (default: PENALTYBOX_JUDGE_MODEL).",
    ),
]


@app.command("list")
def list_questions(
    topic: Annotated[str | None, typer.Option(help="Only this topic, e.g. ridge.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List the questions of the bank."""
    try:
        if not json:
            view.show_list(Console(), topic)
            return
        for name, content in bank.topics().items():
            if topic in (None, name):
                for question in content.questions:
                    entry = {
                        "id": question.id,
                        "topic": name,
                        "difficulty": question.difficulty,
                        "max_score": question.max_score,
                        "follow_up": question.follow_up,
                        "prompt": question.prompt,
                    }
                    _write(msgspec.json.encode(entry))
    except BankError as error:
        _fail(error)


@app.command()
def check(
    question: Annotated[str, typer.Option("--question", metavar="ID", help="The question's id.")],
    answer: Annotated[
        list[Path],
        typer.Option(
            "--answer",
            metavar="FILE",
            help="A text file with an answer, - for standard input; repeat it for several.",
        ),
    ],
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    judge: JudgeOption = None,
    judge_model: ModelOption = None,
    model_answer: Annotated[
        bool, typer.Option("--model-answer", help="Show the model answer as well.")
    ] = False,
) -> None:
    """Check answers to a question against its rubric."""
    try:
        asked = bank.question(question)
        judging = judge_for(judge, model=judge_model)
        texts = [read_answer(path) for path in answer]
    except (BankError, BadEndpoint, ValueError) as error:
        _fail(error)
    console = Console()
    for path, text in zip(answer, texts, strict=True):
        checked = judging.check(asked, text)
        if json:
            _write(msgspec.json.encode(checked))
            continue
        if len(texts) > 1:
            console.rule(str(path))
        view.show_check(console, asked, text, checked, model_answer=model_answer)


@app.command()
def ask(
    question: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]", help="The question's id; the first of the core bank without it."
        ),
    ] = None,
    editor: Annotated[
        bool, typer.Option("--editor", help="Write the answer in $EDITOR instead of the terminal.")
    ] = False,
    judge: JudgeOption = None,
    judge_model: ModelOption = None,
) -> None:
    """Pose a question, check the answer, then pose the follow-up."""
    try:
        asked: Question | None = (
            bank.question(question) if question else next(iter(bank.questions().values()))
        )
        judging = judge_for(judge, model=judge_model)
    except (BankError, BadEndpoint) as error:
        _fail(error)
    console = Console()
    while asked is not None:
        view.show_question(console, asked)
        text = _take_answer(console, editor=editor)
        if not text.strip():
            console.print("No answer, so nothing was checked.")
            return
        _practise(console, asked, text, judging)
        asked = bank.question(asked.follow_up) if asked.follow_up else None


def _practise(
    console: Console, asked: Question, text: str, judging: OfflineJudge | LanguageModelJudge
) -> CheckResult:
    checked = judging.check(asked, text)
    view.show_check(console, asked, text, checked)
    if not checked.flags and any(v.verdict == "unsure" for v in checked.points):
        answers: dict[str, Verdict] = {}
        claims = {p.id: p.claim for p in asked.points}
        for verdict in checked.points:
            if verdict.verdict == "unsure":
                reply = _confirm(console, f"Did you say this? {claims[verdict.id]}")
                if reply is None:
                    break
                answers[verdict.id] = "met" if reply else "not_met"
        checked = decided_by_hand(asked, checked, answers)
        console.print(f"With your own word on those: {checked.score} of {checked.max_score}.")
    if _confirm(console, "Show the model answer?"):
        console.print(asked.model_answer)
    return checked


def _confirm(console: Console, prompt: str) -> bool | None:
    """Return yes or no, None at the end of the input."""
    while True:
        console.print(f"{prompt} [y/n] ", end="", markup=False)
        line = sys.stdin.readline()
        if not line:
            console.print()
            return None
        if line.strip().lower() in ("y", "yes", "n", "no", ""):
            return line.strip().lower() in ("y", "yes")


def _take_answer(console: Console, *, editor: bool) -> str:
    if editor:
        return click.edit("", require_save=False) or ""
    console.print("Your answer; an empty line ends it.", style="dim")
    lines: list[str] = []
    while True:
        line = sys.stdin.readline()
        if not line or (not line.strip() and lines):
            return "".join(lines)
        if line.strip():
            lines.append(line)


def read_answer(path: Path) -> str:
    """Return the text of an answer's file, ``-`` being standard input.

    Raises:
        ValueError: If it cannot be read or is not UTF-8; the message says what to do.
    """
    try:
        raw = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror}); give a text file.") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8 text; save the answer as plain text.") from None


def _write(line: bytes) -> None:
    sys.stdout.write(line.decode() + "\n")


def _fail(error: Exception) -> NoReturn:
    typer.echo(f"Error: {error}", err=True)
    raise typer.Exit(2)
