"""Hidden checks of `dropout`: the mask that comes back explains the output, and chance the mask.

Statistical checks use exact binomial bounds with a two-sided tail of 1e-9, so that a right
solution fails any of them less than once in a million gradings.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import strategies as st

from exercises.checking import (
    Failure,
    array,
    close,
    describe,
    ensure,
    fields,
    leaves_arguments_alone,
    leaves_global_randomness_alone,
    rejects,
)
from graders.certificates.optimality import binomial_tail
from graders.checks.strategies import for_all, seeds

TAIL = 1e-9
DTYPES = (torch.float32, torch.float64, torch.bfloat16, torch.float16)
SHAPES = ((1,), (9,), (4, 6), (2, 3, 5), (2, 3, 4, 4))

dtypes = st.sampled_from(DTYPES)
shapes = st.sampled_from(SHAPES)
#: Strictly between 0 and 1, where both dropped and kept elements are possible.
rates = st.sampled_from([0.1, 0.2, 0.5, 0.75, 0.9])


def seeded(seed):
    return torch.Generator().manual_seed(int(seed))


def numbers(seed, shape, dtype):
    """Numbers between 0.5 and 2 of either sign, to a quarter: exact in every dtype."""
    rng = np.random.default_rng(seed)
    signs = rng.choice([-1.0, 1.0], size=shape)
    return torch.tensor(signs * rng.integers(2, 9, size=shape) / 4, dtype=dtype)


def tensor(value, shape, dtype, what):
    """`value` as a float64 array, if it is a tensor of this shape and dtype."""
    ensure(
        isinstance(value, torch.Tensor), f"{what} should be a tensor, but is {describe(value, 80)}."
    )
    result = array(value, tuple(shape), what)
    ensure(
        value.dtype == dtype,
        f"{what} should have the dtype of the input, {dtype}, but has {value.dtype}.",
    )
    return result


def forward(submission, x, p, **options):
    """The submission's answer as (out, mask), two float64 arrays, read with care."""
    value = submission.dropout_forward(x, p, **options)
    return read(value, x)


def read(value, x):
    answer = fields(value, ("out", "mask"), "dropout_forward")
    out = tensor(answer.out, x.shape, x.dtype, "out")
    mask = array(answer.mask, tuple(x.shape), "mask")
    ensure(
        bool(np.all((mask == 0) | (mask == 1))),
        "The mask should be 1 where an element was kept and 0 where it was dropped, "
        "but holds other numbers.",
    )
    return out, mask


def explained(out, mask, x, p, what="out"):
    """`out` is x·mask/(1 − p)."""
    expected = np.zeros(mask.shape) if p == 1 else x.double().numpy() * mask / (1 - p)
    # at most four roundings in the dtype of x: 1 − p, its inverse, and two products
    bound = 4 * torch.finfo(x.dtype).eps * np.abs(x.double().numpy()) / max(1 - p, 1e-6)
    wrong = np.abs(out - expected) > bound
    ensure(
        not wrong.any(),
        f"{what} is not x·mask/(1 − p): {int(wrong.sum())} of {wrong.size} elements differ.",
    )


def by_chance(count, n, p, what):
    """Fail if `count` in `n` draws of probability `p` is beyond chance."""
    ensure(
        binomial_tail(int(count), int(n), p) >= TAIL,
        f"{what}: {int(count)} of {int(n)}, where about {n * p:.6g} are to be expected; chance "
        "explains that less than once in a thousand million times.",
    )


def neighbours_independent(mask, p, axis, what):
    """Disjoint pairs of neighbours along an axis agree as often as independent draws do."""
    length = mask.shape[axis] // 2 * 2
    first = mask.take(range(0, length, 2), axis)
    second = mask.take(range(1, length, 2), axis)
    by_chance(
        np.sum(first == second), first.size, p**2 + (1 - p) ** 2, f"Neighbours that agree {what}"
    )


@pytest.mark.check(
    "dropout_forward",
    points=2,
    hint="In training, divide what is kept by 1 − p, so that the expected output is x.",
)
@for_all(seed=seeds, shape=shapes, dtype=dtypes, p=rates)
def test_output_is_masked_and_rescaled(submission, seed, shape, dtype, p):
    """In training mode out = x·mask/(1 − p), with a mask of zeros and ones"""
    x = numbers(seed, shape, dtype)
    out, mask = forward(submission, x, p, generator=seeded(seed))
    explained(out, mask, x, p)


