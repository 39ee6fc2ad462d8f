"""Self-check of the λ finder: run `pytest exercises/project_lambda_finder`."""

from __future__ import annotations

import numpy as np
import pytest

from exercises.checking import array, close, ensure, fields, leaves_arguments_alone, number, rejects

NAMES = ("lam", "lambdas", "mean_mse", "std_error", "coef", "intercept")


def data(noise=1.5):
    """30 rows of four columns on different scales; the last has no say."""
    rng = np.random.default_rng(0)
    Z = rng.normal(size=(30, 4))
    y = Z @ [1.0, 0.5, 0.3, 0.0] + noise * rng.normal(size=30)
    return Z * [1.0, 10.0, 0.1, 5.0] + [0.0, 50.0, 1.0, -8.0], y


def find(submission, X, y, **options):
    options = {"n_lambdas": 8} | options
    answer = fields(submission.find_lambda(X, y, **options), NAMES, "find_lambda")
    for name in ("lambdas", "mean_mse", "std_error"):
        values = array(getattr(answer, name), (options["n_lambdas"],), name)
        setattr(answer, name, values)
    answer.lam = number(answer.lam, "lam")
    answer.coef = array(answer.coef, (X.shape[1],), "coef")
    answer.intercept = number(answer.intercept, "intercept")
    return answer


@pytest.mark.check("find_lambda", hint="n_lambdas strengths; lam is one of them.")
def test_visible_shapes(submission):
    """One error per strength, and lam among the strengths"""
    for model in ("lasso", "ridge"):
        result = find(submission, *data(), model=model)
        ensure(bool(np.any(np.isclose(result.lam, result.lambdas, rtol=1e-9))), "lam is astray.")


@pytest.mark.check(
    "find_lambda", hint="Three rows, three folds: each fit has two rows, and errs on the third."
)
def test_visible_curve(submission):
    """mean_mse and std_error of a ridge, on three rows that can be worked out by hand"""
    x, y = np.array([0.0, 2.0, 4.0]), np.array([0.0, 2.0, 4.0])
    result = find(submission, x[:, None], y, model="ridge", n_splits=3, n_lambdas=5)

    def errors(scale):
        """By fold and strength, for a penalty on columns divided by scale(training values)."""
        table = np.zeros((3, 5))
        for left_out, a, b in ((0, 1, 2), (1, 0, 2), (2, 0, 1)):
            # two points, and their slope shrunk by v / (v + lam), v the variance
            half = (x[b] - x[a]) / 2 / scale(x[[a, b]])
            slope = half**2 / (half**2 + result.lambdas)
            table[left_out] = (y[left_out] - (y[a] + y[b]) / 2) ** 2 * (1 - slope) ** 2
        return table

    tables = [errors(scale) for scale in (np.std, lambda values: np.std(values, ddof=1), np.ndim)]
    expected = min(tables, key=lambda it: np.abs(it.mean(axis=0) - result.mean_mse).max())
    close(result.mean_mse, expected.mean(axis=0), "mean_mse", rtol=1e-4)
    error = expected.std(axis=0, ddof=1) / np.sqrt(3)
    close(result.std_error, error, "std_error", rtol=1e-4)


@pytest.mark.check("find_lambda", hint="The largest λ with mean ≤ lowest mean + its std_error.")
def test_visible_rule(submission):
    """lam follows the one-standard-error rule by default"""
    result = find(submission, *data())
    best = int(np.argmin(result.mean_mse))
    limit = result.mean_mse[best] + result.std_error[best]
    expected = result.lambdas[result.mean_mse <= limit * (1 + 1e-12)].max()
    close(result.lam, expected, "lam", rtol=1e-9)


@pytest.mark.check("find_lambda", hint="Divide by the columns' scales; intercept from the means.")
def test_visible_final_fit(submission):
    """X @ coef + intercept hits the mean of y, and describes y"""
    X, y = data(noise=0.2)
    result = find(submission, X, y)
    predicted = X @ result.coef + result.intercept
    close(predicted.mean(), y.mean(), "The mean prediction", rtol=1e-6)
    left = np.mean((y - predicted) ** 2) / np.var(y)
    ensure(left < 0.5, f"The fit should explain most of y, but leaves {left:.0%} of its variance.")


@pytest.mark.check("find_lambda", hint="kfold_indices(len(y), n_splits, rng=rng)")
def test_visible_randomness(submission):
    """The same seed, the same curve; arguments are left alone"""
    curves = [find(submission, *data(), rng=np.random.default_rng(s)).mean_mse for s in (0, 0, 1)]
    leaves_arguments_alone(submission.last)
    close(curves[1], curves[0], "mean_mse for the same seed", rtol=1e-12)
    ensure(not np.allclose(curves[2], curves[0]), "Another seed should cut other folds.")


@pytest.mark.check("find_lambda", hint='raise ValueError("rule must be ...")')
def test_visible_bad_input(submission):
    """An unknown option is a ValueError that names it"""
    X, y = data()
    rejects(submission.find_lambda, X, y, model="forest", names=["model"])
    rejects(submission.find_lambda, X, y, rule="3se", names=["rule"])
    rejects(submission.find_lambda, X, y, n_lambdas=0, names=["n_lambdas"])
