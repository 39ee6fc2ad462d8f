"""One file, its own solver: an SVD per degree serves every strength."""
import numpy as np


def wave(x):
    return np.sin(2 * np.pi * x)


def simulate(degrees, lambdas, *, n_train=15, noise_std=0.3, rng):
    degrees, lambdas = np.asarray(degrees), np.asarray(lambdas, dtype=float)
    if degrees.size == 0 or np.any(degrees < 0):
        raise ValueError("degrees must be non-empty and not negative")
    if lambdas.size == 0 or not np.isfinite(lambdas).all() or (lambdas < 0).any():
        raise ValueError("lambdas must be non-empty, finite and not negative")
    if n_train <= 0:
        raise ValueError(f"n_train must be positive, not {n_train}")
    noise, x = rng.standard_normal(n_train), rng.random(n_train)  # Bishop's data on [0, 1]
    y = wave(x) + noise_std * noise
    x_test = rng.random(200)
    y_test = wave(x_test) + noise_std * rng.standard_normal(200)
    train = np.zeros((len(degrees), len(lambdas)))
    test = np.zeros_like(train)
    for i, d in enumerate(degrees):
        P = np.stack([x**k for k in range(1, d + 1)], axis=1) if d else np.zeros((n_train, 0))
        Q = np.stack([x_test**k for k in range(1, d + 1)], axis=1) if d else np.zeros((200, 0))
        mean = P.mean(axis=0)
        U, s, Vt = np.linalg.svd(P - mean, full_matrices=False)
        ok = s > 1e-13
        c = U.T @ (y - y.mean())
        for j, lam in enumerate(lambdas):
            shrink = np.divide(s, s**2 + n_train * lam, out=np.zeros_like(s), where=ok)
            w = Vt.T @ (shrink * c)
            train[i, j] = np.mean((y.mean() + (P - mean) @ w - y) ** 2)
            test[i, j] = np.mean((y.mean() + (Q - mean) @ w - y_test) ** 2)
    i, j = divmod(int(test.argmin()), len(lambdas))
    return degrees, lambdas, train, test, degrees[i], lambdas[j]
