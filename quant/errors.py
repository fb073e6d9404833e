"""Errors that a user can understand and mend: one line that says what, where and what to do next."""

from __future__ import annotations

import errno
import os


class QuantError(Exception):
    """Anything wrong with a model, an adapter or a command of this package; `exit_code` is for the command line."""

    exit_code = 6


class CallError(QuantError):
    """A command was called in a way that cannot work."""

    exit_code = 2


class WriteError(QuantError):
    """A file could not be written: its folder or the disk refused."""

    exit_code = 5


class UnsupportedModelError(QuantError):
    """A GGUF file of a family, a tensor type or a feature that cannot be a training base."""


class DamagedFileError(QuantError):
    """A file that is cut short, or is not what its name says."""


class AdapterError(QuantError):
    """An adapter that does not fit its base, is of a refused format, or is damaged."""


def is_full(error: Exception) -> bool:
    """Whether the disk, or what this person may use of it, is full; also by the words of libraries that hide it."""
    codes = (errno.ENOSPC, errno.EDQUOT)
    return getattr(error, "errno", None) in codes or any(os.strerror(code) in str(error) for code in codes)


def refused(error: OSError, otherwise: str) -> str:
    """Why the system refused something, and what to do.

    Args:
        error: of the system.
        otherwise: what to do where there is room on the disk.
    """
    return (
        "the disk is full; free some space and repeat" if is_full(error) else f"{error.strerror or error}; {otherwise}"
    )
