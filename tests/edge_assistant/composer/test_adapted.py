"""Of several well-formed sentences, the one that the personal adapter rewards."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from edge_assistant.composer.adapted import PersonalComposer, neighbours
from edge_assistant.composer.composer import Composer
from edge_assistant.domain import STYLE_CHOICES, Context, Style
from edge_assistant.llm.stand_in import StandInModel
from edge_assistant.ranker import ideas as knowledge


def test_neighbours_are_near_and_all_different() -> None:
    found = neighbours(Style())
    changes = [sum(getattr(n, a) != getattr(Style(), a) for a in STYLE_CHOICES) for n in found]
    assert len(set(found)) == len(found) == 7 + 20
    assert changes == [1] * 7 + [2] * 20


class Fond(StandInModel):
    """Under a personal adapter it likes texts with a certain word; plainly it likes all alike."""

    def score(self, requests):
        scores = super().score(requests)
        liked = {"": 0.0}.get(self._adapter, 3.0)
        return [
            type(score)(tuple(-10.0 + liked * text.endswith("!") for text in request.continuations), score.token_counts)
            for score, request in zip(scores, requests, strict=True)
        ]


def test_what_the_adapter_rewards_is_said(tmp_path: Path) -> None:
    personal = tmp_path / "personal.gguf"
    personal.write_text("an adapter")
    model = Fond(can_write=False)
    idea, context = knowledge.load_packaged().ideas[0], Context(datetime(2026, 3, 2, 12), "making lunch")
    composer = PersonalComposer(Composer(model), model, personal)
    said = composer.compose(idea, context, Style(), 5)
    assert said.text.endswith("!") and not Composer(None).compose(idea, context, Style(), 5).text.endswith("!")
    assert model._adapter  # the personal adapter stays attached
    assert composer.compose(idea, context, Style(), 5) == said
    loud = Style(exclamation="yes")
    assert composer.compose(idea, context, loud, 5).text == Composer(model).compose(idea, context, loud, 5).text
