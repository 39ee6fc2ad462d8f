"""Own tree; boosting over scikit-learn's trees, stages as a tuple."""
import numpy as np
from sklearn.tree import DecisionTreeRegressor


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


def mse(y):
    return np.mean((y - np.mean(y)) ** 2)


def best_split(X, y, *, min_samples_leaf=1):
    X, y = check(X, y)
    count("min_samples_leaf", min_samples_leaf)
    n = len(y)
    parent = mse(y)
    best = None
    if np.all(y == y[0]):
        return None
    for j in range(X.shape[1]):
        values = sorted(set(X[:, j]))
        for a, b in zip(values, values[1:]):
            t = (a + b) / 2
            left = X[:, j] <= t
            n_left = left.sum()
            if n_left < min_samples_leaf or n - n_left < min_samples_leaf:
                continue
            gain = parent - n_left / n * mse(y[left]) - (n - n_left) / n * mse(y[~left])
            if gain > 1e-12 * parent and (best is None or gain > best[2]):
                best = (j, t, gain)
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
    k = max(1, int(subsample * n))
    F, F_new = np.full(n, y.mean()), np.full(len(X_new), y.mean())
    stages = [F_new]
    for s in range(n_estimators):
        rows = np.arange(n)
        if subsample < 1:
            rng.shuffle(rows)
            rows = rows[:k]
        tree = DecisionTreeRegressor(max_depth=max_depth, random_state=s).fit(X[rows], (y - F)[rows])
        F = F + learning_rate * tree.predict(X)
        F_new = F_new + learning_rate * tree.predict(X_new)
        stages.append(F_new)
    return tuple(stages)
