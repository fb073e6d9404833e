"""Fill a scratch home with a simulated fortnight, to try every screen without waiting.

edge-assistant demo-life --home /tmp/demo
edge-assistant --home /tmp/demo tui
"""

from __future__ import annotations

import json
import os
import sys
from typing import Annotated

import typer

from edge_assistant.errors import StoreError, UsageError
from edge_assistant.paths import HOME_VARIABLE

app = typer.Typer()

ASIDE = ".demo-life"
"""Folder of the home in which the days are lived, until the last of them is over."""


@app.command()
def demo_life(
    persona: Annotated[str, typer.Option(help="Whose life.", metavar="ID")] = "p01",
    days: Annotated[int, typer.Option(help="Days; the last is in the past week.", min=1, max=60)] = 14,
    seed: Annotated[int, typer.Option(help="Seed of the life.", min=0)] = 7,
    home: Annotated[str | None, typer.Option(help="The scratch home; also before the command.", metavar="DIR")] = None,
    force: Annotated[bool, typer.Option("--force", help="Also where the home holds a store; it is added to.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Live a simulated person's days in a scratch home, as if they were yours.

    For example 'edge-assistant demo-life --home /tmp/demo', then 'edge-assistant --home /tmp/demo tui'.
    """
    from edge_assistant.paths import Paths

    if home is not None:
        os.environ[HOME_VARIABLE] = home
    if not os.environ.get(HOME_VARIABLE):
        raise UsageError("demo-life fills a scratch home, not your own; name one with --home DIR")
    paths = Paths.from_environment()
    if paths.store.exists() and not force:
        raise StoreError(
            f"home {paths.home}: it holds a store already; choose a scratch home with --home, or let --force add to it"
        )
    told = _fill(persona, days, seed)
    if as_json:
        typer.echo(json.dumps({"home": str(paths.home), **told}, ensure_ascii=False))
    else:
        typer.echo(f"{paths.home}: {told['days']} days, {told['suggestions']} suggestions, {told['accepted']} accepted")


def _fill(name: str, count: int, seed: int) -> dict[str, object]:
    """Live the days aside, then keep them all; a former store lends what it holds."""
    import shutil
    from datetime import date, timedelta

    from edge_assistant.config import load_settings
    from edge_assistant.feedback import setup
    from edge_assistant.paths import Paths
    from edge_assistant.service.building import build_service_state
    from edge_assistant.service.clock import ManualClock, SystemClock
    from edge_assistant.service.lock import HomeLock
    from edge_assistant.storage.store import Store
    from simulator.commands.simulate import living
    from simulator.people import persona as personas
    from simulator.runs.household import workshop
    from simulator.runs.service_life import PersonalPolicy, live_personally
    from simulator.world.answers import setup_answers
    from simulator.world.life import live_day
    from simulator.world.plan import WeightedFiller

    found = [path for path in personas.PACKAGED.glob("*.toml") if path.stem == name]
    if not found:
        raise UsageError(f"demo-life: persona {name!r} is unknown; 'edge-assistant personas list' shows them")
    paths, settings = Paths.from_environment(), load_settings()
    shop = workshop(personas.load(found[0]))
    today = SystemClock().now()
    print(f"{name} begins; the first day takes longest", file=sys.stderr, flush=True)
    lives = [live_day(shop.persona, day, seed, WeightedFiller()) for day in range(1, count + 1)]
    # moved by whole weeks, so that weekdays stay what they are
    behind = (date(today.year, today.month, today.day) - timedelta(days=1)) - lives[-1].wake.date()
    shift = timedelta(days=behind.days - behind.days % 7)
    aside = paths.home / ASIDE
    with HomeLock(paths.home):
        shutil.rmtree(aside, ignore_errors=True)  # of a call that was killed
        try:
            if paths.store.exists():
                with Store.open(paths.store) as former:
                    former.backup(aside / paths.store.name)
            with (
                Store.open(aside / paths.store.name, durable=False) as store,
                living(count) as advance,
            ):
                clock = ManualClock(lives[0].wake)
                embedder = shop.features.embedder
                service = build_service_state(
                    store, settings, paths, clock=clock, features=shop.features, embedder=embedder
                )
                if not paths.store.exists():  # whoever has a store has answered already
                    setup.apply(service.assistant.learner, setup_answers(shop.taste, shop.features, seed))
                    service.learned.save()
                policy = PersonalPolicy(service, clock, shift, lambda time: time.astimezone(), as_in_a_run=False)
                records = live_personally(shop, policy, lives, seed, lambda day: advance(name, day))
                service.learned.night()
                service.presence.setup_done = True
                service.save_presence()
                service.memory.summarise(clock.now())
                store.backup(paths.store)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    spoken = [said for record in records for said in record.log.spoken]
    return {
        "persona": name,
        "days": count,
        "suggestions": len(spoken),
        "accepted": sum(said.accepted for said in spoken),
    }
