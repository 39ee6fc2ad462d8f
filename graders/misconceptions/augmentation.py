"""Data augmentation done wrong on purpose, each in a way that learners really do."""

from __future__ import annotations

import numpy as np

from graders.diagnosis import misconception
from reference.augmentation import (
    AugmentedSplit,
    augment_tabular,
    augmented_training_set,
    color_jitter,
    random_crop,
    random_horizontal_flip,
    random_rotation,
)

# --- tables ------------------------------------------------------------------------------------


def _noise(arguments, value):
    """The table that went in and the noise, as arrays, and the noise level."""
    X = np.asarray(arguments["X"], dtype=float)
    return X, np.asarray(value, dtype=float) - X, float(arguments["noise_level"])


def _spread_is(noise, scale):
    """Whether each column's noise has the standard deviation `scale`, and not by far another."""
    from graders.certificates.optimality import chi_square_tail

    scale = np.broadcast_to(np.asarray(scale, dtype=float), noise.shape[1:])
    if noise.size < 100 or not np.all(scale > 0):
        return False
    z = noise / scale
    each = [chi_square_tail(float((column**2).sum()), len(column)) for column in z.T]
    return min(each) > 1e-7 and chi_square_tail(float((z**2).sum()), z.size) > 1e-7


def _other_spread(scale_of):
    """A recogniser: the noise has the spread `scale_of(X, level)`, not that asked for."""

    def recognise(arguments, value):
        X, noise, level = _noise(arguments, value)
        return (
            level > 0
            and _spread_is(noise, scale_of(X, level))
            and not _spread_is(noise, level * X.std(axis=0))
        )

    return recognise


def _table(X, noise_level):
    """X as a table; the reference refuses what is none."""
    augment_tabular(X, noise_level=noise_level, rng=np.random.default_rng(0))
    return np.asarray(X, dtype=float)


@misconception(
    "augment_tabular",
    "The noise has the standard deviation noise_level in every column. Columns come in different "
    "units, so the noise must be noise_level times each column's own standard deviation.",
    recognise=_other_spread(lambda X, level: level),
)
def noise_not_scaled_by_column(X, *, noise_level=0.01, rng):
    X = _table(X, noise_level)
    return X + noise_level * rng.standard_normal(X.shape)


@misconception(
    "augment_tabular",
    "The noise has one standard deviation for the whole table, noise_level × X.std(). With "
    "axis=0 there is one for each column; otherwise small columns drown in it.",
    recognise=_other_spread(lambda X, level: level * X.std()),
)
def one_spread_for_all_columns(X, *, noise_level=0.01, rng):
    X = _table(X, noise_level)
    return X + noise_level * X.std() * rng.standard_normal(X.shape)


@misconception(
    "augment_tabular",
    "The noise was scaled by each column's variance. A standard deviation has the column's units; "
    "its square has not.",
    recognise=_other_spread(lambda X, level: level * X.var(axis=0)),
)
def scaled_by_the_variance(X, *, noise_level=0.01, rng):
    X = _table(X, noise_level)
    return X + noise_level * X.var(axis=0) * rng.standard_normal(X.shape)


@misconception(
    "augment_tabular",
    "The standard deviation was computed with n − 1 (ddof 1). Here it is NumPy's default, ddof 0.",
    recognise=_other_spread(lambda X, level: level * X.std(axis=0, ddof=1)),
)
def standard_deviation_with_ddof_one(X, *, noise_level=0.01, rng):
    X = _table(X, noise_level)
    scale = X.std(axis=0) * np.sqrt(len(X) / max(len(X) - 1, 1))
    return X + noise_level * scale * rng.standard_normal(X.shape)


def _multiplied(arguments, value):
    X, noise, level = _noise(arguments, value)
    if level == 0 or not np.all(X):
        return False
    # a few standard deviations of x say nothing; noise that grows with |x| within a column does
    return _spread_is(noise / X, level) and not _spread_is(noise, level * X.std(axis=0))


