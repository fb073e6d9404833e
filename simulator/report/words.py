"""What each figure of the report means, in plain words."""

from __future__ import annotations

MEASURES = (
    (
        "skill",
        "The headline. Welcome suggestions that came when one was due, minus false alarms, divided by the "
        "day's needs. Silence earns exactly 0, the best possible day 1; below 0 the person was better off "
        "without the assistant.",
    ),
    (
        "needs",
        "How many welcome suggestions the best possible day holds. It depends on the person and the day, "
        "never on the assistant. Days that call for none have no skill; the false alarms on them are counted "
        "all the same.",
    ),
    (
        "welcome",
        "An unasked suggestion that was right in idea, moment and measure (preference, timing and frequency all 1).",
    ),
    (
        "false alarm",
        "An unasked suggestion that was not welcome. Each takes as much away as a welcome one brings.",
    ),
    (
        "satisfaction",
        "The mean rating of all waking moments, silent ones too, from 0 to 4. Silence does well here most of "
        "the time, so the figure says little without 'silent' and 'oracle' for the same days beside it.",
    ),
    (
        "silent, oracle",
        "What saying nothing unasked earns on the same days, and what the best possible day earns: it says "
        "only welcome things and leaves the person waiting as little as can be.",
    ),
    (
        "knower",
        "A speaker that knows the person's rules but neither their inner state nor the future: what perfect "
        "learning could reach.",
    ),
    (
        "preference",
        "Share of suggestions whose idea pleased the person at that moment.",
    ),
    (
        "timing",
        "Share that came at a receptive moment and not in the middle of work, a ritual, a bath or company.",
    ),
    (
        "frequency",
        "Share that came neither too soon after the one before nor beyond the day's limit.",
    ),
    (
        "communication",
        "Share put as the person likes it: length, formality, directness, warmth, emoji and exclamation "
        "marks, and no topic that they do not want to hear about.",
    ),
    (
        "success",
        "Share of suggestions rated 3 or 4 of 4.",
    ),
    (
        "suggestions an hour",
        "Unasked suggestions in an hour awake. Answers to requests are not among them.",
    ),
    (
        "95 % interval",
        "From resampling the personas: where the mean would lie in 95 of 100 casts of this size. It needs "
        "more than one persona.",
    ),
)
"""Name and explanation, in the order of the page."""
