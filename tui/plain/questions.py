"""The first start's questions in the linear mode: numbered answers, one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_assistant.personal.protocol import SetupState
from tui.setup.steps import Step, choices_of, steps_of

if TYPE_CHECKING:
    from tui.plain.session import Session


async def ask_setup(session: Session) -> None:
    """Ask all questions, and have the core keep the answers; 'skip all' or the end of the input leaves the rest out."""
    state = SetupState.from_dict(await session.link.call("setup.get"))
    home = session.status.home if session.status is not None else ""
    steps = steps_of(state, home)
    chosen: dict[str, list[int]] = {}
    session.say("A few questions. Type a number, skip, or skip all.")
    for step in steps:
        session.say(f"{step.title}. {step.text}")
        if not step.answers:
            continue
        answer = await _ask(session, step)
        if answer is None:
            break
        if answer:
            chosen[step.name] = answer
    await session.link.call("setup.save", **choices_of(steps, chosen))
    session.say("Thank you. Everything can be changed with set, and setup asks again.")


async def _ask(session: Session, step: Step) -> list[int] | None:
    """Places of the chosen answers, none for 'skip'; None leaves all other questions out too."""
    for number, answer in enumerate(step.answers, 1):
        session.say(f"{number}: {answer.label}" + (f" ({answer.remark})" if answer.remark else ""))
    if step.most > 1:
        session.say(f"Up to {step.most} numbers.")
    while True:
        line = await session.read_line()
        if line is None or line.strip().lower() in ("skip all", "quit"):
            return None
        words = line.replace(",", " ").split()
        if not words or words == ["skip"]:
            return []
        numbers = [int(word) for word in words if word.isdigit()]
        if len(numbers) == len(words) <= step.most and all(1 <= number <= len(step.answers) for number in numbers):
            return [number - 1 for number in numbers]
        session.say(f"Type {'a number' if step.most == 1 else 'numbers'} from 1 to {len(step.answers)}, or skip.")
