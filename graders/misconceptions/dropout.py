"""Dropout done wrong on purpose, each in a way that learners really do."""

from __future__ import annotations

import numpy as np
import torch

from graders.diagnosis import misconception
from reference.dropout import DropoutOutput, dropout_forward, mlp_forward


def _draw(x, p, generator):
    """A right mask, in the dtype of x."""
    if not 0 <= p <= 1:
        raise ValueError("p must be between 0 and 1")
    return (torch.rand(x.shape, generator=generator, dtype=torch.float64) >= p).to(x.dtype)


def _read(arguments, value):
    """x, p, out and mask as NumPy arrays of an answer to dropout_forward."""
    x = arguments["x"].detach().double().numpy()
    out, mask = (np.asarray(torch.as_tensor(item).detach().double()) for item in value)
    return x, float(arguments["p"]), out, mask


def _like(a, b, arguments):
    """Equal up to the roundings of x's dtype."""
    eps = torch.finfo(arguments["x"].dtype).eps
    return a.shape == b.shape and bool(
        np.all(np.abs(a - b) <= 8 * eps * np.maximum(np.abs(b), eps))
    )


def _inside(p):
    return 0 < p < 1


def _right_scale(arguments, value):
    """Whether out and mask fit each other as they should."""
    x, p, out, mask = _read(arguments, value)
    return bool(np.isin(mask, (0, 1)).all()) and _like(out, x * mask / (1 - p), arguments)


def _share_kept(mask, p, wanted):
    """Whether the share kept is `wanted`, p or 1 − p, and there are enough elements to tell."""
    spread = np.sqrt(p * (1 - p) / mask.size)
    return abs(1 - 2 * p) > 12 * spread and abs(mask.mean() - wanted) < 6 * spread


def _not_rescaled(arguments, value):
    x, p, out, mask = _read(arguments, value)
    return (
        arguments["training"]
        and _inside(p)
        and bool(np.isin(mask, (0, 1)).all())
        and mask.any()
        and _like(out, x * mask, arguments)
    )


@misconception(
    "dropout_forward",
    "What was kept has not been rescaled. The next layer then sees inputs that are smaller in "
    "training than at test time, by the factor 1 − p; divide by it.",
    recognise=_not_rescaled,
)
def not_rescaled(x, p, *, training=True, generator=None):
    if not training:
        return dropout_forward(x, p, training=False)
    mask = _draw(x, p, generator)
    return DropoutOutput(x * mask, mask)


def _divided_by_p(arguments, value):
    x, p, out, mask = _read(arguments, value)
    return (
        arguments["training"]
        and _inside(p)
        and _like(out, x * mask / p, arguments)
        and _share_kept(mask, p, 1 - p)
    )


@misconception(
    "dropout_forward",
    "What was kept has been divided by p. It is kept with probability 1 − p, so that is what "
    "brings the expected output back to x.",
    recognise=_divided_by_p,
)
def divided_by_p(x, p, *, training=True, generator=None):
    if not training:
        return dropout_forward(x, p, training=False)
    mask = _draw(x, p, generator)
    return DropoutOutput(x * mask / p if p > 0 else x, mask)


def _keep_probability(arguments, value):
    x, p, out, mask = _read(arguments, value)
    return (
        arguments["training"]
        and _inside(p)
        and _share_kept(mask, p, p)
        and (_like(out, x * mask / p, arguments) or _like(out, x * mask / (1 - p), arguments))
    )


@misconception(
    "dropout_forward",
    "p was taken as the probability to keep an element. Here, as in PyTorch, p is the probability "
    "to drop it; the paper's p is the other one.",
    recognise=_keep_probability,
)
def p_is_the_probability_to_keep(x, p, *, training=True, generator=None):
    if not training:
        return dropout_forward(x, p, training=False)
    mask = _draw(x, 1 - p, generator)
    return DropoutOutput(x * mask / p if p > 0 else x * 0.0, mask)


