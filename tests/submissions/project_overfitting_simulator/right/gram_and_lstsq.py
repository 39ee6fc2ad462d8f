"""The normal equations of centred powers, lstsq where there is no penalty; sorted grids come back."""
import numpy as np


def simulate(degrees, lambdas, *, n_train=15, noise_std=0.3, rng):
    degrees = sorted(int(d) for d in degrees)
    lambdas = np.sort(np.asarray(lambdas, dtype=float))
    if not degrees or degrees[0] < 0:
        raise ValueError("bad degrees")
    if not lambdas.size or not np.isfinite(lambdas).all() or lambdas[0] < 0:
        raise ValueError("bad lambdas")
    if n_train < 1:
        raise ValueError("bad n_train")

    def draw(n):
        x = rng.uniform(-1, 1, size=n)
        return x, np.exp(x) * np.cos(4 * x) + rng.normal(size=n) * noise_std

    (x, y), (x2, y2) = draw(n_train), draw(1000)
    train, test = [], []
    for d in degrees:
        P, Q = (np.power.outer(v, np.arange(1, d + 1)) for v in (x, x2))
        m, b = P.mean(0), y.mean()
        row, row2 = [], []
        for lam in lambdas:
            if lam == 0 or d == 0:
                w = np.linalg.lstsq(P - m, y - b, rcond=None)[0]
            else:
                G = (P - m).T @ (P - m) / n_train + lam * np.identity(d)
                w = np.linalg.solve(G, (P - m).T @ (y - b) / n_train)
            row.append(((b + (P - m) @ w - y) ** 2).mean())
            row2.append(((b + (Q - m) @ w - y2) ** 2).mean())
        train.append(row)
        test.append(row2)
    test = np.array(test)
    i, j = np.unravel_index(test.argmin(), test.shape)
    return degrees, lambdas, train, test, degrees[i], lambdas[j]
