"""Hidden checks of `augmentation`: each result must belong to the transform's family, and the draws
that it reveals must be those of the distribution asked for.

Statistical checks use exact bounds with a two-sided tail of 1e-9.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import strategies as st

from exercises.checking import (
    Failure,
    array,
    ensure,
    fields,
    gives_no_warning,
    leaves_arguments_alone,
    leaves_global_randomness_alone,
    rejects,
)
from graders.certificates.optimality import (
    binomial_tail,
    chi_square_tail,
    multinomial_tail,
    normal_tail,
)
from graders.certificates.transforms import ROTATION_ERROR, crop_offsets, jitter, ramps, rotation
from graders.checks.strategies import for_all, seeds

TAIL = 1e-9
SPLIT = ("X_train", "y_train", "X_val", "y_val")


def generator(seed):
    return np.random.default_rng(seed)


def chance(tail, message):
    """Fail with `message` where a right solution would show this once in 1e9 times."""
    ensure(tail >= TAIL, message + " Chance explains that less than once in 1e9 times.")


def spread_evenly(values, low, high, cells, what):
    """The values are spread over [low, high] as uniform draws are."""
    values = np.asarray(values)
    slack = 1e-4 * (high - low)
    ensure(
        values.min() >= low - slack and values.max() <= high + slack,
        f"{what} should lie between {low:g} and {high:g}, "
        f"but goes from {values.min():.4g} to {values.max():.4g}.",
    )
    counts, _ = np.histogram(np.clip(values, low, high), bins=cells, range=(low, high))
    chance(
        multinomial_tail(counts, np.full(cells, 1 / cells)),
        f"{what} should be uniform between {low:g} and {high:g}, but {cells} equal parts of that "
        f"range hold {', '.join(map(str, counts))} of {len(values)} draws.",
    )
    inner = np.sum(np.abs(values - (low + high) / 2) < (high - low) / 4)
    chance(
        binomial_tail(int(inner), len(values), 0.5),
        f"{what} should be uniform between {low:g} and {high:g}, but the middle half of that range "
        f"holds {int(inner)} of {len(values)} draws.",
    )


# --- tables ------------------------------------------------------------------------------------


def table(seed, rows, columns, *, scales=True):
    """Columns of very different spreads and of means within a few spreads."""
    rng = generator(seed)
    X = rng.normal(size=(rows, columns)) + rng.integers(-3, 4, size=columns)
    return X * 10.0 ** rng.integers(-2, 3, size=columns) if scales else X


def standard_noise(X, out, level):
    """The noise in units of noise_level × each column's standard deviation (ddof 0)."""
    X = np.asarray(X, dtype=float)
    return (out - X) / (level * X.std(axis=0))


def gaussian(z, what="The noise"):
    """Standard normal draws: location, spread, and shape inside and outside."""
    n = z.size
    chance(normal_tail(z.sum() / np.sqrt(n)), f"{what} does not have mean 0.")
    chance(
        chi_square_tail(float((z**2).sum()), n),
        f"{what} has a standard deviation of {np.sqrt((z**2).mean()):.3g} × noise_level × that of "
        "its column (ddof 0), which should be 1 ×.",
    )
    # of a normal distribution half lies within 0.6745, 4.55 % beyond 2, and 0.23 % beyond 3.05
    inner, outer, far = (np.sum(np.abs(z) > bound) for bound in (0.6744897501960817, 2, 3.05))
    for count, share in (
        (inner, 0.5),
        (outer, 0.04550026389635842),
        (far, np.float64(0.0022884136620453955)),
    ):
        chance(binomial_tail(int(count), n, share), f"{what} is not Gaussian in shape.")


def independent_signs(first, second, what):
    """Two sets of draws agree in sign as often as independent ones do."""
    same = np.sum((first > 0) == (second > 0))
    chance(binomial_tail(int(same), first.size, 0.5), what)


@pytest.mark.check(
    "augment_tabular",
    points=2,
    hint="X + noise_level * X.std(axis=0) * rng.standard_normal(X.shape)",
)
@for_all(max_examples=4, seed=seeds, another=st.sampled_from([0.1, 0.5, 2.0]))
def test_noise_fits_each_column(submission, seed, another):
    """Gaussian noise of noise_level (0.01 by default) times each column's standard deviation"""
    for level, options in ((0.01, {}), (another, {"noise_level": another})):
        X = table(seed, 120, 8)
        value = submission.augment_tabular(X, **options, rng=generator(seed))
        z = standard_noise(X, array(value, X.shape, "augment_tabular"), level)
        for j in range(8):
            chance(
                chi_square_tail(float((z[:, j] ** 2).sum()), 120),
                f"The noise in a column has {np.sqrt((z[:, j] ** 2).mean()):.3g} × the standard "
                "deviation that it should have: noise_level × that of the column.",
            )
        gaussian(z)


