"""Self-check of `augmentation`: run `pytest exercises/augmentation`."""

from __future__ import annotations

import numpy as np
import pytest

from exercises.checking import (
    array,
    close,
    ensure,
    fields,
    leaves_arguments_alone,
    leaves_global_randomness_alone,
    rejects,
)


def generator(seed=0):
    return np.random.default_rng(seed)


def pictures(count, height=4, width=5, channels=1):
    """Images whose pixels are all different."""
    shape = (count, height, width, channels)
    return generator(9).permutation(np.prod(shape)).reshape(shape) / np.prod(shape)


@pytest.mark.check(
    "augment_tabular", hint="X + noise_level * X.std(axis=0) * rng.standard_normal(X.shape)"
)
def test_visible_noise(submission):
    """augment_tabular: noise in proportion to each column's standard deviation"""
    X = generator(1).normal(size=(2000, 3)) * [1.0, 100.0, 0.0] + [0.0, 5.0, 7.0]
    value = submission.augment_tabular(X, noise_level=0.1, rng=generator())
    leaves_arguments_alone(submission.last)
    leaves_global_randomness_alone(submission.last)
    noise = array(value, X.shape, "augment_tabular") - X
    for j, wanted in enumerate(0.1 * X.std(axis=0)):
        found = noise[:, j].std()
        # six standard deviations of a standard deviation from 2000 draws
        ensure(
            abs(found - wanted) <= 0.1 * wanted,
            f"The noise in column {j} has the standard deviation {found:.4g}.",
            expected=f"about {wanted:.4g}",
        )


@pytest.mark.check("random_horizontal_flip", hint="images[:, :, ::-1] where rng.random(N) < p.")
def test_visible_flip(submission):
    """random_horizontal_flip: each image as it is or mirrored, about half of them"""
    images = pictures(400, channels=2)
    out = array(
        submission.random_horizontal_flip(images, rng=generator()), images.shape, "The result"
    )
    mirrored = np.all(out == images[:, :, ::-1], axis=(1, 2, 3))
    same = np.all(out == images, axis=(1, 2, 3))
    ensure(
        bool(np.all(mirrored | same)),
        "An image is neither the original nor its mirror image, left to right.",
    )
    ensure(
        140 <= mirrored.sum() <= 260,
        f"{mirrored.sum()} of 400 images were flipped.",
        expected="about 200",
    )


@pytest.mark.check(
    "random_crop", hint="np.pad H and W with zeros, then cut out [top:top+H, left:left+W]."
)
def test_visible_crop(submission):
    """random_crop: a window of the image padded with zeros"""
    images = pictures(300) + 1
    out = array(submission.random_crop(images, 1, rng=generator()), images.shape, "The result")
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
    seen = np.zeros((3, 3), int)
    for k in range(300):
        for top in range(3):
            for left in range(3):
                seen[top, left] += np.array_equal(out[k], padded[k, top : top + 4, left : left + 5])
    ensure(seen.sum() == 300, "An image is no window of the original padded with one zero.")
    ensure(
        bool(np.all(seen > 5)),
        f"The nine offsets were used {seen.ravel().tolist()} times.",
        expected="each about 33 times",
    )


@pytest.mark.check(
    "random_rotation", hint="Look up where each pixel comes from; the centre is (H − 1)/2."
)
def test_visible_rotation(submission):
    """random_rotation: a disc about the centre looks the same from every side"""
    y, x = np.mgrid[:15, :15] - 7.0
    disc = np.clip((6.0 - np.hypot(x, y)) / 4, 0, 1)[None, :, :, None]
    out = array(
        submission.random_rotation(disc, degrees=90.0, rng=generator()), disc.shape, "The result"
    )
    # between pixels a straight line cuts corners of the rim, by a few hundredths
    close(out, disc, "A disc after rotation", rtol=0, atol=0.1)
    bar = np.zeros((1, 15, 15, 1))
    bar[0, 7] = 1.0
    turned = array(
        submission.random_rotation(bar, degrees=40.0, rng=generator(4)), bar.shape, "The result"
    )
    ensure(not np.allclose(turned, bar), "With degrees = 40 a bar came back as it was.")
    close(turned[0, 7, 7, 0], 1.0, "The centre of a bar after rotation", rtol=1e-6)


