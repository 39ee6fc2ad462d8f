# Sweeps from the last feature to the first; NumPy scalars all the way.
import numpy as np


def check(X, y, l1, l2):
    for name, a, dims in (("X", X, 2), ("y", y, 1)):
        if np.ndim(a) != dims:
            raise ValueError(f"{name}: expected {dims} dimensions")
        if np.isnan(a).any() or np.isinf(a).any():
            raise ValueError(f"{name}: NaN or infinity")
    if np.shape(X)[0] != np.shape(y)[0]:
        raise ValueError("lengths of X and y differ")
    if not (0 <= l1 < float("inf")):
        raise ValueError(f"l1 = {l1} is not allowed")
    if not (0 <= l2 < float("inf")):
        raise ValueError(f"l2 = {l2} is not allowed")


def soft_threshold(z, gamma):
    if not (0 <= gamma < float("inf")):
        raise ValueError("bad gamma")
    z = np.asarray(z, dtype=np.float64)
    return z - np.clip(z, -gamma, gamma)





def elastic_net_coordinate_descent(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    check(X, y, l1, l2)
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
                w[j] = soft_threshold(rho, l1 / 2) / (var[j] + l2)
        done = np.linalg.norm(w - old, np.inf) <= tol * np.linalg.norm(w, np.inf)
    return (w, np.float64(np.mean(y) - np.mean(X, 0) @ w), n_iter)


def sklearn_parameters(l1, l2):
    check(np.zeros((2, 1)), np.zeros(2), l1, l2)
    if l1 == 0 and l2 == 0:
        return 0, 0
    return l1 / 2 + l2, np.float64(l1) / (l1 + 2 * l2)
