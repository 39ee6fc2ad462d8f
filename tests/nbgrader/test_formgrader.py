"""What a grader sees in formgrader, in a real browser, of a course that was graded in the box."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.nbgrader.conftest import Course
from tests.nbgrader.formgrader import CHROMEDRIVER, formgrader

pytestmark = pytest.mark.skipif(
    CHROMEDRIVER is None, reason="needs Chromium: apt-get install chromium chromium-driver"
)


@pytest.fixture(scope="module")
def session(
    boxed: Course, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Any, str, Path]]:
    """The browser, formgrader's address, and a folder for screenshots."""
    folder = tmp_path_factory.mktemp("formgrader")
    course = shutil.copytree(boxed.folder, folder / "course")
    (folder / "profile").mkdir()
    with formgrader(course, folder / "profile") as (browser, url):
        yield browser, url, folder


def test_gradebook_lists_everybody(session: tuple[Any, str, Path]) -> None:
    browser, url, folder = session
    browser.get(f"{url}/gradebook/ridge/ridge")
    _wait(browser, "tbody .task-score")
    rows = browser.find_elements("css selector", "tbody tr")
    _whole_page(browser, folder / "gradebook.png")
    # without the one that is no notebook
    assert len(rows) == len(list((folder / "course/submitted").iterdir())) - 1
    codes = [row.find_element("css selector", ".code-score").text for row in rows]
    # right, right by other means, with a warning, and the five whose cells were moved about
    assert codes.count("24 / 24") == 7
    assert codes.count("12 / 24") == 1


def test_a_submission_shows_scores_and_comments(
    session: tuple[Any, str, Path], boxed: Course
) -> None:
    browser, url, folder = session
    browser.get(f"{url}/submissions/{_submission(boxed, 'wrong')}")
    _wait(browser, "input.score")
    browser.implicitly_wait(2)
    scores = {
        field.get_attribute("id"): field.get_attribute("placeholder")
        for field in _filled(browser, "input.score", "placeholder")
    }
    assert scores["check_minimises_the_objective"] == "0"
    assert scores["check_predictions"] == "1"
    comment = browser.find_element("id", "solution_ridge_closed_form-comment")
    assert "lam instead of n·lam" in comment.get_attribute("placeholder")
    page = browser.find_element("tag name", "body").text
    assert "At this coef the gradient of MSE" in page
    assert "Mark scheme" in page
    _whole_page(browser, folder / "submission.png")


def test_no_markup_of_a_learner_runs(session: tuple[Any, str, Path], boxed: Course) -> None:
    browser, url, folder = session
    browser.get(f"{url}/submissions/{_submission(boxed, 'markup')}")
    _wait(browser, "input.score")
    browser.save_screenshot(str(folder / "markup.png"))
    assert browser.title != "forged"
    assert "document.title" in browser.find_element("tag name", "body").text


def test_a_manual_score_is_kept(session: tuple[Any, str, Path], boxed: Course) -> None:
    browser, url, _ = session
    browser.get(f"{url}/submissions/{_submission(boxed, 'right')}")
    _wait(browser, "input.score")
    from selenium.webdriver.common.by import By

    field = browser.find_element(By.CSS_SELECTOR, "input.score[id^='question_']")
    browser.execute_script("arguments[0].scrollIntoView()", field)
    field.send_keys("4\t")
    assert _filled(browser, f"#{field.get_attribute('id')}", "value")


def _submission(boxed: Course, student: str) -> str:
    from nbgrader.api import Gradebook

    with Gradebook(boxed.db_url) as gradebook:
        found: str = gradebook.find_submission_notebook("ridge", "ridge", student).id
        return found


def _wait(browser: Any, selector: str) -> list[Any]:
    from selenium.webdriver.support.ui import WebDriverWait

    found: list[Any] = WebDriverWait(browser, 60).until(
        lambda b: b.find_elements("css selector", selector)
    )
    return found


def _filled(browser: Any, selector: str, attribute: str) -> list[Any]:
    """The fields, once the page's script has filled in the first of them."""
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser, 60).until(
        lambda b: b.find_element("css selector", selector).get_attribute(attribute)
    )
    return list(browser.find_elements("css selector", selector))


def _whole_page(browser: Any, path: Path) -> None:
    height = browser.execute_script("return document.body.scrollHeight")
    browser.set_window_size(1200, min(height + 200, 12_000))
    browser.save_screenshot(str(path))
    browser.set_window_size(1200, 900)
