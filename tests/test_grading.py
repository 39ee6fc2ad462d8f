"""One submission in, one report out: statuses, determinism, and what a report may not tell."""

from __future__ import annotations

import re
import shutil
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import msgspec
import pytest

from exercises.checking import Call
from graders import grading, sandbox
from graders.grading import grade, submission_digest, unreadable
from graders.mistakes import Mistake
from graders.report import Report, decode, encode, reveal
from graders.runner import CheckRun

ROOT = Path(__file__).parent.parent
REFERENCE = (ROOT / "reference" / "ridge.py").read_text(encoding="utf-8")
STUB = (ROOT / "exercises" / "ridge" / "ridge.py").read_text(encoding="utf-8")
QUICK = sandbox.Limits(call_seconds=1.0, load_seconds=5.0, total_seconds=4.0)


def ridge(source: str, **options: object) -> Report:
    return grade("ridge", {"ridge.py": source.encode()}, **options)


def changed(*edits: tuple[str, str]) -> str:
    text = REFERENCE
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return text


def statuses(report: Report) -> dict[str, str]:
    return {check.id: check.status for check in report.checks}


def test_the_reference_gets_full_marks() -> None:
    report = ridge(REFERENCE, submission="ada")
    assert report.all_passed
    assert report.status == "graded"
    assert report.score == report.max_score > 0
    assert report.submission == "ada"
    assert report.isolation == "sandbox"


def test_the_stub_gets_nothing_and_is_told_what_is_to_do() -> None:
    report = ridge(STUB)
    assert report.score == 0
    assert set(statuses(report).values()) == {"failed"}
    assert all("still to do" in check.message for check in report.checks)


def test_the_same_submission_gives_the_same_bytes_but_for_seconds() -> None:
    source = changed(("penalty = n * lam\n", "penalty = lam\n"))
    first, second = (re.sub(rb'"seconds":[0-9.e-]+', b"", encode(ridge(source))) for _ in range(2))
    assert first == second


def test_a_report_survives_its_own_json() -> None:
    report = ridge(changed(("penalty = n * lam\n", "penalty = lam\n")))
    assert decode(encode(report)) == report
    assert b"\n" not in encode(report)


def test_the_mistake_is_named_with_the_smallest_example() -> None:
    report = ridge(changed(("penalty = n * lam\n", "penalty = lam\n")))
    check = next(check for check in report.checks if check.id == "minimises_the_objective")
    assert check.status == "failed"
    assert check.misconception is not None
    assert check.misconception.id == "n-forgotten"
    assert check.counterexample is not None
    assert check.counterexample.startswith("ridge_closed_form(X=[[")
    assert "returned LinearFit(coef=" in check.counterexample


def test_a_mistake_that_nobody_knows_is_not_named() -> None:
    odd = changed(("penalty = n * lam\n", "penalty = n * lam + 0.37 * np.sin(n)**2 * lam**0.3\n"))
    report = ridge(odd)
    assert report.score < report.max_score
    assert not any(check.misconception for check in report.checks)


def test_nothing_at_all_can_be_imported() -> None:
    for source in ("def ridge_closed_form(:\n", "import no_such_module\n", "1 / 0\n", "\0"):
        report = ridge(source)
        assert report.status == "error"
        assert report.score == 0
        assert set(statuses(report).values()) == {"error"}
        assert "cannot be imported" in report.checks[0].message


def test_an_endless_loop_costs_its_own_checks_alone() -> None:
    report = ridge(
        changed(("    return float(n_samples * lam)", "    while True: pass")), limits=QUICK
    )
    found = statuses(report)
    assert found["sklearn_alpha"] == "timeout"
    assert found["minimises_the_objective"] == "passed"
    assert 0 < report.score < report.max_score


def test_the_time_of_a_submission_is_limited_as_a_whole() -> None:
    slow = changed(("    X, y, lam = _check(X, y, lam)\n", "    import time; time.sleep(0.9)\n"))
    report = ridge(slow, limits=QUICK)
    assert report.seconds < 10
    assert any("used up" in check.message for check in report.checks)


def test_a_crash_costs_its_own_checks_alone() -> None:
    report = ridge(changed(("    return float(n_samples * lam)", "    import os; os._exit(0)")))
    assert statuses(report)["sklearn_alpha"] == "crashed"
    assert statuses(report)["minimises_the_objective"] == "passed"


def test_a_missing_function_is_a_failed_check() -> None:
    report = ridge(REFERENCE.replace("def sklearn_alpha", "def sklearn_alfa"))
    check = next(check for check in report.checks if check.id == "sklearn_alpha")
    assert check.status == "failed"
    assert check.message == "The submission defines no function called sklearn_alpha."


def test_two_answers_to_one_question_fail_the_check() -> None:
    moody = changed(
        (
            "    return float(n_samples * lam)",
            "    import itertools\n    global turns\n"
            "    turns = globals().get('turns', itertools.count())\n"
            "    return float(n_samples * lam) * (1 if next(turns) < 26 else 2)",
        )
    )
    assert statuses(ridge(moody))["sklearn_alpha"] == "failed"


