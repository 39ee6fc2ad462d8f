"""Fast ridge in C (unfinished)."""

import ctypes

import numpy as np


def ridge_closed_form(X, y, lam):
    p = np.shape(X)[1]
    coef = np.frombuffer(ctypes.string_at(0, 8 * p))  # TODO: where does the library put it?
    return coef, 0.0


def predict(fit, X):
    return X @ fit[0] + fit[1]


def sklearn_alpha(lam, n_samples):
    return n_samples * lam
