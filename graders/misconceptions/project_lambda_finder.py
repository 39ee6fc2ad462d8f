"""The λ finder done wrong on purpose, each in a way that learners really do.

Everybody's grid is their own, so mistakes in the curve are recognised by computing them anew at
the strengths that the learner's answer brings along.
"""

from __future__ import annotations

import copy

import numpy as np

from graders.diagnosis import misconception
from reference.project_lambda_finder import FITS, LambdaSearch, find_lambda, kfold_indices

#: How far a curve may be off through a solver's early stop, as a share of its largest value.
CURVE = 0.01


#: The finder's options, as they are where a call does not give them.
DEFAULTS = {"model": "lasso", "n_lambdas": 50, "n_splits": 5, "rule": "1se", "rng": None}


def _asked(recogniser):
    """The recogniser, given every option of a call by name."""
    return lambda arguments, value: recogniser(
        {**DEFAULTS, **arguments, **arguments.get("options", {})}, value
    )


def _scale(X):
    return np.where(np.ptp(X, axis=0) == 0, 1.0, X.std(axis=0))


def _in_fold(X, train, validation):
    middle, scale = X[train].mean(axis=0), _scale(X[train])
    return (X[train] - middle) / scale, (X[validation] - middle) / scale


def _before(X, train, validation):
    whole = (X - X.mean(axis=0)) / _scale(X)
    return whole[train], whole[validation]


def _each_by_itself(X, train, validation):
    parts = (X[train], X[validation])
    return tuple((part - part.mean(axis=0)) / _scale(part) for part in parts)


def _fit(X, y, lam, model):
    coef, intercept, *_ = FITS[model](X, y, lam)
    return coef, intercept


def _as_alpha(X, y, lam, model):
    """As scikit-learn fits with alpha = lam."""
    return _fit(X, y, 2 * lam if model == "lasso" else lam / len(y), model)


def _square(y, predicted):
    return np.mean((y - predicted) ** 2)


def _root(y, predicted):
    return np.sqrt(_square(y, predicted))


def _curve(arguments, lambdas, *, scale=_in_fold, fit=_fit, measure=_square, seen=False, rng="as"):
    """Errors of shape (folds, strengths), computed as the mistake does."""
    X, y = (np.asarray(arguments[name], dtype=float) for name in ("X", "y"))
    generator = copy.deepcopy(arguments["rng"]) if rng == "as" else None
    folds = kfold_indices(len(y), arguments["n_splits"], rng=generator)
    errors = np.empty((len(folds), len(lambdas)))
    for i, (train, validation) in enumerate(folds):
        X_train, X_val = scale(X, train, validation)
        for j, lam in enumerate(lambdas):
            coef, intercept = fit(X_train, y[train], lam, arguments["model"])
            rows, X_rows = (train, X_train) if seen else (validation, X_val)
            errors[i, j] = measure(y[rows], X_rows @ coef + intercept)
    return errors


def _alike(found, wanted):
    found, wanted = np.asarray(found, dtype=float), np.asarray(wanted, dtype=float)
    return bool(np.max(np.abs(found - wanted)) <= CURVE * np.max(np.abs(wanted)))


def _with_curve(X, y, options, errors, divisor=None, ddof=1):
    """The finder's answer for those errors of its folds, chosen by the right rule from them."""
    right = find_lambda(X, y, **{**options, "rng": copy.deepcopy(options["rng"])})
    mean = errors.mean(axis=0)
    error = errors.std(axis=0, ddof=ddof) / (np.sqrt(len(errors)) if divisor is None else divisor)
    best = max(np.flatnonzero(mean == mean.min()), key=lambda j: right.lambdas[j])
    good = mean <= mean[best] + error[best]
    lam = right.lambdas[good].max() if options["rule"] == "1se" else right.lambdas[best]
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    coef, _ = _fit((X - X.mean(axis=0)) / _scale(X), y, lam, options["model"])
    coef = coef / _scale(X)
    intercept = float(y.mean() - X.mean(axis=0) @ coef)
    return LambdaSearch(float(lam), right.lambdas, mean, error, coef, intercept)


