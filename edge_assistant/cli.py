"""The root command: `edge-assistant NAME ...`.

A command is a module with a `typer.Typer` called `app`. Those of this package stand in `commands.COMMANDS`; the
packages above add theirs by the entry point group `edge_assistant.commands`, because this package must not import
them. A module is imported when its command is called; `--help` lists the first line of each module's docstring, which
it reads from the file. So the root command starts fast, and one broken part leaves the others usable.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import os
import re
import sqlite3
import sys
import traceback
from collections.abc import Sequence
from importlib import metadata
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from edge_assistant.commands import command_targets
from edge_assistant.errors import EdgeAssistantError, MissingDependencyError, StoreError, UsageError
from edge_assistant.paths import APPLICATION, HOME_VARIABLE, expanded
from quant.errors import QuantError, is_full

DEBUG_VARIABLE = "EDGE_ASSISTANT_DEBUG"

INTERRUPTED = 130
"""The exit code of a command that was stopped by Ctrl-C: 128 + SIGINT."""

STOPPED = "interrupted; nothing that was saved is lost, call it again (a run: with --resume)"

FULL = "the disk is full; free some space and repeat, nothing that was saved is lost"

NO_MEMORY = "there is not enough memory; close other programs, or allow this one more ('ulimit -v' shows the limit)"

EPILOG = """Examples:

edge-assistant doctor  (is everything in place?)

edge-assistant simulate --personas p01 --days 2 --out runs/first

edge-assistant personas show p01

