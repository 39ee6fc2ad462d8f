# Sweeps from the last feature to the first; NumPy scalars all the way.
import numpy as np


def check(X, y, lam):
    for name, a, dims in (("X", X, 2), ("y", y, 1)):
        if np.ndim(a) != dims:
            raise ValueError(f"{name}: expected {dims} dimensions")
        if np.isnan(a).any() or np.isinf(a).any():
            raise ValueError(f"{name}: NaN or infinity")
    if np.shape(X)[0] != np.shape(y)[0]:
        raise ValueError("lengths of X and y differ")
    if not (0 <= lam < float("inf")):
        raise ValueError(f"lam = {lam} is not allowed")


def soft_threshold(z, gamma):
    if not (0 <= gamma < float("inf")):
        raise ValueError("bad gamma")
    z = np.asarray(z, dtype=np.float64)
    return z - np.clip(z, -gamma, gamma)


def lambda_max(X, y):
    check(X, y, 0)
    X = np.asarray(X, float)
    y = np.asarray(y, float)
    return float(max(abs(2 * np.cov(X[:, j], y, bias=True)[0, 1]) for j in range(X.shape[1])))


def lasso_path(X, y, lambdas):
    if len(lambdas) == 0:
        raise ValueError("lambdas must not be empty")
    path = np.zeros((len(lambdas), np.shape(X)[1] if np.ndim(X) == 2 else 0))
    coef = None
    for i, lam in enumerate(lambdas):
        coef = np.asarray(lasso_coordinate_descent(X, y, lam, coef_init=coef)[0])
        path[i] = coef
    return path


def sklearn_alpha(lam):
    if not (0 <= lam < float("inf")):
        raise ValueError("bad lam")
    return lam / 2.0


def lasso_coordinate_descent(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    check(X, y, lam)
    if not max_iter >= 1:
        raise ValueError("max_iter must be positive")
    X = np.asarray(X).astype("d")
    y = np.asarray(y).astype("d")
    p = X.shape[1]
    w = np.zeros(p, "d") if coef_init is None else np.asarray(coef_init).astype("d")
    if w.shape != (p,):
        raise ValueError("coef_init: shape")
    Xc, yc = X - np.mean(X, 0), y - np.mean(y)
    var = np.where(X.max(0) > X.min(0), np.mean(Xc**2, 0), 0.0)
    w = np.where(var > 0, w, 0.0)
    done, n_iter = False, np.int32(0)
    while not done and n_iter < max_iter:
        n_iter += np.int32(1)
        old = w.copy()
        for j in reversed(range(p)):
            if var[j] > 0:
                others = yc - Xc @ w + Xc[:, j] * w[j]
                rho = np.mean(Xc[:, j] * others)
                w[j] = soft_threshold(rho, lam / 2) / var[j]
        done = np.linalg.norm(w - old, np.inf) <= tol * np.linalg.norm(w, np.inf)
    return (w, np.float64(np.mean(y) - np.mean(X, 0) @ w), n_iter)
