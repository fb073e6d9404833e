"""What a GGUF file is, where it is not a language model: each kind is refused by name, with the next step.

People keep these beside their chat models, in the same folder and with the same ending; llama.cpp would load some of
them and answer with noise.
"""

from __future__ import annotations

import re
from pathlib import Path

from edge_assistant.errors import ModelError
from quant.errors import QuantError
from quant.gguf_file import GgufFile

_SHARD = re.compile(r"-(\d{5})-of-(\d{5})(?:\.gguf)?$", re.IGNORECASE)

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
    refuse_shard_name(path.name, path)
    try:
        file = GgufFile.open(path)
    except QuantError as error:
        raise ModelError(f"model {error}") from error
    found = _another_kind(file)
    if found:
        raise ModelError(f"model {path}: {found}")
    return file


def refuse_shard_name(name: str, where: Path | str) -> None:
    """Refuse a name such as 'model-00001-of-00003.gguf', which can be done before a byte is read or pulled.

    Raises:
        ModelError: it names a part of a split model.
    """
    found = _SHARD.search(name)
    if found and int(found[2]) > 1:
        raise ModelError(f"model {where}: {_shard(int(found[1]), int(found[2]))}")


def _shard(number: int, count: int) -> str:
    return (
        f"it is part {number} of {count} of a split model; choose a file in one piece, or join the parts with "
        "llama.cpp's 'llama-gguf-split --merge FIRST_PART JOINED.gguf' and choose the joined file"
    )


def _another_kind(file: GgufFile) -> str:
    """What the file is and what to do instead, '' for a language model."""
    facts, architecture = file.metadata, file.architecture
    if int(facts.get("split.count", 0) or 0) > 1:
        return _shard(int(facts.get("split.no", 0)) + 1, int(facts["split.count"]))
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