edge-assistant --home /tmp/try-out doctor --json"""


def help_line(target: str) -> str:
    """The first line of the docstring of the module behind `target`, read without running the module."""
    try:
        spec = importlib.util.find_spec(target.partition(":")[0])
        source = spec.loader.get_source(spec.name) if spec and spec.loader else None  # type: ignore[attr-defined]
        docstring = ast.get_docstring(ast.parse(source)) if source else None
    except (ImportError, AttributeError, SyntaxError, ValueError):
        docstring = None
    if not docstring:
        return "(not available in this installation)"
    line = re.sub(r"^`[^`]*`: *", "", docstring.partition("\n")[0])  # `edge-assistant NAME`: ...
    return line[:1].upper() + line[1:]


def load_command(name: str, target: str) -> TyperCommand | TyperGroup:
    """Import the module behind a command and build it.

    Raises:
        MissingDependencyError: the module, or something that it needs, is not installed.
    """
    module_name, _, attribute = target.partition(":")
    try:
        app = getattr(importlib.import_module(module_name), attribute or "app")
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            f"command '{name}': the module {error.name} is not installed; install the project again with 'make setup'"
        ) from error
    command = typer.main.get_command(app)
    command.name = name
    # the completion options belong to the root alone
    command.params = [param for param in command.params if param.name not in ("install_completion", "show_completion")]
    if not isinstance(command, (TyperCommand, TyperGroup)):  # pragma: no cover
        raise TypeError(f"command {name!r}: {target} is not a Typer application")
    return command


class LazyGroup(TyperGroup):
    """A group that knows the names of its commands, and imports one only to run or to complete it."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, without an import."""
        return list(command_targets())

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | None:
        """A stand-in that can only be listed; `resolve_command` gives the real one."""
        target = command_targets().get(cmd_name)
        return None if target is None else TyperCommand(cmd_name, help=help_line(target), callback=lambda: None)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Find the command that `args` begin with, import it, and return it with the rest of `args`."""
        name, command, rest = super().resolve_command(ctx, args)
        if name is not None and command is not None:
            command = load_command(name, command_targets()[name])
        return name, command, rest


app = typer.Typer(
    name=APPLICATION,
    cls=LazyGroup,
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def show_version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        typer.echo(f"{APPLICATION} {metadata.version(APPLICATION)}")
        raise typer.Exit


@app.callback()
def root(
    home: Annotated[
        str | None, typer.Option(help="Folder of the settings, the store and the models.", metavar="DIR")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """A proactive assistant that learns one person's taste, and the simulator it is measured in.

    Everything happens on this machine. Data go to standard output, messages to standard error.
    """
    if home is not None:
        # by way of the environment, so that child processes agree
        os.environ[HOME_VARIABLE] = str(expanded(home)) if home else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; every failure becomes one line on standard error."""
    # a terminal or pipe that is not UTF-8 shows and tells what it can; it is no reason to fail
    for name, errors in (("stdin", "replace"), ("stdout", "backslashreplace"), ("stderr", "backslashreplace")):
        stream = getattr(sys, name)
        if stream is None:  # closed by who called us
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=errors)
    try:
        command = typer.main.get_command(app)
        result = command.main(args=arguments, prog_name=APPLICATION, standalone_mode=False)
        sys.stdout.flush()
        if result == INTERRUPTED:  # typer has made an exit code of Ctrl-C, and said nothing
            return _fail(STOPPED, INTERRUPTED)
        return result if isinstance(result, int) and not isinstance(result, bool) else 0
    except KeyboardInterrupt:
        return _fail(STOPPED, INTERRUPTED)
    except typer.Abort:
        return _fail("stopped", EdgeAssistantError.exit_code)
    except typer.TyperException as error:
        return _usage_failure(error)
    except (EdgeAssistantError, QuantError) as error:
        _show_traceback_on_request()
        return _fail(str(error), error.exit_code)
    except BrokenPipeError:
        # the reader of a pipe has left; the interpreter must not complain about it while it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EdgeAssistantError.exit_code
    except sqlite3.Error as error:
        _show_traceback_on_request()
        return _fail(f"store: {error}; free some space or check the file, then repeat", StoreError.exit_code)
    except OSError as error:
        _show_traceback_on_request()
        return _fail(_describe(error), StoreError.exit_code)
    except MemoryError:
        _show_traceback_on_request()
        return _fail(NO_MEMORY, EdgeAssistantError.exit_code)
    except Exception as error:
        _show_traceback_on_request()
        if is_full(error):
            return _fail(FULL, StoreError.exit_code)
        # a defect of ours: one line for the user, the rest for whoever mends it
        words = f"{type(error).__name__}: {error}"
        return _fail(
            f"unexpected {words}; set {DEBUG_VARIABLE}=1 to see where, and report it", EdgeAssistantError.exit_code
        )


def _describe(error: OSError) -> str:
    """One line for what the operating system refused, with the place and the way out."""
    where = error.filename2 or error.filename  # of two, the one that was written
    place = f" at {where}" if where else ""
    if is_full(error):
        return FULL.replace("full", f"full{place}", 1)
    if isinstance(error, FileNotFoundError) and not where:
        return "the folder in which this was called is no longer there; change to another and repeat"
    advice = "check that the path exists and that you may use it" if where else "see the documentation"
    return f"{error.strerror or error}{place}; {advice}"


def _usage_failure(error: typer.TyperException) -> int:
    """A wrong call: help where nothing was asked, otherwise one line that names the page that tells more."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError" and context is not None:
        # where rich is used, this prints by itself and returns nothing
        typer.echo(context.get_help(), nl=False)
        return UsageError.exit_code
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    where = context.command_path if context is not None else APPLICATION
    return _fail(f"{message.rstrip('.')}; see '{where} --help'", getattr(error, "exit_code", UsageError.exit_code))


def _fail(message: str, exit_code: int) -> int:
    """Print one line on standard error and return the exit code."""
    print("error: " + " ".join(message.split()), file=sys.stderr)
    return exit_code


def _show_traceback_on_request() -> None:
    """Print the traceback of the current error where a developer asked for it."""
    if os.environ.get(DEBUG_VARIABLE):
        traceback.print_exc()


if __name__ == "__main__":
    sys.exit(main())