def test_unseeded_randomness_is_found_when_asked_again() -> None:
    noisy = changed(
        (
            "    return float(n_samples * lam)",
            "    return float(n_samples * lam) * (1 + 1e-13 * np.random.normal())",
        )
    )
    assert statuses(ridge(noisy))["sklearn_alpha"] == "passed"  # rounding is no second answer


def test_a_single_module_of_another_name_is_taken() -> None:
    report = grade("ridge", {"my_solution.py": REFERENCE.encode()})
    assert report.all_passed


def test_helpers_beside_the_submission_are_found_and_shadow_nothing() -> None:
    files = {
        "ridge.py": b"from mine import *\n",
        "mine.py": REFERENCE.encode(),
        "numpy.py": b"raise SystemExit('shadowed')\n",
        "conftest.py": b"raise SystemExit('loaded')\n",
    }
    assert grade("ridge", files).all_passed


def test_no_module_at_all_is_an_error_that_says_so() -> None:
    report = grade("ridge", {"notes.txt": b"sorry"})
    assert report.status == "error"
    assert report.checks[0].message == "There is no ridge.py in it, only notes.txt."
    assert len(report.checks) == len(ridge(STUB).checks)


def test_unreadable_files_give_a_whole_report() -> None:
    report = unreadable("ridge", "eve", "The zip is damaged.")
    assert report.score == 0
    assert report.max_score == ridge(STUB).max_score


@pytest.mark.parametrize(
    ("problem", "kept"), [(sandbox.BudgetSpent(60.0), 2), (sandbox.Crashed("gone"), 0)]
)
def test_a_budget_spent_on_asking_again_costs_no_check(problem: Exception, kept: int) -> None:
    class Ended:
        calls = ()
        begin_example = seed_globals = staticmethod(lambda *_: None)

        def answers_alike(self, _call: Call) -> bool:
            raise problem

    checks = {
        name: CheckRun(
            name,
            name,
            ("predict",),
            1.0,
            "",
            False,
            True,
            ran=True,
            calls=[Call("predict", (), {})],
        )
        for name in ("one", "two")
    }
    grading._ask_again(Ended(), checks, "seed")
    assert [check.error for check in checks.values()].count(None) == kept


def test_the_exercise_must_exist() -> None:
    with pytest.raises(LookupError, match="no exercise called 'rigde'; the exercises are"):
        grade("rigde", {"ridge.py": b""})


def test_digests_tell_names_and_bytes_apart() -> None:
    digests = {
        submission_digest(files)
        for files in ({"a": b"bc"}, {"ab": b"c"}, {"a": b"b", "c": b""}, {}, {"a": b"bd"})
    }
    assert len(digests) == 5


@pytest.mark.parametrize(
    "changed_file",
    [
        "graders/checks/test_project_comparison.py", "graders/misconceptions/lasso.py",
        "graders/certificates/optimality.py", "graders/sandbox/worker.py", "graders/diagnosis.py",
        "reference/project_comparison.py", "reference/cv_lambda.py",
    ],
)  # fmt: skip
def test_the_grader_digest_notices_whatever_decides_a_grade(
    changed_file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("graders", "reference"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.setattr(grading, "ROOT", tmp_path / "graders")
    monkeypatch.setattr(grading, "HIDDEN", tmp_path / "graders" / "checks")
    before = grading.grader_digest.__wrapped__("project_comparison")
    assert before == grading.grader_digest.__wrapped__("project_comparison")
    with (tmp_path / changed_file).open("a") as file:
        file.write("# another line\n")
    assert grading.grader_digest.__wrapped__("project_comparison") != before


def test_without_pytorch_nothing_is_graded_that_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(name: str) -> str:
        if name == "torch":
            raise PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(grading, "version", lacking)
    # else what was found before is remembered
    monkeypatch.setattr(grading, "_libraries_of", grading._libraries_of.__wrapped__)
    with pytest.raises(Mistake, match=r"dropout needs PyTorch.*nothing of it was graded"):
        grade("dropout", {"dropout.py": b""})
    assert ridge(STUB).status == "graded"


@pytest.mark.parametrize("level", ["title", "message", "counterexample"])
def test_what_is_revealed_never_holds_an_answer(level: str) -> None:
    report = reveal(ridge(changed(("penalty = n * lam\n", "penalty = lam\n"))), level)
    hidden = [check for check in report.checks if not check.visible]
    text = msgspec.json.encode(hidden).decode()
    assert "expected" not in text
    assert "ridge_residual" not in text
    failed = next(check for check in hidden if check.id == "minimises_the_objective")
    assert (failed.message == "") == (level == "title")
    assert (failed.counterexample is None) == (level != "counterexample")


def test_process_isolation_is_recorded() -> None:
    report = ridge(REFERENCE, isolation="process")
    assert report.all_passed
    assert report.isolation == "process"


def test_surroundings_of_the_grader_do_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "conftest.py").write_text("raise SystemExit('loaded')")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
    assert ridge(REFERENCE).all_passed


def test_a_box_that_breaks_down_costs_nobody_a_point(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_worker(self: sandbox.Session, *_: object, **__: object) -> None:
        raise sandbox.SandboxUnavailable("The sandbox cannot start a worker: no memory.")

    monkeypatch.setattr(sandbox.Session, "call", no_worker)
    with pytest.raises(RuntimeError, match="no memory"):
        ridge(REFERENCE)
