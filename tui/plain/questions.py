"""The first start's questions in the linear mode: numbered answers, one line each."""

from __future__ import annotations

from edge_assistant.service.rpc.setup_values import SetupState
from tui.plain import lines
from tui.plain.talk import Talk
from tui.screens.setup.steps import STRUCK, SetupStep, choices_of, own_words, steps_of

SKIP_ALL, QUIT = "skip all", "quit"
QUITS = (QUIT, "q")


async def ask_setup(session: Talk) -> bool:
    """Ask all questions, and have the core keep the answers; 'skip all' or the end of the input leaves the rest out.

    Returns:
        False where somebody typed quit instead of an answer: nothing is kept, and the session is to end.
    """
    state = SetupState.from_dict(await session.link.call("setup.get"))
    status = session.state.status
    steps = steps_of(state, status.home if status is not None else "")
    chosen: dict[str, list[int]] = {}
    words: dict[str, list[str]] = {}
    session.say("A few questions. Type a number, skip, skip all, or quit to leave.")
    for step in steps:
        session.say(f"{lines.sentence(step.title)} {lines.linear(step.text)}")
        if not step.answers:
            continue
        answer = await _ask(session, step)
        if answer == QUIT:
            session.say("Nothing was changed.")
            return False
        if isinstance(answer, str):
            break
        places, struck, own = answer
        chosen |= {name: found for name, found in ((step.name, places), (step.name + STRUCK, struck)) if found}
        words[step.name] = own
    await session.link.call("setup.save", **choices_of(steps, chosen, words))
    session.say("Thank you. You can change everything with set, and setup asks again.")
    return True


Given = tuple[list[int], list[int], list[str]]
"""Places of the chosen answers and of those struck out, and own words."""


async def _ask(session: Talk, step: SetupStep) -> Given | str:
    """What was answered, nothing for 'skip'; or SKIP_ALL or QUIT."""
    for number, answer in enumerate(step.answers, 1):
        session.say(f"{number}: {answer.label}" + (f" ({answer.remark})" if answer.remark else ""))
    if step.words:
        session.say(f"Up to {step.most}: numbers, or your own words separated by commas, such as {step.words}.")
    elif step.strikes:
        session.say("Numbers, each with a minus before it to strike it out, such as 1 -3.")
    elif step.most > 1:
        session.say(f"Up to {step.most} numbers.")
    while True:
        line = await session.read_line()
        if line is None or line.strip().lower() == SKIP_ALL:
            return SKIP_ALL
        if line.strip().lower().removeprefix("/") in QUITS:
            return QUIT
        if line.strip().lower() in ("", "skip"):
            return [], [], []
        parts = own_words(line) if step.words else line.replace(",", " ").split()
        parts = [word for part in parts for word in (part.split() if part.replace(" ", "").isdigit() else [part])]
        out = [int(part[1:]) for part in parts if step.strikes and part[:1] == "-" and part[1:].isdigit()]
        numbers = [int(part) for part in parts if part.isdigit()]
        struck = [f"-{number}" for number in out]
        words = [part for part in parts if not part.isdigit() and part not in struck]
        known = all(1 <= number <= len(step.answers) for number in (*numbers, *out)) and not set(numbers) & set(out)
        if known and len(parts) <= step.most and (step.words or not words):
            return [number - 1 for number in numbers], [number - 1 for number in out], words
        if known and len(parts) > step.most > 1:
            session.say(f"That is {len(parts)}; name at most {step.most}, or skip.")
            continue
        wanted = "a number" if step.most == 1 else "numbers"
        own = ", your own words" if step.words else ""
        session.say(f"Type {wanted} from 1 to {len(step.answers)}{own}, or skip.")
