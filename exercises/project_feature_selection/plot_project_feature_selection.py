"""Draws the columns of the breast cancer data that the learner's own functions select."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from exercises.plotting import draw


def figure(module: ModuleType):
    """Which of 10 measurements of a cell nucleus tell whether a tumour is malignant?"""
    from sklearn.datasets import load_breast_cancer

    data = load_breast_cancer()
    # the ten means in standard deviations, and a class of 0 and 1 taken as a number
    X, y = data.data[:, :10], 1.0 - data.target
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    result = module.select_features(X, y)
    rng = np.random.default_rng(0)
    frequencies = module.stability_selection(X, y, result[1], n_subsamples=100, rng=rng)
    fig = module.plot(result, frequencies)
    names = [name.removeprefix("mean ") for name in data.feature_names[:10]]
    for axes in fig.axes:  # the learner's own plot may have other panels
        ticks = [
            int(tick.get_text()) for tick in axes.get_yticklabels() if tick.get_text().isdigit()
        ]
        if len(ticks) == len(axes.get_yticks()):
            axes.set_yticks(axes.get_yticks(), [names[tick] for tick in ticks])
    return fig


def main() -> None:
    draw("project_feature_selection", figure)


if __name__ == "__main__":
    main()
