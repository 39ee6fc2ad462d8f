"""Sends an array whose shape promises more than its bytes hold."""
import os
import sys

import msgspec


def attack(clues):
    nonce = next(
        f.f_locals["self"].nonce for f in frames() if hasattr(f.f_locals.get("self"), "nonce")
    )
    array = ["array", "float64", [2**40]]
    body = msgspec.msgpack.encode(["returned", nonce, array, None, [[], False, False, [], []]])
    os.write(3, len(body).to_bytes(4, "big") + (8).to_bytes(8, "big") + body + bytes(8))
    return []


def frames():
    frame = sys._getframe()
    while frame is not None:
        yield frame
        frame = frame.f_back
