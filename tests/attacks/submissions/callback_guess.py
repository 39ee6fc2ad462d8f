"""Calls functions of the grader's that it was never given."""
import os
import sys

import msgspec


def attack(clues):
    frame = sys._getframe()
    while not hasattr(frame.f_locals.get("self"), "nonce"):
        frame = frame.f_back
    worker = frame.f_locals["self"]
    body = msgspec.msgpack.encode(["callback call", worker.nonce, 7, [], []])
    os.write(3, len(body).to_bytes(4, "big") + bytes(8) + body)
    return []
