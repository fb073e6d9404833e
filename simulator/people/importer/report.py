"""What an import understood, what it assumed, and from which words, as text for people."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.people.importer.values import Finding, Imported


def render(imported: Imported | Sequence[Imported]) -> str:
    """The report on one import, or on several below each other."""
    if not isinstance(imported, Imported):
        return "\n\n".join(render(one) for one in imported)
    persona = imported.persona
    lines = [f"{persona.name} ({persona.id}) -> {imported.path}"]
    lines += _section("understood", imported.understood, "from")
    lines += _section("assumed", imported.assumed, "because")
    if imported.not_understood:
        lines += ["", "not understood (no effect)", *(f"  {words}" for words in imported.not_understood)]
    if imported.warnings:
        lines += ["", *(f"warning: not as hard to please as a person: {problem}" for problem in imported.warnings)]
    return "\n".join(lines)


def _section(title: str, findings: list[Finding], joint: str) -> list[str]:
    if not findings:
        return []
    width = min(34, max(len(finding.field) for finding in findings))
    return ["", title, *(f"  {f.field:<{width}}  {f.value}    [{joint}: {f.words}]" for f in findings)]
