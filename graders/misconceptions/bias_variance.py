"""The decomposition of the error done wrong on purpose, each in a way that learners really do.

The noise is the learner's own draw, so a mistake is recognised by what it makes of the predictions
that the check's spy has written down: `answers` (n_repeats, m), and `seen`, the input of each fit.
"""

from __future__ import annotations

import numpy as np

from graders.diagnosis import misconception
from reference.bias_variance import BiasVariance, bias_variance


def _answers(arguments):
    return np.array(arguments["fit_predict"].answers, dtype=float)


def _truth(arguments, points="x_test"):
    return np.asarray(arguments["true_function"](np.asarray(arguments[points], dtype=float)))


def _right(arguments):
    """The four parts as they follow from the recorded predictions."""
    answers, truth = _answers(arguments), _truth(arguments)
    bias = np.mean((answers.mean(axis=0) - truth) ** 2)
    variance, noise = np.mean(answers.var(axis=0)), float(arguments["noise_std"]) ** 2
    return np.array([bias, variance, noise, bias + variance + noise])


def _near(a, b):
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b)) + 1e-14


def _takes(part, formula, unlike=None):
    """A recogniser: the answer's `part` is what `formula(arguments)` gives, and that is wrong.

    Where the mistake `unlike` gives the same, it is not recognised.
    """
    index = BiasVariance._fields.index(part)

    def recognise(arguments, value):
        wrong = float(formula(arguments))
        if unlike is not None and _near(wrong, float(unlike(arguments))):
            return False
        return _near(float(value[index]), wrong) and not _near(wrong, _right(arguments)[index])

    return recognise


def _with(part, formula):
    """A wrong version of `bias_variance` whose `part` comes from `formula(arguments)`."""

    def implementation(fit_predict, true_function, x_train, x_test, noise_std, n_repeats, *, rng):
        answers = []

        def spy(x_train, y, x_test):
            answers.append(np.asarray(fit_predict(x_train, y, x_test), dtype=float))
            return answers[-1]

        spy.answers = answers
        parts = bias_variance(spy, true_function, x_train, x_test, noise_std, n_repeats, rng=rng)
        wrong = formula(
            {
                "fit_predict": spy,
                "true_function": true_function,
                "x_train": x_train,
                "x_test": x_test,
                "noise_std": noise_std,
                "n_repeats": n_repeats,
            }
        )
        parts = parts._replace(**{part: float(wrong)})
        if part != "expected_error":
            parts = parts._replace(expected_error=parts[0] + parts[1] + parts[2])
        return parts

    return implementation


def _mistake(name, part, formula, text, *, unlike=None):
    """A misconception about one part of the answer."""
    implementation = _with(part, formula)
    implementation.__name__ = name
    return misconception("bias_variance", text, recognise=_takes(part, formula, unlike))(
        implementation
    )


bias_of_every_fit = _mistake(
    "bias_of_every_fit",
    "bias_squared",
    lambda a: np.mean((_answers(a) - _truth(a)) ** 2),
    "bias_squared is the mean squared error of the single fits, so it holds the variance as well. "
    "Average the predictions over the repeats first; the bias is what is wrong with that average.",
)

bias_not_squared = _mistake(
    "bias_not_squared",
    "bias_squared",
    lambda a: np.mean(_answers(a).mean(axis=0) - _truth(a)),
    "The bias was not squared: differences of both signs cancel over x_test. Square it at each "
    "point and then average.",
)

bias_by_size = _mistake(
    "bias_by_size",
    "bias_squared",
    lambda a: np.mean(np.abs(_answers(a).mean(axis=0) - _truth(a))),
    "The size of the bias was averaged instead of its square. Only squares add up with the variance "
    "and the noise to the expected squared error.",
)

bias_squared_after_averaging = _mistake(
    "bias_squared_after_averaging",
    "bias_squared",
    lambda a: np.mean(_answers(a).mean(axis=0) - _truth(a)) ** 2,
    "The bias was averaged over x_test first and squared afterwards, so that too high here and too "
    "low there count as no bias. Square at each point, then average.",
)

bias_summed = _mistake(
    "bias_summed",
    "bias_squared",
    lambda a: np.sum((_answers(a).mean(axis=0) - _truth(a)) ** 2),
    "The squared bias was added up over x_test. The mean over the points is asked for, else more "
    "points mean more error.",
)

