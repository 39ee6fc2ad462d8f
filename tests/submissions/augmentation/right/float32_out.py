"""Data augmentation: more training data out of what there is, by changes that keep the label.

Every function draws from the `rng` that it is given and from nothing else. See README.md in
exercises/augmentation for the idea.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class AugmentedSplit(NamedTuple):
    """Augmented training data, and the validation data as they were."""

    X_train: np.ndarray
    y_train: np.ndarray
    X_val: np.ndarray
    y_val: np.ndarray


### BEGIN SOLUTION
def _finite(values, name):
    """`values` as an array, or a ValueError that names it where they are not finite numbers."""
    values = np.asarray(values)
    if not np.all(np.isfinite(values)):
        raise ValueError(f"{name} contains NaN or infinity")
    return values


def _table(X, name):
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError(f"{name} must be 2-D, but has {X.ndim} dimensions")
    return _finite(X, name)


def _images(images):
    images = np.asarray(images)
    if images.ndim != 4:
        raise ValueError(f"images must have shape (N, H, W, C), but have {images.shape}")
    return _finite(images, "images")


def _not_negative(value, name):
    if not (np.isfinite(value) and value >= 0):
        raise ValueError(f"{name} must be finite and >= 0, but is {value}")


def _bilinear(padded, rows, columns):
    """The values of an image, given with one pixel of zeros around it, between its pixels."""
    height, width = padded.shape[0] - 2, padded.shape[1] - 2
    # from one pixel outside on, all is zero
    rows, columns = np.clip(rows, -1, height) + 1, np.clip(columns, -1, width) + 1
    top = np.minimum(rows.astype(int), height)
    left = np.minimum(columns.astype(int), width)
    down, right = (rows - top)[..., None], (columns - left)[..., None]
    upper = (1 - right) * padded[top, left] + right * padded[top, left + 1]
    lower = (1 - right) * padded[top + 1, left] + right * padded[top + 1, left + 1]
    return (1 - down) * upper + down * lower


### END SOLUTION
def augment_tabular(
    X: np.ndarray, *, noise_level: float = 0.01, rng: np.random.Generator
) -> np.ndarray:
    """`X` plus Gaussian noise in proportion to each column's spread.

        out_ij = x_ij + noise_level * s_j * e_ij,     e_ij ~ N(0, 1) independently,

    with s_j the standard deviation of column j (ddof 0).

    Parameters
    ----------
    X : (n, p) array; integers and float32 are fine, and computed in float64. Not modified.
    noise_level : the noise's standard deviation in units of the column's, >= 0.
    rng : where the random numbers come from.

    Returns
    -------
    (n, p) float64 array. A constant column comes back as it is.

    Raises
    ------
    ValueError : naming the argument, if `noise_level` is negative, `X` is not 2-D, or there is NaN
        or infinity in it.

    Source: Bishop, Training with Noise is Equivalent to Tikhonov Regularization, Neural Computation
    7 (1995).
    """
    ### BEGIN SOLUTION
    X = _table(X, "X")
    _not_negative(noise_level, "noise_level")
    return X + noise_level * X.std(axis=0) * rng.standard_normal(X.shape)
    ### END SOLUTION


def random_horizontal_flip(
    images: np.ndarray, p: float = 0.5, *, rng: np.random.Generator
) -> np.ndarray:
    """Each image mirrored left to right with probability `p`, each on its own.

    Parameters
    ----------
    images : (N, H, W, C) array of any number type. Not modified.
    p : the probability to flip an image, 0 <= p <= 1.
    rng : where the random numbers come from.

    Returns
    -------
    (N, H, W, C) array of the dtype of `images`.

    Raises
    ------
    ValueError : naming the argument, if `p` is not between 0 and 1, or there is NaN or infinity in
        `images`.
    """
    ### BEGIN SOLUTION
    images = _images(images)
    if not 0 <= p <= 1:
        raise ValueError(f"p must be between 0 and 1, but is {p}")
    flipped = rng.random(len(images)) < p
    return np.where(flipped[:, None, None, None], images[:, :, ::-1], images)
    ### END SOLUTION


def random_crop(images: np.ndarray, padding: int = 4, *, rng: np.random.Generator) -> np.ndarray:
    """Each image moved by up to `padding` pixels up or down and left or right.

    An image is padded with `padding` zeros on all four sides; then a window of the original size is
    cut out at an offset that is uniform over all (2 padding + 1)^2 places, one for each image.

    Parameters
    ----------
    images : (N, H, W, C) array of any number type. Not modified.
    padding : in pixels, a whole number >= 0; 0 is the identity.
    rng : where the random numbers come from.

    Returns
    -------
    (N, H, W, C) array of the dtype of `images`.

    Raises
    ------
    ValueError : naming the argument, if `padding` is negative, or there is NaN or infinity in
        `images`.

    Source: He, Zhang, Ren, Sun, Deep Residual Learning for Image Recognition (2016), section 4.2.
    """
    ### BEGIN SOLUTION
    images = _images(images)
    _not_negative(padding, "padding")
    count, height, width, _ = images.shape
    around = (padding, padding)
    padded = np.pad(images, ((0, 0), around, around, (0, 0)))
    out = np.empty_like(images)
    for k, (top, left) in enumerate(rng.integers(0, 2 * padding + 1, size=(count, 2))):
        out[k] = padded[k, top : top + height, left : left + width]
    return out
    ### END SOLUTION


def random_rotation(
    images: np.ndarray, degrees: float = 10.0, *, rng: np.random.Generator
) -> np.ndarray:
    """Each image turned about its centre by an angle uniform in [-degrees, degrees].

    The centre is ((H - 1) / 2, (W - 1) / 2) in pixels. What stands at a pixel of the result is
    looked up at the place that the inverse rotation gives, between pixels by bilinear
    interpolation; outside the image there are zeros. The size is kept.

    Parameters
    ----------
    images : (N, H, W, C) array, computed in float64. Not modified.
    degrees : the largest angle, in degrees, >= 0.
    rng : where the random numbers come from.

    Returns
    -------
    (N, H, W, C) float64 array. The sense of rotation is free, and within a pixel of the image's
    border cutting to zero (as scipy.ndimage.rotate does) and fading (as torch's grid sampling does)
    are both right.

    Raises
    ------
    ValueError : naming the argument, if `degrees` is negative, or there is NaN or infinity in
        `images`.
    """
    ### BEGIN SOLUTION
    images = _images(images).astype(np.float64)
    _not_negative(degrees, "degrees")
    count, height, width, _ = images.shape
    rows, columns = np.mgrid[:height, :width]
    middle_row, middle_column = (height - 1) / 2, (width - 1) / 2
    y, x = rows - middle_row, columns - middle_column
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
    out = np.empty_like(images)
    for k, angle in enumerate(np.deg2rad(rng.uniform(-degrees, degrees, size=count))):
        cos, sin = np.cos(angle), np.sin(angle)
        out[k] = _bilinear(
            padded[k], middle_row + cos * y - sin * x, middle_column + sin * y + cos * x
        )
    return out
    ### END SOLUTION


def color_jitter(
    images: np.ndarray,
    brightness: float = 0.2,
    contrast: float = 0.2,
    *,
    rng: np.random.Generator,
) -> np.ndarray:
    """Each image made brighter or darker, then given more or less contrast.

    For each image, with clip(z) cutting z to [0, 1]:

        b ~ U(max(0, 1 - brightness), 1 + brightness),    c ~ U(max(0, 1 - contrast), 1 + contrast),
        x <- clip(b x),
        x <- clip(m + c (x - m)),     m the mean of x over all pixels and channels, after step one.

    Parameters
    ----------
    images : (N, H, W, C) array in [0, 1], computed in float64. Not modified.
    brightness, contrast : how far the factors may be from 1, >= 0; 0 leaves that step out.
    rng : where the random numbers come from.

    Returns
    -------
    (N, H, W, C) float64 array in [0, 1].

    Raises
    ------
    ValueError : naming the argument, if `brightness` or `contrast` is negative, or there is NaN or
        infinity in `images`.
    """
    ### BEGIN SOLUTION
    kind = np.result_type(images, np.float32)
    images = _images(images).astype(np.float64)
    _not_negative(brightness, "brightness")
    _not_negative(contrast, "contrast")
    shape = (len(images), 1, 1, 1)
    b = rng.uniform(max(0.0, 1 - brightness), 1 + brightness, size=shape)
    c = rng.uniform(max(0.0, 1 - contrast), 1 + contrast, size=shape)
    lit = np.clip(b * images, 0, 1)
    mean = lit.mean(axis=(1, 2, 3), keepdims=True)
    return np.clip(mean + c * (lit - mean), 0, 1).astype(kind)
    ### END SOLUTION


def augmented_training_set(
    X_train: np.ndarray,
    y_train: np.ndarray,
    X_val: np.ndarray,
    y_val: np.ndarray,
    *,
    n_copies: int = 1,
    noise_level: float = 0.01,
    rng: np.random.Generator,
) -> AugmentedSplit:
    """The training data with noisy copies below them, and the validation data untouched.

    The original rows come first, then `n_copies` noisy copies of all of them, block by block. Every
    copy is made from the originals by `augment_tabular`, with noise of its own, and has their
    labels. The scale of the noise comes from the training rows alone.

    Parameters
    ----------
    X_train, y_train : (n, p) and (n,) arrays. Not modified.
    X_val, y_val : (m, p) and (m,) arrays, which come back exactly as they went in.
    n_copies : how many copies, at least 1.
    noise_level : as in `augment_tabular`.
    rng : where the random numbers come from.

    Returns
    -------
    AugmentedSplit(X_train, y_train, X_val, y_val), with (1 + n_copies) n training rows.

    Raises
    ------
    ValueError : naming the argument, if `n_copies` is below 1, `noise_level` is negative, `X_train`
        or `X_val` is not 2-D, lengths differ, or there is NaN or infinity in the data.
    """
    ### BEGIN SOLUTION
    table = _table(X_train, "X_train")
    labels = _finite(y_train, "y_train")
    _finite(_table(X_val, "X_val"), "X_val")
    _finite(y_val, "y_val")
    if labels.shape != (len(table),):
        raise ValueError(f"y_train must have shape ({len(table)},), but has {labels.shape}")
    if np.shape(y_val) != (len(X_val),):
        raise ValueError(f"y_val must have shape ({len(X_val)},), but has {np.shape(y_val)}")
    if not n_copies >= 1:
        raise ValueError(f"n_copies must be at least 1, but is {n_copies}")
    _not_negative(noise_level, "noise_level")
    copies = [augment_tabular(table, noise_level=noise_level, rng=rng) for _ in range(n_copies)]
    return AugmentedSplit(
        np.concatenate([table, *copies]), np.tile(labels, 1 + n_copies), X_val, y_val
    )
    ### END SOLUTION

