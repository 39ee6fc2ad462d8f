"""Asks for more and more memory (up to 3 GiB, in case that it gets it)."""
import numpy as np


def attack(clues):
    kept = []
    try:
        while len(kept) < 96:
            kept.append(np.zeros(2**22))
    except MemoryError:
        pass
    size = sum(a.nbytes for a in kept)
    return [] if size < 2**30 else [f"{size} bytes"]
