"""Who handed in what: paths of course systems, attempts, rosters, links, zips that bite."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path

import pytest

from graders.intake import sources
from graders.intake.layouts import Learner
from graders.intake.roster import match_roster, read_roster
from graders.intake.sources import Folder, Unreadable, Zip
from graders.intake.submissions import UNKNOWN, NothingToGrade, Submission, find

CODE = b"def ridge_closed_form(X, y, lam):\n    return 1\n"


def write(root: Path, *names: str, content: bytes = CODE) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def packed(files: dict[str, bytes]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return memory.getvalue()


def whose(found: list[Submission]) -> set[tuple[str, str]]:
    return {(item.learner.id, item.exercise) for item in found}


def test_student_folders_with_several_exercises(tmp_path: Path) -> None:
    write(tmp_path, "anna/ridge.py", "anna/lasso.py", "ben/ridge.py", "ben/notes.txt")
    assert whose(find([tmp_path])) == {("anna", "ridge"), ("anna", "lasso"), ("ben", "ridge")}
    assert whose(find([tmp_path], ["ridge"])) == {("anna", "ridge"), ("ben", "ridge")}


def test_a_learner_without_the_file_is_not_forgotten(tmp_path: Path) -> None:
    write(tmp_path, "anna/ridge.py", "ben/ridge.py", "carl/lasso.py", "dora/essay.pdf")
    found = {item.learner.id: item for item in find([tmp_path], ["ridge"])}
    assert set(found) == {"anna", "ben", "carl", "dora"}
    with pytest.raises(Unreadable, match="holds no file for ridge"):
        found["carl"].read()


@pytest.mark.parametrize("name", ["anna_ridge.py", "ridge-anna.py", "Ridge anna.py"])
def test_flat_names_with_the_exercise_at_one_end(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, "ben_lasso.py")
    assert whose(find([tmp_path])) == {("anna", "ridge"), ("ben", "lasso")}


def test_flat_files_of_any_name_when_the_exercise_is_known(tmp_path: Path) -> None:
    write(tmp_path, "anna.py", "right_by_svd.py", "ben.ipynb")
    found = find([tmp_path], ["ridge"])
    assert whose(found) == {("anna", "ridge"), ("right_by_svd", "ridge"), ("ben", "ridge")}
    assert {item.read().files.keys() == {"ridge.py"} for item in found if item.path[-1] == "y"}


def test_a_folder_that_is_one_submission_takes_its_helpers_along(tmp_path: Path) -> None:
    home = write(tmp_path, "anna/helpers.py", "anna/unused.py", "anna/conftest.py") / "anna"
    write(home, "ridge.py", content=b"from helpers import solve\n")
    (only,) = find([home], ["ridge"])
    assert only.learner.id == "anna"
    assert set(only.read().files) == {"ridge.py", "helpers.py"}


def test_a_single_file_takes_nothing_along(tmp_path: Path) -> None:
    write(tmp_path, "anna/ridge.py", content=b"import helpers\n")
    write(tmp_path, "anna/helpers.py")
    (only,) = find([tmp_path / "anna" / "ridge.py"])
    assert (only.learner.id, only.exercise) == ("anna", "ridge")
    assert only.name == (tmp_path / "anna" / "ridge.py").as_posix()
    assert set(only.read().files) == {"ridge.py"}


def test_a_project_finds_the_exercises_that_it_builds_on(tmp_path: Path) -> None:
    kit = write(tmp_path, "ridge/ridge.py", "lasso/lasso.py", "cv_lambda/cv_lambda.py")
    source = b"import ridge, lasso, cv_lambda\n"
    write(kit, "project_lambda_finder/project_lambda_finder.py", content=source)
    by_file = find([kit / "project_lambda_finder" / "project_lambda_finder.py"])
    by_folder = find([kit], ["project_lambda_finder"])
    wanted = {"project_lambda_finder.py", "ridge.py", "lasso.py", "cv_lambda.py"}
    assert set(by_file[0].read().files) == wanted
    assert set(next(item for item in by_folder if not item.problem).read().files) == wanted


def test_attempts_of_one_learner_in_their_order(tmp_path: Path) -> None:
    write(tmp_path, *(f"anna/attempt-{n}/ridge.py" for n in (1, 2, 10)), "ben/ridge.py")
    found = [item for item in find([tmp_path]) if item.learner.id == "anna"]
    assert [item.path for item in sorted(found, key=lambda item: item.order)] == [
        f"anna/attempt-{n}/ridge.py" for n in (1, 2, 10)
    ]


def test_canvas_export(tmp_path: Path) -> None:
    names = ("doejane_12345_678_ridge.py", "doejane_LATE_12345_901_ridge-2.py",
             "roe_54_77_my solution.py")  # fmt: skip
    path = zipped(tmp_path / "submissions.zip", dict.fromkeys(names, CODE))
    found = find([path], ["ridge"])
    assert whose(found) == {("12345", "ridge"), ("54", "ridge")}
    jane = sorted((item for item in found if item.learner.id == "12345"), key=lambda i: i.order)
    assert [item.path for item in jane] == list(names[:2])
    assert jane[0].learner.name == "doejane"
    assert all(set(item.read().files) == {"ridge.py"} for item in found)


def test_canvas_files_of_one_learner_belong_together(tmp_path: Path) -> None:
    files = {
        "doe_1_2_ridge.py": b"import helpers\n",
        "doe_1_3_helpers.py": CODE,
        "roe_4_5_helpers.py": b"other",
        "roe_4_6_main.py": b"import helpers\n" + CODE,
    }
    path = zipped(tmp_path / "submissions.zip", files)
    found = {item.learner.name: item for item in find([path], ["ridge"])}
    assert found["doe"].read().files["helpers.py"] == CODE
    assert found["roe"].read().files["helpers.py"] == b"other"
    assert len(found) == 2


@pytest.mark.parametrize(
    "name",
    [
        "Jane Doe_98_assignsubmission_file_/ridge.py",
        "Jane Doe_98_assignsubmission_file/ridge.py",
        "Jane Doe_98_assignsubmission_file_ridge.py",
    ],
)
def test_moodle_export(tmp_path: Path, name: str) -> None:
    path = zipped(
        tmp_path / "course.zip", {name: CODE, "Ö_7_assignsubmission_file_/ridge.py": CODE}
    )
    found = {item.learner for item in find([path])}
    assert found == {Learner("98", "Jane Doe"), Learner("7", "Ö")}


def test_gradescope_export(tmp_path: Path) -> None:
    metadata = b"""---
