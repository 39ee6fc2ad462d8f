"""Asks for all memory there is, and touches it."""
import numpy as np


def attack(clues):
    kept = []
    try:
        while True:
            kept.append(np.ones(2**22))
    except MemoryError:
        size = sum(a.nbytes for a in kept)
        return [] if size < 2**30 else [f"{size} bytes"]
