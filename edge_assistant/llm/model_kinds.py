"""What a GGUF file is, where it is not a language model: each kind is refused by name, with the next step.

People keep these beside their chat models, in the same folder and with the same ending; llama.cpp would load some of
them and answer with noise.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from edge_assistant.errors import ModelError
from quant.errors import QuantError
from quant.gguf_file import GgufFile

_PART = re.compile(r"(?P<name>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf", re.IGNORECASE)
_PIECE = re.compile(r".+\.gguf[.-](part|split)\W?\w+", re.IGNORECASE)

_PROJECTOR = (
    "it is a projector, the part of a vision or audio model that reads images or sound; "
    "choose the language model that it came with (without 'mmproj' in its name)"
)
_IMPORTANCE = "it is an importance matrix, which helps to quantize a model; choose the model itself"
_VECTOR = "it is a control vector, which steers a model; choose the model that it was made for"
_ADAPTER = (
    "it is a LoRA adapter, not a model; choose the base model here, and import the adapter with "
    "'edge-assistant adapters import'"
)
_EMBEDDER = (
    "it is an embedding model, which turns text into numbers and cannot write; choose a chat model "
    "(for embeddings, the setting embedding.path takes a folder that sentence-transformers has saved)"
)
_RERANKER = "it is a reranking model, which grades texts and cannot write; choose a chat model"
_TRANSLATOR = "it is an encoder-decoder model, which cannot chat; choose a chat model"
_VOICE = "it is the voice part of a speech model; choose a chat model"
_DIFFUSION = "it is a diffusion model, which does not write word after word; choose a chat model"

_BY_TYPE = {
    "adapter": _ADAPTER,
    "mmproj": _PROJECTOR,
    "projector": _PROJECTOR,
    "clip-vision": _PROJECTOR,
    "imatrix": _IMPORTANCE,
    "controlvector": _VECTOR,
    "vocab": "it holds a vocabulary only, and no weights; choose the complete model",
}
_BY_ARCHITECTURE = {
    "clip": _PROJECTOR,
    "imatrix": _IMPORTANCE,
    "controlvector": _VECTOR,
    "t5": _TRANSLATOR,
    "t5encoder": _EMBEDDER,
    "wavtokenizer-dec": _VOICE,
    "dream": _DIFFUSION,
    "llada": _DIFFUSION,
    "llada-moe": _DIFFUSION,
    "rnd1": _DIFFUSION,
}
_BY_KEY = {
    "adapter.": _ADAPTER,
    "clip.": _PROJECTOR,
    "imatrix.": _IMPORTANCE,
    "controlvector.": _VECTOR,
}
_BY_TENSOR = {
    r".*\.lora_[ab]": _ADAPTER,
    r"direction\.\d+": _VECTOR,
    r".*\.in_sum2": _IMPORTANCE,
    r"(v|a|mm)\..*": _PROJECTOR,
}

_NO_POOLING, _RANKING = 0, 4
"""Values of `pooling_type`; those between make one vector of a text."""


def open_model(path: Path) -> GgufFile:
    """The header of a file that is a complete language model by all that its header tells.

    Raises:
        ModelError: it cannot be read, is truncated, or is something else; the message says what, and what to do.
    """
    file = _header(path)
    number, count = _place_of(path, file)
    if count > 1:
        command = f"edge-assistant models add {shlex.quote(str(path))}"
        raise ModelError(f"model {path}: {_part(number, count)}; take all of it with: {command}")
    found = _another_kind(file)
    if found:
        raise ModelError(f"model {path}: {found}")
    return file


def parts_of(path: Path) -> tuple[Path, ...]:
    """All parts of the split model that a file belongs to, in order; () for a file in one piece.

    Raises:
        ModelError: a part is missing or damaged, or the file has lost the name that tells where the others are.
    """
    number, count = _place_of(path, _header(path))
    if count < 2:
        return ()
    named = _PART.fullmatch(path.name)
    if named is None or (int(named["number"]), int(named["count"])) != (number, count):
        names = f"'NAME-00001-of-{count:05}.gguf' to 'NAME-{count:05}-of-{count:05}.gguf'"
        raise ModelError(
            f"model {path}: {_part(number, count)} under another name; call its parts {names}, then add one"
        )
    parts = tuple(path.with_name(f"{named['name']}-{each:05}-of-{count:05}.gguf") for each in range(1, count + 1))
    missing = [part.name for part in parts if not part.is_file()]
    if missing:
        raise ModelError(
            f"model {path}: {_part(number, count)}, of which {', '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing; put all parts into one folder"
        )
    for part in parts:
        _header(part)
    return parts


def whole_name(path: Path) -> str:
    """What a model is called, without the end that names one of its parts."""
    named = _PART.fullmatch(path.name)
    return named["name"] if named and int(named["count"]) > 1 else path.stem


def refuse_part(name: str, where: str) -> None:
    """Refuse a file to be pulled that is only a part, before a byte has come.

    Raises:
        ModelError: it is, by its name.
    """
    named = _PART.fullmatch(name)
    if named and int(named["count"]) > 1:
        told = _part(int(named["number"]), int(named["count"]))
        raise ModelError(
            f"model {where}: {told}; choose a file in one piece, or get all parts yourself and add one of them"
        )


def _header(path: Path) -> GgufFile:
    try:
        str(path).encode()
    except UnicodeEncodeError:  # neither settings nor manifests could name it
        raise ModelError(f"model {path}: its name is not in UTF-8; rename it") from None
    try:
        return GgufFile.open(path)
    except QuantError as error:
        if _PIECE.fullmatch(path.name):
            raise ModelError(
                f"model {path}: it is a piece of a file that was cut up; put the pieces together in their order "
                "('cat PIECE1 PIECE2 > model.gguf'), and choose the whole"
            ) from error
        raise ModelError(f"model {error}") from error


def _place_of(path: Path, file: GgufFile) -> tuple[int, int]:
    """The number of a part and how many there are, by the file or else by its name; (1, 1) for a whole."""
    count = int(file.metadata.get("split.count", 0) or 0)
    named = _PART.fullmatch(path.name)
    if count > 1:
        return int(file.metadata.get("split.no", 0)) + 1, count
    return (int(named["number"]), int(named["count"])) if named else (1, 1)


def _part(number: int, count: int) -> str:
    return f"it is part {number} of {count} of a split model"


def _another_kind(file: GgufFile) -> str:
    """What the file is and what to do instead, '' for a language model."""
    facts, architecture = file.metadata, file.architecture
    kind = str(facts.get("general.type", "model"))
    if kind in _BY_TYPE:
        return _BY_TYPE[kind]
    if architecture in _BY_ARCHITECTURE:
        return _BY_ARCHITECTURE[architecture]
    for start, words in _BY_KEY.items():
        if any(key.startswith(start) for key in facts):
            return words
    if kind != "model":
        return f"it is a GGUF file of the type '{kind}', not a model; choose a text model in GGUF form"
    if "token_embd.weight" not in file.tensors:
        for pattern, words in _BY_TENSOR.items():
            if any(re.fullmatch(pattern, name) for name in file.tensors):
                return words
        return "it holds no language model; choose a text model in GGUF form"
    if not architecture:
        return "it does not name its architecture; convert the model again, or choose another file"
    return _not_a_writer(file)


def _not_a_writer(file: GgufFile) -> str:
    """Why a model of text cannot write, '' where nothing speaks against it."""
    pooling = file.number("pooling_type", _NO_POOLING)
    if pooling == _RANKING or any(name.startswith("cls.") for name in file.tensors):
        return _RERANKER
    reads_both_ways = file.key("attention.causal", True) is False
    if pooling > _NO_POOLING or reads_both_ways or re.search("bert|embed", file.architecture):
        return _EMBEDDER
    return ""