@misconception(
    "augment_tabular",
    "Each value was multiplied by 1 + noise. The noise then grows with the distance from 0, which "
    "for a temperature or a year means nothing; add noise in proportion to the column's spread.",
    recognise=_multiplied,
)
def noise_multiplied(X, *, noise_level=0.01, rng):
    X = _table(X, noise_level)
    return X * (1 + noise_level * rng.standard_normal(X.shape))


def _same_in_every_row(arguments, value):
    X, noise, level = _noise(arguments, value)
    if level == 0 or len(X) < 3:
        return False
    return bool(np.all(np.abs(noise - noise[:1]) <= 1e-9 * (np.abs(X) + np.abs(noise)) + 1e-12))


@misconception(
    "augment_tabular",
    "Every row got the same noise: one draw for each column, which shifts the whole table. Draw as "
    "many numbers as the table has elements.",
    recognise=lambda arguments, value: (
        _same_in_every_row(arguments, value) and float(np.ptp(_noise(arguments, value)[1])) > 0
    ),
)
def same_noise_in_every_row(X, *, noise_level=0.01, rng):
    X = _table(X, noise_level)
    return X + noise_level * X.std(axis=0) * rng.standard_normal(X.shape[1])


def _uniform(arguments, value):
    X, noise, level = _noise(arguments, value)
    scale = level * X.std(axis=0)
    if not np.all(scale > 0) or noise.size < 200:
        return False
    largest = np.abs(noise / scale).max()
    # a normal sample of 200 goes beyond 2; uniform ones of half-width 1 or √3 end there
    return any(0.97 * edge < largest <= edge * (1 + 1e-9) for edge in (1.0, np.sqrt(3.0)))


@misconception(
    "augment_tabular",
    "The noise is uniform. It should be Gaussian, with noise_level times the column's standard "
    "deviation as its own; uniform noise on [−s, s] has only s/√3.",
    recognise=_uniform,
)
def noise_is_uniform(X, *, noise_level=0.01, rng):
    X = _table(X, noise_level)
    return X + noise_level * X.std(axis=0) * rng.uniform(-1, 1, size=X.shape)


# --- images ------------------------------------------------------------------------------------


def _pair(arguments, value):
    return np.asarray(arguments["images"]), np.asarray(value)


def _all_or_none_flipped(arguments, value):
    images, out = _pair(arguments, value)
    if len(images) < 40 or not 0 < arguments["p"] < 1:
        return False
    return bool(np.all(out == images)) or bool(np.all(out == images[:, :, ::-1]))


@misconception(
    "random_horizontal_flip",
    "The whole batch was flipped, or not, by one draw. Each image is flipped on its own: draw as "
    "many random numbers as there are images.",
    recognise=_all_or_none_flipped,
)
def whole_batch_flipped(images, p=0.5, *, rng):
    flipped = random_horizontal_flip(images, 1.0, rng=rng)
    random_horizontal_flip(images, p, rng=np.random.default_rng(0))  # for its checks
    return flipped if rng.random() < p else np.array(images)


def _other_mirror(mirror):
    """A recogniser: images are originals or `mirror`ed, and some cannot be proper flips."""

    def recognise(arguments, value):
        images, out = _pair(arguments, value)
        same = np.all(out == images, axis=(1, 2, 3))
        proper = np.all(out == images[:, :, ::-1], axis=(1, 2, 3))
        other = mirror(images)
        if other.shape != images.shape:
            return False
        mirrored = np.all(out == other, axis=(1, 2, 3))
        return bool(np.all(same | mirrored) and np.any(mirrored & ~same & ~proper))

    return recognise


@misconception(
    "random_horizontal_flip",
    "Images were turned upside down. Left and right change places along the width, which is axis 2 "
    "of (N, H, W, C); axis 1 is the height.",
    recognise=_other_mirror(lambda images: images[:, ::-1]),
)
def flipped_upside_down(images, p=0.5, *, rng):
    images = np.asarray(images)
    turned = random_horizontal_flip(images[:, ::-1], p, rng=rng)
    unchanged = np.all(turned == images[:, ::-1], axis=(1, 2, 3))
    return np.where(unchanged[:, None, None, None], images, images[:, ::-1])