@pytest.mark.check(
    "augment_tabular", points=1, hint="np.std divides by n (ddof 0); pandas divides by n − 1."
)
@for_all(max_examples=3, seed=seeds, rows=st.integers(2, 4))
def test_noise_of_few_rows(submission, seed, rows):
    """The standard deviation is that with ddof 0, which few rows show, and no draw is cut"""
    # so many that noise cut at 3 standard deviations shows: 22 or more lie beyond 3.05
    X = table(seed, rows, 5000)
    value = submission.augment_tabular(X, noise_level=0.1, rng=generator(seed))
    z = standard_noise(X, array(value, X.shape, "augment_tabular"), 0.1)
    gaussian(z)


@pytest.mark.check(
    "augment_tabular", points=1, hint="One draw for each element: size=X.shape, not X.shape[1]."
)
@for_all(max_examples=4, seed=seeds)
def test_noise_is_independent(submission, seed):
    """Every element gets noise of its own"""
    X = table(seed, 60, 20)
    value = submission.augment_tabular(X, noise_level=0.2, rng=generator(seed))
    z = standard_noise(X, array(value, X.shape, "augment_tabular"), 0.2)
    independent_signs(z[0::2], z[1::2], "The noise of neighbouring rows goes together.")
    independent_signs(z[:, 0::2], z[:, 1::2], "The noise of neighbouring columns goes together.")
    independent_signs(z[:30], z[30:], "The noise of the two halves of the rows goes together.")


@pytest.mark.check(
    "augment_tabular",
    points=1,
    hint="np.asarray(X, dtype=float) first; a constant column has spread 0, and no division occurs.",
)
@for_all(max_examples=8, seed=seeds, kind=st.sampled_from(["int64", "uint8", "float32", "list"]))
def test_noise_on_any_numbers(submission, seed, kind):
    """Integers and float32 are computed in float64; constant columns and level 0 change nothing"""
    X = generator(seed).integers(0, 100, size=(300, 3))
    X[:, 1] = 7
    given = X.tolist() if kind == "list" else X.astype(kind)
    value = submission.augment_tabular(given, noise_level=0.05, rng=generator(seed))
    gives_no_warning(submission.last)
    out = array(value, X.shape, "augment_tabular")
    ensure(bool(np.all(out[:, 1] == 7)), "A constant column should come back as it is.")
    varied = X[:, [0, 2]].astype(float)
    z = standard_noise(varied, out[:, [0, 2]], 0.05)
    gaussian(z)
    ensure(bool(np.all(z[varied == 0] != 0)), "An element that is 0 gets noise as any other.")
    value = submission.augment_tabular(given, noise_level=0.0, rng=generator(seed))
    out = array(value, X.shape, "augment_tabular")
    ensure(bool(np.all(out == X)), "With noise_level = 0 X should come back as it is.")
    # what was rounded to float32 is off by 1e-8; who standardises and goes back, by a few eps
    exact = table(seed, 30, 3)
    out = submission.augment_tabular(exact, noise_level=0.0, rng=generator(seed))
    miss = np.abs(array(out, exact.shape, "augment_tabular") - exact).max(axis=0)
    ensure(
        bool(np.all(miss <= 1e-12 * np.abs(exact).max(axis=0))),
        "With noise_level = 0 a float64 table should come back as it is; was it rounded to float32?",
    )


# --- images ------------------------------------------------------------------------------------


def images(seed, count, height, width, channels, dtype="float64"):
    """Images of numbers that are all different from each other within a channel."""
    rng = generator(seed)
    shape = (count, height, width, channels)
    if dtype in ("float64", "float32"):
        return rng.uniform(0.05, 1.0, size=shape).astype(dtype)
    order = rng.permuted(np.arange(1, height * width + 1).reshape(1, -1).repeat(count, 0), axis=1)
    return np.repeat(order.reshape(count, height, width, 1), channels, axis=3).astype(dtype)


def read_images(value, like, what, *, dtype=None):
    out = array(value, like.shape, what)
    if dtype is not None:
        first = value[0] if isinstance(value, (list, tuple)) else value
        kind = getattr(first, "dtype", None)
        ensure(
            kind is not None and str(kind).removeprefix("torch.") == dtype,
            f"{what} should keep the dtype of the images, {dtype}, but gave {kind}.",
        )
    return out


sizes = st.tuples(st.integers(2, 6), st.integers(2, 6), st.sampled_from([3, 1]))
pixel_types = st.sampled_from(["float64", "float32", "uint8", "int64"])


