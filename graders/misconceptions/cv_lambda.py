"""Cross-validation done wrong on purpose, each in a way that learners really do."""

from __future__ import annotations

import numpy as np

from graders.diagnosis import misconception
from reference.cv_lambda import CVResult, cross_validate, kfold_indices, lambda_grid


def _pairs(parts, n_samples):
    rows = np.arange(n_samples)
    return [(np.setdiff1d(rows, part), np.asarray(part)) for part in parts]


# --- folds -------------------------------------------------------------------------------------


@misconception(
    "kfold_indices",
    "Every fold has n // k rows, and the rows that are left over never validate. The folds must be a "
    "partition: the first n % k of them take one row more.",
)
def remainder_left_out(n_samples, n_splits, *, rng=None):
    kfold_indices(n_samples, n_splits)
    rows = np.arange(n_samples) if rng is None else rng.permutation(n_samples)
    size = n_samples // n_splits
    return _pairs([rows[i * size : (i + 1) * size] for i in range(n_splits)], n_samples)


@misconception(
    "kfold_indices",
    "The last fold took all the rows that were left over, so it can be nearly twice as large as the "
    "others. Spread them: one each to the first n % k folds.",
)
def remainder_in_the_last_fold(n_samples, n_splits, *, rng=None):
    kfold_indices(n_samples, n_splits)
    rows = np.arange(n_samples) if rng is None else rng.permutation(n_samples)
    size = n_samples // n_splits
    ends = [*(i * size for i in range(1, n_splits)), n_samples]
    return _pairs(
        [rows[i * size : end] for i, end in enumerate(ends)],
        n_samples,
    )


@misconception(
    "kfold_indices",
    "The larger folds come last. The sizes are right, but the first n % k folds are the ones with a "
    "row more.",
)
def larger_folds_last(n_samples, n_splits, *, rng=None):
    kfold_indices(n_samples, n_splits)
    rows = np.arange(n_samples) if rng is None else rng.permutation(n_samples)
    small, extra = divmod(n_samples, n_splits)
    sizes = [small] * (n_splits - extra) + [small + 1] * extra
    ends = np.cumsum(sizes)
    return _pairs(np.split(rows, ends[:-1]), n_samples)


@misconception(
    "kfold_indices",
    "Fold i holds every k-th row, i, i + k, i + 2k, … That is a partition, but without rng the folds "
    "are asked for as consecutive rows.",
)
def every_kth_row(n_samples, n_splits, *, rng=None):
    kfold_indices(n_samples, n_splits)
    rows = np.arange(n_samples) if rng is None else rng.permutation(n_samples)
    return _pairs([rows[i::n_splits] for i in range(n_splits)], n_samples)


@misconception(
    "kfold_indices",
    "Training and validation are exchanged: the small part came first. Each pair is (train, "
    "validation), and one fold validates while all the others train.",
)
def train_and_validation_exchanged(n_samples, n_splits, *, rng=None):
    return [(val, train) for train, val in kfold_indices(n_samples, n_splits, rng=rng)]


@misconception(
    "kfold_indices",
    "train holds all the rows, those of the validation set too. A model is then judged on rows that "
    "it has seen, and the error is too low.",
)
def training_on_all_rows(n_samples, n_splits, *, rng=None):
    return [(np.arange(n_samples), val) for _, val in kfold_indices(n_samples, n_splits, rng=rng)]


@misconception(
    "kfold_indices",
    "rng was not used: the folds are consecutive rows all the same. Data often come sorted, by "
    "class or by date of entry, and then consecutive folds differ from each other.",
)
def folds_not_shuffled(n_samples, n_splits, *, rng=None):
    return kfold_indices(n_samples, n_splits)


@misconception(
    "time_series_indices",
    "The validation blocks are those of n // k rows, as if the first block of the series could "
    "validate. With k splits there are k + 1 blocks, since something must come before the first "
    "validation block.",
)
def blocks_of_n_over_k(n_samples, n_splits):
    size = n_samples // n_splits
    starts = [n_samples - (n_splits - i) * size for i in range(n_splits)]
    return [(np.arange(start), np.arange(start, start + size)) for start in starts]


@misconception(
    "time_series_indices",
    "The training set is the one block before the validation block, a sliding window. An expanding "
    "window is asked for: all the rows before.",
)
def sliding_window(n_samples, n_splits):
    size = n_samples // (n_splits + 1)
    starts = range(n_samples - n_splits * size, n_samples, size)
    return [
        (np.arange(max(0, start - size), start), np.arange(start, start + size)) for start in starts
    ]


