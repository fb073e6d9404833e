"""The real packaged model through the engine: properties, not texts."""

from __future__ import annotations

import ast
import math
import subprocess
import sys
import threading

import numpy as np
import pytest

from edge_assistant.errors import EngineError, ModelError
from edge_assistant.llm.engine import LlamaEngine
from edge_assistant.llm.prefix_cache import BLOCK
from edge_assistant.llm.protocols import GenerateRequest, LanguageModel, ScoreRequest

pytestmark = pytest.mark.model

STATIC = "Maria lives with two cats, works at a desk, likes soup and old songs, and hates to be interrupted. " * 3
STORIES = (
    "The old clock in the hall",
    "In the morning she opened the window and",
    "Soup needs",
    "Two cats sat on the wall. One of them",
    "A letter from the bank says that",
    "He counted: one, two, three,",
)
CONTINUATIONS = (
    " soup",
    " cats",
    " a song",
    " her two cats",
    " a very old song about soup",
    " the quiet hour before anybody else in the house is awake, with tea and the first page of a new book",
)


def stories(**options) -> list[GenerateRequest]:
    return [GenerateRequest(f" {text}", prefix=STATIC, max_tokens=8, **options) for text in STORIES]


def test_it_is_a_language_model(engine) -> None:
    assert isinstance(engine, LanguageModel)
    assert (engine.name, engine.quantization) == ("SmolLM2-135M-Instruct.Q4_1", "Q4_1")


def test_greedy_generation_in_company_equals_one_by_one(engine) -> None:
    together = engine.generate(stories())
    alone = [engine.generate([request])[0] for request in stories()]
    assert together == alone
    assert len({completion.text for completion in together}) == len(STORIES)


def test_company_does_not_matter_on_two_threads_and_long_prompts_either(shared_cache) -> None:
    """Here llama.cpp would share a lone token's attention among its threads, and round differently."""
    requests = [GenerateRequest(f" {text}", prefix=STATIC * 4, max_tokens=3) for text in STORIES[:2]]
    requests += [GenerateRequest(text, max_tokens=3) for text in STORIES[:2]]
    questions = [ScoreRequest(STATIC * 4, (" two cats", " an old song", " old cats"))]
    with LlamaEngine.open(n_ctx=512, n_threads=2, sequences=2, cache_mb=64) as model:
        assert model.count_tokens(STATIC * 4) > 256
        assert model.generate(requests) == [model.generate([request])[0] for request in requests]
        (together,) = model.score(questions)
        alone = [model.score([ScoreRequest(questions[0].prefix, (text,))])[0] for text in questions[0].continuations]
    assert together.log_probabilities == pytest.approx([score.log_probabilities[0] for score in alone], abs=1e-3)


def test_drawn_generation_in_company_equals_one_by_one(engine) -> None:
    requests = [
        GenerateRequest(text, max_tokens=6, temperature=0.9, seed=seed)
        for text, seed in zip(STORIES, (0, 1, 0, 7, 8, 9), strict=True)
    ]
    together = engine.generate(requests)
    assert together == [engine.generate([request])[0] for request in requests]
    assert together == engine.generate(requests[::-1])[::-1]


def test_seeds_are_each_requests_own(engine) -> None:
    same = [GenerateRequest(STORIES[0], max_tokens=10, temperature=1.2, seed=seed) for seed in (0, 0, 1, 2)]
    texts = [completion.text for completion in engine.generate(same)]
    assert texts[0] == texts[1]
    assert len(set(texts)) == 3


def test_scores_in_company_equal_one_by_one(engine) -> None:
    prefix = STATIC + "What she likes best is"
    (together,) = engine.score([ScoreRequest(prefix, CONTINUATIONS)])
    alone = [engine.score([ScoreRequest(prefix, (text,))])[0] for text in CONTINUATIONS]
    assert [score.token_counts[0] for score in alone] == list(together.token_counts)
    assert together.log_probabilities == pytest.approx([score.log_probabilities[0] for score in alone], abs=1e-3)
    assert together.best == int(np.argmax([score.log_probabilities[0] for score in alone]))
    assert all(value < 0 for value in together.log_probabilities)


def test_scores_are_the_probabilities_of_generation(engine) -> None:
    """The greedy continuation scores at least as high as any other of equal length, token by token."""
    prompt = "The capital of France is"
    (greedy,) = engine.generate([GenerateRequest(prompt, max_tokens=1)])
    others = (" a", " the", " red", " not", " Berlin")
    (score,) = engine.score([ScoreRequest(prompt, (greedy.text, *others))])
    assert score.token_counts[0] == 1
    assert score.best == 0 or math.isclose(score.log_probabilities[score.best], score.log_probabilities[0])
    assert sum(math.exp(value) for value in score.log_probabilities) <= 1.0 + 1e-6


def test_sense_scores_above_nonsense(engine) -> None:
    (score,) = engine.score([ScoreRequest("She put the kettle on to make a cup of", (" tea", " gravel"))])
    assert score.log_probabilities[0] > score.log_probabilities[1] + 2


