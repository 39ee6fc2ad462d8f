"""Fills the scratch directory, with files seen and unseen."""
import os


def attack(clues):
    written, files = 0, []
    try:
        for i in range(100):
            files.append(open(f"f{i}", "wb", buffering=0))
            if i % 2:
                os.unlink(f"f{i}")
            for _ in range(16):
                written += files[-1].write(bytes(2**20))
    except OSError:
        pass
    return [] if written <= 64 * 2**20 else [f"{written} bytes"]
