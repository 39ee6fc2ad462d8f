"""Starts another process, or becomes another program, in every way that Python and libc know."""
import ctypes
import multiprocessing
import os
import subprocess
import sys
import time


def attack(clues):
    libc = ctypes.CDLL(None, use_errno=True)
    done = []

    def attempt(name, start):
        me = os.getpid()
        try:
            result = start()
        except (OSError, subprocess.SubprocessError):
            return
        if os.getpid() != me:
            time.sleep(10)  # the child, which would outlive us
            os._exit(0)
        if result != -1:
            done.append(f"{name}: {result}")

    attempt("fork", os.fork)
    attempt("forkpty", os.forkpty)
    attempt("posix_spawn", lambda: os.posix_spawn(sys.executable, ["python", "-c", ""], {}))
    attempt("subprocess", lambda: subprocess.run([sys.executable, "-c", ""]))
    attempt("subprocess, shell", lambda: subprocess.Popen("sleep 10", shell=True))
    attempt("system", lambda: -1 if os.system("touch left-behind") in (-1, 32512) else 0)
    attempt("multiprocessing", lambda: multiprocessing.Process(target=print).start())
    attempt("exec", lambda: os.execv(sys.executable, ["python", "-c", ""]))
    attempt("execveat", lambda: libc.syscall(322, -100, b"/bin/sh", None, None, 0))
    attempt("vfork", lambda: libc.syscall(58))
    for flags in (17, 0x100 | 17, 0x4000 | 0x100 | 17, 0x10000000 | 17, 0x8000 | 17, 0):
        attempt(f"clone {flags:#x}", lambda flags=flags: libc.syscall(56, flags, 0, 0, 0, 0))
    # a thread with namespaces of its own, or one traced by another
    for flags in (0x10000000, 0x20000, 0x40000000, 0x2000):
        thread = 0x10F00 | flags
        attempt(f"clone {thread:#x}", lambda thread=thread: libc.syscall(56, thread, 0, 0, 0, 0))
    args = (ctypes.c_uint64 * 11)(0, 0, 0, 0, 17)
    attempt("clone3", lambda: libc.syscall(435, args, 88))
    return done
