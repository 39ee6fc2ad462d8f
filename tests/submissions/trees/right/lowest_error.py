"""Looks for the lowest error and takes the gain from it at the end."""
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


def best_split(X, y, *, min_samples_leaf=1):
    X, y = check(X, y)
    count("min_samples_leaf", min_samples_leaf)
    n = len(y)
    lowest, answer = None, None
    for j in range(X.shape[1]):
        x = np.sort(X[:, j])
        for i in range(n - 1):
            if x[i] == x[i + 1] or i + 1 < min_samples_leaf or n - i - 1 < min_samples_leaf:
                continue
            threshold = x[i] + (x[i + 1] - x[i]) / 2
            left, right = y[X[:, j] <= threshold], y[X[:, j] > threshold]
            error = (len(left) * np.var(left) + len(right) * np.var(right)) / n
            if lowest is None or error < lowest:
                lowest, answer = error, (j, threshold)
    if answer is None or np.ptp(y) == 0 or np.var(y) - lowest <= 1e-12 * np.var(y):
        return None
    return (*answer, np.var(y) - lowest)


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
