"""The review: one card at a time, one key each; Esc leaves, and the other cards wait until the day ends."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from edge_assistant.errors import EdgeAssistantError
from edge_assistant.service.rpc.review_values import LIKE_QUESTION, Review, ReviewCard
from tui.widgets.hints import Hints
from tui.widgets.page import host_of

DONE = "That was today's review. Thank you; b takes the last answer back."
ONE_MORE = "Enter tells it; Esc passes over it."
WAIT = "one moment: choosing the questions"


class ReviewScreen(Screen[None]):
    """Covers the screen until the cards are answered or somebody leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "tell('yes')", "yes"),
        Binding("n", "tell('no')", "no"),
        Binding("1", "tell('yes')", "the first", show=False),
        Binding("2", "tell('no')", "the second", show=False),
        Binding("s", "tell('skip')", "skip"),
        Binding("b,left,backspace", "back", "back", key_display="b"),
        Binding("escape,enter,v", "close", "close", key_display="Esc"),
    ]

    DEFAULT_CSS = """
    ReviewScreen { background: $background; align-horizontal: center; }
    ReviewScreen #sheet { width: 100%; max-width: 90; height: 1fr; padding: 1 2; }
    ReviewScreen #place { height: 1; color: $text-muted; }
    ReviewScreen #question { height: auto; text-style: bold; margin: 1 0; }
    ReviewScreen #options { height: auto; }
    ReviewScreen #like:disabled { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.review: Review | None = None
        self._sending = False

    def compose(self) -> ComposeResult:
        """Progress, question, wordings, hints."""
        with Vertical(id="sheet"):
            yield Static(WAIT, id="place")
            yield Static(id="question")
            yield Static(id="options")
            yield Input(id="like", disabled=True)
        yield Hints()

    def on_mount(self) -> None:
        """Ask the core for today's cards."""
        self._ask("review.cards")

    @property
    def card(self) -> ReviewCard | None:
        """The question that waits."""
        return self.review.next if self.review is not None else None

    # -- drawing -----------------------------------------------------------------------------------------------------

    def _show(self, review: Review) -> None:
        self.review = review
        card = review.next
        likes = card is None and review.asks_like
        self.query_one("#like", Input).disabled = not likes
        if likes:
            place, question, options = "one more", LIKE_QUESTION, Content(ONE_MORE)
            self.query_one("#like", Input).focus()
        elif card is None:
            place, question, options = "", review.note or DONE, Content("")
        else:
            number = [one.id for one in review.cards].index(card.id) + 1
            place, question = f"{number} of {len(review.cards)}", card.question
            rows = [Content.assemble((f"{at}  ", "bold $accent"), text) for at, text in enumerate(card.options, 1)]
            options = Content("\n").join(rows)
        self.query_one("#place", Static).update(Content(place))
        self.query_one("#question", Static).update(Content(question))
        self.query_one("#options", Static).update(options)
        self.refresh_bindings()

    # -- keys --------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what applies to the present card is offered."""
        if action == "tell":
            return self.card is not None
        if action == "back":
            return self.review is not None and self.review.back
        return True

    def action_tell(self, answer: str) -> None:
        """An answer to the present card."""
        if self.card is not None:
            self._ask("review.answer", id=self.card.id, answer=answer)

    def action_back(self) -> None:
        """Take the latest answer back."""
        self._ask("review.back")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """What else the person enjoys; nothing typed passes over the question."""
        event.stop()
        self.set_focus(None)
        self._ask("review.like", words=event.value)

    def action_close(self) -> None:
        """The other cards wait; the open question is passed over."""
        if self.card is None and self.review is not None and self.review.asks_like:
            self.set_focus(None)
            self._ask("review.like")
        else:
            self.dismiss()

    def _ask(self, method: str, **parameters: str) -> None:
        """One thing at a time: a key that comes before the answer is not meant for the next card."""
        if not self._sending:
            self._sending = True
            host_of(self).spawn(self._send(method, parameters))

    async def _send(self, method: str, parameters: dict[str, str]) -> None:
        try:
            found = await host_of(self).state.link.call(method, **parameters)
        except EdgeAssistantError as error:
            host_of(self).note(str(error), warning=True)
            return
        finally:
            self._sending = False
        if self.is_attached:
            self._show(Review.from_dict(found))
