"""Running sums of y and y squared, results as NumPy scalars."""
from typing import NamedTuple

import numpy as np


def check(X, y, X_name="X", y_name="y"):
    X, y = np.array(X, dtype=float), np.array(y, dtype=float)
    if X.ndim != 2:
        raise ValueError(X_name + " must have two dimensions")
    if y.ndim != 1 or len(y) != len(X):
        raise ValueError("lengths of " + X_name + " and " + y_name + " differ")
    if not np.isfinite(X).all():
        raise ValueError(X_name + " has missing values")
    if not np.isfinite(y).all():
        raise ValueError(y_name + " has missing values")
    return X, y


def check_new(X_new, p):
    X_new = np.array(X_new, dtype=float)
    if X_new.ndim != 2 or X_new.shape[1] != p or not np.isfinite(X_new).all():
        raise ValueError("X_new is not right")
    return X_new


def count(name, value):
    if value < 1:
        raise ValueError(name + " must be 1 or more")


class Split(NamedTuple):
    feature: int
    threshold: float
    gain: float


def best_split(X, y, *, min_samples_leaf=1):
    X, y = check(X, y)
    count("min_samples_leaf", min_samples_leaf)
    n, p = X.shape
    parent = (y**2).mean() - y.mean() ** 2
    if y.min() == y.max():
        return None
    best = None
    for j in range(p):
        order = np.argsort(X[:, j], kind="stable")
        x, t = X[order, j], y[order]
        s, q = np.cumsum(t), np.cumsum(t**2)
        for i in range(min_samples_leaf, n - min_samples_leaf + 1):
            if i == 0 or i == n or x[i - 1] == x[i]:
                continue
            left = q[i - 1] - s[i - 1] ** 2 / i
            right = (q[-1] - q[i - 1]) - (s[-1] - s[i - 1]) ** 2 / (n - i)
            gain = parent - (left + right) / n
            if gain > (best.gain if best else 1e-12 * parent):
                best = Split(np.int64(j), np.float64((x[i - 1] + x[i]) / 2), np.array(gain))
    return best


def tree_predict(X_train, y_train, X_new, *, max_depth=None, min_samples_split=2, min_samples_leaf=1):
    X, y = check(X_train, y_train, "X_train", "y_train")
    X_new = check_new(X_new, X.shape[1])
    count("min_samples_split", min_samples_split)
    count("min_samples_leaf", min_samples_leaf)
    if max_depth is not None:
        count("max_depth", max_depth)
    root = grow(X, y, 0, max_depth, min_samples_split, min_samples_leaf)
    return [walk(root, row) for row in X_new]


def grow(X, y, depth, max_depth, min_split, min_leaf):
    if depth == max_depth or len(y) < min_split:
        return float(np.mean(y))
    split = best_split(X, y, min_samples_leaf=min_leaf)
    if split is None:
        return float(np.mean(y))
    j, t, _ = split
    left = X[:, j] <= t
    return (
        j,
        t,
        grow(X[left], y[left], depth + 1, max_depth, min_split, min_leaf),
        grow(X[~left], y[~left], depth + 1, max_depth, min_split, min_leaf),
    )


def walk(node, row):
    while isinstance(node, tuple):
        j, t, left, right = node
        node = left if row[j] <= t else right
    return node


def boost(X_train, y_train, X_new, *, n_estimators=100, learning_rate=0.1, max_depth=3, subsample=1.0, rng=None):
    X, y = check(X_train, y_train, "X_train", "y_train")
    X_new = check_new(X_new, X.shape[1])
    count("n_estimators", n_estimators)
    count("max_depth", max_depth)
    n = len(y)
    pred = [y.mean()] * n
    stage = [y.mean()] * len(X_new)
    stages = [list(stage)]
    for _ in range(n_estimators):
        residual = y - np.array(pred)
        if subsample < 1:
            rows = list(rng.permutation(n)[: max(1, int(subsample * n))])
        else:
            rows = list(range(n))
        root = grow(X[rows], residual[rows], 0, max_depth, 2, 1)
        pred = [f + learning_rate * walk(root, row) for f, row in zip(pred, X)]
        stage = [f + learning_rate * walk(root, row) for f, row in zip(stage, X_new)]
        stages.append(list(stage))
    return stages
