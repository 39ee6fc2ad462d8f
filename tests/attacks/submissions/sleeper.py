"""Uses no processor time, so that a limit on that never ends it."""
import time


def attack(clues):
    while True:
        time.sleep(1000)