@pytest.mark.check(
    "dropout_forward",
    points=1,
    hint="p is the probability to drop, not the one to keep; the mask is drawn, not read off out.",
)
@for_all(
    max_examples=8,
    seed=seeds,
    p=st.sampled_from([0.02, 0.1, 0.3, 0.5, 0.7, 0.95]),
    shape=st.sampled_from([(5000,), (50, 80), (20, 5, 8, 8)]),
)
def test_rate(submission, seed, p, shape):
    """The share of dropped elements is p, within chance"""
    x = numbers(seed, shape, torch.float32)
    x.view(-1)[::2] = 0.0  # as half of the activations behind a ReLU are
    out, mask = forward(submission, x, p, generator=seeded(seed))
    by_chance(np.sum(mask == 0), mask.size, p, f"Elements dropped at p = {p}")
    of_zeros = mask[x.numpy() == 0]
    by_chance(np.sum(of_zeros == 0), of_zeros.size, p, f"Zeros in x dropped at p = {p}")
    explained(out, mask, x, p)


@pytest.mark.check(
    "dropout_forward",
    points=1,
    hint="torch.rand in bfloat16 gives multiples of 1/256 alone: draw in float64 or float32.",
)
def test_rate_in_every_dtype(submission):
    """A small rate is kept to in 16-bit types as well"""
    # A 16-bit draw has steps of 2^-8 (bfloat16) or 2^-11 (float16), so these rates come out about
    # double or not at all; the sizes make that many times what chance allows.
    for dtype, p, n in (
        (torch.bfloat16, 0.002, 200_000),
        (torch.float16, 0.0002, 300_000),
        (torch.float32, 0.001, 100_000),
        (torch.float64, 0.001, 100_000),
    ):
        x = torch.ones(n, dtype=dtype)
        _, mask = forward(submission, x, p, generator=seeded(11))
        by_chance(np.sum(mask == 0), n, p, f"Elements dropped at p = {p} in {dtype}")


@pytest.mark.check(
    "dropout_forward",
    points=1,
    hint="Draw one random number for each element: not one a row, and no fixed count.",
)
@for_all(max_examples=6, seed=seeds, p=st.sampled_from([0.3, 0.5, 0.75]))
def test_elements_are_independent(submission, seed, p):
    """Every element is dropped independently of the others"""
    for shape in ((64, 48), (8, 6, 10, 10)):
        x = numbers(seed, shape, torch.float64)
        _, mask = forward(submission, x, p, generator=seeded(seed))
        for axis in range(len(shape)):
            neighbours_independent(mask, p, axis, f"along axis {axis}")
        first, second = mask.reshape(2, -1)
        for other, where in ((second, "in the same place"), (second[::-1], "in mirrored places")):
            by_chance(
                np.sum(first == other),
                first.size,
                p**2 + (1 - p) ** 2,
                f"Elements of both halves that agree {where}",
            )
        # a fixed number dropped in every row has the right rate, but is not independent
        rows = mask.reshape(-1, shape[-1])
        likely = round(p * shape[-1])
        chance = binomial_pmf(likely, shape[-1], p)
        by_chance(
            np.sum(np.sum(rows == 0, axis=1) == likely),
            len(rows),
            chance,
            f"Rows with exactly {likely} elements dropped",
        )


def binomial_pmf(k, n, p):
    from math import comb

    return comb(n, k) * p**k * (1 - p) ** (n - k)


@pytest.mark.check(
    "dropout_forward",
    points=1,
    hint="Independent draws do not always drop the same number of elements.",
)
@for_all(max_examples=1, seed=seeds)
def test_count_varies(submission, seed):
    """How many elements are dropped varies from call to call"""
    x, calls = torch.ones(4, 5, dtype=torch.float64), 60
    exact = 0
    for turn in range(calls):
        _, mask = forward(submission, x, 0.5, generator=seeded(seed + turn))
        exact += int(np.sum(mask == 0) == 10)
    by_chance(exact, calls, binomial_pmf(10, 20, 0.5), "Calls that dropped exactly 10 of 20")


