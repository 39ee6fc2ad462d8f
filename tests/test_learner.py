"""What a learner sees: `pytest exercises/ridge` on the stub, on wrong code and on right code."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOLUTION = (ROOT / "reference" / "ridge.py").read_text(encoding="utf-8")


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """What a learner has: the exercises alone, without `graders` and `reference`."""
    shutil.copytree(
        ROOT / "exercises", tmp_path / "exercises", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(kit: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`pytest ...` in the learner's folder, in which the kit itself cannot be imported."""
    hide = (
        "import sys\n"
        "class Hidden:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in ('graders', 'reference', 'sklearn', 'torch'):\n"
        "            raise ModuleNotFoundError(f'{name} is not for learners')\n"
        "sys.meta_path.insert(0, Hidden())\n"
        "sys.path.insert(0, '')\n"
        "import pytest\n"
        "sys.exit(pytest.main(sys.argv[1:]))\n"
    )
    return subprocess.run(
        [sys.executable, "-c", hide, *arguments],
        cwd=kit,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def write(kit: Path, source: str) -> None:
    (kit / "exercises" / "ridge" / "ridge.py").write_text(source, encoding="utf-8")


def test_stub_lists_everything_as_to_do(kit: Path) -> None:
    result = run(kit, "exercises/ridge")
    assert result.returncode == 1
    assert result.stdout.count("to do: write") == 8
    assert "Next: write `ridge_closed_form` in exercises/ridge/ridge.py." in result.stdout
    assert "Traceback" not in result.stdout + result.stderr
    assert "NotImplementedError" not in result.stdout


def test_wrong_solution_is_explained(kit: Path) -> None:
    write(kit, SOLUTION.replace("penalty = n * lam\n", "penalty = lam\n"))
    result = run(kit, "exercises/ridge")
    assert result.returncode == 1
    for text in ("called", "ridge_closed_form(X=[[1, 2]", "returned", "expected", "why", "hint"):
        assert text in result.stdout
    assert "conftest.py" not in result.stdout
    assert "checking.py" not in result.stdout


def test_right_solution_is_green_and_says_what_is_next(kit: Path) -> None:
    write(kit, SOLUTION)
    result = run(kit, "exercises/ridge")
    assert result.returncode == 0, result.stdout
    assert "8 of 8 checks pass." in result.stdout
    assert "Next: open exercises/lasso/README.md." in result.stdout


def test_an_exception_points_at_the_learners_line(kit: Path) -> None:
    write(kit, SOLUTION.replace("penalty = n * lam\n", "penalty = n * lamb\n"))
    result = run(kit, "exercises/ridge")
    assert result.returncode == 1
    assert "NameError: name 'lamb' is not defined" in result.stdout
    assert "penalty = n * lamb" in result.stdout
    assert "Traceback" not in result.stdout


def test_a_syntax_error_is_one_sentence(kit: Path) -> None:
    write(kit, "def ridge_closed_form(X, y lam):\n    pass\n")
    result = run(kit, "exercises/ridge")
    assert result.returncode == 1
    assert "ridge.py, line 1 is not valid Python" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


@pytest.mark.parametrize(
    "loop",
    [
        "while True: pass",
        # swallows the interruption, so only the watchdog helps
        "\n    while True:\n        try:\n            while True: pass\n"
        "        except BaseException: pass",
    ],
    ids=["plain", "swallowing"],
)
def test_an_endless_loop_ends_in_a_clear_time_out(kit: Path, loop: str) -> None:
    write(kit, SOLUTION.replace("penalty = n * lam\n", f"{loop}\n"))
    catalog = kit / "exercises" / "catalog.py"
    text = catalog.read_text(encoding="utf-8")
    catalog.write_text(text.replace("call_seconds: float = 5.0", "call_seconds: float = 0.3"))
    result = run(kit, "exercises/ridge")
    assert result.returncode == 1
    assert "look for a loop that never ends" in result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr
