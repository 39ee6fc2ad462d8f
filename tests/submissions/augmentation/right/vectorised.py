"""No loop over the images but for the four corners of the interpolation."""

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
    X = np.array(X, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError(f"X has {X.ndim} dimensions")
    if np.isnan(X).any() or np.isinf(X).any():
        raise ValueError("X: not finite")
    if not noise_level >= 0:
        raise ValueError("noise_level < 0")
    centred = X - X.mean(0)
    scale = np.sqrt((centred**2).mean(0))
    scale[np.ptp(X, axis=0) == 0] = 0
    return rng.normal(X, noise_level * scale)


def random_horizontal_flip(images, p=0.5, *, rng):
    if not (p >= 0 and p <= 1):
        raise ValueError("p=%r" % p)
    finite("images", images)
    keep = rng.uniform(size=images.shape[0]) >= p
    return np.where(keep[:, None, None, None], images, np.flip(images, axis=2))


def random_crop(images, padding=4, *, rng):
    if padding < 0:
        raise ValueError("padding < 0")
    finite("images", images)
    N, H, W, C = images.shape
    window = np.lib.stride_tricks.sliding_window_view(
        np.pad(images, [(0, 0), (padding,) * 2, (padding,) * 2, (0, 0)]), (H, W), axis=(1, 2)
    )
    k = 2 * padding + 1
    place = rng.integers(k * k, size=N)
    return np.ascontiguousarray(np.moveaxis(window[np.arange(N), place // k, place % k], 1, -1))


def random_rotation(images, degrees=10.0, *, rng):
    if degrees < 0:
        raise ValueError("degrees < 0")
    finite("images", images)
    x = np.array(images, dtype=float)
    N, H, W, C = x.shape
    theta = np.deg2rad(degrees * (2 * rng.random(N) - 1))[:, None, None]
    cy, cx = (H - 1) / 2, (W - 1) / 2
    z = (np.arange(W)[None, :] - cx) + 1j * (np.arange(H)[:, None] - cy)
    z = z[None] * np.exp(1j * theta)
    px, py = z.real + cx, z.imag + cy
    x0, y0 = np.floor(px).astype(int), np.floor(py).astype(int)
    out = np.zeros(x.shape)
    n = np.arange(N)[:, None, None]
    for oy in (0, 1):
        for ox in (0, 1):
            yy, xx = y0 + oy, x0 + ox
            weight = (1 - np.abs(px - xx)) * (1 - np.abs(py - yy))
            inside = (yy >= 0) & (yy < H) & (xx >= 0) & (xx < W)
            out += (weight * inside)[..., None] * x[n, np.clip(yy, 0, H - 1), np.clip(xx, 0, W - 1)]
    return out


def color_jitter(images, brightness=0.2, contrast=0.2, *, rng):
    for name, v in (("brightness", brightness), ("contrast", contrast)):
        if v < 0:
            raise ValueError(f"{name}: {v}")
    finite("images", images)
    n = len(images)
    c = rng.uniform(np.maximum(0, 1 - contrast), 1 + contrast, size=(n, 1, 1, 1))
    b = rng.uniform(np.maximum(0, 1 - brightness), 1 + brightness, size=(n, 1, 1, 1))
    x = np.minimum(b * np.asarray(images, float), 1)
    m = x.mean(axis=(1, 2, 3), keepdims=True)
    return ((1 - c) * m + c * x).clip(0.0, 1.0)


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
    X = np.asarray(X_train, dtype=float)
    noise = rng.standard_normal((n_copies, *X.shape)) * (noise_level * X.std(0))
    X = np.vstack([X, (X + noise).reshape(-1, X.shape[1])])
    return X, np.tile(y_train, n_copies + 1), X_val.copy(), y_val.copy()
