"""Likes and dislikes in prose."""

from simulator.people.importer.language.clocks import DayTimes
from simulator.people.importer.liking import preference
from simulator.people.importer.liking.preference import Liking
from simulator.people.importer.values import Notes


def read(text: str, interests: tuple[str, ...] = ()) -> Liking:
    return preference.read(text, interests, "", DayTimes(), Notes())


def test_likes_and_mild_dislikes_become_weights() -> None:
    found = read("I enjoy baking and old films. I do not care for productivity advice.")
    assert found.categories["baking"] > 0 and found.categories["film"] > 0
    assert found.categories["focus"] == -1.0
    assert found.avoid_categories == []


def test_a_firm_no_avoids_the_category_and_the_topic() -> None:
    found = read("Never suggest anything about money or dieting. I love jazz.")
    assert found.avoid_categories == ["finances", "nutrition"] or found.avoid_categories == ["finances"]
    assert "money" in found.avoid_topics
    assert found.categories == {"music": preference.STRONGLY}


def test_attributes_and_their_refusal() -> None:
    assert read("Small, quiet ideas.").attributes == {
        "effort": -0.4,
        "minutes": -0.4,
        "social": -0.4,
        "stimulation": -0.4,
    }
    assert read("Nothing strenuous, nothing expensive.").attributes == {"effort": -0.4, "cost": -0.4}


def test_conditional_likes_become_interactions() -> None:
    found = read("While I draw I only want ideas about drawing. In the evening an old film is welcome.")
    drawing, film = found.interactions
    assert (drawing.of, drawing.kinds) == ("art", ("craft",))
    assert (film.of, film.start, film.end) == ("film", "18:00", "22:00")


def test_a_list_of_moments_gives_each_its_interaction() -> None:
    found = read("I like small sensory ideas when I am resting or baking.")
    assert {(rule.of, kind) for rule in found.interactions for kind in rule.kinds} == {
        ("mindfulness", "rest"),
        ("mindfulness", "cooking"),
    }


def test_tired_is_low_energy() -> None:
    (rule,) = read("When I'm tired only easy things.").interactions
    assert (rule.of, rule.energy) == ("effort", "low") and rule.weight < 0


def test_interests_lend_a_little_weight_but_not_against_a_no() -> None:
    found = read("Please no music.", ("Playing the cello", "Chess"))
    assert found.categories == {"games": preference.FROM_INTERESTS}
    assert found.avoid_categories == ["music"]


def test_nonsense_is_reported_and_has_no_effect() -> None:
    notes = Notes()
    found = preference.read("Glimmering zorb and frindle.", (), "", DayTimes(), notes)
    assert notes.not_understood and found == Liking()
