"""The simulator done wrong on purpose, each in a way that learners really do.

Everybody's curve and draws are their own, so most mistakes are recognised by what they do to the
errors, not by equal numbers.
"""

from __future__ import annotations

import numpy as np

from graders.diagnosis import misconception
from reference.project_overfitting_simulator import (
    Simulation,
    polynomial_features,
    predict,
    ridge_closed_form,
    simulate,
    true_function,
)

#: In tables of fewer degrees and strengths a right choice often looks like a wrong one.
WIDE = 4


def _answer(arguments, value):
    """Degrees and strengths ascending, with both tables of errors in that order, and the best."""
    degrees, lambdas, train, test, best_degree, best_lambda = value
    degrees, lambdas = np.asarray(degrees), np.asarray(lambdas)
    rows, columns = np.argsort(degrees), np.argsort(lambdas)
    train, test = (np.asarray(table)[np.ix_(rows, columns)] for table in (train, test))
    return degrees[rows], lambdas[columns], train, test, float(best_degree), float(best_lambda)


def _cell(table, degrees, lambdas):
    i, j = np.unravel_index(np.argmin(table), table.shape)
    return float(degrees[i]), float(lambdas[j])


def _flat(values):
    return bool(np.allclose(values, values.flat[0], rtol=1e-4, atol=0))


def _chosen_on_training(arguments, value):
    degrees, lambdas, train, _, *best = _answer(arguments, value)
    return min(train.shape) >= WIDE and tuple(best) == _cell(train, degrees, lambdas)


@misconception(
    "simulate",
    "The best pair is the one with the lowest training error. That always picks the most freedom "
    "and the least penalty, since the training error rewards learning the noise.",
    recognise=_chosen_on_training,
)
def best_from_training_error(degrees, lambdas, *, n_train=15, noise_std=0.3, rng):
    result = simulate(degrees, lambdas, n_train=n_train, noise_std=noise_std, rng=rng)
    degree, lam = _cell(result.train_mse, result.degrees, result.lambdas)
    return result._replace(best_degree=int(degree), best_lambda=lam)


def _apart(test, degrees, lambdas):
    by_degree, by_lambda = test.mean(axis=1), test.mean(axis=0)
    return float(degrees[np.argmin(by_degree)]), float(lambdas[np.argmin(by_lambda)])


def _chosen_apart(arguments, value):
    degrees, lambdas, _, test, *best = _answer(arguments, value)
    return min(test.shape) >= WIDE and tuple(best) == _apart(test, degrees, lambdas)


@misconception(
    "simulate",
    "The degree was chosen by its error averaged over the strengths, and the strength by its error "
    "averaged over the degrees. The best strength depends on the degree, so choose the pair at "
    "once: the cell with the lowest test error.",
    recognise=_chosen_apart,
)
def degree_and_strength_chosen_apart(degrees, lambdas, *, n_train=15, noise_std=0.3, rng):
    result = simulate(degrees, lambdas, n_train=n_train, noise_std=noise_std, rng=rng)
    degree, lam = _apart(result.test_mse, result.degrees, result.lambdas)
    return result._replace(best_degree=int(degree), best_lambda=lam)


def _position_reported(arguments, value):
    degrees, lambdas, _, test, *best = value
    i, j = np.unravel_index(np.argmin(test), np.shape(test))
    right = (float(degrees[i]), float(lambdas[j]))
    found = (float(best[0]), float(best[1]))
    return found != right and found in {(i, j), (i, right[1]), (right[0], j)}


@misconception(
    "simulate",
    "best_degree or best_lambda is a position in the grid. The caller wants the degree and the "
    "strength themselves: degrees[i] and lambdas[j].",
    recognise=_position_reported,
)
def position_instead_of_value(degrees, lambdas, *, n_train=15, noise_std=0.3, rng):
    result = simulate(degrees, lambdas, n_train=n_train, noise_std=noise_std, rng=rng)
    i, j = np.unravel_index(np.argmin(result.test_mse), result.test_mse.shape)
    return result._replace(best_degree=int(i), best_lambda=float(j))


def _same_errors(arguments, value):
    _, _, train, test, *_ = _answer(arguments, value)
    scale = train.max()
    return bool(scale > 0 and np.allclose(train, test, rtol=1e-9, atol=1e-12 * scale))