@pytest.mark.check("color_jitter", hint="clip(b·x), then clip(m + c·(x − m)), m the image's mean.")
def test_visible_jitter(submission):
    """color_jitter: brightness alone scales an image, contrast alone keeps its mean"""
    # of 200 uniform factors none is in the first 15 % of the range once in 1e14 times
    images = 0.3 + 0.2 * pictures(200, channels=3)
    value = submission.color_jitter(images, brightness=0.5, contrast=0.0, rng=generator())
    ratio = array(value, images.shape, "The result") / images
    factors = ratio[:, 0, 0, 0]
    close(
        ratio,
        np.broadcast_to(factors[:, None, None, None], ratio.shape),
        "The factor within an image, with contrast = 0,",
        rtol=1e-9,
    )
    ensure(
        0.5 <= factors.min() < 0.65 and 1.35 < factors.max() <= 1.5,
        f"The 200 brightness factors go from {factors.min():.3f} to {factors.max():.3f}.",
        expected="from about 0.5 to about 1.5",
    )
    value = submission.color_jitter(images, brightness=0.0, contrast=0.5, rng=generator())
    out = array(value, images.shape, "The result")
    means = (1, 2, 3)
    close(out.mean(means), images.mean(means), "The mean, with contrast alone,", rtol=1e-9)
    ensure(not np.allclose(out, images), "With contrast = 0.5 the images came back as they were.")


@pytest.mark.check(
    "augmented_training_set", hint="Concatenate the originals and the copies; np.tile the labels."
)
def test_visible_training_set(submission):
    """augmented_training_set: originals first, copies below, validation data untouched"""
    X, y = generator(2).normal(size=(20, 3)), np.arange(20.0)
    X_val, y_val = np.full((4, 3), 50.0), np.arange(4.0)
    value = submission.augmented_training_set(X, y, X_val, y_val, n_copies=2, rng=generator())
    out = fields(value, ("X_train", "y_train", "X_val", "y_val"), "augmented_training_set")
    X_out = array(out.X_train, (60, 3), "X_train")
    close(X_out[:20], X, "The first 20 rows of X_train")
    close(X_out[20:], np.tile(X, (2, 1)), "The noisy copies", rtol=0, atol=0.1)
    ensure(not np.allclose(X_out[20:40], X_out[40:], atol=1e-9), "The two copies are the same.")
    close(array(out.y_train, (60,), "y_train"), np.tile(y, 3), "y_train")
    close(array(out.X_val, (4, 3), "X_val"), X_val, "X_val")
    close(array(out.y_val, (4,), "y_val"), y_val, "y_val")


@pytest.mark.check("augment_tabular", hint="Draw from `rng`, not from np.random.")
def test_visible_seed(submission):
    """The same seed gives the same result, another seed another"""
    X = generator(3).normal(size=(30, 2))
    first, again, other = (
        array(submission.augment_tabular(X, rng=generator(seed)), (30, 2), "augment_tabular")
        for seed in (5, 5, 6)
    )
    ensure(bool(np.all(first == again)), "The same seed gave two results.")
    ensure(not np.any(first == other), "Two seeds gave the same numbers.")


@pytest.mark.check("random_crop", hint='raise ValueError("padding must be >= 0")')
def test_visible_bad_input(submission):
    """A negative padding is a ValueError that names padding; NaN in X one that names X"""
    rejects(submission.random_crop, pictures(2), -1, rng=generator(), names=["padding"])
    X = np.array([[1.0, np.nan], [2.0, 3.0]])
    rejects(submission.augment_tabular, X, rng=generator(), names=["X"])
