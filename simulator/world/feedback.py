"""What of a verdict and a reaction reaches the assistant, by feedback mode (`simulate --feedback MODE`).

Each mode registers itself in `FEEDBACK_MODES`; a mode with a share is named with it: `noisy:0.3`.

    channel = FeedbackChannel.of("noisy:0.3", "p01", 7)
    channel.of_speech(rating, reaction, day, tick)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from edge_assistant.domain import DIMENSIONS, Feedback, Rating
from edge_assistant.errors import UsageError
from edge_assistant.registry import Registry
from simulator.world.seeding import generator

SHARE = r"0?\.\d+|0|1|1\.0+"
"""A number from 0 to 1 as the settings accept it, too."""


@dataclass(frozen=True, slots=True)
class FeedbackChannel:
    """One feedback mode for one life; this one tells the reaction as it is.

    Attributes:
        share: of spoken suggestions, 0 to 1; what it means is the mode's.
        seed_parts: what the draws of a mode with a share depend on, beside day and tick.
    """

    share: float = 1.0
    seed_parts: tuple[object, ...] = ()

    takes_share: ClassVar[bool] = False
    """Whether the mode is named with a share: `sparse:0.5`."""
    tells_of_silence: ClassVar[bool] = False
    """Whether silent ticks are rated too."""

    @staticmethod
    def of(mode: str, *seed_parts: object) -> FeedbackChannel:
        """The channel of a mode as command line, settings and configuration name it.

        Raises:
            UsageError: no such mode, or no share from 0 to 1 where there must be one.
        """
        name, colon, number = mode.partition(":")
        if name not in FEEDBACK_MODES.names():
            raise UsageError(f"feedback {mode!r} is unknown; choose one of {', '.join(feedback_names())}")
        kind = FEEDBACK_MODES.get(name)
        if bool(colon) != kind.takes_share:
            expected = f"{name}:P with P from 0 to 1" if kind.takes_share else name
            raise UsageError(f"feedback {mode!r} is unknown; write {expected}")
        if colon and not re.fullmatch(SHARE, number):
            raise UsageError(f"feedback {mode!r}: the share must be a number from 0 to 1, such as 0.3")
        return kind(float(number) if colon else 1.0, seed_parts)

    def of_silence(self, rating: Rating) -> Feedback | None:
        """What is told of a silent tick."""
        return Feedback(total=rating.total) if self.tells_of_silence else None

    def of_speech(self, rating: Rating, reaction: Feedback, day: int, tick: int) -> Feedback | None:
        """What is told of a spoken suggestion; None where nothing is."""
        return reaction


FEEDBACK_MODES: Registry[type[FeedbackChannel]] = Registry("feedback", group="edge_assistant.feedback_modes")


def feedback_names() -> tuple[str, ...]:
    """The modes as they are written, with `:P` where a share belongs."""
    return tuple(name + ":P" * FEEDBACK_MODES.get(name).takes_share for name in FEEDBACK_MODES.names())


FEEDBACK_MODES.add("reasons", FeedbackChannel, "accepted, ignored, or dismissed with one reason (usual)")


@FEEDBACK_MODES.register("total", "the total of all four dimensions, at silent ticks too, as in the paper")
class TotalFeedback(FeedbackChannel):
    """The total, of speech and of silence."""

    tells_of_silence = True

    def of_speech(self, rating: Rating, reaction: Feedback, day: int, tick: int) -> Feedback | None:
        return Feedback(total=rating.total)


@FEEDBACK_MODES.register("total-spoken", "the total, of what was spoken only")
class SpokenTotalFeedback(TotalFeedback):
    """The total, of speech alone."""

    tells_of_silence = False


@FEEDBACK_MODES.register("implicit", "accepted, ignored or dismissed, never why")
class ImplicitFeedback(FeedbackChannel):
    """The reaction without its reason."""

    def of_speech(self, rating: Rating, reaction: Feedback, day: int, tick: int) -> Feedback | None:
        return Feedback(reaction=reaction.reaction)


@FEEDBACK_MODES.register("sparse", "as reasons, but on this share of what was spoken only")
class SparseFeedback(FeedbackChannel):
    """The reaction, on a share of what was spoken."""

    takes_share = True

    def of_speech(self, rating: Rating, reaction: Feedback, day: int, tick: int) -> Feedback | None:
        told = generator("sparse", *self.seed_parts, day, tick).random() < self.share
        return reaction if told else None


@FEEDBACK_MODES.register("reasons-all", "the verdict in each of the four dimensions")
class RatingFeedback(FeedbackChannel):
    """The whole rating."""

    def of_speech(self, rating: Rating, reaction: Feedback, day: int, tick: int) -> Feedback | None:
        return Feedback(rating=rating)


@FEEDBACK_MODES.register("noisy", "as reasons, but the opposite on this share of what was spoken")
class NoisyFeedback(FeedbackChannel):
    """A slip of the finger now and then: welcome for unwelcome, or unwelcome for some reason for welcome."""

    takes_share = True

    def of_speech(self, rating: Rating, reaction: Feedback, day: int, tick: int) -> Feedback | None:
        rng = generator("noisy", *self.seed_parts, day, tick)
        if rng.random() >= self.share:
            return reaction
        if reaction.reaction == "accepted":
            return Feedback(reaction="dismissed", reason=str(rng.choice(DIMENSIONS[:3])))
        return Feedback(reaction="accepted")
