"""The simulator's page in a real browser: sliders move the curve and the errors, and rightly so."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from reference.overfitting import mean_squared_error, polynomial_features
from reference.project_overfitting_simulator import true_function
from reference.ridge import predict, ridge_closed_form

from .conftest import PAGE


def shown(page: Any) -> dict[str, Any]:
    return page.execute_script("return window.simulator.shown()")


def look(page: Any) -> tuple[str, str, str, str]:
    """The drawn curve, both errors as read by people, and the drawn test errors."""
    return (
        page.find_element(By.ID, "fit").get_attribute("d"),
        page.find_element(By.ID, "train-mse").text,
        page.find_element(By.ID, "test-mse").text,
        page.find_element(By.ID, "test-path").get_attribute("d"),
    )


def put(page: Any, slider: str, value: float) -> None:
    """Set a slider, with the event that dragging it sends."""
    page.execute_script(
        "const s = document.getElementById(arguments[0]); s.value = arguments[1];"
        "s.dispatchEvent(new Event('input', {bubbles: true}))",
        slider,
        value,
    )


def read(text: str) -> float:
    """A number as the page writes it, such as 0.0912 or 1.3·10⁴."""
    powers = text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return float(re.sub(r"·10(?=-?\d)", "e", powers))


def test_nothing_is_loaded_and_nothing_goes_wrong(page):
    assert "http" not in re.sub(r"http-equiv", "", PAGE.read_text(encoding="utf-8"))
    assert page.get_log("browser") == []
    messages = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    asked = {
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    }
    assert {url for url in asked if not url.startswith("data:")} == {PAGE.as_uri()}


@pytest.mark.parametrize("slider", ["degree", "strength", "noise", "rows"])
def test_a_key_on_a_slider_changes_the_curve_and_the_errors(page, slider):
    put(page, "degree", 6)
    put(page, "strength", -3)
    before, value = look(page), page.find_element(By.ID, f"{slider}-value").text
    page.find_element(By.ID, slider).send_keys(Keys.ARROW_RIGHT)
    after = look(page)
    assert page.find_element(By.ID, f"{slider}-value").text != value
    assert after[0] != before[0]
    assert after[1] != before[1]
    assert after[2] != before[2]


def test_dragging_the_strength_tames_the_wild_curve(page):
    wild = shown(page)
    assert wild["degree"] == 14
    assert wild["lam"] == 0
    assert wild["train"][14] < 1e-9
    assert wild["test"][14] > 10 * wild["noise"] ** 2
    slider = page.find_element(By.ID, "strength")
    reach = slider.size["width"] * 4.5 / 9
    thumb = ActionChains(page).move_to_element_with_offset(
        slider, -slider.size["width"] // 2 + 8, 0
    )
    thumb.click_and_hold().move_by_offset(int(reach), 0).release().perform()
    tame = shown(page)
    assert 1e-4 < tame["lam"] < 0.1
    assert tame["train"][14] > wild["train"][14]
    assert tame["test"][14] < wild["test"][14] / 10
    assert read(page.find_element(By.ID, "test-mse").text) == pytest.approx(
        tame["test"][14], rel=0.06
    )


def test_new_data_are_drawn_on_demand_alone(page):
    first = shown(page)
    put(page, "degree", 3)
    assert shown(page)["y"] == first["y"]
    page.find_element(By.ID, "again").click()
    assert shown(page)["y"] != first["y"]


@pytest.mark.parametrize(
    ("strength", "noise", "rows"),
    [
        (-7, 0.3, 15),  # least squares, up to interpolation and beyond
        (-7, 0.5, 4),  # fewer points than powers: least norm
        (-7, 0.3, 100),
        (-5, 0.3, 15),
        (-2, 1.0, 40),
        (2, 0.3, 15),
        (-3, 0.0, 9),
    ],
)
def test_numbers_are_those_of_the_reference(page, strength, noise, rows):
    put(page, "strength", strength)
    put(page, "noise", noise)
    put(page, "rows", rows)
    got = shown(page)
    lam = 0.0 if strength == -7 else 10.0**strength
    assert got["lam"] == pytest.approx(lam, rel=1e-12)
    x, y = np.array(got["x"]), np.array(got["y"])
    x_test, y_test = np.array(got["xTest"]), np.array(got["yTest"])
    np.testing.assert_allclose(x, np.linspace(-1, 1, rows), atol=1e-12)
    assert len(x_test) == 1000
    for degree in range(16):
        X, X_test = polynomial_features(x, degree), polynomial_features(x_test, degree)
        fit = ridge_closed_form(X, y, lam)
        train = mean_squared_error(y, predict(fit, X))
        test = mean_squared_error(y_test, predict(fit, X_test))
        # the condition number of powers up to 15 on [-1, 1] is below 1e7
        assert got["train"][degree] == pytest.approx(train, rel=1e-6, abs=1e-12)
        assert got["test"][degree] == pytest.approx(test, rel=1e-6)
    assert got["best"] == int(np.argmin(got["test"]))
    fit = ridge_closed_form(polynomial_features(x, got["degree"])[:, 1:], y, lam)
    np.testing.assert_allclose(got["coef"], fit.coef, rtol=1e-5, atol=1e-6 * abs(fit.coef).max())
    assert got["intercept"] == pytest.approx(fit.intercept, rel=1e-5, abs=1e-8)


def test_the_drawn_curve_is_the_fit(page):
    put(page, "degree", 4)
    got = shown(page)
    points = re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", look(page)[0])
    drawn = np.array(points, dtype=float)
    assert len(drawn) == 401
    x = np.linspace(-1, 1, 401)
    values = got["intercept"] + polynomial_features(x, 4)[:, 1:] @ got["coef"]
    # an affine map: the same one for both ends and for all between
    scale = np.polyfit(values, drawn[:, 1], 1)
    np.testing.assert_allclose(np.polyval(scale, values), drawn[:, 1], atol=0.02)
    assert scale[0] < 0
    across = np.polyfit(x, drawn[:, 0], 1)
    np.testing.assert_allclose(np.polyval(across, x), drawn[:, 0], atol=0.02)


def test_the_noise_is_standard_normal_times_its_slider(page):
    put(page, "noise", 0.5)
    put(page, "rows", 100)
    draws = []
    for _ in range(10):
        got = shown(page)
        draws += list((np.array(got["y"]) - true_function(np.array(got["x"]))) / 0.5)
        draws += list((np.array(got["yTest"]) - true_function(np.array(got["xTest"]))) / 0.5)
        page.find_element(By.ID, "again").click()
    draws = np.array(draws)
    # the page's seeds are fixed, so these are facts; bounds at five standard errors
    n = len(draws)
    assert n == 11_000
    assert abs(draws.mean()) < 5 / np.sqrt(n)
    assert abs(draws.var() - 1) < 5 * np.sqrt(2 / n)
    assert abs((draws**4).mean() - 3) < 5 * np.sqrt(96 / n)


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844), (320, 600)])
def test_it_fits_the_screen(page, width, height):
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        across = page.execute_script("return document.documentElement.scrollWidth")
        assert across <= width
        for slider in ("degree", "strength", "noise", "rows"):
            box = page.find_element(By.ID, slider).rect
            assert box["height"] >= 24  # can be hit by a finger
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert page.find_element(By.CSS_SELECTOR, f"label[for={slider}]").text
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
