"""Fast ridge in C (unfinished)."""

import ctypes

import numpy as np


def ridge_closed_form(X, y, lam):
    p = np.shape(X)[1]
    coef = np.zeros(p)
    result = ctypes.c_void_p(None)  # TODO: call the library
    ctypes.memmove(coef.ctypes.data, result, coef.nbytes)
    return coef, 0.0


def predict(fit, X):
    return X @ fit[0] + fit[1]


def sklearn_alpha(lam, n_samples):
    return n_samples * lam
