"""The variance as mean of squares less square of the mean."""
import numpy as np


def bias_variance(fit_predict, true_function, x_train, x_test, noise_std, n_repeats, *, rng):
    x_train, x_test = np.array(x_train, dtype=float), np.array(x_test, dtype=float)
    if not np.isfinite(x_train).all():
        raise ValueError("x_train must be finite")
    if not np.isfinite(x_test).all():
        raise ValueError("x_test must be finite")
    if n_repeats < 1:
        raise ValueError("n_repeats must be 1 or more")
    G = np.zeros((len(x_test), n_repeats))
    for r in range(n_repeats):
        e = rng.standard_normal(size=x_train.size) * noise_std
        G[:, r] = fit_predict(x_train, true_function(x_train) + e, x_test)
    m = G.mean(axis=1)
    variance = ((G**2).mean(axis=1) - m**2).mean()
    bias = ((m - true_function(x_test)) ** 2).mean()
    return bias, variance, noise_std**2, bias + variance + noise_std**2
