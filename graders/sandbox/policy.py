"""What a worker may do: Landlock for files, seccomp for system calls, limits for the rest.

Everything is an allow-list. What is not on it fails with EPERM (files: EACCES), which Python turns
into an ordinary PermissionError in the learner's code.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graders.sandbox import kernel
from graders.sandbox.limits import Limits

# The kit's own top-level names: whatever holds checks, references or expected values.
_KIT = ("graders", "reference", "exercises", "interview", "tests", "results")
# Beyond the interpreter's libraries. torch and OpenBLAS look at the processors; a dlopen goes by
# ld.so.cache; the time zone belongs to time.localtime.
_SYSTEM = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/etc/localtime"),
    *("/usr/share/zoneinfo", "/dev/urandom", "/proc/cpuinfo", "/proc/meminfo"),
    "/sys/devices/system/cpu",
)
_UNPRIVILEGED = 65534  # "nobody", on every distribution

# Found by experiment: what the interpreter, NumPy, SciPy, scikit-learn and torch call, and no more.
_CALLS = frozenset(
    """
    read readv pread64 preadv write writev pwrite64 pwritev lseek close close_range
    open openat creat access faccessat faccessat2 stat lstat fstat newfstatat statx readlink
    readlinkat getdents64 getdents getcwd chdir fchdir statfs fstatfs
    mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 ftruncate fallocate fsync
    fdatasync fadvise64 umask dup dup2 dup3 pipe pipe2
    poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd2
    mmap mprotect munmap mremap madvise brk msync mincore
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait sigaltstack
    futex sched_yield set_robust_list rseq set_tid_address restart_syscall membarrier
    nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday time pause
    getpid gettid getppid getuid geteuid getgid getegid getresuid getresgid getgroups getpgrp
    getpgid getsid getrlimit getrusage times uname sysinfo getcpu getrandom arch_prctl
    sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max
    sched_get_priority_min getpriority get_mempolicy
    exit exit_group
    """.split()  # noqa: SIM905  (a list of so many strings is no better to read)
)
_CLONE_THREAD = 0x10000
# clone's flags that must not be set beside it: every new namespace, CLONE_PTRACE, CLONE_VFORK
_CLONE_OTHER = 0x7E020000 | 0x2000 | 0x4000
_FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 1030)  # duplicate, flags, record locks
_IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # is it a terminal, its size, FIO...
_PRCTL_NAME = (15, 16)  # PR_SET_NAME, PR_GET_NAME


def missing() -> list[str]:
    """What this machine lacks for isolation "sandbox", one sentence each; empty where nothing."""
    if sys.platform != "linux":
        return [f"The sandbox needs Linux (Landlock and seccomp); this is {platform.system()}."]
    problems = []
    try:
        import landlock

        ctypes.set_errno(0)
        landlock.landlock_abi_version()
    except ImportError:
        problems.append("The Python package landlock is not installed: pip install landlock.")
    except OSError:
        problems.append(
            "The kernel has no Landlock (Linux 5.13 or newer, with landlock in its lsm= list)."
        )
    try:
        import pyseccomp
    except ImportError:
        problems.append("The Python package pyseccomp is not installed: pip install pyseccomp.")
    except (RuntimeError, OSError):
        problems.append("The library libseccomp is not installed (Debian: package libseccomp2).")
    else:
        try:
            pyseccomp.SyscallFilter(pyseccomp.ERRNO(1))
        except OSError as error:
            problems.append(f"The kernel's seccomp filters cannot be used: {error}.")
    return problems


def libraries() -> list[str]:
    """The directories from which this interpreter imports: standard library, installed packages."""
    standard = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib")}
    found = [os.path.join(base, "lib-dynload") for base in standard] + sorted(standard)
    found += [p for p in sys.path if Path(p).name in ("site-packages", "dist-packages")]
    return [p for p in dict.fromkeys(found) if os.path.isdir(p)]


def kit_paths(root: Path) -> list[str]:
    """Everything of the kit's, wherever it is installed: what no worker may read."""
    metadata = [*root.glob("penaltybox-*"), *root.glob("__editable__*penaltybox*")]
    return [str(root / name) for name in _KIT] + [str(path) for path in metadata]


def interpreter_is_public(paths: list[str]) -> bool:
    """True where another user could read the libraries, so that the worker can become one."""

    def public(path: Path) -> bool:
        mode = path.stat().st_mode
        return bool(mode & 0o005 == 0o005 if path.is_dir() else mode & 0o004)

    real = [Path(p).resolve() for p in paths if os.path.exists(p)]
    return all(public(part) for path in real for part in (path, *path.parents))


def readable(paths: list[str], excluded: list[str]) -> Iterator[tuple[str, bool]]:
    """Landlock rules for `paths` without `excluded`: (path, is it the whole tree?).

    Landlock can only add rights below a directory, never take them away again. A directory with
    something excluded in it is therefore opened child by child, and itself only listed.
    """
    shut = [os.path.realpath(p) for p in excluded]

    def walk(path: str) -> Iterator[tuple[str, bool]]:
        real = os.path.realpath(path)
        if any(real == p or real.startswith(p + os.sep) for p in shut):
            return
        if not any(p.startswith(real + os.sep) and os.path.exists(p) for p in shut):
            yield real, True
            return
        yield real, False
        with os.scandir(real) as children:
            for child in children:
                if not child.is_symlink():
                    yield from walk(child.path)

    for path in (*paths, *_SYSTEM):
        if os.path.exists(path):
            yield from walk(path)


