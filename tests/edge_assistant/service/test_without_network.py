"""Core and linear mode where the kernel offers nothing but loopback: a network namespace of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from edge_assistant.paths import Paths

ALONE = ["unshare", "--net", "--map-root-user"]

SCRIPT = """
set -e
"$@" run --tick 3600 2>core.log & core=$!
trap 'kill $core 2>/dev/null; cat core.log >&2' EXIT
until "$@" status --json | grep -q '"state": "ready"'; do kill -0 $core; sleep 0.2; done
printf 'skip all\\nsuggest\\na\\nmending a chair\\nmemory chair\\nwhy\\nquit\\n' | "$@" tui --plain --attach >&2
"$@" status --feed 1 --json
cat /proc/net/dev >interfaces
"""

SETTINGS = """
[model]
path = "stand-in"
[embedding]
path = "stand-in"
[sources]
do_not_disturb = false
full_screen = false
"""


def allowed() -> bool:
    """Whether this machine lets this user make a namespace."""
    return shutil.which("unshare") is not None and not subprocess.run([*ALONE, "true"], capture_output=True).returncode


@pytest.mark.skipif(not allowed(), reason="network namespaces are not allowed here")
def test_everything_works_without_any_network(tmp_path) -> None:
    paths = Paths.from_environment()
    paths.home.mkdir(parents=True, mode=0o700)
    paths.config.write_text(SETTINGS)
    program = [sys.executable, "-m", "edge_assistant.cli"]
    ended = subprocess.run(
        [*ALONE, "bash", "-c", SCRIPT, "alone", *program],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        timeout=280,
    )
    assert ended.returncode == 0, ended.stderr
    status = json.loads(ended.stdout[ended.stdout.index("{") :])
    assert status["running"] and status["feed"][0]["state"] == "accepted"
    assert status["activity"]["source"] == "typed"
    interfaces = [line.split(":")[0].strip() for line in (tmp_path / "interfaces").read_text().splitlines()[2:]]
    assert "lo" in interfaces and not any(name.startswith(("e", "w")) for name in interfaces)
