"""A person's ticks: limits, answers, taking back, private mode, restarts."""

from __future__ import annotations

import time
from dataclasses import asdict
from itertools import pairwise

import numpy as np
import pytest

from edge_assistant.composer.composer import AS_GOOD
from edge_assistant.composer.prepared import variants
from edge_assistant.composer.style import style_of
from edge_assistant.context.hub import Reading
from edge_assistant.context.observation import Observation, SourceState
from edge_assistant.domain import CalendarEntry, Context
from edge_assistant.errors import ConfigError, UsageError
from edge_assistant.llm.catalogue.entries import catalogue
from edge_assistant.loop.decision_json import context_from_dict
from edge_assistant.ranker.features import LIKING_NAMES
from edge_assistant.service import building
from edge_assistant.service.rpc.learning_values import Belief
from edge_assistant.service.rpc.protocol import Status, Why
from edge_assistant.service.rpc.setup_values import SetupState
from edge_assistant.service.tick_loop import IGNORED_MINUTES
from edge_assistant.service.views.beliefs import TYPICAL


def accept(person, entry):
    return person.core.call("feedback", {"id": entry.id, "reaction": "accepted"})


def alike(person, arrays):
    """Whether the beliefs are these, but for the rounding of what is stored."""
    now = person.core.service.assistant.learner.get_arrays()
    return all(np.allclose(now[name], arrays[name], rtol=1e-4, atol=1e-5) for name in arrays)


def test_a_request_is_answered_and_kept(person):
    person.live(10)
    entry = person.ask_for_one()
    assert entry.text and entry.idea in person.core.service.assistant.base.by_id
    assert person.entry(entry.id) == entry
    assert ("suggestion", entry.to_dict()) in person.events


def test_the_feed_pages_backwards(person):
    person.live(10)
    names = [person.ask_for_one().id for _ in range(5)]
    first = person.core.call("feed", {"limit": 2})
    assert [entry["id"] for entry in first["entries"]] == names[:2:-1] and first["more"]
    rest = person.core.call("feed", {"limit": 9, "before": names[3]})
    assert [entry["id"] for entry in rest["entries"]][:3] == names[2::-1] and not rest["more"]


def test_the_day_speaks_and_is_within_its_caps(person):
    said = person.live(5 * 60)
    status = Status.from_dict(person.core.call("status"))
    assert 0 < len(said) <= person.core.service.settings.limits.per_day
    assert status.today.suggestions == len(said)
    gaps = [(b.time - a.time).total_seconds() / 60 for a, b in pairwise(said)]
    assert all(gap >= 20 for gap in gaps)


@pytest.mark.parametrize("level", ["off", "rare", "normal", "chatty"])
def test_the_level_changes_what_a_false_alarm_costs(person, level):
    person.live(10)
    row = person.core.call("settings.set", {"section": "presence", "field": "level", "value": level})
    assert row["value"] == level and row["source"] == "file"
    person.live(2.5)
    assert person.core.status().level == level
    costs = person.core.service.assistant.learner.costs
    usual = person.core.service.settings.costs.false_alarm
    assert costs.false_alarm == {"off": 1.0, "rare": 2.5, "normal": 1.0, "chatty": 0.5}[level] * usual


def test_a_rarer_level_asks_for_a_greater_chance(open_core):
    thresholds = {}
    person = open_core()
    person.core.call("settings.set", {"section": "costs", "field": "false_alarm", "value": 1.0})
    for level in ("chatty", "normal", "rare"):
        person.core.call("settings.set", {"section": "presence", "field": "level", "value": level})
        person.live(2.5)
        thresholds[level] = person.core.status().threshold
    assert thresholds["chatty"] < thresholds["normal"] < thresholds["rare"]


def test_off_says_nothing_but_answers(person):
    person.core.call("settings.set", {"section": "presence", "field": "level", "value": "off"})
    assert person.live(5 * 60) == []
    assert person.core.status().forbidden == "switched off"
    assert person.ask_for_one().requested