def _mask_inverted(arguments, value):
    x, p, out, mask = _read(arguments, value)
    scale = 1 / (1 - p) if p < 1 else 0.0
    return (
        arguments["training"]
        and 0 <= p <= 1
        and bool(np.isin(mask, (0, 1)).all())
        and _like(out, x * (1 - mask) * scale, arguments)
    )


@misconception(
    "dropout_forward",
    "The mask is 1 where an element was dropped. It should be 1 where it was kept, so that "
    "out = x·mask/(1 − p) and the backward pass can use it as it is.",
    recognise=_mask_inverted,
)
def mask_inverted(x, p, *, training=True, generator=None):
    out, mask = dropout_forward(x, p, training=training, generator=generator)
    return DropoutOutput(out, 1 - mask)


def _mask_rescaled(arguments, value):
    x, p, out, mask = _read(arguments, value)
    kept = mask != 0
    return (
        arguments["training"]
        and _inside(p)
        and kept.any()
        and _like(mask, kept / (1 - p), arguments)
        and _like(out, x * kept / (1 - p), arguments)
    )


@misconception(
    "dropout_forward",
    "The mask that came back holds 1/(1 − p) where an element was kept. The mask is 1 there: the "
    "factor belongs to out, else whoever uses the mask rescales twice.",
    recognise=_mask_rescaled,
)
def mask_already_rescaled(x, p, *, training=True, generator=None):
    out, mask = dropout_forward(x, p, training=training, generator=generator)
    return DropoutOutput(out, mask / (1 - p) if training and p < 1 else mask)


def _rescaled_at_test_time(arguments, value):
    x, p, out, mask = _read(arguments, value)
    scaled = [x * (1 - p)] + ([x / (1 - p)] if p < 1 else [])
    return (
        not arguments["training"]
        and 0 < p <= 1
        and mask.size >= 9  # a few elements may all have been kept by chance
        and bool(mask.all() or p == 1)
        and any(_like(out, it, arguments) for it in scaled)
    )


@misconception(
    "dropout_forward",
    "x was rescaled at test time. In inverted dropout the rescaling is done in training, so at "
    "test time x goes through untouched; doing both, or the other one, shifts what the next layer "
    "sees.",
    recognise=_rescaled_at_test_time,
)
def rescaled_at_test_time(x, p, *, training=True, generator=None):
    out, mask = dropout_forward(x, p, training=training, generator=generator)
    return DropoutOutput(out if training else x * (1 - p), mask)


def _active_at_test_time(arguments, value):
    x, p, out, mask = _read(arguments, value)
    scale = 1 / (1 - p) if p < 1 else 0.0
    return (
        not arguments["training"]
        and 0 < p <= 1
        and bool(np.isin(mask, (0, 1)).all())
        and not mask.all()
        and _like(out, x * mask * scale, arguments)
        and not _like(out, x, arguments)
    )


@misconception(
    "dropout_forward",
    "Elements were dropped with training=False. Dropout is noise for training; at test time the "
    "whole network is used, and predictions must not depend on chance.",
    recognise=_active_at_test_time,
)
def active_at_test_time(x, p, *, training=True, generator=None):
    return dropout_forward(x, p, generator=generator)


def _one_mask_for_all_rows(arguments, value):
    _x, p, _out, mask = _read(arguments, value)
    return (
        arguments["training"]
        and _inside(p)
        and mask.ndim > 1
        and len(mask) >= 2
        and mask[0].size >= 5
        and mask.min() < mask.max()  # where none or all was dropped there is nothing to see
        and bool(np.all(mask == mask[:1]))
        and _right_scale(arguments, value)
    )


@misconception(
    "dropout_forward",
    "All rows of the batch share one mask. Every example should lose units of its own, so draw as "
    "many random numbers as x has elements.",
    recognise=_one_mask_for_all_rows,
)
def one_mask_for_all_rows(x, p, *, training=True, generator=None):
    if not (training and 0 <= p < 1) or x.ndim < 2:
        return dropout_forward(x, p, training=training, generator=generator)
    mask = _draw(x[:1], p, generator).expand(x.shape).clone()
    return DropoutOutput(x * mask / (1 - p), mask)


