"""rng.normal with the truth as its mean, callbacks by keyword."""
import numpy as np


def bias_variance(fit_predict, true_function, x_train, x_test, noise_std, n_repeats, *, rng):
    x_train, x_test = np.array(x_train, dtype=float), np.array(x_test, dtype=float)
    if not np.isfinite(x_train).all():
        raise ValueError("x_train must be finite")
    if not np.isfinite(x_test).all():
        raise ValueError("x_test must be finite")
    if n_repeats < 1:
        raise ValueError("n_repeats must be 1 or more")
    truth = true_function(x_train)
    rows = []
    for i in range(n_repeats):
        y = rng.normal(loc=truth, scale=noise_std)
        rows.append(np.asarray(fit_predict(x_train=x_train, y=y, x_test=x_test)))
    rows = np.asarray(rows)
    f = true_function(x_test)
    parts = [np.mean(np.square(np.mean(rows, axis=0) - f)), np.mean(np.var(rows, axis=0)), np.square(noise_std)]
    return tuple(parts) + (sum(parts),)