def test_quiet_hours_and_caps_do_not_count_as_said(person):
    for field, value in (("quiet_from", 0.0), ("quiet_to", 23.99)):
        person.core.call("settings.set", {"section": "limits", "field": field, "value": value})
    assert person.live(4 * 60) == []
    history = person.core.service.assistant.learner.history
    assert history.spoken_today == 0 and history.last_spoken is None
    assert person.core.call("feed")["entries"] == []
    assert person.core.status().forbidden == "quiet hours"


def test_a_daily_cap_holds(person):
    person.core.call("settings.set", {"section": "limits", "field": "per_day", "value": 1})
    assert len(person.live(5 * 60)) == 1


@pytest.mark.parametrize("blocked", ["busy: dentist", "full screen"])
def test_what_a_source_forbids_is_not_said(person, blocked):
    for _ in range(200):
        person.clock.forward(minutes=2.5)
        person.sources.observation = Observation(activity="writing a letter", blocked=blocked)
        assert person.core.tick() is None
    assert person.core.status().forbidden == blocked


def test_nobody_there_is_no_tick(person):
    person.live(10)
    awake = person.core.service.days.awake
    person.sources.observation = Observation(presence="away", idle_seconds=3600)
    for _ in range(10):
        person.clock.forward(minutes=2.5)
        assert person.core.tick() is None
    assert person.core.service.days.awake == awake
    assert person.core.status().forbidden == "you are away"


def test_pause_ends_by_itself(person):
    person.live(5)
    person.core.call("pause", {"minutes": 60})
    assert person.core.status().state == "paused"
    assert person.live(57.5) == []
    person.live(5)
    assert not person.core.service.presence.paused
    person.core.call("pause")
    assert person.live(4 * 60) == []
    person.core.call("resume")
    assert person.core.status().state != "paused"


def test_what_comes_up_while_words_are_sought_keeps_it_silent(person):
    """The person pauses while a slow model still writes: not shown, not counted."""
    compose = person.core.ticking.compose
    person.core.ticking.compose = lambda moment: (person.core.call("pause"), compose(moment))[1]
    assert person.live(5 * 60) == []
    assert person.core.service.assistant.learner.history.spoken_today == 0
    assert person.core.call("feed")["entries"] == []


def test_an_answer_teaches_and_can_be_taken_back(person):
    person.live(10)
    entry = person.ask_for_one()
    before, kept = person.beliefs(), len(person.core.service.memory.browse())
    answered = person.core.call("feedback", {"id": entry.id, "reaction": "dismissed", "reason": "preference"})
    assert answered["state"] == "dismissed" and answered["reason"] == "preference"
    assert person.beliefs() != before
    undone = person.core.call("undo")
    assert undone["id"] == entry.id and entry.text in undone["undone"]
    assert person.beliefs() == before
    assert person.entry(entry.id) == entry
    assert len(person.core.service.memory.browse()) == kept
    assert person.core.call("undo") == {"undone": "", "id": ""}


def test_a_second_answer_replaces_the_first(person):
    person.live(10)
    entry = person.ask_for_one()
    start = person.beliefs()
    accept(person, entry)
    once = person.core.service.assistant.learner.get_arrays()
    person.core.call("feedback", {"id": entry.id, "reaction": "dismissed", "reason": "timing"})
    accept(person, entry)
    assert alike(person, once)
    assert person.entry(entry.id).state == "accepted"
    person.core.call("undo")
    assert person.beliefs() == start
    assert person.entry(entry.id) == entry


def test_a_rating_after_an_answer_counts_once(person):
    person.live(10)
    entry = person.ask_for_one()
    accept(person, entry)
    whole = {"preference": 1, "timing": 1, "frequency": 1, "communication": 0}
    rated = person.core.call("feedback", {"id": entry.id, "rating": whole})
    assert rated["state"] == "accepted" and rated["rating"] == whole
    both = person.core.service.assistant.learner.get_arrays()
    person.core.call("undo")
    person.core.call("feedback", {"id": entry.id, "reaction": "accepted", "rating": whole})
    assert alike(person, both)


