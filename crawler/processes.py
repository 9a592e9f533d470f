"""What the program's child processes have in common: they never outlive their parent, and frame what they say."""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys

LENGTH = struct.Struct(">I")
"""The length in bytes that goes before each message on a pipe: 4 bytes, big-endian."""

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent(parent: int) -> None:
    """Make sure that this process ends when its parent does, even when that is killed; call it first thing.

    `parent` is the parent's process id as the parent knows it: when it has died before this call, this process ends
    at once. On Linux the kernel then sends SIGKILL (prctl(2), PR_SET_PDEATHSIG; SIGTERM would leave a hanging child
    alive); elsewhere the end of the pipe to the parent has to do.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit("the parent process has died")
