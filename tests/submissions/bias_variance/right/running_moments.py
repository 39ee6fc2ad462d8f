"""Welford's running mean and sum of squares; nothing is kept."""
import numpy as np


def bias_variance(fit_predict, true_function, x_train, x_test, noise_std, n_repeats, *, rng):
    x_train, x_test = np.array(x_train, dtype=float), np.array(x_test, dtype=float)
    if not np.isfinite(x_train).all():
        raise ValueError("x_train must be finite")
    if not np.isfinite(x_test).all():
        raise ValueError("x_test must be finite")
    if n_repeats < 1:
        raise ValueError("n_repeats must be 1 or more")
    mean, squares = np.zeros(len(x_test)), np.zeros(len(x_test))
    f_train = np.array(true_function(x_train))
    for r in range(1, n_repeats + 1):
        g = np.array(fit_predict(x_train, f_train + noise_std * rng.standard_normal(f_train.shape), x_test))
        step = g - mean
        mean += step / r
        squares += step * (g - mean)
    bias = np.dot(mean - true_function(x_test), mean - true_function(x_test)) / len(x_test)
    variance = squares.sum() / n_repeats / len(x_test)
    noise = noise_std * noise_std
    return np.array(bias), np.array(variance), np.array(noise), np.array(bias + variance + noise)
