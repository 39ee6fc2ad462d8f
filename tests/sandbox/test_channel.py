"""The grader's end of the channel, with this process in the worker's place."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator

import pytest

from graders.sandbox import launch, wire
from graders.sandbox.channel import Channel, Clock, Silent
from graders.sandbox.limits import Limits


@pytest.fixture
def ends() -> Iterator[tuple[Channel, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    read, write = os.pipe()
    os.set_blocking(read, False)
    worker = launch.Worker(os.getpid(), ours, read, None)  # type: ignore[arg-type]
    channel = Channel(worker, Limits(), bytearray())
    with ours, theirs:
        yield channel, theirs
    channel.times.close()
    os.close(read)
    os.close(write)


def clock(channel: Channel) -> Clock:
    return Clock(channel.times, 10.0, 4.0)


@pytest.mark.parametrize("piece", [1, 11, 12, 13, 16_384, 2**20])
def test_messages_arrive_whole_however_they_are_cut(
    ends: tuple[Channel, socket.socket], piece: int
) -> None:
    channel, theirs = ends
    sizes = (0, 5, 16_300, 16_384, 40_000) if piece > 13 else (0, 5, 300)
    sent = [(wire.Array("uint8", [size]), os.urandom(size)) for size in sizes]
    messages = [(wire.Returned("n", node, None, wire.Facts()), data) for node, data in sent]
    stream = b"".join(wire.frame(message, [data]) for message, data in messages)
    pieces = [stream[at : at + piece] for at in range(0, len(stream), piece)]
    sender = threading.Thread(target=lambda: [theirs.sendall(part) for part in pieces])
    sender.start()
    for message, data in messages:
        got, following = channel.receive(clock(channel))
        assert (got, bytes(following)) == (message, data)
    sender.join()
    channel.expect_silence()


def test_what_was_read_ahead_is_not_forgotten(ends: tuple[Channel, socket.socket]) -> None:
    channel, theirs = ends
    theirs.sendall(wire.frame(wire.Done("n"), []) + b"x")
    assert channel.receive(clock(channel))[0] == wire.Done("n")
    with pytest.raises(wire.BadFrame, match="nobody had asked for"):
        channel.expect_silence()
    theirs.close()
    with pytest.raises(Silent):
        channel.receive(clock(channel))
