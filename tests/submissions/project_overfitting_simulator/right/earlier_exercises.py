"""With the earlier exercises, as the brief suggests."""
import numpy as np
from collections import namedtuple

import overfitting
import ridge

Simulation = namedtuple("Simulation", "degrees lambdas train_mse test_mse best_degree best_lambda")


def simulate(degrees, lambdas, *, n_train=15, noise_std=0.3, rng):
    degrees, lambdas = list(degrees), list(lambdas)
    if len(degrees) == 0:
        raise ValueError("degrees is empty")
    if len(lambdas) == 0:
        raise ValueError("lambdas is empty")
    if n_train < 1:
        raise ValueError("n_train must be at least 1")
    f = lambda x: np.sin(3 * x) + 0.5 * x
    x = np.sort(rng.uniform(-1, 1, n_train))
    y = f(x) + rng.normal(0, noise_std, n_train)
    x_new = np.linspace(-1, 1, 300)
    y_new = f(x_new)  # against the truth itself
    train, test, best = [], [], None
    for d in degrees:
        train.append([])
        test.append([])
        A, B = overfitting.polynomial_features(x, d), overfitting.polynomial_features(x_new, d)
        for lam in lambdas:
            fit = ridge.ridge_closed_form(A, y, lam)
            train[-1].append(overfitting.mean_squared_error(y, ridge.predict(fit, A)))
            test[-1].append(overfitting.mean_squared_error(y_new, ridge.predict(fit, B)))
            if best is None or test[-1][-1] < best[0]:
                best = test[-1][-1], d, lam
    return Simulation(degrees, lambdas, np.array(train), np.array(test), best[1], best[2])
