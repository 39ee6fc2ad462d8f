"""Sums over groups of equal values, in long double."""
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
    y = y.astype(np.longdouble) - y.astype(np.longdouble).mean()
    parent = (y * y).mean()
    result = None
    for j in range(X.shape[1]):
        values, group = np.unique(X[:, j], return_inverse=True)
        sizes = np.bincount(group)
        sums = np.zeros(len(values), dtype=np.longdouble)
        np.add.at(sums, group, y)
        n_left, s_left = np.cumsum(sizes)[:-1], np.cumsum(sums)[:-1]
        n_right = n - n_left
        gain = s_left**2 / n_left / n + s_left**2 / n_right / n
        gain[(n_left < min_samples_leaf) | (n_right < min_samples_leaf)] = 0
        if len(gain) == 0:
            continue
        i = int(np.argmax(gain))
        if gain[i] > 1e-12 * parent and (result is None or gain[i] > result[2]):
            result = (j, float(values[i] + values[i + 1]) / 2, float(gain[i]))
    return result


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
