"""What the running assistant thinks and does; with --feed also what it said.

edge-assistant status
edge-assistant status --json
edge-assistant status --feed 5
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from edge_assistant.commands import Json

app = typer.Typer()


@app.command()
def status(
    feed: Annotated[int, typer.Option(help="Show so many of the latest suggestions, too.", min=0, max=1000)] = 0,
    as_json: Json = False,
) -> None:
    """Show the state of the running assistant. The exit code is 0 also when none runs.

    For example 'edge-assistant status --feed 3'.
    """
    from edge_assistant.service.calling import ask_running, show

    answer = ask_running("status")
    if answer is None:
        show(None, as_json, [])
        return
    found = ask_running("feed", limit=feed) if feed else None
    said = found["entries"] if found is not None else []
    show({"running": True, **answer, **({"feed": said} if feed else {})}, as_json, _lines(answer, said))


def _lines(status: dict[str, Any], said: list[dict[str, Any]]) -> list[str]:
    activity, today, model = status["activity"], status["today"], status["model"]
    chance, threshold = status["chance"], status["threshold"]
    weighed = "not weighed yet" if chance is None else f"chance {100 * chance:.0f} %, needed {100 * threshold:.0f} %"
    return [
        f"state      {status['state']}" + (" (private)" if status["private"] else ""),
        f"activity   {activity['text'] or 'unknown'} ({activity['kind']}; {activity['source'] or 'no source'})",
        f"speaking   {weighed}" + (f"; silent: {status['forbidden']}" if status["forbidden"] else ""),
        f"today      {today['suggestions']} of at most {today['per_day']}; level {status['level']}",
        *([f"likes      {', '.join(status['likes'])}"] if status["likes"] else []),
        *([f"dislikes   {', '.join(status['dislikes'])}"] if status["dislikes"] else []),
        f"model      {model['name'] or 'none'} ({model['state']}{', writes' if model['can_write'] else ''})"
        + (f", adapter {status['adapter']}" if status["adapter"] else "")
        + (f" - {model['detail']}" if model["detail"] else ""),
        *(f"           {may['words']}: {may['detail']}" for may in model["abilities"]),
        *([f"notice     {status['notice']}"] if status["notice"] else []),
        *(["review     today's is there: 'edge-assistant review'"] if status["review"] else []),
        *(line for source in status["sources"] for line in _source_lines(source)),
        *(
            f"{entry['id']:<10} {entry['time'][:16].replace('T', ' ')}  {entry['state']:<9} {entry['text']}"
            for entry in said
        ),
    ]


def _source_lines(source: dict[str, Any]) -> list[str]:
    """How a source fares, and all that it could not use."""
    detail = f" - {source['detail']}" if source["detail"] else ""
    return [
        f"source     {source['name']}: {source['state']}{detail}",
        *(f"           {line}" for line in source["left_out"]),
    ]