@misconception(
    "random_horizontal_flip",
    "The channels were reversed, not the columns of pixels: images[..., ::-1] turns RGB into BGR. "
    "The width is axis 2 of (N, H, W, C).",
    recognise=_other_mirror(lambda images: images[..., ::-1]),
)
def channels_reversed(images, p=0.5, *, rng):
    images = np.asarray(images)
    random_horizontal_flip(images, p, rng=np.random.default_rng(0))
    chosen = rng.random(len(images)) < p
    return np.where(chosen[:, None, None, None], images[..., ::-1], images)


def _offsets(arguments, value, mode="constant"):
    from graders.certificates.transforms import crop_offsets

    images, out = _pair(arguments, value)
    if out.shape != images.shape:
        return None
    return crop_offsets(images, out, int(arguments["padding"]), mode)


def _one_offset(arguments, value):
    found = _offsets(arguments, value)
    return (
        found is not None
        and len(found) >= 20
        and arguments["padding"] > 0
        and bool(np.all(found == found[0]))
    )


@misconception(
    "random_crop",
    "All images were cut at the same offset. Draw one offset for each image, or the batch moves as "
    "a whole.",
    recognise=_one_offset,
)
def one_offset_for_the_batch(images, padding=4, *, rng):
    images = np.asarray(images)
    random_crop(images, padding, rng=np.random.default_rng(0))
    top, left = rng.integers(0, 2 * padding + 1, size=2)
    around = (padding, padding)
    padded = np.pad(images, ((0, 0), around, around, (0, 0)))
    return padded[:, top : top + images.shape[1], left : left + images.shape[2]].copy()


def _short_of_the_end(arguments, value):
    found = _offsets(arguments, value)
    if found is None or len(found) < 300 or not 0 < arguments["padding"] <= 4:
        return False
    last = 2 * arguments["padding"]
    return bool(found.max() == last - 1 and found.min() == 0)


@misconception(
    "random_crop",
    "The last offset never occurs: rng.integers(0, 2 * padding) leaves its upper end out. There are "
    "2·padding + 1 offsets in each direction.",
    recognise=_short_of_the_end,
)
def last_offset_missing(images, padding=4, *, rng):
    images = np.asarray(images)
    if padding <= 0:
        return random_crop(images, padding, rng=rng)
    around = (padding, padding)
    padded = np.pad(images, ((0, 0), around, around, (0, 0)))
    out = np.empty_like(random_crop(images, padding, rng=np.random.default_rng(0)))
    height, width = images.shape[1:3]
    for k in range(len(images)):
        top, left = rng.integers(0, 2 * padding, size=2)
        out[k] = padded[k, top : top + height, left : left + width]
    return out


def _padded_otherwise(arguments, value):
    if arguments["padding"] == 0 or _offsets(arguments, value) is not None:
        return False
    modes = ["edge", "wrap"] + (
        ["reflect", "symmetric"] if min(arguments["images"].shape[1:3]) > 1 else []
    )
    return any(_offsets(arguments, value, mode) is not None for mode in modes)


@misconception(
    "random_crop",
    "The border was filled by repeating or wrapping the image (np.roll wraps too). The padding "
    "asked for is zeros.",
    recognise=_padded_otherwise,
)
def border_not_zero(images, padding=4, *, rng):
    images = np.asarray(images)
    random_crop(images, padding, rng=np.random.default_rng(0))
    around = (padding, padding)
    padded = np.pad(images, ((0, 0), around, around, (0, 0)), mode="edge")
    height, width = images.shape[1:3]
    places = rng.integers(0, 2 * padding + 1, size=(len(images), 2))
    return np.stack([padded[k, t : t + height, s : s + width] for k, (t, s) in enumerate(places)])


def _angles(arguments, value):
    """The rotation behind each image, for images that tell it; None where one is none."""
    from graders.certificates.transforms import rotation

    images, out = _pair(arguments, value)
    if out.shape != images.shape or images.shape[-1] < 3:
        return None
    found = [rotation(image, turned) for image, turned in zip(images, out, strict=True)]
    return None if None in found else found


