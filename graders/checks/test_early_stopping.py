"""Hidden checks of `early_stopping`: losses are scripted here, and every call is taken down.

All scripted losses and `min_delta` are exact in binary, so that comparisons have no rounding.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import strategies as st

from exercises.checking import (
    CallRaised,
    Failure,
    array,
    ensure,
    fields,
    integer,
    leaves_global_randomness_alone,
    number,
    rejects,
)
from graders.checks.strategies import for_all, seeds

FIELDS = ("best_epoch", "best_loss", "stopped_epoch", "val_losses")
NAN, INF = math.nan, math.inf


def plain_model():
    return torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))


def model_with_buffers():
    return torch.nn.Sequential(
        torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3), torch.nn.ReLU(), torch.nn.Linear(3, 1)
    )


def state_after(model, epoch):
    """The state that `Train` leaves after an epoch: other numbers in every tensor, every epoch.

    In float64 they have a part that float32 has no room for; elsewhere it is rounded away.
    """
    state = {}
    for place, (name, tensor) in enumerate(model.state_dict().items()):
        steps = torch.arange(tensor.numel()).reshape(tensor.shape)
        numbers = (steps + 10 * place + 100 * (epoch + 1)).double() + 2.0**-30
        state[name] = numbers.to(tensor.dtype)
    return state


def same_state(model, wanted):
    return all(torch.equal(tensor, wanted[n]) for n, tensor in model.state_dict().items())


class LossOfWeights:
    """Gives each epoch's loss by the weights that `Train` left in that epoch; 8 before any."""

    def __init__(self, losses, log=None):
        self.losses = tuple(losses)
        self.log = [] if log is None else log

    def fresh(self):
        return LossOfWeights(self.losses)

    def __call__(self, model):
        weight = float(next(iter(model.state_dict().values())).reshape(-1)[0])
        self.log.append(("evaluate", weight))
        epoch = weight / 100 - 1
        seen = epoch >= 0 and epoch == int(epoch)
        return self.losses[min(int(epoch), len(self.losses) - 1)] if seen else 8.0


class Train:
    """Stands for an epoch of training: sets every weight and buffer to numbers of that epoch."""

    def __init__(self, log=None, error=None, at=0):
        self.log = [] if log is None else log
        self.error, self.at = error, at
        self.epoch = -1
        self.left = None
        #: The epochs that began with other weights than the epoch before had left.
        self.moved = []

    def fresh(self):
        return Train(error=self.error, at=self.at)

    def __call__(self, model):
        if self.left is not None and not same_state(model, self.left):
            self.moved.append(self.epoch + 1)
        self.epoch += 1
        self.log.append("train")
        if self.error is not None and self.epoch == self.at:
            raise self.error
        self.left = state_after(model, self.epoch)
        with torch.no_grad():
            own = model.state_dict()
            for name, value in self.left.items():
                own[name].copy_(value)


class NoTraining:
    """An epoch that leaves the weights alone, for a script where they do not matter."""

    def __init__(self, log=None):
        self.log = [] if log is None else log

    def fresh(self):
        return NoTraining()

    def __call__(self, model):
        self.log.append("train")


class Evaluate:
    """Gives the losses of a script, then its last one again and again; sees the weights."""

    def __init__(self, losses, log=None, error=None, at=0):
        self.losses = tuple(losses)
        self.log = [] if log is None else log
        self.error, self.at = error, at
        self.calls = 0

    def fresh(self):
        return Evaluate(self.losses, error=self.error, at=self.at)

    def __call__(self, model):
        turn, self.calls = self.calls, self.calls + 1
        first = next(iter(model.state_dict().values()))
        self.log.append(("evaluate", float(first.reshape(-1)[0])))
        if self.error is not None and turn == self.at:
            raise self.error
        return self.losses[min(turn, len(self.losses) - 1)]


def right_outcome(losses, max_epochs, patience, min_delta):
    """(best epoch, best loss, number of epochs run) by the rule of the exercise."""
    best_epoch, best_loss, waited = -1, INF, 0
    for epoch, loss in enumerate(losses[:max_epochs]):
        if math.isfinite(loss) and (best_epoch == -1 or loss < best_loss - min_delta):
            best_epoch, best_loss, waited = epoch, loss, 0
        else:
            waited += 1
        if waited == patience:
            break
    return best_epoch, best_loss, epoch + 1


