"""Ridge regression done wrong on purpose, each in a way that learners really do."""

from __future__ import annotations

import numpy as np

from graders.diagnosis import misconception
from reference.ridge import LinearFit, ridge_closed_form


def _solve(X, y, penalty):
    return np.linalg.pinv(X.T @ X + penalty * np.eye(X.shape[1])) @ X.T @ y


def _centred(X, y):
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    Xc = X - X.mean(axis=0)
    Xc[:, X.max(axis=0) == X.min(axis=0)] = 0.0
    return Xc, y - y.mean()


def _with_means(X, y, coef):
    return LinearFit(coef, float(np.mean(y) - np.mean(X, axis=0) @ coef))


@misconception(
    "ridge_closed_form",
    "This is the answer you get when the intercept is penalised too, as the coefficient of a "
    "column of ones. The penalty then pulls the predictions towards 0 instead of towards the mean "
    "of y, so moving y by a constant changes the coefficients.",
)
def intercept_penalised(X, y, lam):
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    ones = np.column_stack([X, np.ones(len(X))])
    solution = _solve(ones, y, len(y) * lam)
    return LinearFit(solution[:-1], float(solution[-1]))


@misconception(
    "ridge_closed_form",
    "This is the answer with lam instead of n·lam next to X'X. The loss is a mean over n rows, so "
    "its gradient carries 1/n, and multiplying by n puts the factor at lam.",
)
def n_forgotten(X, y, lam):
    return ridge_closed_form(X, y, lam / len(y))


@misconception(
    "ridge_closed_form",
    "This is the answer for twice the strength: n·lam was doubled, as if the penalty's derivative "
    "2·lam·w had met a loss without its own factor 2. Both terms are squares, so the twos cancel.",
)
def penalty_doubled(X, y, lam):
    return ridge_closed_form(X, y, 2 * lam)


@misconception(
    "ridge_closed_form",
    "This is the answer for half the strength, as for a loss of MSE/2 or a penalty of lam/2·‖w‖² "
    "whose other half was left as it is. Our objective has no halves.",
)
def penalty_halved(X, y, lam):
    return ridge_closed_form(X, y, lam / 2)


@misconception(
    "ridge_closed_form",
    "This is the fit of a line through the origin: X and y were not centred and the intercept is "
    "0. Without an intercept the coefficients must also explain the mean of y.",
)
def no_intercept(X, y, lam):
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    return LinearFit(_solve(X, y, len(y) * lam), 0.0)


@misconception(
    "ridge_closed_form",
    "The coefficients were fitted to X and y as they are, and the intercept was computed from the "
    "means afterwards. The coefficients then try to do the intercept's work; centre first.",
)
def centred_too_late(X, y, lam):
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    return _with_means(X, y, _solve(X, y, len(y) * lam))


@misconception(
    "ridge_closed_form",
    "y was centred but X was not. The normal equations need both, else X'X holds the squared means "
    "of the columns as well as their variances.",
)
def only_y_centred(X, y, lam):
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    return _with_means(X, y, _solve(X, y - y.mean(), len(y) * lam))


@misconception(
    "ridge_closed_form",
    "The intercept is the mean of y. That is right only where the columns of X have mean 0: on the "
    "original scale it is mean(y) − mean(X)·coef.",
)
def intercept_is_mean_of_y(X, y, lam):
    return LinearFit(ridge_closed_form(X, y, lam).coef, float(np.mean(y)))


def _standardised(X, y, lam):
    Xc, _ = _centred(X, y)
    scale = Xc.std(axis=0)
    scale[scale == 0] = 1.0
    return ridge_closed_form(Xc / scale, y, lam).coef, scale


@misconception(
    "ridge_closed_form",
    "The columns were divided by their standard deviations and the coefficients were not taken "
    "back to the scale of X. The fit asked for is on X as it is given.",
)
def left_in_standardised_scale(X, y, lam):
    coef, _ = _standardised(X, y, lam)
    return LinearFit(coef, float(np.mean(y) - np.mean(np.asarray(X, float), axis=0) @ coef))


@misconception(
    "ridge_closed_form",
    "The penalty was put on the coefficients of standardised columns. That is a sensible thing to "
    "do before calling the function, but the function itself must penalise the coefficients of X.",
)
def penalty_on_standardised_columns(X, y, lam):
    coef, scale = _standardised(X, y, lam)
    return _with_means(X, y, coef / scale)