def test_taking_back_keeps_what_was_said_since(person):
    person.live(10)
    first = person.ask_for_one()
    accept(person, first)
    person.live(30, "a walk nobody has met before")
    second = person.ask_for_one()
    history = person.core.service.assistant.learner.history
    heard = history.heard(person.clock.now()).total()
    person.core.call("undo")
    assert person.entry(first.id).state == "open"
    assert history.heard(person.clock.now()).total() == heard
    assert person.entry(second.id).state == "open"
    person.live(10, "another thing never seen")  # features of activities met since still fit


def test_undo_reaches_back_a_bounded_way(person):
    person.live(10)
    for _ in range(10):
        accept(person, person.ask_for_one())
    undone = [person.core.call("undo")["undone"] for _ in range(10)]
    assert all(undone[:8]) and not any(undone[8:])
    assert not person.core.service.store.state_keys("personal.undo.")


def test_later_comes_back_and_silences_nothing_else(person):
    person.live(10)
    entry = person.ask_for_one()
    spoken = person.core.service.assistant.learner.history.spoken_today
    snoozed = person.core.call("snooze", {"id": entry.id, "minutes": 240})
    assert snoozed["state"] == "snoozed"
    others = person.live(237.5)
    assert others and entry.id not in [other.id for other in others]
    person.clock.forward(minutes=2.5)
    back = person.core.tick()
    assert back is not None and back.id == entry.id and back.reminder == "snooze" and back.state == "open"
    assert person.core.service.assistant.learner.history.spoken_today == spoken + len(others)
    assert accept(person, back)["state"] == "accepted"


def test_later_does_not_break_into_quiet_hours(person):
    person.live(10)
    entry = person.ask_for_one()
    person.core.call("snooze", {"id": entry.id, "minutes": 15})
    for field, value in (("quiet_from", 8.0), ("quiet_to", 12.0)):
        person.core.call("settings.set", {"section": "limits", "field": field, "value": value})
    assert person.live(3 * 60) == []
    assert [found.id for found in person.live(60)][:1] == [entry.id]


def test_a_complaint_about_a_source_goes_with_its_cause(person):
    broken = SourceState("calendar", True, "failed", "work.ics is gone")
    well = SourceState("calendar", True, "ok")
    person.sources.look = lambda now: Reading(Observation(), (broken,), ("calendar: work.ics is gone",))
    person.core.tick()
    assert person.core.status().notice == "calendar: work.ics is gone"
    person.sources.look = lambda now: Reading(Observation(), (broken,))  # told once by the sources, and still so
    person.core.tick()
    assert person.core.status().notice == "calendar: work.ics is gone"
    person.sources.look = lambda now: Reading(Observation(), (well,))
    person.core.tick()
    assert person.core.status().notice == ""


def test_what_was_told_in_private_does_not_outlive_it(person):
    person.live(10, "reading a novel")
    person.core.call("private", {"on": True})
    person.core.call("tell", {"text": "reading a secret letter"})
    person.core.call("private", {"on": False})
    assert "secret" not in person.core.call("status")["activity"]["text"]
    person.core.tick()
    assert not [row for row in person.core.call("memory.search")["rows"] if "secret" in row["text"]]
    assert not any("secret" in text for text in person.core.service.assistant.learner.trigger.activities)


def test_answers_that_replace_each_other_are_taken_back_together_and_said_so(person):
    person.live(10)
    entry = person.ask_for_one()
    accept(person, entry)
    person.core.call("feedback", {"id": entry.id, "rating": {"preference": 1}})
    assert person.core.call("undo")["undone"] == f"all answers to: {entry.text}"
    assert person.entry(entry.id) == entry


def test_no_answer_is_an_answer_after_a_while(person):
    person.live(10)
    entry = person.ask_for_one()
    person.live(IGNORED_MINUTES - 2.5)
    assert person.entry(entry.id).state == "open"
    person.live(5)
    assert person.entry(entry.id).state == "ignored"
    assert accept(person, entry)["state"] == "accepted"  # late, but it counts


def test_nobody_there_to_answer_teaches_nothing(person):
    person.live(10)
    entry = person.ask_for_one()
    person.clock.forward(hours=9)
    timing = person.core.service.assistant.learner.trigger.timing.mean.copy()
    person.live(2.5)
    assert person.entry(entry.id).state == "expired"
    assert (person.core.service.assistant.learner.trigger.timing.mean[: len(timing)] == timing).all()


