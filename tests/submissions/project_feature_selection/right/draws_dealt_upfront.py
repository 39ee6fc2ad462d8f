from __future__ import annotations
from typing import NamedTuple
import numpy as np

class SelectedFeatures(NamedTuple):
    indices: np.ndarray
    lam: float
    coef: np.ndarray

def _check(X, y):
    X = np.array(X, dtype=float)
    y = np.array(y, dtype=float)
    if X.ndim != 2:
        raise ValueError("X must be 2-D")
    if y.ndim != 1 or len(X) != len(y):
        raise ValueError("X and y have different lengths")
    if not np.isfinite(X).all():
        raise ValueError("X has NaN or infinity")
    if not np.isfinite(y).all():
        raise ValueError("y has NaN or infinity")
    return X, y

def _lasso(Z, t, lam, w=None):
    Z = Z - Z.mean(axis=0)
    t = t - t.mean()
    n, p = Z.shape
    w = np.zeros(p) if w is None else w.copy()
    r = t - Z @ w
    sq = (Z ** 2).mean(axis=0)
    for k in range(5000):
        big = 0.0
        for j in range(p):
            if sq[j] < 1e-20:
                continue
            rho = Z[:, j] @ r / n + sq[j] * w[j]
            new = np.sign(rho) * max(abs(rho) - lam / 2, 0.0) / sq[j]
            if new != w[j]:
                r -= Z[:, j] * (new - w[j])
                big = max(big, abs(new - w[j]))
                w[j] = new
        if big <= 1e-10 * max(1e-300, np.abs(w).max()):
            break
    return w

def _scale(X):
    mean = X.mean(axis=0)
    std = X.std(axis=0)
    std[np.ptp(X, axis=0) == 0] = 1.0
    return mean, std

def _choose(X, y, n_splits):
    n = len(y)
    mean, std = _scale(X)
    Z = (X - mean) / std
    top = 2 / n * np.abs(Z.T @ (y - y.mean())).max(initial=0.0)
    if top == 0:
        return 1.0
    grid = np.geomspace(top, top / 100, 30)
    errors = []
    for val in np.array_split(np.arange(n), n_splits):
        train = np.setdiff1d(np.arange(n), val)
        m, s = _scale(X[train])
        Z, V = (X[train] - m) / s, (X[val] - m) / s
        row, w = [], None
        for lam in grid:
            w = _lasso(Z, y[train], lam, w)
            pred = (V - Z.mean(axis=0)) @ w + y[train].mean()
            row.append(np.mean((y[val] - pred) ** 2))
        errors.append(row)
    errors = np.array(errors)
    mean = errors.mean(axis=0)
    se = errors.std(axis=0, ddof=1) / np.sqrt(len(errors))
    best = np.argmin(mean)
    return grid[mean <= mean[best] + se[best]].max()

def select_features(X, y, *, n_splits=5):
    X, y = _check(X, y)
    if n_splits < 1:
        raise ValueError("n_splits must be at least 1")
    lam = _choose(X, y, n_splits)
    mean, std = _scale(X)
    w = _lasso((X - mean) / std, y, lam)
    idx = np.flatnonzero(w)
    if len(idx) == 0:
        return SelectedFeatures(idx, float(lam), np.zeros(0))
    D = np.column_stack([np.ones(len(y)), X[:, idx]])
    coef = np.linalg.lstsq(D, y, rcond=None)[0][1:]
    return SelectedFeatures(idx, float(lam), coef)

def stability_selection(X, y, lam, *, n_subsamples=50, rng):
    X, y = _check(X, y)
    if not (np.isfinite(lam) and lam >= 0):
        raise ValueError("lam must be finite and >= 0")
    if n_subsamples < 1:
        raise ValueError("n_subsamples must be at least 1")
    n, p = X.shape
    U = rng.random((n_subsamples, n))
    count = np.zeros(p)
    for k in range(n_subsamples):
        rows = np.argpartition(U[k], n // 2)[:n // 2]
        A, b = X[rows], y[rows]
        mean, std = _scale(A)
        w = _lasso((A - mean) / std, b, lam)
        count += w != 0
    return count / n_subsamples
