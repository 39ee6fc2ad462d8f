"""Node objects in a queue; stages as a running sum of the trees."""
from collections import deque
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


class Node:
    def __init__(self, rows, depth):
        self.rows, self.depth = rows, depth
        self.split = None


def fit(X, y, max_depth, min_split, min_leaf):
    root = Node(np.arange(len(y)), 0)
    queue = deque([root])
    while queue:
        node = queue.popleft()
        node.value = y[node.rows].mean()
        if len(node.rows) < min_split or (max_depth is not None and node.depth >= max_depth):
            continue
        split = best_split(X[node.rows], y[node.rows], min_samples_leaf=min_leaf)
        if split is None:
            continue
        node.split = split
        goes_left = X[node.rows, split[0]] <= split[1]
        node.left = Node(node.rows[goes_left], node.depth + 1)
        node.right = Node(node.rows[~goes_left], node.depth + 1)
        queue += [node.left, node.right]
    return root


def evaluate(root, X):
    out = np.zeros((len(X), 1))
    for i, row in enumerate(X):
        node = root
        while node.split is not None:
            node = node.left if row[node.split[0]] <= node.split[1] else node.right
        out[i] = node.value
    return out.ravel()


def tree_predict(X_train, y_train, X_new, *, max_depth=None, min_samples_split=2, min_samples_leaf=1):
    X, y = check(X_train, y_train, "X_train", "y_train")
    X_new = check_new(X_new, X.shape[1])
    for name, value in dict(max_depth=max_depth or 1 if max_depth != 0 else 0, min_samples_split=min_samples_split, min_samples_leaf=min_samples_leaf).items():
        count(name, value)
    return evaluate(fit(X, y, max_depth, min_samples_split, min_samples_leaf), X_new)


def boost(X_train, y_train, X_new, *, n_estimators=100, learning_rate=0.1, max_depth=3, subsample=1.0, rng=None):
    X, y = check(X_train, y_train, "X_train", "y_train")
    X_new = check_new(X_new, X.shape[1])
    count("n_estimators", n_estimators)
    count("max_depth", max_depth)
    n = len(y)
    trees = []
    F = np.full(n, y.mean())
    for _ in range(n_estimators):
        rows = np.arange(n) if subsample == 1.0 else np.sort(rng.random(n).argsort()[: max(1, int(subsample * n))])
        root = fit(X[rows], y[rows] - F[rows], max_depth, 2, 1)
        F = F + learning_rate * evaluate(root, X)
        trees.append(root)
    steps = np.array([np.full(len(X_new), y.mean()), *(learning_rate * evaluate(t, X_new) for t in trees)])
    return np.cumsum(steps, axis=0)
