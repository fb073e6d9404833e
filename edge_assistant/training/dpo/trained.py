"""What a training leaves in its folder, whichever backend made it.

adapter/personal.safetensors    the personal LoRA: `<module path>.lora_a` [rank, in], `.lora_b` [out, rank], float32
adapter/training.json           what it was made of and how it went; written last, so that it means complete
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_assistant.errors import DataError, ModelError
from edge_assistant.training import files

if TYPE_CHECKING:
    from quant.lora_weights import LoraWeights

FOLDER = "adapter"
WEIGHTS = "personal.safetensors"
FACTS = "training.json"


@dataclass(frozen=True)
class TrainedAdapter:
    """A finished training.

    Attributes:
        folder: holds `WEIGHTS` and `FACTS`.
        identity: hash of all that decides the result, see `training.identity`.
        backend: which one trained it.
        architecture: GGUF name of the base's family, such as 'llama'.
        base_sha256: hex hash of the base's file.
        task_sha256: the same of the frozen task adapter's file; '' without one.
        config: the settings, resolved: `dtype` and `recompute` say what was used.
        pairs: hashes of the pairs, in their order.
        losses: mean loss of every optimizer step.
        accuracies: share of every step's pairs that were ordered better than by the reference; empty for 'sft'.
        tokens: packed tokens of one epoch.
        seconds: of computing, pauses left out.
        peak_rss_mb: most memory that the training process held.
    """

    folder: Path
    identity: str
    backend: str
    architecture: str
    base_sha256: str
    task_sha256: str
    config: dict[str, Any]
    pairs: tuple[str, ...]
    losses: tuple[float, ...]
    accuracies: tuple[float, ...]
    tokens: int
    seconds: float
    peak_rss_mb: float

    @property
    def weights_path(self) -> Path:
        """The file of the personal LoRA."""
        return self.folder / WEIGHTS

    def weights(self) -> LoraWeights:
        """The personal LoRA, without the task adapter.

        Raises:
            ModelError: the file is missing or damaged.
        """
        return load_weights(self.weights_path)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form, without the folder."""
        data = asdict(self)
        del data["folder"]
        return data


def save_weights(path: Path, weights: LoraWeights) -> None:
    """Write a LoRA whole or not at all."""
    import torch

    from edge_assistant.training.dpo import checkpoint

    tensors = {}
    for name, (a, b) in sorted(weights.tensors.items()):
        tensors[f"{name}.lora_a"] = torch.as_tensor(a, dtype=torch.float32)
        tensors[f"{name}.lora_b"] = torch.as_tensor(b, dtype=torch.float32)
    facts = {"architecture": weights.architecture, "rank": weights.rank, "alpha": weights.alpha, "heads": weights.heads}
    checkpoint.save(path, tensors, facts)


def load_weights(path: Path) -> LoraWeights:
    """Inverse of `save_weights`.

    Raises:
        ModelError: the file is missing, damaged or something else.
    """
    from edge_assistant.training.dpo import checkpoint
    from quant.errors import QuantError
    from quant.lora_weights import LoraWeights

    loaded = checkpoint.load(path)
    if loaded is None:
        raise ModelError(f"adapter {path}: missing or damaged; train it again")
    tensors, facts = loaded
    names = sorted({name.rsplit(".", 1)[0] for name in tensors})
    try:
        parts = {name: (tensors[f"{name}.lora_a"].numpy(), tensors[f"{name}.lora_b"].numpy()) for name in names}
        heads = facts["heads"] and (facts["heads"][0], facts["heads"][1])
        return LoraWeights(facts["architecture"], facts["rank"], facts["alpha"], parts, heads)
    except (KeyError, TypeError, ValueError, QuantError) as error:
        raise ModelError(f"adapter {path}: not a personal adapter ({error}); train it again") from error


def finish(workdir: Path, weights: LoraWeights, facts: dict[str, Any]) -> TrainedAdapter:
    """Write the result of a training: weights first, what tells about them last."""
    folder = workdir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FACTS).unlink(missing_ok=True)
    save_weights(folder / WEIGHTS, weights)
    trained = TrainedAdapter(folder=folder, **facts)
    files.write_json(folder / FACTS, trained.to_dict())
    return trained


def read(workdir: Path) -> TrainedAdapter | None:
    """The result of a finished training, or None while there is none."""
    folder = workdir / FOLDER
    if not (folder / FACTS).is_file() or not (folder / WEIGHTS).is_file():
        return None
    try:
        facts = files.read_json(folder / FACTS)
        for name in ("pairs", "losses", "accuracies"):
            facts[name] = tuple(facts[name])
        return TrainedAdapter(folder=folder, **facts)
    except (DataError, KeyError, TypeError):
        return None
