"""Early stopping done wrong on purpose, each in a way that learners really do."""

from __future__ import annotations

import copy
import math

import numpy as np

from graders.diagnosis import misconception
from reference.early_stopping import EarlyStoppingResult, train_with_early_stopping


def _check(max_epochs, patience, min_delta):
    if not max_epochs >= 1:
        raise ValueError("max_epochs must be at least 1")
    if not patience >= 1:
        raise ValueError("patience must be at least 1")
    if not (math.isfinite(min_delta) and min_delta >= 0):
        raise ValueError("min_delta must be finite and >= 0")


def _better(loss, best, min_delta):
    return math.isfinite(loss) and loss < best - min_delta


def _run(
    model,
    train_one_epoch,
    evaluate,
    max_epochs,
    patience,
    min_delta,
    *,
    better=_better,
    worn_out=lambda waited, patience: waited >= patience,
    keep=lambda model: copy.deepcopy(model.state_dict()),
    restore=lambda model, state: model.load_state_dict(state),
    memory=lambda best, loss, improved: loss if improved else best,
    waits=lambda waited, loss: waited + 1,
):
    """The loop with one of its parts exchanged."""
    _check(max_epochs, patience, min_delta)
    best_epoch, best_loss, compared, state = -1, math.inf, math.inf, None
    losses, waited = [], 0
    for epoch in range(max_epochs):
        train_one_epoch(model)
        loss = float(evaluate(model))
        losses.append(loss)
        improved = better(loss, compared, min_delta)
        compared = memory(compared, loss, improved)
        if improved:
            best_epoch, best_loss, state, waited = epoch, loss, keep(model), 0
        else:
            waited = waits(waited, loss)
            if worn_out(waited, patience):
                break
    if state is not None:
        restore(model, state)
    return EarlyStoppingResult(best_epoch, best_loss, len(losses) - 1, losses)


