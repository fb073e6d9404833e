"""Training on the processor, on the very blocks of the GGUF file that is served."""

from __future__ import annotations

from functools import partial

from edge_assistant.training.backends.training import BACKENDS, BackendResult, BackendRun
from edge_assistant.training.dpo.config import TrainingConfig


class CpuBackend:
    """Packed sequences, shared prefixes, any loss; pauses between layers."""

    def check(self, config: TrainingConfig, pairs: int) -> str:
        return ""

    def train(self, run: BackendRun) -> BackendResult:
        import torch

        from edge_assistant.training.dpo.loop import Loop
        from edge_assistant.training.dpo.prepare import prepare
        from edge_assistant.training.dpo.tokens import tokenize_pairs
        from quant.lora import get_weights

        threads = torch.get_num_threads()
        tokenize = partial(tokenize_pairs, run.pairs, max_tokens=run.config.max_tokens, loss=run.config.loss)
        try:
            prepared = prepare(tokenize, run.base, run.config, run.task_adapter, run.workdir, run.key)
            loop = Loop(prepared, run.should_pause, run.on_progress)
            losses, accuracies = loop.run()
        finally:
            torch.set_num_threads(threads)
        return BackendResult(
            get_weights(prepared.layers), prepared.config, losses, accuracies, loop.tokens, loop.seconds
        )


BACKENDS.add("cpu", CpuBackend(), "this machine's processor")
