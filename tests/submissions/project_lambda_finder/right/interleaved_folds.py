from __future__ import annotations
from typing import NamedTuple
import numpy as np

class LambdaSearch(NamedTuple):
    lam: float
    lambdas: np.ndarray
    mean_mse: np.ndarray
    std_error: np.ndarray
    coef: np.ndarray
    intercept: float

def _lasso(Z, t, lam, w=None):
    n, p = Z.shape
    w = np.zeros(p) if w is None else w.copy()
    r = t - Z @ w
    sq = (Z ** 2).mean(axis=0)
    for _ in range(5000):
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

def _ridge(Z, t, lam, w=None):
    n, p = Z.shape
    big = np.vstack([Z, np.sqrt(n * lam) * np.eye(p)])
    return np.linalg.lstsq(big, np.concatenate([t, np.zeros(p)]), rcond=None)[0]

def _scale(X):
    mean = X.mean(axis=0)
    std = X.std(axis=0)
    std[np.ptp(X, axis=0) == 0] = 1.0
    return mean, std

def _standardised(X):
    mean, std = _scale(X)
    Z = (X - mean) / std
    Z[:, np.ptp(X, axis=0) == 0] = 0.0
    return Z, mean, std

def find_lambda(X, y, *, model="lasso", n_lambdas=50, n_splits=5, rule="1se", rng=None):
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
    if n_splits < 1:
        raise ValueError("n_splits must be at least 1")
    if n_lambdas < 1:
        raise ValueError("n_lambdas must be at least 1")
    if model not in ("lasso", "ridge"):
        raise ValueError("model must be lasso or ridge")
    if rule not in ("min", "1se"):
        raise ValueError("rule must be min or 1se")
    fit = _lasso if model == "lasso" else _ridge
    n = len(y)
    Z, mean, std = _standardised(X)
    if model == "lasso":
        top = 2 / n * np.abs(Z.T @ (y - y.mean())).max(initial=0.0)
        top = top or 1.0
        grid = np.geomspace(top, top / 1000, n_lambdas)
    else:
        grid = np.geomspace(100.0, 1e-4, n_lambdas)
    order = np.arange(n) if rng is None else rng.permutation(n)
    errors = []
    for val in [order[i::n_splits] for i in range(n_splits)]:
        train = np.setdiff1d(np.arange(n), val)
        A, m, s = _standardised(X[train])
        V = (X[val] - m) / s
        b = y[train].mean()
        row, w = [], None
        for lam in grid:
            w = fit(A, y[train] - b, lam, w)
            row.append(np.mean((y[val] - V @ w - b) ** 2))
        errors.append(row)
    errors = np.array(errors)
    mean_mse = errors.mean(axis=0)
    se = errors.std(axis=0, ddof=1) / np.sqrt(len(errors))
    best = int(np.argmin(mean_mse))
    if rule == "min":
        lam = grid[best]
    else:
        lam = grid[mean_mse <= mean_mse[best] + se[best]].max()
    w = fit(Z, y - y.mean(), lam) / std
    return LambdaSearch(float(lam), grid, mean_mse, se, w, float(y.mean() - mean @ w))
