"""Polynomials in Legendre's basis, with the penalty on those coefficients; loops all over."""
import numpy as np
from numpy.polynomial import legendre


def _ridge(A, y, lam):
    n, p = A.shape
    A0 = A - A.mean(axis=0)
    big = np.vstack([A0, np.sqrt(n * lam) * np.eye(p)])
    w = np.linalg.pinv(big) @ np.concatenate([y - y.mean(), np.zeros(p)])
    return w, y.mean() - A.mean(axis=0) @ w


def simulate(degrees, lambdas, *, n_train=15, noise_std=0.3, rng):
    for name, grid in (("degrees", degrees), ("lambdas", lambdas)):
        if len(grid) == 0:
            raise ValueError(f"{name} is empty")
    if any(d < 0 for d in degrees):
        raise ValueError("degrees has a negative entry")
    if any(not (lam >= 0 and np.isfinite(lam)) for lam in lambdas):
        raise ValueError("lambdas has a bad entry")
    if n_train < 1:
        raise ValueError("n_train is too small")
    x = np.sort(rng.uniform(-1, 1, n_train))
    y = np.tanh(5 * x) + noise_std * rng.normal(size=n_train)
    x2 = np.linspace(-1, 1, 500)
    y2 = np.tanh(5 * x2) + noise_std * rng.normal(size=500)
    train = [[None] * len(lambdas) for _ in degrees]
    test = [[None] * len(lambdas) for _ in degrees]
    best, best_pair = np.inf, None
    for i, d in enumerate(degrees):
        A, B = legendre.legvander(x, d), legendre.legvander(x2, d)
        for j, lam in enumerate(lambdas):
            w, b = _ridge(A, y, lam)
            train[i][j] = float(np.mean((A @ w + b - y) ** 2))
            test[i][j] = float(np.mean((B @ w + b - y2) ** 2))
            if test[i][j] < best:
                best, best_pair = test[i][j], (d, lam)
    return (degrees, lambdas, train, test, *best_pair)
