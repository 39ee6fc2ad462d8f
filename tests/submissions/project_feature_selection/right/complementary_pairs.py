"""Halves and their complements in turn (Shah and Samworth), proximal gradient, folds every k-th row."""
import numpy as np


def check(X, y):
    X, y = np.array(X, dtype=float), np.array(y, dtype=float)
    if X.ndim != 2:
        raise ValueError("X is not two-dimensional")
    if y.shape != X.shape[:1]:
        raise ValueError("X and y do not match")
    if np.isnan(X.sum()) or np.isinf(X).any():
        raise ValueError("X is not finite")
    if np.isnan(y.sum()) or np.isinf(y).any():
        raise ValueError("y is not finite")
    return X, y


def sd(A):
    return np.where(A.max(0) == A.min(0), 1.0, A.std(0, ddof=1))


def lasso(A, b, lam):
    n = len(b)
    mu = np.where(A.max(0) == A.min(0), A[0], A.mean(0))
    A, b = A - mu, b - b.mean()
    H, g = 2 * A.T @ A / n, 2 * A.T @ b / n
    L = np.linalg.eigvalsh(H)[-1]
    w = np.zeros(A.shape[1])
    if L <= 0:
        return w
    v, t = w, 1.0
    for _ in range(30_000):
        step = v - (H @ v - g) / L
        new = np.sign(step) * np.maximum(np.abs(step) - lam / L, 0)
        s = 0.5 + np.sqrt(0.25 + t * t)
        v = new + (t - 1) / s * (new - w)
        small = np.abs(new - w).max() <= 1e-10 * np.abs(new).max()
        w, t = new, s
        if small:
            break
    return w


def select_features(X, y, *, n_splits=5):
    X, y = check(X, y)
    if n_splits < 1:
        raise ValueError("n_splits: at least 1")
    Z = (X - X.mean(0)) / sd(X)
    grid = 2 * np.abs(Z.T @ (y - y.mean())).max() / len(y) * np.logspace(0, -2.5, 25)
    rows = np.arange(len(y))
    E = []
    for k in range(n_splits):
        out = rows % n_splits == k
        mu, s = X[~out].mean(0), sd(X[~out])
        A, B = (X[~out] - mu) / s, (X[out] - mu) / s
        E.append([np.mean((B @ lasso(A, y[~out], lam) + y[~out].mean() - y[out]) ** 2) for lam in grid])
    E = np.array(E)
    mean = E.mean(0)
    limit = mean.min() + E[:, mean.argmin()].std(ddof=1) / np.sqrt(n_splits)
    lam = grid[mean <= limit][0]
    S = np.flatnonzero(np.abs(lasso(Z, y, lam)) > 0)
    C = X[:, S] - X[:, S].mean(0)
    return S[::-1], lam, (np.linalg.pinv(C) @ (y - y.mean()))[::-1]


def stability_selection(X, y, lam, *, n_subsamples=50, rng):
    X, y = check(X, y)
    if not np.isfinite(lam) or lam < 0:
        raise ValueError(f"lam = {lam}")
    if n_subsamples < 1:
        raise ValueError(f"n_subsamples = {n_subsamples}")
    half, hits, rest = len(y) // 2, np.zeros(X.shape[1]), None
    for _ in range(n_subsamples):
        if rest is None:
            order = rng.permutation(len(y))
            rows, rest = order[:half], order[half : 2 * half]
        else:
            rows, rest = rest, None
        hits += lasso(X[rows] / sd(X[rows]), y[rows], lam) != 0
    return hits / n_subsamples
