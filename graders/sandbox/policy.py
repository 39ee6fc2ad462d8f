"""What a worker may do: Landlock for files, seccomp for system calls, limits for the rest.

Everything is an allow-list. What is not on it fails with EPERM (files: EACCES), which Python turns
into an ordinary PermissionError in the learner's code.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

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
_CALLS = """
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
""".split()
_CLONE_THREAD = 0x10000
_FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 1030)  # duplicate, flags, record locks
_IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # is it a terminal, its size, FIO...
_PRCTL_NAME = (15, 16)  # PR_SET_NAME, PR_GET_NAME

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_CAPBSET_DROP, _PR_CAP_AMBIENT = 1, 38, 24, 47


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
        problems.append("The library libseccomp is not installed (Debian: apt install libseccomp2).")
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


def _prctl(*arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    padded = [ctypes.c_ulong(a) for a in (*arguments[1:], 0, 0, 0, 0)[:4]]
    if libc.prctl(arguments[0], *padded):
        raise OSError(ctypes.get_errno(), "prctl")


def die_with_parent(parent: int) -> None:
    """Have the kernel end this process when its parent ends."""
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def limit(limits: Limits) -> None:
    """Resource limits, the second net below the grader's own deadline."""
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


def drop_privileges(become: int | None) -> None:
    """Give up every capability for good, and root's identity where `become` names another."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_CAP_AMBIENT, 4)  # clear all
    for capability in range(64):
        try:
            _prctl(_PR_CAPBSET_DROP, capability)
        except OSError:  # the kernel has no such capability, or we never had the right to drop it
            break
    if become is not None:
        os.setgroups([])
        os.setresgid(become, become, become)
        os.setresuid(become, become, become)
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this thread
    if libc.capset(header, (ctypes.c_uint32 * 6)()):
        raise OSError(ctypes.get_errno(), "capset")


def unprivileged(paths: list[str]) -> int | None:
    """The uid a worker should take: nobody's if we are root and nobody can read the libraries."""
    return _UNPRIVILEGED if os.geteuid() == 0 and interpreter_is_public(paths) else None


def confine_files(rules: list[tuple[str, bool]], scratch: str) -> None:
    """Landlock: read the rules' paths, read and write below `scratch`, nothing else."""
    from landlock import FSAccess, Ruleset

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
    write = FSAccess.READ_FILE | FSAccess.WRITE_FILE
    ruleset.allow("/dev/null", rules=write)
    changes = FSAccess.MAKE_REG | FSAccess.MAKE_DIR | FSAccess.REMOVE_FILE | FSAccess.REMOVE_DIR
    if FSAccess.TRUNCATE & FSAccess.all():
        write |= FSAccess.TRUNCATE
    if FSAccess.REFER & FSAccess.all():
        changes |= FSAccess.REFER
    ruleset.allow(scratch, rules=write | FSAccess.READ_DIR | changes)
    ruleset.apply()
    os.close(ruleset._fd)


def confine_calls() -> None:
    """seccomp: the calls of the list; threads but no processes; signals to oneself alone."""
    import errno

    import pyseccomp as seccomp
    from pyseccomp import EQ, MASKED_EQ, Arg

    only = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    # Calls by another door (x32, int 0x80) are nobody's mistake.
    only.set_attr(seccomp.Attr.ACT_BADARCH, seccomp.KILL_PROCESS)
    only.set_attr(seccomp.Attr.CTL_NNP, 1)
    own = os.getpid()

    def allow(name: str, *arguments: Arg) -> None:
        try:
            number = seccomp.resolve_syscall(seccomp.Arch.NATIVE, name)
        except (OSError, ValueError):  # not on this processor
            return
        if number >= 0:
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
    allow("clone", Arg(0, MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD))
    # The flags of clone3 lie in memory, out of a filter's sight; glibc falls back to clone.
    only.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    only.load()
