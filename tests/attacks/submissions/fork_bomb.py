"""The classic, with a bound in case that it works."""
import os
import time


def attack(clues):
    for _ in range(4):
        try:
            pid = os.fork()
        except OSError:
            continue
        if pid == 0:
            time.sleep(10)
            os._exit(0)
        return ["forked"]
    return []
