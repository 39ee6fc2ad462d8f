"""A loop, a list, a plain tuple."""
import numpy as np


def bias_variance(fit_predict, true_function, x_train, x_test, noise_std, n_repeats, *, rng):
    x_train, x_test = np.array(x_train, dtype=float), np.array(x_test, dtype=float)
    if not np.isfinite(x_train).all():
        raise ValueError("x_train must be finite")
    if not np.isfinite(x_test).all():
        raise ValueError("x_test must be finite")
    if n_repeats < 1:
        raise ValueError("n_repeats must be 1 or more")
    predictions = []
    for _ in range(n_repeats):
        y = true_function(x_train) + rng.normal(0, noise_std, size=len(x_train))
        predictions.append(fit_predict(x_train, y, x_test))
    predictions = np.array(predictions)
    mean = predictions.mean(axis=0)
    bias = np.mean((mean - true_function(x_test)) ** 2)
    variance = np.mean((predictions - mean) ** 2)
    return bias, variance, noise_std**2, bias + variance + noise_std**2
