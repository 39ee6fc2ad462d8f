"""Acts when the process ends, long after its grade was given."""
import atexit
import os
import signal
import sys
import time
import weakref


def leave():
    for folder in (".", "/tmp", "/dev/shm", "/var/tmp", os.environ.get("HOME", "/")):
        try:
            open(os.path.join(folder, "left-behind"), "w").close()
        except OSError:
            pass
    time.sleep(10)


class Last:
    def __del__(self):
        leave()


def attack(clues):
    atexit.register(leave)
    sys.modules["last"] = Last()
    weakref.finalize(sys, leave)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda *_: leave())
    return []
