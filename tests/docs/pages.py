"""The pages of documentation, and what stands in them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

PAGES = tuple(sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]))
"""All pages that must be true today; the archive of the log is not among them."""

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def fenced(page: Path, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return [text for name, text in _FENCE.findall(page.read_text(encoding="utf-8")) if name == language]


def code_lines(page: Path) -> list[str]:
    """The lines of all blocks of code, indented or fenced; a line that ends in a backslash goes on."""
    text = page.read_text(encoding="utf-8")
    blocks = [body for name, body in _FENCE.findall(text) if name != "python"]
    rest = _FENCE.sub("", text)
    blocks += re.findall(r"^    .*$", rest, re.MULTILINE)
    return [line.strip() for block in blocks for line in block.replace("\\\n", " ").splitlines()]


def spans(page: Path) -> list[str]:
    """The code inside of running text, each on one line."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    text = re.sub(r"^    .*$", "", text, flags=re.MULTILINE)
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", text)]
