"""The Settings screen: every setting with its explanation, changed in place, effective at once."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from edge_assistant.errors import EdgeAssistantError
from edge_assistant.service.rpc.protocol import Setting, Status
from tui.page import Page
from tui.settings.values import SECTIONS, choice_words, editable, label, parse_value, shown, stepped
from tui.widgets.marked_list import MarkedList

LABEL = 24
"""Cells of the names."""


class SettingsList(MarkedList):
    """The settings by section."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,plus,space", "screen.step(1)", "more", key_display="→"),
        Binding("left,minus", "screen.step(-1)", "less", key_display="←"),
        Binding("enter", "screen.edit", "type it"),
        Binding("d", "screen.default", "default"),
        Binding("j", "cursor_down", "next", show=False),
        Binding("k", "cursor_up", "previous", show=False),
        Binding("x", "screen.setup", "first questions"),
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
        self._marked = ""
        """Name of the setting that is drawn as marked; it follows the list's own mark."""

    def body(self) -> ComposeResult:
        """List and explanation."""
        with Vertical():
            yield SettingsList(markup=False)
            yield Static(id="about")

    def show_status(self, status: Status) -> None:
        """Sources may have failed or recovered."""
        self._explain()

    def on_screen_resume(self) -> None:
        """Ask for the settings anew; a file may have been edited."""
        super().on_screen_resume()
        self.assistant_app.spawn(self._load())

    def show_link(self, condition: str) -> None:
        """A core that came back may have other settings."""
        if condition == "ready":
            self.assistant_app.spawn(self._load())

    async def _load(self) -> None:
        result = await self.link.call("settings.get")
        found = [Setting.from_dict(data) for data in result["settings"]]
        order = list(SECTIONS)
        found.sort(key=lambda one: order.index(one.section) if one.section in order else len(order))
        self.settings = {f"{one.section}.{one.field}": one for one in found}
        self._show()

    @property
    def marked(self) -> Setting | None:
        """The setting that keys act on."""
        option = self.query_one(SettingsList).highlighted_option
        return self.settings.get(option.id or "") if option is not None else None

    # -- drawing -----------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        options: list[Option] = []
        section = ""
        for key, setting in self.settings.items():
            if setting.section != section:
                section = setting.section
                title = SECTIONS.get(section, section)
                gap = "\n" if options else ""
                options.append(Option(Content.assemble(gap, (title, "bold $primary")), disabled=True))
            options.append(Option(self._row(key), id=key))
        listing = self.query_one(SettingsList)
        offset = listing.scroll_y
        marked = listing.highlighted_option
        listing.set_options(options)
        if self.settings:
            known = marked is not None and marked.id in self.settings
            wanted = str(marked.id) if marked is not None and known else next(iter(self.settings))
            listing.highlighted = listing.get_option_index(wanted)
            listing.scroll_to(y=offset, animate=False, immediate=True)

    def _row(self, key: str) -> Content:
        setting = self.settings[key]
        marker = ("▸ ", "bold $accent") if key == self._marked else "  "
        value = shown(setting)
        changed = setting.value != setting.default
        arrows = f"‹ {value} ›" if stepped(setting, 1) is not None else value
        return Content.assemble(
            marker,
            label(setting).ljust(LABEL),
            (arrows, "bold $foreground" if changed else "$foreground"),
            ("  changed" if changed else "", "$text-muted"),
        )

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Explain the marked setting."""
        # keys may have moved the mark on since then
        option, before = self.query_one(SettingsList).highlighted_option, self._marked
        self._marked = (option.id or "") if option is not None else ""
        for key in (before, self._marked):
            if key in self.settings and key:
                self.query_one(SettingsList).replace_option_prompt(key, self._row(key))
        self._explain()

    def _explain(self) -> None:
        setting = self.marked
        if setting is None:
            return
        facts = [f"default {shown(setting, setting.default)}"]
        if setting.low is not None and setting.high is not None:
            facts.append(f"{shown(setting, setting.low)} to {shown(setting, setting.high)}")
        if setting.choices and setting.kind != "choice":
            facts.append("of " + ", ".join(setting.choices))
        if setting.source not in ("default", "file"):
            facts.append(f"set by the {setting.source}, which wins over what is set here")
        if setting.restart:
            facts.append("takes effect when the assistant starts again")
        lines = [
            Content.assemble((label(setting), "bold"), (f"   {setting.section}.{setting.field}", "$text-muted")),
            Content(setting.help.replace("`", "")),
            Content.styled("; ".join(facts), "$text-muted"),
        ]
        if (state := self._source_state(setting)) is not None:
            lines.append(state)
        self.query_one("#about", Static).update(Content("\n").join(lines))

    def _source_state(self, setting: Setting) -> Content | None:
        """How a source fares, beside its switch."""
        status = self.assistant_app.status
        if status is None or setting.section != "sources":
            return None
        for source in status.sources:
            if source.name.replace(" ", "_").lower() in setting.field:
                return Content.styled(
                    f"now: {source.state}" + (f", {source.detail}" if source.detail else ""), "$accent"
                )
        return None

    # -- keys --------------------------------------------------------------------------------------------------------

    def action_step(self, step: int) -> None:
        """The next or previous value."""
        setting = self.marked
        if setting is None:
            return
        value = stepped(setting, step)
        if value is None:
            self.action_edit()
        elif value != setting.value:
            self._set(setting, value)

    def action_edit(self) -> None:
        """Type a value."""
        setting = self.marked
        if setting is None:
            return
        choices = "; ".join(choice_words(setting, choice) for choice in setting.choices)
        about = f"{label(setting)} ({choices})" if choices else label(setting)
        self.prompt.line(about, editable(setting), lambda text: self._typed(setting, text))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A mouse click edits, as Enter does."""
        self.action_edit()

    def _typed(self, setting: Setting, text: str | None) -> None:
        if text is None:
            return
        try:
            value = parse_value(setting, text)
        except ValueError as error:
            self.assistant_app.note(f"{label(setting)}: expected {error}", warning=True)
            return
        self._set(setting, value)

    def action_default(self) -> None:
        """Back to the default."""
        setting = self.marked
        if setting is not None and setting.value != setting.default:
            self._set(setting, setting.default)

    def action_setup(self) -> None:
        """The first start's questions again."""
        self.assistant_app.spawn(self.assistant_app.open_setup())

    def _set(self, setting: Setting, value: Any) -> None:
        """Show it at once, then have the core write it; what it refuses is taken back."""
        from dataclasses import replace

        key = f"{setting.section}.{setting.field}"
        self.settings[key] = replace(setting, value=value)
        self.query_one(SettingsList).replace_option_prompt(key, self._row(key))
        self.run_worker(self._write(key, setting, value), group=key, exclusive=True, exit_on_error=False)

    async def _write(self, key: str, before: Setting, value: Any) -> None:
        try:
            result = await self.link.call("settings.set", section=before.section, field=before.field, value=value)
        except EdgeAssistantError as error:
            self.settings[key] = before
            self.assistant_app.note(str(error), warning=True)
        else:
            self.settings[key] = Setting.from_dict(result)
        self.query_one(SettingsList).replace_option_prompt(key, self._row(key))
        self._explain()
