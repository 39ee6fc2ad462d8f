"""With the earlier exercises; one coefficient per column of X comes back."""
from collections import namedtuple

import numpy as np
from cv_lambda import cross_validate, kfold_indices, lambda_grid
from lasso import lasso_coordinate_descent, lambda_max
from ridge import ridge_closed_form

SelectedFeatures = namedtuple("SelectedFeatures", ["indices", "lam", "coef"])


def z(X):
    X = np.asarray(X, dtype=float)
    s = X.std(axis=0)
    s[X.max(axis=0) == X.min(axis=0)] = 1.0
    return (X - X.mean(axis=0)) / s


def model(A, b, B, lam):
    fit = lasso_coordinate_descent(A, b, lam)
    return B @ fit.coef + fit.intercept


def select_features(X, y, *, n_splits=5):
    lambda_max(X, y)  # looks at X and y
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    grid = lambda_grid(lambda_max(z(X), y), 30)
    cv = cross_validate(X, y, grid, kfold_indices(len(X), n_splits), model)
    keep = lasso_coordinate_descent(z(X), y, cv.one_se_lambda).coef != 0
    coef = np.zeros(X.shape[1])
    if keep.any():
        coef[keep] = ridge_closed_form(X[:, keep], y, 0.0).coef
    return SelectedFeatures(np.where(keep)[0], cv.one_se_lambda, coef)


def stability_selection(X, y, lam, *, n_subsamples=50, rng):
    lasso_coordinate_descent(X, y, lam, max_iter=1)  # looks at X, y and lam
    if n_subsamples < 1:
        raise ValueError("n_subsamples < 1")
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    hits = []
    for _ in range(n_subsamples):
        rows = rng.permutation(len(y))[: len(y) // 2]
        hits.append(lasso_coordinate_descent(z(X[rows]), y[rows], lam).coef != 0)
    return np.mean(hits, axis=0)
