"""Never comes back from C, where no signal handler of Python's runs."""
import numpy as np


def attack(clues):
    a = np.ones((4000, 4000))
    while True:
        a = a @ a