@pytest.mark.check(
    "dropout_forward", points=1, hint="if not training: return x and a mask of ones. Nothing else."
)
@for_all(
    max_examples=16,
    seed=seeds,
    shape=st.sampled_from([(4, 6), (30,), (2, 3, 5), (2, 3, 4, 4)]),
    dtype=dtypes,
    p=st.sampled_from([0.5, 0.1, 0.9, 1.0, 0.0]),
    given=st.booleans(),
)
def test_evaluation_mode(submission, seed, shape, dtype, p, given):
    """With training=False x comes back unchanged, with a mask of ones"""
    x = numbers(seed, shape, dtype)
    generator = seeded(seed) if given else None
    out, mask = forward(submission, x, p, training=False, generator=generator)
    ensure(
        bool(np.all(out == x.double().numpy())), "With training=False out should equal x exactly."
    )
    ensure(bool(np.all(mask == 1)), "With training=False the mask should be all ones.")


@pytest.mark.check(
    "dropout_forward",
    points=1,
    hint="At p = 1 everything is dropped, and 1/(1 − p) is infinite: 0·inf is NaN. Treat it apart.",
)
@for_all(max_examples=10, seed=seeds, shape=shapes, dtype=dtypes, p=st.sampled_from([0.0, 1.0]))
def test_nothing_or_everything_dropped(submission, seed, shape, dtype, p):
    """p = 0 keeps everything; p = 1 gives zeros, not NaN, in the gradient too"""
    x = numbers(seed, shape, dtype)
    out, mask = forward(submission, x, p, generator=seeded(seed))
    ensure(
        bool(np.all(mask == 1 - p)),
        f"At p = {p:g} the mask should be all {'ones' if p == 0 else 'zeros'}.",
    )
    explained(out, mask, x, p)
    gradient = slope(submission, x, p, numbers(seed + 1, shape, dtype), generator=seeded(seed))[2]
    if p == 1 and gradient is not None:
        ensure(
            bool(np.all(gradient == 0)),
            "At p = 1 the gradient with respect to x should be all zeros.",
        )


def slope(submission, x, p, cotangent, **options):
    """(out, mask, gradient of sum(cotangent * out) with respect to x, or None)."""
    value, gradient = submission.gradient(
        "dropout_forward", (x, p), options, wrt=0, output=0, cotangent=cotangent
    )
    out, mask = read(value, x)
    if gradient is not None:
        gradient = array(gradient, tuple(x.shape), "The gradient with respect to x")
    return out, mask, gradient


@pytest.mark.check(
    "dropout_forward",
    points=1,
    hint="Stay with torch operations on x itself: no .detach(), .data or NumPy in between.",
)
@for_all(
    max_examples=12,
    seed=seeds,
    shape=shapes,
    dtype=st.sampled_from([torch.float32, torch.float64]),
    p=st.sampled_from([0.0, 0.25, 0.5, 0.8]),
    training=st.booleans(),
)
def test_differentiable(submission, seed, shape, dtype, p, training):
    """Gradients flow through out to x: mask/(1 − p) for each element"""
    x, cotangent = numbers(seed, shape, dtype), numbers(seed + 1, shape, dtype)
    forward(submission, x, p, training=training, generator=seeded(seed))
    out, mask, gradient = slope(
        submission, x, p, cotangent, training=training, generator=seeded(seed)
    )
    if gradient is None:
        raise Failure("out does not depend on x as far as autograd can see: no gradient reaches x.")
    rate = p if training else 0.0
    explained(out, mask, x, rate)
    explained(gradient, mask, cotangent, rate, "The gradient of sum(c·out), for x = c,")


