"""Plain Python sums; one draw for each point."""
import math

import numpy as np


def bias_variance(fit_predict, true_function, x_train, x_test, noise_std, n_repeats, *, rng):
    x_train, x_test = np.array(x_train, dtype=float), np.array(x_test, dtype=float)
    if not np.isfinite(x_train).all():
        raise ValueError("x_train must be finite")
    if not np.isfinite(x_test).all():
        raise ValueError("x_test must be finite")
    if n_repeats < 1:
        raise ValueError("n_repeats must be 1 or more")
    xs = x_train.tolist()
    f = [float(v) for v in true_function(x_train)]
    runs = []
    for _ in range(n_repeats):
        y = np.array([a + noise_std * rng.standard_normal() for a in f])
        runs.append(list(fit_predict(np.array(xs), y, x_test)))
    goal = list(true_function(x_test))
    m, bias, variance = len(goal), 0.0, 0.0
    for j in range(m):
        column = [run[j] for run in runs]
        centre = math.fsum(column) / n_repeats
        bias += (centre - goal[j]) ** 2 / m
        variance += math.fsum((c - centre) ** 2 for c in column) / n_repeats / m
    return float(bias), float(variance), noise_std**2, float(bias + variance + noise_std**2)
