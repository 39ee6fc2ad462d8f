"""LassoCV on the columns as they are; the contract does not say on which scale the penalty acts."""
import numpy as np
from sklearn.linear_model import Lasso, LassoCV, Ridge
from sklearn.model_selection import KFold


def find_lambda(X, y, *, model="lasso", n_lambdas=50, n_splits=5, rule="1se", rng=None):
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError("X is not a matrix")
    if len(X) != len(y):
        raise ValueError("X and y differ in length")
    if np.isnan(X).any() or np.isinf(X).any():
        raise ValueError("X: NaN or infinity")
    if np.isnan(y).any() or np.isinf(y).any():
        raise ValueError("y: NaN or infinity")
    for name, count in (("n_lambdas", n_lambdas), ("n_splits", n_splits)):
        if count < 1:
            raise ValueError(f"{name} must be positive")
    if model not in ("lasso", "ridge"):
        raise ValueError("model?")
    if rule not in ("1se", "min"):
        raise ValueError("rule?")
    rows = np.arange(len(y))
    if rng is not None:
        rng.shuffle(rows)
    parts = list(KFold(n_splits).split(rows))
    folds = [(rows[a], rows[b]) for a, b in parts]
    if model == "lasso":
        cv = LassoCV(alphas=n_lambdas, cv=folds, tol=1e-6, max_iter=50_000, random_state=0).fit(X, y)
        lambdas, errors = 2 * cv.alphas_, np.reshape(cv.mse_path_, (n_lambdas, -1)).T
    else:
        lambdas = np.logspace(3, -4, n_lambdas)
        errors = np.empty((n_splits, n_lambdas))
        for i, (a, b) in enumerate(folds):
            for j, lam in enumerate(lambdas):
                fit = Ridge(alpha=lam * len(a)).fit(X[a], y[a])
                errors[i, j] = ((fit.predict(X[b]) - y[b]) ** 2).mean()
    mean, sem = errors.mean(0), errors.std(0, ddof=1) / np.sqrt(n_splits)
    k = np.argmin(mean)
    lam = lambdas[k] if rule == "min" else lambdas[mean <= mean[k] + sem[k]].max()
    if model == "lasso":
        final = Lasso(alpha=lam / 2, tol=1e-8, max_iter=100_000, random_state=0).fit(X, y)
    else:
        final = Ridge(alpha=lam * len(y)).fit(X, y)
    return lam, lambdas, mean, sem, final.coef_, final.intercept_