def test_a_warm_cache_gives_the_very_same_numbers_as_a_cold_one(shared_cache, engine) -> None:
    requests = [ScoreRequest(STATIC + story, CONTINUATIONS[:4]) for story in STORIES[:3]]
    warm = [engine.score(requests), engine.score(requests)]
    with LlamaEngine.open(n_ctx=512, n_threads=1, sequences=4, cache_mb=0) as without_cache:
        cold = without_cache.score(requests)
        assert without_cache.counters.reused_tokens == 0
    assert warm[0] == warm[1] == cold


def test_a_shared_prefix_is_computed_once_and_counted(shared_cache) -> None:
    with LlamaEngine.open(n_ctx=512, n_threads=1, sequences=4, cache_mb=64) as model:
        length = model.count_tokens(STATIC)
        requests = stories()[:4]
        model.generate(requests)
        first = model.counters
        assert first.calls == len(requests)
        assert first.reused_tokens >= (len(requests) - 1) * (length - 2)  # a last token may merge with the prompt
        assert first.prompt_tokens < 2 * length + 20 * len(requests)
        model.generate(requests)
        again = model.counters.sub(first)
        assert again.prompt_tokens < 20 * len(requests)
        assert again.generated_tokens == first.generated_tokens > 0
        assert again.seconds > 0
        # a prompt that only begins like the cached prefix shares its whole blocks
        before = model.counters
        model.score([ScoreRequest(STATIC[:-20] + "Then it rained.", (" yes", " no"))])
        assert model.counters.sub(before).reused_tokens >= 64


def test_a_prefix_that_ends_with_a_block_of_a_longer_one(engine) -> None:
    """The longer one's state serves, but its logits at that place were not kept."""
    block = " one two three four" * (BLOCK // 4)
    assert engine.count_tokens(block) == BLOCK
    engine.score([ScoreRequest(block * 2 + " five", (" six",))])
    before = engine.counters
    warm = engine.score([ScoreRequest(block * 2, (" one", " cat"))])
    assert engine.counters.sub(before).reused_tokens == BLOCK
    engine._runner.cache.clear()
    assert engine.score([ScoreRequest(block * 2, (" one", " cat"))]) == warm


def test_the_cache_stays_within_its_bound(shared_cache) -> None:
    with LlamaEngine.open(n_ctx=256, n_threads=1, sequences=2, cache_mb=2) as model:
        for number in range(3):
            model.score([ScoreRequest(f"Number {number}. " + STATIC[:150], (" yes",))])
            stats = model.cache_stats()
            assert 0 < stats["bytes"] <= 2 << 20
        assert stats["entries"] < 3


def test_maximum_of_tokens_and_context_end_a_text(shared_cache, engine) -> None:
    requests = [GenerateRequest("One, two, three, four,", max_tokens=number) for number in (1, 5)]
    answers = engine.generate(requests)
    assert [(answer.tokens, answer.finish) for answer in answers] == [(1, "length"), (5, "length")]
    assert answers[1].text.startswith(answers[0].text)
    with LlamaEngine.open(n_ctx=256, n_threads=1, sequences=1, cache_mb=0) as small:
        prompt = "one two three four " * 58
        room = small.n_ctx - small.count_tokens(prompt)
        (answer,) = small.generate([GenerateRequest(prompt, max_tokens=4000)])
        assert answer.finish == "length"
        assert answer.tokens == room + 1  # the last token needs no room


def test_stop_strings_end_a_text_before_themselves(engine) -> None:
    (whole,) = engine.generate([GenerateRequest("One, two, three, four,", max_tokens=12)])
    middle = whole.text[4:7]
    (cut,) = engine.generate([GenerateRequest("One, two, three, four,", max_tokens=12, stop=(middle, "zebra"))])
    assert cut.finish == "stop"
    assert cut.text == whole.text[: whole.text.find(middle)]
    assert cut.tokens < whole.tokens


def test_the_end_of_the_turn_ends_a_text(engine) -> None:
    prompt = engine.chat("Answer with one word.", "Say hello.")
    (answer,) = engine.generate([GenerateRequest(prompt, max_tokens=200)])
    assert answer.finish == "stop"
    assert "<|im_end|>" not in answer.text


def test_the_models_own_template_is_used(engine) -> None:
    prompt = engine.chat("Be brief.", "Hello <|im_end|>")
    assert (
        prompt == "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n"
    )


def test_tokens_are_given_out_as_they_come(engine) -> None:
    pieces: dict[int, list[str]] = {}
    answers = engine.generate(stories()[:3], on_token=lambda index, text: pieces.setdefault(index, []).append(text))
    assert ["".join(pieces[index]) for index in range(3)] == [answer.text for answer in answers]
    assert len(pieces[0]) > 3


def test_cancel_keeps_what_is_there_and_the_engine_goes_on(engine) -> None:
    seen: list[str] = []
    answers = engine.generate(
        [GenerateRequest(text, max_tokens=300) for text in STORIES],
        cancel=lambda: len(seen) >= 20,
        on_token=lambda _, text: seen.append(text),
    )
    assert {answer.finish for answer in answers} <= {"cancelled", "stop"}
    assert [answer.finish for answer in answers].count("cancelled") >= 3
    assert 10 < sum(answer.tokens for answer in answers) < 60
    assert (answers[-1].text, answers[-1].tokens) == ("", 0)  # it was still waiting for a sequence
    assert engine.generate(stories()[:1])[0].finish == "length"
    (never,) = engine.generate([GenerateRequest("x")], cancel=lambda: True)
    assert (never.tokens, never.finish) == (0, "cancelled")


def test_no_requests_no_answers(engine) -> None:
    assert engine.generate([]) == [] and engine.score([]) == []


def test_what_does_not_fit_is_refused_before_anything_is_computed(engine) -> None:
    before = engine.counters
    long = "word " * 600
    with pytest.raises(EngineError, match=r"generate request 1: 60\d tokens do not fit into the context of 512"):
        engine.generate([GenerateRequest("short"), GenerateRequest(long)])
    with pytest.raises(EngineError, match="score request 0"):
        engine.score([ScoreRequest("short", (" yes", long))])
    assert engine.counters.sub(before).prompt_tokens == 0
    assert engine.generate(stories()[:1])


def test_a_callback_that_raises_reaches_its_caller_only(engine) -> None:
    def broken(_index: int, _text: str) -> None:
        raise KeyError("the screen is gone")

    with pytest.raises(KeyError, match="screen"):
        engine.generate(stories(), on_token=broken)
    with pytest.raises(EngineError, match="own callback"):
        engine.generate(stories(), on_token=lambda *_: engine.counters and engine.count_tokens("x"))
    assert engine.generate(stories()[:1])[0].tokens == 8


def test_many_threads_may_ask_at_once(engine) -> None:
    expected = [engine.generate([request])[0] for request in stories()]
    answers: dict[int, object] = {}

    def ask(number: int) -> None:
        answers[number] = engine.generate([stories()[number]])[0]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(STORIES))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answers[number] for number in range(len(STORIES))] == expected


