"""Penalised logistic regression done wrong on purpose, each in a way that learners really do."""

from __future__ import annotations

import numpy as np

from graders.diagnosis import misconception
from reference import logistic as right
from reference.logistic import LogisticFit, logistic_proximal_gradient, sigmoid, softplus

#: The misconceptions solve their own objective more exactly than a learner would.
EXACT = 1e-11


def _fit(X, y, l1, l2):
    return logistic_proximal_gradient(X, y, l1=l1, l2=l2, tol=EXACT)


def _slope(z, y):
    """The derivative of the log-loss by the log-odds."""
    return sigmoid(z) - y


def _solve(A, y, l1, l2, *, slope=_slope, curvature=0.25, steps=20_000):
    """Accelerated proximal gradient for any columns, one strength for each, and any loss."""
    n = len(y)
    step = 1.0 / (curvature * np.linalg.norm(A, 2) ** 2 / n + 2 * np.max(l2))
    theta = ahead = np.zeros(A.shape[1])
    momentum = 1.0
    for _ in range(steps):
        moved = ahead - step * (A.T @ slope(A @ ahead, y) / n + 2 * l2 * ahead)
        new = np.sign(moved) * np.maximum(np.abs(moved) - step * l1, 0.0)
        if (ahead - new) @ (new - theta) > 0:
            momentum = 1.0
        larger = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        settled = np.abs(ahead - new).max() <= step * EXACT
        ahead = new + (momentum - 1) / larger * (new - theta)
        theta, momentum = new, larger
        if settled:
            break
    return theta


def _check(X, y, l1, l2, max_iter):
    right.logistic_proximal_gradient(X, y, l1=l1, l2=l2, max_iter=min(max_iter, 1))
    return np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)


def _centred(X):
    Xc = X - X.mean(axis=0)
    Xc[:, X.max(axis=0) == X.min(axis=0)] = 0.0
    return Xc


def _with_intercept(X, y, l1, l2, **loss):
    """The fit with an intercept that is not penalised, for another loss."""
    p = X.shape[1]
    A = np.column_stack([_centred(X), np.ones(len(y))])
    theta = _solve(A, y, np.append(np.full(p, l1), 0.0), np.append(np.full(p, l2), 0.0), **loss)
    return LogisticFit(theta[:p], float(theta[p] - X.mean(axis=0) @ theta[:p]), 1)


# --- the strengths ------------------------------------------------------------------------------


@misconception(
    "logistic_proximal_gradient",
    "This is the answer for half of l2: the gradient has l2·w. The derivative of l2·w² is 2·l2·w, "
    "and here no other 2 cancels it.",
)
def l2_without_its_two(X, y, *, l1=0.0, l2=0.0, max_iter=20_000, tol=1e-8):
    _check(X, y, l1, l2, max_iter)
    return _fit(X, y, l1, l2 / 2)


@misconception(
    "logistic_proximal_gradient",
    "This is the answer for half of l1, as if the threshold were the lasso's lam/2. That 2 came from "
    "the square; the log-loss has none, so the threshold is step·l1.",
)
def l1_halved(X, y, *, l1=0.0, l2=0.0, max_iter=20_000, tol=1e-8):
    _check(X, y, l1, l2, max_iter)
    return _fit(X, y, l1 / 2, l2)


@misconception(
    "logistic_proximal_gradient",
    "The gradient of the loss is a sum over the rows: the division by n is missing. Against a sum both "
    "penalties count n times too little.",
)
def loss_is_a_sum(X, y, *, l1=0.0, l2=0.0, max_iter=20_000, tol=1e-8):
    _check(X, y, l1, l2, max_iter)
    return _fit(X, y, l1 / len(y), l2 / len(y))


@misconception(
    "logistic_proximal_gradient",
    "This is the answer for l1 = 0. The soft threshold must take step·l1 off every coefficient, and not "
    "only set small ones to 0.",
)
def l1_left_out(X, y, *, l1=0.0, l2=0.0, max_iter=20_000, tol=1e-8):
    _check(X, y, l1, l2, max_iter)
    return _fit(X, y, 0.0, l2)


