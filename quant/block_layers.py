"""Linear and embedding layers whose frozen weights stay in the GGML blocks of the mapped file.

A weight is dequantized into a small buffer that all layers share, used, and forgotten; the backward pass does it again.
Nothing of full precision is kept: neither by the layers nor by autograd. Tables that are larger than the buffer are
worked through in slices.
"""

from __future__ import annotations

import threading
from typing import Any

import torch

from quant.dequantize import F32, dequantize_into, dequantize_on_threads

SCRATCH_ELEMENTS = 1 << 20
"""Most numbers that are dequantized at a time: 4 MiB in float32, which stay in a core's cache until they are used, so
that large tables are multiplied half as fast again as in pieces of 32 MiB. Reusing one piece of memory is also what
makes it fast: fresh memory costs more in page faults than the numbers do."""

_local = threading.local()


class Blocks:
    """A frozen matrix in the file's own bytes.

    Args:
        data: uint8 [rows, bytes a row], usually a view of a mapped file.
        ggml_type: of the blocks.
        columns: elements a row.
        order: int64 [rows], which row of `data` each row of the matrix is; None: the same.
    """

    def __init__(self, data: torch.Tensor, ggml_type: int, columns: int, order: torch.Tensor | None = None) -> None:
        self.data = data
        self.ggml_type = ggml_type
        self.columns = columns
        self.order = order

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.data.shape[0])

    def step(self) -> int:
        """Rows that are dequantized at a time."""
        return max(1, min(self.rows, SCRATCH_ELEMENTS // self.columns))

    def dense(self, start: int, stop: int, dtype: torch.dtype) -> torch.Tensor:
        """Rows `start` to `stop` as [stop - start, columns] of `dtype`, valid until the next call in this thread."""
        data = self.data[start:stop] if self.order is None else self.data.index_select(0, self.order[start:stop])
        if self.ggml_type == F32 and dtype == torch.float32:
            return data.view(torch.float32)
        return self._filled(data, dtype)

    def gather(self, rows: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
        """The named rows as fresh memory: [len(rows), columns] of `dtype`."""
        if self.order is not None:
            rows = self.order[rows]
        out = torch.empty(len(rows), self.columns)
        step = self.step()
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            dequantize_into(self.data.index_select(0, part), self.ggml_type, out[start : start + step])
        return out.to(dtype)

    def _filled(self, data: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
        out = _scratch(torch.float32, data.shape[0] * self.columns).view(-1, self.columns)
        dequantize_on_threads(data, self.ggml_type, out)
        if dtype == torch.float32:
            return out
        return _scratch(dtype, out.numel()).view(out.shape).copy_(out)


def _scratch(dtype: torch.dtype, count: int) -> torch.Tensor:
    """This thread's buffer for a type, at least `count` long."""
    buffers: dict[torch.dtype, torch.Tensor] = _local.__dict__.setdefault("buffers", {})
    buffer = buffers.get(dtype)
    if buffer is None or buffer.numel() < count:
        buffer = buffers[dtype] = torch.empty(count, dtype=dtype)
    return buffer[:count]


def multiply(x: torch.Tensor, blocks: Blocks) -> torch.Tensor:
    """X W^T for [..., columns] and a W that is dequantized for it and kept nowhere."""
    # made in its last shape: autograd lets nobody change a view of it in place, which callers do
    out = x.new_empty(*x.shape[:-1], blocks.rows)
    flat, flat_out = x.reshape(-1, blocks.columns), out.view(-1, blocks.rows)
    step = blocks.step()
    for start in range(0, blocks.rows, step):
        stop = min(start + step, blocks.rows)
        torch.mm(flat, blocks.dense(start, stop, x.dtype).t(), out=flat_out[:, start:stop])
    return out


def multiply_back(gradient: torch.Tensor, blocks: Blocks) -> torch.Tensor:
    """Gradient W for [..., rows]: what comes back through `multiply`."""
    flat = gradient.reshape(-1, blocks.rows)
    step = blocks.step()
    out = flat[:, :step] @ blocks.dense(0, step, gradient.dtype)
    for start in range(step, blocks.rows, step):
        stop = min(start + step, blocks.rows)
        out.addmm_(flat[:, start:stop], blocks.dense(start, stop, gradient.dtype))
    return out.view(*gradient.shape[:-1], blocks.columns)


class Multiply(torch.autograd.Function):  # type: ignore[misc]
    """`multiply`, of which autograd saves nothing."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, blocks: Blocks) -> torch.Tensor:
        ctx.blocks = blocks
        return multiply(x, blocks)

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None]:
        return multiply_back(gradients[0], ctx.blocks), None


class BlockLinear(torch.nn.Module):  # type: ignore[misc]
    """A frozen linear layer.

    Args:
        blocks: [out features, in features].
        bias: [out features], or None.
    """

    def __init__(self, blocks: Blocks, bias: torch.Tensor | None = None) -> None:
        super().__init__()
        self.blocks = blocks
        self.in_features, self.out_features = blocks.columns, blocks.rows
        self.bias = None if bias is None else torch.nn.Parameter(bias, requires_grad=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[..., in features] to [..., out features]."""
        out: torch.Tensor = Multiply.apply(x, self.blocks)
        return out if self.bias is None else out.add_(self.bias)

    def dequantize(self, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        """The whole weight as fresh memory: for tests and conversions, never for training."""
        return self.blocks.gather(torch.arange(self.out_features), dtype)

    def extra_repr(self) -> str:
        """What `print(model)` shows."""
        return f"in_features={self.in_features}, out_features={self.out_features}, ggml_type={self.blocks.ggml_type}"


class BlockEmbedding(torch.nn.Module):  # type: ignore[misc]
    """A frozen embedding table.

    Args:
        blocks: [tokens, size].
        scale: what every vector is multiplied by, as some families do.
        dtype: of the vectors.
    """

    def __init__(self, blocks: Blocks, scale: float = 1.0, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.blocks = blocks
        self.num_embeddings, self.embedding_dim = blocks.rows, blocks.columns
        self.scale = scale
        self.dtype = dtype

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        """int64 [...] to [..., size]."""
        out = self.blocks.gather(input_ids.reshape(-1), self.dtype)
        if self.scale != 1.0:
            out.mul_(self.scale)
        return out.view(*input_ids.shape, self.embedding_dim)

    def dequantize(self, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        """The whole table as fresh memory, not scaled: for tests and conversions, never for training."""
        return self.blocks.gather(torch.arange(self.num_embeddings), dtype)

    def extra_repr(self) -> str:
        """What `print(model)` shows."""
        return f"{self.num_embeddings}, {self.embedding_dim}, ggml_type={self.blocks.ggml_type}"