def _whole_rows_dropped(arguments, value):
    _x, p, _out, mask = _read(arguments, value)
    if not (arguments["training"] and _inside(p) and mask.ndim > 1 and mask.min() < mask.max()):
        return False
    rows = mask.reshape(len(mask), -1)
    channels = mask.reshape(*mask.shape[:2], -1)
    whole = [
        parts
        for parts in (rows, channels, mask)
        if parts.shape[-1] >= 4 and np.all(parts == parts[..., :1])
    ]
    return bool(whole) and rows.size >= 16 and _right_scale(arguments, value)


@misconception(
    "dropout_forward",
    "Whole rows (or channels) were dropped, by one draw each. Every element is dropped on its own; "
    "dropping whole channels is another method, Dropout2d.",
    recognise=_whole_rows_dropped,
)
def whole_rows_dropped(x, p, *, training=True, generator=None):
    if not (training and 0 <= p < 1) or x.ndim < 2:
        return dropout_forward(x, p, training=training, generator=generator)
    mask = _draw(x[..., :1], p, generator).expand(x.shape).clone()
    return DropoutOutput(x * mask / (1 - p), mask)


def _fixed_count(arguments, value):
    _x, p, _out, mask = _read(arguments, value)
    if not (arguments["training"] and _inside(p)):
        return False
    in_rows = np.sum(mask == 0, axis=-1)
    # the exact total is common by chance, so it is believed only where many small calls are made
    total = 16 <= mask.size < 24 and abs(np.sum(in_rows) - p * mask.size) < 1
    each = in_rows.size >= 8 and bool(np.all(np.abs(in_rows - p * mask.shape[-1]) < 1))
    return (total or each) and _right_scale(arguments, value)


@misconception(
    "dropout_forward",
    "Exactly the share p of the elements was dropped, every time. Each element is dropped "
    "independently, so how many are dropped varies from call to call.",
    recognise=_fixed_count,
)
def fixed_number_dropped(x, p, *, training=True, generator=None):
    if not (training and 0 <= p < 1):
        return dropout_forward(x, p, training=training, generator=generator)
    count = x.numel()
    order = torch.randperm(count, generator=generator)
    mask = torch.ones(count, dtype=x.dtype)
    mask[order[: round(p * count)]] = 0
    mask = mask.reshape(x.shape)
    return DropoutOutput(x * mask / (1 - p), mask)


def _drawn_in_16_bits(arguments, value):
    _x, p, _out, mask = _read(arguments, value)
    steps = {torch.bfloat16: 256, torch.float16: 2048}.get(arguments["x"].dtype)
    if steps is None or not (arguments["training"] and _inside(p) and mask.size >= 10_000):
        return False
    spread = np.sqrt(p * (1 - p) / mask.size)
    off = abs(np.mean(mask == 0) - p)
    return 6 * spread < off <= 1.2 / steps and _right_scale(arguments, value)


@misconception(
    "dropout_forward",
    "The random numbers were drawn in the 16-bit type of x, which has few values between 0 and 1 "
    "(multiples of 1/256 in bfloat16). Comparing them with p gives another rate; draw in float32 "
    "or float64.",
    recognise=_drawn_in_16_bits,
)
def drawn_in_the_dtype_of_x(x, p, *, training=True, generator=None):
    if not (training and 0 <= p < 1):
        return dropout_forward(x, p, training=training, generator=generator)
    draws = torch.rand(x.shape, generator=generator, dtype=x.dtype)
    mask = (draws >= p).to(x.dtype)
    return DropoutOutput(x * mask / (1 - p), mask)


def _nan_when_all_dropped(arguments, value):
    _x, p, out, _mask = _read(arguments, value)
    return arguments["training"] and p == 1 and bool(np.isnan(out).any())


@misconception(
    "dropout_forward",
    "At p = 1 everything is dropped and 1/(1 − p) is infinite, so 0·inf made NaN. Return zeros "
    "there, by a scale of 0.",
    recognise=_nan_when_all_dropped,
)
def nan_when_all_is_dropped(x, p, *, training=True, generator=None):
    if not training:
        return dropout_forward(x, p, training=False)
    mask = _draw(x, p, generator)
    return DropoutOutput(x * mask / torch.tensor(1 - p, dtype=x.dtype), mask)


