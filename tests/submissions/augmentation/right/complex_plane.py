from scipy.ndimage import map_coordinates
import numpy as np
from typing import NamedTuple


class AugmentedSplit(NamedTuple):
    X_train: np.ndarray
    y_train: np.ndarray
    X_val: np.ndarray
    y_val: np.ndarray


def check_images(images):
    images = np.asarray(images)
    if not np.isfinite(images).all():
        raise ValueError("images must be finite")
    return images


def check_strength(**named):
    for name, value in named.items():
        if value < 0:
            raise ValueError(f"{name} must not be negative")



def augment_tabular(X, *, noise_level=0.01, rng):
    X = np.asarray(X, dtype=float)
    if X.ndim != 2 or not np.isfinite(X).all():
        raise ValueError("X must be a finite matrix")
    check_strength(noise_level=noise_level)
    return X + rng.normal(0.0, noise_level * X.std(axis=0), size=X.shape)


def augmented_training_set(X_train, y_train, X_val, y_val, *, n_copies=1, noise_level=0.01, rng):
    for name, X in (("X_train", X_train), ("X_val", X_val)):
        if np.ndim(X) != 2:
            raise ValueError(name + " must be 2-D")
    for name, part in (("X_train", X_train), ("y_train", y_train), ("X_val", X_val), ("y_val", y_val)):
        if not np.isfinite(np.asarray(part, dtype=float)).all():
            raise ValueError(name + " must be finite")
    if len(X_train) != len(y_train):
        raise ValueError("X_train and y_train differ in length")
    if len(X_val) != len(y_val):
        raise ValueError("X_val and y_val differ in length")
    if n_copies < 1:
        raise ValueError("n_copies must be at least 1")
    Xs, ys = [np.asarray(X_train, dtype=float)], [np.asarray(y_train)]
    for _ in range(n_copies):
        Xs.append(augment_tabular(X_train, noise_level=noise_level, rng=rng))
        ys.append(np.asarray(y_train))
    return AugmentedSplit(np.vstack(Xs), np.concatenate(ys), X_val, y_val)


def random_horizontal_flip(images, p=0.5, *, rng):
    images = check_images(images)
    if not 0 <= p <= 1:
        raise ValueError("p must be a probability")
    return np.array([np.fliplr(image) if rng.uniform() < p else image for image in images])


def random_crop(images, padding=4, *, rng):
    images = check_images(images)
    check_strength(padding=padding)
    n, h, w, _ = images.shape
    cells = rng.integers((2 * padding + 1) ** 2, size=n)
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)], mode="constant")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (h, w), axis=(1, 2))
    tops, lefts = cells // (2 * padding + 1), cells % (2 * padding + 1)
    return np.moveaxis(windows[np.arange(n), tops, lefts], 1, 3).copy()


def random_rotation(images, degrees=10.0, *, rng):
    images = check_images(images).astype(np.float64)
    check_strength(degrees=degrees)
    n, h, w, c = images.shape
    # spherical symmetry of the rotation: the other sense
    z = np.exp(-1j * np.pi / 180 * rng.uniform(-degrees, degrees, n))
    plane = (np.arange(w) - (w - 1) / 2)[None, :] + 1j * (np.arange(h) - (h - 1) / 2)[:, None]
    out = np.empty_like(images)
    for i in range(n):
        source = plane * z[i]
        coordinates = [source.imag + (h - 1) / 2, source.real + (w - 1) / 2]
        for k in range(c):
            out[i, ..., k] = map_coordinates(images[i, ..., k], coordinates, order=1, cval=0)
    return out


def color_jitter(images, brightness=0.2, contrast=0.2, *, rng):
    images = check_images(images)
    check_strength(brightness=brightness, contrast=contrast)
    out = np.empty(images.shape)
    for i, image in enumerate(images):
        b = rng.uniform(max(0, 1 - brightness), 1 + brightness)
        c = rng.uniform(max(0, 1 - contrast), 1 + contrast)
        image = np.clip(image.astype(float) * b, 0, 1)
        out[i] = np.clip((image - image.mean()) * c + image.mean(), 0, 1)
    return out

