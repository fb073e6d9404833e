"""A second domain as data alone: its places, ideas and people are found, sound, and as hard to please as any."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_assistant.errors import DataError
from edge_assistant.ranker.ideas import load_packaged
from simulator.people import domains, hardness, persona
from simulator.runs.household import workshop
from simulator.world.life import live_day


def test_the_office_is_found_by_name_and_its_people_by_id():
    people = persona.select("office")
    assert [one.id for one in people] == ["o01", "o02", "o03", "o04"]
    assert persona.select("o02,p01")[0] == people[1]
    assert "office" not in [one.id for one in persona.select("all")]
    with pytest.raises(DataError, match="o99"):
        persona.select("o99")


def test_ideas_and_places_are_the_domains_own():
    base = domains.base_of("o01")
    assert domains.base_of("p01") is load_packaged()
    assert not set(base.by_id) & set(load_packaged().by_id)
    assert len(base) >= 100
    assert base.means == pytest.approx(load_packaged().means)
    assert "whiteboard" in domains.objects_of("meeting room")
    assert "stove" in domains.objects_of("kitchen")
    assert not domains.is_room("moon base")


def test_people_of_the_office_pass_the_hardness_check_and_work_there(warm: Path):
    for one in persona.select("office"):
        assert hardness.check(workshop(one).taste).problems == ()
        rooms = {activity.room for activity in live_day(one, 1, 7).activities}
        assert rooms & {"open office", "meeting room", "tea kitchen", "canteen"}


def test_a_run_in_the_office_ends_in_a_summary(command, tmp_path: Path):
    ended = command(
        *("simulate", "--personas", "o01", "--days", 1, "--language", "templates", "--workers", 1),
        *("--assistant", "oracle", "--out", tmp_path / "out", "--json"),
    )
    assert ended.code == 0, ended.error
    assert '"skill":1.0' in ended.out


def test_a_damaged_domain_says_what_is_wrong(tmp_path: Path):
    folder = tmp_path / "moon"
    folder.mkdir()
    (folder / "places.toml").write_text("[rooms]\n")
    with pytest.raises(DataError, match=r"places\.toml"):
        domains.domains(tmp_path)
