"""Worlds: files in which every key is optional, what each constant moves, and what stays where it is."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from edge_assistant.domain import Context, Rating, Suggestion
from edge_assistant.errors import DataError, UsageError
from edge_assistant.feedback.review import Card
from simulator.people.persona import packaged
from simulator.people.routine import Span
from simulator.runs.household import PersonaSetup
from simulator.world.answers import answer_card, glances, opens_review
from simulator.world.constants import World, load_world, packaged_worlds
from simulator.world.embedding import embedder
from simulator.world.life import LifeDay, live_day
from simulator.world.taste import Utility
from simulator.world.user_agent import UserAgent

KEYS = tuple(name for name in World.model_fields if name != "name")
OTHER = {
    "request_chance": 0.5,
    "annoyance_step": 0.9,
    "annoyance_hours": 12.0,
    "repeat_scale": 2.0,
    "habituation": 3.0,
    "accepts_badly_put": 0.1,
    "ignores_when_blocked": 0.1,
    "reason_slip": 0.5,
    "review_done": 0.1,
    "review_slip": 0.4,
    "glance_chance": 0.5,
    "hidden_state": 2.0,
    "window_shift": 1.5,
    "receptive_bursts": 0.5,
    "taste_noise": 0.5,
    "taste_embedding": "words",
}
"""Another value for each constant."""


def write(path: Path, **values: object) -> str:
    lines = [f'{name} = "{value}"' if isinstance(value, str) else f"{name} = {value}" for name, value in values.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


# -- files ------------------------------------------------------------------------------------------------------------


def test_eight_worlds_are_packaged_the_default_first():
    names = packaged_worlds()
    assert len(names) == 8
    assert names[0] == "default"
    assert load_world() == load_world("default") == World()
    for name in names[1:]:
        world = load_world(name)
        assert world.name == name
        differs = [key for key in KEYS if getattr(world, key) != getattr(World(), key)]
        assert len(differs) >= 3, f"{name} differs in {differs} only"


def test_the_packaged_default_shows_every_key():
    from simulator.world.constants import PACKAGED

    shown = (PACKAGED / "default.toml").read_text(encoding="utf-8")
    assert all(f"\n{key} = " in shown for key in KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_optional(key: str, tmp_path: Path):
    assert load_world(write(tmp_path / "mine.toml", **{key: OTHER[key]})) == World(name="mine", **{key: OTHER[key]})
    rest = {name: value for name, value in OTHER.items() if name != key}
    assert getattr(load_world(write(tmp_path / "rest.toml", **rest)), key) == getattr(World(), key)


def test_a_file_without_keys_is_the_default_under_its_own_name(tmp_path: Path):
    assert load_world(write(tmp_path / "empty.toml")) == World(name="empty")


def test_an_unknown_key_is_refused_by_its_name(tmp_path: Path):
    with pytest.raises(DataError, match=r"request_chanse.*known keys are .*request_chance"):
        load_world(write(tmp_path / "typo.toml", request_chanse=0.1))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("request_chance", 1.5),
        ("taste_noise", 1.0),
        ("repeat_scale", 0),
        ("window_shift", 9),
        ("annoyance_hours", "long"),
    ],
)
def test_a_value_out_of_range_is_refused_by_its_key(key: str, value: object, tmp_path: Path):
    with pytest.raises(DataError, match=key):
        load_world(write(tmp_path / "wrong.toml", **{key: value}))


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path):
    with pytest.raises(DataError, match=r"(?s)review_slip.*nonsense") as told:
        load_world(write(tmp_path / "wrong.toml", review_slip=3, nonsense=1))
    assert "\n" not in str(told.value)


def test_what_is_no_world_is_told(tmp_path: Path):
    with pytest.raises(UsageError, match="moody"):
        load_world("muddy")
    with pytest.raises(UsageError, match=r"nowhere\.toml"):
        load_world(str(tmp_path / "nowhere.toml"))
    (tmp_path / "broken.toml").write_bytes(b"\xff = ")
    with pytest.raises(DataError, match=r"broken\.toml"):
        load_world(str(tmp_path / "broken.toml"))


# -- the person who lives in a world ----------------------------------------------------------------------------------


def test_in_the_default_world_everybody_is_as_written():
    for person in packaged():
        assert World().lived_in(person) == person


LIVED_IN = {
    "window_shift": {"timing.windows"},
    "hidden_state": {"timing.energy", "timing.mood", "timing.focus"},
    "receptive_bursts": {"timing.bursts"},
    "repeat_scale": {"preference.repeat_after"},
    "habituation": {"preference.habituation"},
}


@pytest.mark.parametrize("key", KEYS)
def test_a_constant_changes_in_the_person_what_it_should_and_nothing_else(key: str):
    moved = set()
    for person in packaged():
        lived = World(**{key: OTHER[key]}).lived_in(person)
        for part in ("timing", "preference"):
            was, now = getattr(person, part), getattr(lived, part)
            moved |= {f"{part}.{name}" for name in type(was).model_fields if getattr(now, name) != getattr(was, name)}
        timing, preference = person.timing, person.preference
        assert lived.model_copy(update={"timing": timing, "preference": preference}) == person, "the prose stays"
    assert moved == LIVED_IN.get(key, set())


def test_scales_multiply():
    person = packaged()[0]
    lived = World(hidden_state=2.0, repeat_scale=0.5, habituation=3.0).lived_in(person)
    assert lived.timing.energy == 2 * person.timing.energy
    assert lived.preference.repeat_after == person.preference.repeat_after / 2
    assert lived.preference.habituation == pytest.approx(3 * person.preference.habituation)


@pytest.mark.parametrize(
    ("span", "hours", "moved"),
    [
        (("08:00", "10:00"), 1.5, ("09:30", "11:30")),
        (("08:00", "10:00"), -1.0, ("07:00", "09:00")),
        (("22:00", "24:00"), 1.0, ("23:00", "01:00")),
        (("00:30", "02:00"), -1.0, ("23:30", "01:00")),
        (("00:00", "24:00"), 2.0, ("00:00", "24:00")),
    ],
)
def test_windows_move_round_the_clock(span: tuple[str, str], hours: float, moved: tuple[str, str]):
    person = packaged()[0]
    window = Span(**{"from": span[0], "to": span[1]}, days="weekend", weight=0.7)
    timing = person.timing.model_copy(update={"windows": (window,)})
    (found,) = World(window_shift=hours).lived_in(person.model_copy(update={"timing": timing})).timing.windows
    assert (found.start, found.end) == moved
    assert (found.days, found.weight) == (window.days, window.weight)


def days_of(world: World, number: int) -> tuple[LifeDay, LifeDay]:
    person = packaged()[number]
    return live_day(person, 3, 5), live_day(world.lived_in(person), 3, 5)


def test_a_world_moves_moments_and_leaves_the_day_as_it_is():
    for number in range(4):
        plain, moved = days_of(World(window_shift=1.5, hidden_state=2.0, receptive_bursts=0.5), number)
        assert plain.activities == moved.activities
        assert np.array_equal(plain.energy, moved.energy)
        assert np.array_equal(plain.blocked, moved.blocked)
        assert not np.array_equal(plain.receptiveness, moved.receptiveness)


@pytest.mark.parametrize("share", [0.15, 0.5, 1.0])
def test_bursts_move_receptive_moments_and_keep_their_number(share: float):
    stayed, there = 0, 0
    for number in range(6):
        plain, moved = days_of(World(receptive_bursts=share), number)
        threshold = packaged()[number].timing.threshold
        first, second = plain.receptive(threshold), moved.receptive(threshold)
        assert second.sum() == pytest.approx(first.sum(), rel=0.05)
        assert not (second & moved.blocked).any()
        stayed, there = stayed + int((first & second).sum()), there + int(first.sum())
    assert stayed / there < 1 - 0.6 * share
    assert stayed / there > 1 - 1.5 * share


# -- where constants act ----------------------------------------------------------------------------------------------


@pytest.fixture
def person(shop: PersonaSetup) -> Callable[..., UserAgent]:
    """The first persona on one day, in a world with some constants of its own that leave taste and life alone."""

    def agent(**constants: float) -> UserAgent:
        taste = copy.copy(shop.taste)
        taste.world = World(**constants)
        found = UserAgent(taste.persona, taste)
        found.begin_day(live_day(taste.persona, 3, 21))
        return found

    return agent


SAID = Suggestion("s", "You could fold a small notebook, how cosy.")


def test_nobody_asks_where_nobody_ever_asks(person):
    agent = person(request_chance=0.0)
    agent.day.draws[:, 0] = 0.0
    assert not any(agent.asks(tick) for tick in range(len(agent.day)))
    assert any(person(request_chance=1.0).asks(tick) for tick in range(len(agent.day)))


def test_a_false_alarm_annoys_as_much_and_as_long_as_the_world_says(person):
    found = {}
    for step, hours in ((0.1, 3.0), (0.5, 3.0), (0.5, 12.0)):
        agent = person(annoyance_step=step, annoyance_hours=hours)
        agent.hear(10, 0, SAID, Rating(0, 0, 1, 1))
        at_once = agent.annoyance
        for _ in range(24):  # an hour
            agent.calm_down()
        found[step, hours] = (at_once, agent.annoyance / at_once)
    assert found[0.1, 3.0][0] < found[0.5, 3.0][0] == found[0.5, 12.0][0]
    assert found[0.5, 3.0][1] == pytest.approx(np.exp(-1 / 3))
    assert found[0.5, 12.0][1] == pytest.approx(np.exp(-1 / 12))


@pytest.mark.parametrize(("chance", "reaction"), [(0.0, "dismissed"), (1.0, "accepted")])
def test_what_is_badly_put_is_accepted_as_often_as_the_world_says(chance: float, reaction: str, person):
    agent = person(accepts_badly_put=chance)
    reactions = {agent.react(tick, Rating(1, 1, 1, 0), SAID).reaction for tick in range(0, 200, 5)}
    assert reactions == {reaction}


@pytest.mark.parametrize(("chance", "reaction"), [(0.0, "dismissed"), (1.0, "ignored")])
def test_a_blocked_person_ignores_as_often_as_the_world_says(chance: float, reaction: str, person):
    agent = person(ignores_when_blocked=chance)
    blocked = np.flatnonzero(agent.day.blocked)[:40]
    assert {agent.react(int(tick), Rating(1, 0, 1, 1), SAID).reaction for tick in blocked} == {reaction}


def test_keys_are_mistaken_as_often_as_the_world_says(person):
    steady, careless = person(reason_slip=0.0), person(reason_slip=0.4)
    ticks = range(len(steady.day))
    pairs = [(steady.react(t, Rating(0, 1, 1, 1), SAID), careless.react(t, Rating(0, 1, 1, 1), SAID)) for t in ticks]
    share = np.mean([(meant.reaction, meant.reason) != (told.reaction, told.reason) for meant, told in pairs])
    assert 0.3 < share < 0.5
    again = person(reason_slip=0.4)
    assert [again.react(t, Rating(0, 1, 1, 1), SAID) for t in ticks] == [told for _, told in pairs]


def test_the_review_is_opened_as_often_as_the_world_says(person):
    for chance, low, high in ((0.0, 0, 0), (0.35, 8, 28), (1.0, 50, 50)):
        agent = person(review_done=chance)
        assert low <= sum(opens_review(agent, seed) for seed in range(50)) <= high


@pytest.mark.parametrize("kind", ["idea", "moment"])
def test_cards_are_answered_by_the_truth_but_for_slips(kind: str, person):
    agent = person()
    threshold, base = agent.persona.timing.threshold, agent.taste.base
    answers = {}
    for slip in (0.0, 1.0, 0.3):
        agent.world = World(review_slip=slip)
        found = []
        for number, tick in enumerate(range(0, len(agent.day), 3)):
            idea = number * 7 % len(base) if kind == "idea" else -1
            card = Card(kind, Context(agent.day.time(tick), "x"), idea)
            right = (
                bool(agent.taste.pleasing(agent.day, tick, agent.heard_counts)[idea])
                if kind == "idea"
                else bool(agent.day.receptive(threshold)[tick])
            )
            found.append((answer_card(agent, card, 5, number) == "yes") == right)
        answers[slip] = np.mean(found)
    assert answers[0.0] == 1.0
    assert answers[1.0] == 0.0
    assert 0.55 < answers[0.3] < 0.85


def test_the_better_wording_is_chosen_and_heard_ideas_are_refused(person):
    agent = person(review_slip=0.0)
    moment = Context(agent.day.time(100), "x")
    good = "Fold a small notebook, how cosy."
    assert not agent.faults_of_style(good)
    assert answer_card(agent, Card("wording", moment, 0, (good, good + "!!")), 5, 1) == "yes"
    assert answer_card(agent, Card("wording", moment, 0, (good + "!!", good)), 5, 1) == "no"
    tick = next(t for t in range(len(agent.day)) if agent.receptive(t) and agent.pleasing_now(t).any())
    idea = int(np.argmax(agent.pleasing_now(tick)))
    asked = Card("idea", Context(agent.day.time(tick), "x"), idea)
    assert answer_card(agent, asked, 5, 2) == "yes"
    agent.note_heard(tick, idea)
    assert answer_card(agent, asked, 5, 2) == "no"


def test_somebody_looks_at_the_shelf_as_often_as_the_world_says(person):
    counts = []
    for chance in (0.0, 0.2, 1.0):
        agent = person(glance_chance=chance)
        counts.append(sum(glances(agent, tick, 5) for tick in range(len(agent.day))))
    receptive = sum(agent.receptive(tick) for tick in range(len(agent.day)))
    assert counts[0] == 0
    assert 0.05 * receptive < counts[1] < 0.4 * receptive
    assert counts[2] == receptive


# -- taste ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def liking(shop: PersonaSetup, warm: Path) -> Callable[..., Utility]:
    def taste(**constants: object) -> Utility:
        return Utility(packaged()[0], shop.taste.base, embedder(), World(**constants))

    return taste


def test_noise_takes_its_share_of_the_variance_and_is_fixed(liking, shop: PersonaSetup):
    noisy = liking(taste_noise=0.5)
    plain = shop.taste.static
    assert noisy.static.std() == pytest.approx(plain.std(), rel=0.1)
    assert np.corrcoef(noisy.static, plain)[0, 1] == pytest.approx(np.sqrt(0.5), abs=0.1)
    assert np.array_equal(liking(taste_noise=0.5).static, noisy.static)
    assert np.array_equal(liking(taste_noise=0.0).static, plain)


def test_another_sense_of_words_is_another_taste_within_the_same_bounds(liking, shop: PersonaSetup):
    other = liking(taste_embedding="words")
    assert np.array_equal(other.shared, shop.taste.shared)
    assert 0.1 < np.corrcoef(other.interest, shop.taste.interest)[0, 1] < 0.98
    with pytest.raises(UsageError, match="taste_embedding"):
        liking(taste_embedding="no-such-folder")


def test_as_many_ideas_please_in_every_world(liking):
    for constants in ({}, {"taste_noise": 0.5}, {"taste_embedding": "words"}, {"window_shift": 1.0}):
        taste = liking(**constants)
        day = live_day(taste.persona, 2, 0)
        ticks = np.flatnonzero(day.receptive(taste.persona.timing.threshold))[::6]
        share = np.mean([taste.pleasing(day, int(tick)).mean() for tick in ticks])
        assert 0.02 <= share <= 0.15
