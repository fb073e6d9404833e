"""Tasks that the adapter is taught beside those that the product asks for; they keep it from knowing one form only."""

from __future__ import annotations

from collections.abc import Sequence

from edge_assistant.composer.prompts import Prompt, one_line

ACTIVITY_SYSTEM = "Describe the activity with one small detail more, in at most 12 words. Answer with one phrase only."
HOUR_SYSTEM = "Sum up the hour in one line."


def activity_prompt(activity: str, room: str, part_of_day: str) -> Prompt:
    """Ask for an activity told with a detail of place, time or style; begins with the same -ing form.

    Args:
        activity: such as 'folding and sewing a notebook'.
        room: where, '' when unknown.
        part_of_day: 'morning', 'afternoon', 'evening' or 'night'.
    """
    return Prompt(
        ACTIVITY_SYSTEM, f"Time: {part_of_day}\nRoom: {one_line(room) or 'unknown'}\nActivity: {one_line(activity)}"
    )


def hour_prompt(activities: Sequence[tuple[str, int]], suggestions: Sequence[tuple[str, str]]) -> Prompt:
    """Ask for one line about an hour.

    Args:
        activities: text and minutes, in their order.
        suggestions: text and reaction (accepted, ignored, dismissed), in their order.
    """
    did = "; ".join(f"{one_line(text)} {minutes} min" for text, minutes in activities) or "nothing known"
    said = "; ".join(f"{one_line(text)} ({reaction})" for text, reaction in suggestions) or "none"
    return Prompt(HOUR_SYSTEM, f"Activities: {did}\nSuggestions: {said}")
