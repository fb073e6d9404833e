"""What a process has taken of this machine."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from contextlib import suppress
from pathlib import Path

import psutil

STATUS = Path("/proc/self/status")


def peak_rss_mb() -> float:
    """Most memory that this process has held so far, in MB of 10^6 bytes; mapped files that were read count.

    Linux is asked for the high-water mark of this program's own memory: what `getrusage` tells there also holds the
    peak of the program that started it.
    """
    with suppress(OSError), STATUS.open(encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def give_back_memory() -> None:
    """Return what is free to the system: the C library keeps it for a thread that may never need it again."""
    gc.collect()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library than glibc
            ctypes.CDLL(None).malloc_trim(0)


def usable_threads() -> int:
    """Threads that are worth having for a computation: OMP_NUM_THREADS where it is set, else this process's cores.

    What torch says at the moment is no answer: embedding, or the training before this one, may have left it at 1.
    """
    told = os.environ.get("OMP_NUM_THREADS", "")
    if told.isdigit() and int(told) > 0:
        return int(told)
    allowed = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return max(1, min(allowed, psutil.cpu_count(logical=False) or allowed))


_M_ARENA_MAX = -8
"""Of glibc's mallopt."""


def share_one_heap() -> None:
    """Let all threads that begin from now on allocate from one heap, where the C library is glibc.

    With a heap of its own each thread keeps what it has freed: passes side by side were seen to take a tenth more.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library than glibc
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
