
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
    """Cuts to zero outside; loops over nothing but images."""
    images = check_images(images).astype(float)
    check_strength(degrees=degrees)
    n, h, w, _ = images.shape
    yy, xx = np.meshgrid(np.arange(h), np.arange(w), indexing="ij")
    result = np.zeros_like(images)
    for i in range(n):
        t = np.radians(rng.uniform(-1, 1) * degrees)
        x, y = xx - (w - 1) / 2, yy - (h - 1) / 2
        u = np.cos(t) * x + np.sin(t) * y + (w - 1) / 2
        v = -np.sin(t) * x + np.cos(t) * y + (h - 1) / 2
        ok = (u >= 0) & (u <= w - 1) & (v >= 0) & (v <= h - 1)
        u0 = np.clip(np.floor(u).astype(int), 0, w - 2)
        v0 = np.clip(np.floor(v).astype(int), 0, h - 2)
        fu, fv = (u - u0)[..., None], (v - v0)[..., None]
        im = images[i]
        value = (
            im[v0, u0] * (1 - fu) * (1 - fv)
            + im[v0, u0 + 1] * fu * (1 - fv)
            + im[v0 + 1, u0] * (1 - fu) * fv
            + im[v0 + 1, u0 + 1] * fu * fv
        )
        result[i] = np.where(ok[..., None], value, 0)
    return result


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

