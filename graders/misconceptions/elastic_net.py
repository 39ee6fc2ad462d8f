"""The elastic net done wrong on purpose, each in a way that learners really do."""

from __future__ import annotations

import numpy as np

from graders.certificates.descent import descend, shrink
from graders.certificates.optimality import centred
from graders.diagnosis import misconception
from reference import elastic_net as right
from reference.elastic_net import LassoFit, elastic_net_coordinate_descent


def _arrays(X, y):
    return np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)


def _fit(X, y, coef, n_iter=1):
    return LassoFit(coef, float(np.mean(y) - np.mean(X, axis=0) @ coef), n_iter)


# --- the factors 2 and n ------------------------------------------------------------------------


@misconception(
    "elastic_net_coordinate_descent",
    "The threshold is l1 where l1/2 belongs. The derivative of the mean of squares brings a 2 that "
    "has to be divided out of l1; out of l2 it cancels, since l2·w² brings a 2 as well.",
)
def threshold_not_halved(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    return elastic_net_coordinate_descent(
        X, y, 2 * l1, l2, max_iter=max_iter, tol=tol, coef_init=coef_init
    )


@misconception(
    "elastic_net_coordinate_descent",
    "l2 was halved along with l1: the denominator has l2/2. The derivative of l2·w² is 2·l2·w, and "
    "its 2 cancels against that of the squares, so all of l2 belongs there.",
)
def l2_halved(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    return elastic_net_coordinate_descent(
        X, y, l1, l2 / 2, max_iter=max_iter, tol=tol, coef_init=coef_init
    )


@misconception(
    "elastic_net_coordinate_descent",
    "The denominator has 2·l2 where l2 belongs. The derivative of l2·w² is 2·l2·w, but the squares of "
    "the loss bring a 2 as well, and the twos cancel.",
)
def l2_doubled(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    return elastic_net_coordinate_descent(
        X, y, l1, 2 * l2, max_iter=max_iter, tol=tol, coef_init=coef_init
    )


@misconception(
    "elastic_net_coordinate_descent",
    "Both strengths count double: this is the minimum of MSE/2 plus the penalties, as where "
    "scikit-learn's 1/(2n) was taken for the loss. Ours is the whole mean of squares.",
)
def loss_halved(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    return elastic_net_coordinate_descent(
        X, y, 2 * l1, 2 * l2, max_iter=max_iter, tol=tol, coef_init=coef_init
    )


@misconception(
    "elastic_net_coordinate_descent",
    "l2 lacks its factor n: it was added to Xc_j'Xc_j, a sum. Either both are means, or n·l2 has to "
    "be added.",
)
def n_forgotten_at_l2(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    return elastic_net_coordinate_descent(
        X, y, l1, l2 / len(y), max_iter=max_iter, tol=tol, coef_init=coef_init
    )


@misconception(
    "elastic_net_coordinate_descent",
    "The threshold lacks its factor n: Xc_j'r is a sum, and l1/2 was not multiplied by n to match.",
)
def n_forgotten_at_l1(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    return elastic_net_coordinate_descent(
        X, y, l1 / len(y), l2, max_iter=max_iter, tol=tol, coef_init=coef_init
    )


@misconception(
    "elastic_net_coordinate_descent",
    "Both strengths lack their factor n: the loss was taken as a sum of squares. Ours is the mean, so "
    "with sums it is n·l1/2 and n·l2.",
)
def sum_of_squares(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    n = len(y)
    return elastic_net_coordinate_descent(
        X, y, l1 / n, l2 / n, max_iter=max_iter, tol=tol, coef_init=coef_init
    )


# --- one penalty or the other -------------------------------------------------------------------


@misconception(
    "elastic_net_coordinate_descent",
    "The squared penalty was left out: this is the lasso. l2 belongs in the denominator of every "
    "update.",
)
def l2_left_out(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    return elastic_net_coordinate_descent(
        X, y, l1, 0.0, max_iter=max_iter, tol=tol, coef_init=coef_init
    )


@misconception(
    "elastic_net_coordinate_descent",
    "The absolute penalty was left out: this is ridge, without any zeros. l1/2 is the threshold of "
    "every update.",
)
def l1_left_out(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    return _fit(X, y, *descend(*centred(X, y), 0.0, l2))


@misconception(
    "elastic_net_coordinate_descent",
    "l1 and l2 changed places: l2 was the threshold and l1 stood in the denominator.",
)
def strengths_swapped(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    return elastic_net_coordinate_descent(
        X, y, l2, l1, max_iter=max_iter, tol=tol, coef_init=coef_init
    )


@misconception(
    "elastic_net_coordinate_descent",
    "This is a lasso fit, divided by 1 + l2 at the end. That is right only for columns of unit "
    "variance that are not correlated; in general l2 belongs in the denominator of every update.",
)
def shrunk_at_the_end(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    lasso = elastic_net_coordinate_descent(X, y, l1, 0.0, max_iter=max_iter, tol=tol)
    return _fit(X, y, lasso.coef / (1 + l2), lasso.n_iter)


@misconception(
    "elastic_net_coordinate_descent",
    "The coefficients were multiplied by 1 + l2 at the end, as Zou and Hastie do to undo the double "
    "shrinkage. What is asked for is the minimiser of the objective, their naive elastic net.",
)
def rescaled_at_the_end(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    fit = elastic_net_coordinate_descent(
        X, y, l1, l2, max_iter=max_iter, tol=tol, coef_init=coef_init
    )
    return _fit(X, y, fit.coef * (1 + l2), fit.n_iter)


@misconception(
    "elastic_net_coordinate_descent",
    "The denominator is 1 + l2. That holds for columns of unit variance; here X comes as it is, and "
    "it is Xc_j'Xc_j/n + l2.",
)
def unit_variance_assumed(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    found = descend(
        *centred(X, y), l1, l2, start=coef_init, max_iter=min(max_iter, 500), tol=tol,
        step=lambda z, size: shrink(z, l1 / 2) / (1 + l2),
    )  # fmt: skip
    return _fit(X, y, *found)


# --- what is penalised, and on what scale -------------------------------------------------------


@misconception(
    "elastic_net_coordinate_descent",
    "The intercept is penalised too, as the coefficient of a column of ones. The penalty then pulls "
    "the predictions towards 0 instead of towards the mean of y.",
)
def intercept_penalised(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    X, y = _arrays(X, y)
    ones = np.column_stack([X, np.ones(len(X))])
    both, n_iter = descend(ones, y, l1, l2)
    return LassoFit(both[:-1], float(both[-1]), n_iter)


@misconception(
    "elastic_net_coordinate_descent",
    "This is the fit of a line through the origin: X and y were not centred and the intercept is "
    "0. Without an intercept the coefficients must also explain the mean of y.",
)
def no_intercept(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    coef, n_iter = descend(*_arrays(X, y), l1, l2)
    return LassoFit(coef, 0.0, n_iter)


@misconception(
    "elastic_net_coordinate_descent",
    "The coefficients were fitted to X and y as they are, and the intercept was computed from the "
    "means afterwards. The coefficients then try to do the intercept's work; centre first.",
)
def centred_too_late(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    return _fit(X, y, *descend(*_arrays(X, y), l1, l2))


@misconception(
    "elastic_net_coordinate_descent",
    "The intercept is the mean of y. That is right only where the columns of X have mean 0: on the "
    "original scale it is mean(y) − mean(X)·coef.",
)
def intercept_is_mean_of_y(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    fit = elastic_net_coordinate_descent(
        X, y, l1, l2, max_iter=max_iter, tol=tol, coef_init=coef_init
    )
    return fit._replace(intercept=float(np.mean(y)))


@misconception(
    "elastic_net_coordinate_descent",
    "The penalties were put on the coefficients of standardised columns. That is a sensible thing to "
    "do before calling the function, but the function itself must penalise the coefficients of X.",
)
def penalty_on_standardised_columns(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    Xc, yc = centred(X, y)
    scale = Xc.std(axis=0)
    scale[scale == 0] = 1.0
    coef, n_iter = descend(Xc / scale, yc, l1, l2)
    return _fit(X, y, coef / scale, n_iter)


# --- the descent --------------------------------------------------------------------------------


@misconception(
    "elastic_net_coordinate_descent",
    "Only one sweep was made. A coefficient set early has to be revisited once the others have "
    "moved: repeat until no coefficient moves by more than tol times the largest.",
)
def one_sweep_only(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    return _fit(X, y, *descend(*centred(X, y), l1, l2, start=coef_init, max_iter=1))


@misconception(
    "elastic_net_coordinate_descent",
    "The residual starts from y although the coefficients start from coef_init. The residual that "
    "belongs to the start is yc − Xc·coef_init; otherwise every later update chases the wrong target.",
)
def residual_ignores_the_start(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    Xc, yc = centred(X, y)
    start = np.zeros(Xc.shape[1]) if coef_init is None else np.array(coef_init, dtype=float)
    shifted = yc + Xc @ start
    return _fit(X, y, *descend(Xc, shifted, l1, l2, start=start, max_iter=max_iter, tol=tol))


@misconception(
    "elastic_net_coordinate_descent",
    "The work was done in coef_init itself, so the caller's array changed. Start from a copy: "
    "np.array(coef_init, dtype=float).",
)
def start_not_copied(X, y, l1, l2, *, max_iter=10_000, tol=1e-9, coef_init=None):
    fit = elastic_net_coordinate_descent(
        X, y, l1, l2, max_iter=max_iter, tol=tol, coef_init=coef_init
    )
    if isinstance(coef_init, np.ndarray):
        coef_init[...] = fit.coef.astype(coef_init.dtype)
    return fit


# --- scikit-learn's parameters ------------------------------------------------------------------


@misconception(
    "sklearn_parameters",
    "alpha is l1 + l2 and the ratio l1/(l1 + l2), as if the objectives were the same. scikit-learn "
    "halves the loss and its squared penalty: alpha·r = l1/2 and alpha·(1 − r)/2 = l2/2.",
)
def same_objective_assumed(l1, l2):
    right.sklearn_parameters(l1, l2)
    return l1 + l2, l1 / (l1 + l2) if l1 + l2 > 0 else 0.5


@misconception(
    "sklearn_parameters",
    "Both strengths were halved. scikit-learn's squared penalty carries a ½ of its own, alpha·(1 − "
    "r)/2, so that l2/2 = alpha·(1 − r)/2 and l2 goes into alpha whole.",
)
def both_halved(l1, l2):
    right.sklearn_parameters(l1, l2)
    return (l1 + l2) / 2, l1 / (l1 + l2) if l1 + l2 > 0 else 0.5


@misconception(
    "sklearn_parameters",
    "alpha is twice too large: the ½ in front of scikit-learn's squares was forgotten. Halve our "
    "whole objective first, then compare term by term.",
)
def alpha_twice_too_large(l1, l2):
    alpha, l1_ratio = right.sklearn_parameters(l1, l2)
    return 2 * alpha, l1_ratio


@misconception(
    "sklearn_parameters",
    "The ratio is that of the squared penalty. l1_ratio is the share of the absolute penalty: 1 is "
    "the lasso, 0 is ridge.",
)
def ratio_of_the_other_penalty(l1, l2):
    alpha, l1_ratio = right.sklearn_parameters(l1, l2)
    return alpha, 1 - l1_ratio


@misconception(
    "sklearn_parameters",
    "alpha and l1_ratio changed places: the strength comes first.",
)
def pair_swapped(l1, l2):
    alpha, l1_ratio = right.sklearn_parameters(l1, l2)
    return l1_ratio, alpha


@misconception(
    "sklearn_parameters",
    "Without any penalty the ratio was computed as 0/0. alpha is 0 there, and any ratio from 0 to 1 "
    "will do.",
)
def ratio_of_nothing(l1, l2):
    right.sklearn_parameters(l1, l2)
    return l1 / 2 + l2, (l1 / 2) / (l1 / 2 + l2)
