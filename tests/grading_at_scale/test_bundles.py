"""What leaves the house: a learner's bundle without secrets, a Gradescope autograder that works."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from exercises.catalog import catalog
from graders import autograder, release

ROOT = Path(__file__).parents[2]
CLASS = ROOT / "tests" / "class"
SCHEMAS = Path(__file__).parent / "schemas"


def sentinels() -> dict[str, str]:
    """Lines that give away a reference, a hidden check or a misconception, and where they are from.

    Only lines that are not in the exercises anyway.
    """
    public = "\n".join(path.read_text() for path in (ROOT / "exercises").rglob("*.py"))
    found = {}
    for folder in ("reference", "graders/checks", "graders/misconceptions"):
        for path in (ROOT / folder).glob("*.py"):
            text = path.read_text()
            if folder == "reference":
                cut = r"### BEGIN SOLUTION(.*?)### END SOLUTION"
                text = "\n".join(re.findall(cut, text, re.DOTALL))
            for line in map(str.strip, text.splitlines()):
                if len(line) > 35 and line not in public:
                    found[line] = str(path)
    return found


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("release") / "kit"
    release.release(out)
    return out


def test_the_bundle_holds_no_secret(bundle: Path) -> None:
    secrets = sentinels()
    assert len(secrets) > 100
    for path in bundle.rglob("*"):
        assert not path.is_symlink()
        if path.is_file() and path.suffix not in (".png", ".csv"):
            lines = {line.strip() for line in path.read_text(errors="replace").splitlines()}
            assert not {secrets[line] for line in lines & set(secrets)}, path
    names = {path.relative_to(bundle).parts[0] for path in bundle.rglob("*")}
    assert names == {
        "exercises", "README.md", "LICENSE", "pyproject.toml", "requirements.txt",
        "requirements-torch.txt",
    }  # fmt: skip
    assert not [path for path in bundle.rglob("*") if path.name.startswith(".")]


def test_the_bundle_has_every_exercise_and_its_stubs(bundle: Path) -> None:
    for name, exercise in catalog().items():
        stub = (bundle / "exercises" / name / f"{name}.py").read_text()
        assert "### BEGIN SOLUTION" not in stub
        assert stub.count("raise NotImplementedError") >= len(exercise.functions)


def test_the_self_check_runs_in_the_bundle_alone(bundle: Path) -> None:
    hide = (
        "import sys\nsys.path[:] = [p for p in sys.path if p != sys.argv[1]]\n"
        "class Hidden:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in ('graders', 'reference'):\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Hidden())\nsys.path.insert(0, '')\n"
        "import exercises, pytest\nassert exercises.__file__.startswith(sys.argv[2])\n"
        "sys.exit(pytest.main(sys.argv[3:]))\n"
    )

    def check() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", hide, str(ROOT), str(bundle), "exercises/ridge"],
            cwd=bundle, capture_output=True, text=True, check=False,
        )  # fmt: skip

    to_do = check()
    assert to_do.returncode == 1
    assert "to do: write ridge_closed_form" in to_do.stdout
    mine = bundle / "exercises" / "ridge" / "ridge.py"
    stub = mine.read_bytes()
    shutil.copy(CLASS / "amara" / "ridge.py", mine)
    assert check().returncode == 0
    mine.write_bytes(stub)


def test_the_bundle_is_the_same_each_time(tmp_path: Path) -> None:
    release.release(tmp_path / "a.zip")
    release.release(tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_work_in_the_exercise_files_of_this_copy_stays_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graders import bundles

    for part in ("exercises", "reference"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / part, tmp_path)
    (tmp_path / "exercises" / "ridge" / "ridge.py").write_text("MY WORK")
    (tmp_path / "exercises" / "ridge" / "ridge.py.1").write_text("MY WORK")
    monkeypatch.setattr(bundles, "ROOT", tmp_path)
    monkeypatch.setattr(release, "HERE", tmp_path / "exercises")
    release.release(tmp_path / "out")
    assert not [p for p in (tmp_path / "out").rglob("*.py*") if "MY WORK" in p.read_text()]


@pytest.fixture
def container(tmp_path: Path) -> Path:
    """What Gradescope's harness sets up: the zip unpacked, the script copied, a Python."""
    autograder.write_gradescope(catalog()["ridge"], tmp_path / "grader.zip", "message")
    root = tmp_path / "autograder"
    with zipfile.ZipFile(tmp_path / "grader.zip") as archive:
        archive.extractall(root / "source")
        assert {"setup.sh", "run_autograder", "requirements.txt"} < set(archive.namelist())
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
        assert modes["run_autograder"] & 0o111
    shutil.copy(root / "source" / "run_autograder", root)
    (root / "run_autograder").chmod(0o755)
    (root / "submission").mkdir()
    (root / "results").mkdir()
    (root / "venv").symlink_to(sys.prefix)
    return root


