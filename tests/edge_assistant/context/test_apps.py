"""From programs and titles to activities."""

from __future__ import annotations

import tomllib

import pytest

from edge_assistant.context.activity_classes import ActivityClassifier
from edge_assistant.context.apps import DATA_FILE, HOSTS, SOMETHING, activities, describe, is_terminal
from edge_assistant.domain import ACTIVITY_CLASSES
from edge_assistant.llm.embedding import default_embedder

DATA = tomllib.loads(DATA_FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("app", "title", "kind", "activity"),
    [
        ("Code", "main.py - project", "deep_work", "writing code in an editor"),
        ("code.exe", "", "deep_work", "writing code in an editor"),
        ("jetbrains-pycharm-ce", "", "deep_work", "writing code in an editor"),
        ("org.gnome.Evolution", "Inbox", "mail", "reading and answering email"),
        ("/usr/bin/evince", "paper.pdf", "reading", "reading a document"),
        ("C:\\Program Files\\VLC\\vlc.exe", "film", "media", "watching videos"),
        ("Google Chrome", "Inbox (3) - me@example.org - Gmail - Google Chrome", "mail", "reading and answering email"),
        ("firefox", "lofi - YouTube Music — Mozilla Firefox", "music", "listening to music"),
        ("firefox", "lofi - YouTube — Mozilla Firefox", "media", "watching videos"),
        ("firefox", "An unheard-of page — Mozilla Firefox", "browsing", "browsing the web"),
        ("firefox", "", "browsing", "browsing the web"),
        ("Alacritty", "vi notes.md", "deep_work", "writing code in an editor"),
        ("Alacritty", "video", "deep_work", "writing code in a terminal"),
        ("kitty", "neomutt", "mail", "reading and answering email"),
        ("Slack", "general - Slack", "mail", "answering chat messages"),
        ("Slack", "Huddle with Ana - Slack", "meeting", "in a video meeting"),
        ("zoom.us", "", "meeting", "in a video meeting"),
        ("steam_app_1245620", "", "gaming", "playing a video game"),
        ("gimp-2.10", "", "craft", "editing photos on the computer"),
        ("soffice.bin", "budget.ods - LibreOffice Calc", "routine_work", "filling in a spreadsheet"),
        ("soffice.bin", "letter.odt - LibreOffice Writer", "deep_work", "drafting a document on the computer"),
        ("Some In-House Tool", "secret", "unknown", SOMETHING),
    ],
)
def test_programs_and_titles_become_activities(app: str, title: str, kind: str, activity: str) -> None:
    seen = describe(app, title)
    assert (seen.kind, seen.activity) == (kind, activity)


@pytest.mark.parametrize(
    ("app", "title"),
    [("loginwindow", ""), ("LockApp.exe", ""), ("", "x"), ("kitty", "edge-assistant tui"), ("...", "")],
)
def test_locked_screens_and_the_assistant_itself_are_no_activity(app: str, title: str) -> None:
    assert describe(app, title) is None or describe(app, title).activity == SOMETHING
    assert app == "..." or describe(app, title) is None


def test_nothing_of_a_title_is_handed_on() -> None:
    for app in ("firefox", "kitty", "slack", "soffice", "code", "unheard-of"):
        assert "xyzzy" not in repr(describe(app, "xyzzy diagnosis xyzzy"))


def test_hostile_names_are_cut_to_size() -> None:
    seen = describe("a" * 10**6 + "\x1b[2J", "b" * 10**6)
    assert len(seen.app) <= 40 and seen.app.isprintable()


def test_terminals_are_known() -> None:
    assert is_terminal("Alacritty") and is_terminal("org.gnome.Terminal") and is_terminal("gnome-terminal-server")
    assert not is_terminal("mpv") and not is_terminal("")


def test_the_data_file_is_sound() -> None:
    names = [name for entry in DATA["activity"] for name in entry.get("apps", ())]
    names += [name for host in HOSTS for name in DATA["hosts"][host]]
    assert len(names) > 900
    assert len(set(names)) == len(names), "a program is named twice"
    assert not set(names) & set(DATA["ignored"]["apps"])
    assert all(name == name.lower() and " " not in name for name in names)
    for host in HOSTS:
        phrases = [phrase for entry in DATA["activity"] for phrase in entry.get(host, ())]
        assert phrases and len(set(phrases)) == len(phrases)
        assert sum(entry.get("host") == host for entry in DATA["activity"]) == 1
    for entry in DATA["activity"]:
        assert set(entry) <= {"text", "kind", "apps", "host", *HOSTS}
        assert entry["kind"] in ACTIVITY_CLASSES
    assert set(activities().values()) >= {"deep_work", "mail", "meeting", "browsing", "media", "gaming"}
    assert len(activities()) == len(DATA["activity"])


@pytest.mark.model
def test_the_learner_reads_the_same_kind_from_each_activity() -> None:
    model = ActivityClassifier(default_embedder())
    wrong = {text: model.kind(text) for text, kind in activities().items() if model.kind(text) != kind}
    assert not wrong