@misconception(
    "time_series_indices",
    "The rows left over by n // (k + 1) are at the end, where they never validate. They belong to "
    "the first training set: the newest rows are the ones to be judged by.",
)
def remainder_at_the_end(n_samples, n_splits):
    size = n_samples // (n_splits + 1)
    starts = [(i + 1) * size for i in range(n_splits)]
    return [(np.arange(start), np.arange(start, start + size)) for start in starts]


@misconception(
    "time_series_indices",
    "These are plain folds, which train on rows that come after the validation rows. In time order "
    "that is looking into the future.",
)
def training_on_the_future(n_samples, n_splits):
    return kfold_indices(n_samples, n_splits)


# --- the grid ----------------------------------------------------------------------------------


@misconception(
    "lambda_grid",
    "The strengths are evenly spaced, so nearly all of them are of the size of lam_max. Strengths "
    "matter by their ratios: make the steps even on a log scale.",
)
def evenly_spaced(lam_max, n_lambdas=100, eps=1e-3):
    lambda_grid(lam_max, n_lambdas, eps)
    return np.linspace(lam_max, eps * lam_max, n_lambdas)


@misconception(
    "lambda_grid",
    "The grid goes upwards. A path starts at lam_max, where all coefficients are zero, and goes "
    "down, so that each fit can start from the one before.",
)
def grid_upwards(lam_max, n_lambdas=100, eps=1e-3):
    return lambda_grid(lam_max, n_lambdas, eps)[::-1]


@misconception(
    "lambda_grid",
    "The last strength is eps itself. eps is a share: the grid ends at eps·lam_max.",
)
def eps_not_a_share(lam_max, n_lambdas=100, eps=1e-3):
    lambda_grid(lam_max, n_lambdas, eps)
    return np.geomspace(lam_max, eps, n_lambdas)


# --- cross-validation --------------------------------------------------------------------------


def _scale_in_fold(X, train, val):
    mean, scale = X[train].mean(axis=0), X[train].std(axis=0)
    constant = X[train].max(axis=0) == X[train].min(axis=0)
    mean[constant], scale[constant] = X[train][0, constant], 1.0
    return (X[train] - mean) / scale, (X[val] - mean) / scale


def _by_fold(errors, sizes):
    return errors.mean(axis=0), errors.std(axis=0, ddof=1) / np.sqrt(len(errors))


def _largest_best(lambdas, mean):
    return max(np.flatnonzero(mean == mean.min()), key=lambda j: lambdas[j])


def _within_one(lambdas, mean, std_error, best):
    return lambdas[mean <= mean[best] + std_error[best]].max()


def _error(y, predicted):
    return np.mean((y - predicted) ** 2)


def _validate(
    X, y, lambdas, folds, fit_predict, *, scale=_scale_in_fold, error=_error, combine=_by_fold,
    best_of=_largest_best, one_se=_within_one,
):  # fmt: skip
    """Cross-validation with each step open to mistakes; bad input is refused as it should be."""
    _refuse_bad_input(X, y, lambdas, folds)
    X, y, lambdas = (np.array(values, dtype=float) for values in (X, y, lambdas))
    errors = np.empty((len(folds), len(lambdas)))
    for i, (train, val) in enumerate(folds):
        X_train, X_val = scale(X, train, val)
        for j, lam in enumerate(lambdas):
            errors[i, j] = error(y[val], fit_predict(X_train, y[train], X_val, float(lam)))
    mean, std_error = combine(errors, np.array([len(val) for _, val in folds]))
    best = best_of(lambdas, mean)
    chosen = one_se(lambdas, mean, std_error, best)
    return CVResult(lambdas, mean, std_error, float(lambdas[best]), float(chosen))


def _refuse_bad_input(X, y, lambdas, folds):
    cross_validate(X, y, lambdas, folds, lambda X_train, y_train, X_val, lam: np.zeros(len(X_val)))


@misconception(
    "cross_validate",
    "X was standardised once, with the mean and standard deviation of all rows, before the folds "
    "were cut. The validation rows then have a hand in how the training rows look: that is leakage, "
    "and scaling belongs inside the fold.",
)
def scaled_before_the_split(X, y, lambdas, folds, fit_predict):
    def scale(X, train, val):
        everything, _ = _scale_in_fold(X, np.arange(len(X)), np.arange(1))
        return everything[train], everything[val]

    return _validate(X, y, lambdas, folds, fit_predict, scale=scale)


@misconception(
    "cross_validate",
    "The validation rows were standardised with their own mean and standard deviation. They must go "
    "through the very transformation that the training rows went through; a single new row would "
    "otherwise always become zero.",
)
def validation_scaled_by_itself(X, y, lambdas, folds, fit_predict):
    def scale(X, train, val):
        return _scale_in_fold(X, train, val)[0], _scale_in_fold(X, val, val)[0]

    return _validate(X, y, lambdas, folds, fit_predict, scale=scale)