def _one_angle(arguments, value):
    found = _angles(arguments, value)
    if found is None or len(found) < 20 or arguments["degrees"] == 0:
        return False
    right = max(max(each.inside, each.outside) for each in found) <= 1e-4
    turned = abs(found[0].angle) > 1e-3  # else the images look as they were
    return bool(right and turned and np.ptp([each.angle for each in found]) < 1e-3)


@misconception(
    "random_rotation",
    "All images were turned by the same angle. Draw one angle for each image.",
    recognise=_one_angle,
)
def one_angle_for_the_batch(images, degrees=10.0, *, rng):
    images = np.asarray(images)
    state = rng.bit_generator.state
    out = np.empty(images.shape)
    for k in range(len(images)):
        rng.bit_generator.state = state
        out[k] = random_rotation(images[k : k + 1], degrees, rng=rng)[0]
    return out if len(images) else random_rotation(images, degrees, rng=rng)


def _border_kept(arguments, value):
    found = _angles(arguments, value)
    return (
        found is not None
        and max(each.inside for each in found) <= 1e-4
        and max(each.outside for each in found) > 0.01
    )


def _rotated(image, angle, *, nearest=False, filled=False):
    """One image turned by `angle` in degrees; with the nearest pixel, or the border repeated."""
    height, width = image.shape[:2]
    y, x = np.mgrid[:height, :width]
    y, x = y - (height - 1) / 2, x - (width - 1) / 2
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    rows = (height - 1) / 2 + cos * y - sin * x
    columns = (width - 1) / 2 + sin * y + cos * x
    outside = (rows < 0) | (rows > height - 1) | (columns < 0) | (columns > width - 1)
    rows, columns = np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
    if nearest:
        out = image[np.rint(rows).astype(int), np.rint(columns).astype(int)]
    else:
        top = np.minimum(rows.astype(int), height - 2)
        left = np.minimum(columns.astype(int), width - 2)
        down, right = (rows - top)[..., None], (columns - left)[..., None]
        upper = (1 - right) * image[top, left] + right * image[top, left + 1]
        lower = (1 - right) * image[top + 1, left] + right * image[top + 1, left + 1]
        out = (1 - down) * upper + down * lower
    return out if filled else np.where(outside[..., None], 0.0, out)


def _each_rotated(images, degrees, rng, **options):
    images = np.asarray(images, dtype=float)
    random_rotation(images, degrees, rng=np.random.default_rng(0))
    angles = rng.uniform(-degrees, degrees, size=len(images))
    return np.stack(
        [_rotated(image, angle, **options) for image, angle in zip(images, angles, strict=True)]
    )


@misconception(
    "random_rotation",
    "Pixels that come from outside the image were filled with the nearest ones inside. They should "
    "be zero (scipy.ndimage: mode='constant', cval=0).",
    recognise=_border_kept,
)
def border_repeated(images, degrees=10.0, *, rng):
    return _each_rotated(images, degrees, rng, filled=True)


def _nearest(arguments, value):
    images, out = _pair(arguments, value)
    if arguments["degrees"] == 0 or out.shape != images.shape or min(images.shape[1:3]) < 5:
        return False
    changed = False
    for image, turned in zip(images, out, strict=True):
        for k in range(image.shape[-1]):
            known = np.append(np.unique(image[..., k]), 0.0)
            gaps = np.abs(turned[..., k].reshape(-1, 1) - known).min(axis=1)
            if gaps.max() > 1e-12:
                return False
        changed = changed or not np.array_equal(image, turned)
    return changed


@misconception(
    "random_rotation",
    "Each pixel took the value of the nearest one. Between pixels the value should be bilinear: the "
    "mean of the four around, weighted by closeness (scipy.ndimage: order=1).",
    recognise=_nearest,
)
def nearest_pixel(images, degrees=10.0, *, rng):
    return _each_rotated(images, degrees, rng, nearest=True)


