import sys, warnings
import numpy as np
from typing import NamedTuple

class LinearFit(NamedTuple):
    coef: np.ndarray
    intercept: float

def _lam(lam):
    if not (np.isfinite(lam) and lam >= 0):
        raise ValueError(f"lam must be finite and not negative, got {lam}")

def _X(X):
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError("X must have two dimensions")
    if not np.isfinite(X).all():
        raise ValueError("X contains NaN or infinity")
    return X

def _data(X, y):
    X = _X(X)
    y = np.asarray(y, dtype=np.float64)
    if len(X) != len(y):
        raise ValueError("y and X have different lengths")
    if not np.isfinite(y).all():
        raise ValueError("y contains NaN or infinity")
    return X, y

def _centre(X, y):
    Xc = X - X.mean(axis=0)
    Xc[:, X.max(axis=0) == X.min(axis=0)] = 0.0
    return Xc, y - y.mean()

def _solve(Xc, yc, lam):
    n, p = Xc.shape
    A = np.vstack([Xc, np.sqrt(n * lam) * np.eye(p)])
    return np.linalg.lstsq(A, np.concatenate([yc, np.zeros(p)]), rcond=None)[0]


def predict(fit, X):
    X = _X(X)
    coef, intercept = fit
    if X.shape[1] != len(coef):
        raise ValueError("X has another number of columns than fit has coefficients")
    return X @ np.asarray(coef) + intercept

def sklearn_alpha(lam, n_samples):
    _lam(lam)
    if n_samples < 1:
        raise ValueError("n_samples must be at least 1")
    return float(n_samples * lam)

def effective_degrees_of_freedom(X, lam):
    _lam(lam)
    X = _X(X)
    Xc, _ = _centre(X, np.zeros(len(X)))
    s = np.linalg.svd(Xc, compute_uv=False)
    s = s[s > 1e-12 * s.max()] if s.size else s
    return float(np.sum(s**2 / (s**2 + len(X) * lam)))


_cache: dict[bytes, LinearFit] = {}
class RidgeModel:
    def __init__(self, lam: float) -> None:
        self.lam = lam
    def fit(self, X: np.ndarray, y: np.ndarray) -> "RidgeModel":
        print("fitting", X.shape, file=sys.stderr)
        print("stdout too")
        Xc, yc = _centre(X, y)
        self.coef_ = _solve(Xc, yc, self.lam)
        self.intercept_ = y.mean() - X.mean(0) @ self.coef_
        return self
def ridge_closed_form(X: np.ndarray, y: np.ndarray, lam: float) -> LinearFit:
    _lam(lam)
    X, y = _data(X, y)
    key = X.tobytes() + y.tobytes() + np.float64(lam).tobytes() + str(X.shape).encode()
    if key not in _cache:
        m = RidgeModel(lam).fit(X, y)
        _cache[key] = LinearFit(m.coef_.copy(), np.asarray(m.intercept_))
    return LinearFit(_cache[key].coef.copy(), _cache[key].intercept)
if __name__ == "__main__":
    raise SystemExit(1)
