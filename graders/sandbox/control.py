"""What grader and zygote say to each other, over the one socket between them."""

from __future__ import annotations

import socket

import msgspec

from graders.sandbox.limits import Isolation, Limits, Preload


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
    """The zygote is ready, with its scratch directories below `home`; or has a `problem`."""

    problem: str | None
    home: str


class Spawned(msgspec.Struct, frozen=True, tag=True):
    pid: int
    problem: str | None


class Finished(msgspec.Struct, frozen=True, tag=True):
    """`status` as from waitpid, None for a stranger; `reason` if the watch ended the worker."""

    status: int | None
    reason: str | None


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
