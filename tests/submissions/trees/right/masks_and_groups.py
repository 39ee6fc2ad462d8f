"""Masks over grouped sums."""
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
    depth = np.inf if max_depth is None else max_depth
    if depth < 1:
        raise ValueError(f"max_depth is {max_depth}")
    out = np.zeros(len(X_new))

    def fill(rows, new, depth):
        split = None
        if depth > 0 and rows.sum() >= min_samples_split:
            split = best_split(X[rows], y[rows], min_samples_leaf=min_samples_leaf)
        if split is None:
            out[new] = y[rows].mean()
            return
        j, t, gain = split
        fill(rows & (X[:, j] <= t), new & (X_new[:, j] <= t), depth - 1)
        fill(rows & (X[:, j] > t), new & (X_new[:, j] > t), depth - 1)

    fill(np.ones(len(X), bool), np.ones(len(X_new), bool), depth)
    return out


def boost(X_train, y_train, X_new, *, n_estimators=100, learning_rate=0.1, max_depth=3, subsample=1.0, rng=None):
    X, y = check(X_train, y_train, "X_train", "y_train")
    X_new = check_new(X_new, X.shape[1])
    count("n_estimators", n_estimators)
    both = np.concatenate([X, X_new])
    n = len(y)
    F = np.zeros((n_estimators + 1, len(both))) + y.mean()
    for s in range(1, n_estimators + 1):
        rows = slice(None)
        if subsample < 1:
            rows = rng.choice(n, max(1, int(subsample * n)), replace=False, shuffle=False)
        r = (y - F[s - 1, :n])[rows]
        F[s] = F[s - 1] + learning_rate * tree_predict(X[rows], r, both, max_depth=max_depth)
    return F[:, n:]