def _beyond(arguments, value):
    found = _angles(arguments, value)
    degrees = arguments["degrees"]
    if found is None or not 0 < degrees <= 45:
        return False
    return max(abs(each.angle) for each in found) > 1.05 * degrees


@misconception(
    "random_rotation",
    "Images were turned by more than `degrees`. The usual cause is an angle in degrees given to "
    "np.cos and np.sin, which take radians.",
    recognise=_beyond,
)
def degrees_taken_for_radians(images, degrees=10.0, *, rng):
    images = np.asarray(images, dtype=float)
    random_rotation(images, degrees, rng=np.random.default_rng(0))
    angles = np.rad2deg(rng.uniform(-degrees, degrees, size=len(images)))
    return np.stack([_rotated(image, angle) for image, angle in zip(images, angles, strict=True)])


def _jitter_with(images, brightness, contrast, rng, change):
    """color_jitter with `change(image, b, c, images)` for what is done to each image."""
    images = np.asarray(images, dtype=float)
    color_jitter(images, brightness, contrast, rng=np.random.default_rng(0))
    b = rng.uniform(max(0.0, 1 - brightness), 1 + brightness, size=len(images))
    c = rng.uniform(max(0.0, 1 - contrast), 1 + contrast, size=len(images))
    drawn = zip(images, b, c, strict=True)
    return np.stack([change(image, one, other, images) for image, one, other in drawn])


def _right_jitter(arguments, value):
    """Whether every image is explained by proper factors."""
    from graders.certificates.transforms import jitter

    images, out = _pair(arguments, value)
    b, c = float(arguments["brightness"]), float(arguments["contrast"])
    ranges = (max(0.0, 1 - b), 1 + b), (max(0.0, 1 - c), 1 + c)
    pairs = zip(np.asarray(images, dtype=float), out, strict=True)
    return all(jitter(image, seen, *ranges, 1e-6) is not None for image, seen in pairs)


def _contrast_about(centre):
    """A recogniser, for contrast alone: images stretched about `centre(image, images)`."""

    def recognise(arguments, value):
        images, out = _pair(arguments, value)
        if arguments["brightness"] != 0 or arguments["contrast"] == 0:
            return False
        images = np.asarray(images, dtype=float)
        for image, seen in zip(images, out, strict=True):
            middle = np.broadcast_to(centre(image, images), image.shape)
            moved = image - middle
            free = (seen > 1e-9) & (seen < 1 - 1e-9) & (np.abs(moved) > 1e-3)
            if not free.any():
                return False
            c = float(np.median((seen - middle)[free] / moved[free]))
            if np.abs(np.clip(middle + c * moved, 0, 1) - seen).max() > 1e-6:
                return False
        return not _right_jitter(arguments, value)

    return recognise


@misconception(
    "color_jitter",
    "Contrast was taken about the mean of each channel. The mean asked for is that of the whole "
    "image, over all pixels and channels, so that colours fade together.",
    recognise=_contrast_about(lambda image, images: image.mean(axis=(0, 1))),
)
def mean_of_each_channel(images, brightness=0.2, contrast=0.2, *, rng):
    def change(image, b, c, images):
        lit = np.clip(b * image, 0, 1)
        mean = lit.mean(axis=(0, 1))
        return np.clip(mean + c * (lit - mean), 0, 1)

    return _jitter_with(images, brightness, contrast, rng, change)


@misconception(
    "color_jitter",
    "Contrast was taken about the mean of the whole batch. An image must not depend on which others "
    "are in its batch: use each image's own mean.",
    recognise=_contrast_about(lambda image, images: images.mean()),
)
def mean_of_the_batch(images, brightness=0.2, contrast=0.2, *, rng):
    def change(image, b, c, images):
        lit, mean = np.clip(b * image, 0, 1), images.mean()
        return np.clip(mean + c * (lit - mean), 0, 1)

    return _jitter_with(images, brightness, contrast, rng, change)


