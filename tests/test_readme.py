"""Every command of the README works, in the order in which it stands there."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FOLDERS = ("exercises", "reference", "graders", "interview")

#: `make test` is what runs this test; `make grade` and the set-up have a test of their own.
MAKE = ("make grade", "make test")
SET_UP = (
    "python -m venv .venv",
    ".venv/bin/python -m pip install --no-deps -r requirements.lock",
    ".venv/bin/python -m pip install --no-deps --no-build-isolation --editable .",
)
#: Exit codes of commands that have something to complain about; all others end with 0.
EXPECTED = {"pytest exercises/ridge": 1, "penaltybox check ridge": 1}
#: A sample of wrong and right work makes the class's exit code 1, as documented.
EXPECTED["penaltybox grade tests/class --store results/class.sqlite"] = 1


def section(title: str) -> list[str]:
    """The commands of one section, without their comments."""
    text = README.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]
    return commands(text)


def commands(text: str) -> list[str]:
    blocks = re.findall(r"^```\n(.*?)^```$", text, flags=re.M | re.S)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """A copy of the kit whose commands work on the copy."""
    for folder in FOLDERS:
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    # enough of the sample class to see; `make grade` has a test of its own below
    learners = sorted(path for path in (ROOT / "tests" / "class").iterdir() if path.is_dir())
    for learner in learners[:4]:
        shutil.copytree(learner, tmp_path / "tests" / "class" / learner.name)
    for name in ("pyproject.toml", "README.md", "LICENSE", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "answer.txt").write_text(
        "I would first ask what the model is for. L1 keeps few features, so it is cheap to serve "
        "and one can say what drives a prediction; with correlated features L2 is steadier.",
        encoding="utf-8",
    )
    return tmp_path


def start(kit: Path, command: str, **options: object) -> subprocess.Popen[str]:
    program, *arguments = command.split()
    code = {
        "penaltybox": "from graders.cli import main; main()",
        "pytest": "import pytest; sys.exit(pytest.main(sys.argv[1:]))",
    }[program]
    return subprocess.Popen(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, ''); {code}", *arguments],
        cwd=kit,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONPATH": str(kit)},
        **options,  # type: ignore[call-overload]
    )


def run(kit: Path, command: str, stdin: str = "") -> None:
    process = start(kit, command, stdin=subprocess.PIPE)
    output, _ = process.communicate(stdin, timeout=300)
    assert process.returncode == EXPECTED.get(command, 0), f"{command}\n{output}"
    assert "Traceback" not in output, f"{command}\n{output}"


def test_every_command_is_known() -> None:
    known = [*MAKE, *SET_UP, *section("Learners"), *section("Instructors"), *section("Candidates")]
    assert commands(README) == known


def test_the_set_up_without_make_is_what_make_does() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for line in SET_UP[1:]:
        arguments = line.split("pip install ")[1]
        assert f"pip install --quiet {arguments}" in makefile


def test_the_commands_for_learners(kit: Path) -> None:
    shutil.copy(ROOT / "reference" / "ridge.py", kit / "exercises" / "ridge" / "ridge.py")
    stub_needed = {"pytest exercises/ridge", "penaltybox check ridge", "penaltybox hint ridge"}
    solution = (kit / "exercises" / "ridge" / "ridge.py").read_bytes()
    for command in section("Learners"):
        stub = (ROOT / "exercises" / "ridge" / "ridge.py").read_bytes()
        (kit / "exercises" / "ridge" / "ridge.py").write_bytes(
            stub if command in stub_needed else solution
        )
        if command.startswith("penaltybox watch"):
            watch(kit, command)
        else:
            run(kit, command, stdin="y\n")
    assert (kit / "exercises" / "ridge" / "my_figure.png").stat().st_size > 10_000


def watch(kit: Path, command: str) -> None:
    """Start watching, save the file, see the self-check run again, and stop with Ctrl-C."""
    process = start(kit, command, stdin=subprocess.DEVNULL)
    assert process.stdout is not None
    seen = 0
    deadline = time.monotonic() + 60
    for line in process.stdout:
        seen += "checks pass" in line
        if "checks pass" in line and seen == 1:
            time.sleep(1)  # the watcher starts after the first run
            target = kit / "exercises" / "ridge" / "ridge.py"
            target.write_text(target.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        if seen == 2 or time.monotonic() > deadline:
            break
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert seen == 2
    assert process.returncode in (0, 130)  # 130: ended by Ctrl-C


def test_the_commands_for_instructors(kit: Path) -> None:
    for command in section("Instructors"):
        run(kit, command)
    assert (kit / "results" / "class.html").stat().st_size > 10_000
    assert (kit / "results" / "class.csv").read_text(encoding="utf-8").count("\n") > 4
    assert (kit / "results" / "autograder.zip").exists()


def test_the_commands_for_candidates(kit: Path) -> None:
    for command in section("Candidates"):
        run(kit, command, stdin="I would ask what the model is used for.\n\n\n")


def test_make_grade_does_the_main_job() -> None:
    if shutil.which("make") is None or not (ROOT / ".venv").exists():
        pytest.skip("needs make and the environment that make sets up")
    result = subprocess.run(
        ["make", "grade"], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert (ROOT / "results" / "class.html").exists()
