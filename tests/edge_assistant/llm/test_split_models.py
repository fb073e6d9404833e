"""Models in parts: a complete set becomes one file that serves; everything else is refused with what is missing."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import pytest

from edge_assistant.cli import main
from edge_assistant.doctor import models as doctor
from edge_assistant.doctor.finding import BROKEN
from edge_assistant.errors import ModelError
from edge_assistant.llm.catalogue.entries import entry_for
from edge_assistant.llm.catalogue.pulling import pull
from edge_assistant.llm.engine import LlamaEngine
from edge_assistant.llm.protocols import GenerateRequest
from quant.gguf_file import GgufFile
from tests.quant.tiny import write_tiny

Split = Callable[..., list[Path]]


def split_up(source: Path, folder: Path, count: int, name: str = "big", **marks: Any) -> list[Path]:
    """A model in `count` parts, as llama.cpp's gguf-split writes them.

    Args:
        source: in one piece.
        folder: of the parts.
        count: how many.
        name: that they begin with.
        marks: other values than the right ones, such as `split_no=3`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    reader = gguf.GGUFReader(source)
    paths = [folder / f"{name}-{number + 1:05}-of-{count:05}.gguf" for number in range(count)]
    for number, path in enumerate(paths):
        writer = gguf.GGUFWriter(path, reader.get_field("general.architecture").contents())
        for field in reader.fields.values() if number == 0 else ():
            if not field.name.startswith("GGUF.") and field.name != "general.architecture":
                kind = field.types[0]
                inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
                writer.add_key_value(field.name, field.contents(), kind, sub_type=inner)
        writer.add_uint16("split.no", marks.get("split_no", number))
        writer.add_uint16("split.count", count)
        writer.add_int32("split.tensors.count", len(reader.tensors))
        for tensor in reader.tensors[number::count]:
            writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
    return paths


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return write_tiny(tmp_path / "whole.gguf", "llama", "Q8_0")


@pytest.mark.model
@pytest.mark.parametrize(
    ("family", "count", "given", "name"),
    [
        ("llama", 2, 0, "big"),
        ("llama", 2, 1, "Big.Q4_K_M"),
        ("qwen3", 3, 1, "two.parts-00001_of-2"),
        ("gemma3", 9, 8, "with blanks"),
        ("lfm2", 40, 0, "größe"),
    ],
)
def test_any_part_of_a_complete_set_brings_the_whole(
    tmp_path: Path, own_folders: Path, family: str, count: int, given: int, name: str
) -> None:
    whole = write_tiny(tmp_path / "whole.gguf", family)
    parts = split_up(whole, tmp_path / "parts", count, name)
    assert main(["models", "add", str(parts[given])]) == 0
    added = own_folders / "models" / f"{name}.gguf"
    one, other = GgufFile.open(whole), GgufFile.open(added)
    assert dict(one.metadata) == {key: other.metadata[key] for key in one.metadata}
    assert not [key for key in other.metadata if key.startswith("split.")]
    assert one.tensors.keys() == other.tensors.keys()
    assert all(bool((one.blocks(each) == other.blocks(each)).all()) for each in one.tensors)
    assert main(["models", "verify", name]) == main(["models", "use", name]) == 0
    assert doctor.check_language_model().summary.startswith(name)
    said = []
    for path in (whole, name):
        with LlamaEngine.open(path, n_ctx=256, n_threads=1, sequences=1, cache_mb=1) as engine:
            said.append(engine.generate([GenerateRequest(engine.chat("", "Name a herb."), max_tokens=6)])[0])
    assert said[0] == said[1]


@pytest.mark.model
def test_a_set_that_is_there_already_is_taken_for_the_same(whole: Path, tmp_path: Path, own_folders: Path) -> None:
    parts = split_up(whole, tmp_path / "parts", 2)
    assert main(["models", "add", str(parts[0])]) == main(["models", "add", str(parts[1])]) == 0
    another = split_up(write_tiny(tmp_path / "b.gguf", "llama", seed=5), tmp_path / "others", 2)
    assert main(["models", "add", str(another[0])]) == 6
    assert sorted(path.name for path in (own_folders / "models").iterdir()) == ["big.gguf", "big.gguf.json"]


@pytest.mark.parametrize("given", [0, 2])
@pytest.mark.parametrize("lost", [(1,), (0, 3), (3,), (1, 3)])
def test_what_is_missing_of_a_set_is_named(
    whole: Path, tmp_path: Path, own_folders: Path, capsys: pytest.CaptureFixture[str], lost: tuple[int], given: int
) -> None:
    parts = split_up(whole, tmp_path / "parts", 4)
    for number in set(lost) - {given}:
        parts[number].unlink()
    assert main(["models", "add", str(parts[given])]) == 6
    said = capsys.readouterr().err
    named = {part.name for part in parts if part.name in said.partition("of which")[2]}
    assert named == {parts[number].name for number in lost if number != given}
    assert said.count("\n") == 1 and f"part {given + 1} of 4" in said and "put all parts into one folder" in said
    assert not (own_folders / "models").exists()