@pytest.mark.check(
    "random_horizontal_flip",
    points=1,
    hint="The width is axis 2 of (N, H, W, C): images[:, :, ::-1].",
)
@for_all(
    max_examples=16,
    seed=seeds,
    size=sizes,
    count=st.integers(1, 8),
    dtype=pixel_types,
    p=st.sampled_from([0.5, 0.0, 1.0, 0.3]),
)
def test_flips(submission, seed, size, count, dtype, p):
    """Each image comes back as it is or mirrored left to right, in its dtype"""
    given = images(seed, count, *size, dtype)
    flipped = flips(submission, given, p, generator(seed), dtype=dtype)
    if p in (0.0, 1.0):
        ensure(
            bool(np.all(flipped == p)), f"At p = {p:g} {'every' if p else 'no'} image is flipped."
        )


def flips(submission, given, p, rng, *, dtype=None, default=False):
    options = {} if default else {"p": p}
    value = submission.random_horizontal_flip(given, **options, rng=rng)
    out = read_images(value, given, "random_horizontal_flip", dtype=dtype)
    same = np.all(out == given, axis=(1, 2, 3))
    mirrored = np.all(out == given[:, :, ::-1], axis=(1, 2, 3))
    ensure(
        bool(np.all(same | mirrored)),
        "An image came back that is neither the original nor its mirror image, left to right.",
    )
    return mirrored


@pytest.mark.check(
    "random_horizontal_flip", points=1, hint="One draw for each image: rng.random(len(images)) < p."
)
@for_all(max_examples=2, seed=seeds)
def test_flip_rate(submission, seed):
    """Each image is flipped on its own, with probability p (one half by default)"""
    given = images(seed, 500, 2, 3, 2)
    exact = []
    for p in (0.5, 0.1, 0.8, 0.02, 0.2, 0.4, 0.6, 0.3):
        flipped = flips(submission, given, p, generator(seed), default=p == 0.5)
        exact.append(int(flipped.sum()) == round(500 * p))
        chance(
            binomial_tail(int(flipped.sum()), 500, p),
            f"At p = {p} {int(flipped.sum())} of 500 images were flipped.",
        )
        agree = int(np.sum(flipped[0::2] == flipped[1::2]))
        chance(
            binomial_tail(agree, 250, p**2 + (1 - p) ** 2),
            "Neighbouring images are flipped together, or in turn.",
        )
    # that the eight counts are all just p · 500 has probability 3e-11
    ensure(not all(exact), "Just p · 500 images were flipped each time; draw for each on its own.")


@pytest.mark.check(
    "random_crop", points=1, hint="Pad H and W with zeros, not N and C; then slice [top : top + H]."
)
@for_all(
    max_examples=16,
    seed=seeds,
    size=sizes,
    count=st.integers(1, 6),
    padding=st.integers(0, 5),
    dtype=pixel_types,
)
def test_crops(submission, seed, size, count, padding, dtype):
    """Each image is a window of itself padded with zeros; padding 0 changes nothing"""
    given = images(seed, count, *size, dtype)
    value = submission.random_crop(given, padding=padding, rng=generator(seed))
    offsets(value, given, padding, dtype)


def offsets(value, given, padding, dtype=None):
    out = read_images(value, given, "random_crop", dtype=dtype)
    found = crop_offsets(given, out, padding)
    if found is None:
        raise Failure(
            "An image came back that is no window of the original, "
            f"padded with {padding} zeros on all four sides."
        )
    return found


@pytest.mark.check(
    "random_crop",
    points=1,
    hint="Offsets go from 0 to 2·padding, both included: rng.integers(0, 2 * padding + 1, …).",
)
@for_all(max_examples=2, seed=seeds)
def test_crop_offsets_are_uniform(submission, seed):
    """The offset is uniform over all (2·padding + 1)² places, and drawn for each image"""
    for padding in (1, 2):
        uniform_offsets(submission, seed, padding)
    # padding may exceed the image: of the 49 windows of 2 × 2 pixels only 9 touch it
    given = images(seed, 200, 2, 2, 1)
    value = submission.random_crop(given, 3, rng=generator(seed))
    out = read_images(value, given, "random_crop")
    empty = int(np.sum(np.all(out == 0, axis=(1, 2, 3))))
    chance(
        binomial_tail(empty, 200, 40 / 49),
        f"With padding 3, {empty} of 200 windows of 2 × 2 pixels lie in the padding alone.",
    )


def uniform_offsets(submission, seed, padding):
    given = images(seed, 900, 4, 5, 1)
    value = submission.random_crop(given, padding, rng=generator(seed))
    found = offsets(value, given, padding)
    places = 2 * padding + 1
    for axis, what in ((0, "vertical"), (1, "horizontal")):
        counts = np.bincount(found[:, axis], minlength=places)
        chance(
            multinomial_tail(counts, np.full(places, 1 / places)),
            f"The {what} offsets 0 … {places - 1} were drawn {', '.join(map(str, counts))} times.",
        )
    joint = np.bincount(found[:, 0] * places + found[:, 1], minlength=places**2)
    chance(
        multinomial_tail(joint, np.full(places**2, places**-2)),
        "Vertical and horizontal offsets depend on each other.",
    )
    same = np.sum(np.all(found[0::2] == found[1::2], axis=1))
    chance(binomial_tail(int(same), 450, places**-2), "Neighbouring images share their offset.")


