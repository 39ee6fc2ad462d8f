"""Python's statistics module."""
import statistics
from typing import NamedTuple

import numpy as np


class BiasVariance(NamedTuple):
    bias_squared: float
    variance: float
    noise: float
    expected_error: float


def bias_variance(fit_predict, true_function, x_train, x_test, noise_std, n_repeats, *, rng):
    x_train, x_test = np.array(x_train, dtype=float), np.array(x_test, dtype=float)
    if not np.isfinite(x_train).all():
        raise ValueError("x_train must be finite")
    if not np.isfinite(x_test).all():
        raise ValueError("x_test must be finite")
    if n_repeats < 1:
        raise ValueError("n_repeats must be 1 or more")
    columns = [[] for _ in x_test]
    for _ in range(n_repeats):
        noise = rng.normal(size=x_train.shape)
        for column, value in zip(columns, fit_predict(x_train, true_function(x_train) + noise_std * noise, x_test)):
            column.append(float(value))
    goal = true_function(x_test)
    bias = statistics.fmean((statistics.fmean(c) - g) ** 2 for c, g in zip(columns, goal))
    variance = statistics.fmean(statistics.pvariance(c) for c in columns)
    noise = noise_std**2
    return BiasVariance(expected_error=bias + variance + noise, bias_squared=bias, variance=variance, noise=noise)
