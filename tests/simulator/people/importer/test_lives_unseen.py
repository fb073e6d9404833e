"""Lives in other words than the sixteen: whether the reading is general."""

from __future__ import annotations

import pytest

from edge_assistant.context.activity_classes import ActivityClassifier
from edge_assistant.llm.embedding import default_embedder
from tests.simulator.people.importer.lives import WORK, Point, near, oddities, problems, read, said

P = Point
DAY = "Wakes at 6:00am. Sleeps at 11:00pm."

FRAMES = [
    ("Alarm goes off at 5:10am. Lights out by 9:45pm.", "05:10", "21:45"),
    ("Crawls out of bed between 11am and noon; never in bed before 3am.", "11:30", "03:00"),
    ("Sleeps 9:00am to 4:30pm after the night ward.", "16:30", "09:00"),
    ("The day begins at six with the cows and ends at half past nine.", "06:00", "21:30"),
    ("Back from the club around 2:30am most nights; surfaces at about 11:00am.", "11:00", "02:45/04:00"),
    ("Out of bed at 6:40am. Reads until 11:15pm.", "06:40", "23:15/23:45"),
    ("Is woken by the twins at 5:50am. Dead to the world by 10pm.", "05:50", "22:00"),
    ("Up with the larks at 5am, asleep before ten.", "05:00", "21:45/22:00"),
    ("The alarm is set for 7:20am and he is usually in bed with a podcast by 11:40pm.", "07:20", "23:40"),
    ("Up at the crack of dawn, 4:50am, to milk. In bed with the wireless at 9:15pm.", "04:50", "21:15"),
    ("Her alarm rings at 6:25am; she drifts off by about 11:20pm.", "06:25", "23:20"),
    ("Tends the bar until 2am and is home by half past two. Sleeps till 11:00am.", "11:00", "02:30/04:00"),
    ("Puts the twins to bed at 7:30pm and goes to bed herself at 10:40pm. Wakes at 6:10am.", "06:10", "22:40"),
    ("Gets out of bed at 8am at the weekend and at 6am on weekdays. Asleep by 10:30pm.", "06:00", "22:30"),
    ("Rarely asleep before 1am, rarely awake before 9am.", "09:00", "01:00"),
    ("Usually surfaces around half past seven. Hits the pillow at a quarter to twelve.", "07:30", "23:45"),
    ("Her night's rest is from 10:15pm to 5:45am.", "05:45", "22:15"),
    ("On the boat by 5am after getting up at 3:45am. Asleep by eight in the evening.", "03:45", "20:00"),
    ("Bedtime 11:30pm, wake-up 7:10am.", "07:10", "23:30"),
    ("Watches crime series until midnight. Gets up with the kids at 6:50am.", "06:50", "00:00/00:30"),
]