@misconception(
    "color_jitter",
    "Contrast was taken about a fixed grey, 0.5, or about black. It is about the image's own mean, "
    "which contrast then leaves where it is.",
    recognise=lambda arguments, value: (
        _contrast_about(lambda image, images: 0.5)(arguments, value)
        or _contrast_about(lambda image, images: 0.0)(arguments, value)
    ),
)
def contrast_about_a_fixed_grey(images, brightness=0.2, contrast=0.2, *, rng):
    def change(image, b, c, images):
        lit = np.clip(b * image, 0, 1)
        return np.clip(0.5 + c * (lit - 0.5), 0, 1)

    return _jitter_with(images, brightness, contrast, rng, change)


def _never_cut(arguments, value):
    _, out = _pair(arguments, value)
    return bool(out.min() < -1e-9 or out.max() > 1 + 1e-9)


@misconception(
    "color_jitter",
    "Values below 0 or above 1 came back. An image has values in [0, 1]: cut to it after each of "
    "the two steps.",
    recognise=_never_cut,
)
def never_cut(images, brightness=0.2, contrast=0.2, *, rng):
    def change(image, b, c, images):
        return (b * image).mean() + c * (b * image - (b * image).mean())

    return _jitter_with(images, brightness, contrast, rng, change)


def _batch_factors(arguments, value):
    images, out = _pair(arguments, value)
    images = np.asarray(images, dtype=float)
    if len(images) < 20 or max(arguments["brightness"], arguments["contrast"]) == 0:
        return False
    means = (1, 2, 3)
    b, spread = out.mean(axis=means) / images.mean(axis=means), images.std(axis=means)
    c = out.std(axis=means) / spread
    # nothing cut, so the factors can be read off
    uncut = out.min() > 1e-9 and out.max() < 1 - 1e-9
    return bool(uncut and np.ptp(b) < 1e-9 and np.ptp(c) < 1e-9)


@misconception(
    "color_jitter",
    "All images got the same factors. Draw b and c for each image.",
    recognise=_batch_factors,
)
def one_factor_for_the_batch(images, brightness=0.2, contrast=0.2, *, rng):
    first = []

    def change(image, b, c, images):
        first.append((b, c))
        b, c = first[0]
        lit = np.clip(b * image, 0, 1)
        return np.clip(lit.mean() + c * (lit - lit.mean()), 0, 1)

    return _jitter_with(images, brightness, contrast, rng, change)


# --- the training set --------------------------------------------------------------------------


def _parts(arguments, value):
    given = [
        np.asarray(arguments[name], dtype=float)
        for name in ("X_train", "y_train", "X_val", "y_val")
    ]
    return given, [np.asarray(part, dtype=float) for part in value]


def _validation_changed(arguments, value):
    given, out = _parts(arguments, value)
    return out[2].size > 0 and not (
        out[2].shape == given[2].shape and np.array_equal(out[2], given[2])
    )


@misconception(
    "augmented_training_set",
    "The validation data were augmented too. They stand for data that nobody has touched; noise in "
    "them makes the validation error an error on something else.",
    recognise=_validation_changed,
)
def validation_augmented(X_train, y_train, X_val, y_val, *, n_copies=1, noise_level=0.01, rng):
    options = {"n_copies": n_copies, "noise_level": noise_level, "rng": rng}
    found = augmented_training_set(X_train, y_train, X_val, y_val, **options)
    noisy = augment_tabular(X_val, noise_level=noise_level, rng=rng)
    return found._replace(X_val=np.concatenate([X_val, noisy]), y_val=np.tile(y_val, 2))


def _blocks(arguments, value):
    """The originals, the noise of each copy (copies, n, p), and the level."""
    given, out = _parts(arguments, value)
    if not np.array_equal(out[0][: len(given[0])], given[0]):
        raise ValueError("the originals do not come first")
    copies = out[0][len(given[0]) :].reshape(-1, *given[0].shape)
    return given[0], copies - given[0], float(arguments["noise_level"])


def _spread_of_both(arguments, value):
    X, noise, level = _blocks(arguments, value)
    both = np.concatenate([X, np.asarray(arguments["X_val"], dtype=float)])
    table = noise.reshape(-1, X.shape[1])
    return (
        level > 0
        and _spread_is(table, level * both.std(axis=0))
        and not _spread_is(table, level * X.std(axis=0))
    )


