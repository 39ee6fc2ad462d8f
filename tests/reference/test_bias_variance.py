"""The decomposition of the reference against what is known exactly for linear smoothers."""

from __future__ import annotations

import numpy as np
import pytest

from reference.bias_variance import bias_variance

X_TRAIN, X_TEST = np.linspace(-1, 1, 15), np.linspace(-0.9, 0.9, 8)


def truth(x):
    return np.sin(3 * x)


def smoother(degree):
    """The matrix of the polynomial fit: predictions are S @ y."""
    return np.vander(X_TEST, degree + 1) @ np.linalg.pinv(np.vander(X_TRAIN, degree + 1))


@pytest.mark.parametrize("degree", [0, 1, 3, 6])
def test_parts_of_a_linear_smoother(degree):
    S, noise_std, n_repeats = smoother(degree), 0.4, 4000
    parts = bias_variance(
        lambda x_train, y, x_test: S @ y,
        truth,
        X_TRAIN,
        X_TEST,
        noise_std,
        n_repeats,
        rng=np.random.default_rng(degree),
    )
    variance = noise_std**2 * np.mean(np.sum(S**2, axis=1))
    bias = np.mean((S @ truth(X_TRAIN) - truth(X_TEST)) ** 2)
    # at 4000 repeats the variance is known to about 2 % and the mean to a hundredth of its spread
    assert parts.variance == pytest.approx(variance, rel=0.15)
    assert parts.bias_squared == pytest.approx(bias, abs=0.02 * np.sqrt(bias) + 0.002)
    assert parts.noise == pytest.approx(0.16)
    assert parts.expected_error == parts.bias_squared + parts.variance + parts.noise


def test_sum_is_the_error_on_new_noisy_values():
    S, noise_std = smoother(3), 0.4
    rng = np.random.default_rng(5)
    errors = []

    def fit_predict(x_train, y, x_test):
        predicted = S @ y
        new = truth(x_test) + noise_std * rng.standard_normal(len(x_test))
        errors.append(np.mean((new - predicted) ** 2))
        return predicted

    parts = bias_variance(
        fit_predict, truth, X_TRAIN, X_TEST, noise_std, 3000, rng=np.random.default_rng(6)
    )
    assert parts.expected_error == pytest.approx(np.mean(errors), rel=0.05)


def test_decomposition_is_an_identity_for_the_repeats_at_hand():
    S, answers = smoother(5), []

    def fit_predict(x_train, y, x_test):
        answers.append(S @ y)
        return answers[-1]

    parts = bias_variance(fit_predict, truth, X_TRAIN, X_TEST, 0.3, 7, rng=np.random.default_rng(0))
    total = np.mean((np.array(answers) - truth(X_TEST)) ** 2)
    assert parts.bias_squared + parts.variance == pytest.approx(total, rel=1e-12)


def test_truth_that_hands_back_its_argument_is_not_written_to():
    x = X_TRAIN.copy()
    bias_variance(
        lambda x_train, y, x_test: np.zeros(len(x_test)),
        lambda x: x,
        x,
        X_TEST,
        1.0,
        3,
        rng=np.random.default_rng(0),
    )
    np.testing.assert_array_equal(x, X_TRAIN)


def test_same_generator_same_answer():
    def run(seed):
        return bias_variance(
            lambda x_train, y, x_test: smoother(2) @ y,
            truth,
            X_TRAIN,
            X_TEST,
            0.5,
            5,
            rng=np.random.default_rng(seed),
        )

    assert run(1) == run(1)
    assert run(1) != run(2)
