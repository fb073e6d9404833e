"""The version in use on a running model: followed at once, and never at the price of a model that answers nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from edge_assistant.composer.adapted import PersonalComposer, neighbours
from edge_assistant.composer.composer import Composer
from edge_assistant.domain import STYLE_CHOICES, Context, Style
from edge_assistant.llm.protocols import ScoreRequest
from edge_assistant.llm.stand_in import StandInModel
from edge_assistant.ranker import ideas as knowledge
from edge_assistant.training.versions.registry import CARD, PERSONAL, SERVED, AdapterRegistry, Version
from edge_assistant.training.versions.serving import Follower

QUESTION = ScoreRequest("Is it", (" so", " not"))


@pytest.fixture
def model() -> StandInModel:
    return StandInModel(can_write=False)


@pytest.fixture
def registry(tmp_path: Path) -> AdapterRegistry:
    return AdapterRegistry(tmp_path / "adapters")


def add(registry: AdapterRegistry, folder: Path, content: str, base: str) -> Version:
    folder.mkdir(exist_ok=True)
    for name in (SERVED, PERSONAL, CARD):
        (folder / name).write_text(content)
    return registry.add("me", folder, {"base": {"sha256": base}, "pairs": [], "pairs_hash": content})


def test_the_model_follows_promotion_and_rollback(model: StandInModel, registry: AdapterRegistry, tmp_path: Path) -> None:
    follower = Follower(model, registry, "me")
    plain = model.score([QUESTION])
    assert follower.refresh() is None and model.score([QUESTION]) == plain
    one, two = (add(registry, tmp_path / "made", text, model.sha256) for text in ("one", "two"))
    seen = [plain]
    for version in (one, two):
        registry.promote("me", version.name)
        assert follower.refresh() == registry.current("me")
        assert model.score([QUESTION]) not in seen
        seen.append(model.score([QUESTION]))
    registry.rollback("me")
    follower.refresh()
    assert model.score([QUESTION]) == seen[1]
    registry.rollback("me")
    assert follower.refresh() is None and model.score([QUESTION]) == plain


def test_without_a_version_the_task_adapter_serves(model: StandInModel, registry: AdapterRegistry, tmp_path: Path) -> None:
    task = tmp_path / "task.gguf"
    task.write_text("task")
    plain = model.score([QUESTION])
    Follower(model, registry, "me", task).refresh()
    assert model.score([QUESTION]) != plain


def test_a_version_of_another_base_or_without_its_file_is_told(
    model: StandInModel, registry: AdapterRegistry, tmp_path: Path
) -> None:
    follower = Follower(model, registry, "me")
    plain = model.score([QUESTION])
    registry.promote("me", add(registry, tmp_path / "made", "one", "another").name)
    assert follower.refresh() is None and "belongs to another model" in follower.problem
    assert model.score([QUESTION]) == plain
    version = add(registry, tmp_path / "made", "two", model.sha256)
    registry.promote("me", version.name)
    assert follower.refresh() is not None and follower.problem == ""


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
