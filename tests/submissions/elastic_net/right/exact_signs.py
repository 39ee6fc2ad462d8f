# Exact: solves for the support, adds the worst offender, drops what changes its sign.
import numpy as np


def elastic_net_coordinate_descent(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    if np.ndim(X) != 2:
        raise ValueError("X: two dimensions, please")
    X, y = np.asarray(X, np.float64), np.asarray(y, np.float64)
    n, p = X.shape
    if y.shape != (n,):
        raise ValueError("y: as long as X, please")
    if not np.isfinite(X).all():
        raise ValueError("X: finite numbers, please")
    if not np.isfinite(y).all():
        raise ValueError("y: finite numbers, please")
    sklearn_parameters(l1, l2)  # refuses bad strengths
    if max_iter < 1:
        raise ValueError("max_iter: at least 1, please")
    if coef_init is not None and np.shape(coef_init) != (p,):
        raise ValueError("coef_init: one number for each column of X, please")
    vary = X.max(0) > X.min(0)
    A = np.where(vary, X - X.mean(0), 0.0)
    G = A.T @ A / n + l2 * np.eye(p)
    m = A.T @ (y - y.mean()) / n
    if l1 == 0:
        w = np.linalg.lstsq(np.vstack([A, np.sqrt(n * l2) * np.eye(p)]),
                            np.concatenate([y - y.mean(), np.zeros(p)]), rcond=None)[0]
        w = np.where(vary, w, 0.0)
    else:
        w = signs(G, m, l1 / 2)
    return w, y.mean() - X.mean(0) @ w, 1


def signs(G, m, g):
    def loss(w):
        return w @ G @ w / 2 - m @ w + g * np.abs(w).sum()

    w = np.zeros(len(m))
    s = np.sign(w)
    for _ in range(100 * len(m)):
        c = m - G @ w
        if np.abs(c - g * s)[s != 0].max(initial=0) <= 1e-11 * np.abs(m).max():
            c[s != 0] = 0
            j = np.abs(c).argmax()
            if abs(c[j]) <= g * (1 + 1e-11):
                break
            s[j] = np.sign(c[j])
        on = np.flatnonzero(s)
        aim = np.zeros(len(m))
        aim[on] = np.linalg.lstsq(G[np.ix_(on, on)], m[on] - g * s[on], rcond=None)[0]
        steps = [1.0] + [w[k] / (w[k] - aim[k]) for k in on if w[k] * aim[k] < 0]
        tries = []
        for step in steps:
            v = w + step * (aim - w)
            if step < 1:
                v[np.abs(v) <= 1e-13 * np.abs(aim - w).max()] = 0
            tries.append(v)
        w = min(tries, key=loss)
        s = np.sign(w)
    return w


def sklearn_parameters(l1, l2):
    for name, value in {"l1": l1, "l2": l2}.items():
        if not (np.isfinite(value) and value >= 0):
            raise ValueError(f"{name}: zero or more, please")
    total = l1 + 2 * l2
    return total / 2, l1 / total if total else 0.25
