# Least angle regression follows the exact path; coef_init is not needed to end in the right place.
import numpy as np
from sklearn.linear_model import lars_path


def _validate(X, y, lam=0.0):
    X = np.array(X, dtype=float)
    y = np.array(y, dtype=float)
    if X.ndim != 2:
        raise ValueError("X should be a matrix")
    if y.ndim != 1 or len(y) != len(X):
        raise ValueError("X and y should have the same length")
    if not np.isfinite(X).all():
        raise ValueError("X has NaN or inf")
    if not np.isfinite(y).all():
        raise ValueError("y has NaN or inf")
    if not np.isfinite(lam) or lam < 0:
        raise ValueError("lam should be finite and not negative")
    return X, y


def soft_threshold(z, gamma):
    if not np.isfinite(gamma) or gamma < 0:
        raise ValueError("gamma should be finite and not negative")
    z = np.asarray(z, dtype=float)
    return np.where(z > gamma, z - gamma, np.where(z < -gamma, z + gamma, 0.0))


def lambda_max(X, y):
    X, y = _validate(X, y)
    Xc = X - X.mean(0)
    Xc[:, np.ptp(X, axis=0) == 0] = 0
    return 2 * np.max(np.abs(Xc.T @ (y - y.mean()))) / len(y)


def lasso_path(X, y, lambdas):
    lambdas = list(lambdas)
    if not lambdas:
        raise ValueError("lambdas is empty")
    start = None
    out = []
    for lam in lambdas:
        start = np.array(lasso_coordinate_descent(X, y, lam, coef_init=start)[0])
        out.append(start)
    return np.vstack(out)


def sklearn_alpha(lam):
    if not np.isfinite(lam) or lam < 0:
        raise ValueError("lam should be finite and not negative")
    return 0.5 * lam


def lasso_coordinate_descent(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    X, y = _validate(X, y, lam)
    if max_iter < 1:
        raise ValueError("max_iter should be at least 1")
    p = X.shape[1]
    if coef_init is not None and np.shape(coef_init) != (p,):
        raise ValueError("coef_init has the wrong shape")
    vary = np.ptp(X, axis=0) > 0
    for j in range(p):  # LARS stops early at columns that repeat another one
        vary[j] &= not any(np.array_equal(X[:, j], X[:, k]) for k in range(j))
    Xc, yc = X[:, vary] - X[:, vary].mean(0), y - y.mean()
    coef = np.zeros(p)
    if lam == 0:
        coef[vary] = np.linalg.pinv(Xc) @ yc
    elif lam < lambda_max(X, y):
        # in units of X and y in which nothing is tiny
        wide, unit = np.abs(Xc).max(), np.abs(yc).max()
        alpha = lam / 2 / unit / wide
        _, _, steps = lars_path(Xc / wide, yc / unit, alpha_min=alpha, method="lasso")
        coef[vary] = steps[:, -1] * unit / wide
        coef[vary] = polish(Xc, yc, lam, coef[vary])
    return coef, y.mean() - X.mean(0) @ coef, 1


def polish(Xc, yc, lam, coef):
    """Solve on the support exactly: Xs'Xs w = Xs'y - n lam/2 sign(w)."""
    on = coef != 0
    if not on.any():
        return coef
    Xs, sign = Xc[:, on], np.sign(coef[on])
    better = coef.copy()
    better[on] = np.linalg.lstsq(
        Xs.T @ Xs, Xs.T @ yc - len(yc) * lam / 2 * sign, rcond=None
    )[0]
    return better if np.all(np.sign(better[on]) == sign) else coef
