"""Calls the grader back without end."""


def attack(clues, callback):
    while True:
        callback(0)