@misconception(
    "cross_validate",
    "X reached the model as it is. Penalties compare the sizes of coefficients, so the columns must "
    "be on one scale: standardise inside each fold.",
)
def not_standardised(X, y, lambdas, folds, fit_predict):
    return _validate(
        X, y, lambdas, folds, fit_predict, scale=lambda X, train, val: (X[train], X[val])
    )


@misconception(
    "cross_validate",
    "Only the training rows were standardised; the validation rows reached the model as they are. "
    "A model can only be used on rows that were prepared like those it was fitted to.",
)
def validation_not_standardised(X, y, lambdas, folds, fit_predict):
    def scale(X, train, val):
        return _scale_in_fold(X, train, val)[0], X[val]

    return _validate(X, y, lambdas, folds, fit_predict, scale=scale)


@misconception(
    "cross_validate",
    "The columns were centred but not divided by their standard deviations. A penalty compares the "
    "sizes of coefficients, and those depend on the columns' units.",
)
def centred_only(X, y, lambdas, folds, fit_predict):
    def scale(X, train, val):
        return X[train] - X[train].mean(axis=0), X[val] - X[train].mean(axis=0)

    return _validate(X, y, lambdas, folds, fit_predict, scale=scale)


@misconception(
    "cross_validate",
    "The columns were divided by the standard deviation with ddof 1, as pandas' std gives it. Here "
    "it is that of ddof 0, as NumPy's and scikit-learn's StandardScaler.",
)
def scaled_with_ddof_1(X, y, lambdas, folds, fit_predict):
    def scale(X, train, val):
        share = np.sqrt((len(train) - 1) / len(train))
        constant = X[train].max(axis=0) == X[train].min(axis=0)
        factor = np.where(constant, 1.0, share)
        X_train, X_val = _scale_in_fold(X, train, val)
        return X_train * factor, X_val * factor

    return _validate(X, y, lambdas, folds, fit_predict, scale=scale)


@misconception(
    "cross_validate",
    "A column was taken for constant where its standard deviation is 0. That of equal numbers need not "
    "be: seven times 0.1 gives 1e-17, and the column explodes. Ask whether all values are equal.",
)
def constant_by_its_deviation(X, y, lambdas, folds, fit_predict):
    return _validate(X, y, lambdas, folds, fit_predict, scale=_constant_below(0.0))


@misconception(
    "cross_validate",
    "A column was taken for constant where its standard deviation is small. In another unit the same "
    "column would count: only where all values are equal divide by 1.",
)
def small_columns_taken_for_constant(X, y, lambdas, folds, fit_predict):
    return _validate(X, y, lambdas, folds, fit_predict, scale=_constant_below(1e-4))


def _constant_below(bound):
    def scale(X, train, val):
        mean, deviation = X[train].mean(axis=0), X[train].std(axis=0)
        deviation[deviation <= bound] = 1.0
        return (X[train] - mean) / deviation, (X[val] - mean) / deviation

    return scale


@misconception(
    "cross_validate",
    "The errors of all validation rows were put together before averaging, so large folds count "
    "more. mean_mse is the mean over the folds of each fold's MSE.",
)
def rows_pooled(X, y, lambdas, folds, fit_predict):
    def combine(errors, sizes):
        return sizes @ errors / sizes.sum(), errors.std(axis=0, ddof=1) / np.sqrt(len(errors))

    return _validate(X, y, lambdas, folds, fit_predict, combine=combine)


@misconception(
    "cross_validate",
    "Each fold's error is a root of a mean square (RMSE). The MSE is asked for, in the square of y's "
    "unit; the mean of the roots is not the root of the mean.",
)
def roots_of_errors(X, y, lambdas, folds, fit_predict):
    return _validate(
        X, y, lambdas, folds, fit_predict,
        error=lambda y, predicted: np.sqrt(_error(y, predicted)),
    )  # fmt: skip


@misconception(
    "cross_validate",
    "The errors are sums of squares, so that a fold of twice the size has twice the error. Divide by "
    "the number of validation rows.",
)
def sums_of_squares(X, y, lambdas, folds, fit_predict):
    return _validate(
        X, y, lambdas, folds, fit_predict, error=lambda y, predicted: np.sum((y - predicted) ** 2)
    )


@misconception(
    "cross_validate",
    "std_error is the standard deviation of the folds' errors. The standard error of their mean is "
    "smaller by √k: divide by it.",
)
def deviation_for_error(X, y, lambdas, folds, fit_predict):
    return _validate(
        X, y, lambdas, folds, fit_predict,
        combine=lambda errors, _: (errors.mean(axis=0), errors.std(axis=0, ddof=1)),
    )  # fmt: skip