variance_with_ddof_1 = _mistake(
    "variance_with_ddof_1",
    "variance",
    lambda a: np.mean(_answers(a).var(axis=0, ddof=1)) if len(_answers(a)) > 1 else np.nan,
    "The variance has ddof 1. Here it is the mean square about the mean of the repeats, ddof 0, "
    "which also makes the parts add up exactly for the repeats at hand.",
)

variance_over_the_points = _mistake(
    "variance_over_the_points",
    "variance",
    lambda a: np.mean(_answers(a).var(axis=1)),
    "The variance was taken along the curve, over x_test, and says how much the prediction bends. "
    "It should be taken over the repeats, at each point: how much the fits differ from each other.",
    unlike=lambda a: np.var(_answers(a)),
)

variance_of_everything = _mistake(
    "variance_of_everything",
    "variance",
    lambda a: np.var(_answers(a)),
    "The variance was taken over repeats and points together (no axis). Take it over the repeats at "
    "each point, axis=0, and then the mean.",
    unlike=lambda a: np.mean(_answers(a).var(axis=1)),
)

deviation_for_variance = _mistake(
    "deviation_for_variance",
    "variance",
    lambda a: np.mean(_answers(a).std(axis=0)),
    "The standard deviation stands where the variance should. Only squares add up to the expected "
    "squared error.",
)

variance_summed = _mistake(
    "variance_summed",
    "variance",
    lambda a: np.sum(_answers(a).var(axis=0)),
    "The variance was added up over x_test. The mean over the points is asked for.",
)

variance_about_the_truth = _mistake(
    "variance_about_the_truth",
    "variance",
    lambda a: np.mean((_answers(a) - _truth(a)) ** 2),
    "The variance was taken about the truth, so it holds the bias as well. It is the spread about "
    "the mean of the fits, whether that mean is right or wrong.",
)

noise_not_squared = _mistake(
    "noise_not_squared",
    "noise",
    lambda a: a["noise_std"],
    "noise is noise_std itself. The noise's share of the squared error is its variance, "
    "noise_std squared.",
)

noise_left_out = _mistake(
    "noise_left_out",
    "expected_error",
    lambda a: _right(a)[:2].sum(),
    "expected_error lacks the noise. The error on new y contains their noise too, which no model can "
    "foresee: add noise_std².",
)


# --- how the noise is drawn --------------------------------------------------------------------


def _ys(arguments):
    """The y of every fit less the truth, (n_repeats, n); fails unless there is one a repeat."""
    ys = np.array([y for _, y, _ in arguments["fit_predict"].seen], dtype=float)
    if len(ys) != arguments["n_repeats"]:
        raise ValueError("not one fit for each repeat")
    return ys - _truth(arguments, "x_train")


def _repeats(fit_predict, true_function, x_train, x_test, noise_std, n_repeats, noise_of):
    """The decomposition for the noise that `noise_of(repeat, n)` gives."""
    bias_variance(  # refuses bad input
        lambda x_train, y, x_test: np.zeros(len(x_test)), true_function, x_train, x_test, noise_std,
        n_repeats, rng=np.random.default_rng(0),
    )  # fmt: skip
    x_train, x_test = np.array(x_train, dtype=float), np.array(x_test, dtype=float)
    answers = np.array(
        [
            fit_predict(x_train, true_function(x_train) + noise_of(repeat, len(x_train)), x_test)
            for repeat in range(n_repeats)
        ]
    )
    bias = np.mean((answers.mean(axis=0) - true_function(x_test)) ** 2)
    variance, noise = np.mean(answers.var(axis=0)), float(noise_std) ** 2
    return BiasVariance(bias, variance, noise, bias + variance + noise)


def _looks_drawn_once(arguments, value):
    noise = _ys(arguments)
    drawn = float(arguments["noise_std"]) > 0 and bool(np.any(noise != 0))
    return drawn and len(noise) > 1 and np.allclose(noise, noise[0], atol=1e-12)


@misconception(
    "bias_variance",
    "All repeats have the same y: the noise was drawn once, before the loop, or the generator was "
    "made anew in each repeat. The fits are then equal and there is no variance to see; draw inside "
    "the loop.",
    recognise=_looks_drawn_once,
)
def noise_drawn_once(fit_predict, true_function, x_train, x_test, noise_std, n_repeats, *, rng):
    noise = noise_std * rng.standard_normal(len(x_train))
    return _repeats(
        fit_predict, true_function, x_train, x_test, noise_std, n_repeats, lambda repeat, n: noise
    )


def _looks_shared(arguments, value):
    noise = _ys(arguments)
    return (
        noise.shape[1] > 1
        and np.any(noise != 0)
        and np.allclose(noise, noise[:, :1], atol=1e-9)
        and not _looks_drawn_once(arguments, value)
    )


