"""Draws the comparison on the diabetes data with the learner's `compare_models` and `plot`."""

from __future__ import annotations

from types import ModuleType

from exercises.plotting import draw


def figure(module: ModuleType):
    """The models' scores on scikit-learn's diabetes data."""
    from sklearn.datasets import load_diabetes

    return module.plot(module.compare_models(*load_diabetes(return_X_y=True)))


def main() -> None:
    draw("project_comparison", figure)


if __name__ == "__main__":
    main()
