from __future__ import annotations

import numpy as np
import pytest

from edge_assistant.llm.prefix_cache import BLOCK, Prefix, PrefixCache, common_length


def prefix(tokens, size: int = 1000) -> Prefix:
    return Prefix(np.asarray(tokens, dtype=np.int32), np.zeros(size, np.uint8), np.zeros(4, np.float32))


def test_common_length() -> None:
    assert common_length([1, 2, 3], [1, 2, 4]) == 2
    assert common_length([1, 2], [1, 2, 4]) == 2
    assert common_length([], [1]) == 0
    assert common_length([5], [6]) == 0


def test_equal_tokens_are_found_whole_and_only_under_their_adapter() -> None:
    cache = PrefixCache(10_000)
    cache.put("one", prefix([1, 2, 3]))
    found = cache.find("one", [1, 2, 3])
    assert found is not None and found[1] == 3
    assert cache.find("", [1, 2, 3]) is None
    assert cache.find("one", [1, 2]) is None  # shorter than a block: nothing to share


def test_a_partial_match_counts_whole_blocks_and_the_longest_wins() -> None:
    cache = PrefixCache(100_000)
    base = list(range(3 * BLOCK))
    cache.put("", prefix([*base[: BLOCK + 5], 999_999]))
    cache.put("", prefix([*base[: 2 * BLOCK + 5], 999_999]))
    found = cache.find("", base)
    assert found is not None
    assert found[1] == 2 * BLOCK
    assert len(found[0].tokens) == 2 * BLOCK + 6


def test_the_bound_holds_and_the_least_recently_used_goes_first() -> None:
    one = prefix([1], 1000).size
    cache = PrefixCache(3 * one)
    for token in (1, 2, 3):
        cache.put("", prefix([token]))
    assert cache.find("", [1]) is not None  # now 2 is the oldest
    cache.put("", prefix([4]))
    assert cache.find("", [2]) is None
    assert cache.find("", [1]) is not None
    assert cache.size == 3 * one <= cache.max_bytes
    assert len(cache) == 3


def test_replacing_an_entry_does_not_count_it_twice() -> None:
    cache = PrefixCache(100_000)
    cache.put("", prefix([1], 1000))
    cache.put("", prefix([1], 3000))
    assert cache.size == prefix([1], 3000).size
    cache.clear()
    assert cache.stats() == {"entries": 0, "bytes": 0, "max_bytes": 100_000}


def test_what_is_too_large_is_not_kept_and_drives_nothing_out() -> None:
    cache = PrefixCache(2000)
    cache.put("", prefix([1]))
    assert not cache.put("", prefix([2], 3000))
    assert cache.find("", [1]) is not None


def test_a_negative_bound_is_refused() -> None:
    with pytest.raises(ValueError, match="max_bytes"):
        PrefixCache(-1)
