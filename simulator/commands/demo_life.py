"""Fill a scratch home with a simulated fortnight, to try every screen without waiting.

edge-assistant --home /tmp/demo demo-life
edge-assistant --home /tmp/demo tui
"""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from edge_assistant.errors import StoreError, UsageError

app = typer.Typer()


@app.command()
def demo_life(
    persona: Annotated[str, typer.Option(help="Whose life.", metavar="ID")] = "p01",
    days: Annotated[int, typer.Option(help="Days; the last is in the past week.", min=1, max=60)] = 14,
    seed: Annotated[int, typer.Option(help="Seed of the life.", min=0)] = 7,
    force: Annotated[bool, typer.Option("--force", help="Also where the home holds a store; it is added to.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Live a simulated person's days in this home, as if they were yours.

    For example 'edge-assistant --home /tmp/demo demo-life', then 'edge-assistant --home /tmp/demo tui'.
    """
    from edge_assistant.paths import Paths

    paths = Paths.from_environment()
    if paths.store.exists() and not force:
        raise StoreError(
            f"home {paths.home}: it holds a store already; choose a scratch home with --home, or add --force"
        )
    told = _fill(persona, days, seed)
    if as_json:
        typer.echo(json.dumps({"home": str(paths.home), **told}, ensure_ascii=False))
    else:
        typer.echo(f"{paths.home}: {told['days']} days, {told['suggestions']} suggestions, {told['accepted']} accepted")


def _fill(name: str, count: int, seed: int) -> dict[str, object]:
    """Live the days and keep them."""
    from datetime import date, timedelta

    from edge_assistant.config import load_settings
    from edge_assistant.paths import Paths
    from edge_assistant.personal.building import build_body
    from edge_assistant.personal.clock import ManualClock, SystemClock
    from edge_assistant.personal.lock import HomeLock
    from edge_assistant.store import Store
    from simulator import persona as personas
    from simulator.household import workshop
    from simulator.life import live_day
    from simulator.personal_life import PersonalPolicy, live_personally
    from simulator.plan import WeightedFiller

    found = [path for path in personas.PACKAGED.glob("*.toml") if path.stem == name]
    if not found:
        raise UsageError(f"demo-life: persona {name!r} is unknown; 'edge-assistant personas list' shows them")
    paths, settings = Paths.from_environment(), load_settings()
    shop = workshop(personas.load(found[0]))
    today = SystemClock().now()
    lives = [live_day(shop.persona, day, seed, WeightedFiller()) for day in range(1, count + 1)]
    # moved by whole weeks, so that weekdays stay what they are
    behind = (date(today.year, today.month, today.day) - timedelta(days=1)) - lives[-1].wake.date()
    shift = timedelta(days=behind.days - behind.days % 7)
    with HomeLock(paths.home), Store.open(paths.store, durable=False) as store:
        clock = ManualClock(lives[0].wake)
        body = build_body(store, settings, paths, clock=clock, features=shop.features, embedder=shop.features.embedder)
        policy = PersonalPolicy(body, clock, shift, lambda time: time.astimezone())
        records = live_personally(shop, policy, lives, seed, lambda day: _say(day, count))
        body.learned.night()
        body.presence.setup_done = True
        body.save_presence()
        body.memory.summarise(clock.now())
    spoken = [said for record in records for said in record.log.spoken]
    return {
        "persona": name,
        "days": count,
        "suggestions": len(spoken),
        "accepted": sum(said.accepted for said in spoken),
    }


def _say(day: int, days: int) -> None:
    print(f"\rday {day} of {days}", end="\n" if day == days else "", file=sys.stderr, flush=True)
