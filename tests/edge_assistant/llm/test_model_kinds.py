"""What lies beside chat models is refused by name and with the next step, wherever a model is accepted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest

from edge_assistant.cli import main
from edge_assistant.doctor import models as doctor
from edge_assistant.doctor.finding import BROKEN
from edge_assistant.errors import ModelError
from edge_assistant.llm.catalogue.shelf import manifest_of
from edge_assistant.llm.engine import LlamaEngine
from edge_assistant.llm.model_kinds import open_model
from edge_assistant.llm.protocols import GenerateRequest
from edge_assistant.llm.serving import check_serves
from tests.quant.tiny import write_tiny

Facts = Callable[[Any], object]


def write(path: Path, architecture: str, facts: Facts = lambda _writer: None, tensors: tuple[str, ...] = ()) -> Path:
    """A GGUF file with these facts and with tensors of these names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(path, architecture)
    facts(writer)
    for name in tensors:
        writer.add_tensor(name, np.ones((4, 32), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _type(name: str) -> Facts:
    return lambda writer: writer.add_string("general.type", name)


def _numbers(**values: int) -> Facts:
    """Keys with '__' for a dot."""
    return lambda writer: [writer.add_uint32(key.replace("__", "."), value) for key, value in values.items()]


TEXT = ("token_embd.weight", "blk.0.attn_q.weight", "output.weight")

REFUSED: dict[str, tuple[str, str, Facts, tuple[str, ...]]] = {
    # file name, architecture, facts, tensors -> a word of the refusal
    "hears.gguf": ("projector", "clip", lambda w: w.add_bool("clip.has_audio_encoder", True), ("a.conv1d.1.weight",)),
    "nameless-projector.gguf": ("projector", "llava", lambda w: None, ("v.patch_embd.weight", "mm.2.weight")),
    "typed.gguf": ("projector", "qwen2vl", _type("mmproj"), ("v.blk.0.ln1.weight",)),
    "sees.gguf": ("projector", "llama", lambda w: w.add_string("clip.projector_type", "ldp"), TEXT),
    "calibration.gguf": ("importance matrix", "llama", _type("imatrix"), ("blk.0.attn_q.weight.in_sum2",)),
    "sums.gguf": (
        "importance matrix",
        "",
        lambda w: None,
        ("blk.0.ffn_up.weight.in_sum2",),
    ),
    "datasets.gguf": ("importance matrix", "llama", _numbers(imatrix__chunk_count=9), ()),
    "happier.gguf": (
        "control vector",
        "llama",
        _numbers(controlvector__layers=3),
        ("direction.1",),
    ),
    "bare-vector.gguf": ("control vector", "llama", lambda w: None, ("direction.1", "direction.2")),
    "lora.gguf": ("LoRA adapter", "llama", _type("adapter"), ("blk.0.attn_q.weight.lora_a",)),
    "untyped-lora.gguf": ("LoRA adapter", "qwen2", lambda w: None, ("blk.0.attn_q.weight.lora_a",)),
    "last-token.gguf": ("embedding model", "qwen3", _numbers(qwen3__pooling_type=3), TEXT),
    "gemma.gguf": ("embedding model", "gemma-embedding", lambda w: None, TEXT),
    "both-ways.gguf": ("embedding model", "llama", lambda w: w.add_causal_attention(False), TEXT),
    "nomic.gguf": ("embedding model", "nomic-bert-moe", _type("model"), TEXT),
    "grades.gguf": ("reranking model", "qwen3", _numbers(qwen3__pooling_type=4), TEXT),
    "cross-encoder.gguf": ("reranking model", "bert", lambda w: None, (*TEXT, "cls.weight")),
    "translates.gguf": ("encoder-decoder", "t5", _type("model"), TEXT),
    "voice.gguf": ("voice", "wavtokenizer-dec", _type("model"), TEXT),
    "words.gguf": ("vocabulary only", "llama", _type("vocab"), ()),
    "empty.gguf": ("no language model", "llama", _type("model"), ()),
    "strange.gguf": ("of the type 'dataset'", "llama", _type("dataset"), TEXT),
    "diffuses.gguf": ("diffusion model", "dream", _type("model"), TEXT),
}


@pytest.mark.parametrize("name", REFUSED)
def test_other_kinds_are_refused_by_name_everywhere(
    name: str, tmp_path: Path, own_folders: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    word, architecture, facts, tensors = REFUSED[name]
    path = write(tmp_path / name, architecture, facts, tensors)
    stored = write(own_folders / "models" / name, architecture, facts, tensors)  # put there by hand
    for arguments in (["add", str(path)], ["use", str(path)], ["use", stored.stem], ["verify"]):
        assert main(["models", *arguments]) == 6, arguments
        said = capsys.readouterr().err
        assert word in said and said.count("\n") == 1
        assert "choose" in said.partition(word)[2] or "convert" in said
    assert not (own_folders / "config.toml").exists()
    assert [one.name for one in stored.parent.iterdir()] == [name]
    monkeypatch.setenv("EDGE_ASSISTANT_MODEL__PATH", str(path))
    finding = doctor.check_language_model()
    assert finding.status == BROKEN and word in finding.summary


def test_a_model_in_one_part_is_a_model(tmp_path: Path) -> None:
    path = write_tiny(tmp_path / "tiny-00001-of-00001.gguf", "llama", facts=lambda w: w.add_uint16("split.count", 1))
    assert open_model(path).architecture == "llama"


def test_unlabelled_and_pooled_by_none_is_a_model(tmp_path: Path) -> None:
    path = write(tmp_path / "old.gguf", "llama", _numbers(llama__pooling_type=0), TEXT)
    assert open_model(path).architecture == "llama"


CHATML = "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"

SERVED = {
    "plain": CHATML,
    "tag": "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}",
    "tag-trimmed": "{%- for m in messages -%}{%- generation -%}{{- m.content -}}{%- endgeneration -%}{%- endfor -%}",
    "tag-in-a-condition": "{% for m in messages %}{% if m.role == 'assistant' %}{% generation %}"
    "{% if m.content %}{{ m.content }}{% endif %}{% endgeneration %}{% else %}{{ m.content }}{% endif %}{% endfor %}",
    "tag-twice": "{% generation %}{% endgeneration %}" + CHATML + "{% generation %}assistant{% endgeneration %}",
    "parts": "{% for m in messages %}{% for part in m['content'] %}{{ part['text'] }}{% endfor %}{% endfor %}",
    "tools": "{% if tools %}{{ tools | tojson(indent=4) }}{% endif %}" + CHATML,
    "breaks": "{% for m in messages %}{% if loop.index > 9 %}{% break %}{% endif %}{{ m.content }}{% endfor %}",
    "no-system": "{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}" + CHATML,
}

REFUSED_TEMPLATES = {
    "unknown-tag": ("{% speech %}" + CHATML + "{% endspeech %}", "unknown tag 'speech'"),
    "open-tag": ("{% generation %}" + CHATML, "not valid"),
    "open-loop": ("{% for m in messages %}{{ m.content }}", "not valid"),
    "deaf": ("{{ bos_token }}{{ messages | length }}", "leaves out what the user says"),
    "fails": (CHATML + "{{ messages[0].content + 3 }}", "chat template fails"),
    "escapes": ("{{ ''.__class__.__mro__[1].__subclasses__() }}" + CHATML, "chat template fails"),
}


def _with_template(path: Path, template: str) -> Path:
    return write_tiny(path, "llama", facts=lambda w: w.add_key_value(*_template(w, template)))


def _template(writer: Any, template: str) -> tuple[str, str, Any]:
    writer.kv_data[0].pop("tokenizer.chat_template", None)
    return "tokenizer.chat_template", template, gguf.GGUFValueType.STRING


@pytest.mark.model
@pytest.mark.parametrize("name", SERVED)
def test_what_is_added_and_used_answers(name: str, tmp_path: Path, own_folders: Path) -> None:
    path = _with_template(tmp_path / f"{name}.gguf", SERVED[name])
    assert main(["models", "add", str(path)]) == main(["models", "verify"]) == main(["models", "use", name]) == 0
    assert manifest_of(own_folders / "models" / path.name).is_file()
    assert doctor.check_language_model().status == "ok" and doctor.check_engine().status in ("ok", "warning")
    with LlamaEngine.open(name, n_ctx=256, n_threads=1, sequences=1, cache_mb=1) as engine:
        prompt = engine.chat("You are brief.", "Name a herb.")
        assert "Name a herb." in prompt and "You are brief." in prompt and "generation" not in prompt
        assert engine.generate([GenerateRequest(prompt, max_tokens=4)])[0].tokens


@pytest.mark.parametrize("name", REFUSED_TEMPLATES)
def test_what_cannot_be_talked_to_is_not_added(
    name: str, tmp_path: Path, own_folders: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    template, words = REFUSED_TEMPLATES[name]
    path = _with_template(tmp_path / f"{name}.gguf", template)
    for command in ("add", "use"):
        assert main(["models", command, str(path)]) == 6
        said = capsys.readouterr().err
        assert words in said and str(path) in said and "choose" in said
    assert not (own_folders / "models").exists() and not (own_folders / "config.toml").exists()
    monkeypatch.setenv("EDGE_ASSISTANT_MODEL__PATH", str(path))
    assert words in doctor.check_language_model().summary


@pytest.mark.model
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"without": ("blk.3.attn_k.weight",)}, r"blk\.3\.attn_k\.weight"),
        ({"pre": "nobody-knows"}, "nobody-knows"),
        ({"architecture": b"zzzzz"}, "unknown model architecture: 'zzzzz'"),
    ],
)
def test_what_llama_cpp_refuses_is_told_in_its_words(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    architecture = changes.pop("architecture", b"llama")
    path = write_tiny(tmp_path / "tiny.gguf", "llama", **changes)
    path.write_bytes(path.read_bytes().replace(b"llama", architecture))
    with pytest.raises(ModelError, match=words):
        check_serves(path)
