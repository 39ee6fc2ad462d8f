"""The process that workers are forked from: it has the libraries loaded, and nothing secret.

Started with a fresh interpreter and one inherited socket; it listens nowhere. On request it forks a
worker, watches what resource limits cannot bound, reaps it and removes its scratch directory. It
ends, with all its workers, when the socket closes or the grader dies.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import select
import shutil
import signal
import socket
import stat
import sys
import tempfile
from typing import NoReturn

import msgspec

from graders.sandbox import policy, worker
from graders.sandbox.limits import Isolation, Limits, Preload

_WATCH_SECONDS = 0.02

_LIBRARIES: dict[str, tuple[str, ...]] = {
    "numpy": ("numpy", "numpy.linalg", "numpy.random"),
    "scipy": (
        *("scipy.linalg", "scipy.optimize", "scipy.sparse", "scipy.special", "scipy.stats"),
        *("scipy.ndimage", "sklearn.linear_model", "sklearn.model_selection"),
        *("sklearn.preprocessing", "sklearn.pipeline", "sklearn.tree", "sklearn.ensemble"),
    ),
    "torch": ("torch", "torch.nn.functional", "torch.optim"),
}


class Setup(msgspec.Struct, frozen=True):
    """What the grader tells a zygote at its start; paths are absolute."""

    preload: Preload
    grader: int
    root: str
    libraries: list[str]
    excluded: list[str]
    scratch_root: str


class Spawn(msgspec.Struct, frozen=True, tag=True):
    """Fork a worker; its channel and the pipe for its output come along as descriptors."""

    limits: Limits
    isolation: Isolation


class Finish(msgspec.Struct, frozen=True, tag=True):
    """End a worker, if it has not ended, and clean up after it."""

    pid: int


class Hello(msgspec.Struct, frozen=True, tag=True):
    problem: str | None


class Spawned(msgspec.Struct, frozen=True, tag=True):
    pid: int
    problem: str | None


class Finished(msgspec.Struct, frozen=True, tag=True):
    """`status` as from waitpid, None for a stranger; `reason` if the watch ended the worker."""

    status: int | None
    reason: str | None


class _Child(msgspec.Struct):
    limits: Limits
    scratch: str
    reason: str | None = None


def send(control: socket.socket, message: msgspec.Struct, fds: list[int] | None = None) -> None:
    """One message, length first; descriptors travel with the length."""
    data = msgspec.msgpack.encode(message)
    header = len(data).to_bytes(4, "big")
    if fds:
        socket.send_fds(control, [header], fds)
        control.sendall(data)
    else:
        control.sendall(header + data)


def receive(control: socket.socket, kind: type, max_fds: int = 0) -> tuple[object, list[int]]:
    """The next message of the other side. Raises EOFError when it has gone."""
    header, fds, _, _ = socket.recv_fds(control, 4, max_fds)
    while 0 < len(header) < 4:
        header += control.recv(4 - len(header))
    if len(header) < 4:
        raise EOFError("the other side has closed the socket")
    data = bytearray()
    while len(data) < int.from_bytes(header, "big"):
        part = control.recv(65_536)
        if not part:
            raise EOFError("the other side has closed the socket")
        data += part
    return msgspec.msgpack.decode(bytes(data), type=kind), fds


class _Zygote:
    def __init__(self, control: socket.socket, setup: Setup) -> None:
        self.control = control
        self.setup = setup
        self.children: dict[int, _Child] = {}
        self.home = tempfile.mkdtemp(prefix="penaltybox-", dir=setup.scratch_root)
        paths = setup.libraries
        self.rules = list(policy.readable(paths, setup.excluded))
        self.become = policy.unprivileged(paths)
        if self.become is not None:
            os.chmod(self.home, 0o711)

    def serve(self) -> None:
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        grader = None
        if hasattr(os, "pidfd_open"):
            # The socket alone will not do: a child of the grader may have inherited its other end.
            with contextlib.suppress(OSError):
                grader = os.pidfd_open(self.setup.grader)
                poll.register(grader, select.POLLIN)
        while True:
            timeout = _WATCH_SECONDS * 1000 if self.children else 5000
            ready = {fd for fd, _ in poll.poll(timeout)}
            if grader in ready or (grader is None and os.getppid() != self.setup.grader):
                return
            self.watch()
            if self.control.fileno() not in ready:
                continue
            try:
                request, fds = receive(self.control, Spawn | Finish, 2)  # type: ignore[arg-type]
            except (EOFError, OSError):
                return
            if isinstance(request, Spawn):
                self.spawn(request, fds)
            elif isinstance(request, Finish):
                send(self.control, self.finish(request.pid))

    def spawn(self, request: Spawn, fds: list[int]) -> None:
        scratch = tempfile.mkdtemp(dir=self.home)
        try:
            pid = os.fork()
        except OSError as error:
            os.rmdir(scratch)
            send(self.control, Spawned(0, f"no process could be started: {error.strerror}"))
            return
        finally:
            if os.getpid() != _OWN_PID[0]:
                self.become_worker(request, fds, scratch)
            for fd in fds:
                os.close(fd)
        self.children[pid] = _Child(request.limits, scratch)
        send(self.control, Spawned(pid, None))

    def become_worker(self, request: Spawn, fds: list[int], scratch: str) -> NoReturn:
        try:
            refused = self.confine(request, fds, scratch)
            worker.main(request.limits.message_bytes, refused)
        except BaseException:  # of ours: no word of it reaches the learner
            os._exit(71)
        finally:
            os._exit(72)

    def confine(self, request: Spawn, fds: list[int], scratch: str) -> str | None:
        """Turn this fork into a worker under its policy; the sentence why not, if it fails."""
        os.setsid()
        channel, output = fds
        null = os.open(os.devnull, os.O_RDWR)
        # Clear of the low numbers first, so that no dup2 lands on a descriptor still needed.
        moved = [_above(fd) for fd in (null, output, output, channel)]
        for target, fd in enumerate(moved):
            os.dup2(fd, target, inheritable=True)
        os.closerange(worker.CHANNEL + 1, os.sysconf("SC_OPEN_MAX"))
        for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.umask(0o077)
        try:
            policy.die_with_parent(_OWN_PID[0])
            os.chdir(scratch)
            _set_environment(scratch)
            policy.limit(request.limits)
            if request.isolation == "sandbox":
                if self.become is not None:
                    os.chown(scratch, self.become, self.become)
                policy.drop_privileges(self.become)
                policy.confine_files(self.rules, scratch)
                policy.confine_calls()
        except Exception as error:
            return f"{type(error).__name__}: {error}"[:500]
        return None

    def watch(self) -> None:
        """End the workers that have outgrown what no resource limit bounds."""
        for pid, child in self.children.items():
            if child.reason is None:
                child.reason = _outgrown(pid, child)
                if child.reason is not None:
                    os.kill(pid, signal.SIGKILL)

    def finish(self, pid: int) -> Finished:
        child = self.children.pop(pid, None)
        if child is None:
            return Finished(None, None)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        _remove(child.scratch)
        return Finished(status, child.reason)

    def close(self) -> None:
        for pid in list(self.children):
            self.finish(pid)
        _remove(self.home)


_OWN_PID = [0]


def _above(fd: int) -> int:
    import fcntl

    return fcntl.fcntl(fd, fcntl.F_DUPFD, 16)


def _set_environment(scratch: str) -> None:
    keep = {k: v for k, v in os.environ.items() if k.endswith("_NUM_THREADS")}
    os.environ.clear()
    os.environ.update(keep)
    os.environ.update(HOME=scratch, TMPDIR=scratch, LANG="C.UTF-8", MPLBACKEND="Agg")
    os.environ.update(MPLCONFIGDIR=scratch, XDG_CACHE_HOME=scratch)
    tempfile.tempdir = scratch
    sys.dont_write_bytecode = True


def _outgrown(pid: int, child: _Child) -> str | None:
    limits = child.limits
    with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{pid}/stat") as file:
        threads = int(file.read().rpartition(")")[2].split()[17])
        if threads > limits.threads:
            return f"started more than {limits.threads} threads"
    used, files = _usage(child.scratch)
    if files > limits.scratch_files:
        return f"made more than {limits.scratch_files} files"
    # A file that is unlinked but open takes as much room as any other.
    used += _unlinked(pid)
    if used > limits.scratch_bytes:
        return f"wrote more than {limits.scratch_bytes // 2**20} MiB of files"
    return None


def _usage(folder: str) -> tuple[int, int]:
    """Bytes and files below `folder`; follows no links."""
    used = files = 0
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                info = entry.stat(follow_symlinks=False)
                used += info.st_blocks * 512
                files += 1
                if stat.S_ISDIR(info.st_mode):
                    below = _usage(entry.path)
                    used += below[0]
                    files += below[1]
            if files > 100_000:
                break
    return used, files


def _unlinked(pid: int) -> int:
    used = 0
    with contextlib.suppress(OSError):
        for name in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                info = os.stat(f"/proc/{pid}/fd/{name}")
                if stat.S_ISREG(info.st_mode) and info.st_nlink == 0:
                    used += info.st_blocks * 512
    return used


def _remove(folder: str) -> None:
    # A directory that its owner shut (mode 0) is opened again; nothing here follows a link.
    def reopen(function: object, path: str, _: object) -> None:
        with contextlib.suppress(OSError):
            os.chmod(os.path.dirname(path), 0o700)
            os.chmod(path, 0o700, follow_symlinks=False) if os.path.isdir(path) else None
        shutil.rmtree(path, ignore_errors=True) if os.path.isdir(path) else _unlink(path)

    shutil.rmtree(folder, onerror=reopen)


def _unlink(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)


def _import_tolerantly(*names: str) -> None:
    for name in names:
        # Where a library is not installed, whoever needs it will say so.
        with contextlib.suppress(ImportError, RuntimeError):
            importlib.import_module(name)


def _import(preload: Preload) -> None:
    for part in preload.split("-"):
        _import_tolerantly("numpy", *_LIBRARIES[part])
    if (torch := sys.modules.get("torch")) is not None:
        torch.set_num_threads(1)


def main() -> None:
    """Entry point of the fresh interpreter, which finds its socket to the grader on stdin."""
    control = socket.socket(fileno=_above(0))
    control.set_inheritable(False)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.close(null)
    setup, _ = receive(control, Setup)
    assert isinstance(setup, Setup)
    _OWN_PID[0] = os.getpid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    zygote = None
    try:
        _import(setup.preload)
        # What a confined worker needs must be here before the fork; of these modules, two look for
        # their C libraries in ways that the policy forbids.
        _import_tolerantly("landlock", "pyseccomp", "graders.sandbox.torch_values")
        sys.path[:] = [p for p in sys.path if p != setup.root or p in setup.libraries]
        sys.argv[:] = [""]
        zygote = _Zygote(control, setup)
        gc.collect()
        gc.freeze()  # forks then share the pages that a collection would write to
    except Exception as error:
        send(control, Hello(f"{type(error).__name__}: {error}"))
        return
    send(control, Hello(None))
    try:
        zygote.serve()
    finally:
        if os.getpid() == _OWN_PID[0]:
            zygote.close()


__all__ = ["Finish", "Finished", "Hello", "Setup", "Spawn", "Spawned", "main", "receive", "send"]
