"""The few Linux system calls that Python's library does not offer, over ctypes."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import struct

_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT = 1, 24, 38, 47
_CLONE_NEWNS, _CLONE_NEWUSER = 0x20000, 0x10000000
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REC, _MS_PRIVATE = 2, 4, 8, 0x4000, 0x40000
_LANDLOCK_CREATE, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT = 444, 445, 446


def _call(name: str, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result: int = getattr(libc, name)(*arguments)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def _prctl(option: int, *arguments: int) -> None:
    _call("prctl", option, *(ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:4]))


def die_with_parent(parent: int) -> None:
    """Have the kernel end this process when its parent ends. A change of identity undoes it."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def drop_privileges(become: int | None) -> None:
    """Give up every capability for good, and root's identity where `become` names another."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_CAP_AMBIENT, 4)  # PR_CAP_AMBIENT_CLEAR_ALL
    for capability in range(64):
        try:
            _prctl(_PR_CAPBSET_DROP, capability)
        except OSError:  # the kernel has no such capability, or we never had the right to drop it
            break
    if become is not None:
        os.setgroups([])
        os.setresgid(become, become, become)
        os.setresuid(become, become, become)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this thread
    _call("capset", header, (ctypes.c_uint32 * 6)())


def mount_scratch(folder: str, size: int, files: int, owner: int) -> None:
    """Put a file system of its own, in memory and of that size, over `folder`, seen by this process
    alone; it vanishes with the process. Raises OSError where the kernel does not let us.

    Needs CAP_SYS_ADMIN, or else user namespaces, of which many systems let anyone have one.
    """
    uid, gid = os.geteuid(), os.getegid()
    try:
        _call("unshare", _CLONE_NEWNS)
    except OSError:
        _call("unshare", _CLONE_NEWNS | _CLONE_NEWUSER)
        for name, line in (
            ("setgroups", "deny"),
            ("uid_map", f"{uid} {uid} 1"),
            ("gid_map", f"{gid} {gid} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(line)
    _call("mount", b"none", b"/", None, ctypes.c_ulong(_MS_REC | _MS_PRIVATE), None)
    options = f"size={size},nr_inodes={files + 1},mode=700,uid={owner}"
    flags = ctypes.c_ulong(_MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    _call("mount", b"tmpfs", os.fsencode(folder), b"tmpfs", flags, options.encode())


def can_mount_scratch(folder: str) -> bool:
    """Whether `mount_scratch` works here; tried in a fork, so that nothing changes."""
    pid = os.fork()
    if pid == 0:
        try:
            mount_scratch(folder, 2**20, 16, os.geteuid())
            with open(os.path.join(folder, "probe"), "wb") as file:
                file.write(b"probe")
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def landlock_network_and_signals(version: int, scratch: str) -> None:
    """A second Landlock layer, where the kernel has it: no TCP, no abstract sockets and no signals
    to processes outside. seccomp forbids all three already."""
    network, scope = (3 if version >= 4 else 0), (3 if version >= 6 else 0)
    if not network:
        return
    # Every layer forbids moving files between directories unless it says otherwise.
    refer = 1 << 13
    attributes = struct.pack("QQQ", refer, network, scope)[: 24 if scope else 16]
    ruleset = _call("syscall", _LANDLOCK_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0)
    folder = os.open(scratch, os.O_PATH)
    try:
        beneath = struct.pack("=Qi", refer, folder)
        _call("syscall", _LANDLOCK_ADD_RULE, ruleset, 1, beneath, 0)
        _call("syscall", _LANDLOCK_RESTRICT, ruleset, 0)
    finally:
        os.close(folder)
        os.close(ruleset)


class ThreadPermits:
    """Answers a worker's requests to start threads, which seccomp brings to the zygote.

    The kernel holds the worker's call until the answer, so unlike a look now and then this cannot
    be outrun. What is asked for lies in registers, so it cannot change after the look.
    """

    _RECEIVE, _SEND = 0xC0502100, 0xC0182101  # SECCOMP_IOCTL_NOTIF_RECV, SECCOMP_IOCTL_NOTIF_SEND
    _CONTINUE = 1

    def __init__(self, listener: int, pid: int, most: int) -> None:
        self.listener = listener
        self._pid = pid
        self._most = most

    def answer(self) -> bool:
        """Answer one request; False once there is nobody left to ask."""
        import fcntl  # not on Windows, where this module must still import

        request = bytearray(80)
        try:
            fcntl.ioctl(self.listener, self._RECEIVE, request)
        except InterruptedError:
            return True
        except OSError:
            return False
        (number,) = struct.unpack_from("Q", request)
        full = thread_count(self._pid) >= self._most
        error, flags = (-11, 0) if full else (0, self._CONTINUE)  # EAGAIN: "can't start new thread"
        with contextlib.suppress(OSError):  # it was killed meanwhile
            fcntl.ioctl(self.listener, self._SEND, struct.pack("Qqii", number, 0, error, flags))
        return True


def thread_count(pid: int) -> int:
    """Threads of a process, 0 if it has gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[17])
    except (OSError, IndexError, ValueError):
        return 0
