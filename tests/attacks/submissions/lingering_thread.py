"""Leaves threads behind that go on working, and change what later calls see."""
import threading

COUNT = [0]


def work():
    while True:
        COUNT[0] += 1


def attack(clues):
    for _ in range(4):
        threading.Thread(target=work, daemon=False).start()
    return []
