"""LassoCV on the columns as they are, and halves without any standardisation."""
import numpy as np
from sklearn.linear_model import Lasso, LassoCV
from sklearn.model_selection import KFold


def _data(X, y):
    X = np.asarray(X, dtype=float)
    y = np.asarray(y, dtype=float)
    if X.ndim != 2:
        raise ValueError("X: two dimensions")
    if len(X) != len(y):
        raise ValueError("X, y: lengths")
    for name, v in dict(X=X, y=y).items():
        if not np.all(np.isfinite(v)):
            raise ValueError(f"{name}: NaN or infinity")
    return X, y


def select_features(X, y, *, n_splits=5):
    X, y = _data(X, y)
    if n_splits <= 0:
        raise ValueError("n_splits: positive")
    cv = LassoCV(alphas=40, cv=KFold(n_splits), tol=1e-6, max_iter=100_000, random_state=0).fit(X, y)
    m = cv.mse_path_.mean(axis=1)
    s = cv.mse_path_.std(axis=1, ddof=1) / np.sqrt(n_splits)
    b = np.argmin(m)
    alpha = cv.alphas_[m <= m[b] + s[b]].max()
    w = Lasso(alpha=alpha, tol=1e-8, max_iter=100_000, random_state=0).fit(X, y).coef_
    idx = np.nonzero(w)[0]
    A = np.column_stack([np.ones(len(y)), X[:, idx]])
    return idx, 2 * alpha, np.linalg.lstsq(A, y, rcond=None)[0][1:]


def stability_selection(X, y, lam, *, n_subsamples=50, rng):
    X, y = _data(X, y)
    if lam != lam or lam < 0 or lam == float("inf"):
        raise ValueError("lam: finite, not negative")
    if n_subsamples <= 0:
        raise ValueError("n_subsamples: positive")
    model = Lasso(alpha=lam / 2, tol=1e-7, max_iter=100_000, random_state=0)
    freq = np.zeros(X.shape[1])
    for _ in range(n_subsamples):
        order = rng.permutation(len(y))
        half = order[: len(y) // 2]
        freq += np.sign(np.abs(model.fit(X[half], y[half]).coef_)) / n_subsamples
    return np.clip(freq, 0, 1)
