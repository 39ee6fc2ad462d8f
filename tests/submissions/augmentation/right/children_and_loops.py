
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
    if p < 0 or p > 1 or p != p:
        raise ValueError("p is no probability")
    keep = rng.binomial(1, 1 - p, size=(len(images), 1, 1, 1)).astype(images.dtype)
    return keep * images + (1 - keep) * np.flip(images, axis=2)


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
    n = len(images)
    u = rng.random((2, n, 1, 1, 1))
    lows = [max(0.0, 1 - brightness), max(0.0, 1 - contrast)]
    b = lows[0] + u[0] * (1 + brightness - lows[0])
    c = lows[1] + u[1] * (1 + contrast - lows[1])
    x = np.minimum(images * b, 1.0)
    m = np.mean(x.reshape(n, -1), axis=1).reshape(n, 1, 1, 1)
    return np.minimum(np.maximum(c * x + (1 - c) * m, 0.0), 1.0)

