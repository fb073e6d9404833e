"""The chat template that a model file carries, rendered in jinja2's sandbox: a model file is data, not a program."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any, NoReturn

from edge_assistant.errors import ModelError

_FIXED_DATE = datetime(2026, 1, 1)
"""Some templates print today's date. A fixed one keeps prompts equal from day to day, and cached prefixes valid."""


_TRIAL = "Name a herb for a dark kitchen."


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
        self._in_parts = False
        self._in_parts = self._template is not None and self._wants_parts()

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

    def check(self) -> None:
        """Try the template on a plain message.

        Raises:
            ModelError: it fails, or leaves out what the user says.
        """
        if _TRIAL not in self.render("", _TRIAL) or _TRIAL not in self.render("You are brief.", _TRIAL):
            raise ModelError(
                "model: its chat template leaves out what the user says; choose a model with another template"
            )

    def _wants_parts(self) -> bool:
        """Whether the template, as those of many vision models, reads a message as a list of parts only."""
        message = [{"role": "user", "content": _TRIAL}]
        try:
            if _TRIAL in self._render(message):
                return False
        except ModelError:
            pass
        self._in_parts = True
        try:
            return _TRIAL in self._render(message)
        except ModelError:
            return False

    def _render(self, texts: list[dict[str, str]]) -> str:
        assert self._template is not None
        messages: list[dict[str, Any]] = [dict(message) for message in texts]
        if self._in_parts:
            messages = [one | {"content": [{"type": "text", "text": one["content"]}]} for one in messages]
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


@lru_cache(1)
def _environment() -> Any:
    """What templates may count on: the same as with transformers, for which they are written."""
    from jinja2.ext import Extension
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class GenerationTag(Extension):
        """`{% generation %}` marks for a trainer what the assistant says; whoever only renders passes over it."""

        tags = {"generation"}  # noqa: RUF012 - as the base class has it

        def parse(self, parser: Any) -> Any:
            parser.stream.skip()
            return parser.parse_statements(("name:endgeneration",), drop_needle=True)

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols", GenerationTag]
    )
    environment.filters["tojson"] = _to_json  # jinja's own would write '<' as \u003c
    environment.globals["raise_exception"] = _raise
    environment.globals["strftime_now"] = _FIXED_DATE.strftime
    return environment


def _compile(source: str) -> Any:
    from jinja2 import TemplateError

    try:
        return _environment().from_string(source)
    except TemplateError as error:
        raise ModelError(
            f"model: its chat template is not valid ({_first_line(error)}); choose a model with another template"
        ) from None


def _to_json(value: Any, indent: int | None = None, ensure_ascii: bool = False, **options: Any) -> str:
    return json.dumps(value, indent=indent, ensure_ascii=ensure_ascii, **options)


def _raise(message: str) -> NoReturn:
    raise _RefusedError(message)


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