@misconception(
    "dropout_backward",
    "The gradient was masked but not rescaled. out is x·mask/(1 − p), so its derivative carries "
    "the factor 1/(1 − p) as well.",
)
def backward_not_rescaled(grad_out, mask, p):
    return grad_out * mask.to(grad_out.dtype)


@misconception(
    "dropout_backward",
    "The gradient was rescaled but not masked. An element that was dropped had no influence on the "
    "output, so no gradient flows back to it.",
)
def backward_not_masked(grad_out, mask, p):
    return grad_out / (1 - p) if p < 1 else grad_out * 0.0


@misconception(
    "dropout_backward",
    "The gradient was multiplied by 1 − p instead of divided. The backward pass repeats the "
    "forward pass's factor, it does not undo it.",
)
def backward_undoes_the_scale(grad_out, mask, p):
    return grad_out * mask.to(grad_out.dtype) * (1 - p)


def _layers(x, weights, biases, p, training, generator, *, last=None, first=None, active=None):
    """mlp_forward with something else done to the input, the activations or the logits."""
    h = first(x) if first else x
    for weight, bias in list(zip(weights, biases, strict=True))[:-1]:
        h = h @ weight.T + bias
        h = (active or torch.relu)(h)
        h = dropout_forward(h, p, training=training, generator=generator).out
    logits = h @ weights[-1].T + biases[-1]
    return last(logits) if last else logits


def _plain(arguments):
    options = {"p": 0.0, "training": False}
    logits = mlp_forward(arguments["x"], arguments["weights"], arguments["biases"], **options)
    return logits.detach().double().numpy()


def _logits_dropped(arguments, value):
    p = arguments["p"]
    if not arguments["training"] or p == 0 or len(arguments["weights"]) != 1:
        return False
    plain, logits = _plain(arguments), np.asarray(value.detach().double())
    zero = logits == 0
    rest = np.isclose(logits, plain / (1 - p), rtol=1e-6) if p < 1 else zero
    return bool(np.all(zero | rest))


@misconception(
    "mlp_forward",
    "The logits went through dropout as well. Dropout belongs between hidden layers; dropping an "
    "output makes the prediction itself noise.",
    recognise=_logits_dropped,
)
def dropout_on_the_logits(x, weights, biases, *, p, training=True, generator=None):
    def last(logits):
        return dropout_forward(logits, p, training=training, generator=generator).out

    return _layers(x, weights, biases, p, training, generator, last=last)


def _input_dropped(arguments, value):
    """Whether the logits of a single layer are those of an input with some elements dropped."""
    p, weights = arguments["p"], arguments["weights"]
    if not arguments["training"] or p == 0 or len(weights) != 1 or weights[0].shape[1] > 12:
        return False
    x = arguments["x"].detach().double().numpy()
    weight, bias = weights[0].double().numpy(), arguments["biases"][0].double().numpy()
    logits = np.asarray(value.detach().double())
    scale = 1 / (1 - p) if p < 1 else 0.0
    columns = x.shape[1]
    masks = np.array([[k >> j & 1 for j in range(columns)] for k in range(2**columns)])
    for row, seen in zip(x, logits, strict=True):
        possible = (row * masks * scale) @ weight.T + bias
        if not np.any(np.all(np.isclose(possible, seen, rtol=1e-6, atol=1e-9), axis=1)):
            return False
    return True


@misconception(
    "mlp_forward",
    "The input went through dropout as well. Here only hidden units are dropped, each after its "
    "ReLU; the input goes into the first layer as it is.",
    recognise=_input_dropped,
)
def dropout_on_the_input(x, weights, biases, *, p, training=True, generator=None):
    def first(h):
        return dropout_forward(h, p, training=training, generator=generator).out

    return _layers(x, weights, biases, p, training, generator, first=first)