def _cut(parts: list[Path]) -> None:
    parts[1].write_bytes(parts[1].read_bytes()[:-4000])


def _emptied(parts: list[Path]) -> None:
    parts[2].write_bytes(b"")


def _swapped(parts: list[Path]) -> None:
    aside = parts[0].with_suffix(".aside")
    parts[0].rename(aside)
    parts[2].rename(parts[0])
    aside.rename(parts[2])


def _renamed(parts: list[Path]) -> None:
    parts[0].rename(parts[0].with_name("model.gguf"))


def _of_another_model(parts: list[Path]) -> None:
    other = write_tiny(parts[0].with_name("other.gguf"), "llama", tied=False, seed=3)
    split_up(other, parts[0].parent, 3, "other")[1].replace(parts[1])


def _out_of_a_larger_set(parts: list[Path]) -> None:
    parts[1].rename(parts[1].with_name("big-00002-of-00004.gguf"))


DAMAGED = {
    "cut short": (_cut, "big-00001-of-00003.gguf", "00002-of-00003.gguf: truncated"),
    "emptied": (_emptied, "big-00001-of-00003.gguf", "00003-of-00003.gguf: not a GGUF file"),
    "names exchanged": (_swapped, "big-00001-of-00003.gguf", "under another name; call its parts 'NAME-00001-of-00003"),
    "renamed": (_renamed, "model.gguf", "part 1 of 3 of a split model under another name"),
    "of another model": (_of_another_model, "big-00001-of-00003.gguf", "cannot join its parts"),
    "of a larger set": (_out_of_a_larger_set, "big-00003-of-00003.gguf", "big-00002-of-00003.gguf is missing"),
}


@pytest.mark.model
@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_set_is_refused_and_leaves_nothing(
    whole: Path, tmp_path: Path, own_folders: Path, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    do, given, words = DAMAGED[damage]
    parts = split_up(whole, tmp_path / "parts", 3)
    do(parts)
    assert main(["models", "add", str(parts[0].with_name(given))]) == 6
    said = capsys.readouterr().err
    assert words in said and said.count("\n") == 1 and "partial" not in said
    assert not list((own_folders / "models").glob("*"))


def test_a_part_alone_is_not_used_but_the_way_is_told(
    whole: Path, tmp_path: Path, own_folders: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = split_up(whole, own_folders / "models", 2)  # put there by hand
    for name in (str(parts[0]), str(parts[1]), parts[0].stem):
        assert main(["models", "use", name]) == 6
        said = capsys.readouterr().err
        assert "of 2 of a split model; take all of it with: edge-assistant models add " in said
    monkeypatch.setenv("EDGE_ASSISTANT_MODEL__PATH", parts[0].stem)
    finding = doctor.check_language_model()
    assert finding.status == BROKEN and "models add" in finding.summary


@pytest.mark.parametrize("name", ["big.gguf.part1of2", "big.gguf-split-a", "big.gguf.part-aa", "BIG.GGUF.SPLIT00"])
@pytest.mark.parametrize("second", [False, True])
def test_pieces_of_a_cut_file_are_told_as_such(
    whole: Path, tmp_path: Path, own_folders: Path, capsys: pytest.CaptureFixture[str], name: str, second: bool
) -> None:
    data, half = whole.read_bytes(), whole.stat().st_size // 2
    (tmp_path / name).write_bytes(data[half:] if second else data[:half])
    assert main(["models", "add", str(tmp_path / name)]) == 6
    assert "it is a piece of a file that was cut up; put the pieces together" in capsys.readouterr().err


def test_parts_are_not_even_pulled(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    entry = entry_for("someone/large-GGUF/q4/large-00001-of-00002.gguf")
    with pytest.raises(ModelError, match=r"part 1 of 2.*get all parts yourself"):
        pull(entry, own_folders / "models")


def test_a_disk_that_is_full_while_parts_are_joined_is_told(tmp_path: Path, own_folders: Path) -> None:
    parts = split_up(write_tiny(tmp_path / "whole.gguf", "llama"), tmp_path / "parts", 3)
    most = max(part.stat().st_size for part in parts) // 2 + 100_000
    done = subprocess.run(
        [sys.executable, "-m", "edge_assistant.cli", "models", "add", str(parts[0])],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 5 and done.stderr.count("\n") == 1 and "free some space" in done.stderr, done.stderr
    assert not list((own_folders / "models").glob("*"))
