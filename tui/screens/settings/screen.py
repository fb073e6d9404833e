"""The Settings screen: every setting with its explanation, changed in place, effective at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from edge_assistant.errors import EdgeAssistantError
from edge_assistant.service.rpc.protocol import Setting, Status
from tui.screens.settings.values import (
    editable,
    in_order,
    label,
    parse_value,
    section_title,
    shown,
    stepped,
)
from tui.widgets.marked_list import MarkedList
from tui.widgets.page import Page

LABEL = 24
"""Cells of the names."""


class SettingsList(MarkedList):
    """The settings by section."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,plus,space", "screen.step(1)", "more", key_display="→"),
        Binding("left,minus", "screen.step(-1)", "less", key_display="←"),
        Binding("enter", "screen.edit", "type it"),
        Binding("d", "screen.default", "default"),
        Binding("x", "app.go('setup')", "first questions"),
        Binding("escape", "app.go('live')", "back"),
    ]


class SettingsScreen(Page):
    """A list of settings, and the explanation of the marked one."""

    NAME: ClassVar[str] = "settings"
    AUTO_FOCUS = "SettingsList"

    DEFAULT_CSS = """
    SettingsScreen SettingsList { margin-top: 1; }
    SettingsScreen #about { height: auto; min-height: 4; max-height: 9; padding: 0 2;
        border-top: solid $panel; color: $foreground; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.settings: dict[str, Setting] = {}

    def body(self) -> ComposeResult:
        with Vertical():
            yield SettingsList(self._row)
            yield Static(id="about")

    def show_status(self, status: Status) -> None:
        """Sources may have failed or recovered."""
        self._explain()

    def on_screen_resume(self) -> None:
        """Ask for the settings anew; a file may have been edited."""
        super().on_screen_resume()
        self.host.spawn(self._load())

    def show_link(self, condition: str) -> None:
        """A core that came back may have other settings."""
        if condition == "ready":
            self.host.spawn(self._load())

    async def _load(self) -> None:
        result = await self.link.call("settings.get")
        found = in_order([Setting.from_dict(data) for data in result["settings"]])
        self.settings = {f"{one.section}.{one.field}": one for one in found}
        rows: list[str | Content] = []
        section = ""
        for key, setting in self.settings.items():
            if setting.section != section:
                section = setting.section
                rows.append(Content.assemble("\n" if rows else "", (section_title(section), "bold $primary")))
            rows.append(key)
        self.query_one(SettingsList).show(rows)

    @property
    def marked(self) -> Setting | None:
        """The setting that keys act on."""
        return self.settings.get(self.query_one(SettingsList).marked)

    # -- drawing -----------------------------------------------------------------------------------------------------

    def _row(self, key: str, marked: bool) -> Content:
        setting = self.settings[key]
        value, changed = shown(setting), setting.value != setting.default
        arrows = f"‹ {value} ›" if stepped(setting, 1) is not None else value
        return Content.assemble(
            ("▸ ", "bold $accent") if marked else "  ",
            label(setting).ljust(LABEL),
            (arrows, "bold $foreground" if changed else "$foreground"),
            ("  changed" if changed else "", "$text-muted"),
        )

    def on_marked_list_marked(self, event: MarkedList.Marked) -> None:
        self._explain()

    def _explain(self) -> None:
        setting = self.marked
        if setting is None:
            return
        facts = [f"default {shown(setting, setting.default)}"]
        if setting.low is not None and setting.high is not None:
            facts.append(f"{shown(setting, setting.low)} to {shown(setting, setting.high)}")
        if setting.choices and setting.kind != "choice":
            facts.append("one of " + ", ".join(setting.choices))
        if setting.source not in ("default", "file"):
            facts.append(f"set by the {setting.source}, which overrides what is set here")
        if setting.restart:
            facts.append("takes effect at the next start")
        lines = [
            Content.assemble((label(setting), "bold"), (f"   {setting.section}.{setting.field}", "$text-muted")),
            Content(setting.help.replace("`", "")),
            Content.styled("; ".join(facts), "$text-muted"),
        ]
        if (state := self._source_state(setting)) is not None:
            lines.append(state)
        lines += self._abilities(setting)
        self.write("#about", Content("\n").join(lines))

    def _abilities(self, setting: Setting) -> list[Content]:
        """What the model may do, and why not, beside its choice."""
        status = self.state.status
        if (setting.section, setting.field) != ("model", "path") or status is None:
            return []
        return [Content(f"{may.words}: {may.detail}") for may in status.model.abilities]

    def _source_state(self, setting: Setting) -> Content | None:
        """How a source fares, beside its switch."""
        sources = self.state.status.sources if self.state.status is not None else ()
        for source in sources if setting.section == "sources" else ():
            if source.name.replace(" ", "_").lower() in setting.field:
                told = f"now: {source.state}" + (f", {source.detail}" if source.detail else "")
                return Content.styled(told, "$accent")
        return None

    # -- keys --------------------------------------------------------------------------------------------------------

    def action_step(self, step: int) -> None:
        setting = self.marked
        if setting is None:
            return
        value = stepped(setting, step)
        if value is None:
            self.action_edit()
        elif value != setting.value:
            self._set(setting, value)

    def action_edit(self) -> None:
        setting = self.marked
        if setting is None:
            return
        choices = "; ".join(setting.choices)
        about = f"{label(setting)} ({choices})" if choices else label(setting)
        self.prompt.line(about, editable(setting), lambda text: self._typed(setting, text))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A mouse click edits, as Enter does."""
        self.action_edit()

    def _typed(self, setting: Setting, text: str) -> None:
        try:
            self._set(setting, parse_value(setting, text))
        except ValueError as error:
            self.host.note(f"{label(setting)}: expected {error}", warning=True)

    def action_default(self) -> None:
        setting = self.marked
        if setting is not None and setting.value != setting.default:
            self._set(setting, setting.default)

    def _set(self, setting: Setting, value: Any) -> None:
        """Show it at once, then have the core write it; what it refuses is taken back."""
        key = f"{setting.section}.{setting.field}"
        self._put(key, replace(setting, value=value))
        self.run_worker(self._write(key, setting, value), group=key, exclusive=True, exit_on_error=False)

    async def _write(self, key: str, before: Setting, value: Any) -> None:
        try:
            result = await self.link.call("settings.set", section=before.section, field=before.field, value=value)
        except EdgeAssistantError as error:
            self.host.note(str(error), warning=True)
            self._put(key, before)
        else:
            self._put(key, Setting.from_dict(result))

    def _put(self, key: str, setting: Setting) -> None:
        self.settings[key] = setting
        self.query_one(SettingsList).redraw(key)
