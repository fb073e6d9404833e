"""Ideas from the person's folder of notes."""

from __future__ import annotations

from edge_assistant.ranker.notes import read_notes
from edge_assistant.ranker.source import SUGGESTION_SOURCES, Offer, Wanted


@SUGGESTION_SOURCES.register("notes", "what your notes say is to be done")
class Notes:
    """Every unticked list item that says what to do; see `ranker.notes`."""

    place = 30

    def offer(self, wanted: Wanted) -> Offer:
        if not wanted.settings.sources.notes:
            return Offer()
        notes = read_notes(wanted.settings.sources.notes, wanted.base, wanted.embedder)
        return Offer(notes.ideas, (f"notes: {notes.problem}",) if notes.problem else ())
