"""Returns an array of objects, which only a pickle could carry."""
import numpy as np


def attack(clues):
    return np.array([lambda: 0, object()], dtype=object)
