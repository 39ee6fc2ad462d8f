"""Bias and variance: why a model errs, measured by fitting it to the same points again and again.

The truth and the noise are known here, so the expected error can be taken apart into what the model
cannot follow, what it makes of the noise, and the noise itself. See README.md in
exercises/bias_variance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class BiasVariance(NamedTuple):
    """The parts of the expected squared error, each a float in units of y²."""

    bias_squared: float
    variance: float
    noise: float
    expected_error: float


### BEGIN SOLUTION
def _vector(values, name):
    """values as a float64 vector, or a ValueError that names it."""
    values = np.array(values, dtype=np.float64)
    if values.ndim != 1 or len(values) == 0:
        raise ValueError(f"{name} must be a vector with entries, but has shape {values.shape}")
    if not np.all(np.isfinite(values)):
        raise ValueError(f"{name} contains NaN or infinity")
    return values


### END SOLUTION
def bias_variance(
    fit_predict: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
    true_function: Callable[[np.ndarray], np.ndarray],
    x_train: np.ndarray,
    x_test: np.ndarray,
    noise_std: float,
    n_repeats: int,
    *,
    rng: np.random.Generator,
) -> BiasVariance:
    r"""Take a model's expected error apart, by fitting it to `n_repeats` noisy copies of the truth.

    Each repeat draws `y = f(x_train) + noise_std * N(0, 1)`, new noise for every point, and calls
    `fit_predict(x_train, y, x_test)` once. With `g_r(x)` the prediction of repeat r at x and
    `g(x)` their mean over the repeats,

        bias_squared   = mean over x_test of (g(x) - f(x))^2
        variance       = mean over x_test of mean over r of (g_r(x) - g(x))^2       (ddof 0)
        noise          = noise_std^2
        expected_error = bias_squared + variance + noise.

    The sum is the mean squared error that a fit makes on new noisy y at x_test.

    Parameters
    ----------
    fit_predict : the model; returns predictions of shape (m,).
    true_function : f; takes an array and returns one of the same shape.
    x_train, x_test : (n,) and (m,) arrays; integers and float32 are fine, computed in float64.
    noise_std : the standard deviation of the noise, >= 0, in units of y.
    n_repeats : how many fits, >= 1.
    rng : where the noise is drawn from, and nowhere else.

    Returns
    -------
    BiasVariance(bias_squared, variance, noise, expected_error), floats.

    Raises
    ------
    ValueError : naming the argument, if there is NaN or infinity in `x_train` or `x_test`, or
        `n_repeats` is below 1.

    Source: The Elements of Statistical Learning, 2nd ed., section 7.3, eq. 7.9; Geman, Bienenstock,
    Doursat, Neural networks and the bias/variance dilemma, Neural Computation 4 (1992).
    """
    ### BEGIN SOLUTION
    x_train, x_test = _vector(x_train, "x_train"), _vector(x_test, "x_test")
    if not (np.isfinite(noise_std) and noise_std >= 0):
        raise ValueError(f"noise_std must be finite and >= 0, but is {noise_std}")
    if n_repeats < 1:
        raise ValueError(f"n_repeats must be at least 1, but is {n_repeats}")
    truth_train = np.asarray(true_function(x_train.copy()), dtype=np.float64)
    truth_test = np.asarray(true_function(x_test.copy()), dtype=np.float64)
    predictions = np.empty((n_repeats, len(x_test)))
    for repeat in range(n_repeats):
        y = truth_train + noise_std * rng.standard_normal(len(x_train))
        predictions[repeat] = fit_predict(x_train.copy(), y, x_test.copy())
    bias_squared = float(np.mean((predictions.mean(axis=0) - truth_test) ** 2))
    variance = float(np.mean(predictions.var(axis=0)))
    noise = float(noise_std) ** 2
    return BiasVariance(bias_squared, variance, noise, bias_squared + variance + noise)
    ### END SOLUTION
