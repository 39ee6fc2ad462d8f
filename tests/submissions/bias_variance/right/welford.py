"""A running mean and sum of squares, updated by Welford's rule."""

from __future__ import annotations
import math
from typing import NamedTuple
import numpy as np


class BiasVariance(NamedTuple):
    bias_squared: float
    variance: float
    noise: float
    expected_error: float


def validate(x_train, x_test, n_repeats):
    if not np.isfinite(x_train).all():
        raise ValueError("x_train holds NaN or infinity")
    if not np.isfinite(x_test).all():
        raise ValueError("x_test holds NaN or infinity")
    if n_repeats < 1:
        raise ValueError("n_repeats must be at least 1")


def bias_variance(fit_predict, true_function, x_train, x_test, noise_std, n_repeats, *, rng):
    x_train = np.asarray(x_train, dtype=float)
    x_test = np.asarray(x_test, dtype=float)
    validate(x_train, x_test, n_repeats)
    mean, m2 = np.zeros(x_test.shape), np.zeros(x_test.shape)
    for r in range(1, n_repeats + 1):
        y = rng.normal(true_function(x_train), noise_std)
        g = np.asarray(fit_predict(x_train.copy(), y, x_test.copy()), dtype=float)
        delta = g - mean
        mean = mean + delta / r
        m2 = m2 + delta * (g - mean)
    b = float(np.mean(np.square(mean - true_function(x_test))))
    v = float(m2.mean() / n_repeats)
    return b, v, float(noise_std) ** 2, b + v + float(noise_std) ** 2