@pytest.mark.check(
    "dropout_forward",
    "mlp_forward",
    points=1,
    hint="Hand the generator on: torch.rand(..., generator=generator). F.dropout takes none.",
)
@for_all(max_examples=6, seed=seeds, other=st.integers(1, 1000), p=st.sampled_from([0.3, 0.5]))
def test_generator_decides(submission, seed, other, p):
    """The same generator state gives the same mask, another a different one"""
    x = numbers(seed, (8, 16), torch.float32)
    out, mask = forward(submission, x, p, generator=seeded(seed))
    leaves_global_randomness_alone(submission.last)
    _, different = forward(submission, x, p, generator=seeded(seed + other))
    again, same = forward(submission, x, p, generator=seeded(seed))
    ensure(
        bool(np.all(mask == same) and np.all(out == again)),
        "The same generator state gave two different masks.",
    )
    # 128 elements: equal by chance with probability below 1e-27
    ensure(not np.all(mask == different), "Two different generator states gave the same mask.")
    weights, biases = network(seed, [16, 32, 4], torch.float32)
    options = {"p": p, "generator": seeded(seed)}
    logits = array(submission.mlp_forward(x, weights, biases, **options), (8, 4), "logits")
    leaves_global_randomness_alone(submission.last)
    options = {"p": p, "generator": seeded(seed)}
    repeated = array(submission.mlp_forward(x, weights, biases, **options), (8, 4), "logits")
    ensure(bool(np.all(logits == repeated)), "The same generator state gave two different logits.")
    options = {"p": p, "generator": seeded(seed + other)}
    moved = array(submission.mlp_forward(x, weights, biases, **options), (8, 4), "logits")
    ensure(not np.all(logits == moved), "Two different generator states gave the same logits.")


@pytest.mark.check(
    "dropout_forward",
    "mlp_forward",
    points=1,
    hint="generator=None is what torch.rand takes for its global generator.",
    replay=False,
)
def test_without_a_generator(submission):
    """Without a generator it works as well, at the same rate"""
    x = numbers(5, (60, 50), torch.float32)
    out, mask = forward(submission, x, 0.3)
    explained(out, mask, x, 0.3)
    by_chance(np.sum(mask == 0), mask.size, 0.3, "Elements dropped at p = 0.3")
    weights, biases = network(5, [50, 3], torch.float32)
    array(submission.mlp_forward(x, weights, biases, p=0.3), (60, 3), "logits")


@pytest.mark.check(
    "dropout_backward",
    points=2,
    hint="The forward pass multiplies x by mask/(1 − p); so does the backward pass the gradient.",
)
@for_all(
    max_examples=20,
    seed=seeds,
    shape=shapes,
    dtype=dtypes,
    p=st.sampled_from([0.0, 0.1, 0.5, 0.75, 1.0]),
)
def test_backward(submission, seed, shape, dtype, p):
    """dropout_backward: grad_out·mask/(1 − p), and zeros at p = 1"""
    x, grad_out = numbers(seed, shape, dtype), numbers(seed + 1, shape, dtype)
    value = submission.dropout_forward(x, p, generator=seeded(seed))
    _, mask = read(value, x)
    own_mask = fields(value, ("out", "mask"), "dropout_forward").mask
    answer = submission.dropout_backward(grad_out, own_mask, p)
    grad_x = tensor(answer, shape, dtype, "grad_x")
    explained(grad_x, mask, grad_out, p, "grad_x, for x = grad_out,")


def network(seed, widths, dtype):
    """Random weights (out, in) and biases (out,), of a size that keeps activations near 1."""
    rng = np.random.default_rng(seed)
    pairs = list(itertools.pairwise(widths))
    weights = [rng.normal(size=(o, i)) / np.sqrt(i) for i, o in pairs]
    biases = [rng.normal(scale=0.5, size=o) for _, o in pairs]
    return (
        [torch.tensor(w, dtype=dtype) for w in weights],
        [torch.tensor(b, dtype=dtype) for b in biases],
    )


def plain_logits(x, weights, biases):
    """The network without dropout, in float64."""
    h = x.double().numpy()
    for k, (w, b) in enumerate(zip(weights, biases, strict=True)):
        h = h @ w.double().numpy().T + b.double().numpy()
        if k < len(weights) - 1:
            h = np.maximum(h, 0)
    return h


def logits_of(submission, x, weights, biases, **options):
    value = submission.mlp_forward(x, weights, biases, **options)
    return tensor(value, (len(x), len(biases[-1])), x.dtype, "logits")


