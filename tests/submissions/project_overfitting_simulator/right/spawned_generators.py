from __future__ import annotations
from typing import NamedTuple
import numpy as np
N_TEST = 1000
class Simulation(NamedTuple):
    degrees: list
    lambdas: np.ndarray
    train_mse: np.ndarray
    test_mse: np.ndarray
    best_degree: int
    best_lambda: float

def true_function(x):
    return np.sin(np.pi * x)

def _fit(x, y, d, lam):
    P = np.column_stack([x ** j for j in range(1, d + 1)]) if d else np.zeros((len(x), 0))
    mean, b = P.mean(axis=0), y.mean()
    if d == 0:
        return np.zeros(0), b
    C = P - mean
    U, s, Vt = np.linalg.svd(C, full_matrices=False)
    keep = s > s.max(initial=0) * 1e-14 * max(C.shape)
    U, s, Vt = U[:, keep], s[keep], Vt[keep]
    w = Vt.T @ (s / (s * s + len(x) * lam) * (U.T @ (y - b)))
    return w, b - mean @ w

def _predict(x, w, b):
    return b + sum(w[j] * x ** (j + 1) for j in range(len(w)))

def simulate(degrees, lambdas, *, n_train=15, noise_std=0.3, rng):
    degrees = [int(d) for d in degrees]
    lambdas = np.array(lambdas, dtype=float)
    if len(degrees) == 0:
        raise ValueError("degrees is empty")
    if min(degrees) < 0:
        raise ValueError("degrees must not be negative")
    if lambdas.size == 0:
        raise ValueError("lambdas is empty")
    if not (np.isfinite(lambdas) & (lambdas >= 0)).all():
        raise ValueError("lambdas must be finite and >= 0")
    if n_train < 1:
        raise ValueError("n_train must be at least 1")
    r1, r2 = rng.spawn(2)
    x = np.linspace(-1, 1, n_train)
    y = true_function(x) + noise_std * r1.normal(size=n_train)
    xt = r2.uniform(-1, 1, N_TEST)
    yt = true_function(xt) + noise_std * r2.normal(size=N_TEST)
    train = np.empty((len(degrees), len(lambdas)))
    test = np.empty_like(train)
    for i, d in enumerate(degrees):
        for j, lam in enumerate(lambdas):
            w, b = _fit(x, y, d, lam)
            train[i, j] = np.mean((y - _predict(x, w, b)) ** 2)
            test[i, j] = np.mean((yt - _predict(xt, w, b)) ** 2)
    i, j = np.unravel_index(np.argmin(test), test.shape)
    return Simulation(degrees, lambdas, train, test, degrees[i], float(lambdas[j]))
