"""Draws a simulation with the learner's own `simulate` and `plot`."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from exercises.plotting import draw


def figure(module: ModuleType):
    """Errors over degrees 0 to 14 and 16 strengths, from 15 rows."""
    lambdas = [0.0, *np.geomspace(1e-6, 10, 15)]
    return module.plot(module.simulate(list(range(15)), lambdas, rng=np.random.default_rng(3)))


def main() -> None:
    draw("project_overfitting_simulator", figure)


if __name__ == "__main__":
    main()
