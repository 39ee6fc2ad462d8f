"""The command line: exit codes, what goes to which stream, one sentence for each mistake."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
CLASS = ROOT / "tests" / "class"
COMMAND = [sys.executable, "-c", "from graders.cli import main; main()"]


def run(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_json_is_one_report_a_line_and_nothing_else(tmp_path: Path) -> None:
    output = tmp_path / "new" / "out.jsonl"
    ended = run(
        "grade", CLASS / "igor", CLASS / "amara" / "ridge.py", "--exercise", "ridge", "--json",
        "--output", output,
    )  # fmt: skip
    reports = [json.loads(line) for line in ended.stdout.splitlines()]
    assert (ended.returncode, ended.stderr) == (1, "")
    assert [each["submission"] for each in reports] == [
        f"{CLASS}/igor/ridge.py", f"{CLASS}/amara/ridge.py",
    ]  # fmt: skip
    assert list(reports[0]) == [
        "schema_version", "exercise", "submission", "digest", "score", "max_score", "status",
        "isolation", "seconds", "output", "checks",
    ]  # fmt: skip
    assert list(reports[1]["checks"][0]) == [
        "id", "title", "points", "max_points", "visible", "status", "message", "counterexample",
        "misconception", "hint", "seconds",
    ]  # fmt: skip
    assert output.read_text() == ended.stdout


def test_what_lapack_says_is_no_report(tmp_path: Path) -> None:
    """It writes to standard output, past Python, where no line goes through a model's points."""
    submission = tmp_path / "bias_variance.py"
    submission.write_text(
        "def bias_variance(fit_predict, f, x_train, x_test, noise_std, n_repeats=100, *, rng):\n"
        "    fit_predict(0 * x_train, x_train, x_test)\n"
    )
    ended = run("grade", submission, "--json")
    (report,) = [json.loads(line) for line in ended.stdout.splitlines()]
    assert report["score"] == 0


def test_exit_codes_and_reveal(tmp_path: Path) -> None:
    right = run("grade", CLASS / "amara" / "ridge.py")
    assert right.returncode == 0
    assert "24/24" in right.stdout
    shutil.copy(CLASS / "chen" / "ridge.py", tmp_path / "mine.py")
    seen = {}
    for level in ("title", "message", "counterexample"):
        ended = run(
            "grade", tmp_path / "mine.py", "--exercise", "ridge", "--json", "--reveal", level
        )
        assert ended.returncode == 1
        (only,) = map(json.loads, ended.stdout.splitlines())
        hidden = [c for c in only["checks"] if not c["visible"] and c["status"] == "failed"]
        seen[level] = (bool(hidden[0]["message"]), bool(hidden[0]["counterexample"]))
    assert seen == {
        "title": (False, False), "message": (True, False), "counterexample": (True, True),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["grade", "nowhere"], "nowhere does not exist."),
        (["grade", "README.md"], "README.md is neither"),
        (["grade", "tests/class", "--exercise", "rigde"], "no exercise called 'rigde'"),
        (["grade", "tests/class", "--jobs", "0"], "--jobs"),
        (["grade", "tests/class", "--jobs", "many"], "--jobs"),
        (["grade", "tests/class", "--reveal", "all"], "--reveal"),
        (["grade", "tests/class", "--roster", "nowhere.csv"], "roster nowhere.csv cannot be read"),
        (["grade", "tests/class", "--store", "/proc/x/y.sqlite"], "cannot be"),
        (["grade", "tests/class/igor", "--output", "/proc/x"], "/proc/x cannot be written"),
        (["grade", "tests/class", "--cluster", "tcp://127.0.0.1:9"], "No Dask scheduler answers"),
        (["grade"], "PATH"),
        (["report", "nowhere.sqlite", "x.html"], "There is no store at nowhere.sqlite"),
        (["export", "nowhere.sqlite", "--to", "csv"], "There is no store"),
        (["export", "nowhere.sqlite", "--to", "xls"], "There is no format 'xls'"),
        (["export", "nowhere.sqlite"], "--to"),
        (["check", "rigde"], "no exercise called"),
        (["autograder", "gradescope", "ridge", "out.tar"], "must end in .zip"),
        (["release", "tests"], "name a new folder"),
        (["frobnicate"], "frobnicate"),
        (["--frobnicate"], "--frobnicate"),
    ],
)
def test_mistakes_are_told_in_a_sentence(arguments: list[str], said: str) -> None:
    ended = run(*arguments)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    assert "Traceback" not in ended.stderr + ended.stdout
    assert ended.stdout == ""