@misconception(
    "augmented_training_set",
    "The scale of the noise was computed from training and validation rows together. That lets "
    "validation data into training; take it from the training rows alone.",
    recognise=_spread_of_both,
)
def scale_from_all_rows(X_train, y_train, X_val, y_val, *, n_copies=1, noise_level=0.01, rng):
    options = {"n_copies": n_copies, "noise_level": noise_level, "rng": rng}
    found = augmented_training_set(X_train, y_train, X_val, y_val, **options)
    X = np.asarray(X_train, dtype=float)
    scale = np.concatenate([X, X_val]).std(axis=0)
    copies = [X + noise_level * scale * rng.standard_normal(X.shape) for _ in range(n_copies)]
    return found._replace(X_train=np.concatenate([X, *copies]))


def _rows_interleaved(arguments, value):
    given, out = _parts(arguments, value)
    times = 1 + arguments["n_copies"]
    return (
        times > 1
        and np.array_equal(out[1], np.repeat(given[1], times))
        and not np.array_equal(out[1], np.tile(given[1], times))
    )


@misconception(
    "augmented_training_set",
    "The labels were repeated one by one (np.repeat), where the rows come block by block. Rows and "
    "labels must keep together: np.tile repeats the whole.",
    recognise=_rows_interleaved,
)
def labels_repeated_one_by_one(
    X_train, y_train, X_val, y_val, *, n_copies=1, noise_level=0.01, rng
):
    options = {"n_copies": n_copies, "noise_level": noise_level, "rng": rng}
    found = augmented_training_set(X_train, y_train, X_val, y_val, **options)
    return found._replace(y_train=np.repeat(np.asarray(y_train), 1 + n_copies))


def _copies_of_copies(arguments, value):
    X, noise, level = _blocks(arguments, value)
    if len(noise) < 2 or level == 0:
        return False
    scale = level * X.std(axis=0)
    # differences from the copy before are the noise of one step; those from the originals are not
    steps = np.diff(noise, axis=0)
    return all(_spread_is(step, scale) for step in (noise[0], *steps)) and not all(
        _spread_is(each, scale) for each in noise
    )


@misconception(
    "augmented_training_set",
    "Each copy was made from the copy before, so the noise adds up. Make every copy from the "
    "originals.",
    recognise=_copies_of_copies,
)
def copies_of_copies(X_train, y_train, X_val, y_val, *, n_copies=1, noise_level=0.01, rng):
    options = {"n_copies": n_copies, "noise_level": noise_level, "rng": rng}
    found = augmented_training_set(X_train, y_train, X_val, y_val, **options)
    X = np.asarray(X_train, dtype=float)
    scale, blocks = noise_level * X.std(axis=0), [X]
    for _ in range(n_copies):
        blocks.append(blocks[-1] + scale * rng.standard_normal(X.shape))
    return found._replace(X_train=np.concatenate(blocks))


def _same_copies(arguments, value):
    X, noise, level = _blocks(arguments, value)
    scale = 1e-9 * (np.abs(X) + np.abs(noise)) + 1e-12
    return len(noise) >= 2 and level > 0 and bool(np.all(np.abs(noise - noise[:1]) <= scale))


@misconception(
    "augmented_training_set",
    "All copies are the same: one noisy copy was repeated, or the generator was seeded anew for "
    "each. Copies that agree teach nothing new; draw fresh noise for every one.",
    recognise=_same_copies,
)
def same_noise_in_every_copy(X_train, y_train, X_val, y_val, *, n_copies=1, noise_level=0.01, rng):
    options = {"n_copies": n_copies, "noise_level": noise_level, "rng": rng}
    found = augmented_training_set(X_train, y_train, X_val, y_val, **options)
    copy = augment_tabular(X_train, noise_level=noise_level, rng=rng)
    X = np.asarray(X_train, dtype=float)
    return AugmentedSplit(np.concatenate([X] + [copy] * n_copies), *found[1:])
