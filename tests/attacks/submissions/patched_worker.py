"""Rewrites the worker, so that it reports whatever the submission likes."""
import sys


def attack(clues):
    done = []
    for name, module in list(sys.modules.items()):
        if name.startswith("graders"):
            for key in ("fingerprint", "Watch", "describe", "clean"):
                if hasattr(module, key):
                    setattr(module, key, lambda *a, **k: None)
                    done.append(key)
    raise RuntimeError(",".join(done))