def graded(root: Path) -> dict:
    environment = {"PATH": os.environ["PATH"], "AUTOGRADER_ROOT": str(root), "HOME": str(root)}
    ended = subprocess.run(
        [root / "run_autograder"], cwd=root, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    import jsonschema

    results = json.loads((root / "results" / "results.json").read_text())
    jsonschema.validate(results, json.loads((SCHEMAS / "gradescope.json").read_text()))
    return results


@pytest.mark.parametrize(
    ("source", "name", "score"),
    [("amara", "ridge.py", 24), ("amara", "my solution.py", 24), ("igor", "ridge.py", 0)],
)
def test_the_gradescope_autograder_grades_as_their_harness_runs_it(
    container: Path, source: str, name: str, score: float
) -> None:
    shutil.copy(CLASS / source / "ridge.py", container / "submission" / name)
    results = graded(container)
    assert results["score"] == score
    assert results["extra_data"]["isolation"] in ("sandbox", "process")
    assert len(results["tests"]) > 20


def test_the_gradescope_autograder_when_nothing_fits_was_handed_in(container: Path) -> None:
    (container / "submission" / "essay.txt").write_text("hello")
    results = graded(container)
    assert results["score"] == 0
    assert "--exercise" not in results["tests"][0]["output"]
    assert "No file for ridge" in results["tests"][0]["output"]


def test_the_scripts_are_valid_and_the_requirements_are_pinned(container: Path) -> None:
    for script in ("setup.sh", "run_autograder"):
        subprocess.run(["bash", "-n", container / "source" / script], check=True)
    pinned = (container / "source" / "requirements.txt").read_text().split()
    assert all("==" in line for line in pinned)
    assert {line.split("==")[0] for line in pinned} > {"numpy", "pytest", "hypothesis", "landlock"}
    assert not [line for line in pinned if line.startswith("torch")]
    wanted = {name.lower() for name in autograder._NEEDS}
    assert {line.split("==")[0].lower() for line in pinned} == wanted


def test_the_autograders_requirements_suffice() -> None:
    """Grading works where only what `setup.sh` installs can be imported."""
    script = (
        "import sys, importlib.metadata as m\n"
        "from pathlib import Path\n"
        "allowed = set(sys.argv[2:])\n"
        "owners = m.packages_distributions()\n"
        "class Missing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        owned = owners.get(name.split('.')[0])\n"
        "        if owned and not allowed & {each.lower() for each in owned}:\n"
        "            raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Missing())\n"
        "from graders.grading import grade\n"
        "from graders.autograder import run\n"
        "files = {'ridge.py': Path(sys.argv[1]).read_bytes()}\n"
        "assert grade('ridge', files).all_passed\n"
    )
    allowed = [name.lower() for name in autograder._NEEDS] + ["penaltybox"]
    ended = subprocess.run(
        [sys.executable, "-c", script, str(CLASS / "amara" / "ridge.py"), *allowed],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"HYPOTHESIS_NO_PLUGINS": "1"},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