def test_other_words_teach_the_style_and_are_logged(person):
    person.live(10)
    entry = person.ask_for_one()
    before = person.beliefs()
    edited = person.core.call("edit", {"id": entry.id, "text": "Might you perhaps enjoy a small walk, my dear?"})
    assert edited["edited"] and edited["text"].startswith("Might")
    assert person.beliefs()["manner"] != before["manner"]
    assert [event.data["text"] for event in person.core.service.store.events("edited")] == [edited["text"]]
    person.core.call("undo")
    assert person.entry(entry.id).text == entry.text
    assert person.beliefs() == before


def test_other_words_become_a_pair(person):
    from edge_assistant.training.pairs.buffer import PairBuffer
    from edge_assistant.training.pairs.harvest import harvest_store

    person.live(10)
    entry = person.ask_for_one()
    person.core.call("edit", {"id": entry.id, "text": "Go on, a short walk will do you good."})
    service = person.core.service
    assert harvest_store(service.store, service.assistant.base) == 1
    (pair,) = PairBuffer(service.store).all()
    assert (pair.kind, pair.rejected) == ("reworded", entry.text)


def test_more_like_this_raises_the_idea(person):
    person.live(10)
    entry = person.ask_for_one()
    learner = person.core.service.assistant.learner
    index = person.core.service.assistant.base.index(entry.idea)
    sight = learner.sight(person.core.service.decision.context)
    before = learner.ranker.chance_of_idea(sight, index)[0]
    assert person.core.call("more_like", {"id": entry.id})["liked"]
    assert learner.ranker.chance_of_idea(sight, index)[0] > before


def test_reminders_come_at_their_time(person):
    person.live(10)
    entry = person.ask_for_one()
    accept(person, entry)
    at = person.clock.now().replace(hour=11)
    assert person.core.call("remind", {"id": entry.id, "at": at.isoformat()})["remind_at"] == at.isoformat()
    person.core.due()
    assert not [data for event, data in person.events if event == "suggestion" and data["reminder"]]
    person.clock.set(at)
    person.core.due()
    shown = [data for event, data in person.events if event == "suggestion" and data["reminder"] == "reminder"]
    assert [data["id"] for data in shown] == [entry.id]
    assert person.entry(entry.id).remind_at is None
    assert person.core.call("outcome", {"id": entry.id, "outcome": "done"})["outcome"] == "done"
    with pytest.raises(UsageError, match="has passed"):
        person.core.call("remind", {"id": entry.id, "at": "2020-01-01T10:00"})


def test_what_is_done_needs_no_reminder(person):
    person.live(10)
    entry = person.ask_for_one()
    accept(person, entry)
    person.core.call("remind", {"id": entry.id, "at": person.clock.now().replace(hour=11).isoformat()})
    person.core.call("outcome", {"id": entry.id, "outcome": "done"})
    person.clock.set(person.clock.now().replace(hour=12))
    person.core.due()
    assert not [data for event, data in person.events if event == "suggestion" and data["reminder"]]


def test_what_forbids_speech_is_told_at_once(person):
    person.live(10)

    def forbidden() -> str:
        return str(person.core.call("status")["forbidden"])

    person.core.call("private", {"on": True})
    assert forbidden() == "private mode"
    person.core.call("private", {"on": False})
    assert forbidden() != "private mode"
    for field, value in (("quiet_from", 0.0), ("quiet_to", 23.99)):
        person.core.call("settings.set", {"section": "limits", "field": field, "value": value})
    assert forbidden() == "quiet hours"
    person.core.call("pause", {"minutes": 30})
    assert forbidden() == "paused"
    person.core.call("resume")
    assert forbidden() == "quiet hours"
    person.core.call("settings.set", {"section": "limits", "field": "quiet_to", "value": 0.0})
    assert forbidden() != "quiet hours"


