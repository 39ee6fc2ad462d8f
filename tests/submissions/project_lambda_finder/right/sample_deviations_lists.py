"""Columns divided by the sample standard deviation (ddof 1), plain loops, lists out."""
import math

import numpy as np


def descend(A, b, l1, l2):
    n, p = A.shape
    level = sum(b) / n
    w = [0.0] * p
    G, c = A.T @ A / n, A.T @ (b - level) / n
    for _ in range(5000):
        most = 0.0
        for j in range(p):
            if G[j, j] < 1e-14:
                continue
            z = c[j] - sum(G[j, k] * w[k] for k in range(p) if k != j)
            new = math.copysign(max(abs(z) - l1 / 2, 0.0), z) / (G[j, j] + l2)
            most = max(most, abs(new - w[j]))
            w[j] = new
        if most <= 1e-11 * max(map(abs, w), default=0):
            break
    return np.array(w), level


def moments(A):
    m, s = A.mean(0), A.std(0, ddof=1)
    s[A.max(0) == A.min(0)] = 1.0
    m[A.max(0) == A.min(0)] = A[0, A.max(0) == A.min(0)]
    return m, s


def find_lambda(X, y, *, model="lasso", n_lambdas=50, n_splits=5, rule="1se", rng=None):
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    if X.ndim != 2 or y.ndim != 1 or X.shape[0] != y.shape[0]:
        raise ValueError("shapes of X and y")
    if not (np.isfinite(X).all() and np.isfinite(y).all()):
        raise ValueError("X and y must be finite")
    if n_lambdas <= 0 or n_splits <= 0:
        raise ValueError("n_lambdas, n_splits: at least one")
    if model not in ("lasso", "ridge"):
        raise ValueError("model must be lasso or ridge")
    if rule not in ("1se", "min"):
        raise ValueError("rule must be 1se or min")
    mix = (1, 0) if model == "lasso" else (0, 1)
    lambdas = [2.0 * 0.8**k for k in range(n_lambdas)]
    order = list(range(len(y))) if rng is None else rng.permutation(len(y)).tolist()
    table = []
    for k in range(n_splits):
        out = order[k::n_splits]  # every k-th row
        rest = [i for i in order if i not in out]
        m, s = moments(X[rest])
        row = []
        for lam in lambdas:
            w, level = descend((X[rest] - m) / s, y[rest], lam * mix[0], lam * mix[1])
            row.append(float(np.mean((((X[out] - m) / s) @ w + level - y[out]) ** 2)))
        table.append(row)
    mean = [sum(column) / n_splits for column in zip(*table)]
    error = [
        math.sqrt(sum((e - m) ** 2 for e in column) / (n_splits - 1) / n_splits)
        for column, m in zip(zip(*table), mean)
    ]
    best = min(range(n_lambdas), key=mean.__getitem__)
    limit = mean[best] + (error[best] if rule == "1se" else 0.0)
    lam = next(l for l, m in zip(lambdas, mean) if m <= limit)
    m, s = moments(X)
    w, level = descend((X - m) / s, y, lam * mix[0], lam * mix[1])
    w = w / s
    return lam, lambdas, mean, error, list(w), level - float(m @ w)