POINTS: list[tuple[str, str, tuple[Point, ...], str]] = [
    ("", "Water the orchids at 8:15am.", (P("08:15", "^watering the orchids$", "garden"),), "orchids"),
    (
        "",
        "Piano from 5:30pm to 6:15pm on weekdays.",
        (P("17:30-18:15", "^(playing|practising) (the )?piano$", "music", "weekday"),),
        "piano",
    ),
    (
        "",
        "Greenhouse from 9:00am until 11:45am except Sundays.",
        (P("09:00-11:45", "greenhouse$", "garden", "mon tue wed thu fri sat"),),
        "greenhouse",
    ),
    (
        "",
        "Kids to school at 8:10am on weekdays.",
        (P("08:10", "^taking (the )?kids to school$", "care errand", "weekday"),),
        "school",
    ),
    (
        "Teaches geography from 8:45am to 3:20pm, Mondays to Thursdays.",
        "",
        (P("08:45-15:20", "^teaching geography$", WORK, "mon tue wed thu"),),
        "geography",
    ),
    ("", "Embroidery at 8pm for an hour and a half.", (P("20:00-21:30", "embroidery$", "craft"),), "embroidery"),
    (
        "",
        "Choir rehearsal at 7:30pm on Wednesdays until 9pm.",
        (P("19:30-21:00", "choir rehearsal$", "music", "wed"),),
        "choir",
    ),
    (
        "Volunteers at the food bank on Saturdays from 10am to 1pm, if her knee allows.",
        "",
        (P("10:00-13:00", "^volunteering at the food bank$", WORK + " errand company care", "sat"),),
        "food bank",
    ),
    (
        "",
        "Market stall from 7am to 2pm on Fridays and Saturdays.",
        (P("07:00-14:00", "market stall$", WORK, "fri sat"),),
        "",
    ),
    ("", "Physio exercises at 9:20am, ten minutes.", (P("09:20-09:30", "physio exercises$", "exercise"),), "physio"),
    ("", "Goats at 6:30am and again at 5:45pm.", (P("06:30", "goats$", "garden"), P("17:45", "goats$", "garden")), ""),
    ("", "Dough to shape at 4pm.", (P("16:00", "dough", "cooking"),), "dough"),
    ("Walks the spaniel at dusk, rain or shine.", "", (P("~17:40", "^walking the spaniel$", "walk"),), "spaniel"),
    ("Phones his brother every Sunday at 11am.", "", (P("11:00", "^phoning his brother$", "call", "sun"),), "brother"),
    (
        "",
        "1) Ledger at 8:30am. 2) Accounts and invoices until 12:30pm.",
        (P("08:30", "ledger$", WORK), P("~09:45-12:30", "accounts and invoices$", WORK)),
        "ledger",
    ),
    (
        "",
        "Gym three times a week at 6:30am for 50 minutes.",
        (P("06:30-07:20", "gym$", "exercise", chance=0.43),),
        "gym",
    ),
    (
        "",
        "Laptop repairs in the spare room from 1:30pm to 5pm.",
        (P("13:30-17:00", "laptop repairs in the spare room$", "tidying craft " + WORK),),
        "",
    ),
    (
        "Swims every morning before work.",
        "Swim at 7:20am for half an hour.",
        (P("07:20-07:50", "^swimming$", "exercise"),),
        "swimming",
    ),
    (
        "Runs the caf\u00e9 from 8:00am to 4:00pm, closed on Tuesdays.",
        "Caf\u00e9 at 8am.",
        (P("08:00-16:00", "caf\u00e9$", WORK, "mon wed thu fri sat sun"),),
        "",
    ),
    ("Naps after lunch.", "Nap at 2:10pm for 40 minutes.", (P("14:10-14:50", "^napping$", "sleep"),), "napping"),
    ("", "Evensong at 5:30pm.", (P("17:30", "[Ee]vensong$", "ritual music"),), "vensong"),
    ("", "Beehives at 3pm when it is warm.", (P("15:00", "beehives$", "garden"),), "beehives"),
    ("", "Mother's lunch and pills at 1pm.", (P("13:00", "[Mm]other's lunch and pills$", "care"),), "pills"),
    (
        "Gets home at 6pm, showers, and cooks.",
        "",
        (P("~18:10", "^showering$|shower$", "bathing"), P("~18:30", "^cooking$", "cooking")),
        "shower",
    ),
    (
        "",
        "Dance class at 8:30pm every other Thursday.",
        (P("20:30", "dance class$", "exercise", "thu", chance=0.5),),
        "dance",
    ),
    (
        "Weaves on the big loom from mid morning to 2pm.",
        "",
        (P("~10:00-14:00", "^weaving on the big loom$", "craft deep_work"),),
        "",
    ),
    (
        "Tutors two pupils on Monday and Wednesday evenings at 6:15pm.",
        "",
        (P("18:15", "^tutoring two pupils$", WORK + " study", "mon wed"),),
        "tutoring",
    ),
    ("", "Breakfast at 7:45am; porridge, always.", (P("07:45", "^having breakfast", "meal"),), "breakfast"),
    (
        "",
        "Code review with the team from 10:00 to 11:15.",
        (P("10:00-11:15", "code review with the team$", WORK),),
        "code review",
    ),
    (
        "Skypes her parents in Lagos on Sunday afternoons.",
        "",
        (P("13:00", "^skyping her parents in Lagos$", "call", "sun"),),
        "Lagos",
    ),
    ("Does the ironing in front of the news at 7pm.", "", (P("19:00", "^doing the ironing", "tidying"),), "ironing"),
    ("Sits with the crossword until lunch at 12:30pm.", "", (P("12:30", "lunch", "meal"),), "lunch"),
    (
        "Stops work at 5pm sharp.",
        "Server maintenance from 9am to 5pm.",
        (P("09:00-17:00", "server maintenance$", WORK),),
        "",
    ),
    ("Repots something or other most afternoons.", "", (), ""),
    ("", "Bread out of the oven at 6:50am, then coffee.", (P("06:50", "bread out of the oven$", "cooking"),), "bread"),
    ("", "Sourdough into the oven at 7:20am.", (P("07:20", "[Ss]ourdough into the oven$", "cooking"),), "ourdough"),
    ("", "Badminton on Mondays from 7pm to 9pm.", (P("19:00-21:00", "badminton$", "exercise", "mon"),), "badminton"),
    (
        "",
        "Language exchange by video at 6:30pm on Thursdays for an hour.",
        (P("18:30-19:30", "language exchange by video$", "study call meeting company", "thu"),),
        "exchange",
    ),
    (
        "Sells flowers at the station from 6:45am to 1:00pm, Tuesday to Saturday.",
        "",
        (P("06:45-13:00", "^selling flowers at the station$", WORK, "tue wed thu fri sat"),),
        "",
    ),
    ("Takes a cold shower right after waking.", "", (P("06:05", "^taking a cold shower$", "bathing"),), "shower"),
    (
        "Drops the boys at nursery at 8:30am.",
        "",
        (P("08:30", "^dropping the boys at nursery$", "errand care"),),
        "boys",
    ),
    ("", "Physics homework until 5:30pm.", (P("~16:00-17:30", "physics homework$", "study"),), "physics"),
    (
        "Sketches strangers on the tram at 5:10pm, in a small notebook.",
        "",
        (P("17:10", "^sketching strangers on the tram", "craft"),),
        "",
    ),
    (
        "",
        "Saxophone practice, 6pm to 7pm, unless the neighbours complain.",
        (P("18:00-19:00", "saxophone practice$", "music"),),
        "saxophone",
    ),
    ("", "Laundry on Saturday mornings at 10.", (P("10:00", "laundry$", "tidying", "sat"),), "laundry"),
    ("Meditates for twenty minutes before breakfast.", "", (P("06:05/06:20", "^meditating$", "ritual"),), "meditat"),
    (
        "Eats a late lunch around 2:30pm standing in the kitchen.",
        "",
        (P("14:30", "^eating a late lunch", "meal"),),
        "lunch",
    ),
    (
        "",
        "Shift at the call centre from 2pm to 10pm four days a week.",
        (P("14:00-22:00", "call centre$", WORK, chance=0.57),),
        "",
    ),
    (
        "Plays bridge with the widowers every other Friday at 8pm.",
        "",
        (P("20:00", "^playing bridge with the widowers$", "gaming company", "fri", 0.5),),
        "bridge",
    ),
    ("", "Tax returns from 10am.", (P("10:00", "tax returns$", WORK),), "tax"),
    ("", "Pottery wheel at 4:15pm for 75 minutes.", (P("16:15-17:30", "pottery wheel$", "craft"),), "wheel"),
    ("Gardens at weekends.", "Compost at 9am on Sundays.", (P("09:00", "compost$", "garden", "sun"),), "compost"),
    (
        "Teaches evening classes on Tuesdays from 7:00pm till 9:30pm.",
        "",
        (P("19:00-21:30", "^teaching evening classes$|^teaching classes$", WORK, "tue"),),
        "",
    ),
    (
        "Rings her mother at 8:45pm every night, without fail.",
        "",
        (P("20:45", "^ringing her mother$", "call"),),
        "mother",
    ),
    (
        "Chops wood for half an hour at 3:40pm in winter.",
        "",
        (P("15:40-16:10", "^chopping wood", "tidying exercise garden craft"),),
        "wood",
    ),
    (
        "Cycles to the lab at 8:05am and runs experiments from 9:00am to 5:30pm.",
        "",
        (
            P("08:05", "^cycling to the lab$", "errand exercise"),
            P("09:00-17:30", "^running experiments$", WORK + " study"),
        ),
        "",
    ),
    (
        "Watches the quiz show with her gran at 6pm on weekdays.",
        "",
        (P("18:00", "^watching the quiz show with her gran$", "media", "weekday"),),
        "quiz",
    ),
    (
        "",
        "1) Rabbits at 7am. 2) Bus at 7:50am. 3) School from 8:30am to 3pm.",
        (P("07:00", "rabbits$", "garden"), P("07:50", "bus$", "errand"), P("08:30-15:00", "school$", "study")),
        "rabbits",
    ),
    (
        "Strums the banjo on the porch when the heat breaks, around 8:20pm.",
        "",
        (P("20:20", "^strumming the banjo on the porch$", "music"),),
        "banjo",
    ),
    ("Has a nap between 2pm and 3pm.", "Nap at 2pm.", (P("14:00-15:00", "nap", "sleep"),), "nap"),
    (
        "Runs a bookshop from 10:00am to 6:30pm except Sundays and Mondays.",
        "Bookshop at 10am. Stocktaking at 5pm.",
        (P("10:00-18:30", "bookshop$|stock", WORK, "tue wed thu fri sat"), P("17:00", "stocktaking$", WORK)),
        "",
    ),
    (
        "",
        "Spanish podcast on the bus at 7:35am.",
        (P("07:35", "^listening to .*podcast on the bus$", "media study errand"),),
        "podcast",
    ),
    (
        "",
        "Sanding and varnishing the boat from 2pm to 5:30pm on Saturdays.",
        (P("14:00-17:30", "^sanding and varnishing the boat$", "craft tidying deep_work", "sat"),),
        "",
    ),
    (
        "",
        "Rehearse with the quartet at 7pm on Mondays and Thursdays for two hours.",
        (P("19:00-21:00", "^rehearsing with the quartet$", "music", "mon thu"),),
        "quartet",
    ),
    (
        "Repairs bicycles in the cellar from 9am to 1pm and from 2pm to 6pm.",
        "",
        (P("09:00-18:00", "^repairing bicycles in the cellar$", WORK),),
        "",
    ),
    ("", "Soup on the stove at 5:15pm.", (P("17:15", "[Ss]oup", "cooking meal"),), "oup"),
    ("", "Neighbour's cat at 9am and 9pm.", (P("09:00", "cat$", "garden care"), P("21:00", "cat$", "garden care")), ""),
    (
        "Reads the paper over a long breakfast at 8:30am.",
        "",
        (P("08:30", "^reading the paper over a long breakfast$|^reading the paper$", "reading meal"),),
        "paper",
    ),
    (
        "Takes the grandchildren to the swimming pool every Wednesday at 2:30pm.",
        "",
        (P("14:30", "^taking the grandchildren to the swimming pool$", "care exercise errand", "wed"),),
        "grandchildren",
    ),
    ("", "Stand-up at 9:15am for 15 minutes.", (P("09:15-09:30", "stand-up$", "meeting"),), "stand"),
    (
        "",
        "Tennis, 10am to 11:30am, Tuesdays and Fridays.",
        (P("10:00-11:30", "tennis$", "exercise", "tue fri"),),
        "tennis",
    ),
    (
        "Attends mass at 6:30pm on Saturdays and helps with the coffee afterwards.",
        "",
        (P("18:30", "^attending mass$", "ritual", "sat"),),
        "mass",
    ),
    (
        "Leaves for the quarry at 6:40am and is back by 4:15pm.",
        "",
        (P("06:40", "^going to the quarry$", "errand"),),
        "",
    ),
    (
        "",
        "Lunch with her sister at 12:45pm most Fridays.",
        (P("12:45", "^having lunch with her sister$", "meal company", "fri", 0.75),),
        "lunch",
    ),
    ("", "Dishwasher and counters at 8:10pm.", (P("20:10", "[Dd]ishwasher and counters$", "tidying"),), "ishwasher"),
    (
        "Has band practice from 8pm to 10pm on Thursdays.",
        "",
        (P("20:00-22:00", "band practice$", "music", "thu"),),
        "band",
    ),
    (
        "Sits at the loom from 9am until noon and again from 1:30pm until 4pm.",
        "",
        (
            P("09:00-16:00", "^sitting at the loom$", "craft deep_work routine_work"),
            P("13:30", "^sitting at the loom$", "craft deep_work routine_work"),
        ),
        "",
    ),
]


@pytest.fixture(scope="module")
def kinds() -> ActivityClassifier:
    return ActivityClassifier(default_embedder())


def check_frame(case: tuple[str, str, str]) -> list[str]:
    told, wake, sleep = case
    frame = read(said(lifestyle=told)).frames.weekday
    return [] if near(frame.wake, wake) and near(frame.sleep, sleep) else [f"{told}: {frame.wake} {frame.sleep}"]


def check_points(case: tuple[str, str, tuple[Point, ...], str], kinds: ActivityClassifier | None) -> list[str]:
    lifestyle, plan, points, once = case
    found = read(said(lifestyle=f"{DAY} {lifestyle}", plan=plan), kinds)
    return [problem for point in points for problem in problems(found, point)] + oddities(found, [once] if once else [])


@pytest.mark.parametrize("case", FRAMES, ids=lambda case: case[0])
def test_waking_and_sleeping(case: tuple[str, str, str]) -> None:
    assert check_frame(case) == []


@pytest.mark.model
@pytest.mark.parametrize("case", POINTS, ids=lambda case: (case[0] + case[1])[:50])
def test_fixed_points(case: tuple[str, str, tuple[Point, ...], str], kinds: ActivityClassifier) -> None:
    assert check_points(case, kinds) == []
