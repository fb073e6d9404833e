"""The card of a version or an export: what it is, what it was made of, how good it is, what it must not be used for."""

from __future__ import annotations

from typing import Any

LIMITS = (
    "It carries the taste of one person: what pleased and what did not can be read out of it in part, so treat it as "
    "private. It only knows how to put an idea of this assistant into one sentence, and works only on the base named "
    "above, bit for bit; on another quantization of the same model it may be worse. Nobody has tested it for anything "
    "else, and it adds no knowledge."
)


def version_card(owner: str, manifest: dict[str, Any], note: str = "") -> str:
    """Markdown from a version's manifest.

    Args:
        owner: 'me' or a persona.
        manifest: as the registry keeps it.
        note: a line of warning at the top, such as 'not promoted'.
    """
    base, config = manifest["base"], manifest["config"]
    whose = "the user of this computer" if owner == "me" else f"the simulated person {owner}"
    known = "imported" not in manifest or manifest["imported"].get("owner") == owner
    trained = "trained on this person's own ratings" if known else "taken in from a file; trained on what, is not known"
    lines = [f"# Adapter of {owner}", ""]
    lines += [f"**{note}**", ""] if note else []
    lines += [
        f"A LoRA that puts ideas into words as {whose} likes them, {trained}.",
        "",
        "| | |",
        "| --- | --- |",
        f"| version | {manifest.get('version', 'in the making')} (after {manifest.get('parent') or 'none'}) |",
        f"| date | {manifest['date']} |",
        f"| base | {base['name']} ({base['family']}, {base['quantization']}), sha256 {base['sha256']} |",
        f"| under it | {_task(manifest)} |",
        f"| training | {_config(config)} |",
        f"| pairs | {len(manifest['pairs'])} ({_kinds(manifest['kinds'])}) from {manifest['origin']} |",
        *_loss(manifest.get("loss")),
        *_strength(manifest.get("strength", 1.0)),
        "",
        "## Measures",
        "",
        *_measures(manifest.get("measures")),
        "",
        "## Licence",
        "",
        "That of the base model for the weights. The pairs belong to the person they come from.",
        "",
        "## Limits",
        "",
        LIMITS,
        "",
    ]
    return "\n".join(lines)


def _config(config: dict[str, Any]) -> str:
    named = ("loss", "rank", "alpha", "epochs", "learning_rate", "beta")
    return ", ".join(f"{name.replace('_', ' ')} {config[name]}" for name in named if name in config)


def _loss(loss: dict[str, float] | None) -> list[str]:
    return [f"| loss | {loss['first']:.4f} in the first third, {loss['last']:.4f} in the last |"] if loss else []


def _task(manifest: dict[str, Any]) -> str:
    task = manifest.get("task_adapter")
    return f"task adapter {task[:12]}, contained in the served file as an exact sum" if task else "nothing"


def _kinds(kinds: dict[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in kinds.items()) or "none"


def _measures(verdict: dict[str, Any] | None) -> list[str]:
    if not verdict:
        return ["Not measured here."]
    rows = [
        "| | without it | in use before | this version |",
        "| --- | --- | --- | --- |",
    ]
    columns = [verdict["plain"], verdict.get("in_use"), verdict["new"]]
    for title, name in (
        ("held-out pairs ordered rightly", "accuracy"),
        ("mean margin, nats", "margin"),
        ("sentences without a fault of form", "faultless"),
        ("aspects of style as in the chosen sentence", "manner"),
    ):
        rows.append(f"| {title} | {' | '.join(_number(column, name) for column in columns)} |")
    abilities = [column["ability"] if column else None for column in columns]
    rows.append(f"| perplexity on ordinary text | {' | '.join(_number(a, 'perplexity') for a in abilities)} |")
    known = [f"{a['right']} of {a['asked']}" if a else "-" for a in abilities]
    rows.append(f"| questions answered rightly | {' | '.join(known)} |")
    decision = "promoted" if verdict["promoted"] else "not promoted"
    return [*rows, "", f"{verdict['plain']['pairs']} held-out pairs. {decision}: {'; '.join(verdict['reasons'])}."]


def _number(column: dict[str, Any] | None, name: str) -> str:
    value = None if column is None else column.get(name)
    return "-" if value is None else f"{value:.3f}"


def _strength(strength: float) -> list[str]:
    if strength == 1.0:
        return []
    return [f"| strength | {strength:g} of what was learned: more of it cost general ability |"]