@misconception(
    "logistic_proximal_gradient",
    "l2 was left out of the gradient: 2·l2·w belongs to the smooth part.",
)
def l2_left_out(X, y, *, l1=0.0, l2=0.0, max_iter=20_000, tol=1e-8):
    _check(X, y, l1, l2, max_iter)
    return _fit(X, y, l1, 0.0)


@misconception(
    "logistic_proximal_gradient",
    "l1 and l2 changed places: l1 went into the gradient and l2 into the threshold.",
)
def strengths_swapped(X, y, *, l1=0.0, l2=0.0, max_iter=20_000, tol=1e-8):
    _check(X, y, l1, l2, max_iter)
    return _fit(X, y, l2, l1)


def _shrunk_by_subgradient(arguments, value):
    """Close to the right answer, but not zero where l1 makes it zero."""
    X = np.asarray(arguments["X"])
    exact = _fit(X, arguments["y"], arguments["l1"], arguments["l2"]).coef
    given = np.asarray(value[0], dtype=np.float64)
    near = np.abs(given - exact).max() <= 0.02 * max(1.0, np.abs(exact).max())
    thresholded = (exact == 0) & (X.max(axis=0) > X.min(axis=0))
    return bool(arguments["l1"] > 0 and near and np.any(thresholded & (given != 0)))


@misconception(
    "logistic_proximal_gradient",
    "The coefficients come close, but some that should be exactly 0 are only small, as with a subgradient "
    "l1·sign(w) added to the gradient, or a threshold below step·l1. Only the proximal step, the soft "
    "threshold of step·l1, makes exact zeros.",
    recognise=_shrunk_by_subgradient,
)
def subgradient_instead_of_threshold(X, y, *, l1=0.0, l2=0.0, max_iter=20_000, tol=1e-8):
    _check(X, y, l1, l2, max_iter)
    fit = _fit(X, y, l1, l2)
    return fit._replace(coef=np.where((fit.coef == 0) & (l1 > 0), 1e-5, fit.coef))


# --- the intercept and the scale ----------------------------------------------------------------


@misconception(
    "logistic_proximal_gradient",
    "The intercept is penalised too, as the coefficient of a column of ones. The penalty then pulls "
    "all probabilities towards one half instead of towards the share of the classes.",
)
def intercept_penalised(X, y, *, l1=0.0, l2=0.0, max_iter=20_000, tol=1e-8):
    X, y = _check(X, y, l1, l2, max_iter)
    theta = _solve(np.column_stack([X, np.ones(len(y))]), y, l1, l2)
    return LogisticFit(theta[:-1], float(theta[-1]), 1)


@misconception(
    "logistic_proximal_gradient",
    "There is no intercept: where every column is 0 the probability is then one half, whatever the "
    "data say.",
)
def no_intercept(X, y, *, l1=0.0, l2=0.0, max_iter=20_000, tol=1e-8):
    X, y = _check(X, y, l1, l2, max_iter)
    return LogisticFit(_solve(X, y, l1, l2), 0.0, 1)


@misconception(
    "logistic_proximal_gradient",
    "The columns were centred, and the intercept that belongs to centred columns was returned. For X "
    "as it is, mean(X)·coef has to be taken off.",
)
def intercept_of_centred_columns(X, y, *, l1=0.0, l2=0.0, max_iter=20_000, tol=1e-8):
    X, _ = _check(X, y, l1, l2, max_iter)
    fit = _fit(X, y, l1, l2)
    return fit._replace(intercept=float(fit.intercept + X.mean(axis=0) @ fit.coef))


@misconception(
    "logistic_proximal_gradient",
    "The penalties were put on the coefficients of standardised columns. That is a sensible thing to "
    "do before calling the function, but the function itself must penalise the coefficients of X.",
)
def penalty_on_standardised_columns(X, y, *, l1=0.0, l2=0.0, max_iter=20_000, tol=1e-8):
    X, y = _check(X, y, l1, l2, max_iter)
    scale = X.std(axis=0)
    scale[X.max(axis=0) == X.min(axis=0)] = 1.0
    fit = _fit(X / scale, y, l1, l2)
    return fit._replace(coef=fit.coef / scale)


# --- the loss -----------------------------------------------------------------------------------