@misconception(
    "bias_variance",
    "All points of a repeat have the same noise: one number was drawn where n are needed. "
    "That shifts the whole curve up or down instead of scattering its points.",
    recognise=_looks_shared,
)
def one_number_for_all_points(
    fit_predict, true_function, x_train, x_test, noise_std, n_repeats, *, rng
):
    return _repeats(
        fit_predict, true_function, x_train, x_test, noise_std, n_repeats,
        lambda repeat, n: np.full(n, noise_std * rng.standard_normal()),
    )  # fmt: skip


def _enough(noise):
    """At least 400 numbers, all different, of one standard deviation known within 20 %."""
    early, late = np.array_split(noise, 2)
    return (
        noise.size >= 400
        and abs(early.std() - late.std()) < 0.25 * noise.std()
        and len(np.unique(np.round(noise, 12))) > 0.9 * noise.size
    )


def _looks_scaled_by_variance(arguments, value):
    noise, std = _ys(arguments), float(arguments["noise_std"])
    # a ratio of 1.5 or more tells noise_std from its square
    return (
        _enough(noise)
        and std > 0
        and max(std, 1 / std) > 1.5
        and abs(noise.std() / std**2 - 1) < 0.2
        and abs(np.mean(np.abs(noise) < std**2) - 0.683) < 0.1
    )


@misconception(
    "bias_variance",
    "The noise was scaled by noise_std², its variance. N(0, 1) times the standard deviation is what "
    "has that standard deviation.",
    recognise=_looks_scaled_by_variance,
)
def noise_scaled_by_the_variance(
    fit_predict, true_function, x_train, x_test, noise_std, n_repeats, *, rng
):
    return _repeats(
        fit_predict, true_function, x_train, x_test, noise_std, n_repeats,
        lambda repeat, n: noise_std**2 * rng.standard_normal(n),
    )  # fmt: skip


def _looks_unscaled(arguments, value):
    noise, std = _ys(arguments), float(arguments["noise_std"])
    return (
        _enough(noise)
        and std > 0
        and max(std, 1 / std) > 1.5
        and abs(noise.std() - 1) < 0.2
        and abs(np.mean(np.abs(noise) < 1) - 0.683) < 0.1
        and not _looks_scaled_by_variance(arguments, value)
    )


@misconception(
    "bias_variance",
    "noise_std was forgotten: the noise is N(0, 1) as it was drawn. Multiply it by noise_std.",
    recognise=_looks_unscaled,
)
def noise_not_scaled(fit_predict, true_function, x_train, x_test, noise_std, n_repeats, *, rng):
    return _repeats(
        fit_predict, true_function, x_train, x_test, noise_std, n_repeats,
        lambda repeat, n: rng.standard_normal(n),
    )  # fmt: skip


def _looks_uniform(arguments, value):
    noise, std = _ys(arguments), float(arguments["noise_std"])
    # normal noise leaves three standard deviations once in 370 draws, √3 of them once in 12
    for half in (std, np.sqrt(3) * std) if std > 0 else ():
        z = np.abs(noise) / half
        if _enough(noise) and z.max() <= 1 + 1e-9 and abs(np.mean(z < 0.5) - 0.5) < 0.1:
            return True
    return False


@misconception(
    "bias_variance",
    "The noise is uniform. N(0, 1) is the normal distribution: rng.standard_normal or rng.normal, "
    "not rng.uniform or rng.random.",
    recognise=_looks_uniform,
)
def uniform_noise(fit_predict, true_function, x_train, x_test, noise_std, n_repeats, *, rng):
    return _repeats(
        fit_predict, true_function, x_train, x_test, noise_std, n_repeats,
        lambda repeat, n: noise_std * rng.uniform(-1, 1, size=n),
    )  # fmt: skip


def _looks_noiseless(arguments, value):
    noise = _ys(arguments)
    return float(arguments["noise_std"]) > 0 and np.allclose(noise, 0, atol=1e-12)


@misconception(
    "bias_variance",
    "The models were fitted to the truth without noise. Then every fit is the same, and the "
    "variance is missing: y is true_function(x_train) plus noise.",
    recognise=_looks_noiseless,
)
def fitted_without_noise(fit_predict, true_function, x_train, x_test, noise_std, n_repeats, *, rng):
    return _repeats(
        fit_predict, true_function, x_train, x_test, noise_std, n_repeats,
        lambda repeat, n: np.zeros(n),
    )  # fmt: skip
