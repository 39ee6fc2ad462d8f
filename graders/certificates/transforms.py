"""Which random transform was this? Finds the draws behind an image that came back.

Each function takes an image (H, W, C) and what became of it, and gives the parameters under which
the transform explains the result, or None where no parameters do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

#: Rotations in float32 leave about 1e-6 of the image's range; other mistakes far more.
ROTATION_ERROR = 1e-4


def crop_offsets(
    images: np.ndarray, out: np.ndarray, padding: int, mode: str = "constant"
) -> np.ndarray | None:
    """The (N, 2) offsets of the windows that were cut from the padded images."""
    height, width = images.shape[1:3]
    around = (padding, padding)
    options = {"mode": mode} if padding else {}
    padded = np.pad(images, ((0, 0), around, around, (0, 0)), **options)  # type: ignore[call-overload]
    windows = sliding_window_view(padded, (height, width), axis=(1, 2))
    # (N, tops, lefts, C, H, W) against (N, C, H, W)
    equal = (windows == np.moveaxis(out, 3, 1)[:, None, None]).all(axis=(3, 4, 5))
    flat = equal.reshape(len(images), -1)
    if not flat.any(axis=1).all():
        return None
    return np.stack(np.divmod(flat.argmax(axis=1), equal.shape[2]), axis=1)


def ramps(height: int, width: int, texture: np.ndarray) -> np.ndarray:
    """An image whose first two channels grow linearly in x and in y, 0.5 at the centre.

    Bilinear interpolation of a linear function is exact, so those two channels tell the rotation,
    and the texture in the third whether the rest is right.
    """
    y, x = _centred_grid(height, width)
    slope = 0.6 / max(height, width)
    return np.stack([0.5 + slope * x, 0.5 + slope * y, texture], axis=2)


class Rotation(NamedTuple):
    """The angle in degrees, how far the inside is from it, and how far the outside from zero."""

    angle: float
    inside: float
    outside: float


def rotation(image: np.ndarray, out: np.ndarray) -> Rotation | None:
    """The rotation about the centre behind `out`, for an image made by `ramps`.

    None where the first two channels are not those of any rotation about the centre. Pixels that
    come from within a pixel outside the image's border count neither as inside nor as outside.
    """
    height, width = image.shape[:2]
    y, x = _centred_grid(height, width)
    # a disc that every rotation maps into the image
    disc = np.hypot(x, y) <= (min(height, width) - 1) / 2 - 0.01
    design = np.column_stack([np.ones(disc.sum()), x[disc], y[disc]])
    seen = out[disc][:, :2]
    fit, *_ = np.linalg.lstsq(design, seen, rcond=None)
    slope = 0.6 / max(height, width)
    matrix = fit[1:].T / slope
    straight = np.abs(design @ fit - seen).max() <= ROTATION_ERROR
    centred = np.abs(fit[0] - 0.5).max() <= ROTATION_ERROR
    rigid = np.abs(matrix @ matrix.T - np.eye(2)).max() <= 0.01 and np.linalg.det(matrix) > 0
    if not (straight and centred and rigid):
        return None
    angle = np.arctan2(matrix[0, 1] - matrix[1, 0], matrix[0, 0] + matrix[1, 1])
    cos, sin = np.cos(angle), np.sin(angle)
    source_x, source_y = cos * x + sin * y, cos * y - sin * x
    half_x, half_y = (width - 1) / 2, (height - 1) / 2
    over = np.maximum(np.abs(source_x) - half_x, np.abs(source_y) - half_y)
    inside, outside = over <= -1e-6, over >= 1 + 1e-6
    expected = _bilinear(image, source_y + half_y, source_x + half_x)
    return Rotation(
        float(np.degrees(angle)),
        float(np.max(np.abs(out - expected)[inside], initial=0.0)),
        float(np.max(np.abs(out)[outside], initial=0.0)),
    )


def _centred_grid(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[:height, :width]
    return y - (height - 1) / 2, x - (width - 1) / 2


def _bilinear(image: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Values between pixels; the nearest inside the image for places outside it."""
    height, width = image.shape[:2]
    rows, columns = np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
    top = np.minimum(rows.astype(int), max(height - 2, 0))
    left = np.minimum(columns.astype(int), max(width - 2, 0))
    down, right = (rows - top)[..., None], (columns - left)[..., None]
    below, beside = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    upper = (1 - right) * image[top, left] + right * image[top, beside]
    lower = (1 - right) * image[below, left] + right * image[below, beside]
    result: np.ndarray = (1 - down) * upper + down * lower
    return result


def jittered(image: np.ndarray, b: float, c: float) -> np.ndarray:
    """Brightness, then contrast about the mean, each cut to [0, 1]."""
    lit = np.clip(b * image, 0, 1)
    mean = lit.mean()
    result: np.ndarray = np.clip(mean + c * (lit - mean), 0, 1)
    return result


def jitter(
    image: np.ndarray,
    out: np.ndarray,
    b_range: tuple[float, float],
    c_range: tuple[float, float],
    error: float = 1e-9,
) -> tuple[float, float] | None:
    """The (b, c) in the given ranges under which `out` is `jittered(image, b, c)`, to `error`.

    Where nothing was cut the result is a line in x, with slope `b c` and intercept
    `m(b) (1 - c)`; that leaves one unknown, found by bisection. The line is taken from two dark
    pixels that did not come out as 0 or 1, far enough apart for results in float32.
    """
    values, places = np.unique(image, return_index=True)
    seen = out.reshape(-1)[places]
    uncut = np.flatnonzero((seen > 1e-6) & (seen < 1 - 1e-6))
    if len(uncut) < 2:
        return None
    near = uncut[values[uncut] <= values[uncut[0]] + 0.15]
    pair = uncut[[0, max(len(near) - 1, 1)]]
    (low, high), (out_low, out_high) = values[pair], seen[pair]
    slope = (out_high - out_low) / (high - low)
    intercept = out_low - slope * low
    slack = 1e-6
    grid = np.linspace(b_range[0] - slack, b_range[1] + slack, 400)
    grid = grid[grid > 1e-12]

    def miss(b: np.ndarray) -> np.ndarray:
        mean = np.clip(b[:, None] * image.reshape(1, -1), 0, 1).mean(axis=1)
        missed: np.ndarray = mean * (1 - slope / b) - intercept
        return missed

    def candidates() -> Iterator[float]:
        yield float(out.mean() / image.mean())  # right where nothing at all was cut
        signs = np.sign(miss(grid))
        for k in np.flatnonzero(signs[:-1] * signs[1:] <= 0):
            yield _bisect(miss, grid[k], grid[k + 1])
        yield 1.0

    for b in candidates():
        if b <= 0:
            continue
        c = slope / b
        fits = b_range[0] - slack <= b <= b_range[1] + slack
        fits = fits and c_range[0] - slack <= c <= c_range[1] + slack
        if fits and np.abs(jittered(image, b, c) - out).max() <= error:
            return float(b), float(c)
    return None


def _bisect(miss: Callable[[np.ndarray], np.ndarray], left: float, right: float) -> float:
    sign = np.sign(miss(np.array([left]))[0])
    for _ in range(60):
        middle = (left + right) / 2
        if np.sign(miss(np.array([middle]))[0]) == sign:
            left = middle
        else:
            right = middle
    return (left + right) / 2
