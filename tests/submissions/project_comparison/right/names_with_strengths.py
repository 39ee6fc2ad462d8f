"""A family at a time with cross_validate; strengths from 0.01 to 1, deviations with ddof 1."""
from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class ModelScore(NamedTuple):
    """A model's name, and the mean and standard deviation of its error over the folds, in y²."""

    name: str
    mean_mse: float
    std_mse: float


from cv_lambda import cross_validate, kfold_indices
from elastic_net import elastic_net_coordinate_descent
from lasso import lasso_coordinate_descent
from ridge import ridge_closed_form

STRENGTHS = (0.01, 0.1, 1.0)


def _check(X, y):
    """X and y in float64, or a ValueError that names the argument at fault."""
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if X.ndim != 2 or 0 in X.shape:
        raise ValueError(f"X must be 2-D and not empty, but has shape {X.shape}")
    if y.shape != (len(X),):
        raise ValueError(f"y must have shape ({len(X)},) as X has rows, but has {y.shape}")
    for name, values in (("X", X), ("y", y)):
        if not np.all(np.isfinite(values)):
            raise ValueError(f"{name} contains NaN or infinity")
    return X, y


def _half_and_half(X, y, lam):
    """The elastic net that shares its strength between both penalties."""
    return elastic_net_coordinate_descent(X, y, lam / 2, lam / 2)


def compare_models(X: np.ndarray, y: np.ndarray, *, n_splits: int = 5) -> list[ModelScore]:
    X, y = _check(X, y)
    folds = kfold_indices(len(y), n_splits)
    # least squares is the ridge without a penalty
    families = {
        "least squares": (ridge_closed_form, (0.0,)),
        "ridge": (ridge_closed_form, STRENGTHS),
        "lasso": (lasso_coordinate_descent, STRENGTHS),
        "elastic net": (_half_and_half, STRENGTHS),
    }
    scores = []
    for family, (fit, strengths) in families.items():

        def fit_predict(X_train, y_train, X_val, lam, fit=fit):
            coef, intercept, *_ = fit(X_train, y_train, lam)
            return X_val @ coef + intercept

        curve = cross_validate(X, y, strengths, folds, fit_predict)
        # cross_validate gives the standard error of the mean
        deviations = curve.std_error * np.sqrt(n_splits)
        for lam, mean, deviation in zip(strengths, curve.mean_mse, deviations, strict=True):
            name = family if lam == 0 else f"{family}, λ = {lam:g}"
            scores.append(ModelScore(name, float(mean), float(deviation)))
    return sorted(scores, key=lambda score: score.mean_mse)
