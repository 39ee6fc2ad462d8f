"""With the earlier exercises; modules imported whole."""
import numpy as np
from typing import NamedTuple

import cv_lambda
import lasso
import ridge


class LambdaSearch(NamedTuple):
    lam: float
    lambdas: np.ndarray
    mean_mse: np.ndarray
    std_error: np.ndarray
    coef: np.ndarray
    intercept: float


def find_lambda(X, y, *, model="lasso", n_lambdas=50, n_splits=5, rule="1se", rng=None):
    X = np.asarray(X, float)
    y = np.asarray(y, float)
    largest = lasso.lambda_max(X, y)  # also looks at X and y
    if model == "lasso":
        fit = lasso.lasso_coordinate_descent
    elif model == "ridge":
        fit = ridge.ridge_closed_form
    else:
        raise ValueError("model: 'lasso' or 'ridge'")
    if rule not in {"1se", "best"}:
        raise ValueError("rule: '1se' or 'best'")
    sd = X.std(0)
    sd[np.ptp(X, axis=0) == 0] = 1
    Z = (X - X.mean(0)) / sd
    grid = cv_lambda.lambda_grid(max(lasso.lambda_max(Z, y), 1e-12), n_lambdas, 1e-2)

    def fit_predict(A, b, B, lam):
        f = fit(A, b, lam)
        return B @ f.coef + f.intercept

    folds = cv_lambda.kfold_indices(len(y), n_splits, rng=rng)
    cv = cv_lambda.cross_validate(X, y, grid, folds, fit_predict)
    lam = {"1se": cv.one_se_lambda, "best": cv.best_lambda}[rule]
    w = fit(Z, y, lam).coef / sd
    return LambdaSearch(lam, grid, cv.mean_mse, cv.std_error, w, y.mean() - X.mean(0) @ w)
