"""Self-check of `early_stopping`: run `pytest exercises/early_stopping`."""

from __future__ import annotations

import math

import numpy as np
import pytest

from exercises.checking import (
    CallRaised,
    Failure,
    array,
    ensure,
    fields,
    integer,
    number,
    rejects,
)

torch = pytest.importorskip("torch", reason="this exercise needs PyTorch")

FIELDS = ("best_epoch", "best_loss", "stopped_epoch", "val_losses")


class Train:
    """Stands for an epoch of training: the weight becomes the number of the epoch."""

    def __init__(self, error=None):
        self.epochs = 0
        self.error = error

    def fresh(self):
        return Train(self.error)

    def __call__(self, model):
        if self.error is not None:
            raise self.error
        with torch.no_grad():
            for tensor in model.state_dict().values():
                tensor.fill_(self.epochs)
        self.epochs += 1


class Evaluate:
    """Gives one scripted loss after the other."""

    def __init__(self, losses):
        self.losses = losses
        self.calls = 0

    def fresh(self):
        return Evaluate(self.losses)

    def __call__(self, model):
        self.calls += 1
        return self.losses[min(self.calls, len(self.losses)) - 1]


def run(submission, losses, *, model=None, **options):
    """The learner's answer to scripted losses, and the model."""
    model = torch.nn.Linear(1, 1) if model is None else model
    value = submission.train_with_early_stopping(model, Train(), Evaluate(losses), **options)
    return fields(value, FIELDS, "train_with_early_stopping"), model


def same(actual, expected, what):
    ensure(actual == expected, f"{what} is {actual:g}.", expected=expected)


@pytest.mark.check(
    "train_with_early_stopping", hint="Count the epochs in a row that did not improve."
)
def test_visible_patience(submission):
    """Stops once patience epochs in a row have not improved"""
    losses = [1.0, 0.5, 0.75, 0.625, 0.25, 0.5, 0.5, 0.5, 0.5]
    answer, _ = run(submission, losses, patience=3, max_epochs=9)
    same(integer(answer.stopped_epoch, "stopped_epoch"), 7, "stopped_epoch")
    same(integer(answer.best_epoch, "best_epoch"), 4, "best_epoch")
    same(number(answer.best_loss, "best_loss"), 0.25, "best_loss")


@pytest.mark.check("train_with_early_stopping", hint="Append every loss, whatever it is.")
def test_visible_losses(submission):
    """val_losses holds one loss an epoch"""
    answer, _ = run(submission, [1.0, 0.5, 0.75, 0.75], patience=2, max_epochs=10)
    losses = array(answer.val_losses, (None,), "val_losses")
    ensure(
        losses.tolist() == [1.0, 0.5, 0.75, 0.75],
        f"val_losses has {len(losses)} losses, not those that evaluate gave.",
        expected=[1.0, 0.5, 0.75, 0.75],
    )


@pytest.mark.check("train_with_early_stopping", hint="for epoch in range(max_epochs)")
def test_visible_max_epochs(submission):
    """Never more than max_epochs epochs"""
    answer, _ = run(submission, [1.0, 0.5, 0.25, 0.125, 0.0], patience=2, max_epochs=3)
    same(integer(answer.stopped_epoch, "stopped_epoch"), 2, "stopped_epoch")


@pytest.mark.check(
    "train_with_early_stopping", hint="loss < best_loss - min_delta: strictly, and from the best."
)
def test_visible_min_delta(submission):
    """An improvement of no more than min_delta does not count"""
    options = {"patience": 3, "max_epochs": 5, "min_delta": 0.25}
    answer, _ = run(submission, [1.0, 0.75, 0.625, 0.625, 0.625], **options)
    same(integer(answer.best_epoch, "best_epoch"), 2, "best_epoch")


@pytest.mark.check("train_with_early_stopping", hint="Keep copy.deepcopy(model.state_dict()).")
def test_visible_weights(submission):
    """On return the model has the weights of the best epoch"""
    _, model = run(submission, [1.0, 0.25, 0.5, 0.5], patience=2, max_epochs=4)
    weight = array(model.weight, (1, 1), "The weight")[0, 0]
    ensure(
        weight == 1.0,
        f"The weight is that of epoch {weight:g}; the best epoch is 1.",
        expected="the weight of epoch 1",
    )


@pytest.mark.check("train_with_early_stopping", hint="A comparison with NaN is always False.")
def test_visible_nan(submission):
    """A NaN never improves, but counts against patience"""
    answer, _ = run(submission, [1.0, math.nan, math.nan, 0.5], patience=2, max_epochs=4)
    same(integer(answer.stopped_epoch, "stopped_epoch"), 2, "stopped_epoch")
    same(integer(answer.best_epoch, "best_epoch"), 0, "best_epoch")
    answer, _ = run(submission, [math.nan, math.nan], patience=5, max_epochs=2)
    same(integer(answer.best_epoch, "best_epoch"), -1, "best_epoch, where no loss was finite,")
    loss = number(answer.best_loss, "best_loss", finite=False)
    same(loss, np.inf, "best_loss, where no loss was finite,")


@pytest.mark.check("train_with_early_stopping", hint="No try around the callbacks is needed.")
def test_visible_exceptions(submission):
    """An exception of a callback arrives as it was raised"""
    error = RuntimeError("the disk is full")
    model = torch.nn.Linear(1, 1)
    try:
        submission.train_with_early_stopping(model, Train(error), Evaluate([1.0]), max_epochs=3)
    except CallRaised as raised:
        if raised.to_do:
            raise
        ensure(raised.original is error, f"Another exception arrived: {raised.type_name}.")
        return
    raise Failure("train_one_epoch raised a RuntimeError, which did not arrive.")


@pytest.mark.check("train_with_early_stopping", hint='raise ValueError("patience must be >= 1")')
def test_visible_bad_input(submission):
    """A patience of 0 is a ValueError that names patience"""
    train, judge, model = Train(), Evaluate([1.0]), torch.nn.Linear(1, 1)
    rejects(
        submission.train_with_early_stopping, model, train, judge, patience=0, names=["patience"]
    )
