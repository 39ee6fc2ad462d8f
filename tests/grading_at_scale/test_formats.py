"""Each export against its format's rules, with hostile texts inside."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema

from graders.formats import FORMATS
from graders.formats.gradescope import to_gradescope
from graders.formats.junit import to_junit
from graders.formats.prairielearn import to_prairielearn
from graders.formats.tables import to_canvas, to_csv, to_json
from graders.intake.roster import Person
from graders.report import Report, reveal

from .made_up import HOSTILE, a_class, attempt, report

HERE = Path(__file__).parent
ROSTER = [Person("7", "Ångström, Anna", "A", "sis7", "anna@x"), Person("9", "Zoe", "B")]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_has_a_row_per_submission_and_runs_nothing_in_a_spreadsheet() -> None:
    table = rows(to_csv(a_class(), []))
    assert [row["learner"] for row in table[:3]] == ["7", "8", "8"]
    assert [row["latest"] for row in table] == ["yes", "no", "yes", "yes"]
    assert [row["score"] for row in table] == ["6", "0", "2", "2"]
    assert table[2]["not_passed"] == "check_2 check_3"
    assert table[2]["misconceptions"] == "n-forgotten"
    bad = attempt("=cmd|' /C calc'!A0", report("passed"), name="@SUM(1)")
    for cell in rows(to_csv([bad], []))[0].values():
        assert not cell.startswith(("=", "@", "+"))


def test_json_holds_every_report_whole() -> None:
    content = json.loads(to_json(a_class(), []))
    assert [item["report"]["score"] for item in content] == [6, 0, 2, 2]
    assert content[3]["report"]["output"] == HOSTILE


def test_canvas_import() -> None:
    text = to_canvas(a_class(), ROSTER)
    table = rows(text)
    assert list(table[0]) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "ridge"]
    assert (table[0]["Student"].strip(), table[0]["ridge"]) == ("Points Possible", "6")
    by_id = {row["ID"]: row for row in table[1:]}
    assert by_id["7"] == {
        "Student": "Ångström, Anna", "ID": "7", "SIS User ID": "sis7", "SIS Login ID": "anna@x",
        "Section": "A", "ridge": "6",
    }  # fmt: skip
    assert by_id["9"]["ridge"] == ""
    assert by_id["8"]["ridge"] == "2"  # the latest attempt


def test_junit_follows_its_schema() -> None:
    text = to_junit(a_class(), [])
    schema = xmlschema.XMLSchema(HERE / "schemas" / "junit.xsd")
    schema.validate(text)
    root = xmlschema.XMLResource(text).root
    suite = root[2]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    assert next(case.get("name") for case in suite.iter("testcase")) == "check_1"
    assert "<script>" in (root[3].findtext("system-out") or "")
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        schema.validate(text.replace('hostname="localhost"', ""))


@pytest.mark.parametrize("level", ["title", "message", "counterexample"])
@pytest.mark.parametrize(
    ("to", "schema"), [(to_gradescope, "gradescope"), (to_prairielearn, "prairielearn")]
)
def test_results_json_follows_the_documented_fields(to: Any, schema: str, level: Any) -> None:
    rules = json.loads((HERE / "schemas" / f"{schema}.json").read_text())
    made: list[Report] = [each.report for each in a_class()]
    for each in made:
        jsonschema.validate(json.loads(to(reveal(each, level))), rules)
    broken = json.loads(to(made[0])) | {"tests": [{"score": "many"}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, rules)


def test_gradescope_shows_text_as_text_and_adds_up() -> None:
    content = json.loads(to_gradescope(a_class()[3].report))
    assert content["score"] == sum(test["score"] for test in content["tests"]) == 2
    assert {test["output_format"] for test in content["tests"]} == {"text"}
    assert content["stdout_visibility"] == "hidden"
    assert [test["status"] for test in content["tests"]] == ["failed", "failed", "passed"]
    assert HOSTILE in content["tests"][0]["output"]


def test_what_is_not_revealed_is_not_exported() -> None:
    made = report("failed")
    for to in (to_gradescope, to_prairielearn):
        assert "ridge_closed_form(lam" not in to(reveal(made, "message"))
        assert "off by" not in to(reveal(made, "title"))
        assert "ridge_closed_form(lam" in to(reveal(made, "counterexample"))


def test_prairielearn_takes_what_cannot_be_loaded_as_not_gradable() -> None:
    import msgspec

    made = msgspec.structs.replace(report("error", "error", message="No colon."), status="error")
    content = json.loads(to_prairielearn(made))
    assert (content["gradable"], content["format_errors"]) == (False, ["No colon."])
    assert json.loads(to_prairielearn(report("passed", "failed")))["score"] == 0.5


def test_every_format_but_the_gradebook_loads() -> None:
    assert set(FORMATS) == {
        "csv", "json", "junit", "gradescope", "prairielearn", "canvas", "nbgrader",
    }  # fmt: skip
    for each in FORMATS.values():
        if each.kind != "database":
            assert callable(each.load())
