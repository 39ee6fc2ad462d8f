"""Announces a message of 16 EiB."""
import os


def attack(clues):
    os.write(3, b"\xff" * 12)
    return []