@misconception(
    "ridge_closed_form",
    "n·lam stands squared next to X'X. With the augmented rows of the least-squares form the rows "
    "below X are sqrt(n·lam)·I; multiplied out, n·lam without a root becomes its square.",
)
def augmented_without_root(X, y, lam):
    n = len(y)
    return ridge_closed_form(X, y, (n * lam) ** 2 / n)


@misconception(
    "ridge_closed_form",
    "The penalty was left out: this is least squares. lam must add n·lam to the diagonal of X'X.",
)
def penalty_left_out(X, y, lam):
    return ridge_closed_form(X, y, 0.0)


@misconception(
    "ridge_closed_form",
    "X was centred in place, so the caller's data are changed. X -= … works on the array that was "
    "passed in; X = X − … makes a new one.",
)
def centred_in_place(X, y, lam):
    fit = ridge_closed_form(X, y, lam)
    if isinstance(X, np.ndarray) and X.dtype == np.float64:
        X -= X.mean(axis=0)
    return fit


@misconception(
    "ridge_closed_form",
    "The normal equations were solved as they stand. At lam = 0 with collinear columns or more "
    "columns than rows they are singular; there it takes the pseudo-inverse or least squares on X.",
)
def singular_normal_equations(X, y, lam):
    Xc, yc = _centred(X, y)
    coef = np.linalg.inv(Xc.T @ Xc + len(yc) * lam * np.eye(Xc.shape[1])) @ Xc.T @ yc
    return _with_means(X, y, coef)


@misconception(
    "ridge_closed_form",
    "The computation ran in float32. Convert X and y to float64 first: seven digits are not enough "
    "for squares of data.",
)
def computed_in_float32(X, y, lam):
    single = ridge_closed_form(np.asarray(X, np.float32), np.asarray(y, np.float32), lam)
    return LinearFit(single.coef.astype(np.float32), float(np.float32(single.intercept)))


@misconception(
    "predict",
    "The intercept was left out of the prediction. Predictions are X·coef + intercept.",
)
def prediction_without_intercept(fit, X):
    return np.asarray(X, dtype=float) @ np.asarray(fit[0])


@misconception(
    "sklearn_alpha",
    "lam was handed on unchanged. scikit-learn's Ridge has a sum of squares where we have a mean, "
    "so its alpha is n times as large.",
)
def alpha_is_lam(lam, n_samples):
    return lam


@misconception(
    "sklearn_alpha",
    "lam was divided by n. Multiplying MSE + lam·‖w‖² by n gives scikit-learn's sum of squares, "
    "and with it n·lam.",
)
def alpha_divided(lam, n_samples):
    return lam / n_samples


@misconception(
    "effective_degrees_of_freedom",
    "The intercept was counted as well. The trace asked for is that of the centred hat matrix.",
)
def intercept_counted(X, lam):
    Xc, _ = _centred(X, np.zeros(len(X)))
    s2 = np.linalg.svd(Xc, compute_uv=False) ** 2
    s2 = s2[s2 > 1e-12 * s2.max()]
    return 1.0 + float(np.sum(s2 / (s2 + len(X) * lam)))


@misconception(
    "effective_degrees_of_freedom",
    "lam stands where n·lam should: the same factor n that the closed form has belongs in the "
    "degrees of freedom.",
)
def n_forgotten_in_the_trace(X, lam):
    Xc, _ = _centred(X, np.zeros(len(X)))
    s2 = np.linalg.svd(Xc, compute_uv=False) ** 2
    s2 = s2[s2 > 1e-12 * s2.max()]
    return float(np.sum(s2 / (s2 + lam)))


@misconception(
    "effective_degrees_of_freedom",
    "The singular values were not squared. X'X has the eigenvalues s², so each direction counts "
    "s²/(s² + n·lam).",
)
def singular_values_not_squared(X, lam):
    Xc, _ = _centred(X, np.zeros(len(X)))
    s = np.linalg.svd(Xc, compute_uv=False)
    s = s[s > 1e-9 * s.max()]
    return float(np.sum(s / (s + len(X) * lam)))


@misconception(
    "effective_degrees_of_freedom",
    "The trace was taken of the hat matrix of X as it is. Centre X first, else the column means "
    "count as a direction of their own.",
)
def trace_not_centred(X, lam):
    s2 = np.linalg.svd(np.asarray(X, dtype=float), compute_uv=False) ** 2
    s2 = s2[s2 > 1e-12 * s2.max()]
    return float(np.sum(s2 / (s2 + len(X) * lam)))