@pytest.mark.check("random_crop", points=1, hint="The default of padding is 4.")
@for_all(max_examples=2, seed=seeds)
def test_crop_default(submission, seed):
    """The default padding is 4"""
    given = images(seed, 300, 6, 7, 1)
    found = offsets(submission.random_crop(given, rng=generator(seed)), given, 4)
    # an offset at either end is missed by 300 draws with probability (8/9)^300 < 1e-15
    ensure(
        bool(np.all(found.min(axis=0) == 0) and np.all(found.max(axis=0) == 8)),
        "By default offsets should go from 0 to 8.",
    )


def ramp_images(seed, count, height, width):
    rng = generator(seed)
    return np.stack([ramps(height, width, rng.random((height, width))) for _ in range(count)])


def turns(submission, given, rng, **options):
    """The angle of each image, once the images have been found to be rotations."""
    value = submission.random_rotation(given, **options, rng=rng)
    out = read_images(value, given, "random_rotation")
    angles = []
    for image, turned in zip(given, out, strict=True):
        found = rotation(image, turned)
        if found is None:
            raise Failure(
                "An image came back that is no rotation of the original about its centre, "
                "((H − 1)/2, (W − 1)/2), by bilinear interpolation."
            )
        ensure(
            found.inside <= ROTATION_ERROR,
            f"Inside, an image rotated by {abs(found.angle):.3g} degrees is off by "
            f"{found.inside:.2g}: are values between pixels bilinear?",
        )
        ensure(
            found.outside <= ROTATION_ERROR,
            "Where a pixel comes from outside the original, by more than a pixel, it should be 0, "
            f"but is up to {found.outside:.3g}.",
        )
        angles.append(found.angle)
    return np.array(angles)


@pytest.mark.check(
    "random_rotation",
    points=1,
    hint="For each pixel of the result look up where it comes from; the centre is (H − 1)/2.",
)
@for_all(
    max_examples=12,
    seed=seeds,
    height=st.integers(7, 12),
    width=st.integers(7, 12),
    count=st.integers(1, 4),
    degrees=st.sampled_from([10.0, 0.0, 1.0, 45.0, 90.0, 180.0]),
)
def test_rotations(submission, seed, height, width, count, degrees):
    """Each image is turned about its centre, bilinear, in its size, with zeros outside"""
    given = ramp_images(seed, count, height, width)
    angles = turns(submission, given, generator(seed), degrees=degrees)
    ensure(
        bool(np.abs(angles).max() <= degrees + 0.01),
        f"With degrees = {degrees:g} an image was turned by {np.abs(angles).max():.4g} degrees.",
    )


@pytest.mark.check(
    "random_rotation", points=1, hint="rng.uniform(-degrees, degrees), once for each image."
)
@for_all(max_examples=1, seed=seeds)
def test_angles_are_uniform(submission, seed):
    """The angle is uniform in [−degrees, degrees] (10 by default), and drawn for each image"""
    uniform_angles(submission, seed, 10.0, 400)
    uniform_angles(submission, seed, 40.0, 100)
    uniform_angles(submission, seed, 180.0, 80)


def uniform_angles(submission, seed, degrees, count):
    given = ramp_images(seed, count, 7, 8)
    options = {} if degrees == 10.0 else {"degrees": degrees}
    angles = turns(submission, given, generator(seed), **options)
    # one angle for all, or whole degrees alone, would repeat themselves
    different = len(np.unique(np.round(angles, 4)))
    ensure(
        different > count / 2,
        f"{count} images were turned by {different} different angles; an angle uniform in an interval "
        "hardly ever repeats itself.",
    )
    spread_evenly(angles, -degrees, degrees, 6, "The angle in degrees")
    independent_signs(angles[0::2], angles[1::2], "Neighbouring images turn together, or in turn.")


