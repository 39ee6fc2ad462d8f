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
    check_strength(brightness=brightness, contrast=contrast)
    out = np.empty(images.shape)
    for i, image in enumerate(images):
        b = rng.uniform(max(0, 1 - brightness), 1 + brightness)
        c = rng.uniform(max(0, 1 - contrast), 1 + contrast)
        image = np.clip(image.astype(float) * b, 0, 1)
        out[i] = np.clip((image - image.mean()) * c + image.mean(), 0, 1)
    return out

