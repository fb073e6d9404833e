"""How to be spoken to, in prose."""

import pytest

from simulator.people.importer.speech import manner
from simulator.people.importer.values import Notes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Short and warm, a little poetic is fine. No exclamation marks.",
            {"length": "short", "warmth": "warm", "exclamation": "no"},
        ),
        (
            "I appreciate brief, polite messages. A bit of humor is welcome; emoji are fine.",
            {"length": "short", "directness": "gentle", "warmth": "warm"},
        ),
        ("Use a formal tone and avoid slang.", {"formality": "formal"}),
        ("Keep it casual, like a friend.", {"formality": "casual"}),
        ("Don't be bossy. Ask me rather than tell me.", {"directness": "question"}),
        ("No emojis. Direct and to the point, please.", {"emoji": "no", "length": "short", "directness": "direct"}),
        ("I like detailed explanations and encouragement.", {"length": "long", "warmth": "warm"}),
        ("Keep it under two sentences, matter-of-fact, without small talk.", {"length": "short", "warmth": "plain"}),
        ("Emojis and exclamation points make me smile!", {"emoji": "yes", "exclamation": "yes", "warmth": "warm"}),
        ("Not too formal, not pushy.", {"formality": "casual", "directness": "gentle"}),
        ("A friendly, informal voice without jokes.", {"formality": "casual", "warmth": "warm"}),
        ("Don't be too casual; I prefer courteous wording.", {"formality": "formal"}),
        ("Avoid overly long or preachy messages.", {"length": "short", "directness": "gentle"}),
        ("", {}),
        ("Zib.", {}),
    ],
)
def test_aspects(text: str, expected: dict[str, str]) -> None:
    found, _ = manner.read(text, Notes())
    cared_for = {name: value for name, value in found.model_dump().items() if value not in ("any", ())}
    assert cared_for == expected


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("No talk about my income.", ("money",)),
        ("Please avoid talking about my weight.", ("weight",)),
        ("Never discuss religion or politics.", ("politics", "religion")),
        ("My age is off limits.", ("age",)),
        ("Nothing about my health or my family, please.", ("family", "illness")),
        ("Leave politics out.", ("politics",)),
        ("I like to talk about my family.", ()),
    ],
)
def test_forbidden_topics(text: str, topics: tuple[str, ...]) -> None:
    found, _ = manner.read(text, Notes())
    assert tuple(sorted(found.forbidden_topics)) == topics
