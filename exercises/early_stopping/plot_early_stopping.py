"""Draws training and validation loss of a small network, and where early stopping ends it."""

from __future__ import annotations

import copy
from types import ModuleType

from exercises.plotting import draw

EPOCHS, PATIENCE = 600, 40


def figure(module: ModuleType):
    """Loss against epoch up to the stop, what would have come after it, and the two fits."""
    import matplotlib.pyplot as plt
    import torch

    generator = torch.Generator().manual_seed(3)

    def sample(rows):
        x = 2 * torch.rand(rows, 1, generator=generator) - 1
        return x, torch.sin(3 * x) + 0.5 * torch.randn(rows, 1, generator=generator)

    train_data, val_data = sample(20), sample(100)
    sizes = [(1, 60), (60, 60), (60, 1)]
    layers: list[torch.nn.Module] = []
    for inputs, outputs in sizes:
        layer = torch.nn.Linear(inputs, outputs)
        with torch.no_grad():
            # a wide first layer makes wiggly functions easy to reach, so that there is overfitting
            size = 5.0 if inputs == 1 else inputs**-0.5 if outputs > 1 else 0.02
            layer.weight.copy_(size * torch.randn(outputs, inputs, generator=generator))
            layer.bias.copy_(3.0 * torch.rand(outputs, generator=generator) - 1.5)
            if outputs == 1:
                layer.bias.zero_()
        layers += [layer, torch.nn.Tanh()]
    model = torch.nn.Sequential(*layers[:-1])

    def loss_on(net, data):
        return torch.nn.functional.mse_loss(net(data[0]), data[1])

    def training(losses):
        optimizers = {}

        def train_one_epoch(net):
            if id(net) not in optimizers:
                optimizers[id(net)] = torch.optim.Adam(net.parameters(), lr=0.0007)
            optimizer = optimizers[id(net)]
            loss = loss_on(net, train_data)
            losses.append(loss.item())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

        return train_one_epoch

    def evaluate(net):
        with torch.no_grad():
            return float(loss_on(net, val_data))

    endless, train_losses, all_train, all_val = copy.deepcopy(model), [], [], []
    answer = module.train_with_early_stopping(
        model, training(train_losses), evaluate, max_epochs=EPOCHS, patience=PATIENCE
    )
    best_epoch, _, stopped_epoch, val_losses = answer
    step = training(all_train)
    for _ in range(EPOCHS):
        step(endless)
        all_val.append(evaluate(endless))

    fig, (left, right) = plt.subplots(
        1, 2, figsize=(10, 4.2), width_ratios=[1.5, 1], layout="constrained"
    )
    left.plot(all_val, ":", color="0.45", label="validation, without a stop (expected)")
    left.plot(all_train, ":", color="0.75", label="training, without a stop (expected)")
    left.plot(val_losses, "-", color="black", linewidth=2, label="validation, yours")
    left.plot(train_losses, "-", color="0.6", linewidth=2, label="training, yours")
    left.axvline(best_epoch, color="black", linestyle="--", linewidth=1)
    left.axvline(stopped_epoch, color="0.5", linestyle="-.", linewidth=1)
    top = max(all_val[0], all_train[0])
    left.text(best_epoch, top, f" best: {best_epoch}", va="top", ha="left", fontsize=9)
    left.text(stopped_epoch, top * 0.45, f" stopped: {stopped_epoch}", va="top", fontsize=9)
    left.set(
        yscale="log",
        xlabel="epoch",
        ylabel="mean squared error (units of y², log scale)",
        title=f"Patience {PATIENCE}: training falls on, validation turns",
    )
    left.legend(frameon=False, fontsize=8, loc="upper right")

    grid = torch.linspace(-1, 1, 300)[:, None]
    with torch.no_grad():
        right.plot(grid, model(grid), "-", color="black", label="your model, on return")
        right.plot(grid, endless(grid), ":", color="0.4", label=f"after {EPOCHS} epochs")
    right.plot(grid, torch.sin(3 * grid), "--", color="0.65", label="truth")
    right.plot(*train_data, "o", color="black", markersize=4, label="training rows")
    right.set(xlabel="x", ylabel="y", title="The two fits")
    right.legend(frameon=False, fontsize=8)
    return fig


def main() -> None:
    draw("early_stopping", figure)


if __name__ == "__main__":
    main()
