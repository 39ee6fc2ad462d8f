"""What `penaltybox` does for a learner: list, check, watch, hint, reset, plot."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from exercises.catalog import HERE, Exercise, catalog
from graders.mistakes import Mistake


def overview() -> Iterator[tuple[Exercise, int | None]]:
    """Each exercise, and how many of its functions the learner still has to write.

    None where the exercise's file is missing.
    """
    for exercise in catalog().values():
        try:
            text = exercise.stub.read_text("utf-8", "replace")
        except OSError:
            yield exercise, None
            continue
        yield (
            exercise,
            sum(f'NotImplementedError("to do: {name}")' in text for name in exercise.functions),
        )


def check(exercise: Exercise) -> int:
    """Run the self-check as `pytest exercises/NAME` does; returns its exit code."""
    _need(exercise.self_check)
    command = [sys.executable, "-m", "pytest", str(exercise.folder)]
    return subprocess.run(command, cwd=HERE.parent, check=False).returncode


def watch(exercise: Exercise | None) -> None:
    """Run the self-check now, and again whenever one of the learner's files changes.

    Without an exercise the first unfinished one is checked, then whichever is worked on.
    """
    import watchfiles

    first = exercise or _first_unfinished()
    check(first)
    folder = first.folder if exercise else HERE
    print(f"\nWatching {folder} for changes; press Ctrl-C to stop.", flush=True)
    is_work = watchfiles.PythonFilter()
    for changes in watchfiles.watch(folder, watch_filter=is_work, raise_interrupt=False):
        changed = {_exercise_of(Path(path)) for _, path in changes} - {None}
        for other in catalog().values():
            if other.name in changed:
                print(f"\n{'─' * 60}", flush=True)
                check(other)


def next_hint(exercise: Exercise) -> tuple[str, str] | None:
    """Title and hint of the first self-check that does not pass; None if all do."""
    from graders.runner import collect_checks

    _need(exercise.self_check)
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={results}"]
        run = subprocess.run(
            [*command, str(exercise.folder)], cwd=HERE.parent, capture_output=True, check=False
        )
        if not results.exists():
            said = run.stdout.decode("utf-8", "replace").strip().splitlines()
            raise Mistake(said[0] if said else f"The self-check of {exercise.name} did not run.")
        cases = ElementTree.parse(results).getroot().iter("testcase")
        passed = {str(case.get("name")).removeprefix("test_") for case in cases if not len(case)}
    for check in collect_checks(exercise).values():
        if check.visible and check.id not in passed:
            return check.title, check.hint or ""
    return None


def reset(exercise: Exercise) -> Path | None:
    """Put the stub back; returns where the learner's own work was kept, None if there was none."""
    from graders.stubs import stub

    reference = HERE.parent / "reference" / f"{exercise.name}.py"
    _need(reference)
    fresh = stub(reference.read_text("utf-8"))
    kept = None
    if exercise.stub.exists():
        work = exercise.stub.read_bytes()
        if work == fresh.encode():
            return None
        kept = _free_name(exercise.stub)
        kept.write_bytes(work)
    exercise.stub.write_text(fresh, encoding="utf-8")
    return kept


def plot(exercise: Exercise) -> None:
    """Draw the exercise's figure with the learner's own functions."""
    from exercises.plotting import CannotDraw

    file = exercise.folder / f"plot_{exercise.name}.py"
    _need(file)
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise Mistake(f"{file} cannot be loaded.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    try:
        module.main()
    except CannotDraw as error:
        raise Mistake(str(error)) from None
    except SyntaxError as error:
        raise Mistake(f"{exercise.stub} is not valid Python: line {error.lineno}.") from None


def _need(file: Path) -> None:
    if not file.exists():
        raise Mistake(f"{file} is missing; get the kit again, or restore it with git.")


def _first_unfinished() -> Exercise:
    states = list(overview())
    return next((exercise for exercise, to_do in states if to_do), states[0][0])


def _exercise_of(path: Path) -> str | None:
    try:
        return path.resolve().relative_to(HERE.resolve()).parts[0]
    except (ValueError, IndexError):
        return None


def _free_name(path: Path) -> Path:
    number = 1
    while (candidate := path.with_suffix(f".py.{number}")).exists():
        number += 1
    return candidate
