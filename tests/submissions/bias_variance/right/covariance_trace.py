"""multivariate_normal, and the variance as the trace of a covariance."""

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
    for name, value in (("x_train", x_train), ("x_test", x_test)):
        value = np.array(value, dtype=np.float64)
        if np.isnan(value).any() or np.isinf(value).any():
            raise ValueError(f"bad argument {name!r}: {value}")
    if n_repeats <= 0:
        raise ValueError("n_repeats=%d" % n_repeats)
    x_train, x_test = np.array(x_train, dtype="float64"), np.array(x_test, dtype="float64")
    print("starting")
    noise = rng.multivariate_normal(
        np.zeros(len(x_train)), noise_std**2 * np.eye(len(x_train)), size=n_repeats
    )
    preds = np.vstack([fit_predict(x_train, true_function(x_train) + e, x_test) for e in noise])
    mean = np.average(preds, axis=0)
    bias2 = np.average((true_function(x_test) - mean) ** 2)
    var = np.cov(preds.T, ddof=0).trace() / len(x_test) if len(x_test) > 1 else preds.var()
    return BiasVariance(bias2, var, np.square(noise_std), bias2 + var + np.square(noise_std))
