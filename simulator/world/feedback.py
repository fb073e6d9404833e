"""What of a verdict and a reaction reaches the assistant, by feedback mode (design: `--feedback`)."""

from __future__ import annotations

from dataclasses import dataclass

from edge_assistant.domain import DIMENSIONS, Feedback, Rating
from edge_assistant.errors import UsageError
from simulator.world.seeding import generator

MODES = ("reasons", "total", "total-spoken", "implicit", "sparse:P", "reasons-all", "noisy:P")


@dataclass(frozen=True, slots=True)
class FeedbackChannel:
    """One feedback mode for one life.

    Attributes:
        mode: one of `MODES`, with the number in place of P.
        share: of spoken suggestions: on which anything is told at all (sparse), or on which the opposite is (noisy).
        seed_parts: what the draws of such a channel depend on, beside day and tick.
    """

    mode: str
    share: float = 1.0
    seed_parts: tuple[object, ...] = ()

    @classmethod
    def of(cls, mode: str, *seed_parts: object) -> FeedbackChannel:
        """The channel named on the command line.

        Raises:
            UsageError: no such mode.
        """
        name, _, number = mode.partition(":")
        try:
            share = float(number) if number else 1.0
        except ValueError:
            share = -1.0
        known = {known.partition(":")[0] for known in MODES}
        if name not in known or bool(number) != (name in ("sparse", "noisy")) or not 0 <= share <= 1:
            raise UsageError(f"feedback {mode!r} is unknown; choose one of {', '.join(MODES)} (P from 0 to 1)")
        return cls(name, share, seed_parts)

    @property
    def tells_of_silence(self) -> bool:
        """Whether silent ticks are rated too."""
        return self.mode == "total"

    def of_silence(self, rating: Rating) -> Feedback | None:
        """What is told of a silent tick."""
        return Feedback(total=rating.total) if self.tells_of_silence else None

    def of_speech(self, rating: Rating, reaction: Feedback, day: int, tick: int) -> Feedback | None:
        """What is told of a spoken suggestion; None where nothing is."""
        if self.mode == "sparse" and generator("sparse", *self.seed_parts, day, tick).random() >= self.share:
            return None
        if self.mode in ("total", "total-spoken"):
            return Feedback(total=rating.total)
        if self.mode == "reasons-all":
            return Feedback(rating=rating)
        if self.mode == "implicit":
            return Feedback(reaction=reaction.reaction)
        if self.mode == "noisy":
            rng = generator("noisy", *self.seed_parts, day, tick)
            return _opposite(reaction, str(rng.choice(DIMENSIONS[:3]))) if rng.random() < self.share else reaction
        return reaction


def _opposite(reaction: Feedback, reason: str) -> Feedback:
    """A slip of the finger: welcome instead of unwelcome, or unwelcome for some reason instead of welcome."""
    if reaction.reaction == "accepted":
        return Feedback(reaction="dismissed", reason=reason)
    return Feedback(reaction="accepted")
