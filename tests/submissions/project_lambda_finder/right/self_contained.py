"""One file: proximal gradient (FISTA) for the lasso, solve for the ridge, an ascending grid."""
import numpy as np


def _soft(v, t):
    return np.sign(v) * np.maximum(np.abs(v) - t, 0)


def _lasso(A, b, lam):
    n, p = A.shape
    m, c = A.mean(0), b.mean()
    A, b = A - m, b - c
    L = 2 * np.linalg.norm(A, 2) ** 2 / n or 1.0
    w = z = np.zeros(p)
    t = 1.0
    for _ in range(20000):
        new = _soft(z - 2 / n * A.T @ (A @ z - b) / L, lam / L)
        s = (1 + np.sqrt(1 + 4 * t * t)) / 2
        z = new + (t - 1) / s * (new - w)
        done = np.abs(new - w).max() <= 1e-10 * max(np.abs(new).max(), 1e-300)
        w, t = new, s
        if done:
            break
    return w, c - m @ w


def _ridge(A, b, lam):
    m, c = A.mean(0), b.mean()
    n, p = A.shape
    w = np.linalg.pinv((A - m).T @ (A - m) + n * lam * np.eye(p)) @ (A - m).T @ (b - c)
    return w, c - m @ w


def _stats(A):
    s = A.std(axis=0)
    return A.mean(axis=0), np.where(A.max(axis=0) == A.min(axis=0), 1.0, s)


def find_lambda(X, y, *, model="lasso", n_lambdas=50, n_splits=5, rule="1se", rng=None):
    X, y = np.array(X, dtype=float), np.array(y, dtype=float)
    if X.ndim != 2:
        raise ValueError("X must have two dimensions")
    if y.ndim != 1 or len(y) != len(X):
        raise ValueError("X and y must have the same length")
    if not np.isfinite(X).all():
        raise ValueError("X must be finite")
    if not np.isfinite(y).all():
        raise ValueError("y must be finite")
    if n_lambdas < 1:
        raise ValueError("n_lambdas must be >= 1")
    if n_splits < 1:
        raise ValueError("n_splits must be >= 1")
    fits = dict(lasso=_lasso, ridge=_ridge)
    if model not in fits:
        raise ValueError(f"unknown model {model}")
    if rule not in ("1se", "min"):
        raise ValueError(f"unknown rule {rule}")
    fit = fits[model]
    lambdas = np.logspace(-3, 1, n_lambdas) if n_lambdas > 1 else np.array([0.1])
    order = np.arange(len(y)) if rng is None else rng.permutation(len(y))
    E = []
    for part in np.array_split(order, n_splits):
        rest = np.setdiff1d(order, part)
        m, s = _stats(X[rest])
        E.append([])
        for lam in lambdas:
            w, b = fit((X[rest] - m) / s, y[rest], lam)
            E[-1].append(np.mean(((X[part] - m) / s @ w + b - y[part]) ** 2))
    E = np.array(E)
    mean, se = E.mean(0), E.std(0, ddof=1) / n_splits**0.5
    i = mean.argmin()
    if rule == "1se":
        i = max(j for j in range(n_lambdas) if mean[j] <= mean[i] + se[i])
    m, s = _stats(X)
    w, b = fit((X - m) / s, y, lambdas[i])
    return lambdas[i], lambdas, mean, se, w / s, b - m @ (w / s)
