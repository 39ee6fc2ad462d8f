"""Self-check of `dropout`: run `pytest exercises/dropout`."""

from __future__ import annotations

import numpy as np
import pytest

from exercises.checking import array, close, ensure, fields, rejects

torch = pytest.importorskip("torch", reason="this exercise needs PyTorch")

X = torch.arange(1.0, 25.0).reshape(4, 6)


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def drop(submission, x, p, **options):
    """The learner's answer as (out, mask), two NumPy arrays."""
    value = submission.dropout_forward(x, p, **options)
    answer = fields(value, ("out", "mask"), "dropout_forward")
    return array(answer.out, tuple(x.shape), "out"), array(answer.mask, tuple(x.shape), "mask")


@pytest.mark.check("dropout_forward", hint="Divide what is kept by 1 − p.")
def test_visible_rescaled(submission):
    """In training out = x·mask/(1 − p), with a mask of zeros and ones"""
    out, mask = drop(submission, X, 0.5, generator=seeded(1))
    ensure(bool(np.all((mask == 0) | (mask == 1))), "The mask should hold zeros and ones alone.")
    close(out, 2 * X.numpy() * mask, "out at p = 0.5", rtol=1e-6)


@pytest.mark.check("dropout_forward", hint="p is the probability to drop: keep where rand >= p.")
def test_visible_rate(submission):
    """About p of the elements are dropped, not the same ones in every row"""
    _, mask = drop(submission, torch.ones(100, 100), 0.3, generator=seeded(2))
    share = float(np.mean(mask == 0))
    # six standard deviations of a share of 10,000
    ensure(
        abs(share - 0.3) < 0.0275,
        f"At p = 0.3 a share of {share:.3f} was dropped.",
        expected="a share near 0.3",
    )
    rows = {tuple(row) for row in mask.tolist()}
    ensure(
        len(rows) == 100,
        f"The 100 rows of the mask show {len(rows)} different patterns.",
        expected="one draw for each element, so that no two rows agree",
    )


@pytest.mark.check("dropout_forward", hint="With training=False return x and torch.ones_like(x).")
def test_visible_evaluation(submission):
    """With training=False nothing happens to x"""
    out, mask = drop(submission, X, 0.5, training=False)
    close(out, X.numpy(), "out with training=False")
    close(mask, np.ones((4, 6)), "The mask with training=False")


@pytest.mark.check("dropout_forward", hint="1/(1 − p) is infinite at p = 1, and 0·inf is NaN.")
def test_visible_everything_dropped(submission):
    """p = 1 gives zeros, not NaN"""
    out, mask = drop(submission, X, 1.0, generator=seeded(3))
    close(out, np.zeros((4, 6)), "out at p = 1")
    close(mask, np.zeros((4, 6)), "The mask at p = 1")


@pytest.mark.check("dropout_forward", hint="torch.rand(x.shape, generator=generator)")
def test_visible_generator(submission):
    """The same generator state gives the same mask, and another one a different mask"""
    masks = [drop(submission, X, 0.5, generator=seeded(seed))[1] for seed in (4, 4, 5)]
    ensure(bool(np.all(masks[0] == masks[1])), "The same state gave two different masks.")
    ensure(not np.all(masks[0] == masks[2]), "Two different states gave the same mask.")


@pytest.mark.check("dropout_backward", hint="grad_out·mask/(1 − p): what autograd does with out.")
def test_visible_backward(submission):
    """dropout_backward agrees with autograd through dropout_forward"""
    grad_out = torch.linspace(-1, 1, 24).reshape(4, 6)
    options = {"generator": seeded(6)}
    value, gradient = submission.gradient(
        "dropout_forward", (X, 0.25), options, wrt=0, output=0, cotangent=grad_out
    )
    ensure(gradient is not None, "No gradient reaches x through out: was it detached?")
    expected = array(gradient, (4, 6), "The gradient by autograd")
    mask = fields(value, ("out", "mask"), "dropout_forward").mask
    answer = array(submission.dropout_backward(grad_out, mask, 0.25), (4, 6), "dropout_backward")
    close(answer, expected, "dropout_backward(grad_out, mask, p)", rtol=1e-5)


@pytest.mark.check("mlp_forward", hint="relu(h @ W.T + b), dropout, …, and a plain last layer.")
def test_visible_network(submission):
    """mlp_forward without dropout: linear, ReLU, linear"""
    weights = [
        torch.tensor([[1.0, -1.0], [2.0, 0.0], [0.0, 1.0]]),
        torch.tensor([[1.0, 2.0, -3.0]]),
    ]
    biases = [torch.tensor([0.0, -1.0, 0.5]), torch.tensor([-4.0])]
    x = torch.tensor([[1.0, 2.0], [3.0, -1.0]])
    answer = submission.mlp_forward(x, weights, biases, p=0.5, training=False)
    # by hand: relu gives (0, 1, 2.5) and (4, 5, 0)
    close(array(answer, (2, 1), "logits"), np.array([[-9.5], [10.0]]), "The logits", rtol=1e-6)


@pytest.mark.check("mlp_forward", hint="No dropout after the last layer.")
def test_visible_last_layer(submission):
    """A single layer is plain linear, whatever p is"""
    weights, biases = [torch.tensor([[1.0, 2.0], [0.5, -1.0]])], [torch.tensor([1.0, 0.0])]
    x = torch.tensor([[1.0, 2.0], [3.0, -1.0]])
    answer = submission.mlp_forward(x, weights, biases, p=0.9, generator=seeded(7))
    expected = np.array([[6.0, -1.5], [2.0, 2.5]])
    close(array(answer, (2, 2), "logits"), expected, "The logits", rtol=1e-6)


@pytest.mark.check("dropout_forward", hint='raise ValueError("p must be between 0 and 1")')
def test_visible_bad_input(submission):
    """A p outside [0, 1] is a ValueError that names p"""
    rejects(submission.dropout_forward, X, 1.5, names=["p"])
    rejects(submission.dropout_forward, X, -0.5, names=["p"])
