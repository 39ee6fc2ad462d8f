from typing import NamedTuple

import numpy as np


class Split(NamedTuple):
    feature: int
    threshold: float
    gain: float


def _matrix(X, name):
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError(f"{name} must have two dimensions")
    if not np.isfinite(X).all():
        raise ValueError(f"{name} has NaN or infinity")
    return X


def _data(X, y, names=("X", "y")):
    X = _matrix(X, names[0])
    y = np.asarray(y, dtype=np.float64)
    if len(X) != len(y):
        raise ValueError(f"{names[0]} and {names[1]} differ in length")
    if not np.isfinite(y).all():
        raise ValueError(f"{names[1]} has NaN or infinity")
    return X, y


def _count(value, name):
    if value < 1:
        raise ValueError(f"{name} must be at least 1")


def _mse(y):
    return np.mean((y - y.mean()) ** 2)


def best_split(X, y, *, min_samples_leaf=1):
    X, y = _data(X, y)
    _count(min_samples_leaf, "min_samples_leaf")
    if len(y) == 0 or y.max() == y.min():
        return None
    parent = _mse(y)
    best = None
    for j in range(X.shape[1]):
        values = np.unique(X[:, j])
        for low, high in zip(values[:-1], values[1:]):
            threshold = (low + high) / 2
            left = X[:, j] <= threshold
            k = left.sum()
            if k < min_samples_leaf or len(y) - k < min_samples_leaf:
                continue
            gain = parent - (k * _mse(y[left]) + (len(y) - k) * _mse(y[~left])) / len(y)
            if gain > 1e-12 * parent and (best is None or gain > best.gain):
                best = Split(j, threshold, gain)
    return best


def _new(X_new, X):
    X_new = _matrix(X_new, "X_new")
    if X_new.shape[1] != X.shape[1]:
        raise ValueError("X_new and X_train differ in columns")
    return X_new


def tree_predict(X_train, y_train, X_new, *, max_depth=None, min_samples_split=2, min_samples_leaf=1):
    X, y = _data(X_train, y_train, ("X_train", "y_train"))
    Z = _new(X_new, X)
    _count(min_samples_split, "min_samples_split")
    _count(min_samples_leaf, "min_samples_leaf")
    if max_depth is not None:
        _count(max_depth, "max_depth")
    return _grow(X, y, Z, 0, max_depth, min_samples_split, min_samples_leaf)


def boost(X_train, y_train, X_new, *, n_estimators=100, learning_rate=0.1, max_depth=3, subsample=1.0, rng=None):
    X, y = _data(X_train, y_train, ("X_train", "y_train"))
    Z = _new(X_new, X)
    _count(n_estimators, "n_estimators")
    if max_depth is not None:
        _count(max_depth, "max_depth")
    n = len(y)
    F = np.full(n, y.mean())
    G = np.full(len(Z), y.mean())
    stages = [G.copy()]
    for _ in range(n_estimators):
        rows = np.arange(n)
        if subsample < 1:
            rows = rng.choice(n, size=max(1, int(subsample * n)), replace=False)
        step = _tree(X[rows], (y - F)[rows], np.vstack([X, Z]), max_depth)
        F = F + learning_rate * step[:n]
        G = G + learning_rate * step[n:]
        stages.append(G.copy())
    return np.array(stages)


def _tree(X, r, Z, max_depth):
    from sklearn.tree import DecisionTreeRegressor
    return DecisionTreeRegressor(max_depth=max_depth, random_state=0).fit(X, r).predict(Z)


def _build(X, y, depth, max_depth, min_split, min_leaf):
    node = {"value": float(np.mean(y))}
    if len(y) >= min_split and (max_depth is None or depth < max_depth):
        s = best_split(X, y, min_samples_leaf=min_leaf)
        if s is not None:
            m = X[:, s[0]] <= s[1]
            node |= {"j": s[0], "t": s[1], "l": _build(X[m], y[m], depth + 1, max_depth, min_split, min_leaf), "r": _build(X[~m], y[~m], depth + 1, max_depth, min_split, min_leaf)}
    return node
def _grow(X, y, Z, depth, max_depth, min_split, min_leaf):
    root = _build(X, y, 0, max_depth, min_split, min_leaf)
    out = []
    for row in Z:
        node = root
        while "j" in node:
            node = node["l"] if row[node["j"]] <= node["t"] else node["r"]
        out.append(node["value"])
    return out