@pytest.mark.check(
    "random_rotation", points=1, hint="Rotate axes 1 and 2 whatever the number of channels is."
)
@for_all(
    max_examples=6, seed=seeds, dtype=st.sampled_from(["float32", "float64", "uint8", "int64"])
)
def test_rotation_of_one_channel(submission, seed, dtype):
    """Images with one channel, or many, of float32 or of integers"""
    full = ramp_images(seed, 2, 9, 10)
    # 200 times these ramps are whole numbers, so that integers hold them exactly
    unit = 200 if "int" in dtype else 1
    full = np.round(full * unit) if unit > 1 else full
    many = np.concatenate([full, full[..., 2:] * 0.5], axis=3).astype(dtype)
    value = submission.random_rotation(many, degrees=30.0, rng=generator(seed))
    out = read_images(value, many, "random_rotation") / unit
    for image, turned in zip(many.astype(float) / unit, out, strict=True):
        found = rotation(image, turned)
        ensure(
            found is not None and max(found.inside, found.outside) <= ROTATION_ERROR,
            f"Images with four channels, of {dtype}, are not rotated as those with three are.",
        )
    single = full[..., :1].astype(dtype)
    value = submission.random_rotation(single, degrees=30.0, rng=generator(seed))
    out = read_images(value, single, "random_rotation") / unit
    y, x = np.mgrid[:9, :10] - np.array([4.0, 4.5])[:, None, None]
    disc = np.hypot(x, y) < 3.9
    design = np.column_stack([np.ones(disc.sum()), x[disc], y[disc]])
    for turned in out[..., 0]:
        fit = np.linalg.lstsq(design, turned[disc], rcond=None)[0]
        miss = np.abs(design @ fit - turned[disc]).max()
        size = np.hypot(fit[1], fit[2]) * 10 / 0.6
        ensure(
            miss <= ROTATION_ERROR and abs(size - 1) < 1e-3 and abs(fit[0] - 0.5) < 1e-4,
            f"An image with one channel, of {dtype}, is not rotated about its centre.",
        )


def factors(submission, given, rng, brightness, contrast, *, error=1e-9, default=False):
    """The (b, c) of each image, once the images have been found to be jittered."""
    how = () if default else (brightness, contrast)
    value = submission.color_jitter(given, *how, rng=rng)
    out = read_images(value, given, "color_jitter")
    ensure(
        bool(out.min() >= -1e-12 and out.max() <= 1 + 1e-12),
        f"The result should be cut to [0, 1], but goes from {out.min():.4g} to {out.max():.4g}.",
    )
    b_range = (max(0.0, 1 - brightness), 1 + brightness)
    c_range = (max(0.0, 1 - contrast), 1 + contrast)
    found = [
        jitter(image.astype(float), result, b_range, c_range, error)
        for image, result in zip(given, out, strict=True)
    ]
    if None in found:
        raise Failure(
            f"With brightness = {brightness:g} and contrast = {contrast:g} an image came back that "
            "no b and c in their ranges explain: clip(b·x) first, then clip(m + c·(x − m)), with m "
            "the mean of that image over all pixels and channels."
        )
    return np.array(found)


def photographs(seed, count, low=0.0, high=1.0):
    """Images whose channels, and which among themselves, differ in brightness."""
    rng = generator(seed)
    middle = rng.uniform(0.3, 0.7, size=(count, 1, 1, 3))
    pixels = np.clip(middle + rng.uniform(-0.3, 0.3, size=(count, 5, 4, 3)), 0, 1)
    # the darkest and the brightest pixels of a photograph are often cut
    pixels[:, 0, 0] = 0.0
    pixels[:, 4, 3] = 1.0
    return low + (high - low) * pixels


@pytest.mark.check(
    "color_jitter", points=1, hint="clip(b·x) comes first, and m is the mean of what that gives."
)
@for_all(
    max_examples=10,
    seed=seeds,
    how=st.sampled_from([(0.5, 0.4), (0.2, 0.2), (0.8, 0.6), (0.3, 0.9)]),
)
def test_jitter(submission, seed, how):
    """Brightness and then contrast about the image's own mean, both cut to [0, 1]"""
    factors(submission, photographs(seed, 8), generator(seed), *how)


@pytest.mark.check(
    "color_jitter",
    points=1,
    hint="Contrast moves pixels away from the mean of the image, over all pixels and channels.",
)
@for_all(max_examples=8, seed=seeds, contrast=st.sampled_from([0.5, 0.9, 0.0]))
def test_contrast_alone(submission, seed, contrast):
    """brightness = 0: contrast about the mean alone; both 0: nothing changes"""
    given = photographs(seed, 8)
    factors(submission, given, generator(seed), 0.0, contrast)


@pytest.mark.check("color_jitter", points=1, hint="out = clip(b·x), with c = 1.")
@for_all(max_examples=8, seed=seeds, brightness=st.sampled_from([0.5, 0.9]))
def test_brightness_alone(submission, seed, brightness):
    """contrast = 0: brightness alone, cut at 1"""
    given = photographs(seed, 8)
    factors(submission, given, generator(seed), brightness, 0.0)


