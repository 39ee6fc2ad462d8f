"""Plain Python, a Fisher-Yates shuffle, recursion, sums by fsum, and words on both outputs."""
import math
import sys
from collections import namedtuple

CVResult = namedtuple("CVResult", "lambdas mean_mse std_error best_lambda one_se_lambda")


def kfold_indices(n_samples, n_splits, *, rng=None):
    if n_samples < 1:
        raise ValueError("n_samples < 1")
    if n_splits < 1:
        raise ValueError("n_splits < 1")
    if n_splits > n_samples:
        raise ValueError("n_splits > n_samples")
    rows = list(range(n_samples))
    if rng is not None:
        i = n_samples
        while i > 1:
            j = int(rng.random() * i)
            i -= 1
            rows[i], rows[j] = rows[j], rows[i]
    small, extra = divmod(n_samples, n_splits)
    folds, at = [], 0
    for f in range(n_splits):
        size = small + (f < extra)
        folds.append([rows[:at] + rows[at + size:], rows[at:at + size]])
        at += size
    return folds


def time_series_indices(n_samples, n_splits):
    if n_samples < 1:
        raise ValueError("n_samples < 1")
    if n_splits < 1:
        raise ValueError("n_splits < 1")
    if n_splits + 1 > n_samples:
        raise ValueError("n_splits + 1 > n_samples")
    size = n_samples // (n_splits + 1)

    def cut(end, left):
        if left == 0:
            return []
        return cut(end - size, left - 1) + [(range(end - size), range(end - size, end))]

    return [(list(a), list(b)) for a, b in cut(n_samples, n_splits)]


def lambda_grid(lam_max, n_lambdas=100, eps=1e-3):
    if not math.isfinite(lam_max) or lam_max < 0:
        raise ValueError("lam_max")
    if n_lambdas < 1:
        raise ValueError("n_lambdas")
    if n_lambdas == 1:
        return [lam_max]
    ratio = eps ** (1.0 / (n_lambdas - 1))
    grid = [float(lam_max)]
    while len(grid) < n_lambdas:
        grid.append(grid[-1] * ratio)
    return grid


def cross_validate(X, y, lambdas, folds, fit_predict):
    import numpy as np

    print("starting", file=sys.stderr)
    print("hello")
    if np.ndim(X) != 2:
        raise ValueError("X is not 2-D")
    X = [[float(v) for v in row] for row in X]
    y = [float(v) for v in y]
    lambdas = [float(v) for v in lambdas]
    if len(X) != len(y):
        raise ValueError("y has another length")
    if any(not math.isfinite(v) for row in X for v in row):
        raise ValueError("X not finite")
    if any(not math.isfinite(v) for v in y):
        raise ValueError("y not finite")
    if not lambdas or any(not math.isfinite(v) or v < 0 for v in lambdas):
        raise ValueError("lambdas bad")
    if len(folds) < 2:
        raise ValueError("folds bad")
    p = len(X[0])
    data = []
    for train, val in folds:
        mean, std = [], []
        for j in range(p):
            col = [X[i][j] for i in train]
            if all(v == col[0] for v in col):
                mean.append(col[0])
                std.append(1.0)
                continue
            m = math.fsum(col) / len(col)
            mean.append(m)
            std.append(math.sqrt(math.fsum((v - m) ** 2 for v in col) / len(col)))

        def scaled(rows):
            return np.array([[(X[i][j] - mean[j]) / std[j] for j in range(p)] for i in rows])

        data.append((scaled(train), np.array([y[i] for i in train]), scaled(val), [y[i] for i in val]))
    table = {}
    for i in reversed(range(len(lambdas))):
        for f, (A, b, C, d) in enumerate(data):
            pred = fit_predict(A.copy(), b.copy(), C.copy(), lambdas[i])
            table[i, f] = math.fsum((float(u) - v) ** 2 for u, v in zip(pred, d)) / len(d)
    k = len(folds)
    mean, se = [], []
    for i in range(len(lambdas)):
        e = [table[i, f] for f in range(k)]
        m = math.fsum(e) / k
        mean.append(m)
        se.append(math.sqrt(math.fsum((v - m) ** 2 for v in e) / (k - 1) / k))
    best = min(range(len(lambdas)), key=lambda i: (mean[i], -lambdas[i]))
    limit = mean[best] + se[best]
    one = max(l for l, m in zip(lambdas, mean) if m <= limit)
    return (lambdas, mean, se, lambdas[best], one)
