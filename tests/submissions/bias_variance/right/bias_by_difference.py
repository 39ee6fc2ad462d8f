"""The bias as the fits' mean squared error less the variance."""
import numpy as np


def bias_variance(fit_predict, true_function, x_train, x_test, noise_std, n_repeats, *, rng):
    x_train, x_test = np.array(x_train, dtype=float), np.array(x_test, dtype=float)
    if not np.isfinite(x_train).all():
        raise ValueError("x_train must be finite")
    if not np.isfinite(x_test).all():
        raise ValueError("x_test must be finite")
    if n_repeats < 1:
        raise ValueError("n_repeats must be 1 or more")
    f = true_function(x_test)
    G = np.array([fit_predict(x_train, true_function(x_train) + noise_std * rng.standard_normal(len(x_train)), x_test) for _ in range(n_repeats)])
    variance = np.mean(G.var(axis=0))
    total = np.mean((G - f) ** 2)
    return total - variance, variance, noise_std**2, total + noise_std**2