@pytest.mark.check(
    "color_jitter",
    points=1,
    hint="Draw b and c for each image: rng.uniform(max(0, 1 - brightness), 1 + brightness).",
)
@for_all(max_examples=1, seed=seeds)
def test_factors_are_uniform(submission, seed):
    """b and c are uniform in their ranges (0.2 by default), of each image and of each other apart"""
    for how in ((0.2, 0.2), (0.5, 0.3)):
        uniform_factors(submission, seed, *how)


def uniform_factors(submission, seed, brightness, contrast):
    given = photographs(seed, 200, 0.25, 0.6)
    found = factors(
        submission, given, generator(seed), brightness, contrast, default=contrast == 0.2
    )
    b, c = found.T
    spread_evenly(b, 1 - brightness, 1 + brightness, 5, "The brightness factor b")
    spread_evenly(c, 1 - contrast, 1 + contrast, 5, "The contrast factor c")
    independent_signs(b - 1, c - 1, "Brightness and contrast factors go together.")
    independent_signs(b[0::2] - 1, b[1::2] - 1, "Neighbouring images share their brightness.")
    independent_signs(c[0::2] - 1, c[1::2] - 1, "Neighbouring images share their contrast.")


@pytest.mark.check(
    "color_jitter", points=1, hint="The lower end of the range is max(0, 1 − brightness)."
)
@for_all(max_examples=2, seed=seeds)
def test_large_factors(submission, seed):
    """With brightness or contrast above 1 the factors start at 0"""
    given = photographs(seed, 160, 0.1, 0.3)
    value = submission.color_jitter(given, brightness=2.0, contrast=0.0, rng=generator(seed))
    out = read_images(value, given, "color_jitter")
    b = out.mean(axis=(1, 2, 3)) / given.mean(axis=(1, 2, 3))
    ensure(
        bool(np.all(b > 0)),
        f"At brightness = 2, {int(np.sum(b <= 0))} of 160 images came back black. The factor b is "
        "drawn between 0 and 3; drawn between −1 and 3 and then cut, it would often be 0.",
    )
    spread_evenly(b, 0.0, 3.0, 6, "At brightness = 2 the factor b")
    given = photographs(seed + 1, 160, 0.45, 0.6)
    value = submission.color_jitter(given, brightness=0.0, contrast=2.0, rng=generator(seed))
    out = read_images(value, given, "color_jitter")
    # nothing is cut here, so c is the slope of the result over the image; negative if it was turned
    centred = given - given.mean(axis=(1, 2, 3), keepdims=True)
    c = np.sum(out * centred, axis=(1, 2, 3)) / np.sum(centred**2, axis=(1, 2, 3))
    spread_evenly(c, 0.0, 3.0, 6, "At contrast = 2 the factor c")


@pytest.mark.check(
    "color_jitter", points=1, hint="np.asarray(images, dtype=np.float64) at the start."
)
@for_all(max_examples=3, seed=seeds)
def test_jitter_of_float32(submission, seed):
    """float32 images, images with one channel, and integers"""
    given = photographs(seed, 6).astype(np.float32)
    # the answer may be float32 again; its roundings of 6e-8 reach the factors found magnified
    factors(submission, given, generator(seed), 0.4, 0.4, error=1e-4)
    factors(submission, given[..., :1], generator(seed), 0.4, 0.4, error=1e-4)
    # a drawing of 0 and 1; made darker, its ones are the factor itself
    drawings = generator(seed).integers(0, 2, size=(40, 4, 4, 1))
    drawings[:, 0, 0], drawings[:, 3, 3] = 0, 1
    out = submission.color_jitter(drawings, 0.5, 0.0, rng=generator(seed))
    out = read_images(out, drawings, "color_jitter")
    lit = out[:, 3, 3, 0]
    wanted = drawings * lit[:, None, None, None]
    # all 40 factors are 1 or more with probability 2^-40
    ensure(
        bool(
            np.all(np.abs(out - wanted) <= 1e-6) and np.any(lit < 1) and np.all(lit >= 0.5 - 1e-6)
        ),
        "Images of integers 0 and 1, made darker by up to a half, should come back as fractions.",
    )


# --- the training set --------------------------------------------------------------------------


def split(seed, rows=40, columns=6):
    rng = generator(seed)
    X_train, X_val = table(seed, rows, columns), 1000 * table(seed + 1, 9, columns)
    y_train = rng.permutation(rows).astype(float)
    return X_train, y_train, X_val, rng.normal(size=9)


def augmented(submission, parts, rng, copies=1, **options):
    value = submission.augmented_training_set(*parts, **options, rng=rng)
    answer = fields(value, SPLIT, "augmented_training_set")
    n, p = np.shape(parts[0])
    rows = (1 + copies) * n
    return (
        array(answer.X_train, (rows, p), "X_train"),
        array(answer.y_train, (rows,), "y_train"),
        array(answer.X_val, np.shape(parts[2]), "X_val"),
        array(answer.y_val, np.shape(parts[3]), "y_val"),
    )