def read(value):
    """The four fields of an answer, each of its kind; the losses as an array."""
    answer = fields(value, FIELDS, "train_with_early_stopping")
    losses = answer.val_losses
    ensure(
        isinstance(losses, (list, tuple, np.ndarray)) or hasattr(losses, "detach"),
        "val_losses should be a list of floats, one an epoch.",
    )
    return (
        integer(answer.best_epoch, "best_epoch"),
        number(answer.best_loss, "best_loss", finite=False),
        integer(answer.stopped_epoch, "stopped_epoch"),
        array(losses, (None,), "val_losses", finite=False),
    )


def follow(submission, losses, model=None, *, train=Train, **options):
    """Run a script and hold every part of the answer against the rule; gives the model back."""
    model = torch.nn.Linear(2, 1) if model is None else model
    log = []
    value = submission.train_with_early_stopping(
        model, train(log), Evaluate(losses, log), **options
    )
    best_epoch, best_loss, stopped, val_losses = read(value)
    rule = {"max_epochs": 1000, "patience": 10, "min_delta": 0.0} | options
    wanted_epoch, wanted_loss, epochs = right_outcome(losses, **rule)
    trained = log.count("train")
    ensure(
        trained == epochs,
        f"Training ran for {trained} epochs; by patience, min_delta and max_epochs it should have "
        f"stopped {'earlier' if trained > epochs else 'later'}.",
    )
    ensure(
        stopped == epochs - 1,
        f"stopped_epoch is {stopped}, but the last epoch run, counted from 0, is {trained - 1}.",
    )
    ensure(
        np.array_equal(val_losses, np.array(losses[:epochs]), equal_nan=True),
        "val_losses should hold what evaluate gave, one loss an epoch, in order.",
    )
    ensure(
        best_epoch == wanted_epoch,
        f"best_epoch is {best_epoch}, which is not the last epoch that improved.",
    )
    ensure(
        best_loss == wanted_loss,
        f"best_loss is {best_loss:g}, which is not that of the best epoch.",
    )
    return model, best_epoch if best_epoch >= 0 else stopped


def restored(model, epoch, what="the best epoch"):
    """Every tensor of the model's state_dict is as it was after the epoch."""
    wanted = state_after(model, epoch)
    wrong = [n for n, tensor in model.state_dict().items() if not torch.equal(tensor, wanted[n])]
    if wrong:
        raise Failure(f"On return {', '.join(wrong)} of the model is not as it was after {what}.")


finite = st.sampled_from([1.0, 0.75, 0.5, 0.25, 0.125, 2.0, 4.0, 0.0, -0.5])
scripts = st.lists(finite, min_size=1, max_size=12)
broken_scripts = st.lists(
    st.one_of(finite, st.sampled_from([NAN, INF, -INF])), min_size=1, max_size=10
)
patiences = st.integers(1, 4)


@pytest.mark.check(
    "train_with_early_stopping",
    points=3,
    hint="Keep three things: the best loss, its epoch, and how many epochs in a row did not improve.",
)
@for_all(max_examples=20, losses=scripts, patience=patiences)
def test_follows_the_rule(submission, losses, patience):
    """Stops once patience epochs in a row have not improved, and tells what happened"""
    follow(submission, losses, patience=patience, max_epochs=len(losses))


@pytest.mark.check(
    "train_with_early_stopping",
    points=2,
    hint="Compare with best_loss − min_delta, strictly, best_loss being that of the best epoch.",
)
@for_all(
    max_examples=12,
    losses=scripts,
    patience=patiences,
    min_delta=st.sampled_from([0.25, 0.5, 0.125, 1.0]),
)
def test_min_delta(submission, losses, patience, min_delta):
    """An epoch improves only if its loss is below the best by more than min_delta"""
    # a slow descent: no step is large enough, but three together are; then a small step up
    slow = [1.0 - min_delta * k / 2 for k in (0, 1, 2, 3, 4, 5, 4)]
    follow(submission, slow, patience=3, max_epochs=7, min_delta=min_delta)
    follow(submission, losses, patience=patience, max_epochs=len(losses), min_delta=min_delta)


