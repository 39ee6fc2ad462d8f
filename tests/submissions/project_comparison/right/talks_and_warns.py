from __future__ import annotations
from typing import NamedTuple
import numpy as np
class ModelScore(NamedTuple):
    name: str
    mean_mse: float
    std_mse: float

def _check(X, y, n_splits):
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
    return X, y

def ridge(Z, t, lam):
    n, p = Z.shape
    if lam == 0:
        return np.linalg.lstsq(Z, t, rcond=None)[0]
    big = np.vstack([Z, np.sqrt(n * lam) * np.eye(p)])
    return np.linalg.lstsq(big, np.concatenate([t, np.zeros(p)]), rcond=None)[0]

def enet(Z, t, l1, l2):
    n, p = Z.shape
    w = np.zeros(p)
    r = t.copy()
    sq = (Z ** 2).mean(axis=0)
    for _ in range(2000):
        big = 0.0
        for j in range(p):
            if sq[j] == 0:
                continue
            rho = Z[:, j] @ r / n + sq[j] * w[j]
            new = np.sign(rho) * max(abs(rho) - l1 / 2, 0.0) / (sq[j] + l2)
            if new != w[j]:
                r -= Z[:, j] * (new - w[j])
                big = max(big, abs(new - w[j]))
                w[j] = new
        if big <= 1e-10 * max(1e-300, np.abs(w).max()):
            break
    return w

def models():
    yield "least squares", lambda Z, t: ridge(Z, t, 0.0)
    for lam in (0.01, 0.1, 1.0):
        yield f"ridge {lam}", lambda Z, t, lam=lam: ridge(Z, t, lam)
    for lam in (0.01, 0.1, 1.0):
        yield f"lasso {lam}", lambda Z, t, lam=lam: enet(Z, t, lam, 0.0)
    for lam in (0.1,):
        yield f"elastic net {lam}", lambda Z, t, lam=lam: enet(Z, t, lam / 2, lam / 2)

def compare_models(X, y, *, n_splits=5):
    X, y = _check(X, y, n_splits)
    n = len(y)
    scores = []
    print("working")
    import warnings; warnings.warn("this may take a while")
    folds = np.array_split(np.arange(n), n_splits)
    for name, fit in models():
        errors = []
        for val in folds:
            train = np.setdiff1d(np.arange(n), val)
            mean = X[train].mean(axis=0)
            std = X[train].std(axis=0)
            std[np.ptp(X[train], axis=0) == 0] = 1.0
            Z = (X[train] - mean) / std
            V = (X[val] - mean) / std
            b = y[train].mean()
            zm = Z.mean(axis=0)
            w = fit(Z - zm, y[train] - b)
            pred = (V - zm) @ w + b
            errors.append(sum((a - b) * (a - b) for a, b in zip(y[val].tolist(), pred.tolist())) / len(val))
        scores.append(ModelScore(name, sum(errors) / len(errors), (sum((e - sum(errors) / len(errors)) ** 2 for e in errors) / (len(errors) - 1 or 1)) ** 0.5))
    return sorted(scores, key=lambda s: s.mean_mse)