@misconception(
    "simulate",
    "The test error is measured on the training rows, so both errors are the same. A fit has "
    "already seen the noise of those rows; draw new ones for the test.",
    recognise=_same_errors,
)
def training_rows_for_the_test(degrees, lambdas, *, n_train=15, noise_std=0.3, rng):
    result = simulate(degrees, lambdas, n_train=n_train, noise_std=noise_std, rng=rng)
    degree, lam = _cell(result.train_mse, result.degrees, result.lambdas)
    return Simulation(
        result.degrees, result.lambdas, result.train_mse, result.train_mse, int(degree), lam
    )


def _table(degrees, lambdas, fitted, rng, n_train, noise_std):
    """A simulation whose fits are `fitted(x_train, y_train, x_new, degree, lam)`."""
    degrees, lambdas = list(map(int, degrees)), np.array(lambdas, dtype=float)
    like = simulate(degrees, lambdas, n_train=n_train, noise_std=noise_std, rng=rng)
    x, x_test = np.linspace(-1, 1, n_train), rng.uniform(-1, 1, size=500)
    y = true_function(x) + noise_std * rng.normal(size=n_train)
    y_test = true_function(x_test) + noise_std * rng.normal(size=500)
    train, test = np.empty(like.train_mse.shape), np.empty(like.train_mse.shape)
    for i, degree in enumerate(degrees):
        for j, lam in enumerate(lambdas):
            train[i, j] = np.mean((fitted(x, y, x, degree, lam) - y) ** 2)
            test[i, j] = np.mean((fitted(x, y, x_test, degree, lam) - y_test) ** 2)
    degree, lam = _cell(test, degrees, lambdas)
    return Simulation(degrees, lambdas, train, test, int(degree), lam)


def _ridge(x, y, x_new, degree, lam):
    fit = ridge_closed_form(polynomial_features(x, degree), y, lam)
    return predict(fit, polynomial_features(x_new, degree))


def _pulled_to_zero(arguments, value):
    degrees, lambdas, train, *_ = _answer(arguments, value)
    return bool(
        degrees[0] == 0
        and lambdas[-1] >= 1e3
        and _flat(train[:, -1])
        and np.all(np.diff(train[0]) >= -1e-9 * train[0, 0])
        and train[0, -1] > train[0, 0] * (1 + 1e-4)
    )


@misconception(
    "simulate",
    "The intercept is penalised too, as the coefficient of the column x⁰. Under a large λ the fit "
    "then sinks to 0 instead of the mean of y, and even degree 0 depends on λ.",
    recognise=_pulled_to_zero,
)
def intercept_penalised(degrees, lambdas, *, n_train=15, noise_std=0.3, rng):
    def fitted(x, y, x_new, degree, lam):
        X = polynomial_features(x, degree)
        rows = np.vstack([X, np.sqrt(len(y) * lam) * np.eye(degree + 1)])
        coef = np.linalg.lstsq(rows, np.append(y, np.zeros(degree + 1)), rcond=None)[0]
        return polynomial_features(x_new, degree) @ coef

    return _table(degrees, lambdas, fitted, rng, n_train, noise_std)


def _uneven(arguments, value):
    degrees, lambdas, train, *_ = _answer(arguments, value)
    if lambdas[0] != 0 or len(degrees) < 2 or train.max() < 1e-9 * arguments["noise_std"] ** 2:
        return False
    # degree 0 knows no strength, and more freedom cannot fit worse: only other rows explain it
    rises = np.any(np.diff(train[:, 0]) > 1e-6 * train[0, 0])
    if len(lambdas) == 1:
        return bool(rises and not _flat(train[:, 0]))
    wavers = degrees[0] == 0 and np.any(np.diff(train[0]) < -1e-6 * train[0, 0])
    return bool((rises or wavers) and not _flat(train[:, -1]))


