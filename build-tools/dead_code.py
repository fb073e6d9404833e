"""Find functions, classes, methods and imports that nothing uses: `python build-tools/dead_code.py`.

vulture by itself also reports the fields of dataclasses and settings, which are read by name where it cannot see it;
those are left out here. Names that only a framework calls are listed below.
"""

from __future__ import annotations

import sys
from pathlib import Path

from vulture import Vulture

PACKAGES = ("edge_assistant", "simulator", "quant", "tui", "tests", "build-tools")

DECORATORS = [
    "@*.command",
    "@*.callback",
    "@*.register",
    "@answers",
    "@pytest.fixture",
    "@field_validator",
    "@model_validator",
    "@on",
    "@work",
    "@dbus_method",
]

NAMES = [
    "test_*",
    "Test*",
    "pytest_*",
    # called by Textual
    "action_*",
    "check_action",
    "compose",
    "key_*",
    "on_*",
    "render*",
    "watch_*",
    "BINDINGS",
    "CSS*",
    "TITLE",
    "get_suggestion",
    "get_system_commands",
    # named as text where they are registered, and imported when they are opened
    "*Screen",
    # called by torch
    "forward",
    "backward",
    "extra_repr",
    # called by typer
    "get_command",
    "list_commands",
    "resolve_command",
    # called by http.server, for the tests of downloads
    "do_GET",
    "do_HEAD",
    "log_message",
    # called by html.parser, for the tests of the report
    "handle_data",
    "handle_endtag",
    "handle_startendtag",
    "handle_starttag",
]

KINDS = ("function", "class", "method", "property", "import", "unreachable_code")


def main() -> int:
    """Print what is unused and return 1, or return 0 when there is nothing."""
    vulture = Vulture(ignore_names=NAMES, ignore_decorators=DECORATORS)
    vulture.scavenge([package for package in PACKAGES if Path(package).is_dir()])
    found = [item for item in vulture.get_unused_code(min_confidence=60) if item.typ in KINDS]
    for item in found:
        print(f"{item.filename}:{item.first_lineno}: unused {item.typ} '{item.name}'; delete it or use it")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