@misconception(
    "logistic_proximal_gradient",
    "The loss log(1 + exp(−y·z)) was used with labels 0 and 1. It is meant for −1 and 1: with y = 0 a "
    "row says nothing at all. Use softplus(z) − y·z, or 2·y − 1.",
)
def labels_of_the_other_convention(X, y, *, l1=0.0, l2=0.0, max_iter=20_000, tol=1e-8):
    X, y = _check(X, y, l1, l2, max_iter)
    return _with_intercept(X, y, l1, l2, slope=lambda z, y: -y * sigmoid(-y * z), steps=4000)


@misconception(
    "logistic_proximal_gradient",
    "The residual is z − y: the sigmoid was left out of the gradient, which makes it linear "
    "regression on the labels.",
)
def sigmoid_left_out(X, y, *, l1=0.0, l2=0.0, max_iter=20_000, tol=1e-8):
    X, y = _check(X, y, l1, l2, max_iter)
    return _with_intercept(X, y, l1, l2, slope=lambda z, y: z - y, curvature=1.0)


@misconception(
    "sigmoid",
    "For large z this is exp(z)/(1 + exp(z)), infinity over infinity. Use exp(−|z|), which never "
    "overflows.",
)
def sigmoid_of_infinities(z):
    with np.errstate(all="ignore"):
        return np.exp(np.asarray(z, float)) / (1 + np.exp(np.asarray(z, float)))


@misconception(
    "sigmoid", "The sign of z is the wrong way round: 1/(1 + exp(z)) falls where the sigmoid rises."
)
def sigmoid_mirrored(z):
    return sigmoid(-np.asarray(z, dtype=np.float64))


@misconception(
    "softplus",
    "This is log(1 + exp(z)) as it stands, with log or log1p: exp overflows for large z, where softplus "
    "is z itself, and log alone gives 0 for very negative z. Use max(z, 0) + log1p(exp(−|z|)).",
)
def softplus_as_it_stands(z):
    with np.errstate(all="ignore"):
        return np.log(1 + np.exp(np.asarray(z, dtype=np.float64)))


@misconception(
    "softplus",
    "This is what comes out where 1 + exp(−|z|) rounds to 1, and its logarithm to 0. log1p keeps the "
    "digits of what is added to 1.",
)
def log_instead_of_log1p(z):
    z = np.asarray(z, dtype=np.float64)
    return np.maximum(z, 0) + np.log(1 + np.exp(-np.abs(z)))


# --- the objective ------------------------------------------------------------------------------


@misconception(
    "penalized_log_loss",
    "The log-losses were added up: the division by n is missing. The loss is a mean over the rows.",
)
def objective_is_a_sum(X, y, coef, intercept, l1, l2):
    plain = right.penalized_log_loss(X, y, coef, intercept, 0.0, 0.0)
    return right.penalized_log_loss(X, y, coef, intercept, l1, l2) + (len(y) - 1) * plain


@misconception(
    "penalized_log_loss",
    "The intercept was penalised as well. Only the coefficients are.",
)
def objective_penalises_the_intercept(X, y, coef, intercept, l1, l2):
    extra = l1 * abs(intercept) + l2 * intercept**2
    return right.penalized_log_loss(X, y, coef, intercept, l1, l2) + extra


@misconception(
    "penalized_log_loss",
    "The squared penalty was halved. Here it is l2·‖w‖², without a ½.",
)
def objective_halves_l2(X, y, coef, intercept, l1, l2):
    half = right.penalized_log_loss(X, y, coef, intercept, l1, l2)
    return half - l2 / 2 * float(np.sum(np.square(coef)))


@misconception(
    "penalized_log_loss",
    "l1 and l2 changed places: l1 goes with the absolute values, l2 with the squares.",
)
def objective_swaps_the_strengths(X, y, coef, intercept, l1, l2):
    right.penalized_log_loss(X, y, coef, intercept, l1, l2)
    return right.penalized_log_loss(X, y, coef, intercept, l2, l1)


@misconception(
    "penalized_log_loss",
    "The root of the sum of squares was penalised. The penalty is l2·‖w‖², the sum of squares itself.",
)
def objective_with_the_root(X, y, coef, intercept, l1, l2):
    plain = right.penalized_log_loss(X, y, coef, intercept, l1, 0.0)
    right.penalized_log_loss(X, y, coef, intercept, l1, l2)
    return plain + l2 * float(np.linalg.norm(coef))


