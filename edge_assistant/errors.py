"""One tree of errors. Each says what, where and what to do in one line, and carries the exit code of the command."""

from __future__ import annotations


class EdgeAssistantError(Exception):
    """Anything that a user can understand and mend; the command line prints it as one line, without a traceback."""

    exit_code = 1


class UsageError(EdgeAssistantError):
    """The command was called in a way that cannot work."""

    exit_code = 2


class ConfigError(EdgeAssistantError):
    """A settings file, an environment variable or an option holds something that is not understood."""

    exit_code = 3


class DataError(EdgeAssistantError):
    """A persona, idea, calendar or import file is wrong."""

    exit_code = 4


class StoreError(EdgeAssistantError):
    """The store, an index or the disk refused."""

    exit_code = 5


class ModelError(EdgeAssistantError):
    """A model or adapter file is missing, damaged, too large or does not fit."""

    exit_code = 6


class EngineError(ModelError):
    """The engine could not answer: context overflow, a crashed decode, a closed engine."""


class NotFiniteError(EngineError):
    """The model computed numbers that are not finite: its file or its adapter is damaged, or far too strong."""


class LockedError(EdgeAssistantError):
    """Another process owns the store."""

    exit_code = 7


class MissingDependencyError(EdgeAssistantError):
    """An optional package is needed for this; the message names the extra to install."""

    exit_code = 8
