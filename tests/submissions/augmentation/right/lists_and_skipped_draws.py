from scipy import ndimage
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
    rows = [list(map(float, row)) for row in X] if np.ndim(X) == 2 else None
    if rows is None:
        raise ValueError("X is not 2-D")
    if noise_level < 0:
        raise ValueError("noise_level < 0")
    n, p = len(rows), len(rows[0])
    for j in range(p):
        column = [row[j] for row in rows]
        if not all(abs(v) < float("inf") for v in column):
            raise ValueError("X has NaN or infinity")
        if max(column) == min(column):
            continue
        mean = sum(column) / n
        sd = (sum((v - mean) ** 2 for v in column) / n) ** 0.5
        for i in range(n):
            rows[i][j] += noise_level * sd * rng.standard_normal()
    return rows


def augmented_training_set(X_train, y_train, X_val, y_val, *, n_copies=1, noise_level=0.01, rng):
    if n_copies < 1:
        raise ValueError("n_copies < 1")
    if np.ndim(X_train) != 2:
        raise ValueError("X_train is not 2-D")
    if np.ndim(X_val) != 2:
        raise ValueError("X_val is not 2-D")
    if len(y_train) != len(X_train):
        raise ValueError("y_train: wrong length")
    if len(y_val) != len(X_val):
        raise ValueError("y_val: wrong length")
    for name, part in (("y_train", y_train), ("X_val", X_val), ("y_val", y_val)):
        if not np.all(np.isfinite(part)):
            raise ValueError(f"{name}: NaN or infinity")
    X = [list(row) for row in X_train]
    for k in range(n_copies):
        X += augment_tabular(X_train, noise_level=noise_level, rng=rng)
    return X, list(y_train) * (n_copies + 1), X_val, y_val


def random_horizontal_flip(images, p=0.5, *, rng):
    images = check_images(images)
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p}")
    out = images.copy()
    chosen = rng.random(images.shape[0]) < p
    out[chosen] = out[chosen][:, :, ::-1, :]
    return out


def random_crop(images, padding=4, *, rng):
    images = check_images(images)
    check_strength(padding=padding)
    n, h, w, c = images.shape
    big = np.zeros((n, h + 2 * padding, w + 2 * padding, c), dtype=images.dtype)
    big[:, padding : padding + h, padding : padding + w] = images
    dy = rng.integers(0, 2 * padding, size=n, endpoint=True)
    dx = rng.integers(0, 2 * padding, size=n, endpoint=True)
    return np.stack([big[i, dy[i] : dy[i] + h, dx[i] : dx[i] + w] for i in range(n)])


def random_rotation(images, degrees=10.0, *, rng):
    images = check_images(images).astype(float)
    check_strength(degrees=degrees)
    angles = rng.uniform(-degrees, degrees, len(images))
    return np.stack([
        ndimage.rotate(image, angle, axes=(0, 1), reshape=False, order=1, mode="constant", cval=0.0)
        for image, angle in zip(images, angles)
    ])


def color_jitter(images, brightness=0.2, contrast=0.2, *, rng):
    images = check_images(images)
    if brightness < 0:
        raise ValueError("brightness is negative")
    if contrast < 0:
        raise ValueError("contrast is negative")
    n = len(images)
    c = rng.uniform(max(0, 1 - contrast), 1 + contrast, n) if contrast else np.ones(n)
    b = rng.uniform(max(0, 1 - brightness), 1 + brightness, n) if brightness else np.ones(n)
    def one(image, b, c):
        lit = (image * np.float64(b)).clip(0, 1)
        return (lit.mean() + c * (lit - lit.mean())).clip(0, 1)
    return [one(*each) for each in zip(images, b, c)]