@pytest.mark.check(
    "train_with_early_stopping",
    points=1,
    hint="The count starts again at every improvement, and ties are none.",
)
def test_edges_of_patience(submission):
    """An improvement at the last possible moment starts the count again"""
    for patience in (1, 2, 3, 5):
        flat = [1.0] * (patience - 1)
        losses = [1.0, *flat, 0.5, *([0.5] * (patience - 1)), 0.25, *([0.25] * (patience + 2))]
        follow(submission, losses, patience=patience, max_epochs=len(losses))
        # falling throughout: patience never matters
        follow(submission, [2.0**-k for k in range(8)], patience=patience, max_epochs=8)
        # never again as low as the first
        follow(submission, [0.5, *([0.75, 0.625] * 4)], patience=patience, max_epochs=9)


@pytest.mark.check(
    "train_with_early_stopping",
    points=2,
    hint="math.isfinite(loss) first; a loss that is NaN or infinite counts against patience.",
)
@for_all(
    max_examples=18,
    losses=broken_scripts,
    patience=patiences,
    min_delta=st.sampled_from([0.0, 0.25]),
)
def test_losses_that_are_not_finite(submission, losses, patience, min_delta):
    """A NaN or infinite loss never improves, but counts against patience"""
    model, epoch = follow(
        submission, losses, patience=patience, max_epochs=len(losses), min_delta=min_delta
    )
    restored(model, epoch)


@pytest.mark.check(
    "train_with_early_stopping",
    points=1,
    hint="Start with best_epoch = -1 and best_loss = inf; then there is nothing to go back to.",
)
@for_all(
    max_examples=8,
    losses=st.lists(st.sampled_from([NAN, INF, -INF]), min_size=1, max_size=6),
    patience=patiences,
)
def test_no_finite_loss(submission, losses, patience):
    """If no loss was finite: best_epoch −1, best_loss inf, the last weights"""
    model, last = follow(
        submission, losses, model_with_buffers(), patience=patience, max_epochs=len(losses)
    )
    restored(model, last, "the last epoch, where no loss was finite")


@pytest.mark.check(
    "train_with_early_stopping",
    points=1,
    hint="Start from best_loss = inf, not from some large number.",
)
@for_all(
    max_examples=6,
    first=st.sampled_from([1e4, 1e12, 1e30, 2.0**1000, -3.0]),
    min_delta=st.sampled_from([0.0, 1.0, 2.0**40]),
)
def test_first_finite_loss_improves(submission, first, min_delta):
    """The first finite loss always improves, however large it is"""
    for losses in ([first, first, first], [NAN, first, INF, first]):
        model, epoch = follow(
            submission, losses, patience=2, max_epochs=len(losses), min_delta=min_delta
        )
        restored(model, epoch)


@pytest.mark.check(
    "train_with_early_stopping",
    points=2,
    hint="state_dict() refers to the model's own tensors: copy.deepcopy it, and load it at the end.",
)
@for_all(max_examples=12, losses=scripts, patience=patiences, frozen=st.booleans())
def test_best_weights_are_back(submission, losses, patience, frozen):
    """On return the model has the weights of the best epoch"""
    options = {"patience": patience, "max_epochs": len(losses)}
    model = plain_model()
    if frozen:  # requires_grad says who asks for a gradient, not who changes
        model[0].requires_grad_(False)
    model, epoch = follow(submission, losses, model, **options)
    restored(model, epoch)


@pytest.mark.check(
    "train_with_early_stopping",
    points=1,
    hint="Keep the whole state_dict, not model.parameters(): BatchNorm's running means are buffers.",
)
@for_all(max_examples=10, losses=scripts, patience=patiences, double=st.booleans())
def test_buffers_are_back(submission, losses, patience, double):
    """Buffers are those of the best epoch too, BatchNorm's for instance"""
    model = model_with_buffers()
    if double:
        model = model.double()
    model, epoch = follow(submission, losses, model, patience=patience, max_epochs=len(losses))
    restored(model, epoch)


@pytest.mark.check(
    "train_with_early_stopping",
    points=1,
    hint="max_epochs is a number of epochs: range(max_epochs).",
)
@for_all(max_examples=12, max_epochs=st.integers(1, 9), losses=scripts)
def test_max_epochs(submission, max_epochs, losses):
    """Never more than max_epochs epochs"""
    losses = (losses * 9)[:9]
    model, epoch = follow(submission, losses, max_epochs=max_epochs, patience=50)
    restored(model, epoch)