def test_store_report_and_exports(tmp_path: Path) -> None:
    store = tmp_path / "class.sqlite"
    (tmp_path / "roster.csv").write_text("id,name,section\n7,Amara,A\n8,Igor,B\n9,Zoe,B\n")
    graded = run(
        "grade", CLASS / "igor", CLASS / "amara" / "ridge.py", "--exercise", "ridge",
        "--store", store, "--roster", tmp_path / "roster.csv",
    )  # fmt: skip
    assert "2 submissions, 1 pass every check" in graded.stdout
    again = run("grade", CLASS / "igor", "--store", store, "--exercise", "ridge")
    assert "1 of 1 were graded before and are unchanged." in again.stderr
    page = tmp_path / "class.html"
    assert run("report", store, page, "--feedback", tmp_path / "feedback").returncode == 0
    assert "Zoe" in page.read_text()
    assert (tmp_path / "feedback" / "7.md").exists()
    for to in ("csv", "json", "canvas", "junit"):
        ended = run("export", store, "--to", to)
        assert ended.returncode == 0
        assert "ridge" in ended.stdout
    several = run("export", store, "--to", "gradescope")
    assert several.returncode == 2
    assert "give a folder" in several.stderr
    assert run("export", store, tmp_path / "gs", "--to", "gradescope").returncode == 0
    assert json.loads((tmp_path / "gs" / "ridge" / "7" / "results.json").read_text())["score"] == 24


def test_scores_reach_an_nbgrader_gradebook(tmp_path: Path) -> None:
    from nbgrader.api import Gradebook

    store, gradebook = tmp_path / "s.sqlite", tmp_path / "gradebook.db"
    run("grade", CLASS / "igor", CLASS / "amara" / "ridge.py", "--exercise", "ridge",
        "--store", store)  # fmt: skip
    assert "needs its URL" in run("export", store, "--to", "nbgrader").stderr
    ended = run("export", store, gradebook, "--to", "nbgrader")
    assert (ended.returncode, ended.stderr) == (0, "")
    with Gradebook(f"sqlite:///{gradebook}") as opened:
        scores = {each.student.id: each.score for each in opened.assignment_submissions("ridge")}
    assert scores == {"amara": 24, "igor": 0}


def test_list_is_quick_because_it_loads_little() -> None:
    script = (
        "import sys\nfrom graders.cli import _run\nassert _run(['list']) == 0\n"
        "heavy = {'numpy', 'pytest', 'sqlalchemy', 'interview'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "Ridge regression" in ended.stdout


def slow_class(folder: Path) -> Path:
    """Many distinct submissions, each graded within about a second."""
    for number in range(14):
        home = folder / f"learner-{number:02}"
        home.mkdir(parents=True)
        code = (CLASS / "igor" / "ridge.py").read_text()
        (home / "ridge.py").write_text(f"{code}\n# {number}\n")
    return folder


def begun(folder: Path, store: Path) -> subprocess.Popen[str]:
    """A run of two processes that has graded something and has more to do."""
    process = subprocess.Popen(
        [*COMMAND, "grade", str(folder), "--store", str(store), "--jobs", "2", "--json"],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    return process


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def all_gone(processes: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=20)
    return not [p for p in alive if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def test_ctrl_c_ends_cleanly_and_says_how_to_go_on(tmp_path: Path) -> None:
    folder, store = slow_class(tmp_path / "class"), tmp_path / "s.sqlite"
    process = begun(folder, store)
    children = family(process)
    os.killpg(process.pid, signal.SIGINT)  # the terminal sends it to everybody
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert len(errors.strip().splitlines()) == 1
    assert "run the same command again to go on" in errors
    assert all_gone(children)
    ended = run("grade", folder, "--store", store, "--json")
    assert len(ended.stdout.splitlines()) == 14
    kept = int(ended.stderr.split(" of 14 were graded before")[0])
    assert 1 <= kept < 14


def test_killed_with_9_nothing_is_left_running_and_nothing_is_lost(tmp_path: Path) -> None:
    folder, store = slow_class(tmp_path / "class"), tmp_path / "s.sqlite"
    process = begun(folder, store)
    children = family(process)
    assert children
    process.kill()
    process.communicate()
    assert all_gone(children)
    ended = run("grade", folder, "--store", store, "--json")
    reports = [json.loads(line) for line in ended.stdout.splitlines()]
    assert len({each["submission"] for each in reports}) == len(reports) == 14
    assert " of 14 were graded before" in ended.stderr
    table = run("export", store, "--to", "csv").stdout.splitlines()
    assert len(table) == 15


def test_reset_keeps_the_learners_work(tmp_path: Path) -> None:
    for part in ("exercises", "graders", "reference"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    mine = tmp_path / "exercises" / "ridge" / "ridge.py"
    stub = mine.read_text()
    mine.write_text("my work")

    def reset() -> str:
        ended = subprocess.run(
            [*COMMAND, "reset", "ridge"], cwd=tmp_path, capture_output=True, text=True,
            check=True, env=os.environ | {"PYTHONPATH": str(tmp_path)},
        )  # fmt: skip
        return ended.stdout

    assert "Your work is in" in reset()
    assert mine.read_text() == stub
    assert mine.with_suffix(".py.1").read_text() == "my work"
    assert "Your work" not in reset()


def test_watch_checks_again_when_the_file_is_saved(tmp_path: Path) -> None:
    for part in ("exercises", "graders", "reference"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    process = subprocess.Popen(
        [*COMMAND, "watch", "ridge"], cwd=tmp_path, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, env=os.environ | {"PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        while "Watching" not in process.stdout.readline():
            assert process.poll() is None
        time.sleep(1)
        shutil.copy(ROOT / "reference" / "ridge.py", tmp_path / "exercises" / "ridge")
        while "8 of 8 checks pass" not in process.stdout.readline():
            assert process.poll() is None
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(20) in (0, 130)
