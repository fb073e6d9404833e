"""Ideas from a folder of notes."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_assistant.domain import ATTRIBUTES
from edge_assistant.llm.embedding import Embedder, HashEmbedder, default_embedder
from edge_assistant.own.files import boxes
from edge_assistant.ranker import notes
from edge_assistant.ranker.ideas import KnowledgeBase, load_packaged
from edge_assistant.ranker.notes import Line, bare_text, lines_of, read_notes

WORDS = HashEmbedder(64)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "notes"
    path.mkdir()
    return path


def texts(folder: Path, embedder: Embedder = WORDS) -> list[str]:
    return [idea.text for idea in read_notes(folder, load_packaged(), embedder).ideas]


@pytest.mark.parametrize(
    ("raw", "text", "minutes"),
    [
        ("Repaint the **garden bench** #home", "repaint the garden bench", None),
        ("call Grandma about the recipe (15 min)", "call Grandma about the recipe", 15.0),
        ("study the [subjunctive](http://x.y/z) 2 hours", "study the subjunctive", 120.0),
        ("go through [[notes/2024|the old notes]].", "go through the old notes", None),
        ("To learn `awk` 🍞 2026-11-24", "learn awk", None),
        ("Maybe: bake bread!", "bake bread", None),
        ("IKEA shelf", "IKEA shelf", None),
        ("I could plant garlic", "plant garlic", None),
        ("fix snake_case in the parser", "fix snake_case in the parser", None),
        ("walk for 500 hours", "walk for", 240.0),
        ("", "", None),
    ],
)
def test_marks_tags_and_polite_openings_are_taken_off(raw: str, text: str, minutes: float | None) -> None:
    assert bare_text(raw) == (text, minutes)


NOTE = """---
tags: [- not this line]
- nor this one
---
# Sort the attic is a heading
A paragraph: water the lawn in the evening.

- [ ] gather the winter tyres from the cellar
- [x] repair the garden gate
- [-] repair the old radio
* oil the hinges of the gate
  1. sharpen the shears and the saw
> - quote the letter of the landlord
```
- print the secret of the code
```
"""


def test_markdown_gives_its_open_list_items() -> None:
    assert list(lines_of(NOTE, markdown=True)) == [
        Line("gather the winter tyres from the cellar", None, True),
        Line("oil the hinges of the gate"),
        Line("sharpen the shears and the saw"),
    ]


def test_plain_text_gives_its_lines() -> None:
    plain = "Sort the attic\n\n- oil the hinges\n[x] done with\n[ ] hydrate it\n"
    assert list(lines_of(plain, markdown=False)) == [
        Line("sort the attic"),
        Line("oil the hinges"),
        Line("hydrate it", None, True),
    ]


def test_only_what_says_what_to_do_becomes_an_idea(folder: Path) -> None:
    (folder / "a.md").write_text(
        "- eggs, milk, bread\n- Lisa's birthday is in June\n- decided to postpone the release\n"
        "- meeting with Bob at noon\n- repaint the garden bench in green\n"
        "- [ ] hydrate the new repository with texts\n- never repaint anything again\n- mow\n"
        "- repaint the garden bench in green\n" + "- repaint " + "very " * 30 + "slowly\n"
    )
    found = read_notes(folder, load_packaged(), WORDS)
    assert [idea.text for idea in found.ideas] == [
        "repaint the garden bench in green",
        "hydrate the new repository with texts",
    ]
    assert found.passed_over == 8 and not found.problem


def test_an_idea_that_is_there_already_is_not_added_twice(folder: Path) -> None:
    packaged = load_packaged().ideas[7].text
    (folder / "a.md").write_text(
        f"- {packaged}\n- repaint the garden bench in green\n- repaint a garden bench in green\n"
    )
    assert texts(folder) == ["repaint the garden bench in green"]


def test_ids_stay_when_notes_are_moved_about(folder: Path) -> None:
    (folder / "a.md").write_text("- repaint the garden bench\n- mow the meadow behind the barn\n")
    before = {idea.text: idea.id for idea in read_notes(folder, load_packaged(), WORDS).ideas}
    (folder / "a.md").unlink()
    (folder / "z.txt").write_text("mow the meadow behind the barn\nrepaint the garden bench\n")
    after = {idea.text: idea.id for idea in read_notes(folder, load_packaged(), WORDS).ideas}
    assert before == after and len(set(before.values())) == 2


def test_sensitive_topics_are_recognised_by_their_words(folder: Path) -> None:
    (folder / "a.md").write_text("- phone the doctor about the pills\n- weigh the money in the jar\n")
    topics = {idea.text: set(idea.topics) for idea in read_notes(folder, load_packaged(), WORDS).ideas}
    assert "illness" in topics["phone the doctor about the pills"]
    assert topics["weigh the money in the jar"] >= {"weight", "money"}


def test_hidden_foreign_and_deep_files_are_left_alone(folder: Path) -> None:
    places = (".obsidian/a.md", ".b.md", "c.pdf", "1/2/3/4/5/d.md", "sub/e.markdown", "sub/f.TXT")
    for position, place in enumerate(places):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(f"- repaint garden bench number {'abcdef'[position]} with{'x' * position} care\n")
    (folder / "sub" / "loop").symlink_to(folder)
    (folder / "broken.md").symlink_to(folder / "gone.md")
    assert len(texts(folder)) == 2


def test_files_that_make_no_sense_cost_only_themselves(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boxes, "MOST_BYTES", 1000)
    (folder / "big.md").write_text("- repaint the barn\n" * 100)
    (folder / "binary.md").write_bytes(b"- repaint the \x00 barn\n")
    (folder / "latin.md").write_bytes("- repaint the caf\xe9 in green".encode("latin-1"))
    (folder / "marked.md").write_bytes(b"\xef\xbb\xbf- repaint the old shed in red")
    (folder / "good.md").write_text("- mow the meadow behind the barn")
    found = read_notes(folder, load_packaged(), WORDS)
    assert {idea.text for idea in found.ideas} == {
        "mow the meadow behind the barn",
        "repaint the old shed in red",
        "repaint the caf\xe9 in green",
    }
    assert not found.problem  # what cannot be read is told by `own.files`


def test_the_number_of_ideas_and_files_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "MOST_IDEAS", 5)
    names = ["oak", "elm", "ash", "fir", "yew", "larch", "birch", "maple"]
    (folder / "a.md").write_text("".join(f"- prune {name} {name}bark {name}leaf\n" for name in names))
    found = read_notes(folder, load_packaged(), WORDS)
    assert len(found.ideas) == 5 and "the first 5 are used" in found.problem
    monkeypatch.setattr(notes, "MOST_NOTES", 0)
    assert texts(folder) == []


@pytest.mark.model
def test_attributes_come_from_what_means_nearly_the_same(folder: Path) -> None:
    (folder / "a.md").write_text(
        "- call Grandma and ask about her week\n- sharpen all the kitchen knives\n- bake a sourdough loaf on Sunday\n"
    )
    some = ("family", "baking", "repairs")  # fewer texts to embed than all
    base = KnowledgeBase([idea for idea in load_packaged().ideas if idea.category in some])
    grandma, knives, bread = read_notes(folder, base, default_embedder()).ideas
    assert grandma.category == "family" and "family" in grandma.topics
    assert knives.category == "repairs" and bread.category == "baking"
    assert grandma.social > max(knives.social, bread.social) and "cooking" in bread.kinds
    for idea in (grandma, knives, bread):
        for name in ATTRIBUTES:
            values = [getattr(other, name) for other in base.ideas]
            assert min(values) <= getattr(idea, name) <= max(values)
