"""Makes a Gradescope autograder, and is what runs inside it.

`write_gradescope` packs the kit with `setup.sh` and `run_autograder`; in Gradescope's container
the latter runs this module, which grades `/autograder/submission` and writes
`/autograder/results/results.json`. The box is used at full strength where the container's kernel
allows it, else by separate processes under another user (`isolation` in the results says which).
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import msgspec

from exercises.catalog import HERE, Exercise
from graders import bundles
from graders.formats.gradescope import to_gradescope
from graders.intake.layouts import Learner
from graders.intake.sources import Unreadable
from graders.intake.submissions import NothingToGrade, Submission, find, unreadable_digest
from graders.mistakes import Mistake
from graders.report import Report, Reveal, reveal

SETTINGS = "autograder.json"
_SCRIPTS = Path(__file__).parent / "gradescope"
#: What grading imports; torch only where the exercise needs it.
_NEEDS = (
    "numpy", "scipy", "scikit-learn", "joblib", "threadpoolctl", "narwhals", "matplotlib",
    "contourpy", "cycler", "fonttools", "kiwisolver", "pillow", "pyparsing", "python-dateutil",
    "six", "packaging", "pytest", "pluggy", "iniconfig", "Pygments", "hypothesis",
    "sortedcontainers", "attrs", "msgspec", "landlock", "pyseccomp", "PyYAML", "rich",
    "markdown-it-py", "mdurl",
)  # fmt: skip
_NEEDS_TORCH = (
    "torch", "filelock", "typing_extensions", "sympy", "mpmath", "networkx", "Jinja2",
    "MarkupSafe", "fsspec", "setuptools",
)  # fmt: skip


class Settings(msgspec.Struct, frozen=True):
    """What an autograder was made for."""

    exercise: str
    reveal: Reveal


def write_gradescope(exercise: Exercise, out: Path, level: Reveal) -> None:
    """Write a Gradescope autograder for one exercise to the zip `out`.

    Raises
    ------
    Mistake : `out` is no .zip or cannot be written.
    """
    if out.suffix != ".zip":
        raise Mistake(f"{out} must end in .zip: Gradescope takes autograders as zips.")
    files: dict[str, bytes] = {}
    for folder in (HERE, bundles.ROOT / "graders", bundles.ROOT / "reference"):
        files |= {
            name: content
            for name, content in bundles.files_below(folder)
            if not name.endswith((".png", ".md")) and not name.startswith("graders/gradescope/")
        }
    files["setup.sh"] = (_SCRIPTS / "setup.sh").read_bytes()
    files["run_autograder"] = (_SCRIPTS / "run_autograder.sh").read_bytes()
    files["requirements.txt"] = _requirements(torch=exercise.torch)
    files[SETTINGS] = msgspec.json.encode(Settings(exercise.name, level))
    bundles.write(files, out)


def _requirements(*, torch: bool) -> bytes:
    wanted = {name.lower() for name in _NEEDS + (_NEEDS_TORCH if torch else ())}
    lock = (bundles.ROOT / "requirements.lock").read_text("utf-8").splitlines()
    lines = [line for line in lock if re.split(r"[=\[ ]", line)[0].lower() in wanted]
    return ("\n".join(lines) + "\n").encode()


def run(root: Path) -> Report:
    """Grade `root/submission` and write `root/results/results.json`; returns the whole report."""
    from graders import grading, sandbox

    settings = msgspec.json.decode((root / "source" / SETTINGS).read_bytes(), type=Settings)
    isolation: Any = "process" if sandbox.missing() else "sandbox"
    name = settings.exercise
    try:
        submission = _the_submission(root / "submission", name)
        files = submission.read().files
    except (Mistake, Unreadable) as error:
        digest = unreadable_digest(
            Submission(name, Learner(""), "submission", "submission"), str(error)
        )
        report = grading.unreadable(name, "submission", str(error), digest, isolation)
    else:
        report = grading.grade(name, files, submission="submission", isolation=isolation)
    results = root / "results" / "results.json"
    results.parent.mkdir(exist_ok=True)
    results.write_text(to_gradescope(reveal(report, settings.reveal)), encoding="utf-8")
    return report


def _the_submission(folder: Path, exercise: str) -> Submission:
    try:
        found = [item for item in find([folder], [exercise]) if not item.problem]
    except NothingToGrade:
        found = []
    if not found:
        raise Mistake(f"No file for {exercise} was handed in.")
    return max(found, key=lambda item: (item.path == f"{exercise}.py", item.order))


if __name__ == "__main__":
    finished = run(Path(sys.argv[1]))
    print(f"{finished.exercise}: {finished.score:g} of {finished.max_score:g} points")
