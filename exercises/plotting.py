"""Draws an exercise's figure with the learner's own functions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from exercises.catalog import find
from exercises.loading import load


class CannotDraw(Exception):
    """The learner's functions do not give what the figure needs; says so in one sentence."""


def draw(name: str, figure: Callable[[ModuleType], Any], module: ModuleType | None = None) -> Path:
    """Draw `figure(module)` and save it as my_figure.png beside the exercise; returns where.

    Parameters
    ----------
    module : whose functions to draw with; the learner's own by default.

    Raises
    ------
    CannotDraw : if a function is missing, still to do, or gives nothing that can be drawn.
    """
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    try:
        picture = figure(module or load(name))
    except NotImplementedError as error:
        raise CannotDraw(f"The figure of {name} needs a function that is still {error}.") from None
    except ModuleNotFoundError as error:
        raise CannotDraw(
            f"The figure of {name} needs the module {error.name!r}, which is missing."
        ) from None
    except Exception as error:
        raise CannotDraw(
            f"The figure of {name} cannot be drawn: your code raised "
            f"{type(error).__name__}: {error}"
        ) from None
    target = find(name).folder / "my_figure.png"
    picture.savefig(target, dpi=120)
    plt.close(picture)
    print(f"Saved {target}")
    return target
