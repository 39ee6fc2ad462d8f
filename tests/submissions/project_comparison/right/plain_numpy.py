import numpy as np


def solve(A, b, l1, l2, sweeps=3000):
    n, p = A.shape
    if l1 == 0:
        return np.linalg.pinv(np.vstack([A, np.sqrt(n * l2) * np.eye(p)])) @ np.append(b, np.zeros(p))
    w, size = np.zeros(p), (A**2).mean(axis=0)
    for _ in range(sweeps):
        old = w.copy()
        for j in range(p):
            if size[j] > 0:
                z = A[:, j] @ (b - A @ w) / n + size[j] * w[j]
                w[j] = np.sign(z) * max(abs(z) - l1 / 2, 0) / (size[j] + l2)
        if np.abs(w - old).max() <= 1e-9 * max(np.abs(w).max(), 1e-300):
            break
    return w


def compare_models(X, y, *, n_splits=5):
    X, y = np.asarray(X, float), np.asarray(y, float)
    if X.ndim != 2:
        raise ValueError("X must be a matrix")
    n = len(X)
    if y.shape != (n,):
        raise ValueError("y must have one value per row of X")
    if not np.all(np.isfinite(X)):
        raise ValueError("X must be finite")
    if not np.all(np.isfinite(y)):
        raise ValueError("y must be finite")
    if n_splits < 2 or n_splits > n:
        raise ValueError("n_splits must be between 2 and the number of rows")
    penalties = {
        "no penalty": (0, 0), "ridge weak": (0, 0.05), "ridge strong": (0, 0.8),
        "lasso weak": (0.1, 0), "lasso strong": (0.8, 0), "both": (0.3, 0.3),
    }
    parts = np.array_split(np.random.default_rng(42).permutation(n), n_splits)
    errors = {name: [] for name in penalties}
    for part in parts:
        keep = np.setdiff1d(np.arange(n), part)
        m, s = X[keep].mean(0), X[keep].std(0)
        s[s < 1e-12 * (1 + np.abs(m))] = 1
        A, B = (X[keep] - m) / s, (X[part] - m) / s
        for name, (l1, l2) in penalties.items():
            w = solve(A, y[keep] - y[keep].mean(), l1, l2)
            errors[name].append(np.mean((y[part] - y[keep].mean() - B @ w) ** 2))
    return sorted(
        ((name, np.mean(e), np.std(e)) for name, e in errors.items()), key=lambda item: item[1]
    )
