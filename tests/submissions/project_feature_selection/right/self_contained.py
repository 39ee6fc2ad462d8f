"""One file: coordinate descent on the Gram matrix, a grid of its own, QR for the refit."""
import numpy as np


def _check(X, y):
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError("X has to be a matrix")
    if y.ndim != 1 or y.size != X.shape[0]:
        raise ValueError("y has to be as long as X")
    if not np.isfinite(X).all():
        raise ValueError("X has bad values")
    if not np.isfinite(y).all():
        raise ValueError("y has bad values")
    return X, y


def _scale(A):
    mu, sd = A.mean(0), A.std(0)
    return mu, np.where(np.ptp(A, axis=0) > 0, sd, 1.0)


def _lasso(A, b, lam, w=None):
    n, p = A.shape
    A, b = A - A.mean(0), b - b.mean()
    G, c = A.T @ A, A.T @ b
    G[np.abs(G) < 1e-12] = 0
    w = np.zeros(p) if w is None else w.copy()
    for _ in range(20_000):
        old = w.copy()
        for j in range(p):
            if G[j, j] == 0:
                continue
            r = c[j] - G[j] @ w + G[j, j] * w[j]
            w[j] = np.sign(r) * max(abs(r) - n * lam / 2, 0) / G[j, j]
        if np.abs(w - old).max() <= 1e-10 * np.abs(w).max():
            break
    return w


def select_features(X, y, *, n_splits=5):
    X, y = _check(X, y)
    if n_splits < 1:
        raise ValueError("n_splits has to be positive")
    mu, sd = _scale(X)
    Z = (X - mu) / sd
    top = 2 / len(y) * np.abs(Z.T @ (y - y.mean())).max()
    grid = top * 0.8 ** np.arange(30)
    errors = np.zeros((n_splits, 30))
    for k, part in enumerate(np.array_split(np.arange(len(y)), n_splits)):
        rest = np.delete(np.arange(len(y)), part)
        m, s = _scale(X[rest])
        w = None
        for j, lam in enumerate(grid):
            w = _lasso((X[rest] - m) / s, y[rest], lam, w)
            errors[k, j] = np.mean(((X[part] - m) / s @ w + y[rest].mean() - y[part]) ** 2)
    mean, se = errors.mean(0), errors.std(0, ddof=1) / np.sqrt(n_splits)
    best = mean.argmin()
    lam = grid[mean <= mean[best] + se[best]].max()
    chosen = [j for j, v in enumerate(_lasso(Z, y, lam)) if v != 0]
    if not chosen:
        return [], lam, []
    Q, R = np.linalg.qr(X[:, chosen] - X[:, chosen].mean(0))
    return chosen, float(lam), np.linalg.solve(R, Q.T @ (y - y.mean())).tolist()


def stability_selection(X, y, lam, *, n_subsamples=50, rng):
    X, y = _check(X, y)
    if not (0 <= lam < np.inf):
        raise ValueError("lam has to be finite and not negative")
    if n_subsamples <= 0:
        raise ValueError("n_subsamples has to be positive")
    half = len(y) // 2
    count = np.zeros(X.shape[1])
    for _ in range(n_subsamples):
        rows = np.argsort(rng.random(len(y)))[:half]
        m, s = _scale(X[rows])
        count += np.abs(_lasso((X[rows] - m) / s, y[rows], lam)) > 0
    return count / n_subsamples