@pytest.mark.check(
    "mlp_forward",
    points=2,
    hint="relu(h @ W.T + b) for hidden layers, and a plain h @ W.T + b at the end.",
)
@for_all(
    max_examples=16,
    seed=seeds,
    widths=st.lists(st.integers(1, 7), min_size=2, max_size=5),
    dtype=st.sampled_from([torch.float32, torch.float64]),
    how=st.sampled_from([(0.5, False), (1.0, False), (0.0, True)]),
)
def test_network_without_dropout(submission, seed, widths, dtype, how):
    """mlp_forward with training=False or p = 0: the plain network"""
    p, training = how
    weights, biases = network(seed, widths, dtype)
    x = numbers(seed, (5, widths[0]), dtype)
    options = {"generator": seeded(seed)} if training else {}
    logits = logits_of(submission, x, weights, biases, p=p, training=training, **options)
    expected = plain_logits(x, weights, biases)
    # each of up to four layers rounds sums of at most seven terms: some tens of eps
    slack = 500 * torch.finfo(dtype).eps * (1 + np.abs(expected).max())
    close(logits, expected, "The logits without dropout", rtol=0, atol=slack)


@pytest.mark.check(
    "mlp_forward",
    points=1,
    hint="Dropout comes after every hidden layer's ReLU: not on x, and not on the logits.",
)
@for_all(max_examples=6, seed=seeds, p=st.sampled_from([0.2, 0.5, 0.8]))
def test_network_with_dropout(submission, seed, p):
    """Hidden units are dropped at the rate p and rescaled, each row by a mask of its own"""
    units = 32
    (first,), (bias,) = network(seed, [6, units], torch.float64)
    x = numbers(seed, (40, 6), torch.float64)
    hidden = np.maximum(x.numpy() @ first.numpy().T + bias.numpy(), 0)
    # the identity as last layer shows the hidden units themselves
    logits = logits_of(
        submission,
        x,
        [first, torch.eye(units, dtype=torch.float64)],
        [bias, torch.zeros(units, dtype=torch.float64)],
        p=p,
        generator=seeded(seed),
    )
    kept = shown_mask(logits, hidden, 1 / (1 - p), "a hidden unit")
    active = hidden > 1e-6
    by_chance(np.sum(~kept & active), active.sum(), p, f"Hidden units dropped at p = {p}")
    for first_half, second_half, where in (
        (np.s_[0::2], np.s_[1::2], "in two rows"),
        (np.s_[:, 0::2], np.s_[:, 1::2], "in one row"),
    ):
        both = active[first_half] & active[second_half]
        agree = np.sum((kept[first_half] == kept[second_half]) & both)
        by_chance(agree, both.sum(), p**2 + (1 - p) ** 2, f"Units dropped or kept together {where}")


def shown_mask(logits, hidden, scale, what):
    """Which units were kept, where each shown value is 0 or the unit's value times `scale`."""
    kept = np.abs(logits - hidden * scale) <= 1e-9 * (1 + hidden * scale)
    dropped = np.abs(logits) <= 1e-12
    ensure(
        bool(np.all(kept | dropped)),
        f"The activation of {what} should be 0 where it was dropped, and relu(…)·{scale:.3g} "
        "where it was kept, but is neither.",
    )
    return kept


@pytest.mark.check(
    "mlp_forward",
    points=1,
    hint="Call dropout_forward once for every hidden layer, with the same generator object.",
)
@for_all(max_examples=4, seed=seeds, p=st.sampled_from([0.3, 0.5]), layers=st.integers(2, 3))
def test_every_layer_draws_its_own_mask(submission, seed, p, layers):
    """Every hidden layer is dropped out, by a mask of its own"""
    units = 32
    (first,), (bias,) = network(seed, [6, units], torch.float64)
    x = numbers(seed, (30, 6), torch.float64)
    hidden = np.maximum(x.numpy() @ first.numpy().T + bias.numpy(), 0)
    eye, zeros = torch.eye(units, dtype=torch.float64), torch.zeros(units, dtype=torch.float64)
    logits = logits_of(
        submission,
        x,
        [first] + [eye] * layers,
        [bias] + [zeros] * layers,
        p=p,
        generator=seeded(seed),
    )
    kept = shown_mask(logits, hidden, (1 - p) ** -layers, f"a unit after {layers} hidden layers")
    active = hidden > 1e-6
    by_chance(
        np.sum(kept & active),
        active.sum(),
        (1 - p) ** layers,
        f"Units kept by all {layers} layers at p = {p}",
    )


