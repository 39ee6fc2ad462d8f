"""The lasso done wrong on purpose, each in a way that learners really do."""

from __future__ import annotations

import numpy as np

from graders.certificates.descent import descend, shrink
from graders.certificates.optimality import centred
from graders.diagnosis import misconception
from reference import lasso as right
from reference.lasso import LassoFit, lasso_coordinate_descent


def _arrays(X, y):
    return np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)


def _fit(X, y, coef, n_iter=1):
    return LassoFit(coef, float(np.mean(y) - np.mean(X, axis=0) @ coef), n_iter)


# --- the strength -------------------------------------------------------------------------------


@misconception(
    "lasso_coordinate_descent",
    "The threshold is lam where lam/2 belongs: this is the answer for twice the strength. The "
    "derivative of a square brings a 2 that has to be divided out, (2/n)·Xc_j'r = lam.",
)
def threshold_not_halved(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    return lasso_coordinate_descent(X, y, 2 * lam, max_iter=max_iter, tol=tol, coef_init=coef_init)


@misconception(
    "lasso_coordinate_descent",
    "This is the answer for half the strength: lam was halved twice, or sklearn_alpha(lam) was "
    "used as lam. The threshold is lam/2, once.",
)
def threshold_halved_twice(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    return lasso_coordinate_descent(X, y, lam / 2, max_iter=max_iter, tol=tol, coef_init=coef_init)


@misconception(
    "lasso_coordinate_descent",
    "The threshold lacks its factor n: Xc_j'r was taken as a sum, and lam/2 was not multiplied by "
    "n to match. Either both are means, or the threshold is n·lam/2.",
)
def n_forgotten(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    return lasso_coordinate_descent(
        X, y, lam / len(y), max_iter=max_iter, tol=tol, coef_init=coef_init
    )


@misconception(
    "lasso_coordinate_descent",
    "Both the 2 and the n are missing: Xc_j'r, a sum, was compared with lam. That is the objective "
    "½·(sum of squares) + lam·‖w‖₁ of many textbooks; ours has the mean of squares.",
)
def textbook_sum_of_squares(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    return lasso_coordinate_descent(
        X, y, 2 * lam / len(y), max_iter=max_iter, tol=tol, coef_init=coef_init
    )


# --- the update ---------------------------------------------------------------------------------


@misconception(
    "lasso_coordinate_descent",
    "The threshold was applied after the division by Xc_j'Xc_j/n. Thresholding comes first: "
    "S(z, lam/2)/size is S(z/size, lam/(2·size)), so columns that are not of unit variance get "
    "the wrong threshold.",
)
def divided_before_thresholding(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    Xc, yc = centred(X, y)
    step = lambda z, size: shrink(z / size, lam / 2)  # noqa: E731
    return _fit(X, y, *descend(Xc, yc, 0.0, start=coef_init, max_iter=max_iter, tol=tol, step=step))


@misconception(
    "lasso_coordinate_descent",
    "The division by Xc_j'Xc_j/n was left out. Leaving it out is right only for columns of unit "
    "variance; here X comes as it is.",
)
def not_divided_by_the_variance(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    Xc, yc = centred(X, y)
    step = lambda z, size: shrink(z, lam / 2)  # noqa: E731
    with np.errstate(all="ignore"):
        found = descend(Xc, yc, 0, start=coef_init, max_iter=min(max_iter, 500), tol=tol, step=step)
    return _fit(X, y, *found)


@misconception(
    "lasso_coordinate_descent",
    "Column j's own part was not added back to the residual. The update needs the residual of all "
    "*other* columns; without x_j·w_j the coefficient is pulled to zero again in the next sweep.",
)
def own_part_not_added_back(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    Xc, yc = centred(X, y)
    n, p = Xc.shape
    gram, moment = Xc.T @ Xc / n, Xc.T @ yc / n
    coef = np.zeros(p) if coef_init is None else np.array(coef_init, dtype=float)
    live = [int(j) for j in np.flatnonzero(gram.diagonal())]
    trail = [coef.copy()]
    # the few that have not come to a cycle by then are not worth the time
    for n_iter in range(1, min(max_iter, 1000 + max_iter % 2) + 1):
        for j in live:
            coef[j] = shrink(moment[j] - gram[j] @ coef, lam / 2) / gram[j, j]
        trail = [*trail[-2:], coef.copy()]
        if np.abs(coef - trail[-2]).max() <= tol * np.abs(coef).max():
            break
        # it rarely settles, but goes to and fro until the sweeps run out
        cycle = np.abs(coef - trail[0]).max() <= 1e-12 * np.abs(coef).max()
        if n_iter > 1 and cycle and (max_iter - n_iter) % 2 == 0:
            break
    return _fit(X, y, coef, n_iter)


@misconception(
    "lasso_coordinate_descent",
    "Each column was fitted to y on its own: the residual was never updated with what the other "
    "coefficients explain already. That is right for uncorrelated columns only.",
)
def each_column_alone(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    Xc, yc = centred(X, y)
    size = (Xc**2).mean(axis=0)
    z = Xc.T @ yc / len(yc)
    coef = np.zeros(len(size))
    coef[size > 0] = right.soft_threshold(z, lam / 2)[size > 0] / size[size > 0]
    return _fit(X, y, coef)


@misconception(
    "lasso_coordinate_descent",
    "Only one sweep was made. A coefficient set early has to be revisited once the others have "
    "moved: repeat until no coefficient moves by more than tol times the largest.",
)
def one_sweep_only(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    Xc, yc = centred(X, y)
    return _fit(X, y, *descend(Xc, yc, lam, start=coef_init, max_iter=1))


@misconception(
    "lasso_coordinate_descent",
    "The residual starts from y although the coefficients start from coef_init. The residual that "
    "belongs to the start is yc − Xc·coef_init; otherwise every later update chases the wrong target.",
)
def residual_ignores_the_start(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    Xc, yc = centred(X, y)
    start = np.zeros(Xc.shape[1]) if coef_init is None else np.array(coef_init, dtype=float)
    shifted = yc + Xc @ start
    return _fit(X, y, *descend(Xc, shifted, lam, start=start, max_iter=max_iter, tol=tol))


@misconception(
    "lasso_coordinate_descent",
    "Large coefficients are not shrunk: what lies above the threshold was kept whole. That is hard "
    "thresholding; the L1 penalty moves every coefficient towards zero by the same amount.",
)
def hard_threshold(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    Xc, yc = centred(X, y)
    step = lambda z, size: z / size if abs(z) > lam / 2 else 0.0  # noqa: E731
    return _fit(
        X,
        y,
        *descend(Xc, yc, 0.0, start=coef_init, max_iter=min(max_iter, 500), tol=tol, step=step),
    )


# --- what is penalised, and on what scale -------------------------------------------------------


@misconception(
    "lasso_coordinate_descent",
    "This is ridge: the penalty lam·‖w‖² was minimised. The squared penalty only shrinks; the zeros "
    "of the lasso come from the absolute value.",
)
def ridge_instead(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    Xc, yc = centred(X, y)
    gram = Xc.T @ Xc + (len(yc) * lam) * np.eye(Xc.shape[1])
    return _fit(X, y, np.linalg.pinv(gram) @ (Xc.T @ yc))


@misconception(
    "lasso_coordinate_descent",
    "The penalty was left out: this is least squares. lam/2 is the threshold of every update.",
)
def penalty_left_out(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    return lasso_coordinate_descent(X, y, 0.0, max_iter=max_iter, tol=tol, coef_init=coef_init)


@misconception(
    "lasso_coordinate_descent",
    "This is the fit of a line through the origin: X and y were not centred and the intercept is "
    "0. Without an intercept the coefficients must also explain the mean of y.",
)
def no_intercept(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    X, y = _arrays(X, y)
    coef, n_iter = descend(X, y, lam, start=coef_init, max_iter=max_iter, tol=tol)
    return LassoFit(coef, 0.0, n_iter)


@misconception(
    "lasso_coordinate_descent",
    "The intercept is penalised too, as the coefficient of a column of ones. The penalty then pulls "
    "the predictions towards 0 instead of towards the mean of y.",
)
def intercept_penalised(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    X, y = _arrays(X, y)
    start = None if coef_init is None else [*coef_init, 0.0]
    ones = np.column_stack([X, np.ones(len(X))])
    both, n_iter = descend(ones, y, lam, start=start, max_iter=max_iter, tol=tol)
    return LassoFit(both[:-1], float(both[-1]), n_iter)


@misconception(
    "lasso_coordinate_descent",
    "The coefficients were fitted to X and y as they are, and the intercept was computed from the "
    "means afterwards. The coefficients then try to do the intercept's work; centre first.",
)
def centred_too_late(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    X, y = _arrays(X, y)
    return _fit(X, y, *descend(X, y, lam, start=coef_init, max_iter=max_iter, tol=tol))


@misconception(
    "lasso_coordinate_descent",
    "The intercept is the mean of y. That is right only where the columns of X have mean 0: on the "
    "original scale it is mean(y) − mean(X)·coef.",
)
def intercept_is_mean_of_y(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    fit = lasso_coordinate_descent(X, y, lam, max_iter=max_iter, tol=tol, coef_init=coef_init)
    return fit._replace(intercept=float(np.mean(y)))


def _standardised(X, y, lam, max_iter, tol):
    Xc, yc = centred(X, y)
    scale = Xc.std(axis=0)
    scale[scale == 0] = 1.0
    coef, n_iter = descend(Xc / scale, yc, lam, max_iter=max_iter, tol=tol)
    return coef, scale, n_iter


@misconception(
    "lasso_coordinate_descent",
    "The penalty was put on the coefficients of standardised columns. That is a sensible thing to "
    "do before calling the function, but the function itself must penalise the coefficients of X.",
)
def penalty_on_standardised_columns(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    coef, scale, n_iter = _standardised(X, y, lam, max_iter, tol)
    return _fit(X, y, coef / scale, n_iter)


@misconception(
    "lasso_coordinate_descent",
    "The columns were divided by their standard deviations and the coefficients were not taken "
    "back to the scale of X. The fit asked for is on X as it is given.",
)
def left_in_standardised_scale(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    coef, _, n_iter = _standardised(X, y, lam, max_iter, tol)
    return _fit(X, y, coef, n_iter)


# --- edges --------------------------------------------------------------------------------------


@misconception(
    "lasso_coordinate_descent",
    "The work was done in coef_init itself, so the caller's array changed. Start from a copy: "
    "np.array(coef_init, dtype=float).",
)
def start_not_copied(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    fit = lasso_coordinate_descent(X, y, lam, max_iter=max_iter, tol=tol, coef_init=coef_init)
    if isinstance(coef_init, np.ndarray):
        coef_init[...] = fit.coef.astype(coef_init.dtype)
    return fit


@misconception(
    "lasso_coordinate_descent",
    "A constant column kept the coefficient it started with. Skipping the column is right, but its "
    "coefficient must be set to 0 first.",
)
def constant_column_keeps_its_start(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    fit = lasso_coordinate_descent(X, y, lam, max_iter=max_iter, tol=tol, coef_init=coef_init)
    if coef_init is None:
        return fit
    coef = np.where(np.ptp(np.asarray(X, float), axis=0) == 0, coef_init, fit.coef)
    return _fit(X, y, coef, fit.n_iter)


@misconception(
    "lasso_coordinate_descent",
    "The stop rule compares with tol itself instead of tol times the largest coefficient. In a unit "
    "of y that makes all coefficients small, the descent then stops after the first sweep.",
)
def absolute_stop_rule(X, y, lam, *, max_iter=10_000, tol=1e-9, coef_init=None):
    Xc, yc = centred(X, y)
    coef = np.zeros(Xc.shape[1]) if coef_init is None else np.array(coef_init, dtype=float)
    for n_iter in range(1, max_iter + 1):
        before = coef
        coef, _ = descend(Xc, yc, lam, start=coef, max_iter=1)
        if np.abs(coef - before).max() <= tol or n_iter == 20:
            break
    else:
        return _fit(X, y, coef, n_iter)
    if n_iter == 20:  # no small unit, so it ends where the right rule does
        coef, n_iter = descend(Xc, yc, lam, start=coef, max_iter=max_iter, tol=tol)
    return _fit(X, y, coef, n_iter)


# --- the other functions ------------------------------------------------------------------------


@misconception(
    "soft_threshold",
    "Values beyond the threshold were kept whole: that is hard thresholding. Soft thresholding also "
    "moves them towards zero by gamma.",
)
def hard_thresholding(z, gamma):
    right.soft_threshold(z, gamma)
    z = np.asarray(z, dtype=float)
    return np.where(np.abs(z) > gamma, z, 0.0)


@misconception(
    "soft_threshold",
    "gamma was subtracted from negative values as well, which moves them away from zero. For z < 0 "
    "it is z + gamma: sign(z)·max(|z| − gamma, 0).",
)
def sign_forgotten(z, gamma):
    right.soft_threshold(z, gamma)
    return np.maximum(np.asarray(z, dtype=float) - gamma, 0.0)


@misconception(
    "soft_threshold",
    "The sign was lost: the result is max(|z| − gamma, 0), never negative. Multiply by sign(z).",
)
def sign_lost(z, gamma):
    right.soft_threshold(z, gamma)
    return np.maximum(np.abs(np.asarray(z, dtype=float)) - gamma, 0.0)


@misconception(
    "soft_threshold",
    "|z| − gamma was not cut off at 0, so values within gamma of zero change their sign. They must "
    "become exactly 0.",
)
def not_cut_off(z, gamma):
    right.soft_threshold(z, gamma)
    z = np.asarray(z, dtype=float)
    return np.sign(z) * (np.abs(z) - gamma)


@misconception(
    "lambda_max",
    "X and y were not centred. The intercept takes up the means before any coefficient moves, so "
    "only what is left after centring can push a coefficient away from zero.",
)
def lambda_max_not_centred(X, y):
    right.lambda_max(X, y)
    X, y = _arrays(X, y)
    return float(2 / len(y) * np.abs(X.T @ y).max())


@misconception(
    "lambda_max",
    "The factor 2 is missing: this is the largest |Xc_j'yc|/n, in scikit-learn's scale. The slope of "
    "the mean of squares is twice that.",
)
def lambda_max_without_two(X, y):
    return right.lambda_max(X, y) / 2


@misconception(
    "lambda_max",
    "The division by n is missing. The loss is a mean over the rows, and so is its slope.",
)
def lambda_max_without_n(X, y):
    return right.lambda_max(X, y) * len(y)


@misconception(
    "lambda_max",
    "The largest signed correlation was taken. A column that correlates negatively enters just as "
    "well: take the absolute value first.",
)
def lambda_max_without_absolute_value(X, y):
    right.lambda_max(X, y)
    Xc, yc = centred(X, y)
    return float(2 / len(yc) * (Xc.T @ yc).max())


@misconception(
    "lasso_path",
    "The rows come in the order of decreasing strength. Sorting helps the warm starts, but the rows "
    "have to be in the order in which the strengths were given.",
)
def path_sorted(X, y, lambdas):
    return right.lasso_path(X, y, np.sort(np.asarray(lambdas, dtype=float))[::-1])


@misconception(
    "lasso_path",
    "All rows are the last fit: the same array was appended again and again and changed afterwards. "
    "Append a copy.",
)
def path_of_one_array(X, y, lambdas):
    path = right.lasso_path(X, y, lambdas)
    return np.repeat(path[-1:], len(path), axis=0)


@misconception(
    "lasso_path",
    "The path is turned on its side, one column per strength as in scikit-learn. Here it has one "
    "row per strength: shape (len(lambdas), p).",
)
def path_transposed(X, y, lambdas):
    return right.lasso_path(X, y, lambdas).T


@misconception(
    "sklearn_alpha",
    "lam was handed on unchanged. scikit-learn's Lasso has half the mean of squares where we have "
    "all of it, so its alpha is half as large.",
)
def alpha_is_lam(lam):
    right.sklearn_alpha(lam)
    return lam


@misconception(
    "sklearn_alpha",
    "lam was doubled. Halving MSE + lam·‖w‖₁ gives scikit-learn's loss, and with it lam/2.",
)
def alpha_doubled(lam):
    right.sklearn_alpha(lam)
    return 2 * lam
