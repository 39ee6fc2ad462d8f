"""Returns ten million numbers in lists."""


def attack(clues):
    return [[0.5] * 1000] * 10_000
