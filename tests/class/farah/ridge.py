import numpy as np


def ridge_closed_form(X, y, lam):
    X = np.asarray(X, dtype=float)
    y = np.asarray(y, dtype=float)
    n, p = X.shape
    Xc = X - X.mean(axis=0)
    yc = y - y.mean()
    coef = np.linalg.inv(Xc.T @ Xc + n * lam * np.eye(p)) @ Xc.T @ yc
    return coef, y.mean() - X.mean(axis=0) @ coef


def predict(fit, X):
    coef, intercept = fit
    return X @ coef + intercept


def sklearn_alpha(lam, n_samples):
    return n_samples * lam


def effective_degrees_of_freedom(X, lam):
    Xc = X - X.mean(axis=0)
    n, p = X.shape
    hat = Xc @ np.linalg.inv(Xc.T @ Xc + n * lam * np.eye(p)) @ Xc.T
    return np.trace(hat)
