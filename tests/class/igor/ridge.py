"""Ridge regression."""

import numpy as np


def ridge_closed_form(X, y, lam)
    n, p = X.shape
    Xc = X - X.mean(axis=0)
    coef = np.linalg.solve(Xc.T @ Xc + n * lam * np.eye(p), Xc.T @ (y - y.mean()))
    return coef, y.mean() - X.mean(axis=0) @ coef