def test_the_persons_own_rules_are_kept_to_at_once_and_told(person):
    person.live(10)
    rules = person.core.service.paths.rules
    rules.write_text('[[never]]\nactivity = "letter"\nbecause = "letters need quiet"\n[[never]]\ndays = "Someday"\n')
    assert person.live(4 * 60) == []
    status = person.core.status()
    assert status.forbidden == "your rule: letters need quiet"
    assert status.notice.startswith(f"{rules}:4: days has 'someday'")
    assert person.core.call("why")["silent_if"] == ["Nothing is said now: your rule: letters need quiet."]
    assert person.ask_for_one().requested, "who asks is answered"
    rules.unlink()
    assert person.live(4 * 60) and person.core.status().notice == ""


def test_how_long_what_took_is_added_up(person):
    for minutes, activity in ((30, "writing code"), (20, "reading mail"), (60, "writing code")):
        person.live(minutes, activity)
    coding, mail = person.core.call("totals")["totals"]
    assert (coding["text"], mail["text"]) == ("writing code", "reading mail")
    assert coding["minutes"] == pytest.approx(90, abs=6) and mail["minutes"] == pytest.approx(20, abs=4)
    person.clock.forward(hours=24)
    person.live(10, "walking the dog")
    assert [total["text"] for total in person.core.call("totals")["totals"]] == ["walking the dog"]
    assert person.core.call("totals", {"days": 7})["totals"][0] == coding


def test_topics_are_never_touched(person):
    base = person.core.service.assistant.base
    person.core.call("settings.set", {"section": "topics", "field": "never", "value": ["money", "walk", "work"]})
    told = {belief["id"]: belief["sentence"] for belief in person.core.call("learning")["beliefs"]}
    assert told["topics.money"] == "You never want to hear about money: your settings say so."
    person.live(10)
    for _ in range(20):
        idea = base.by_id[person.ask_for_one().idea]
        assert not {"money", "work"} & set(idea.topics)
        assert "walk" not in idea.text.split()


def test_private_mode_keeps_nothing(person):
    person.live(10, "reading a novel")
    person.core.call("private", {"on": True})
    store = person.core.service.store
    before = (len(person.core.service.memory.browse()), store.last_event_id(), person.beliefs())
    assert person.live(3 * 60, "something that nobody should know") == []
    person.core.call("tell", {"text": "a secret thing"})
    with pytest.raises(UsageError, match="private"):
        person.ask_for_one()
    after = (len(person.core.service.memory.browse()), store.last_event_id(), person.beliefs())
    assert after == before
    status = person.core.call("status")
    assert status["private"] and status["activity"]["text"] == ""
    kept = b"".join(path.read_bytes() for path in person.core.service.home.iterdir() if path.name.startswith("store"))
    assert b"nobody should know" not in kept and b"secret thing" not in kept
    person.core.call("private", {"on": False})
    person.live(10, "back again")
    assert len(person.core.service.memory.browse()) > before[0]


def test_a_restart_goes_on_where_it_was(open_core):
    first = open_core()
    first.live(120, "writing a letter")
    entry = first.ask_for_one()
    other = first.ask_for_one()
    accept(first, other)
    first.live(5)
    feed, beliefs = first.core.call("feed"), first.beliefs()
    first.core.service.store.close()  # as a kill would: nothing is saved on the way out
    second = open_core(start=first.clock.now())
    assert second.core.call("feed") == feed
    assert second.beliefs() == beliefs
    assert second.core.service.days == first.core.service.days
    assert accept(second, entry)["state"] == "accepted"
    assert second.beliefs() != beliefs
    assert second.core.call("undo")["id"] == entry.id
    second.live(5, "writing a letter")  # it went on, and is not kept a second time
    assert [kept.text for kept in second.core.service.memory.browse(("action",))].count("writing a letter") == 1


def test_why_holds_for_past_suggestions(open_core):
    first = open_core()
    first.live(60)
    entry = first.ask_for_one()
    accept(first, entry)
    told = first.core.call("why", {"id": entry.id})
    assert told["reasons"] and told["context"]["activity"] == "writing a letter" and told["silent_if"]
    first.core.service.store.close()
    second = open_core(start=first.clock.now())
    again = Why.from_dict(second.core.call("why", {"id": entry.id}))
    assert again == Why.from_dict({**told})
    silence = second.core.call("why")
    assert "Nothing is said now" in silence["silent_if"][0]


