"""Starts threads that start threads (up to a thousand, in case that it can)."""
import threading
import time


def attack(clues):
    def more():
        try:
            while threading.active_count() < 1000:
                threading.Thread(target=more, daemon=True).start()
        except RuntimeError:
            pass
        time.sleep(10)

    threading.stack_size(32768)
    threading.Thread(target=more, daemon=True).start()
    time.sleep(0.5)
    count = threading.active_count()
    return [] if count <= 64 else [f"{count} threads"]
