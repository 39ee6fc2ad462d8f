"""Self-check of `bias_variance`: run `pytest exercises/bias_variance`."""

from __future__ import annotations

import numpy as np
import pytest

from exercises.checking import (
    close,
    ensure,
    fields,
    leaves_arguments_alone,
    leaves_global_randomness_alone,
    number,
    rejects,
)

X_TRAIN = np.array([-1.0, 0.0, 1.0, 2.0])
X_TEST = np.array([-0.5, 0.5, 1.5])
NAMES = ("bias_squared", "variance", "noise", "expected_error")


def square(x):
    return x**2


class Line:
    """A model: the least-squares line. Keeps the y that it was given, and its predictions."""

    def __init__(self):
        self.ys = []
        self.predictions = []

    def __call__(self, x_train, y, x_test):
        slope, constant = np.polyfit(x_train, y, 1)
        self.ys.append(np.array(y))
        self.predictions.append(constant + slope * x_test)
        return self.predictions[-1]


def parts_of(submission, model, noise_std, n_repeats, seed=0, truth=square):
    rng = np.random.default_rng(seed)
    answer = submission.bias_variance(
        model, truth, X_TRAIN.copy(), X_TEST.copy(), noise_std, n_repeats, rng=rng
    )
    parts = fields(answer, NAMES, "bias_variance")
    for name in NAMES:
        setattr(parts, name, number(getattr(parts, name), name))
    return parts


@pytest.mark.check("bias_variance", hint="Without noise every fit is the same: all error is bias.")
def test_visible_without_noise(submission):
    """Without noise: the bias of a line on a parabola, and no variance"""
    model = Line()
    parts = parts_of(submission, model, 0.0, 3)
    ensure(len(model.ys) == 3, f"fit_predict should be called 3 times, but was {len(model.ys)}.")
    close(parts.bias_squared, np.mean((1 + X_TEST - X_TEST**2) ** 2), "bias_squared", rtol=1e-9)
    close(parts.variance, 0.0, "variance", atol=1e-12)


@pytest.mark.check(
    "bias_variance", hint="true_function(x_train) + noise_std * rng.standard_normal(n)"
)
def test_visible_noise_is_drawn(submission):
    """Each repeat draws new noise of standard deviation noise_std"""
    model = Line()
    parts_of(submission, model, 2.0, 200)
    noise = np.array(model.ys) - X_TRAIN**2
    ensure(bool(np.all(noise[0] != noise[1])), "Two repeats have the same noise.")
    ensure(
        1.7 < noise.std() < 2.3, f"The noise has the standard deviation {noise.std():.2f}, not 2."
    )
    ensure(abs(noise.mean()) < 0.5, f"The noise has the mean {noise.mean():.2f}, not 0.")


@pytest.mark.check(
    "bias_variance", hint="Average over the repeats before you square the difference."
)
def test_visible_bias(submission):
    """bias_squared: the mean prediction against the truth"""
    model = Line()
    parts = parts_of(submission, model, 1.0, 5)
    mean = np.mean(model.predictions, axis=0)
    close(parts.bias_squared, np.mean((mean - X_TEST**2) ** 2), "bias_squared", rtol=1e-9)


@pytest.mark.check("bias_variance", hint="np.var(predictions, axis=0).mean()")
def test_visible_variance(submission):
    """variance: the spread over the repeats at each point, averaged over the points"""
    model = Line()
    parts = parts_of(submission, model, 1.0, 5)
    close(parts.variance, np.mean(np.var(model.predictions, axis=0)), "variance", rtol=1e-9)


@pytest.mark.check("bias_variance", hint="noise_std is a standard deviation: square it.")
def test_visible_sum(submission):
    """noise is noise_std², and the three parts add up"""
    parts = parts_of(submission, Line(), 0.5, 4)
    close(parts.noise, 0.25, "noise", rtol=1e-12)
    total = parts.bias_squared + parts.variance + 0.25
    close(parts.expected_error, total, "expected_error", rtol=1e-12)


@pytest.mark.check(
    "bias_variance", hint="Make a new array for y: the truth may hand back x itself."
)
def test_visible_no_side_effects(submission):
    """The points and the global generator are left alone, also where f(x) is x"""
    parts_of(submission, Line(), 1.0, 3, truth=lambda x: x)
    leaves_arguments_alone(submission.last)
    leaves_global_randomness_alone(submission.last)


@pytest.mark.check("bias_variance", hint='raise ValueError("n_repeats must be at least 1")')
def test_visible_bad_input(submission):
    """No repeats at all is a ValueError that names n_repeats"""
    rejects(
        submission.bias_variance, Line(), square, X_TRAIN, X_TEST, 1.0, 0,
        rng=np.random.default_rng(0), names=["n_repeats"],
    )  # fmt: skip
