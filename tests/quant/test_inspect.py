"""What `quant inspect` reads from real small files."""

from __future__ import annotations

import pytest

from quant.errors import DamagedFileError
from quant.tools.inspect import inspect


def test_counts_types_and_bits(tiny):
    found = inspect(tiny("llama", "Q8_0"))
    assert found.architecture == "llama" and found.context_length == 512
    assert set(found.types) == {"Q8_0", "F32"}
    assert 8.5 <= found.bits_per_weight < 10
    assert found.parameters == sum(row["weights"] for row in found.types.values())


def test_tells_licence_and_why_it_is_no_training_base(tiny):
    named = inspect(tiny("llama", seed=1, facts=lambda writer: writer.add_license("apache-2.0")))
    assert named.licence == "apache-2.0" and named.problems == ()
    mixed = inspect(tiny("llama", seed=2, facts=lambda writer: writer.add_expert_count(8)))
    assert mixed.licence == "" and "mixture of experts" in mixed.problems[0]


def test_a_file_of_another_format_is_refused(tmp_path):
    path = tmp_path / "x.gguf"
    path.write_bytes(b"not a model")
    with pytest.raises(DamagedFileError, match="not a GGUF file"):
        inspect(path)
