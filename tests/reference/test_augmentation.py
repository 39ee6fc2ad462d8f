"""The augmentation reference against SciPy, PyTorch's conventions and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from graders.certificates.transforms import crop_offsets, jitter, jittered, ramps, rotation
from reference.augmentation import (
    augment_tabular,
    augmented_training_set,
    color_jitter,
    random_crop,
    random_horizontal_flip,
    random_rotation,
)
from reference.ridge import ridge_closed_form


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_noise_in_each_columns_units() -> None:
    X = generator(1).normal(size=(5000, 3)) * [1.0, 1000.0, 0.0] + 7
    noise = augment_tabular(X, noise_level=0.1, rng=generator()) - X
    np.testing.assert_allclose(noise.std(axis=0), 0.1 * X.std(axis=0), rtol=0.05, atol=1e-12)


def test_noise_is_a_ridge_penalty() -> None:
    """Many noisy copies of standardised columns come to ridge with lam = noise_level²."""
    rng = generator(2)
    X = rng.normal(size=(30, 3))
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    y = X @ [1.0, -2.0, 0.5] + rng.normal(size=30)
    parts = augmented_training_set(X, y, X, y, n_copies=4000, noise_level=0.5, rng=rng)
    noisy = ridge_closed_form(parts.X_train[30:], parts.y_train[30:], 0.0)
    np.testing.assert_allclose(noisy.coef, ridge_closed_form(X, y, 0.25).coef, atol=0.02)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_flips_and_crops_keep_the_dtype(dtype: str) -> None:
    images = generator(3).integers(1, 255, size=(50, 4, 6, 3)).astype(dtype)
    flipped = random_horizontal_flip(images, rng=generator())
    assert flipped.dtype == dtype
    same = (flipped == images).all(axis=(1, 2, 3))
    mirrored = (flipped == images[:, :, ::-1]).all(axis=(1, 2, 3))
    assert (same ^ mirrored).all()
    assert same.any()
    assert mirrored.any()
    cropped = random_crop(images, 2, rng=generator())
    assert cropped.dtype == dtype
    assert crop_offsets(images, cropped, 2) is not None
    np.testing.assert_array_equal(random_crop(images, 0, rng=generator()), images)


@pytest.mark.parametrize(("height", "width"), [(9, 9), (8, 12), (13, 7)])
@pytest.mark.parametrize("degrees", [5.0, 60.0, 180.0])
def test_rotation_is_that_of_scipy(height: int, width: int, degrees: float) -> None:
    images = np.stack(
        [ramps(height, width, generator(k).random((height, width))) for k in range(6)]
    )
    turned = random_rotation(images, degrees, rng=generator(4))
    for image, result in zip(images, turned, strict=True):
        found = rotation(image, result)
        assert found is not None
        assert abs(found.angle) <= degrees
        assert max(found.inside, found.outside) < 1e-12
        theirs = min(
            (ndimage.rotate(image, sign * found.angle, reshape=False, order=1) for sign in (1, -1)),
            key=lambda other: np.abs(other - result).sum(),
        )
        # SciPy cuts to zero at the border, where ours fades
        inner = theirs != 0
        np.testing.assert_allclose(result[inner], theirs[inner], atol=1e-12)


def test_rotation_by_nothing_changes_nothing() -> None:
    images = generator(5).random((3, 5, 6, 2))
    np.testing.assert_allclose(random_rotation(images, 0.0, rng=generator()), images, atol=1e-12)


@pytest.mark.parametrize(("brightness", "contrast"), [(0.2, 0.2), (0.8, 0.5), (0.0, 0.9), (0.9, 0)])
def test_jitter_is_explained_by_its_factors(brightness: float, contrast: float) -> None:
    images = generator(6).random((30, 5, 5, 3))
    out = color_jitter(images, brightness, contrast, rng=generator(7))
    for image, result in zip(images, out, strict=True):
        found = jitter(
            image, result, (1 - brightness, 1 + brightness), (1 - contrast, 1 + contrast)
        )
        assert found is not None
        np.testing.assert_allclose(jittered(image, *found), result, atol=1e-9)


def test_training_set() -> None:
    rng = generator(8)
    X, y, X_val, y_val = rng.normal(size=(6, 2)), np.arange(6.0), np.ones((3, 2)), np.zeros(3)
    out = augmented_training_set(X, y, X_val, y_val, n_copies=2, rng=rng)
    assert out.X_train.shape == (18, 2)
    np.testing.assert_array_equal(out.X_train[:6], X)
    np.testing.assert_array_equal(out.y_train, np.tile(y, 3))
    np.testing.assert_array_equal(out.X_val, X_val)
    np.testing.assert_array_equal(out.y_val, y_val)


IMAGES = np.full((2, 3, 3, 1), 0.5)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda rng: augment_tabular(np.ones(3), rng=rng), "X"),
        (lambda rng: augment_tabular(np.ones((3, 2)), noise_level=-1, rng=rng), "noise_level"),
        (lambda rng: random_horizontal_flip(IMAGES, 1.5, rng=rng), "p"),
        (lambda rng: random_horizontal_flip(IMAGES * np.nan, rng=rng), "images"),
        (lambda rng: random_crop(IMAGES, -1, rng=rng), "padding"),
        (lambda rng: random_rotation(IMAGES, -1.0, rng=rng), "degrees"),
        (lambda rng: color_jitter(IMAGES, -0.1, rng=rng), "brightness"),
        (lambda rng: color_jitter(IMAGES, contrast=-0.1, rng=rng), "contrast"),
    ],
)
def test_bad_input(call, name: str) -> None:
    with pytest.raises(ValueError, match=rf"\b{name}\b"):
        call(generator())


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"n_copies": 0}, "n_copies"),
        ({"noise_level": -1.0}, "noise_level"),
        ({"X_train": np.ones(4)}, "X_train"),
        ({"y_train": np.ones(3)}, "y_train"),
        ({"y_val": np.array([np.nan, 1.0])}, "y_val"),
        ({"X_val": np.full((2, 2), np.inf)}, "X_val"),
    ],
)
def test_bad_input_to_the_training_set(change: dict, name: str) -> None:
    given = {
        "X_train": np.ones((4, 2)),
        "y_train": np.ones(4),
        "X_val": np.ones((2, 2)),
        "y_val": np.ones(2),
    }
    with pytest.raises(ValueError, match=rf"\b{name}\b"):
        augmented_training_set(**(given | change), rng=generator())
