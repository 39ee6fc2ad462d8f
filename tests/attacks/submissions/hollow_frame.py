"""Announces a message within bounds and never sends it."""
import os
import time


def attack(clues):
    os.write(3, (100).to_bytes(4, "big") + (2**20).to_bytes(8, "big"))
    time.sleep(1000)
