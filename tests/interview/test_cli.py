"""The commands, run as a person runs them."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from interview import bank
from interview.cli import app

QUESTION = bank.question("production-choice")
RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def no_judge(monkeypatch):
    monkeypatch.delenv("PENALTYBOX_JUDGE_URL", raising=False)


def run(*words: str, **options: str):
    return RUNNER.invoke(app, list(words), **options)


def test_check_prints_one_object_a_line(tmp_path):
    for name, text in (("a.txt", QUESTION.model_answer), ("b.txt", "It depends.")):
        (tmp_path / name).write_text(text, "utf-8")
    ran = run(
        "check",
        "--question",
        QUESTION.id,
        "--answer",
        str(tmp_path / "a.txt"),
        "--answer",
        str(tmp_path / "b.txt"),
        "--json",
    )
    assert ran.exit_code == 0
    first, second = map(json.loads, ran.stdout.splitlines())
    assert set(first) >= {"question", "score", "max_score", "points", "misconceptions", "judge"}
    assert set(first["points"][0]) == {"id", "verdict", "probability", "evidence", "start", "end"}
    assert set(first["misconceptions"][0]) == {"id", "verdict", "evidence"}
    assert [p["id"] for p in first["points"]] == [p.id for p in QUESTION.points]
    assert first["score"] > second["score"]


def test_check_reads_well(tmp_path):
    (tmp_path / "a.txt").write_text(QUESTION.model_answer, "utf-8")
    ran = run(
        "check", "--question", QUESTION.id, "--answer", str(tmp_path / "a.txt"), "--model-answer"
    )
    assert "✓ met" in ran.stdout
    assert "Score" in ran.stdout
    assert "A model answer" in ran.stdout
    assert "Follow-up: expensive-features" in ran.stdout


def test_an_answer_cannot_drive_the_terminal(tmp_path):
    (tmp_path / "a.txt").write_text("L1 is sparse \x1b[2J[bold red]so[/bold red] it is cheap.")
    ran = run("check", "--question", QUESTION.id, "--answer", str(tmp_path / "a.txt"))
    assert "\x1b[2J" not in ran.stdout
    assert "[bold red]so[/bold red]" in ran.stdout


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--question", "nope", "--answer", "a.txt"), "There is no question 'nope'"),
        (("--question", QUESTION.id, "--answer", "missing.txt"), "missing.txt cannot be read"),
        (("--question", QUESTION.id, "--answer", "latin.txt"), "not UTF-8"),
        (("--question", QUESTION.id, "--answer", "a.txt", "--judge", "ftp://x"), "neither"),
    ],
)
def test_wrong_input_is_one_sentence_and_exit_2(tmp_path, monkeypatch, words, what):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("It depends.")
    (tmp_path / "latin.txt").write_bytes("naïve".encode("latin-1"))
    ran = run("check", *words)
    assert ran.exit_code == 2
    assert what in ran.stderr
    assert ran.stdout == ""
    assert "Traceback" not in ran.output


def test_list_shows_every_question():
    ran = run("list", "--json")
    assert [json.loads(line)["id"] for line in ran.stdout.splitlines()] == list(bank.questions())
    assert "production-choice" in run("list", "--topic", "core").stdout
    assert run("list", "--topic", "nope").exit_code == 2


def test_ask_starts_with_the_core_and_poses_the_follow_up():
    typed = f"{QUESTION.model_answer}\n\n" + "n\n" * 8
    ran = run("ask", input=typed)
    assert ran.exit_code == 0
    assert "Which one goes to production" in ran.stdout
    assert "How does the choice change" in ran.stdout.replace("\n", " ")


def test_ask_asks_about_unsure_points():
    """An answer that quotes somebody leaves all that it does not lack to the candidate."""
    asked = next(q for q in bank.questions_for("ridge"))
    quoted = f"The vendor says the following. {asked.model_answer}"
    ran = run("ask", asked.id, input=f"{quoted}\n\n" + "y\n" * len(asked.points))
    assert ran.stdout.count("Did you say this?") >= 1
    assert f"With your own word on those: {asked.max_score} of {asked.max_score}" in ran.stdout


def test_no_answer_is_no_check():
    ran = run("ask", QUESTION.id, input="")
    assert ran.exit_code == 0
    assert "nothing was checked" in ran.stdout


def test_listing_does_not_load_the_model():
    code = (
        "import sys; from interview.cli import app; app(['list'], standalone_mode=False); "
        "sys.exit('torch' in sys.modules or 'tokenizers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