@pytest.mark.check(
    "mlp_forward", points=1, hint="The last layer is linear and nothing else, whatever p is."
)
@for_all(
    max_examples=10,
    seed=seeds,
    p=st.sampled_from([0.5, 0.9, 1.0]),
    widths=st.lists(st.integers(2, 6), min_size=2, max_size=2),
)
def test_last_layer_is_plain(submission, seed, p, widths):
    """A single layer is plain linear; with hidden layers and p = 1 only the last bias is left"""
    weights, biases = network(seed, widths, torch.float64)
    x = numbers(seed, (6, widths[0]), torch.float64)
    logits = logits_of(submission, x, weights, biases, p=p, generator=seeded(seed))
    expected = plain_logits(x, weights, biases)
    close(logits, expected, "The logits of a single layer", rtol=1e-12, atol=1e-12)
    weights, biases = network(seed, [widths[0], 5, 4, widths[1]], torch.float64)
    logits = logits_of(submission, x, weights, biases, p=1.0, generator=seeded(seed))
    close(logits, biases[-1].numpy()[None], "The logits at p = 1", rtol=1e-12, atol=1e-12)


@pytest.mark.check(
    "dropout_forward",
    "dropout_backward",
    "mlp_forward",
    points=1,
    hint="x *= mask, relu_ and mul_ change the caller's tensor: write x * mask.",
)
@for_all(max_examples=2, seed=seeds)
def test_arguments_are_left_alone(submission, seed):
    """Arguments are not modified"""
    x = numbers(seed, (4, 6), torch.float32)
    for training in (True, False):
        value = submission.dropout_forward(x, 0.5, training=training, generator=seeded(seed))
        leaves_arguments_alone(submission.last)
        mask = fields(value, ("out", "mask"), "dropout_forward").mask
        submission.dropout_backward(x, mask, 0.5)
        leaves_arguments_alone(submission.last)
        for widths in ([6, 3], [6, 5, 4, 3]):
            weights, biases = network(seed, widths, torch.float32)
            options = {"p": 0.5, "training": training, "generator": seeded(seed)}
            submission.mlp_forward(x, weights, biases, **options)
            leaves_arguments_alone(submission.last)


BAD_RATES = (-0.1, 1.1, -1e-9, 1 + 1e-9, float("nan"), float("inf"), float("-inf"), 50)


@pytest.mark.check(
    "dropout_forward",
    "dropout_backward",
    points=1,
    hint="if not 0 <= p <= 1: raise ValueError(...), which catches NaN too, in either mode.",
)
def test_bad_input(submission):
    """A rate outside [0, 1] is a ValueError that names p; so are shapes that differ"""
    x = torch.ones(3, 2)
    for p in BAD_RATES:
        rejects(submission.dropout_forward, x, p, names=["p"])
        rejects(submission.dropout_forward, x, p, generator=seeded(0), names=["p"])
        rejects(submission.dropout_forward, x, p, training=False, names=["p"])
    value = submission.dropout_forward(x, 0.5, generator=seeded(0))
    mask = fields(value, ("out", "mask"), "dropout_forward").mask
    for p in BAD_RATES:
        rejects(submission.dropout_backward, x, mask, p, names=["p"])
    rejects(submission.dropout_backward, torch.ones(4, 2), mask, 0.5, names=["grad_out", "mask"])


@pytest.mark.check(
    "mlp_forward",
    points=1,
    hint="zip stops at the shorter list without a word: compare the lengths first.",
)
def test_bad_input_to_the_network(submission):
    """mlp_forward: a bad rate, no layer, or unequal numbers of weights and biases"""
    weights, biases = network(0, [2, 4, 3], torch.float32)
    x = torch.ones(5, 2)
    for p in BAD_RATES:
        rejects(submission.mlp_forward, x, weights, biases, p=p, names=["p"])
        rejects(submission.mlp_forward, x, weights[:1], biases[:1], p=p, names=["p"])
    both = ["weights", "biases"]
    rejects(submission.mlp_forward, x, weights, biases[:1], p=0.5, names=both)
    rejects(submission.mlp_forward, x, weights[:1], biases, p=0.5, names=both)
    rejects(submission.mlp_forward, x, weights, [], p=0.5, names=both)
    rejects(submission.mlp_forward, x, [], [], p=0.5, names=both)
