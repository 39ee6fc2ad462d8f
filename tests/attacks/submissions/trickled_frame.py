"""Sends a message byte by byte, so that there is always something to read, and never an end."""
import os


def attack(clues):
    os.write(3, (4 * 2**20).to_bytes(4, "big") + bytes(8))
    while True:
        os.write(3, b"\x00")
