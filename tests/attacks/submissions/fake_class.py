"""Returns an object that says it is a float, or an array."""
import numpy as np


class Fake:
    @property
    def __class__(self):
        return np.ndarray

    dtype, shape, ndim = np.dtype(float), (1,), 1

    def tobytes(self):
        return bytes(8)


def attack(clues):
    return Fake()
