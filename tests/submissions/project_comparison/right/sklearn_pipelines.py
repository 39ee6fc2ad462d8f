import numpy as np
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, Ridge
from sklearn.model_selection import KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def compare_models(X, y, *, n_splits=5):
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    if X.ndim != 2:
        raise ValueError("X must be two-dimensional")
    if len(X) != len(y):
        raise ValueError("X and y must have the same length")
    if not np.isfinite(X).all():
        raise ValueError("X has NaN or infinity")
    if not np.isfinite(y).all():
        raise ValueError("y has NaN or infinity")
    if n_splits < 2:
        raise ValueError("n_splits must be at least 2")
    models = {"OLS": LinearRegression()}
    for alpha in (0.1, 1.0, 10.0):
        models[f"Ridge(alpha={alpha})"] = Ridge(alpha)
    for alpha in (0.01, 0.1, 0.5):
        models[f"Lasso(alpha={alpha})"] = Lasso(alpha, max_iter=100_000, tol=1e-6, random_state=0)
        models[f"ElasticNet(alpha={alpha})"] = ElasticNet(alpha, max_iter=100_000, tol=1e-6, random_state=0)
    folds = KFold(n_splits, shuffle=True, random_state=0)
    rows = []
    for name, model in models.items():
        mse = -cross_val_score(
            make_pipeline(StandardScaler(), model), X, y, cv=folds, scoring="neg_mean_squared_error"
        )
        rows.append((name, mse.mean(), mse.std()))
    return sorted(rows, key=lambda row: row[1])