def test_why_tells_what_was_learned_from_earlier_answers(person):
    person.live(10)
    first = person.ask_for_one()
    accept(person, first)
    same = [person.ask_for_one() for _ in range(30)]
    base = person.core.service.assistant.base
    category = base.by_id[first.idea].category
    akin = next((entry for entry in same if base.by_id[entry.idea].category == category), None)
    if akin is not None:
        learned = person.core.call("why", {"id": akin.id})["learned"]
        assert first.text in [item["text"] for item in learned]
    assert person.core.call("why", {"id": first.id})["learned"] == []


def test_a_correction_counts_and_can_be_taken_back(person):
    person.live(10)
    before = person.beliefs()
    found = {belief["id"]: Belief.from_dict(belief) for belief in person.core.call("learning")["beliefs"]}
    assert {"hours", "gaps", "manner", "topics", "taste"} == {belief.group for belief in found.values()}
    corrections = {
        "gaps.least": 200,
        "gaps.most": 2,
        "gaps.again": 30,
        "manner.emoji": "yes",
        "topics.money": False,
        "hours.evening": True,
    }
    for name, value in corrections.items():
        corrected = person.core.call("learning.correct", {"id": name, "value": value})
        assert corrected["corrected"]
        if isinstance(value, (bool, str)):
            assert corrected["value"] == value
        else:
            assert corrected["value"] == value and f"{value}" in corrected["sentence"]
            assert found[name].value != value
    for _ in corrections:
        person.core.call("undo")
    after = person.beliefs()
    assert all(after[name] == before[name] for name in before)
    assert {belief["id"]: Belief.from_dict(belief) for belief in person.core.call("learning")["beliefs"]} == found
    with pytest.raises(UsageError, match="none with this id"):
        person.core.call("learning.correct", {"id": "gaps.nothing", "value": 1})
    with pytest.raises(UsageError, match="cannot be"):
        person.core.call("learning.correct", {"id": "gaps.most", "value": 1000})


def test_the_setup_asks_what_is_there_and_the_settings_keep_it(person):
    learner = person.core.service.assistant.learner
    learner.rooms.add("garden")
    state = SetupState.from_dict(person.core.call("setup.get"))
    assert {"cat", "garden"} < {name for name, _ in state.things} and state.has == ("garden",)
    person.core.call("setup.save", {"has": ["cat"]})
    assert learner.has == {"cat"}  # the garden that was seen is another's
    person.core.call("setup.save", {"level": "rare"})  # the question was skipped
    assert SetupState.from_dict(person.core.call("setup.get")).has == ("cat",)
    person.core.set_setting("person", "has", ["dog"])
    assert learner.has == {"dog"}
    with pytest.raises(ConfigError, match="unknown unicorn; known are dog, cat"):
        person.core.set_setting("person", "has", ["unicorn"])


def test_setup_is_evidence(person):
    state = person.core.call("setup.get")
    assert not state["done"] and len(state["groups"]) == 12 and {len(group) for group in state["groups"]} == {3}
    assert len(state["pairs"]) == 4 and all(len(set(pair)) == 2 for pair in state["pairs"])
    liked, disliked = state["ideas"][0]["id"], state["ideas"][5]["id"]
    learner = person.core.service.assistant.learner
    base = person.core.service.assistant.base
    person.core.call(
        "setup.save",
        {
            "likes": [liked],
            "dislikes": [disliked],
            "level": "rare",
        },
    )
    effects = {idea: learner.ranker.model.mean[len(LIKING_NAMES) + at] for idea, at in learner.ranker.judged.items()}
    assert set(effects) == {base.index(liked), base.index(disliked)}
    assert effects[base.index(liked)] > 0 > effects[base.index(disliked)]
    again = SetupState.from_dict(person.core.call("setup.get"))
    assert again.likes == (base.by_id[liked].text,) and again.dislikes == (base.by_id[disliked].text,)
    assert person.core.call("setup.get")["done"] and person.core.status().level == "rare"
    with pytest.raises(UsageError, match="level"):
        person.core.call("setup.save", {"level": "deafening"})


