"""Uniform numbers through the inverse of the normal distribution."""
import numpy as np
import scipy.special


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
        e = scipy.special.ndtri(1 - rng.random(len(x_train)))
        predictions.append(fit_predict(x_train, true_function(x_train) + noise_std * e, x_test))
    predictions = np.vstack(predictions)
    bias = np.mean((predictions.mean(axis=0) - true_function(x_test)) ** 2)
    variance = predictions.var(axis=0).mean()
    return bias, variance, noise_std**2, bias + variance + noise_std**2
