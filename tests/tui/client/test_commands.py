"""The grammar of typed lines."""

from __future__ import annotations

import pytest

from tui.client.commands import commands, complete, parse


@pytest.mark.parametrize(
    ("line", "name", "parameters"),
    [
        ("baking bread", "tell", {"text": "baking bread"}),
        ("is it late?", "ask", {"text": "is it late?"}),
        ("what did I do", "ask", {"text": "what did I do"}),
        ("/later 60", "later", {"minutes": 60.0}),
        ("/la 2 h", "later", {"minutes": 120.0}),
        ("/dismiss too often", "dismiss", {"reason": "frequency"}),
        ("/dismiss", "dismiss", {"reason": None}),
        (
            "/rate yyny",
            "rate",
            {"rating": {"preference": 1, "timing": 1, "frequency": 0, "communication": 1}},
        ),
        ("/pause", "pause", {"minutes": 60.0}),
        ("/private", "private", {"on": True}),
        ("/private off", "private", {"on": False}),
        ("/level rare", "level", {"level": "rare"}),
        ("/train pause", "train", {"do": "pause"}),
        ("/remind tomorrow 9", "remind", {"when": "tomorrow 9"}),
        ("/remind me at 6 pm to call mum", "own", {"text": "remind me at 6 pm to call mum"}),
        ("/todo buy milk tomorrow", "todo", {"text": "buy milk tomorrow"}),
        ("add todo: buy milk", "own", {"text": "add todo: buy milk"}),
        ("stop talking about birds", "own", {"text": "stop talking about birds"}),
        ("take it back", "undo", {}),
        ("Undo that.", "undo", {}),
        ("taking it back to the shop", "tell", {"text": "taking it back to the shop"}),
    ],
)
def test_lines(line: str, name: str, parameters: dict[str, object]) -> None:
    intent = parse(line)
    assert intent is not None
    assert (intent.name, intent.parameters) == (name, parameters)


@pytest.mark.parametrize("line", ["/nonsense", "/later soon", "/rate yes", "/l", "/level loud", "/", "/accept now"])
def test_wrong_commands_say_what_is_right(line: str) -> None:
    intent = parse(line)
    assert intent is not None and intent.name == "problem" and "/" in intent.problem


def test_an_empty_line_wants_nothing() -> None:
    assert parse("  ") is None


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("a", "accept"),
        ("l 15", "later"),
        ("d b", "dismiss"),
        ("later 15", "later"),
        ("done", "done"),
        ("done with the dishes", "tell"),
        ("more coffee", "tell"),
        ("later?", "ask"),
        ("later", "problem"),
        ("/why", "why"),
        ("q", "quit"),
    ],
)
def test_in_the_linear_mode_keys_and_commands_are_words(line: str, name: str) -> None:
    intent = parse(line, bare=True)
    assert intent is not None and intent.name == name


def test_with_a_layout_words_are_told() -> None:
    intent = parse("accept")
    assert intent is not None and intent.name == "tell"


def test_completion() -> None:
    assert complete("/lat") == ["/later"]
    assert complete("/later ") == ["/later 15", "/later 60", "/later 240"]
    assert complete("/level ch") == ["/level chatty"]
    assert complete("hello") == []
    assert len(complete("/")) == len(commands())


@pytest.mark.parametrize("command", commands().values(), ids=lambda command: command.name)
def test_every_completion_is_understood(command) -> None:
    lines = complete(f"/{command.name} ") or [f"/{command.name}"]
    for line in lines:
        intent = parse(line)
        assert intent is not None
        assert intent.name == command.name or (intent.name == "problem" and command.shape)


def test_keys_and_names_are_unique() -> None:
    keys = [command.key for command in commands().values() if command.key]
    assert len(set(keys)) == len(keys)
    assert list(commands()) == [command.name for command in commands().values()]