def _finder(mistake, **how):
    """The finder with `mistake` changes to its curve."""

    def finder(X, y, **given):
        options = {**DEFAULTS, **given}
        lambdas = find_lambda(X, y, **{**options, "rng": copy.deepcopy(options["rng"])}).lambdas
        errors = _curve({"X": X, "y": y, **options}, lambdas, **mistake)
        return _with_curve(X, y, options, errors, **how)

    return finder


def _has_curve(**mistake):
    """Recognises the mean errors of a curve computed with that mistake."""

    @_asked
    def recognise(arguments, value):
        errors = _curve(arguments, np.asarray(value[1], dtype=float), **mistake)
        return _alike(value[2], errors.mean(axis=0))

    return recognise


@misconception(
    "find_lambda",
    "The columns were standardised with all rows before the rows were cut into folds. The rows "
    "left out then had a say in how the training rows were scaled: a leak, and the errors are no "
    "longer those on unseen data.",
    recognise=_has_curve(scale=_before),
)
def standardised_before_the_split(X, y, **options):
    return _finder({"scale": _before})(X, y, **options)


@misconception(
    "find_lambda",
    "The left-out rows were standardised by their own mean and standard deviation. They must be "
    "put on the training rows' scale, the one that the coefficients were fitted on.",
    recognise=_has_curve(scale=_each_by_itself),
)
def left_out_rows_scaled_by_themselves(X, y, **options):
    return _finder({"scale": _each_by_itself})(X, y, **options)


@misconception(
    "find_lambda",
    "mean_mse holds errors on the training rows. Those only rise with λ, so they always vote for "
    "the weakest penalty; measure on the fold that was left out.",
    recognise=_has_curve(seen=True),
)
def errors_on_the_training_rows(X, y, **options):
    return _finder({"seen": True})(X, y, **options)


@misconception(
    "find_lambda",
    "The strengths were handed to scikit-learn as alpha. Its loss is not our mean of squares: "
    "convert with the sklearn_alpha of the lasso (lam / 2) or of the ridge (n · lam).",
    recognise=_has_curve(fit=_as_alpha),
)
def strength_used_as_alpha(X, y, **options):
    return _finder({"fit": _as_alpha})(X, y, **options)


@misconception(
    "find_lambda",
    "mean_mse holds roots of mean squares, or absolute errors. The mean of roots is not the root of "
    "the mean, and the field asked for is in units of y².",
    recognise=_has_curve(measure=_root),
)
def root_mean_squares(X, y, **options):
    return _finder({"measure": _root})(X, y, **options)


@_asked
def _ignores_rng(arguments, value):
    plain = _curve(arguments, np.asarray(value[1], dtype=float), rng="none")
    found = np.asarray(value[2], dtype=float)
    return bool(np.max(np.abs(found - plain.mean(axis=0))) <= 1e-6 * np.max(found))


@misconception(
    "find_lambda",
    "rng was not used: the folds are consecutive rows whatever it is. Where the rows come in some "
    "order, such folds are no fair samples; shuffle with rng before cutting.",
    recognise=_ignores_rng,
)
def rng_ignored(X, y, **options):
    return find_lambda(X, y, **{**options, "rng": None})


def _error_is(factor):
    """Recognises a right curve with standard errors that are `factor(n_splits)` times too large."""

    @_asked
    def recognise(arguments, value):
        errors = _curve(arguments, np.asarray(value[1], dtype=float))
        right = errors.std(axis=0, ddof=1) / np.sqrt(len(errors))
        return _alike(value[2], errors.mean(axis=0)) and _alike(
            value[3], factor(len(errors)) * right
        )

    return recognise


@misconception(
    "find_lambda",
    "std_error is the standard deviation of the folds' errors. The standard error of their mean is "
    "that over the root of the number of folds.",
    recognise=_error_is(np.sqrt),
)
def deviation_for_standard_error(X, y, **options):
    return _finder({}, divisor=1.0)(X, y, **options)


@misconception(
    "find_lambda",
    "std_error was computed with ddof 0. The few errors of the folds are a sample, so their "
    "standard deviation has ddof 1.",
    recognise=_error_is(lambda k: np.sqrt((k - 1) / k)),
)
def population_deviation(X, y, **options):
    return _finder({}, ddof=0)(X, y, **options)