submission_456:
  :submitters:
  - :name: Jane Doe
    :sid: '123'
    :email: jane@example.edu
  :created_at: 2026-03-01 10:00:00.000000000 Z
submission_457:
  :submitters:
  - :name: Pair One
    :sid: '200'
  - :name: Pair Two
    :sid: '201'
"""
    files = {
        "assignment_1_export/submission_metadata.yml": metadata,
        "assignment_1_export/submission_456/ridge.py": CODE,
        "assignment_1_export/submission_457/ridge.py": CODE,
    }
    found = {item.learner: item for item in find([zipped(tmp_path / "export.zip", files)])}
    assert set(found) == {Learner("123", "Jane Doe"), Learner("200, 201", "Pair One, Pair Two")}
    assert str(found[Learner("123", "Jane Doe")].submitted) == "2026-03-01 10:00:00+00:00"


def test_nbgrader_course(tmp_path: Path) -> None:
    write(tmp_path, "nbgrader_config.py", "source/ridge/ridge.ipynb", "gradebook.db",
          "submitted/anna/ridge/ridge.ipynb", "submitted/ben/ridge/ridge.ipynb")  # fmt: skip
    write(tmp_path, "submitted/anna/ridge/timestamp.txt", content=b"2025-02-02 15:58:23.9 UTC")
    found = {item.learner.id: item for item in find([tmp_path])}
    assert set(found) == {"anna", "ben"}
    assert str(found["anna"].submitted) == "2025-02-02 15:58:23.900000+00:00"


def test_zips_inside_an_export_and_broken_ones(tmp_path: Path) -> None:
    files = {
        "anna_1_2_work.zip": packed({"mine/ridge.py": CODE, "__MACOSX/mine/._ridge.py": b"\0"}),
        "ben_3_4_work.zip": b"PK not really",
        "carl_5_6_work.zip": packed({"../../etc/ridge.py": CODE}),
        "dora_7_8_work.zip": packed({"readme.txt": b""}),
    }
    found = {item.learner.name: item for item in find([zipped(tmp_path / "all.zip", files)])}
    assert set(found["anna"].read().files) == {"ridge.py"}
    for name, reason in [("ben", "not a zip"), ("carl", "outside"), ("dora", "no file")]:
        assert found[name].exercise == UNKNOWN
        with pytest.raises(Unreadable, match=reason):
            found[name].read()


def test_links_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    write(secret, "ridge.py", content=b"secret")
    home = write(tmp_path / "class", "anna/lasso.py")
    (home / "anna" / "ridge.py").symlink_to(secret / "ridge.py")
    (home / "ben").symlink_to(secret)
    os.link(secret / "ridge.py", home / "anna" / "hard.txt")
    assert whose(find([home])) == {("anna", "lasso")}
    os.mkfifo(home / "anna" / "elastic_net.py")
    assert whose(find([home])) == {("anna", "lasso")}
    with pytest.raises(Unreadable):
        Folder(home).read("anna/ridge.py", 100)
    with pytest.raises(Unreadable, match="not an ordinary file"):
        Folder(home).read("anna/elastic_net.py", 100)


def test_links_in_zips_are_ignored(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("anna/ridge.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("ben/ridge.py", CODE)
    assert whose(find([tmp_path / "x.zip"])) == {("ben", "ridge")}


@pytest.mark.parametrize(
    "name", ["../ridge.py", "/ridge.py", "C:\\ridge.py", "a\\..\\..\\ridge.py"]
)
def test_zips_with_paths_that_lead_outside_are_refused(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "x.zip", {name: CODE, "ben/ridge.py": CODE})
    with pytest.raises(NothingToGrade, match="leads outside"):
        find([path])


def test_a_bomb_is_read_up_to_the_limit_only(tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "x.zip", {"anna/ridge.py": b"#" * (sources.MAX_SOURCE + 1)})
    assert bomb.stat().st_size < 10_000
    (only,) = find([bomb])
    with pytest.raises(Unreadable, match="larger than 4 MiB"):
        only.read()


def test_an_entry_that_lies_about_its_size(tmp_path: Path) -> None:
    data = bytearray(packed({"anna/ridge.py": b"a" * 1000}))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(Unreadable):
        Zip(bytes(data), "x").read("anna/ridge.py", 5)


def test_a_table_of_contents_that_fills_the_memory_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sources, "MAX_DIRECTORY", 1000)
    content = packed({f"{number:04}/ridge.py": b"" for number in range(50)})
    with pytest.raises(Unreadable, match="table of contents"):
        Zip(content, "x")


def test_encrypted_entries_are_unreadable() -> None:
    data = bytearray(packed({"anna/ridge.py": CODE}))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(Unreadable, match="encrypted"):
        Zip(bytes(data), "x").read("anna/ridge.py", 100)


def test_odd_bytes_and_odd_names(tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/\xff\xfe\x1b[31m"
    os.mkdir(odd)
    with open(odd + b"/ridge.py", "wb") as file:
        file.write(b"\xff\x00\xfe")
    write(tmp_path, "ben/ridge.py")
    found = {item.learner.id: item for item in find([tmp_path])}
    strange = next(name for name in found if name != "ben")
    strange.encode("utf-8")
    assert "\x1b" not in strange
    assert found[strange].read().files["ridge.py"] == b"\xff\x00\xfe"


@pytest.mark.parametrize(
    ("paths", "reason"),
    [
        (["nowhere"], "does not exist"),
        (["notes.txt"], "neither a .py"),
        (["solution.py"], "--exercise"),
        (["empty"], "No submission"),
        (["broken.zip"], "not a zip"),
    ],
)
def test_wrong_paths_are_told(tmp_path: Path, paths: list[str], reason: str) -> None:
    write(tmp_path, "notes.txt", "solution.py", "broken.zip")
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingToGrade, match=reason):
        find([tmp_path / path for path in paths])


def test_the_roster_gives_ids_and_names(tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("Name,ID,Section\nJane Doe,7,A\nBen Roe,8,B\nBen Roe,9,B\n", "utf-8-sig")
    people = read_roster(roster)
    assert [(person.id, person.section) for person in people] == [
        ("7", "A"),
        ("8", "B"),
        ("9", "B"),
    ]
    write(tmp_path / "class", "doejane_123_4_ridge.py", "8/ridge.py", "Ben Roe/ridge.py")
    found = match_roster(find([tmp_path / "class"]), people)
    assert {item.learner for item in found} == {
        Learner("7", "Jane Doe"),
        Learner("8", "Ben Roe"),
        Learner("Ben Roe"),  # two people have that name
    }


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n"])
def test_a_roster_without_ids_and_names_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "roster.csv").write_text(text)
    with pytest.raises(NothingToGrade, match="heading line"):
        read_roster(tmp_path / "roster.csv")