def _noisy_at_test_time(arguments, value):
    """Logits with training=False that are neither the plain ones nor constant factors of them."""
    if arguments["training"] or arguments["p"] == 0 or len(arguments["weights"]) < 2:
        return False
    p, weights, biases = arguments["p"], arguments["weights"], arguments["biases"]
    logits = np.asarray(value.detach().double())
    if p == 1:
        return bool(np.allclose(logits, biases[-1].double().numpy()[None], atol=1e-6))
    # the last hidden layer's units, when there is but one: every subset of them
    if len(weights) != 2 or weights[1].shape[1] > 12:
        return False
    x, w, b = (item.detach().double().numpy() for item in (arguments["x"], weights[0], biases[0]))
    hidden = np.maximum(x @ w.T + b, 0) / (1 - p)
    masks = np.array([[k >> j & 1 for j in range(len(b))] for k in range(2 ** len(b))])
    last, bias = weights[1].double().numpy(), biases[1].double().numpy()
    scale = 1e-4 * (1 + np.abs(logits).max())
    return all(
        np.any(np.all(np.abs((row * masks) @ last.T + bias - seen) <= scale, axis=1))
        for row, seen in zip(hidden, logits, strict=True)
    )


@misconception(
    "mlp_forward",
    "The network dropped units with training=False. Hand `training` on to dropout_forward, whose "
    "default is True; at test time the logits must not depend on chance.",
    recognise=_noisy_at_test_time,
)
def network_always_in_training(x, weights, biases, *, p, training=True, generator=None):
    return _layers(x, weights, biases, p, True, generator)


@misconception(
    "mlp_forward",
    "The logits went through a ReLU too. The last layer is linear and nothing else: logits may be "
    "negative.",
)
def relu_on_the_logits(x, weights, biases, *, p, training=True, generator=None):
    return _layers(x, weights, biases, p, training, generator, last=torch.relu)


@misconception(
    "mlp_forward",
    "There is no ReLU between the layers. Without it the whole network is one linear map.",
)
def no_relu(x, weights, biases, *, p, training=True, generator=None):
    return _layers(x, weights, biases, p, training, generator, active=lambda h: h)


@misconception(
    "mlp_forward",
    "The weights were used without transposing. They are (out, in) as in torch.nn.Linear, so a "
    "layer is h @ W.T + b.",
)
def weights_not_transposed(x, weights, biases, *, p, training=True, generator=None):
    return _layers(x, [weight.T for weight in weights], biases, p, training, generator)


def _same_mask_in_every_layer(arguments, value):
    """Identity layers show it: units that survive carry the full factor, at the rate of one."""
    p, weights = arguments["p"], arguments["weights"]
    layers = len(weights) - 1
    if not arguments["training"] or layers < 2 or not _inside(p):
        return False
    if not all(torch.equal(w, torch.eye(len(w), dtype=w.dtype)) for w in weights[1:]):
        return False
    x, w, b = (
        item.detach().double().numpy()
        for item in (arguments["x"], weights[0], arguments["biases"][0])
    )
    hidden = np.maximum(x @ w.T + b, 0)
    logits = np.asarray(value.detach().double())
    active = hidden > 1e-6
    full = np.isclose(logits, hidden * (1 - p) ** -layers, rtol=1e-6)
    rate = np.mean(full[active])
    spread = np.sqrt(p * (1 - p) / active.sum())
    return bool(np.all(full | (logits == 0))) and abs(rate - (1 - p)) < 6 * spread


@misconception(
    "mlp_forward",
    "Every hidden layer used the same mask, as happens when the generator is seeded anew for each "
    "layer. Draw from the generator that came in, layer after layer.",
    recognise=_same_mask_in_every_layer,
)
def same_mask_in_every_layer(x, weights, biases, *, p, training=True, generator=None):
    h, state = x, None if generator is None else generator.get_state()
    for weight, bias in list(zip(weights, biases, strict=True))[:-1]:
        if state is not None:
            generator.set_state(state)
        h = torch.relu(h @ weight.T + bias)
        h = dropout_forward(h, p, training=training, generator=generator).out
    return h @ weights[-1].T + biases[-1]
