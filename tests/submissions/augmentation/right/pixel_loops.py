import math
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
    X = np.array(X, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError("X needs two dimensions")
    if np.isnan(X).any() or np.isinf(X).any():
        raise ValueError("X needs finite numbers")
    if noise_level < 0:
        raise ValueError("noise_level needs to be at least 0")
    # column by column, from a child generator each
    seeds = rng.integers(0, 2**63, size=X.shape[1])
    for j, seed in enumerate(seeds):
        child = np.random.default_rng(seed)
        X[:, j] = child.normal(X[:, j], noise_level * np.sqrt(np.var(X[:, j])))
    return X


def augmented_training_set(X_train, y_train, X_val, y_val, *, n_copies=1, noise_level=0.01, rng):
    parts = {"X_train": X_train, "y_train": y_train, "X_val": X_val, "y_val": y_val}
    for name, part in parts.items():
        if np.ndim(part) != (2 if name[0] == "X" else 1):
            raise ValueError(f"{name} has the wrong number of dimensions")
        if not np.all(np.isfinite(part)):
            raise ValueError(f"{name} is not finite")
    for side in ("train", "val"):
        if np.shape(parts["X_" + side])[0] != np.shape(parts["y_" + side])[0]:
            raise ValueError(f"y_{side} does not fit X_{side}")
    if n_copies < 1:
        raise ValueError("n_copies is too small")
    if noise_level < 0:
        raise ValueError("noise_level is negative")
    X = np.asarray(X_train, dtype=float)
    noise = rng.normal(size=(n_copies,) + X.shape) * X.std(axis=0) * noise_level
    copies = (X[None] + noise).reshape(-1, X.shape[1])
    return (
        np.r_[X, copies],
        np.concatenate([y_train] * (n_copies + 1)),
        np.array(X_val, copy=True),
        np.array(y_val, copy=True),
    )


def random_horizontal_flip(images, p=0.5, *, rng):
    images = check_images(images)
    if not 0 <= p <= 1:
        raise ValueError("p must be a probability")
    return np.array([np.fliplr(image) if rng.uniform() < p else image for image in images])


def random_crop(images, padding=4, *, rng):
    images = check_images(images)
    if padding < 0:
        raise ValueError("padding is negative")
    n, h, w, c = images.shape
    out = np.zeros_like(images)
    for i in range(n):
        dy, dx = rng.integers(-padding, padding + 1), rng.integers(-padding, padding + 1)
        for r in range(h):
            for s in range(w):
                if 0 <= r + dy < h and 0 <= s + dx < w:
                    out[i, r, s] = images[i, r + dy, s + dx]
    return out


def random_rotation(images, degrees=10.0, *, rng):
    images = check_images(images)
    check_strength(degrees=degrees)
    n, h, w, ch = images.shape
    out = np.zeros((n, h, w, ch))
    for i in range(n):
        angle = math.radians(rng.uniform(-degrees, degrees))
        s, c = math.sin(angle), math.cos(angle)
        for r in range(h):
            for q in range(w):
                y, x = r - (h - 1) / 2, q - (w - 1) / 2
                sy, sx = c * y + s * x + (h - 1) / 2, -s * y + c * x + (w - 1) / 2
                r0, q0 = math.floor(sy), math.floor(sx)
                for rr, wr in ((r0, 1 - sy + r0), (r0 + 1, sy - r0)):
                    for qq, wq in ((q0, 1 - sx + q0), (q0 + 1, sx - q0)):
                        if 0 <= rr < h and 0 <= qq < w:
                            out[i, r, q] += wr * wq * images[i, rr, qq]
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

