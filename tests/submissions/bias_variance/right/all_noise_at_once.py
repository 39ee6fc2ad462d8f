"""All the noise in one draw."""
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
    noise = noise_std * rng.standard_normal((n_repeats, len(x_train)))
    ys = true_function(x_train) + noise
    G = np.stack([fit_predict(x_train, y, x_test) for y in ys])
    bias = float(((G.mean(0) - true_function(x_test)) ** 2).mean())
    variance = float(G.var(0).mean())
    return BiasVariance(bias, variance, float(noise_std) ** 2, bias + variance + float(noise_std) ** 2)