@misconception(
    "penalized_log_loss",
    "The probabilities were cut off at 1e-15 before the logarithm, so that no row costs more than 34.5. "
    "The right loss of a row that is surely wrong is |z|: use softplus(z) − y·z.",
)
def objective_with_clipped_probabilities(X, y, coef, intercept, l1, l2):
    plain = right.penalized_log_loss(X, y, coef, intercept, 0.0, 0.0)
    penalty = right.penalized_log_loss(X, y, coef, intercept, l1, l2) - plain
    z = np.asarray(X, float) @ np.asarray(coef, float) + intercept
    q = np.clip(sigmoid(z), 1e-15, 1 - 1e-15)
    return float(-np.mean(y * np.log(q) + (1 - np.asarray(y)) * np.log(1 - q)) + penalty)


@misconception(
    "penalized_log_loss",
    "The loss log(1 + exp(−y·z)) was used with labels 0 and 1. It is meant for −1 and 1: with y = 0 a "
    "row costs log 2 whatever z is. Use softplus(z) − y·z.",
)
def objective_of_the_other_convention(X, y, coef, intercept, l1, l2):
    plain = right.penalized_log_loss(X, y, coef, intercept, 0.0, 0.0)
    penalty = right.penalized_log_loss(X, y, coef, intercept, l1, l2) - plain
    z = np.asarray(X, float) @ np.asarray(coef, float) + intercept
    return float(np.mean(softplus(-np.asarray(y) * z)) + penalty)


# --- predictions and parameters -----------------------------------------------------------------


@misconception(
    "predict_proba",
    "These are the log-odds X·coef + intercept. The sigmoid of them is the probability.",
)
def log_odds_returned(fit, X):
    return np.asarray(X, dtype=float) @ np.asarray(fit[0]) + fit[1]


@misconception("predict_proba", "This is the probability of class 0: 1 minus what is asked for.")
def probability_of_class_0(fit, X):
    return 1 - right.predict_proba(LogisticFit(np.asarray(fit[0]), fit[1], 1), X)


@misconception(
    "predict_proba",
    "These are labels, 0 or 1. The probability itself is asked for, before any threshold at one half.",
)
def labels_returned(fit, X):
    return (right.predict_proba(LogisticFit(np.asarray(fit[0]), fit[1], 1), X) >= 0.5).astype(float)


@misconception("predict_proba", "The intercept was left out: the log-odds are X·coef + intercept.")
def prediction_without_intercept(fit, X):
    return right.predict_proba(LogisticFit(np.asarray(fit[0]), 0.0, 1), X)


@misconception(
    "predict_proba",
    "There are two columns, as scikit-learn gives. Here it is the probability of class 1 alone, of "
    "shape (m,).",
)
def both_classes_returned(fit, X):
    q = right.predict_proba(LogisticFit(np.asarray(fit[0]), fit[1], 1), X)
    return np.column_stack([1 - q, q])


@misconception(
    "sklearn_parameters",
    "The number of rows is missing in C. scikit-learn adds up the log-losses where we take the mean, so "
    "C = 1/(n·(l1 + 2·l2)).",
)
def n_missing_in_c(l1, l2, n_samples):
    C, l1_ratio = right.sklearn_parameters(l1, l2, n_samples)
    return C * n_samples, l1_ratio


@misconception(
    "sklearn_parameters",
    "The 2 at l2 is missing. scikit-learn halves its squared penalty, (1 − r)/2·‖w‖², so that "
    "n·C·l2 = (1 − r)/2.",
)
def two_missing_at_l2(l1, l2, n_samples):
    return right.sklearn_parameters(l1, l2 / 2, n_samples)


@misconception(
    "sklearn_parameters",
    "C came out as a strength. It is the inverse of one: the larger C, the weaker the penalty.",
)
def c_not_inverted(l1, l2, n_samples):
    C, l1_ratio = right.sklearn_parameters(l1, l2, n_samples)
    return 1 / C, l1_ratio


@misconception(
    "sklearn_parameters",
    "The ratio is that of the squared penalty. l1_ratio is the share of the absolute penalty: 1 is "
    "lasso-like, 0 is ridge-like.",
)
def ratio_of_the_other_penalty(l1, l2, n_samples):
    C, l1_ratio = right.sklearn_parameters(l1, l2, n_samples)
    return C, 1 - l1_ratio
