"""What one submission may use."""

from __future__ import annotations

from typing import Literal

import msgspec

Isolation = Literal["sandbox", "process"]
"""How a worker is kept apart: with Landlock and seccomp, or as a limited process alone."""

Preload = Literal["numpy", "scipy", "torch", "torch-scipy"]
"""Which libraries the zygote, and so every worker forked from it, has imported already."""

KIB, MIB, GIB = 2**10, 2**20, 2**30


class Limits(msgspec.Struct, frozen=True):
    """Bounds for one session; times in seconds, sizes in bytes.

    Time counts while the worker could run: not while a callback runs in the grader, and not while
    other processes keep the worker from a core (up to `patience` times the limit in all).
    """

    call_seconds: float = 5.0
    load_seconds: float = 20.0
    total_seconds: float = 60.0
    memory_bytes: int = 4 * GIB
    """Address space of the worker."""
    scratch_bytes: int = 64 * MIB
    """All files of the scratch directory together."""
    scratch_files: int = 1024
    output_bytes: int = 64 * KIB
    """Captured stdout and stderr; what is beyond is read and thrown away."""
    message_bytes: int = 64 * MIB
    """Arrays and tensors in one message."""
    callbacks: int = 100_000
    """Callbacks in one call."""
    callback_seconds: float = 120.0
    """The grader's own time in callbacks, in the whole session."""
    threads: int = 32
    open_files: int = 128
    patience: float = 4.0
