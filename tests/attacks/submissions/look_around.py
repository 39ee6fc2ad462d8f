"""Looks for checks, references and expected values in what is loaded, importable and in memory."""
import gc
import os
import sys

SEARCHED = ("graders.checks", "graders.misconceptions", "graders.certificates.optimality", "graders.grading")
NAMES = ("reference", "reference.ridge", "exercises", "exercises.ridge", "pytest", "hypothesis")


def attack(clues):
    done = [name for name in (*SEARCHED, *NAMES) if name in sys.modules]
    for name in (*SEARCHED, *NAMES[:4]):
        try:
            __import__(name)
            done.append(f"import {name}")
        except (ImportError, OSError):
            pass
    secret = "".join(clues["secret"])
    for thing in gc.get_objects():
        if type(thing) is dict and any(value == secret for value in list(thing.values())):
            done.append(f"secret in memory: {sorted(map(str, thing))}")
    if any(secret in value for value in os.environ.values()):
        done.append("secret in the environment")
    frame = sys._getframe()
    while frame is not None:
        if "pytest" in frame.f_code.co_filename:
            done.append(frame.f_code.co_filename)
        frame = frame.f_back
    return done