def limit(limits: Limits) -> None:
    """Resource limits, the second net below the grader's own deadline."""
    import resource  # not on Windows, where this module must still import

    cpu = int(limits.total_seconds + limits.load_seconds) + 2
    bounds = {
        "RLIMIT_CORE": 0,
        "RLIMIT_CPU": cpu,
        "RLIMIT_FSIZE": limits.scratch_bytes,
        "RLIMIT_NOFILE": limits.open_files,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_SIGPENDING": 64,
        "RLIMIT_STACK": 8 * 2**20,
    }
    if sys.platform == "linux":
        bounds["RLIMIT_AS"] = limits.memory_bytes
    for name, value in bounds.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def unprivileged(paths: list[str]) -> int | None:
    """The uid a worker should take: nobody's if we are root and nobody can read the libraries."""
    return _UNPRIVILEGED if os.geteuid() == 0 and interpreter_is_public(paths) else None


def confine_files(rules: list[tuple[str, bool]], scratch: str) -> None:
    """Landlock: read the rules' paths, read and write below `scratch`, nothing else."""
    from landlock import FSAccess, Ruleset, landlock_abi_version

    ctypes.set_errno(0)  # the package takes a stale errno for a failure
    ruleset = Ruleset()
    read_tree = FSAccess.READ_FILE | FSAccess.READ_DIR
    for path, whole in rules:
        if not whole:
            ruleset.allow(path, rules=FSAccess.READ_DIR)
        elif os.path.isdir(path):
            ruleset.allow(path, rules=read_tree)
        else:
            ruleset.allow(path, rules=FSAccess.READ_FILE)
    # threadpoolctl, and so scikit-learn, finds the loaded libraries in it.
    ruleset.allow("/proc/self/maps", rules=FSAccess.READ_FILE)
    write = FSAccess.READ_FILE | FSAccess.WRITE_FILE
    ruleset.allow("/dev/null", rules=write)
    write |= FSAccess.TRUNCATE & FSAccess.all()
    write |= FSAccess.MAKE_REG | FSAccess.MAKE_DIR | FSAccess.REMOVE_FILE | FSAccess.REMOVE_DIR
    write |= FSAccess.REFER & FSAccess.all()
    ruleset.allow(scratch, rules=write | FSAccess.READ_DIR)
    ruleset.apply()
    os.close(ruleset._fd)
    kernel.landlock_network_and_signals(landlock_abi_version(), scratch)


def _filter(default: int) -> Any:
    import pyseccomp as seccomp

    made = seccomp.SyscallFilter(default)
    # Calls by another door (x32, int 0x80) are nobody's mistake.
    made.set_attr(seccomp.Attr.ACT_BADARCH, seccomp.KILL_PROCESS)
    return made


def watch_threads() -> int | None:
    """seccomp, first filter: who starts a thread has to ask. Returns the descriptor to ask on, or
    None where that cannot be had: libseccomp before 2.5, or a container whose own filter has it."""
    import pyseccomp as seccomp

    asking = _filter(seccomp.ALLOW)
    thread = seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD)
    try:
        asking.add_rule(seccomp.NOTIFY, "clone", thread)
        asking.load()
        listener: int = seccomp._libseccomp.seccomp_notify_fd(asking._filter)
    except (AttributeError, OSError):
        return None
    return listener


def confine_calls() -> None:
    """seccomp, second filter: the calls of the list, threads, signals to oneself; no more."""
    import pyseccomp as seccomp
    from pyseccomp import EQ, MASKED_EQ, Arg

    only = _filter(seccomp.ERRNO(errno.EPERM))
    own = os.getpid()

    def allow(name: str, *arguments: Arg) -> None:
        number = seccomp.resolve_syscall(seccomp.Arch.NATIVE, name)
        if number >= 0:  # else this processor has no such call
            only.add_rule(seccomp.ALLOW, number, *arguments)

    for name in _CALLS:
        allow(name)
    for command in _FCNTL:
        allow("fcntl", Arg(1, EQ, command))
    for request in _IOCTL:
        allow("ioctl", Arg(1, EQ, request))
    for option in _PRCTL_NAME:
        allow("prctl", Arg(0, EQ, option))
    allow("prlimit64", Arg(0, EQ, 0), Arg(2, EQ, 0))  # look, for oneself
    allow("kill", Arg(0, EQ, own))
    allow("tgkill", Arg(0, EQ, own))
    allow("clone", Arg(0, MASKED_EQ, _CLONE_THREAD | _CLONE_OTHER, _CLONE_THREAD))
    # The flags of clone3 lie in memory, out of a filter's sight; glibc falls back to clone.
    only.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    only.load()