@misconception(
    "simulate",
    "Each fit gets rows of its own: the data are drawn inside the loops. Then a lower error may "
    "just mean easier rows; draw once, before the loops.",
    recognise=_uneven,
)
def new_data_for_every_fit(degrees, lambdas, *, n_train=15, noise_std=0.3, rng):
    cells = [
        [simulate([d], [lam], n_train=n_train, noise_std=noise_std, rng=rng) for lam in lambdas]
        for d in degrees
    ]
    train = np.array([[cell.train_mse[0, 0] for cell in row] for row in cells])
    test = np.array([[cell.test_mse[0, 0] for cell in row] for row in cells])
    simulate(degrees, lambdas, n_train=n_train, noise_std=noise_std, rng=rng)  # its errors
    degree, lam = _cell(test, degrees, lambdas)
    return Simulation(list(degrees), np.array(lambdas), train, test, int(degree), lam)


def _no_strength(arguments, value):
    degrees, lambdas, train, *_ = _answer(arguments, value)
    return bool(
        degrees[-1] >= 1
        and lambdas[0] == 0
        and lambdas[-1] >= 0.1
        and all(_flat(row) for row in train)
        and not (len(degrees) > 1 and _flat(train))
    )


@misconception(
    "simulate",
    "The strength makes no difference: every column of the errors is the one of λ = 0. The fit "
    "must use its lam, for instance by ridge_closed_form on the polynomial features.",
    recognise=_no_strength,
)
def strength_ignored(degrees, lambdas, *, n_train=15, noise_std=0.3, rng):
    def fitted(x, y, x_new, degree, lam):
        return _ridge(x, y, x_new, degree, 0.0)

    return _table(degrees, lambdas, fitted, rng, n_train, noise_std)


def _one_degree_less(arguments, value):
    degrees, _, train, *_ = _answer(arguments, value)
    both = len(degrees) > 2 and degrees[0] == 0 and degrees[1] == 1
    return bool(both and np.allclose(train[0], train[1], rtol=1e-9) and not _flat(train[:, 0]))


@misconception(
    "simulate",
    "The highest power is one too low: degree 1 gives the same error as degree 0. A polynomial of "
    "degree d has the powers 1 to d beside its constant, range(1, d + 1).",
    recognise=_one_degree_less,
)
def one_degree_too_few(degrees, lambdas, *, n_train=15, noise_std=0.3, rng):
    def fitted(x, y, x_new, degree, lam):
        return _ridge(x, y, x_new, max(degree - 1, 0), lam)

    return _table(degrees, lambdas, fitted, rng, n_train, noise_std)


def _size_of(arguments, value):
    """The training error of the least free fit, as a power of the noise's standard deviation."""
    _, _, train, *_ = _answer(arguments, value)
    if arguments["noise_std"] < 1e3:
        return None
    return float(np.log(max(train.max(), 1e-300)) / np.log(arguments["noise_std"]))


def _variance_used(arguments, value):
    size = _size_of(arguments, value)
    return size is not None and abs(size - 4) < 0.5


@misconception(
    "simulate",
    "The noise is far too loud: noise_std² was given where a standard deviation belongs. "
    "rng.normal(0, s) takes the standard deviation s, not the variance.",
    recognise=_variance_used,
)
def variance_as_standard_deviation(degrees, lambdas, *, n_train=15, noise_std=0.3, rng):
    return simulate(degrees, lambdas, n_train=n_train, noise_std=noise_std**2, rng=rng)


def _no_noise(arguments, value):
    size = _size_of(arguments, value)
    return size is not None and size < 0.5


@misconception(
    "simulate",
    "The training values carry no noise. Without noise there is nothing to overfit: add "
    "noise_std times a standard normal draw to every y.",
    recognise=_no_noise,
)
def training_noise_forgotten(degrees, lambdas, *, n_train=15, noise_std=0.3, rng):
    return simulate(degrees, lambdas, n_train=n_train, noise_std=0.0, rng=rng)


@misconception(
    "simulate",
    "The number of training rows is always the same: n_train has no effect. Draw n_train points.",
)
def n_train_ignored(degrees, lambdas, *, n_train=15, noise_std=0.3, rng):
    if n_train < 1:
        raise ValueError("n_train must be at least 1")
    return simulate(degrees, lambdas, noise_std=noise_std, rng=rng)


@misconception(
    "simulate",
    "A generator of its own, always from the same seed, makes the data, and rng is not used. Then "
    "every call shows the same sample; draw from rng.",
)
def generator_of_its_own(degrees, lambdas, *, n_train=15, noise_std=0.3, rng):
    own = np.random.default_rng(0)
    return simulate(degrees, lambdas, n_train=n_train, noise_std=noise_std, rng=own)
