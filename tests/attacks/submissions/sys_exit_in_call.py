"""Leaves politely instead of answering."""
import sys


def attack(clues):
    sys.exit(0)
