"""scipy's affine_transform with mode grid-constant, channel by channel; random.Random seeded from rng."""

from __future__ import annotations
import math
from typing import NamedTuple
import numpy as np
from scipy import ndimage


class AugmentedSplit(NamedTuple):
    X_train: np.ndarray
    y_train: np.ndarray
    X_val: np.ndarray
    y_val: np.ndarray


def finite(name, value):
    if not np.isfinite(value).all():
        raise ValueError(f"{name} holds NaN or infinity")


def nonnegative(name, value):
    if value < 0:
        raise ValueError(f"{name} must not be negative")


import random as pyrandom
import warnings


def augment_tabular(X, *, noise_level=0.01, rng):
    """Noise.

    >>> augment_tabular([[1.0], [1.0]], noise_level=1, rng=np.random.default_rng(0)).tolist()
    [[1.0], [1.0]]
    """
    if noise_level < 0:
        raise ValueError("negative noise_level")
    X = np.array(X, dtype=float)
    if len(X.shape) != 2:
        raise ValueError("X")
    finite("X", X)
    cols = []
    for x in X.T:
        mean = sum(x) / len(x)
        s = math.sqrt(sum((v - mean) ** 2 for v in x) / len(x)) if max(x) > min(x) else 0.0
        cols.append([v + rng.normal(0, noise_level * s) for v in x])
    return np.array(cols).T.reshape(X.shape)


def random_horizontal_flip(images, p=0.5, *, rng):
    if not 0 <= p <= 1:
        raise ValueError("p must be in [0, 1]")
    finite("images", images)
    warnings.warn("flipping")
    out = images.copy()
    chosen = [pyrandom.Random(int(rng.integers(2**62))).random() < p for _ in images]
    chosen = np.array(chosen, dtype=bool)
    out[chosen] = images[chosen][:, :, ::-1]
    return out


def random_crop(images, padding=4, *, rng):
    nonnegative("padding", padding)
    finite("images", images)
    n, h, w, c = images.shape
    out = np.empty_like(images)
    for i in range(n):
        dy, dx = rng.integers(-padding, padding, size=2, endpoint=True)
        out[i] = 0
        out[i, max(dy, 0) : max(h + min(dy, 0), 0), max(dx, 0) : max(w + min(dx, 0), 0)] = (
            images[i, max(-dy, 0) : max(h - max(dy, 0), 0), max(-dx, 0) : max(w - max(dx, 0), 0)]
            if abs(dy) < h and abs(dx) < w
            else 0
        )
    return out


def random_rotation(images, degrees=10.0, *, rng):
    nonnegative("degrees", degrees)
    finite("images", images)
    out = []
    for image in images:
        image = np.asarray(image, dtype=float)
        t = math.radians(float(rng.uniform(-degrees, degrees)))
        R = np.array([[math.cos(t), -math.sin(t)], [math.sin(t), math.cos(t)]])
        centre = (np.array(image.shape[:2]) - 1) / 2
        offset = centre - R @ centre
        planes = [
            ndimage.affine_transform(
                image[:, :, k], R, offset=offset, order=1, mode="grid-constant"
            )
            for k in range(image.shape[2])
        ]
        out.append(np.dstack(planes))
    return np.array(out)


def color_jitter(images, brightness=0.2, contrast=0.2, *, rng):
    nonnegative("brightness", brightness)
    nonnegative("contrast", contrast)
    finite("images", images)
    images = np.asarray(images, dtype=float)
    out = np.empty(images.shape)
    for i, image in enumerate(images):
        b = rng.uniform(max(0, 1 - brightness), 1 + brightness)
        c = rng.uniform(max(0, 1 - contrast), 1 + contrast)
        x = np.clip(b * image, 0, 1)
        m = math.fsum(x.ravel()) / x.size
        out[i] = np.clip(m + c * (x - m), 0, 1)
    return out


def augmented_training_set(X_train, y_train, X_val, y_val, *, n_copies=1, noise_level=0.01, rng):
    nonnegative("noise_level", noise_level)
    if n_copies < 1:
        raise ValueError("n_copies must be at least 1")
    for name, value in (("X_train", X_train), ("X_val", X_val)):
        if np.ndim(value) != 2:
            raise ValueError(f"{name} must be 2-D")
    if len(X_train) != len(y_train):
        raise ValueError("X_train and y_train differ in length")
    if len(X_val) != len(y_val):
        raise ValueError("X_val and y_val differ in length")
    for name, value in (
        ("X_train", X_train),
        ("y_train", y_train),
        ("X_val", X_val),
        ("y_val", y_val),
    ):
        finite(name, value)
    blocks = [np.asarray(X_train, dtype=float)]
    labels = [y_train]
    for _ in range(n_copies):
        blocks.append(augment_tabular(X_train, noise_level=noise_level, rng=rng))
        labels.append(y_train)
    return AugmentedSplit(np.concatenate(blocks), np.concatenate(labels), X_val, y_val)
