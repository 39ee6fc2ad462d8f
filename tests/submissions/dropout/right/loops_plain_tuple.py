import torch


def dropout_forward(x, p, *, training=True, generator=None):
    if not (0 <= p <= 1):
        raise ValueError("p = %r is not a probability" % (p,))
    if not training:
        return x, torch.ones(x.shape, dtype=torch.uint8)
    n = x.numel()
    draws = torch.rand(n, generator=generator, dtype=torch.float64).tolist()
    mask = torch.tensor([0 if d < p else 1 for d in draws], dtype=torch.uint8).reshape(x.shape)
    if p == 1:
        return x * 0, mask
    return x * mask / (1 - p), mask


def dropout_backward(grad_out, mask, p):
    if not (0 <= p <= 1):
        raise ValueError("p = %r is not a probability" % (p,))
    if list(grad_out.shape) != list(mask.shape):
        raise ValueError("grad_out does not have the shape of mask")
    if p == 1:
        return torch.zeros(grad_out.shape, dtype=grad_out.dtype)
    result = torch.zeros_like(grad_out).flatten()
    for i, (g, m) in enumerate(zip(grad_out.flatten(), mask.flatten())):
        if m:
            result[i] = g / (1 - p)
    return result.reshape(grad_out.shape)


def mlp_forward(x, weights, biases, *, p, training=True, generator=None):
    if not (0 <= p <= 1):
        raise ValueError("p = %r is not a probability" % (p,))
    if len(weights) != len(biases) or len(weights) < 1:
        raise ValueError("weights: one for each of biases, and at least one")
    for layer in range(len(weights)):
        rows = []
        for row in x:
            rows.append(weights[layer] @ row + biases[layer])
        x = torch.stack(rows)
        if layer + 1 < len(weights):
            x = torch.maximum(x, torch.zeros_like(x))
            x, _ = dropout_forward(x, p, training=training, generator=generator)
    return x