@pytest.mark.check(
    "augmented_training_set",
    points=1,
    hint="Augment after the split, and the training part alone: whoever validates on noisy copies "
    "validates on something that new data are not.",
)
@for_all(max_examples=6, seed=seeds, n_copies=st.integers(1, 3))
def test_validation_data_are_untouched(submission, seed, n_copies):
    """Validation data come back exactly as they went in, and play no part"""
    parts = split(seed)
    out = augmented(submission, parts, generator(seed), n_copies, n_copies=n_copies)
    ensure(bool(np.all(out[2] == parts[2])), "X_val was changed; it should come back as it is.")
    ensure(bool(np.all(out[3] == parts[3])), "y_val was changed; it should come back as it is.")
    far = (parts[0], parts[1], parts[2] * 100 + 5, parts[3])
    moved = augmented(submission, far, generator(seed), n_copies, n_copies=n_copies)
    ensure(
        bool(np.all(moved[0] == out[0])),
        "The training rows changed when the validation data did: the scale of the noise should "
        "come from the training rows alone.",
    )


@pytest.mark.check(
    "augmented_training_set",
    points=1,
    hint="np.concatenate([X, copy 1, copy 2, …]) and np.tile(y, 1 + n_copies): block by block.",
)
@for_all(max_examples=2, seed=seeds)
def test_training_blocks(submission, seed):
    """Originals first, then noisy copies of the originals block by block, with their labels"""
    for n_copies, level in ((1, 0.01), (3, 0.3), (2, 0.01)):
        blocks_of(submission, seed, n_copies, level)


def blocks_of(submission, seed, n_copies, level):
    parts = split(seed, rows=50, columns=8)
    options = {} if n_copies == 1 else {"n_copies": n_copies}
    options |= {} if level == 0.01 else {"noise_level": level}
    X, y, _, _ = augmented(submission, parts, generator(seed), n_copies, **options)
    ensure(bool(np.all(X[:50] == parts[0])), "The first rows should be the originals, as they are.")
    ensure(
        bool(np.all(y == np.tile(parts[1], 1 + n_copies))),
        "The labels should be those of the originals, once for every block.",
    )
    blocks = X[50:].reshape(n_copies, 50, 8)
    z = [standard_noise(parts[0], block, level) for block in blocks]
    for k, noise in enumerate(z):
        gaussian(noise, f"The noise of copy {k + 1}, as a copy of the originals,")
    for first, second in itertools.pairwise(z):
        independent_signs(first, second, "Two copies have the same noise.")


@pytest.mark.check(
    "augmented_training_set", points=1, hint="Convert with np.asarray; lists and integers are fine."
)
@for_all(max_examples=3, seed=seeds)
def test_training_set_of_integers(submission, seed):
    """Integer data and labels, and lists"""
    rng = generator(seed)
    X, y = rng.integers(0, 50, size=(60, 4)), rng.integers(0, 3, size=60)
    X_val, y_val = rng.integers(0, 50, size=(7, 4)), rng.integers(0, 3, size=7)
    for parts in ((X, y, X_val, y_val), tuple(part.tolist() for part in (X, y, X_val, y_val))):
        out = augmented(submission, parts, generator(seed), 2, n_copies=2, noise_level=0.1)
        ensure(bool(np.all(out[2] == X_val)), "X_val was changed; it should come back as it is.")
        ensure(bool(np.all(out[1] == np.tile(y, 3))), "The labels are not those of the originals.")
        gaussian(standard_noise(np.tile(X, (2, 1)), out[0][60:], 0.1))


# --- every function ----------------------------------------------------------------------------


def one_call_each(seed):
    """A call of every function, on data large enough that no two draws agree by chance."""
    pictures = photographs(seed, 40)
    return (
        ("augment_tabular", (table(seed, 20, 5),), {}),
        ("random_horizontal_flip", (images(seed, 64, 3, 4, 2),), {}),
        ("random_crop", (images(seed, 40, 5, 5, 1),), {}),
        ("random_rotation", (images(seed, 10, 6, 6, 2),), {}),
        ("color_jitter", (pictures,), {}),
        ("augmented_training_set", split(seed), {"n_copies": 2}),
    )


ALL = (
    "augment_tabular",
    "random_horizontal_flip",
    "random_crop",
    "random_rotation",
    "color_jitter",
    "augmented_training_set",
)


def numbers_of(value):
    parts = value[:2] if isinstance(value, tuple) else (value,)
    return [array(part, None, "The result") for part in parts]


def equal(first, second):
    return len(first) == len(second) and all(
        a.shape == b.shape and np.array_equal(a, b) for a, b in zip(first, second, strict=True)
    )


