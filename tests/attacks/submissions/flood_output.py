"""Prints without end, so that a reader who keeps it all runs out of memory, and one who does not
read at all makes the pipe full."""
import os


def attack(clues):
    line = b"x" * 65536
    while True:
        os.write(1, line)
        os.write(2, line)
