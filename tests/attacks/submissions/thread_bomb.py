"""Starts threads without end, by Python and by the bare system call."""
import threading
import time


def attack(clues):
    def more():
        try:
            while True:
                threading.Thread(target=more, daemon=True).start()
        except RuntimeError:
            time.sleep(100)

    threading.stack_size(32768)
    more_started = threading.Thread(target=more, daemon=True)
    more_started.start()
    time.sleep(0.5)
    count = threading.active_count()
    return [] if count <= 64 else [f"{count} threads"]