@pytest.mark.check(
    *ALL,
    points=1,
    hint="Draw from `rng` alone: no np.random.…, no default_rng() of your own, no fixed seed.",
)
@for_all(max_examples=3, seed=seeds, other=st.integers(1, 1000))
def test_generator_decides(submission, seed, other):
    """The same seed gives the same result, another seed another; global generators are left alone"""
    for name, args, options in one_call_each(seed):
        function = getattr(submission, name)
        first = numbers_of(function(*args, **options, rng=generator(seed)))
        leaves_global_randomness_alone(submission.last)
        different = numbers_of(function(*args, **options, rng=generator(seed + other)))
        again = numbers_of(function(*args, **options, rng=generator(seed)))
        ensure(equal(first, again), f"{name} gave two results for the same seed.")
        ensure(not equal(first, different), f"{name} gave the same result for two seeds.")


@pytest.mark.check(
    *ALL, points=1, hint="X += noise and images[flip] = … change the caller's data: work on a copy."
)
@for_all(max_examples=2, seed=seeds)
def test_arguments_are_left_alone(submission, seed):
    """Arguments are not modified"""
    for name, args, options in one_call_each(seed):
        getattr(submission, name)(*args, **options, rng=generator(seed))
        leaves_arguments_alone(submission.last)


@pytest.mark.check(
    *ALL[1:5],
    points=1,
    hint="Check the strength first (if not 0 <= p <= 1, if padding < 0, …) and name the argument.",
)
def test_bad_input_to_image_functions(submission):
    """A p outside [0, 1], a negative strength, or NaN in the images is a ValueError that names it"""
    given = images(0, 3, 4, 4, 3)
    flip, crop = submission.random_horizontal_flip, submission.random_crop
    for p in (-0.1, 1.5, float("nan"), -1e-9):
        rejects(flip, given, p, rng=generator(0), names=["p"])
    for padding in (-1, -4):
        rejects(crop, given, padding, rng=generator(0), names=["padding"])
    for degrees in (-1.0, -1e-6):
        rejects(submission.random_rotation, given, degrees, rng=generator(0), names=["degrees"])
    for strength in (-0.1, -2.0):
        for name in ("brightness", "contrast"):
            options = {name: strength}
            rejects(submission.color_jitter, given, **options, rng=generator(0), names=[name])
    for bad in (float("nan"), float("inf")):
        broken = given.copy()
        broken[1, 2, 3, 0] = bad
        for name in ALL[1:5]:
            rejects(getattr(submission, name), broken, rng=generator(0), names=["images"])


@pytest.mark.check(
    "augment_tabular",
    "augmented_training_set",
    points=1,
    hint="Check dimensions, lengths, np.isfinite, noise_level and n_copies, and name the argument.",
)
def test_bad_input_to_table_functions(submission):
    """Bad tables, lengths, levels or counts are a ValueError that names the argument"""
    X, y, X_val, y_val = split(0, rows=6, columns=3)
    plain, whole = submission.augment_tabular, submission.augmented_training_set
    for other in (X[:, 0], X[:, :, None]):
        rejects(plain, other, rng=generator(0), names=["X"])
    rejects(plain, X, noise_level=-0.1, rng=generator(0), names=["noise_level"])
    # the call inside names its own argument, X
    train, val = ["X_train", "X"], ["X_val", "X"]
    rejects(whole, X[:, 0], y, X_val, y_val, rng=generator(0), names=train)
    rejects(whole, X, y, X_val[:, 0], y_val, rng=generator(0), names=val)
    rejects(whole, X, y, X_val[:, :, None], y_val, rng=generator(0), names=val)
    rejects(whole, X, y[:-1], X_val, y_val, rng=generator(0), names=["y_train", *train, "y"])
    rejects(whole, X, y, X_val, y_val[:-1], rng=generator(0), names=["y_val", *val, "y"])
    for count in (0, -1):
        rejects(whole, X, y, X_val, y_val, n_copies=count, rng=generator(0), names=["n_copies"])
    rejects(whole, X, y, X_val, y_val, noise_level=-1.0, rng=generator(0), names=["noise_level"])
    for bad in (float("nan"), float("inf")):
        broken, broken_val = X.copy(), X_val.copy()
        broken[2, 1] = broken_val[2, 1] = bad
        broken_y, broken_y_val = y.copy(), y_val.copy()
        broken_y[3] = broken_y_val[3] = bad
        rejects(plain, broken, rng=generator(0), names=["X"])
        rejects(whole, broken, y, X_val, y_val, rng=generator(0), names=train)
        rejects(whole, X, broken_y, X_val, y_val, rng=generator(0), names=["y_train", "y"])
        rejects(whole, X, y, broken_val, y_val, rng=generator(0), names=val)
        rejects(whole, X, y, X_val, broken_y_val, rng=generator(0), names=["y_val", "y"])