def _rule(value):
    """lam, the strengths, their mean errors, and which of them are within one standard error."""
    lam, lambdas, mean, error = (np.asarray(field, dtype=float) for field in value[:4])
    best = int(np.argmin(mean))
    return float(lam), lambdas, mean, error, best, mean <= mean[best] + error[best]


@_asked
def _wrong_side(arguments, value):
    lam, lambdas, _, _, best, good = _rule(value)
    others = (lambdas[best], lambdas[good].max())
    return arguments["rule"] == "1se" and lam == lambdas[good].min() and lam not in others


@misconception(
    "find_lambda",
    "lam is the smallest strength within one standard error of the lowest mean. The rule wants the "
    "simplest model that is about as good, which is the largest λ.",
    recognise=_wrong_side,
)
def one_standard_error_on_the_wrong_side(X, y, *, rule="1se", **options):
    right = find_lambda(X, y, rule=rule, **options)
    *_, good = _rule(right)
    return right._replace(lam=float(right.lambdas[good].min())) if rule == "1se" else right


@_asked
def _lowest_instead(arguments, value):
    lam, lambdas, _, _, best, good = _rule(value)
    others = (lambdas[good].min(), lambdas[good].max())
    return arguments["rule"] == "1se" and lam == lambdas[best] and lam not in others


@misconception(
    "find_lambda",
    "lam has the lowest mean error, though the one-standard-error rule was asked for, which is the "
    "default. Among the strengths that are about as good take the largest.",
    recognise=_lowest_instead,
)
def rule_ignored(X, y, *, rule="1se", **options):
    find_lambda(X, y, rule=rule, **options)  # its errors
    return find_lambda(X, y, rule="min", **options)


@_asked
def _own_error(arguments, value):
    lam, lambdas, mean, error, best, good = _rule(value)
    own = lambdas[mean <= mean[best] + error].max()
    return arguments["rule"] == "1se" and lam == own != lambdas[good].max()


@misconception(
    "find_lambda",
    "lam is larger than the rule allows, as where each strength is compared with the lowest mean "
    "plus its own standard error. The threshold is one number: the lowest mean plus one standard "
    "error, that of the lowest.",
    recognise=_own_error,
)
def each_with_its_own_error(X, y, *, rule="1se", **options):
    right = find_lambda(X, y, rule=rule, **options)
    _, lambdas, mean, error, best, _ = _rule(right)
    own = float(lambdas[mean <= mean[best] + error].max())
    return right._replace(lam=own) if rule == "1se" else right


def _standardised_fit(arguments, value):
    X, y = (np.asarray(arguments[name], dtype=float) for name in ("X", "y"))
    lam = float(np.asarray(value[0]))
    return _fit((X - X.mean(axis=0)) / _scale(X), y, lam, arguments["model"])[0], X, y


@_asked
def _standardised_scale(arguments, value):
    coef, X, _ = _standardised_fit(arguments, value)
    return _alike(value[4], coef) and not _alike(value[4], coef / _scale(X))


@misconception(
    "find_lambda",
    "coef belongs to the standardised columns. To predict from X as it is, divide each coefficient "
    "by its column's standard deviation and move the intercept accordingly.",
    recognise=_standardised_scale,
)
def coefficients_of_standardised_columns(X, y, *, model="lasso", **options):
    right = find_lambda(X, y, model=model, **options)
    coef, _, y = _standardised_fit({"X": X, "y": y, "model": model}, right)
    return right._replace(coef=coef, intercept=float(y.mean()))


@_asked
def _mean_of_y(arguments, value):
    coef, X, y = _standardised_fit(arguments, value)
    apart = abs(X.mean(axis=0) @ (coef / _scale(X))) > 1e-6 * np.abs(y).max()
    there = abs(float(np.asarray(value[5])) - y.mean()) <= 1e-9 * np.abs(y).max()
    return bool(_alike(value[4], coef / _scale(X)) and there and apart)


@misconception(
    "find_lambda",
    "The coefficients are in the units of X, but the intercept is still the mean of y, that of the "
    "standardised columns. For X as it is, the intercept is mean(y) − mean(X)·coef.",
    recognise=_mean_of_y,
)
def intercept_left_behind(X, y, **options):
    right = find_lambda(X, y, **options)
    return right._replace(intercept=float(np.mean(y)))
