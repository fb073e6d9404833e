from __future__ import annotations

import pytest

from edge_assistant.errors import EngineError, ModelError
from edge_assistant.llm.protocols import GenerateRequest, LanguageModel, ScoreRequest
from edge_assistant.llm.stand_in import StandInModel


def test_it_is_a_language_model_and_repeats_itself() -> None:
    model = StandInModel()
    assert isinstance(model, LanguageModel)
    requests = [GenerateRequest("a", prefix="static "), GenerateRequest("b")]
    first = model.generate(requests)
    assert first == model.generate(requests) == [model.generate([request])[0] for request in requests]
    assert first[0].text != first[1].text


def test_seeds_matter_only_above_temperature_zero() -> None:
    model = StandInModel()

    def say(temperature: float, seed: int) -> str:
        return model.generate([GenerateRequest("a", temperature=temperature, seed=seed)])[0].text

    assert say(0.0, 1) == say(0.0, 2)
    assert say(1.0, 1) != say(1.0, 2)


def test_limits_stops_and_cancel() -> None:
    model = StandInModel(answers={"herb": "grow some parsley in the window"})
    (cut,) = model.generate([GenerateRequest("a herb", max_tokens=2)])
    assert (cut.text, cut.tokens, cut.finish) == ("grow some", 2, "length")
    pieces: list[str] = []
    (stopped,) = model.generate(
        [GenerateRequest("a herb", stop=("sley",))], on_token=lambda _, text: pieces.append(text)
    )
    assert stopped.text == "".join(pieces) == "grow some par"
    assert stopped.finish == "stop"
    (cancelled,) = model.generate([GenerateRequest("a herb")], cancel=lambda: True)
    assert (cancelled.text, cancelled.finish) == ("", "cancelled")


def test_scores_favour_what_the_prefix_mentions() -> None:
    model = StandInModel()
    (score,) = model.score([ScoreRequest("I love basil", (" basil", " cement mixers"))])
    assert score.best == 0
    assert score.token_counts == (1, 2)
    assert all(value < 0 for value in score.log_probabilities)


def test_counters_tell_reused_from_computed() -> None:
    model = StandInModel()
    model.generate([GenerateRequest("c d", prefix="a b "), GenerateRequest("e", prefix="a b ")])
    counters = model.counters
    assert (counters.calls, counters.prompt_tokens, counters.reused_tokens) == (2, 5, 2)
    assert counters.generated_tokens > 0


def test_adapters_change_what_is_said(tmp_path) -> None:
    model = StandInModel()
    plain = model.generate([GenerateRequest("a")])
    file = tmp_path / "adapter"
    with pytest.raises(ModelError, match="no such file"):
        model.attach(file)
    file.write_text("weights")
    model.attach(file)
    assert model.generate([GenerateRequest("a")]) != plain
    model.detach()
    assert model.generate([GenerateRequest("a")]) == plain


def test_closed_is_closed() -> None:
    model = StandInModel()
    model.close()
    model.close()
    with pytest.raises(EngineError, match="closed"):
        model.generate([GenerateRequest("a")])
