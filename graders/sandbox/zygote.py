"""The process that workers are forked from: it has the libraries loaded, and nothing secret.

Started with a fresh interpreter and one inherited socket; it listens nowhere. On request it forks a
worker, watches what resource limits cannot bound, reaps it and removes its scratch directory. It
ends, with all its workers, when the socket closes or the grader dies.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import importlib
import os
import select
import signal
import socket
import sys
import tempfile
from typing import NoReturn

from graders.sandbox import kernel, policy, scratch, worker
from graders.sandbox.control import Finish, Finished, Hello, Setup, Spawn, Spawned, receive, send
from graders.sandbox.limits import Limits, Preload

_WATCH_SECONDS = 0.02
HOME_PREFIX = "penaltybox-"

_LIBRARIES: dict[str, tuple[str, ...]] = {
    "numpy": ("numpy", "numpy.linalg", "numpy.random"),
    "scipy": (
        *("scipy.linalg", "scipy.optimize", "scipy.sparse", "scipy.special", "scipy.stats"),
        *("scipy.ndimage", "sklearn.linear_model", "sklearn.model_selection"),
        *("sklearn.preprocessing", "sklearn.pipeline", "sklearn.tree", "sklearn.ensemble"),
    ),
    # An optimizer's first step imports torch._dynamo, which takes a second.
    "torch": ("torch", "torch.nn.functional", "torch.optim", "torch._dynamo"),
}


@dataclasses.dataclass
class _Child:
    limits: Limits
    scratch: str | None
    """Its directory, where it has no file system of its own."""
    ask: socket.socket | None
    """Brings the descriptor that its requests for threads come on; None where it has none."""
    permits: kernel.ThreadPermits | None = None
    reason: str | None = None

    @property
    def watched(self) -> bool:
        return self.ask is None or self.scratch is not None


class _Zygote:
    def __init__(self, control: socket.socket, setup: Setup) -> None:
        self.control = control
        self.setup = setup
        self.pid = os.getpid()
        self.children: dict[int, _Child] = {}
        self.asking: dict[int, _Child] = {}
        self.poll = select.poll()
        self.home = tempfile.mkdtemp(prefix=HOME_PREFIX, dir=setup.scratch_root)
        self.linux = sys.platform == "linux"
        self.mounts = self.linux and kernel.can_mount_scratch(self.home)
        readable = [*setup.libraries, os.path.join(sys.base_prefix, "lib")]
        self.rules = list(policy.readable(readable, setup.excluded))
        self.become = policy.unprivileged(setup.libraries)
        if self.become is not None:
            os.chmod(self.home, 0o711)

    def serve(self) -> None:
        self.poll.register(self.control, select.POLLIN)
        grader = None
        if hasattr(os, "pidfd_open"):
            # The socket alone will not do: a child of the grader may have inherited its other end.
            with contextlib.suppress(OSError):
                grader = os.pidfd_open(self.setup.grader)
                self.poll.register(grader, select.POLLIN)
        while True:
            watched = any(child.watched for child in self.children.values())
            ready = {fd for fd, _ in self.poll.poll(_WATCH_SECONDS * 1000 if watched else 5000)}
            if grader in ready or (grader is None and os.getppid() != self.setup.grader):
                return
            if watched:
                self.watch()
            for fd in ready & self.asking.keys():
                self.permit(fd)
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
        boxed = request.isolation == "sandbox"
        folder = None if boxed and self.mounts else tempfile.mkdtemp(dir=self.home)
        ours, theirs = socket.socketpair() if boxed else (None, None)
        try:
            pid = os.fork()
            if pid == 0:
                self.become_worker(request, fds, folder, theirs)
        except OSError as error:
            if folder is not None:
                os.rmdir(folder)
            send(self.control, Spawned(0, f"no process could be started: {error.strerror}"))
            return
        finally:
            for fd in fds:
                os.close(fd)
            if theirs is not None:
                theirs.close()
        child = self.children[pid] = _Child(request.limits, folder, ours)
        if ours is not None:
            self.listen(ours.fileno(), child)
        send(self.control, Spawned(pid, None))

    def listen(self, fd: int, child: _Child) -> None:
        self.asking[fd] = child
        self.poll.register(fd, select.POLLIN)

    def deaf(self, fd: int) -> None:
        if self.asking.pop(fd, None) is not None:
            self.poll.unregister(fd)

    def permit(self, fd: int) -> None:
        """A worker has handed over its line for threads, or asks on it."""
        child = self.asking[fd]
        if child.permits is not None:
            if not child.permits.answer():
                self.deaf(fd)
            return
        assert child.ask is not None
        _, lines, _, _ = socket.recv_fds(child.ask, 1, 1)
        self.deaf(fd)
        child.ask.close()
        pid = next((pid for pid, other in self.children.items() if other is child), 0)
        if lines and pid:
            child.permits = kernel.ThreadPermits(lines[0], pid, child.limits.threads)
            self.listen(lines[0], child)
        else:
            child.ask = None

    def become_worker(
        self, request: Spawn, fds: list[int], folder: str | None, ask: socket.socket | None
    ) -> NoReturn:
        try:
            refused = self.confine(request, fds, folder, ask)
            worker.main(request.limits.message_bytes, refused)
        except BaseException:  # of ours: no word of it reaches the learner
            os._exit(worker.DAMAGED)
        finally:
            os._exit(worker.DAMAGED)

    def confine(
        self, request: Spawn, fds: list[int], folder: str | None, ask: socket.socket | None
    ) -> str | None:
        """Turn this fork into a worker under its policy; the sentence why not, if it fails."""
        os.setsid()
        channel, output = fds
        null = os.open(os.devnull, os.O_RDWR)
        asking = ask.detach() if ask is not None else null
        # Clear of the low numbers first, so that no dup2 lands on a descriptor still needed.
        moved = [_above(fd) for fd in (null, output, output, channel, asking)]
        for target, fd in enumerate(moved):
            os.dup2(fd, target, inheritable=True)
        os.closerange(len(moved), os.sysconf("SC_OPEN_MAX"))
        asking = len(moved) - 1
        for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.umask(0o077)
        boxed = request.isolation == "sandbox"
        limits = request.limits
        try:
            if folder is None:
                folder = self.home
                owner = os.geteuid() if self.become is None else self.become
                kernel.mount_scratch(folder, limits.scratch_bytes, limits.scratch_files, owner)
            elif boxed and self.become is not None:
                os.chown(folder, self.become, self.become)
            os.chdir(folder)
            _set_environment(folder)
            policy.limit(limits)
            if boxed:
                kernel.drop_privileges(self.become)
            if self.linux:
                kernel.die_with_parent(self.pid)
            if boxed:
                policy.confine_files(self.rules, folder)
                with socket.socket(fileno=asking) as ask:
                    line = policy.watch_threads()
                    if line is not None:
                        socket.send_fds(ask, [b"!"], [line])
                        os.close(line)
                policy.confine_calls()
            else:
                os.close(asking)
        except Exception as error:
            return f"{type(error).__name__}: {error}"[:500]
        return None

    def watch(self) -> None:
        """End the workers that have outgrown what no resource limit bounds."""
        for pid, child in self.children.items():
            if child.watched and child.reason is None:
                child.reason = scratch.outgrown(pid, child.limits, child.scratch)
                if child.reason is not None:
                    os.kill(pid, signal.SIGKILL)

    def finish(self, pid: int) -> Finished:
        child = self.children.pop(pid, None)
        if child is None:
            return Finished(None, None)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)  # what it may have started in isolation "process"
        _, status = os.waitpid(pid, 0)
        for fd in [fd for fd, other in self.asking.items() if other is child]:
            self.deaf(fd)
        if child.permits is not None:
            os.close(child.permits.listener)
        elif child.ask is not None:
            child.ask.close()
        if child.scratch is not None:
            scratch.remove(child.scratch)
        return Finished(status, child.reason)

    def close(self) -> None:
        for pid in list(self.children):
            self.finish(pid)
        scratch.remove(self.home)


def _above(fd: int) -> int:
    import fcntl

    return fcntl.fcntl(fd, fcntl.F_DUPFD, 16)


def _set_environment(folder: str) -> None:
    keep = {k: v for k, v in os.environ.items() if k not in ("LD_LIBRARY_PATH", "PYTHONHASHSEED")}
    os.environ.clear()
    os.environ.update(keep)
    os.environ.update(HOME=folder, TMPDIR=folder, LANG="C.UTF-8", MPLBACKEND="Agg")
    os.environ.update(MPLCONFIGDIR=folder, XDG_CACHE_HOME=folder)
    tempfile.tempdir = folder
    sys.dont_write_bytecode = True


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
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    zygote = None
    try:
        _import(setup.preload)
        # What a confined worker needs must be here before the fork; of these modules, two look for
        # their C libraries in ways that the policy forbids.
        _import_tolerantly("landlock", "pyseccomp")
        sys.path[:] = [p for p in sys.path if p != setup.root or p in setup.libraries]
        sys.argv[:] = [""]
        zygote = _Zygote(control, setup)
        gc.collect()
        gc.freeze()  # forks then share the pages that a collection would write to
    except Exception as error:
        send(control, Hello(f"{type(error).__name__}: {error}", ""))
        return
    try:
        send(control, Hello(None, zygote.home))
        zygote.serve()
    except BrokenPipeError:
        pass  # the grader has ended meanwhile
    finally:
        zygote.close()