@misconception(
    "train_with_early_stopping",
    "The model came back with its last weights. Either the best ones were never loaded, or they were "
    "kept by reference: state_dict() gives the model's own tensors, which later epochs go on "
    "changing, and a dict's .copy() copies the names alone. Keep a deep copy.",
)
def last_weights_returned(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    return _run(
        model, train_one_epoch, evaluate, max_epochs, patience, min_delta,
        keep=lambda model: model.state_dict(), restore=lambda model, state: None,
    )  # fmt: skip


@misconception(
    "train_with_early_stopping",
    "Only the parameters were put back, not the buffers. BatchNorm's running mean and variance are "
    "in state_dict(), not in parameters(), and the model predicts with them.",
)
def buffers_forgotten(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    def keep(model):
        return {name: p.detach().clone() for name, p in model.named_parameters()}

    return _run(
        model, train_one_epoch, evaluate, max_epochs, patience, min_delta,
        keep=keep, restore=lambda model, state: model.load_state_dict(state, strict=False),
    )  # fmt: skip


@misconception(
    "train_with_early_stopping",
    "Training went on for one epoch too many: it should stop when the count of epochs without "
    "improvement reaches patience, not when it passes it.",
)
def patience_one_too_many(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    return _run(
        model, train_one_epoch, evaluate, max_epochs, patience, min_delta,
        worn_out=lambda waited, patience: waited > patience,
    )  # fmt: skip


@misconception(
    "train_with_early_stopping",
    "Training stopped one epoch too early, as when the best epoch itself is counted. Only epochs "
    "without improvement use up patience.",
)
def patience_one_too_few(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    return _run(
        model, train_one_epoch, evaluate, max_epochs, patience, min_delta,
        worn_out=lambda waited, patience: waited >= patience - 1,
    )  # fmt: skip


@misconception(
    "train_with_early_stopping",
    "The count was never set back to 0 after an improvement. Patience is about epochs in a row: "
    "each improvement starts the count again.",
)
def count_never_reset(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    total = [0]

    def waits(waited, loss):
        total[0] += 1
        return total[0]

    return _run(
        model, train_one_epoch, evaluate, max_epochs, patience, min_delta, waits=waits
    )  # fmt: skip


@misconception(
    "train_with_early_stopping",
    "min_delta played no part: every loss below the best one counted. An epoch improves only if "
    "its loss is below best_loss − min_delta.",
)
def min_delta_ignored(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    return _run(
        model, train_one_epoch, evaluate, max_epochs, patience, min_delta,
        better=lambda loss, best, delta: _better(loss, best, 0.0),
    )  # fmt: skip


@misconception(
    "train_with_early_stopping",
    "A loss exactly at best_loss − min_delta was taken for an improvement. The comparison is "
    "strict, so that a loss that stands still uses up patience.",
)
def ties_improve(model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0):
    return _run(
        model, train_one_epoch, evaluate, max_epochs, patience, min_delta,
        better=lambda loss, best, delta: math.isfinite(loss) and loss <= best - delta,
    )  # fmt: skip


@misconception(
    "train_with_early_stopping",
    "A loss exactly min_delta below the best one was taken for an improvement. It must be lower by "
    "more than min_delta.",
)
def step_of_min_delta_improves(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    def better(loss, best, delta):
        return math.isfinite(loss) and loss < best and not loss > best - delta

    return _run(
        model, train_one_epoch, evaluate, max_epochs, patience, min_delta, better=better
    )  # fmt: skip


@misconception(
    "train_with_early_stopping",
    "min_delta was taken as a share of the best loss. It is a difference of losses, in their units: "
    "an improvement is below best_loss − min_delta.",
)
def min_delta_is_a_share(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    def better(loss, best, delta):
        return math.isfinite(loss) and loss < best * (1 - delta)

    return _run(
        model, train_one_epoch, evaluate, max_epochs, patience, min_delta, better=better
    )  # fmt: skip


@misconception(
    "train_with_early_stopping",
    "min_delta stands on the wrong side: a loss up to min_delta above the best one counted as an "
    "improvement. It must be below best_loss − min_delta.",
)
def min_delta_on_the_wrong_side(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    return _run(
        model, train_one_epoch, evaluate, max_epochs, patience, min_delta,
        better=lambda loss, best, delta: math.isfinite(loss) and loss < best + delta,
    )  # fmt: skip


@misconception(
    "train_with_early_stopping",
    "Each loss was compared with that of the epoch before. Compare with the best so far, or a loss "
    "that jumps up and creeps down again looks like progress.",
)
def compared_with_the_previous_epoch(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    return _run(
        model, train_one_epoch, evaluate, max_epochs, patience, min_delta,
        memory=lambda best, loss, improved: loss,
    )  # fmt: skip


@misconception(
    "train_with_early_stopping",
    "The best loss was lowered by epochs that did not improve by min_delta. A slow descent then "
    "never counts; compare with the last epoch that did improve.",
)
def best_creeps_down(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    return _run(
        model, train_one_epoch, evaluate, max_epochs, patience, min_delta,
        memory=lambda best, loss, improved: min(best, loss) if math.isfinite(loss) else best,
    )  # fmt: skip


@misconception(
    "train_with_early_stopping",
    "The best epoch was looked for in the list of losses afterwards, as its minimum. With min_delta "
    "a later, slightly lower loss is no improvement, and its weights were not kept.",
)
def best_is_the_minimum(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    found = _run(model, train_one_epoch, evaluate, max_epochs, patience, min_delta)
    usable = [loss if math.isfinite(loss) else math.inf for loss in found.val_losses]
    best = int(np.argmin(usable)) if min(usable) < math.inf else -1
    return found._replace(best_epoch=best, best_loss=usable[best] if best >= 0 else math.inf)


@misconception(
    "train_with_early_stopping",
    "An epoch whose loss is NaN or infinite did not count against patience. Such a training has "
    "gone wrong, and would run on to max_epochs.",
)
def broken_losses_do_not_count(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    return _run(
        model, train_one_epoch, evaluate, max_epochs, patience, min_delta,
        waits=lambda waited, loss: waited + 1 if math.isfinite(loss) else waited,
    )  # fmt: skip


@misconception(
    "train_with_early_stopping",
    "A loss of minus infinity was taken for the best of all. It is as broken as NaN: ask "
    "math.isfinite first.",
)
def minus_infinity_is_best(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    return _run(
        model, train_one_epoch, evaluate, max_epochs, patience, min_delta,
        better=lambda loss, best, delta: loss < best - delta,
    )  # fmt: skip


@misconception(
    "train_with_early_stopping",
    "NaN was taken for an improvement, as `not loss >= best` does. Every comparison with NaN is "
    "False, so ask math.isfinite first.",
)
def nan_improves(model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0):
    return _run(
        model, train_one_epoch, evaluate, max_epochs, patience, min_delta,
        better=lambda loss, best, delta: not math.isinf(loss) and not loss >= best - delta,
    )  # fmt: skip


@misconception(
    "train_with_early_stopping",
    "Epochs were counted from 1. best_epoch and stopped_epoch count from 0, so that best_epoch is "
    "the place of the best loss in val_losses.",
)
def counted_from_one(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    found = _run(model, train_one_epoch, evaluate, max_epochs, patience, min_delta)
    best = found.best_epoch + 1 if found.best_epoch >= 0 else -1
    return found._replace(best_epoch=best, stopped_epoch=found.stopped_epoch + 1)


@misconception(
    "train_with_early_stopping",
    "stopped_epoch is the number of epochs run. It is the last epoch itself, counted from 0: one "
    "less.",
)
def stopped_epoch_is_a_count(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    found = _run(model, train_one_epoch, evaluate, max_epochs, patience, min_delta)
    return found._replace(stopped_epoch=len(found.val_losses))


@misconception(
    "train_with_early_stopping",
    "The loss was measured before the epoch's training instead of after it. The weights that are "
    "kept are then not those that gave the loss.",
)
def evaluated_before_training(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    _check(max_epochs, patience, min_delta)
    measured = []

    def train(model):
        measured.append(evaluate(model))
        train_one_epoch(model)

    return _run(
        model, train, lambda model: measured[-1], max_epochs, patience, min_delta
    )  # fmt: skip


def _answered_all_the_same(arguments, value):
    """Whether a callback raised, and an answer came back nevertheless."""
    errors = [getattr(arguments[name], "error", None) for name in ("train_one_epoch", "evaluate")]
    return any(error is not None for error in errors) and len(value) == 4


@misconception(
    "train_with_early_stopping",
    "An interrupt was caught, and the call returned as if training had ended. Whoever pressed "
    "Ctrl-C, or raised in a callback, must get their exception; `except Exception` and a bare "
    "`except` hide faults in the callbacks as well.",
    recognise=_answered_all_the_same,
)
def exceptions_swallowed(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    _check(max_epochs, patience, min_delta)
    losses = []

    def measure(model):
        losses.append(evaluate(model))
        return losses[-1]

    try:
        return train_with_early_stopping(
            model, train_one_epoch, measure,
            max_epochs=max_epochs, patience=patience, min_delta=min_delta,
        )  # fmt: skip
    except BaseException:
        best = int(np.argmin(losses)) if losses else -1
        best_loss = losses[best] if losses else math.inf
        return EarlyStoppingResult(best, best_loss, len(losses) - 1, losses)


@misconception(
    "train_with_early_stopping",
    "The best loss started at 0, so that no positive loss ever improves on it. Start from infinity: "
    "the first finite loss always improves.",
)
def best_loss_starts_at_zero(
    model, train_one_epoch, evaluate, *, max_epochs=1000, patience=10, min_delta=0.0
):
    first = [True]

    def better(loss, best, delta):
        start = 0.0 if first[0] else best
        improved = _better(loss, start, delta)
        first[0] = first[0] and not improved
        return improved

    return _run(
        model, train_one_epoch, evaluate, max_epochs, patience, min_delta, better=better
    )  # fmt: skip
