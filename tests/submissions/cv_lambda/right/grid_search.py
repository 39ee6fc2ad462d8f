"""GridSearchCV over a pipeline, with the callback dressed as an estimator."""
import numpy as np
from typing import NamedTuple
from sklearn.model_selection import KFold, TimeSeriesSplit
from sklearn.preprocessing import StandardScaler
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.metrics import mean_squared_error


class CVResult(NamedTuple):
    lambdas: np.ndarray
    mean_mse: np.ndarray
    std_error: np.ndarray
    best_lambda: float
    one_se_lambda: float


class Wrap(RegressorMixin, BaseEstimator):
    def __init__(self, fit_predict=None, lam=0.0):
        self.fit_predict = fit_predict
        self.lam = lam

    def fit(self, X, y):
        self.data_ = (X, y)
        return self

    def predict(self, X):
        return self.fit_predict(*self.data_, X, self.lam)


def kfold_indices(n_samples, n_splits, *, rng=None):
    if n_samples < 1:
        raise ValueError(f"n_samples={n_samples}")
    if rng is None:
        kf = KFold(n_splits)
    else:
        kf = KFold(n_splits, shuffle=True, random_state=int(rng.integers(2**31)))
    return list(kf.split(np.zeros(n_samples)))


def time_series_indices(n_samples, n_splits):
    if n_samples < 1 or n_splits < 1:
        raise ValueError("n_samples and n_splits must be at least 1")
    if n_splits >= n_samples:
        raise ValueError("n_splits too many")
    return list(TimeSeriesSplit(n_splits).split(np.zeros((n_samples, 1))))


def lambda_grid(lam_max, n_lambdas=100, eps=1e-3):
    if not (0 <= lam_max < np.inf):
        raise ValueError("bad lam_max")
    if n_lambdas < 1:
        raise ValueError("bad n_lambdas")
    return np.logspace(np.log10(lam_max), np.log10(lam_max * eps), n_lambdas)


def cross_validate(X, y, lambdas, folds, fit_predict):
    X = np.asarray(X, float)
    if X.ndim != 2:
        raise ValueError("X must be 2-D")
    y = np.asarray(y, float)
    if len(X) != len(y):
        raise ValueError("X and y have different lengths")
    if not np.isfinite(X).all() or not np.isfinite(y).all():
        raise ValueError("NaN or infinity in X or y")
    lambdas = np.asarray(lambdas, float)
    if len(lambdas) == 0 or not np.isfinite(lambdas).all() or lambdas.min() < 0:
        raise ValueError("lambdas: empty, negative or not finite")
    if len(folds) < 2:
        raise ValueError("folds: at least two")
    pipe = Pipeline([("s", StandardScaler()), ("m", Wrap(fit_predict))])
    gs = GridSearchCV(pipe, {"m__lam": list(lambdas)}, cv=list(folds), scoring="neg_mean_squared_error", refit=False, error_score="raise")
    gs.fit(X, y)
    table = -np.array([gs.cv_results_[f"split{i}_test_score"] for i in range(len(folds))]).T
    mean = table.mean(1)
    se = table.std(1, ddof=1) / np.sqrt(len(folds))
    order = np.lexsort((-lambdas, mean))
    b = order[0]
    return CVResult(lambdas, mean, se, lambdas[b], max(lambdas[mean <= mean[b] + se[b]]))
