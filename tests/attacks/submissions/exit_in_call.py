"""Ends the process successfully instead of answering."""
import os


def attack(clues):
    os._exit(0)
