"""The child of `models.check_offline`: embeds one sentence while every connection is refused.

Reads `{"path": "..."}` and answers in JSON lines, see `quant.children`.
"""

from __future__ import annotations

import os
import socket
import sys
from typing import Any, NoReturn

from quant.json_lines import LineWriter, decode


def refuse_connections() -> None:
    """From now on, every attempt of this process to reach a network fails."""
    os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}

    def refuse(*_arguments: Any, **_named: Any) -> NoReturn:
        raise OSError("the check of being offline refused a connection")

    for place, name in (
        (socket.socket, "connect"),
        (socket.socket, "connect_ex"),
        (socket, "getaddrinfo"),
        (socket, "create_connection"),
    ):
        setattr(place, name, refuse)


def main() -> None:
    """Embed, and tell dimension and length of the vector."""
    out = LineWriter(os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)  # whatever the libraries print
    path = decode(sys.stdin.readline())["path"]
    refuse_connections()
    try:
        from edge_assistant.llm.embedding import SentenceTransformerEmbedder

        vector = SentenceTransformerEmbedder(path).embed(["boil two eggs for lunch"])[0]
        out.send({"result": {"dimension": len(vector), "length": float((vector**2).sum() ** 0.5)}})
    except Exception as error:  # the parent tells it to the user
        out.send({"error": " ".join(str(error).split()) or type(error).__name__})


if __name__ == "__main__":
    main()
