"""Signals, slows or looks into the processes of the grader and of the submission beside it.

Signals that nobody minds (0 and SIGCONT), and settings as they are already: to be let do that is to
be let do worse.
"""
import ctypes
import os
import resource
import signal


def attack(clues):
    libc = ctypes.CDLL(None, use_errno=True)
    done = []

    def attempt(name, do):
        try:
            if do() != -1:
                done.append(name)
        except OSError:
            pass

    for pid in clues["pids"]:
        for number in (0, signal.SIGCONT):
            attempt(f"kill {pid}", lambda: os.kill(pid, number))
            attempt(f"tgkill {pid}", lambda: libc.syscall(234, pid, pid, number))
            attempt(f"tkill {pid}", lambda: libc.syscall(200, pid, number))
            attempt(f"killpg {pid}", lambda: os.killpg(os.getpgid(pid), number))
            attempt(f"sigqueue {pid}", lambda: libc.syscall(129, pid, number, bytes(128)))
        attempt(f"pidfd {pid}", lambda: os.pidfd_open(pid))
        cores = os.sched_getaffinity(pid)
        attempt(f"affinity {pid}", lambda: os.sched_setaffinity(pid, cores))
        attempt(f"nice {pid}", lambda: os.setpriority(os.PRIO_PROCESS, pid, 0))
        attempt(f"prlimit {pid}", lambda: resource.prlimit(pid, resource.RLIMIT_CORE))
        attempt(f"scheduler {pid}", lambda: os.sched_setscheduler(pid, 0, os.sched_param(0)))
        for name in ("mem", "maps", "environ", "cmdline", "cwd/x", "root/etc/passwd", "stat"):
            attempt(f"{name} {pid}", lambda: os.open(f"/proc/{pid}/{name}", os.O_RDONLY))
        for name in ("mem", "oom_score_adj", "autogroup", "comm", "clear_refs"):
            attempt(f"{name} {pid}", lambda: os.open(f"/proc/{pid}/{name}", os.O_WRONLY))
    for group in (0, -1):
        attempt(f"kill {group}", lambda: os.kill(group, 0))
    return done
