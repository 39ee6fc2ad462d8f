"""Makes empty files and directories without end."""
import os


def attack(clues):
    made = 0
    try:
        while made < 5000:
            os.mkdir(f"d{made}")
            made += 1
    except OSError:
        pass
    return [] if made <= 1024 else [f"{made} directories"]
