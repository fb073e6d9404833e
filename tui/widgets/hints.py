"""The line of keys at the foot of every screen: what can be pressed here and now, never scrolled away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

GAP = "  "

SIGNS = {"question_mark": "?", "slash": "/", "plus": "+", "minus": "-", "space": " "}
"""Keys whose name is not what they type."""

NAMES = {"escape": "Esc", "up": "↑", "down": "↓", "left": "←", "right": "→"}


def shown_key(binding: Binding) -> str:
    """A key as it is written in hints: '?', 'Esc', 'Ctrl-Q'."""
    if binding.key_display:
        return binding.key_display
    key = NAMES.get(binding.key) or SIGNS.get(binding.key, "").strip() or binding.key
    return key if len(key) == 1 else key.replace("+", "-").title()


def fit(pairs: Sequence[tuple[str, str]], width: int, lines: int, last: int = 0) -> list[list[tuple[str, str]]]:
    """Spread (key, word) pairs over at most `lines` lines of `width` cells, in order.

    What does not fit is left out, but for the `last` pairs: how to leave and where the keys are explained.
    """
    end = len(pairs) - last
    spread = (_rows([*pairs[:count], *pairs[end:]], width) for count in range(end, -1, -1))
    return next((rows for rows in spread if len(rows) <= lines), _rows(pairs[:1], width))


def _rows(pairs: Sequence[tuple[str, str]], width: int) -> list[list[tuple[str, str]]]:
    """Pairs in lines of at most `width` cells, or one alone where it is wider."""
    rows: list[list[tuple[str, str]]] = [[]]
    used = 0
    for key, word in pairs:
        size = len(key) + 1 + len(word)
        if used and used + len(GAP) + size > width:
            rows.append([])
            used = 0
        used += size + (len(GAP) if used else 0)
        rows[-1].append((key, word))
    return rows


EVERYWHERE = ("keys", "quit")


class Hints(Static):
    """Shows the bindings that are active where the focus is."""

    DEFAULT_CSS = """
    Hints { height: auto; max-height: 2; padding: 0 1; background: $panel; color: $text-muted; }
    """

    def on_mount(self) -> None:
        """Follow the screen's bindings and width."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def on_unmount(self) -> None:
        self.screen.bindings_updated_signal.unsubscribe(self)

    def on_resize(self) -> None:
        self._show()

    def _changed(self, _screen: Screen[object]) -> None:
        self._show()

    def _show(self) -> None:
        if not self.is_attached or self.app.screen is not self.screen or self.size.width <= 0:
            return
        pairs = list(self._pairs())
        rows = fit(pairs, max(20, self.app.size.width - 2), 2, sum(word in EVERYWHERE for _, word in pairs))
        lines = [
            Content(GAP).join([Content.assemble((key, "bold $foreground"), " ", word) for key, word in row])
            for row in rows
        ]
        self.update(Content("\n").join(lines))

    def _pairs(self) -> Iterable[tuple[str, str]]:
        """Key and word of each action once, with the shortest of its keys."""
        found: dict[str, tuple[str, str]] = {}
        focused = self.screen.focused
        for active in self.screen.active_bindings.values():
            binding = active.binding
            sign = SIGNS.get(binding.key, binding.key if len(binding.key) == 1 else None)
            if focused is not None and focused.check_consume_key(binding.key, sign):
                continue  # a field takes this key for its text
            key = shown_key(binding)
            known = found.get(binding.action)
            if binding.show and active.enabled and (known is None or len(key) < len(known[0])):
                found[binding.action] = (key, binding.description)
        # what is everywhere comes last
        return sorted(found.values(), key=lambda pair: pair[1] in EVERYWHERE)