def test_examples_wordings_and_number_apply_at_once_and_stay(person, open_core):
    person.live(10)
    state = SetupState.from_dict(person.core.call("setup.get"))
    picked, struck = state.groups[0][0].id, state.groups[0][1].id
    person.core.call("setup.save", {"likes": ["orchids"]})  # which makes all that is unlike orchids less likely
    learner = person.core.service.assistant.learner
    context = person.core.service.decision.context
    before = {
        name: learner.ranker.chance_of_idea(learner.sight(context), learner.features.base.index(name))[0]
        for name in (picked, struck)
    }
    told = {
        "likes": ["orchids"],
        "picked": [picked],
        "struck": [struck],
        "wordings": [state.pairs[1]],
        "alike": [state.pairs[0]],
        "per_day": 3,
        "repeat_days": 14,
        "good_hours": ["10-11"],
        "bad_occasions": ["deep_work"],
    }
    unsaid, untold = person.beliefs(), person.core.call("learning")["beliefs"]
    person.core.call("setup.save", told)

    def chance(of, name: str) -> float:
        knows = of.core.service.assistant.learner
        return float(knows.ranker.chance_of_idea(knows.sight(context), knows.features.base.index(name))[0])

    assert chance(person, picked) > before[picked] and chance(person, struck) < before[struck]
    said = {belief["id"]: belief["sentence"] for belief in person.core.call("learning")["beliefs"]}
    texts = {name: person.core.service.assistant.base.by_id[name].text for name in (picked, struck)}
    assert said[f"taste.said.{picked}"] == f"You picked '{texts[picked]}' at the start."
    assert said[f"taste.said.{struck}"] == f"You struck out '{texts[struck]}' at the start."
    assert said["gaps.most"] == "You want at most 3 suggestions a day."
    assert said["gaps.again"] == "You are willing to hear the same idea again after about 14 days."
    state = SetupState.from_dict(person.core.call("setup.get"))
    assert (state.repeat_days, state.good_times, state.bad_times) == (14, ("10-11",), ("deep_work",))
    days = person.core.service.assistant.learner.repeats.belief.copy()
    person.core.call("setup.save", {"per_day": 3, "repeat_days": 14})
    assert np.allclose(person.core.service.assistant.learner.repeats.belief, days), "confirmed is not said twice"
    person.core.call("undo")
    person.core.call("setup.save", {"good_hours": [], "bad_hours": ["0-6"]})
    state = SetupState.from_dict(person.core.call("setup.get"))
    assert (state.good_times, state.bad_times) == ((), ("0-6", "deep_work")), "what was not asked stays"
    person.core.call("undo")
    assert TYPICAL not in said["manner.directness"] and SetupState.from_dict(person.core.call("setup.get")).per_day == 3
    again = open_core(person.clock.now())
    again.core.service.assistant.learner.see(context)
    assert chance(again, picked) == pytest.approx(chance(person, picked), abs=1e-6), "no restart is needed"
    person.core.call("undo")
    assert person.beliefs() == unsaid and person.core.call("learning")["beliefs"] == untold


@pytest.mark.parametrize(
    "wrong",
    [
        {"picked": ["no-such-idea"]},
        {"wordings": [["Eat.", "Drink."]]},
        {"per_day": 0},
        {"per_day": 500},
        {"repeat_days": 0},
        {"good_hours": ["pause"]},
        {"good_hours": ["8-9"], "bad_hours": ["8-9"]},
    ],
)
def test_setup_refuses_what_cannot_be(person, wrong):
    with pytest.raises(UsageError, match="setup"):
        person.core.call("setup.save", wrong)
    assert not person.core.call("setup.get")["done"]


