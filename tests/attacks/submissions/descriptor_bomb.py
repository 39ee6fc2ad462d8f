"""Opens pipes without end; each holds memory of the kernel's."""
import os


def attack(clues):
    opened = 0
    try:
        while opened < 5000:
            os.pipe()
            opened += 2
    except OSError:
        pass
    return [] if opened <= 128 else [f"{opened} descriptors"]