@misconception(
    "cross_validate",
    "The standard deviation over the folds has ddof 0, which is NumPy's default. A handful of folds "
    "is a sample: use ddof=1.",
)
def standard_error_with_ddof_0(X, y, lambdas, folds, fit_predict):
    def combine(errors, _):
        return errors.mean(axis=0), errors.std(axis=0) / np.sqrt(len(errors))

    return _validate(X, y, lambdas, folds, fit_predict, combine=combine)


@misconception(
    "cross_validate",
    "Of equally good strengths the one that came first, or the smaller, was taken for best_lambda. "
    "Ties go to the larger strength, the simpler model.",
)
def ties_to_the_smaller(X, y, lambdas, folds, fit_predict):
    return _validate(
        X, y, lambdas, folds, fit_predict,
        best_of=lambda lambdas, mean: min(
            np.flatnonzero(mean == mean.min()), key=lambda j: lambdas[j]
        ),
    )  # fmt: skip


@misconception(
    "cross_validate",
    "Means that are nearly equal were taken for a tie, as with np.isclose. A tie is a tie where the "
    "means are equal, and errors of small numbers are all close to each other.",
)
def nearly_equal_is_a_tie(X, y, lambdas, folds, fit_predict):
    return _validate(
        X, y, lambdas, folds, fit_predict,
        best_of=lambda lambdas, mean: max(
            np.flatnonzero(np.isclose(mean, mean.min())), key=lambda j: lambdas[j]
        ),
    )  # fmt: skip


@misconception(
    "cross_validate",
    "Two strengths share the lowest mean error, and the standard error was read at the other one, as "
    "np.argmin finds it. The yardstick is that of best_lambda, the larger.",
)
def standard_error_of_the_other(X, y, lambdas, folds, fit_predict):
    return _validate(
        X, y, lambdas, folds, fit_predict,
        one_se=lambda lambdas, mean, std_error, best: lambdas[
            mean <= mean[best] + std_error[np.argmin(mean)]
        ].max(),
    )  # fmt: skip


@misconception(
    "cross_validate",
    "The one-standard-error rule went the wrong way: one_se_lambda is the smallest strength within "
    "one standard error. Among models that are about as good the rule takes the simplest, and that "
    "is the most penalised one.",
)
def one_se_on_the_wrong_side(X, y, lambdas, folds, fit_predict):
    return _validate(
        X, y, lambdas, folds, fit_predict,
        one_se=lambda lambdas, mean, std_error, best: lambdas[
            mean <= mean[best] + std_error[best]
        ].min(),
    )  # fmt: skip


@misconception(
    "cross_validate",
    "Each strength was compared with its own standard error. The yardstick is that of the best "
    "strength alone: mean_mse <= lowest + std_error[best].",
)
def its_own_standard_error(X, y, lambdas, folds, fit_predict):
    return _validate(
        X, y, lambdas, folds, fit_predict,
        one_se=lambda lambdas, mean, std_error, best: lambdas[
            mean <= mean[best] + std_error
        ].max(),
    )  # fmt: skip


@misconception(
    "cross_validate",
    "A mean error of exactly one standard error above the lowest was left out, as with <. Within one "
    "standard error includes the bound.",
)
def one_se_strictly(X, y, lambdas, folds, fit_predict):
    def one_se(lambdas, mean, std_error, best):
        within = mean < mean[best] + std_error[best]
        within[best] = True
        return lambdas[within].max()

    return _validate(X, y, lambdas, folds, fit_predict, one_se=one_se)


@misconception(
    "cross_validate",
    "From best_lambda the search went up and stopped at the first strength that was too bad. One "
    "beyond it may be good again; the largest of all that are within one standard error is asked for.",
)
def one_se_stops_early(X, y, lambdas, folds, fit_predict):
    def one_se(lambdas, mean, std_error, best):
        above = [j for j in np.argsort(lambdas) if lambdas[j] >= lambdas[best]]
        reached = lambdas[best]
        for j in above:
            if mean[j] > mean[best] + std_error[best]:
                break
            reached = lambdas[j]
        return reached

    return _validate(X, y, lambdas, folds, fit_predict, one_se=one_se)


@misconception(
    "cross_validate",
    "one_se_lambda is best_lambda again, so the rule was left out. Look for the largest strength whose "
    "mean error is at most one standard error above the lowest.",
)
def one_se_is_the_best(X, y, lambdas, folds, fit_predict):
    return _validate(
        X, y, lambdas, folds, fit_predict,
        one_se=lambda lambdas, mean, std_error, best: lambdas[best],
    )  # fmt: skip


@misconception(
    "cross_validate",
    "The strengths were sorted, and the results come in that order. Keep the order in which they "
    "were given.",
)
def strengths_sorted(X, y, lambdas, folds, fit_predict):
    return _validate(X, y, np.sort(np.asarray(lambdas, dtype=float)), folds, fit_predict)
