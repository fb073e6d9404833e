"""The chat template that a model file carries, rendered in jinja2's sandbox: a model file is data, not a program."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn

from edge_assistant.errors import ModelError

_FIXED_DATE = datetime(2026, 1, 1)
"""Some templates print today's date. A fixed one keeps prompts equal from day to day, and cached prefixes valid."""


class _RefusedError(Exception):
    """The template says that it cannot express these messages."""


class ChatTemplate:
    """Renders a system and a user text up to where the assistant's words begin.

    Args:
        source: jinja2 text; '' for a model without one, which gets plain paragraphs.
        bos: the model's first token, as templates want it.
        eos: its last.
        control_texts: spellings of control tokens; they are taken out of the two texts, so that nobody's calendar
            entry can end the user's turn.

    Raises:
        ModelError: the template is not valid jinja2.
    """

    def __init__(self, source: str, *, bos: str = "", eos: str = "", control_texts: tuple[str, ...] = ()) -> None:
        self._bos, self._eos, self._control = bos, eos, control_texts
        self._template = _compile(source) if source else None

    def render(self, system: str, user: str) -> str:
        """The whole prompt. A template without a system role gets the system text before the user's.

        Raises:
            ModelError: the template fails on plain messages.
        """
        system, user = self._clean(system), self._clean(user)
        if self._template is None:
            return "\n\n".join(part for part in (system, user) if part) + "\n\n"
        messages = [{"role": "user", "content": user}]
        if not system:
            return self._render(messages)
        try:
            text = self._render([{"role": "system", "content": system}, *messages])
            if system in text:
                return text
        except ModelError:
            pass  # it knows no system role; fold the two below
        return self._render([{"role": "user", "content": f"{system}\n\n{user}"}])

    def _render(self, messages: list[dict[str, str]]) -> str:
        assert self._template is not None
        try:
            return str(
                self._template.render(
                    messages=messages,
                    add_generation_prompt=True,
                    bos_token=self._bos,
                    eos_token=self._eos,
                    enable_thinking=False,
                    tools=None,
                    documents=None,
                )
            )
        except Exception as error:  # a foreign template may raise anything
            raise ModelError(
                f"model: its chat template fails ({_first_line(error)}); choose a model with another template"
            ) from None

    def _clean(self, text: str) -> str:
        before = None
        while before != text:  # taking one out may join the halves of another
            before = text
            for control in self._control:
                text = text.replace(control, "")
        return text.strip()


def _compile(source: str) -> Any:
    from jinja2 import TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
    )
    environment.globals["raise_exception"] = _raise
    environment.globals["strftime_now"] = _FIXED_DATE.strftime
    try:
        return environment.from_string(source)
    except TemplateError as error:
        raise ModelError(
            f"model: its chat template is not valid ({_first_line(error)}); choose a model with another template"
        ) from None


def _raise(message: str) -> NoReturn:
    raise _RefusedError(message)


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
