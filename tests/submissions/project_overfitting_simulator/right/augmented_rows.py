"""Ridge as least squares with extra rows; fixed points, a cubic on [-2, 2], noise-free test."""
import numpy as np


def simulate(degrees, lambdas, *, n_train=15, noise_std=0.3, rng):
    if len(degrees) < 1:
        raise ValueError("give some degrees")
    if min(degrees) < 0:
        raise ValueError("no negative degree please")
    if len(lambdas) < 1:
        raise ValueError("give some lambdas")
    if not all(0 <= lam < float("inf") for lam in lambdas):
        raise ValueError("lambdas: finite and >= 0")
    if n_train < 1:
        raise ValueError("n_train: at least one")
    x = -2 + 4 * (np.arange(n_train) + 0.5) / n_train
    truth = lambda t: t**3 - 2 * t + 4
    y = truth(x) + noise_std * rng.normal(size=n_train)
    x_test = np.linspace(-2, 2, 101)
    cells = {}
    for d in degrees:
        V, W = np.vander(x, d + 1, increasing=True), np.vander(x_test, d + 1, increasing=True)
        for lam in lambdas:
            D = np.sqrt(n_train * lam) * np.eye(d + 1)[1:]  # no row for the intercept
            w, *_ = np.linalg.lstsq(np.r_[V, D], np.r_[y, np.zeros(d)], rcond=None)
            cells[d, lam] = np.mean((V @ w - y) ** 2), np.mean((W @ w - truth(x_test)) ** 2)
    best = min(cells, key=lambda pair: cells[pair][1])
    table = np.array([[cells[d, lam] for lam in lambdas] for d in degrees])
    return list(degrees), list(lambdas), table[..., 0], table[..., 1], *best
