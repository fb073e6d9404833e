"""Occupation, household and culture out of the words about a background."""

from __future__ import annotations

import re

import pytest

from simulator.people.importer.life import person as about
from simulator.people.importer.values import Notes
from tests.simulator.people.importer.lives import said

PERSONS = [
    ("Raised in Oaxaca, now a tram driver in Leeds.", "culture", "^(raised in |from )?Oaxaca$"),
    ("Raised in Oaxaca, now a tram driver in Leeds.", "occupation", "^[Tt]ram driver( in Leeds)?$"),
    ("Pharmacist with Punjabi parents, lives with her fianc\u00e9 and a parrot.", "culture", "^Punjabi"),
    (
        "Pharmacist with Punjabi parents, lives with her fianc\u00e9 and a parrot.",
        "household",
        "fianc\u00e9 and a parrot$",
    ),
    ("Pharmacist with Punjabi parents, lives with her fianc\u00e9 and a parrot.", "occupation", "^Pharmacist$"),
    (
        "Gave up nursing to raise twin boys with his husband in a farmhouse.",
        "occupation",
        "[Nn]urs.*, now raising twin boys",
    ),
    ("Father of four and plumber, renting a flat with his cousin.", "household", "with his cousin|^Father of four"),
    ("Used to be a pilot; now keeps bees.", "occupation", "^[Ff]ormer pilot"),
    ("A Welsh-speaking vet whose wife runs the village pub.", "culture", "^Welsh"),
    ("A Welsh-speaking vet whose wife runs the village pub.", "occupation", "^Welsh-speaking vet$|^vet$"),
    ("Works as a dispatcher for the fire brigade and lives with two dogs.", "occupation", "^dispatcher"),
    ("Works as a dispatcher for the fire brigade and lives with two dogs.", "household", "lives with two dogs$"),
    ("Widowed grandmother of five who moved from Tbilisi in 1994.", "culture", "Tbilisi$"),
    ("Reads French novels and works in a bank.", "culture", "not stated"),
    ("Civil engineer on parental leave with two toddlers.", "household", "two toddlers$"),
    ("Anaesthetist from Aleppo, married to a cellist, with twin girls.", "culture", "^Aleppo$"),
    ("Anaesthetist from Aleppo, married to a cellist, with twin girls.", "occupation", "^Anaesthetist$"),
    ("Anaesthetist from Aleppo, married to a cellist, with twin girls.", "household", "^married to a cellist"),
    ("He drives a forklift in a warehouse and shares a caravan with his nephew.", "occupation", "forklift"),
    (
        "He drives a forklift in a warehouse and shares a caravan with his nephew.",
        "household",
        "shares a caravan with his nephew",
    ),
    ("Grew up in Trondheim; now a ceramics student.", "culture", "^Trondheim$"),
    ("Grew up in Trondheim; now a ceramics student.", "occupation", "^ceramics student$"),
    ("Unemployed since the mine closed, living with an elderly aunt.", "occupation", "^Unemployed"),
    ("Unemployed since the mine closed, living with an elderly aunt.", "household", "elderly aunt$"),
    ("Her Vietnamese grandmother taught her to cook; she is a sous-chef at a hotel.", "culture", "^Vietnamese$"),
    ("Her Vietnamese grandmother taught her to cook; she is a sous-chef at a hotel.", "occupation", "^sous-chef"),
    ("Quit banking to keep goats in the hills.", "occupation", "[Bb]anking, now keeping goats"),
    ("Forester with a cabin near the tree line; separated, no children.", "household", "^separated"),
    ("Forester with a cabin near the tree line; separated, no children.", "occupation", "^Forester$"),
    (
        "Second-generation Sikh shopkeeper in Leicester, living above the shop with three generations.",
        "occupation",
        "shopkeeper",
    ),
    ("Born to Maltese parents in Melbourne, he tunes pianos for a living.", "culture", "^Maltese$"),
    ("Born to Maltese parents in Melbourne, he tunes pianos for a living.", "occupation", "tunes pianos"),
    (
        "Her partner is a chef and they have an elderly cat. Translator by training, courier by necessity.",
        "household",
        "partner",
    ),
    ("Retired from the navy and now runs a chess club for teenagers.", "occupation", "[Rr]etired"),
    ("An astrophysics postdoc who moved from Nairobi to Bergen last winter.", "culture", "^Nairobi$"),
]


def check_person(case: tuple[str, str, str]) -> list[str]:
    text, field, told = case
    value = getattr(about, field)(said(background=text), Notes())
    return [] if re.search(told, value) else [f"{text}: {field} {value!r}"]


@pytest.mark.parametrize("case", PERSONS, ids=lambda case: f"{case[1]}: {case[0]}"[:50])
def test_who_it_is(case: tuple[str, str, str]) -> None:
    assert check_person(case) == []
