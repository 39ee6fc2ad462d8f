"""Returns an array that says it holds a tebibyte, and holds eight bytes."""
import numpy as np


def attack(clues):
    return np.broadcast_to(0.0, (2**37,))
