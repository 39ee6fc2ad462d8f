"""Rewrites the worker, so that it reports whatever the submission likes."""
import sys


def attack(clues):
    done = []
    for name, module in list(sys.modules.items()):
        if name.startswith("graders"):
            owner = getattr(module, "Watch", module)
            for key in ("fingerprint", "before", "after", "describe", "clean"):
                for place in (module, owner):
                    if hasattr(place, key):
                        setattr(place, key, lambda *a, **k: None)
                        done.append(key)
    raise RuntimeError(",".join(done))