@pytest.mark.check(
    "train_with_early_stopping",
    points=1,
    hint="The defaults stand in the signature: max_epochs=1000, patience=10, min_delta=0.0.",
)
def test_defaults(submission):
    """The defaults: patience 10, min_delta 0, 1000 epochs"""
    follow(submission, [1.0] * 15)
    follow(submission, [1.0, 1.0 - 2.0**-40, *([1.0] * 9), 0.5, *([0.5] * 15)])
    losses = [2.0 - k / 1024 for k in range(1010)]
    follow(submission, losses, torch.nn.Linear(1, 1, False), train=NoTraining)


@pytest.mark.check(
    "train_with_early_stopping",
    points=1,
    hint="for epoch in range(max_epochs): train_one_epoch(model); loss = evaluate(model)",
)
@for_all(max_examples=10, losses=scripts, patience=patiences)
def test_order_of_calls(submission, losses, patience):
    """Each epoch is one train_one_epoch, then one evaluate of the model as trained"""
    log = []
    train = Train(log)
    submission.train_with_early_stopping(
        plain_model(),
        train,
        LossOfWeights(losses, log),
        patience=patience,
        max_epochs=len(losses),
    )
    kinds = [entry if isinstance(entry, str) else entry[0] for entry in log]
    ensure(
        kinds == ["train", "evaluate"] * (len(log) // 2) and bool(log),
        f"The calls should go train, evaluate, train, evaluate, …, but went "
        f"{', '.join(kinds[:8])}, ….",
    )
    seen = [entry[1] for entry in log if not isinstance(entry, str)]
    ensure(
        seen == [100.0 * (k + 1) for k in range(len(seen))],
        "evaluate did not get the model with the weights that train_one_epoch left.",
    )
    # an epoch is the two calls and nothing else; the way back is "on return"
    ensure(
        not train.moved,
        f"Epoch {train.moved[0] if train.moved else 0} did not begin with the weights that the "
        "epoch before it had left. Training goes on from the last weights; the best ones come back "
        "once, at the end.",
    )


class LossExploded(RuntimeError):
    """An exception that only the caller knows."""


# a subclass of the same name: the diagnosis can tell it from the person at the keyboard
Interrupt = type("KeyboardInterrupt", (KeyboardInterrupt,), {})


@pytest.mark.check(
    "train_with_early_stopping",
    points=2,
    hint="Do not catch what callbacks raise. In a generator, StopIteration becomes a RuntimeError.",
)
def test_exceptions_pass(submission):
    """An exception of a callback arrives as it was raised: KeyboardInterrupt, StopIteration, any"""
    kinds = (
        Interrupt, StopIteration, LossExploded, ValueError, ZeroDivisionError, OverflowError,
        MemoryError, SystemExit,
    )  # fmt: skip
    for kind in kinds:
        for where in ("train_one_epoch", "evaluate"):
            for at in (0, 2):
                error = kind("no more data")
                broken = {"error": error, "at": at}
                train = Train(**broken) if where == "train_one_epoch" else Train()
                judge = Evaluate([1.0, 0.5, 0.25], **(broken if where == "evaluate" else {}))
                arrives(submission, train, judge, error, where, at)


def arrives(submission, train, judge, error, where, at):
    told = f"{where} raised {type(error).__name__} in epoch {at}"
    try:
        submission.train_with_early_stopping(plain_model(), train, judge, max_epochs=5, patience=2)
    except CallRaised as raised:
        if raised.to_do:
            raise
        ensure(
            raised.original is error,
            f"{told}, and what arrived is another exception: {raised.type_name}.",
        )
        return
    raise Failure(f"{told}, and the call went on and returned as if nothing had happened.")


@pytest.mark.check(
    "train_with_early_stopping",
    points=1,
    hint="Everything that changes belongs inside the function: no globals, no mutable defaults.",
)
def test_no_state_between_calls(submission):
    """One call does not know of another, and draws no random numbers"""
    first, first_best = follow(submission, [1.0, 0.25, 0.5, 0.5], patience=2, max_epochs=4)
    leaves_global_randomness_alone(submission.last)
    kept = {name: tensor.clone() for name, tensor in first.state_dict().items()}
    second, second_best = follow(submission, [2.0, 1.0, 0.5, 3.0, 3.0], patience=2, max_epochs=5)
    restored(second, second_best)
    ensure(
        all(torch.equal(tensor, kept[name]) for name, tensor in first.state_dict().items()),
        "The second call changed the model of the first.",
    )
    restored(first, first_best)
    follow(submission, [1.0, 0.25, 0.5, 0.5], patience=2, max_epochs=4)


class Descend:
    """Real training: gradient steps on the squared error of a few noisy rows."""

    def __init__(self, data, rate):
        self.data, self.rate = data, rate
        self.states = []

    def fresh(self):
        return Descend(self.data, self.rate)

    def __call__(self, model):
        x, y = self.data
        model.train()
        for _ in range(3):
            loss = torch.nn.functional.mse_loss(model(x)[:, 0], y)
            gradients = torch.autograd.grad(loss, list(model.parameters()))
            with torch.no_grad():
                for parameter, gradient in zip(model.parameters(), gradients, strict=True):
                    parameter -= self.rate * gradient
        self.states.append({name: t.clone() for name, t in model.state_dict().items()})


class Validate:
    """The squared error on other rows, in evaluation mode."""

    def __init__(self, data):
        self.data = data
        self.losses = []

    def fresh(self):
        return Validate(self.data)

    def __call__(self, model):
        x, y = self.data
        model.eval()
        with torch.no_grad():
            self.losses.append(float(torch.nn.functional.mse_loss(model(x)[:, 0], y)))
        return self.losses[-1]


@pytest.mark.check(
    "train_with_early_stopping",
    points=1,
    hint="Works with scripted losses, but not in real training? See how the weights are kept.",
)
@for_all(max_examples=3, seed=seeds, patience=st.integers(2, 4))
def test_real_training(submission, seed, patience):
    """A small network that overfits: the weights of its best epoch come back"""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(30, 4, generator=generator)
    y = torch.sin(2 * x[:, 0]) + 0.5 * torch.randn(30, generator=generator)
    model = torch.nn.Sequential(
        torch.nn.Linear(4, 16), torch.nn.BatchNorm1d(16), torch.nn.Tanh(), torch.nn.Linear(16, 1)
    )
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(0.4 * torch.randn(parameter.shape, generator=generator))
    train, validate = Descend((x[:15], y[:15]), 0.1), Validate((x[15:], y[15:]))
    options = {"max_epochs": 25, "patience": patience}
    value = submission.train_with_early_stopping(model, train, validate, **options)
    best_epoch, best_loss, stopped, val_losses = read(value)
    wanted_epoch, wanted_loss, epochs = right_outcome(validate.losses, **options, min_delta=0.0)
    ensure(
        len(train.states) == epochs and stopped == epochs - 1,
        f"Training ran for {len(train.states)} epochs and stopped_epoch is {stopped}: it did not "
        "stop when patience was used up.",
    )
    ensure(
        np.array_equal(val_losses, np.array(validate.losses)),
        "val_losses should hold what evaluate gave, one loss an epoch, in order.",
    )
    ensure(
        best_epoch == wanted_epoch and best_loss == wanted_loss,
        "best_epoch and best_loss are not those of the lowest validation loss.",
    )
    best = train.states[best_epoch]
    wrong = [n for n, t in model.state_dict().items() if not torch.equal(t, best[n])]
    ensure(
        not wrong,
        f"On return {', '.join(wrong)} of the model is not as it was after the best epoch.",
    )


@pytest.mark.check(
    "train_with_early_stopping",
    points=1,
    hint="Check max_epochs, patience and min_delta before the first epoch, and name the argument.",
)
def test_bad_input(submission):
    """A count below 1, or a negative or non-finite min_delta, is a ValueError that names it"""

    def refuses(name, value):
        rejects(
            submission.train_with_early_stopping,
            plain_model(),
            Train(),
            Evaluate([1.0, 1.0]),
            names=[name],
            **{"max_epochs": 2, name: value},
        )

    for count in (0, -1, -10):
        refuses("max_epochs", count)
        refuses("patience", count)
    for delta in (-0.1, -1e-12, NAN, INF, -INF):
        refuses("min_delta", delta)
