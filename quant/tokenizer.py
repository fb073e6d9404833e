"""The tokenizer of a GGUF file as a transformers tokenizer, splitting text as llama.cpp does."""

from __future__ import annotations

from typing import Any

from quant.errors import UnsupportedModelError
from quant.gguf_file import GgufFile

_SPECIAL = {
    "bos_token": "bos_token_id",
    "eos_token": "eos_token_id",
    "unk_token": "unknown_token_id",
    "pad_token": "padding_token_id",
}

_DIGIT_BY_DIGIT = ("smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b")
"""Byte-level vocabularies whose digits stand alone; transformers' table has no entry for them."""


def load_tokenizer(file: GgufFile) -> Any:
    """The tokenizer, with the chat template of the file.

    Raises:
        UnsupportedModelError: a vocabulary of a kind that is not known, or none.
    """
    from tokenizers import pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast
    from transformers.integrations.gguf import GGUF_TOKENIZER_MAPPING, convert_gguf_tokenizer

    metadata = file.metadata
    tokens = metadata.get("tokenizer.ggml.tokens")
    if not tokens:
        raise UnsupportedModelError(f"{file.path}: the file has no vocabulary; choose a complete model")
    values = {
        name: metadata[f"tokenizer.{key}"]
        for key, name in GGUF_TOKENIZER_MAPPING["tokenizer"].items()
        if f"tokenizer.{key}" in metadata
    }
    try:
        backend, _ = convert_gguf_tokenizer(file.architecture, values)
    except ValueError as error:
        raise UnsupportedModelError(f"{file.path}: {error}") from error
    if values.get("tokenizer_type") == "gpt2" and values.get("pre_tokenizer_type") in _DIGIT_BY_DIGIT:
        backend.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
        )
    special = {}
    for name, key in _SPECIAL.items():
        number = metadata.get(f"tokenizer.ggml.{key}")
        special[name] = tokens[number] if number is not None else None
    begins = metadata.get("tokenizer.ggml.add_bos_token", values.get("tokenizer_type") == "llama")
    bos = special["bos_token"]
    if begins and bos is not None:
        number = metadata["tokenizer.ggml.bos_token_id"]
        backend.post_processor = processors.TemplateProcessing(
            single=f"{bos} $A", pair=f"{bos} $A $B", special_tokens=[(bos, number)]
        )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        chat_template=metadata.get("tokenizer.chat_template"),
        model_max_length=int(file.key("context_length", 2048)),
        clean_up_tokenization_spaces=False,
        **special,
    )
