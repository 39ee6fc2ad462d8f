"""Generators spawned from rng."""

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


def augment_tabular(X, *, noise_level=0.01, rng):
    nonnegative("noise_level", noise_level)
    X = np.asarray(X, dtype=float)
    if X.ndim != 2:
        raise ValueError("X must be 2-D")
    finite("X", X)
    return X + noise_level * X.std(axis=0) * np.array(
        [g.standard_normal(X.shape[1]) for g in rng.spawn(len(X))]
    ).reshape(X.shape)


def random_horizontal_flip(images, p=0.5, *, rng):
    if not 0 <= p <= 1:
        raise ValueError("p must be in [0, 1]")
    finite("images", images)
    out = images.copy()
    chosen = rng.random(len(images)) < p
    out[chosen] = images[chosen][:, :, ::-1]
    return out


def random_crop(images, padding=4, *, rng):
    nonnegative("padding", padding)
    finite("images", images)
    n, h, w, c = images.shape
    padded = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    out = np.empty_like(images)
    for i in range(n):
        dy, dx = rng.integers(0, 2 * padding + 1, size=2)
        out[i] = padded[i, dy : dy + h, dx : dx + w]
    return out


def random_rotation(images, degrees=10.0, *, rng):
    nonnegative("degrees", degrees)
    finite("images", images)
    images = np.asarray(images, dtype=float)
    out = np.empty(images.shape)
    for i, image in enumerate(images):
        angle = rng.uniform(-degrees, degrees)
        out[i] = ndimage.rotate(image, angle, reshape=False, order=1)
    return out


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
        m = x.mean()
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
