# Nothing but loops over numbers, and lists as results.
import math

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
    if math.isnan(gamma) or math.isinf(gamma) or gamma < 0:
        raise ValueError("gamma must be a number >= 0")
    if np.ndim(z) > 0:
        return np.array([soft_threshold(part, gamma) for part in z])
    z = float(z)
    if abs(z) <= gamma:
        return 0.0
    return math.copysign(abs(z) - gamma, z)



def elastic_net_coordinate_descent(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    check(X, y, l1, l2)
    if max_iter < 1:
        raise ValueError("max_iter < 1")
    n, p = np.shape(X)
    if coef_init is not None and np.shape(coef_init) != (p,):
        raise ValueError("coef_init: wrong length")
    w = [0.0] * p if coef_init is None else [float(v) for v in coef_init]
    columns, means, squares = [], [], []
    for j in range(p):
        column = np.asarray(X[:, j], dtype=float)
        means.append(column.mean())
        column = column - means[-1] if column.max() > column.min() else column * 0
        columns.append(column)
        squares.append(float(column @ column))
    mean_y = float(np.mean(y, dtype=float))
    r = np.asarray(y, dtype=float) - mean_y
    for j in range(p):
        if squares[j] == 0:
            w[j] = 0.0
        r = r - w[j] * columns[j]
    for sweep in range(max_iter):
        moved = 0.0
        for j in range(p):
            if squares[j] == 0:
                continue
            partial = r + w[j] * columns[j]
            new = soft_threshold(float(columns[j] @ partial), n * l1 / 2) / (squares[j] + n * l2)
            moved = max(moved, abs(new - w[j]))
            r = partial - new * columns[j]
            w[j] = new
        if moved <= tol * max(abs(v) for v in w):
            break
    b = mean_y - sum(m * v for m, v in zip(means, w))
    return w, b, sweep + 1


def sklearn_parameters(l1, l2):
    check(np.zeros((2, 1)), np.zeros(2), l1, l2)
    if l1 == 0 and l2 == 0:
        return 0, 0
    return l1 / 2 + l2, np.float64(l1) / (l1 + 2 * l2)
