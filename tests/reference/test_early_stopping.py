"""The early-stopping reference on scripted losses and on a real network."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch

from reference.early_stopping import train_with_early_stopping

NAN, INF = math.nan, math.inf


def scripted(losses: list[float]) -> tuple[Callable, Callable]:
    """Callbacks that set every tensor to the epoch's number, and give one loss an epoch."""
    epochs, values = iter(range(1000)), iter(losses)

    def train_one_epoch(model: torch.nn.Module) -> None:
        epoch = next(epochs)
        with torch.no_grad():
            for tensor in model.state_dict().values():
                tensor.fill_(epoch)

    return train_one_epoch, lambda model: next(values)


@pytest.mark.parametrize(
    ("losses", "options", "best_epoch", "stopped_epoch"),
    [
        ([1.0, 0.5, 0.75, 0.375, 0.375, 0.5], {"patience": 2}, 3, 5),
        ([1.0, 1.0], {"patience": 1}, 0, 1),
        ([1.0, 0.5, 0.25], {"patience": 1, "max_epochs": 3}, 2, 2),
        ([1.0, 0.75, 0.625, 0.625], {"patience": 2, "min_delta": 0.25, "max_epochs": 4}, 2, 3),
        ([1.0, 0.75, 0.75, 0.5], {"patience": 2, "min_delta": 0.25}, 0, 2),
        ([NAN, 4.0, -INF, 3.0, INF, NAN], {"patience": 2}, 3, 5),
        ([NAN, INF], {"patience": 2}, -1, 1),
    ],
)
def test_the_rule(losses: list[float], options: dict, best_epoch: int, stopped_epoch: int) -> None:
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
    found = train_with_early_stopping(model, *scripted(losses), **options)
    assert (found.best_epoch, found.stopped_epoch) == (best_epoch, stopped_epoch)
    assert found.best_loss == (losses[best_epoch] if best_epoch >= 0 else INF)
    assert str(found.val_losses) == str(losses[: stopped_epoch + 1])
    kept = best_epoch if best_epoch >= 0 else stopped_epoch
    assert all(bool((tensor == kept).all()) for tensor in model.state_dict().values())


@pytest.mark.parametrize("kind", [KeyboardInterrupt, StopIteration, ValueError])
def test_exceptions_arrive_as_they_were_raised(kind: type[BaseException]) -> None:
    error = kind("stop here")

    def fails(model: torch.nn.Module) -> float:
        raise error

    with pytest.raises(kind) as caught:
        train_with_early_stopping(torch.nn.Linear(1, 1), lambda model: None, fails)
    assert caught.value is error


@pytest.mark.parametrize(
    ("name", "value"),
    [("max_epochs", 0), ("patience", 0), *(("min_delta", bad) for bad in (-1.0, NAN, INF))],
)
def test_bad_input(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=rf"\b{name}\b"):
        train_with_early_stopping(torch.nn.Linear(1, 1), *scripted([1.0]), **{name: value})


def test_a_network_that_overfits_is_brought_back() -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(40, 10, generator=generator)
    y = x[:, :1] + torch.randn(40, 1, generator=generator)
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(10, 50), torch.nn.ReLU(), torch.nn.Linear(50, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)

    def train_one_epoch(model: torch.nn.Module) -> None:
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(model(x[:20]), y[:20]).backward()
        optimizer.step()

    def evaluate(model: torch.nn.Module) -> float:
        with torch.no_grad():
            return float(torch.nn.functional.mse_loss(model(x[20:]), y[20:]))

    found = train_with_early_stopping(model, train_one_epoch, evaluate, patience=15)
    assert found.stopped_epoch == found.best_epoch + 15
    assert evaluate(model) == found.best_loss == min(found.val_losses)
    assert found.val_losses[-1] > found.best_loss
