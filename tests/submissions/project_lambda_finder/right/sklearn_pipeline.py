"""scikit-learn through and through, with the strengths converted."""
from collections import namedtuple

import numpy as np
from sklearn.linear_model import Lasso, Ridge
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import check_X_y

LambdaSearch = namedtuple("LambdaSearch", "lam lambdas mean_mse std_error coef intercept")


def find_lambda(X, y, *, model="lasso", n_lambdas=50, n_splits=5, rule="1se", rng=None):
    try:
        X, y = check_X_y(X, y, dtype=np.float64, y_numeric=True)
    except ValueError as error:
        raise ValueError(f"X or y: {error}") from error
    y = y.astype(float)
    if model not in ("lasso", "ridge") or rule not in ("1se", "min"):
        raise ValueError("unknown model or rule")
    if n_lambdas < 1 or n_splits < 1:
        raise ValueError("n_lambdas and n_splits must be at least 1")

    def make(lam, n):
        if model == "lasso":
            inner = Lasso(alpha=lam / 2, max_iter=100_000, tol=1e-8, random_state=0)
        else:
            inner = Ridge(alpha=n * lam)
        return make_pipeline(StandardScaler(), inner)

    lambdas = np.geomspace(2, 2e-3, n_lambdas) * y.std()
    seed = None if rng is None else int(rng.integers(2**31))
    folds = KFold(n_splits, shuffle=rng is not None, random_state=seed)
    errors = np.array(
        [
            [np.mean((make(lam, len(a)).fit(X[a], y[a]).predict(X[b]) - y[b]) ** 2) for lam in lambdas]
            for a, b in folds.split(X)
        ]
    )
    mean = errors.mean(axis=0)
    std_error = errors.std(axis=0, ddof=1) / np.sqrt(n_splits)
    best = int(np.argmin(mean))
    threshold = mean[best] + (std_error[best] if rule == "1se" else 0)
    lam = max(lambdas[mean <= threshold])
    whole = make(lam, len(y)).fit(X, y)
    coef = whole[-1].coef_ / whole[0].scale_
    return LambdaSearch(lam, lambdas, mean, std_error, coef, whole[-1].intercept_ - whole[0].mean_ @ coef)
