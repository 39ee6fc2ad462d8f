"""The dropout reference against PyTorch's own dropout, autograd and linear layers."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from graders.certificates.optimality import binomial_tail, chi_square_tail, multinomial_tail
from reference.dropout import dropout_backward, dropout_forward, mlp_forward


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("p", [0.0, 0.002, 0.5, 0.9])
def test_rate_and_scale(dtype: torch.dtype, p: float) -> None:
    x = torch.ones(100_000, dtype=dtype)
    out, mask = dropout_forward(x, p, generator=seeded(1))
    assert out.dtype == dtype
    assert set(mask.unique().tolist()) <= {0, 1}
    assert binomial_tail(int((mask == 0).sum()), len(x), p) > 1e-9
    # PyTorch's dropout multiplies by the same factor, up to one rounding
    theirs = torch.nn.functional.dropout(x, p)
    assert out.max().item() == pytest.approx(theirs.max().item(), rel=2 * torch.finfo(dtype).eps)


def test_same_function_as_pytorch_given_the_mask() -> None:
    x = torch.randn(40, 50, generator=seeded(2), dtype=torch.float64)
    torch.manual_seed(0)
    theirs = torch.nn.functional.dropout(x, 0.3)
    mask = (theirs != 0).double()
    torch.testing.assert_close(x * mask / 0.7, theirs)
    out, own = dropout_forward(x, 0.3, generator=seeded(3))
    torch.testing.assert_close(out, x * own / 0.7)


@pytest.mark.parametrize("p", [0.0, 0.4, 1.0])
def test_backward_is_autograd(p: float) -> None:
    x = torch.randn(5, 7, generator=seeded(4), dtype=torch.float64, requires_grad=True)
    grad_out = torch.randn(5, 7, generator=seeded(5), dtype=torch.float64)
    out, mask = dropout_forward(x, p, generator=seeded(6))
    (expected,) = torch.autograd.grad(out, x, grad_out)
    assert torch.isfinite(expected).all()
    torch.testing.assert_close(dropout_backward(grad_out, mask, p), expected)


def test_network_is_that_of_torch_nn() -> None:
    torch.manual_seed(0)
    layers = [torch.nn.Linear(4, 6), torch.nn.Linear(6, 5), torch.nn.Linear(5, 2)]
    net = torch.nn.Sequential(
        layers[0], torch.nn.ReLU(), torch.nn.Dropout(0.5),
        layers[1], torch.nn.ReLU(), torch.nn.Dropout(0.5), layers[2],
    ).eval()  # fmt: skip
    x = torch.randn(9, 4)
    weights, biases = [layer.weight for layer in layers], [layer.bias for layer in layers]
    torch.testing.assert_close(mlp_forward(x, weights, biases, p=0.5, training=False), net(x))
    mean = torch.stack(
        [mlp_forward(x, weights, biases, p=0.1, generator=seeded(k)) for k in range(500)]
    ).mean(0)
    assert (mean - net(x)).abs().max() < 0.1


def test_global_generators_are_left_alone() -> None:
    before = torch.get_rng_state()
    dropout_forward(torch.ones(10), 0.5, generator=seeded(7))
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan, math.inf])
def test_bad_rates(p: float) -> None:
    x = torch.ones(2)
    with pytest.raises(ValueError, match=r"\bp\b"):
        dropout_forward(x, p)
    with pytest.raises(ValueError, match=r"\bp\b"):
        dropout_backward(x, x, p)
    with pytest.raises(ValueError, match=r"\bp\b"):
        mlp_forward(x, [torch.ones(1, 2)], [torch.ones(1)], p=p)


def test_bad_shapes() -> None:
    with pytest.raises(ValueError, match="mask"):
        dropout_backward(torch.ones(3), torch.ones(4), 0.5)
    with pytest.raises(ValueError, match="weights"):
        mlp_forward(torch.ones(1, 2), [], [], p=0.5)
    with pytest.raises(ValueError, match="weights"):
        mlp_forward(torch.ones(1, 2), [torch.ones(1, 2)], [], p=0.5)


def test_tails_of_statistical_checks() -> None:
    """Against sums over all outcomes, and SciPy's distributions."""
    stats = pytest.importorskip("scipy.stats")
    for n, p in ((1, 0.5), (12, 0.3), (40, 0.9)):
        pmf = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
        for k in range(n + 1):
            exact = min(1.0, 2 * min(sum(pmf[: k + 1]), sum(pmf[k:])))
            assert binomial_tail(k, n, p) == pytest.approx(exact, rel=1e-9)
    assert binomial_tail(0, 5, 0.0) == 1.0
    assert binomial_tail(1, 5, 0.0) == 0.0
    assert binomial_tail(5, 5, 1.0) == 1.0
    expected = 2 * stats.chi2.sf(90.0, 40)
    assert chi_square_tail(90.0, 40) == pytest.approx(expected, rel=1e-9)
    assert chi_square_tail(10.0, 40) == pytest.approx(2 * stats.chi2.cdf(10.0, 40), rel=1e-9)
    # all in one of four equal cells
    counts = np.array([30, 0, 0, 0])
    assert multinomial_tail(counts, np.full(4, 0.25)) == pytest.approx(4 * 2 * 0.25**30)
