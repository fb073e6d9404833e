"""A screen is a folder: tabs, keys, help, commands and completion know it without being told."""

from __future__ import annotations

import json
import subprocess
import sys

from tui.client.commands import commands, complete
from tui.registry import screens, tabs
from tui.screens.help.screen import help_content

INIT = """
from tui.registry import ScreenEntry, register
register(ScreenEntry("notes", "8", "Notes", f"{__name__}.screen:NotesScreen", "your notes"))
"""
SCREEN = """
from textual.widgets import Static
from tui.widgets.page import Page

class NotesScreen(Page):
    NAME = "notes"

    def body(self):
        yield Static("buy rye flour")
"""
DRIVE = """
import asyncio, json, sys
from pathlib import Path
import tui.screens
tui.screens.__path__.append(sys.argv[1])
from tui.app import AssistantApp
from tui.client.commands import complete, parse
from tui.screens.help.screen import help_content

async def main():
    app = AssistantApp(Path(sys.argv[2]), None, "dark")
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("8")
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        text = "\\n".join("".join(segment.text for segment in strip) for strip in strips)
        print(json.dumps([text, complete("/no"), parse("/notes").name, help_content().plain]))

asyncio.run(main())
"""


def test_a_new_folder_is_a_new_screen(tmp_path, own_folders) -> None:
    folder = tmp_path / "more" / "notes"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(INIT)
    (folder / "screen.py").write_text(SCREEN)
    command = [sys.executable, "-c", DRIVE, str(folder.parent), str(own_folders)]
    child = subprocess.run(command, capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr
    screen, completion, name, keys = json.loads(child.stdout)
    assert "[8 Notes]" in screen and "buy rye flour" in screen
    assert completion == ["/notes"] and name == "notes"
    assert "8 Notes" in keys and "/notes" in keys and "your notes" in keys


def test_every_screen_is_reached_by_a_key_of_its_own_and_a_command() -> None:
    keys = [entry.key for entry in screens().values() if entry.key]
    assert len(set(keys)) == len(keys)
    assert list(tabs()) == ["live", "why", "memory", "learning", "watch", "settings", "mine"]
    for name, entry in screens().items():
        assert name in commands() and f"/{name}" in complete("/")
        assert entry.covers or f"{entry.key} {entry.title}" in help_content().plain


def test_screens_are_imported_when_somebody_goes_there() -> None:
    code = "import sys, tui.app; print(*(name for name in sys.modules if name.startswith('tui.screens.')))"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "tui.screens.watch" in child.stdout and ".screen" not in child.stdout.replace("tui.screens", "")
