"""The prostate data of The Elements of Statistical Learning, prepared as the book does."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

PREDICTORS = ("lcavol", "lweight", "age", "lbph", "svi", "lcp", "gleason", "pgg45")


class Prostate(NamedTuple):
    """Training and test rows; predictors standardised over all 97 rows with ddof 1."""

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


def load() -> Prostate:
    table = np.genfromtxt(
        Path(__file__).parent / "data" / "prostate.csv", delimiter=",", names=True
    )
    X = np.column_stack([table[name] for name in PREDICTORS])
    X = (X - X.mean(axis=0)) / X.std(axis=0, ddof=1)
    train = table["train"] == 1
    return Prostate(X[train], table["lpsa"][train], X[~train], table["lpsa"][~train])
