"""The truth asked once, for both sets of points together."""

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
    both = true_function(np.concatenate([x_train, x_test]))
    f_train, f_test = both[: x_train.size], both[x_train.size :]
    out = np.empty((n_repeats, x_test.size))
    for row in out:
        row[:] = fit_predict(
            x_train, f_train + rng.standard_normal(x_train.shape) * noise_std, x_test
        )
    centre = np.add.reduce(out) / n_repeats
    b = (centre - f_test) @ (centre - f_test) / x_test.size
    total = np.mean((out - f_test) ** 2)
    v = np.mean((out - centre) ** 2)
    assert abs(total - b - v) <= 1e-6 * max(total, 1e-12) + 1e-12
    s = np.asarray(noise_std, dtype=float)
    return BiasVariance(np.array(b), np.array(v), s**2, np.array(b + v + s**2))
