"""The report and the feedback pages: what they say, and that nothing in them comes alive."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graders.formats.analysis import point_biserial, summarize
from graders.formats.page import markdown_fence, markdown_text, to_page, write_feedback
from graders.intake.roster import Person

from .made_up import HOSTILE, a_class, attempt, report

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")


def page() -> str:
    return "".join(to_page(a_class(), [Person("7", "Anna"), Person("99", "Zoe", "B")]))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM or not DRIVER:
        pytest.skip("Debian's packages chromium and chromium-driver are not installed")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


def test_summaries_count_the_latest_attempts_alone() -> None:
    (summary,) = summarize(a_class())
    assert (len(summary.latest), summary.attempts) == (3, 4)
    assert summary.scores == (6.0, 2.0, 2.0)
    assert (summary.mean, summary.median, summary.full_marks) == (10 / 3, 2, 1)
    assert [check.pass_rate for check in summary.checks] == [2 / 3, 1 / 3, 2 / 3]
    assert summary.checks[1].otherwise == [("crashed", 1), ("failed", 1)]
    (mistake,) = summary.mistakes
    assert (mistake.id, mistake.learners) == ("n-forgotten", 2)
    assert set(mistake.checks) == {"Check number 1", "Check number 2"}


def test_discrimination_is_the_point_biserial_correlation_with_the_rest() -> None:
    passed, others = np.array([1.0, 1, 0, 0, 1]), np.array([9.0, 7, 3, 4, 8])
    apart = (others[passed == 1].mean() - others[passed == 0].mean()) / others.std()
    assert point_biserial(passed, others) == pytest.approx(apart * (3 / 5 * 2 / 5) ** 0.5)
    assert point_biserial(np.ones(5), others) is None


def test_the_page_is_one_file_and_names_what_matters() -> None:
    text = page()
    assert not re.search(r'(src|href)="(?!#)', text.replace("xlink:href", ""))
    assert "http-equiv" in text
    for part in ("Anna Ångström", "Zoe", "n-forgotten", "Check number 2", "lam=2", "<svg"):
        assert part in text


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_in_a_browser_hostile_texts_are_texts(
    browser: Any, tmp_path: Path, width: int, height: int
) -> None:
    file = tmp_path / "report.html"
    file.write_text(page(), encoding="utf-8")
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(file.as_uri())
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert browser.title == "Class report"
    assert browser.execute_script("return document.scripts.length") == 0
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    shown = browser.execute_script("return document.body.innerText")
    assert '<script>document.title="owned"</script>' in shown
    assert "{{7*7}}" in shown
    assert browser.get_log("browser") == []
    pictures = browser.execute_script(
        "return [...document.querySelectorAll('svg')].map(s => s.getBoundingClientRect().height)"
    )
    assert len(pictures) == 2
    assert all(height > 100 for height in pictures)


def test_feedback_pages_per_learner(tmp_path: Path) -> None:
    assert write_feedback(a_class(), tmp_path, "message") == 3
    names = {path.name for path in tmp_path.iterdir()}
    assert {"7.md", "7.html", "8.md", "8.html"} < names
    assert all(path.parent == tmp_path for path in tmp_path.rglob("*"))
    ben = (tmp_path / "8.md").read_text()
    assert "2 of 6 points" in ben
    assert "The factor n is missing" in ben
    assert "lam=2" not in ben
    hostile = next(path for path in tmp_path.glob("*.html") if path.stem not in ("7", "8"))
    assert "<script>" not in hostile.read_text()
    write_feedback(a_class(), tmp_path, "counterexample")
    assert "lam=2" in (tmp_path / "8.md").read_text()
    write_feedback(a_class(), tmp_path, "title")
    assert "off by" not in (tmp_path / "8.html").read_text()


def test_markdown_shows_hostile_texts_as_they_are() -> None:
    from markdown_it import MarkdownIt

    render = MarkdownIt("commonmark", {"html": True}).render
    for text in (HOSTILE, "# head", "[x](javascript:y)", "1. a", "![](x)", "<b>*a*</b>", "a\n---"):
        html = render(markdown_text(text))
        assert re.fullmatch(r"<p>[^<]*</p>\n", html), html
    code = render(markdown_fence("```\n</code><b>x</b>\n````"))
    assert "<b>" not in code
    assert code.count("<pre>") == 1


def test_two_learners_never_share_a_page(tmp_path: Path) -> None:
    odd = ["a/b", "a b", "a-b", "../a", "..", "", "A" * 300, "ü"]
    attempts = [attempt(name, report("passed")) for name in odd]
    assert write_feedback(attempts, tmp_path / "f", "message") == len(odd)
    assert len(list((tmp_path / "f").glob("*.md"))) == len(odd)
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
    assert json.dumps(sorted(path.name for path in (tmp_path / "f").iterdir())).isascii()
