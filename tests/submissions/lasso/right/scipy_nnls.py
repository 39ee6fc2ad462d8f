# The lasso as non-negative least squares in the positive and negative parts, then refined.
import numpy as np
from scipy.optimize import lsq_linear


def check(X, y, lam):
    for name, a, dims in (("X", X, 2), ("y", y, 1)):
        if np.ndim(a) != dims:
            raise ValueError(f"{name}: expected {dims} dimensions")
        if np.isnan(a).any() or np.isinf(a).any():
            raise ValueError(f"{name}: NaN or infinity")
    if np.shape(X)[0] != np.shape(y)[0]:
        raise ValueError("lengths of X and y differ")
    if not (0 <= lam < float("inf")):
        raise ValueError(f"lam = {lam} is not allowed")


def soft_threshold(z, gamma):
    if not (0 <= gamma < float("inf")):
        raise ValueError("bad gamma")
    z = np.asarray(z, dtype=np.float64)
    return z - np.clip(z, -gamma, gamma)


def lambda_max(X, y):
    check(X, y, 0)
    X = np.asarray(X, float)
    y = np.asarray(y, float)
    return float(max(abs(2 * np.cov(X[:, j], y, bias=True)[0, 1]) for j in range(X.shape[1])))


def lasso_path(X, y, lambdas):
    if len(lambdas) == 0:
        raise ValueError("lambdas must not be empty")
    path = np.zeros((len(lambdas), np.shape(X)[1] if np.ndim(X) == 2 else 0))
    coef = None
    for i, lam in enumerate(lambdas):
        coef = np.asarray(lasso_coordinate_descent(X, y, lam, coef_init=coef)[0])
        path[i] = coef
    return path


def sklearn_alpha(lam):
    if not (0 <= lam < float("inf")):
        raise ValueError("bad lam")
    return lam / 2.0


def lasso_coordinate_descent(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    check(X, y, lam)
    if max_iter < 1:
        raise ValueError("max_iter must be at least 1")
    X, y = np.asarray(X, float), np.asarray(y, float)
    n, p = X.shape
    if coef_init is not None and np.shape(coef_init) != (p,):
        raise ValueError("coef_init must have shape (p,)")
    w = np.zeros(p)
    vary = np.flatnonzero(X.max(0) > X.min(0))
    Xc, yc = X[:, vary] - X[:, vary].mean(0), y - y.mean()
    if lam == 0:
        w[vary] = np.linalg.lstsq(Xc, yc, rcond=None)[0]
    elif len(vary):
        # |u|_1 of u = a - b: complete the square by one row that carries the linear term
        length = np.sqrt((Xc**2).sum(0))
        v = start(Xc / length, yc, n * lam / 2 / length)
        w[vary] = v / length
    return w, float(y.mean() - X.mean(0) @ w), 1


def start(Z, yc, gamma):
    """An interior-point-free way: the dual is a box-constrained least-squares problem."""
    # max over u of -|u - y|^2 with |Z'u| <= gamma has u = y - Z v; solve for v on its signs
    v = np.zeros(Z.shape[1])
    G, c = Z.T @ Z, Z.T @ yc
    for _ in range(200_000):
        old = v.copy()
        for j in range(len(v)):
            z = c[j] - G[j] @ v + G[j, j] * v[j]
            v[j] = np.sign(z) * max(abs(z) - gamma[j], 0) / G[j, j]
        if np.abs(v - old).max() <= 1e-13 * np.abs(v).max():
            break
    on = np.flatnonzero(v)
    if len(on):
        low = np.where(v[on] > 0, 0, -np.inf)
        high = np.where(v[on] > 0, np.inf, 0)
        rhs = c[on] - gamma[on] * np.sign(v[on])
        better = lsq_linear(G[np.ix_(on, on)], rhs, (low, high), method="bvls").x
        if np.abs(G[np.ix_(on, on)] @ better - rhs).max() < np.abs(
            G[np.ix_(on, on)] @ v[on] - rhs
        ).max():
            v[on] = better
    return v
