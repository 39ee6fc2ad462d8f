"""`penaltybox dev check` passes on the kit, and fails when a piece of it is broken."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """A copy of the kit, small enough to break one piece of."""
    for folder in ("exercises", "reference", "graders"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(kit: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`penaltybox ...`, with the copy in front of the installed kit."""
    command = "import sys; sys.path.insert(0, ''); from graders.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", command, *arguments],
        cwd=kit,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def dev_check(kit: Path) -> subprocess.CompletedProcess[str]:
    return run(kit, "dev", "check", "ridge")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_untouched_kit_is_whole(kit: Path) -> None:
    result = dev_check(kit)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_stub_that_passes_is_found(kit: Path) -> None:
    stub = kit / "exercises" / "ridge" / "ridge.py"
    edit(stub, 'raise NotImplementedError("to do: sklearn_alpha")', "return n_samples * lam")
    result = dev_check(kit)
    assert result.returncode == 1
    assert "cut out" in result.stdout


def test_a_reference_that_leaks_into_the_stub_is_found(kit: Path) -> None:
    # the markers of one solution are gone, so that the stub made from it would pass
    path = kit / "reference" / "ridge.py"
    head, tail = path.read_text(encoding="utf-8").split("def sklearn_alpha", 1)
    body, rest = tail.split("    ### END SOLUTION\n", 1)
    body = body.replace("    ### BEGIN SOLUTION\n", "")
    path.write_text(f"{head}def sklearn_alpha{body}{rest}", encoding="utf-8")
    assert run(kit, "dev", "stubs", "ridge").returncode == 0
    stub = kit / "exercises" / "ridge" / "ridge.py"
    assert "n_samples * lam" in stub.read_text(encoding="utf-8")
    result = dev_check(kit)
    assert result.returncode == 1
    assert "though nothing is written yet" in result.stdout


def test_an_empty_hint_is_found(kit: Path) -> None:
    edit(
        kit / "graders" / "checks" / "test_ridge.py",
        'hint="X @ coef + intercept."',
        'hint=" "',
    )
    result = dev_check(kit)
    assert result.returncode == 1
    assert "check predictions of ridge has no hint" in result.stdout


def test_a_misconception_made_right_is_found(kit: Path) -> None:
    edit(
        kit / "graders" / "misconceptions" / "ridge.py",
        "return ridge_closed_form(X, y, lam / len(y))",
        "return ridge_closed_form(X, y, lam)",
    )
    result = dev_check(kit)
    assert result.returncode == 1
    assert "misconception n-forgotten of ridge: is caught by no check" in result.stdout


def test_a_wrong_reference_is_found(kit: Path) -> None:
    edit(kit / "reference" / "ridge.py", "penalty = n * lam\n", "penalty = lam\n")
    result = dev_check(kit)
    assert result.returncode == 1
    assert "reference of ridge: does not pass" in result.stdout