def test_the_setup_names_models_that_would_fit_and_are_not_here(person, monkeypatch):
    monkeypatch.setattr("edge_assistant.llm.models.available_bytes", lambda: 4 * 10**9)
    named = [model["name"] for model in person.core.call("setup.get")["pullable"]]
    fitting = [entry for entry in catalogue() if entry.fits(4 * 10**9)]
    assert 1 < len(named) <= 4
    assert (named[0], named[-1]) == (fitting[0].name, fitting[-1].name)
    folder = person.core.service.paths.models
    folder.mkdir(parents=True, exist_ok=True)
    (folder / fitting[0].file).write_bytes(b"GGUF")
    assert fitting[0].name not in [model["name"] for model in person.core.call("setup.get")["pullable"]]
    monkeypatch.setattr("edge_assistant.llm.models.available_bytes", lambda: 10**8)
    assert person.core.call("setup.get")["pullable"] == []


def test_the_series_tells_each_day(person):
    said = person.live(6 * 60)
    for entry in said[::2]:
        accept(person, entry)
    for entry in said[1::2]:
        person.core.call("feedback", {"id": entry.id, "reaction": "dismissed", "reason": "timing"})
    person.clock.forward(hours=18)
    person.live(60)
    days = person.core.call("learning")["days"]
    assert [day["day"] for day in days] == ["2026-03-02", "2026-03-03"]
    assert days[0]["suggestions"] == len(said)
    assert days[0]["awake_hours"] == pytest.approx(6, abs=0.1)
    assert 0 < days[0]["acceptance"] < 1 or len(said) < 2


def test_unknown_methods_and_parameters_are_one_line(person):
    for method, params in (("nothing", {}), ("why", {"who": 1}), ("feedback", {}), ("feedback", {"id": "s1"})):
        with pytest.raises(UsageError):
            person.core.call(method, params)


def test_a_clock_that_jumps_stops_nothing(person):
    person.live(60)
    entry = person.ask_for_one()
    person.core.call("snooze", {"id": entry.id, "minutes": 15})
    for jump in ({"days": 400}, {"days": -800}, {"hours": 3}, {"days": 401}):
        person.clock.forward(**jump)
        person.live(30)
    assert person.core.service.days.awake >= 0


def test_the_next_appointment_is_shown(person):
    start = person.clock.now().replace(hour=15)
    person.sources.observation = Observation(
        activity="mail", next_event=CalendarEntry("dentist", start, start.replace(hour=16))
    )
    person.core.tick()
    assert person.core.status().next_event.title == "dentist"


def test_a_pause_of_training_lasts_until_the_person_ends_it(open_core):
    first = open_core()
    building.attach_trainer(first.core)
    first.core.call("training.pause")
    building.attach_trainer(first.core)  # as after a change of the settings
    assert first.core.trainer.view().state == "paused"
    first.core.trainer.close()
    first.core.service.store.close()
    second = open_core()
    building.attach_trainer(second.core)
    assert second.core.trainer.view().state == "paused"
    second.core.call("training.resume")
    deadline = time.monotonic() + 30
    while second.core.trainer.view().state == "paused":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    second.core.trainer.close()


def test_it_speaks_as_the_learned_style_has_it_and_records_how_it_did(person):
    person.live(10)
    learner = person.core.service.assistant.learner
    for aspect, wish in (("emoji", "no"), ("exclamation", "no"), ("length", "short")):
        learner.styles.learn_wish(aspect, wish)
    for _ in range(3):
        entry = person.ask_for_one()
        row = person.core.service.feed.get(entry.id)
        idea = person.core.service.assistant.base.by_id[entry.idea]
        best = max(learner.styles.chance(text, idea.topics) for text in variants(idea, person_context(row), seed=0))
        assert learner.styles.chance(entry.text, idea.topics) >= best - AS_GOOD
        assert row.choice["manner"] == asdict(style_of(entry.text))


def person_context(row) -> Context:
    return context_from_dict(row.choice["context"])


def test_what_a_source_left_out_reaches_the_status(person):
    line = "work.ics, line 7: an event is left out"
    person.core.service.source_states = (SourceState("calendar", True, "stale", "not renewed for 3 days", (line,)),)
    (told,) = person.core.call("status")["sources"]
    assert (told["state"], told["left_out"]) == ("stale", [line])
