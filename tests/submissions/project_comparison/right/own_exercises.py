from typing import NamedTuple

import numpy as np
from cv_lambda import kfold_indices
from elastic_net import elastic_net_coordinate_descent
from lasso import lasso_coordinate_descent
from ridge import ridge_closed_form


class ModelScore(NamedTuple):
    name: str
    mean_mse: float
    std_mse: float


def compare_models(X, y, *, n_splits=5):
    X = np.array(X, dtype=float)
    y = np.array(y, dtype=float)
    if X.ndim != 2:
        raise ValueError(f"X has {X.ndim} dimensions, not 2")
    if X.shape[0] != y.shape[0]:
        raise ValueError("the lengths of X and y differ")
    for name, data in {"X": X, "y": y}.items():
        if np.isnan(data).any() or np.isinf(data).any():
            raise ValueError(f"{name} holds NaN or infinity")
    if n_splits < 1:
        raise ValueError("n_splits is below 1")
    models = [("least squares", lambda A, b: ridge_closed_form(A, b, 0.0))]
    models += [
        (f"ridge {lam}", lambda A, b, lam=lam: ridge_closed_form(A, b, lam)) for lam in (1e-3, 0.3)
    ]
    models += [
        (f"lasso {lam}", lambda A, b, lam=lam: lasso_coordinate_descent(A, b, lam)[:2])
        for lam in (0.05, 0.5)
    ]
    models.append(
        ("elastic net", lambda A, b: elastic_net_coordinate_descent(A, b, 0.1, 0.1)[:2])
    )
    table = {name: [] for name, _ in models}
    for train, test in kfold_indices(len(y), n_splits):
        mu, sd = X[train].mean(axis=0), X[train].std(axis=0)
        sd = np.where(np.ptp(X[train], axis=0) > 0, sd, 1.0)
        A, B = (X[train] - mu) / sd, (X[test] - mu) / sd
        A[:, np.ptp(X[train], axis=0) == 0] = 0.0
        for name, fit in models:
            coef, intercept = fit(A, y[train])
            table[name].append(float(np.mean((y[test] - B @ coef - intercept) ** 2)))
    scores = [ModelScore(name, float(np.mean(e)), float(np.std(e, ddof=1))) for name, e in table.items()]
    scores.sort(key=lambda s: s.mean_mse)
    return scores
