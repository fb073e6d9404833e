"""Bytes that are not text, wherever a person's words come in: over the socket, as arguments, in pipes and in files."""

from __future__ import annotations

import io
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from edge_assistant import cli
from edge_assistant.errors import EdgeAssistantError
from edge_assistant.paths import HOME_VARIABLE, Paths
from edge_assistant.service import calling
from edge_assistant.service.rpc.review_values import Review, ReviewCard
from edge_assistant.service.rpc.values import readable
from tests.edge_assistant.service.conftest import Person

ODD = ["\0", "\x1b[2J", "\x7f", "\x85", "\u2028", "\ud800", "\udfff\ud800", *map(chr, range(1, 32))]
SPOILT = [os.fsdecode(bytes([byte])) for byte in range(128, 256)]


def words(method: str, text: str) -> dict[str, Any]:
    """Parameters of a method with this text in each that takes words."""
    found: dict[str, dict[str, Any]] = {
        "tell": {"text": f"drinking caf{text}"},
        "ask": {"text": f"when did I drink caf{text}?"},
        "memory.search": {"query": f"caf{text}", "by": "words"},
        "learning.state": {"likes": [f"caf{text} with friends"]},
        "setup.save": {"likes": [f"good caf{text}"], "dislikes": [f"bad t{text}a"], "never": [f"w{text}k"]},
        "settings.set": {"section": "topics", "field": "never", "value": [f"w{text}k"]},
        "why": {"id": f"s{text}"},
    }
    return found[method]


@pytest.mark.parametrize(
    "method", ["tell", "ask", "memory.search", "learning.state", "setup.save", "settings.set", "why"]
)
def test_every_byte_that_reaches_the_service_is_text_or_refused_in_a_line(person: Person, method: str) -> None:
    for text in [*ODD, *SPOILT[::9]]:
        try:
            answer = person.core.call(method, words(method, text))
        except EdgeAssistantError as error:
            answer = str(error)
        json.dumps(answer, ensure_ascii=False).encode()
    json.dumps([person.core.call(name) for name in ("status", "feed", "setup.get")], ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("bell \x07", "bell "),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x9b2Jgone", "2Jgone"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\U0001f468\u200d\U0001f373 cook", "\U0001f468\u200d\U0001f373 cook"),
        ({"a": ["\x00", {"b": "\x7f"}]}, {"a": ["", {"b": ""}]}),
    ],
)
def test_nothing_that_steers_a_terminal_comes_in(typed: object, text: object) -> None:
    assert readable(typed) == text


def test_words_of_a_latin_1_terminal_are_the_words_that_were_meant() -> None:
    for byte in range(128, 256):
        meant = bytes([byte]).decode("cp1252", "replace")  # Latin-1, with quotes and dashes where that has controls
        assert readable({"likes": [os.fsdecode(b"t" + bytes([byte]))]}) == {"likes": ["t" + meant]}
    assert readable(("Grüße ☕", 3, None, {"a": "é"})) == ["Grüße ☕", 3, None, {"a": "é"}]


def test_every_byte_piped_into_a_review_is_a_key_or_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    card = ReviewCard("r1-1", "idea", "Would tea have pleased you?", datetime(2026, 3, 2, tzinfo=UTC))
    monkeypatch.setattr(calling, "ask_any", lambda *_arguments, **_named: Review((card,)).to_dict())
    lines = b"".join(b"%c\n" % byte for byte in range(256) if chr(byte) not in "qQ")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines), encoding="utf-8"))
    assert cli.main(["review", "--plain"]) == 0
    told = capsys.readouterr()
    assert told.err == "" and told.out.count("Please press one of these") > 200


FILES = {
    "ideas.toml": (b'[[idea]]\nid = "brew-x"\ntext = "brew some %s tea now"\n', ["ideas", "validate"]),
    "persona.json": (b'{"name": "Kim", "age": 30, "persona": "Likes t%s a lot."}', ["personas", "import"]),
    "config.toml": (b'[topics]\nnever = ["w%sk"]\n# %s\n', ["status"]),
    "assistant.backup": (b"PK\x03\x04%s", ["restore"]),
    "model.gguf": (b"GGUF%s", ["models", "add"]),
}


@pytest.mark.parametrize("name", FILES)
def test_every_byte_in_a_file_is_read_or_refused_in_a_line(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, command = FILES[name]
    paths = Paths.from_environment()
    paths.home.mkdir(mode=0o700, exist_ok=True)
    file = (paths.home if name == "config.toml" else tmp_path) / name
    more = ["--out", str(tmp_path / "out")] if "import" in command else []
    for byte in (*range(33), 34, 92, 127, 128, 160, 195, 233, 254, 255):
        file.write_bytes(content.replace(b"%s", bytes([byte])))
        cli.main([*command, *([] if name == "config.toml" else [str(file)]), *more])
        said = capsys.readouterr().err
        assert "unexpected" not in said and "Traceback" not in said, (byte, said)


@pytest.mark.parametrize("byte", [1, 7, 9, 10, 13, 27, 127, 128, 160, 195, 233, 255])
def test_every_byte_in_an_argument_is_taken_or_refused_in_a_line(
    byte: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    word = os.fsdecode(b"caf" + bytes([byte]))
    path, home = str(tmp_path / word), os.environ[HOME_VARIABLE]
    for arguments in (
        ["ask", word],
        ["why", word],
        ["feedback", word, "--accept"],
        ["ideas", "show", word],
        ["models", "use", word],
        ["models", "add", path],
        ["personas", "show", word],
        ["backup", path],
        ["restore", path],
        ["review", "--answer", f"{word}=yes"],
        ["--home", f"{path}-home", "pause", "5"],
        ["--home", f"{path}-home", "mine", "add", "buy tea"],
        ["--home", f"{path}-home", "backup", f"{path}-backup"],
        ["--home", f"{path}-home", "status"],
        ["tui", "--theme", word],
        ["mine", "add", f"buy {word}"],
        ["mine", "edit", "1", "--text", word],
        ["mine", "done", word],
        ["mine", "list", "--json"],
        [word],
    ):
        cli.main(arguments)
        os.environ[HOME_VARIABLE] = home
        said = capsys.readouterr().err
        assert "unexpected" not in said and "Traceback" not in said, (arguments, said)
