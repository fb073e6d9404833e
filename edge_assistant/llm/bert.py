"""A sentence model of the BERT kind in NumPy: the same vectors as sentence-transformers to six decimals, without torch.

torch and what comes with it take 450 MiB of memory and some seconds to import, for six small layers. Only what the
packaged all-MiniLM-L6-v2 is made of is known here: absolute positions, GELU, the mean over tokens, length 1.

    model = BertModel.of(folder)    # None: something else, for sentence-transformers
    model.embed("boil two eggs")    # (384,)
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

POOLING = ("word_embedding_dimension", "pooling_mode_mean_tokens")
"""All that the pooling may say; other modes are false."""

LAYERS = ["Transformer", "Pooling", "Normalize"]


class BertModel:
    """The weights stay in the file and are read where they are touched.

    Args:
        folder: as sentence-transformers has saved it.
        config: of the transformer.
        longest: tokens that are read; the rest of a text is cut off.
    """

    def __init__(self, folder: Path, config: dict[str, Any], longest: int) -> None:
        from threadpoolctl import ThreadpoolController
        from tokenizers import Tokenizer

        self._threads = ThreadpoolController()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(longest)
        self._weights = _mapped(folder / "model.safetensors")
        self._layers, self._heads = int(config["num_hidden_layers"]), int(config["num_attention_heads"])
        self._epsilon = np.float32(config["layer_norm_eps"])

    @classmethod
    def of(cls, folder: Path) -> BertModel | None:
        """The model of a folder, or None where it is of another kind."""
        try:
            config, modules, settings, pooling = (
                json.loads((folder / name).read_text("utf-8"))
                for name in ("config.json", "modules.json", "sentence_bert_config.json", "1_Pooling/config.json")
            )
            kinds = [module["type"].rpartition(".")[2] for module in modules]
            plain = config["model_type"] == "bert" and config["hidden_act"] == "gelu" and kinds == LAYERS
            plain = plain and config.get("position_embedding_type", "absolute") == "absolute"
            plain = (
                plain
                and pooling.pop("pooling_mode_mean_tokens")
                and not any(value for key, value in pooling.items() if key not in POOLING)
            )
            if not plain or not (folder / "tokenizer.json").is_file():
                return None
            return cls(folder, config, int(settings["max_seq_length"]))
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return None

    def embed(self, text: str) -> Floats:
        """(dimension,) vector of length 1. A text alone, so that it does not depend on others beside it."""
        with self._threads.limit(limits=1, user_api="blas"):  # more only wait for each other at this size
            return self._embed(self._tokenizer.encode(text).ids)

    def _embed(self, tokens: list[int]) -> Floats:
        words = self._weights["embeddings.word_embeddings.weight"][tokens]
        places = self._weights["embeddings.position_embeddings.weight"][: len(tokens)]
        kinds = self._weights["embeddings.token_type_embeddings.weight"][0]
        state = self._normalised(words + kinds + places, "embeddings.LayerNorm")
        for number in range(self._layers):
            state = self._layer(state, f"encoder.layer.{number}")
        mean = state.mean(axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), dtype=np.float32)

    def _layer(self, state: Floats, name: str) -> Floats:
        """(tokens, dimension) through attention and the two dense layers."""
        from scipy.special import erf

        query, key, value = (
            self._dense(state, f"{name}.attention.self.{part}").reshape(len(state), self._heads, -1).swapaxes(0, 1)
            for part in ("query", "key", "value")
        )
        scores = query @ key.swapaxes(1, 2) / np.float32(np.sqrt(query.shape[-1]))
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        seen = (weights @ value).swapaxes(0, 1).reshape(state.shape)
        state = self._normalised(
            self._dense(seen, f"{name}.attention.output.dense") + state, f"{name}.attention.output.LayerNorm"
        )
        inner = self._dense(state, f"{name}.intermediate.dense")
        inner = inner * np.float32(0.5) * (1 + erf(inner / np.float32(np.sqrt(2))))
        return self._normalised(self._dense(inner, f"{name}.output.dense") + state, f"{name}.output.LayerNorm")

    def _dense(self, state: Floats, name: str) -> Floats:
        return np.asarray(state @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"])

    def _normalised(self, state: Floats, name: str) -> Floats:
        centred = state - state.mean(axis=-1, keepdims=True)
        scale = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + self._epsilon)
        return np.asarray(centred / scale * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"])


def _mapped(path: Path) -> dict[str, Floats]:
    """The tensors of a safetensors file by name, in the file itself.

    Raises:
        ValueError: it holds something else than 32-bit floats.
    """
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    data = np.memmap(path, np.uint8, "r", offset=8 + size)
    found = {}
    for name, tensor in header.items():
        if name == "__metadata__" or tensor["dtype"] == "I64":
            continue
        if tensor["dtype"] != "F32":
            raise ValueError(f"{path}: {name} holds {tensor['dtype']}")
        begin, end = tensor["data_offsets"]
        found[name.removeprefix("bert.")] = data[begin:end].view(np.float32).reshape(tensor["shape"])
    return found