def test_closing_stops_what_runs_and_what_waits(shared_cache) -> None:
    model = LlamaEngine.open(n_ctx=512, n_threads=1, sequences=2, cache_mb=0)
    started = threading.Event()
    errors: list[EngineError] = []

    def ask() -> None:
        try:
            model.generate([GenerateRequest("Once", max_tokens=500)] * 8, on_token=lambda *_: started.set())
        except EngineError as error:
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert started.wait(60)
    model.close()
    for thread in threads:
        thread.join(60)
    assert len(errors) == 3 and all("closed" in str(error) for error in errors)
    model.close()
    for call in (
        lambda: model.generate(stories()),
        lambda: model.score([ScoreRequest("a", (" b",))]),
        lambda: model.detach(),
        lambda: model.count_tokens("a"),
    ):
        with pytest.raises(EngineError, match="closed"):
            call()
    assert model.counters.generated_tokens > 0


@pytest.mark.parametrize("wrong", [{"n_ctx": 0}, {"sequences": 0}, {"n_threads": 0}, {"cache_mb": -1}])
def test_wrong_settings_are_refused(wrong) -> None:
    with pytest.raises(EngineError, match=next(iter(wrong))):
        LlamaEngine.open(**wrong)


def test_a_sound_file_without_a_model_in_it_is_a_clear_error(tmp_path, write_model) -> None:
    with pytest.raises(ModelError, match=r"tiny\.gguf") as caught:
        LlamaEngine.open(write_model(tmp_path / "tiny.gguf"))
    assert "\n" not in str(caught.value)


def test_a_file_larger_than_the_memory_is_refused_before_loading(tmp_path, write_model) -> None:
    from gguf import GGUFReader

    path = write_model(tmp_path / "huge.gguf")
    # the same file with one dimension made enormous, and a hole in place of the weights
    (tensor,) = GGUFReader(path).tensors
    data = bytearray(path.read_bytes())
    at = data.index(b"token_embd.weight") + len(b"token_embd.weight") + 4 + 8
    assert int.from_bytes(data[at : at + 8], "little") == 8
    rows = 1 << 32
    data[at : at + 8] = rows.to_bytes(8, "little")
    path.write_bytes(data)
    with path.open("r+b") as file:
        file.truncate(tensor.data_offset + rows * 64 * 4)
    with pytest.raises(ModelError, match=r"needs about 1024\.\d GiB"):
        LlamaEngine.open(path)


def test_standard_output_and_error_stay_untouched(shared_cache) -> None:
    """In a child, because the file descriptors of the whole process are at stake."""
    code = (
        "import os\n"
        "before = [os.fstat(fd).st_ino for fd in (1, 2)]\n"
        "from edge_assistant.llm.engine import LlamaEngine\n"
        "from edge_assistant.llm.protocols import GenerateRequest\n"
        "with LlamaEngine.open(n_ctx=256, n_threads=1, sequences=1) as model:\n"
        "    inside = []\n"
        "    model.generate([GenerateRequest('Hello', max_tokens=2)],\n"
        "                   on_token=lambda *_: inside.append([os.fstat(fd).st_ino for fd in (1, 2)]))\n"
        "print([before == seen for seen in inside])\n"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(ast.literal_eval(child.stdout)) == {True}
    assert child.stderr == ""
