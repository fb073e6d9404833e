"""`edge-assistant adapters`: the whole way of an adapter, from pairs to another program and back, on a tiny model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from edge_assistant import cli
from edge_assistant.composer.prompts import sentence_prompt
from edge_assistant.domain import Style
from edge_assistant.paths import Paths
from edge_assistant.storage.store import Store
from edge_assistant.training.pairs.buffer import PairBuffer
from edge_assistant.training.pairs.pair import Pair
from edge_assistant.training.versions.export import KIND
from edge_assistant.training.versions.registry import AdapterRegistry
from edge_assistant.training.versions.version import CARD, PERSONAL, SERVED

pytestmark = pytest.mark.model

DISHES = ("eggs", "beans", "rice", "pears", "soup", "leeks", "plums", "peas", "oats", "corn", "figs", "kale")
GENTLE = sentence_prompt("", "", Style())


def pairs(count: int, day: int = 2) -> list[Pair]:
    made = []
    for number in range(count):
        idea = f"boil {number + 2} {DISHES[number % len(DISHES)]}"
        prompt = sentence_prompt(idea, "making lunch", Style())
        told = {"sources": [f"event:{number}"]}
        time = f"2026-03-{day:02d}T10:{number % 60:02d}:00"
        made.append(Pair(prompt.system, prompt.user, f"Perhaps {idea}.", f"Hey, {idea} now!", "rated", told, time))
    return made


@pytest.fixture
def ready(own_folders: Path, tiny_model: Path) -> Path:
    """A personal store with pairs, and a settings file that names the tiny model."""
    home = Paths.from_environment()
    with Store.open(home.store) as store:
        PairBuffer(store).add(pairs(60))
    home.config.write_text(f'[model]\npath = "{tiny_model}"\n')
    return home.home


def run(capsys, *arguments: str, code: int = 0) -> str:
    ended = cli.main(["adapters", *arguments])
    said = capsys.readouterr()
    assert ended == code, said.err
    return str(said.out if code == 0 else said.err)


TRAIN = ("train", "--pairs", "32", "--rank", "4", "--epochs", "2", "--threads", "1", "--json")


def train(capsys, *more: str) -> dict[str, Any]:
    outcome: dict[str, Any]
    (outcome,) = json.loads(run(capsys, *TRAIN, *more))
    return outcome


@pytest.mark.timeout(900)
def test_the_whole_way_of_an_adapter(ready: Path, capsys, tmp_path: Path, other_tiny_model: Path) -> None:
    outcome = train(capsys, "--learning-rate", "2e-3")
    measures = outcome["measures"]
    assert outcome["loss"]["last"] < outcome["loss"]["first"]
    assert measures["new"]["accuracy"] > 0.9 and measures["plain"]["accuracy"] == 0.5
    assert outcome["pairs"] == 32 and outcome["base"]["name"] == "tiny"
    name = outcome["version"]
    (listed,) = json.loads(run(capsys, "list", "--json"))
    assert (listed["version"], listed["status"]) == (name, "promoted" if outcome["promoted"] else "rejected")
    card = run(capsys, "show", "1")
    assert outcome["base"]["sha256"] in card and "held-out pairs ordered rightly" in card
    assert "no problems" in run(capsys, "verify")
    run(capsys, "promote", "1")

    out = tmp_path / "exports"
    (done,) = json.loads(run(capsys, "export", "--format", "gguf,peft,mlx", "--out", str(out), "--json"))
    for entry in done["formats"].values():
        assert entry["positions"] == 256 and entry["top1"] >= 0.95 and entry["difference"] < entry["effect"] / 10
    assert "Not promoted" not in (out / "me" / "README.md").read_text()
    assert sorted(path.name for path in out.iterdir()) == ["me"]

    for source in ("me", "me/me.gguf", "me/peft", "me/mlx"):
        version = json.loads(run(capsys, "import", str(out / source), "--json"))
        assert version["status"] == "trained" and version["imported"]["format"] in ("gguf", "peft", "mlx")
    error = run(capsys, "import", str(out / "me"), "--model", str(other_tiny_model), code=6)
    assert "was made for the base tiny" in error
    weights = out / "me" / "me.gguf"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    assert "me.gguf has another checksum" in run(capsys, "import", str(out / "me"), code=6)

    assert "no personal adapter is in use now" in run(capsys, "rollback")
    found = json.loads(run(capsys, "forget", "--event", "5", "--event", "7", "--preview", "--json"))
    assert name in found["versions"] or found["pairs"] > 0


@pytest.mark.parametrize("rate", ["1", "3", "1e4", "1e30"])  # loses what the model could; computes nothing finite
def test_a_training_that_does_harm_is_kept_out_and_that_is_no_error(
    ready: Path, capsys, monkeypatch: pytest.MonkeyPatch, rate: str
) -> None:
    # in bfloat16 the same rates end elsewhere, and may do good
    monkeypatch.setattr("edge_assistant.training.dpo.prepare.bfloat16_is_faster", lambda: False)
    outcome = train(capsys, "--learning-rate", rate)
    assert not outcome["promoted"] and outcome["status"] == "rejected"
    assert outcome["reasons"]
    registry = AdapterRegistry(Paths.from_environment().adapters)
    assert registry.current("me") is None
    assert len(registry.versions("me")) == 1


def test_forgetting_marks_and_trains_anew(ready: Path, capsys, tmp_path: Path) -> None:
    first = train(capsys, "--learning-rate", "2e-3")
    run(capsys, "promote", first["version"])
    run(capsys, "export", "--out", str(tmp_path / "out"))
    copy = json.loads(run(capsys, "import", str(tmp_path / "out" / "me"), "--json"))
    assert copy["pairs"] == first["pairs"]  # a copy of an own version has learned what that one has
    learned = AdapterRegistry(Paths.from_environment().adapters).get("me", "1").pair_hashes
    gone = next(pair for pair in pairs(60) if pair.hash == learned[0])
    number = gone.provenance["sources"][0].removeprefix("event:")
    found = json.loads(run(capsys, "forget", "--event", number, "--no-retrain", "--json"))
    assert found["versions"] == [first["version"], copy["version"]] and found["pairs"] == 1
    assert "to be forgotten" in run(capsys, "import", str(tmp_path / "out" / "me"), code=6)
    registry = AdapterRegistry(Paths.from_environment().adapters)
    assert registry.get("me", "1").status == "marked" and registry.current("me") is None
    assert "train a new one" in run(capsys, "promote", "1", code=6)
    assert "train a new one" in run(capsys, "export", "--version", "1", "--out", str(tmp_path / "no"), code=6)
    again = train(capsys, "--learning-rate", "2e-3")
    assert gone.hash not in registry.get("me", again["version"]).pair_hashes


def test_the_same_pairs_give_the_same_adapter(ready: Path, capsys) -> None:
    first = train(capsys)
    second = train(capsys)  # nothing new: the very same content is one version
    assert first["version"] == second["version"]
    assert first["files"][SERVED]["sha256"] == second["files"][SERVED]["sha256"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("rollback",), 2, "nothing to roll back"),
        (("show",), 2, "train one"),
        (("list", "--persona", "p01"), 2, "--persona needs --run"),
        (("export", "--out", "somewhere", "--format", "onnx"), 2, "choose from gguf, peft, mlx"),
        (("import", "nowhere.gguf"), 6, "no such file"),
        (("forget",), 2, "say what to forget"),
        (("train", "--mode", "latest"), 2, "equally, half-today"),
        (("verify", "--run", "nowhere"), 2, "holds no run"),
    ],
)
def test_wrong_calls_are_told_in_one_line(ready: Path, capsys, arguments, code: int, says: str) -> None:
    error = run(capsys, *arguments, code=code)
    assert says in error and error.count("\n") == 1


def test_a_damaged_version_is_shown_and_told(ready: Path, capsys, tmp_path: Path) -> None:
    registry = AdapterRegistry(Paths.from_environment().adapters)
    for name in (SERVED, PERSONAL, CARD):
        (tmp_path / name).write_text(name)
    version = registry.add("me", tmp_path, {"base": {}, "pairs": []})
    registry.promote("me", version.name)
    assert "its manifest has another form" in run(capsys, "show", code=6)
    assert "no problems" in run(capsys, "verify")
    (version.folder / SERVED).unlink()
    for command in ("verify", "show"):
        error = run(capsys, command, code=6)
        assert version.name in error and "rollback" in error and error.count("\n") == 1
    assert f"damaged: {SERVED} is missing" in run(capsys, "list")
    (listed,) = json.loads(run(capsys, "list", "--json"))
    assert (listed["status"], listed["faults"]) == ("promoted", [f"{SERVED} is missing"])


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        ({"files": {}}, "holds no adapter"),
        ({"files": {"a": 1}}, "a has no size and checksum"),
        ({"files": {}, "base": 3}, "no manifest of an export"),
    ],
)
def test_a_manifest_of_another_shape_is_refused(ready: Path, capsys, tmp_path: Path, manifest, says: str) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "a").write_text("a")
    (folder / "manifest.json").write_text(json.dumps({"kind": KIND, "base": {}} | manifest))
    error = run(capsys, "import", str(folder), code=6)
    assert says in error and error.count("\n") == 1


def test_a_pickle_is_refused(ready: Path, capsys, tmp_path: Path) -> None:
    folder = tmp_path / "peft"
    folder.mkdir()
    (folder / "adapter_model.bin").write_bytes(b"\x80\x04")
    (folder / "adapter_config.json").write_text("{}")
    for path in (folder, folder / "adapter_model.bin"):
        assert "a pickle" in run(capsys, "import", str(path), code=6)
