"""What is believed of a person before the first rating: learned from the ratings of other lives, never from this one.

A prior is a small set of arrays. The package holds one of all personas and worlds of the simulator, and others that
leave out each persona, each world, and both, so that neither is ever met with knowledge of itself. `stamp` names the
personas, worlds, ideas and features that it was made from; another stamp means that it is stale.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.errors import DataError

FloatArray = NDArray[np.float64]

PACKAGED = Path(__file__).parent.parent / "data" / "priors.npz"
EVERYBODY = "all"


def prior_name(persona: str = "", world: str = "") -> str:
    """Name of the prior that leaves out a persona and a world of the simulator; '' leaves out none."""
    return f"{persona}@{world}" if persona or world else EVERYBODY


@dataclass(frozen=True)
class Gaussian:
    """A normal distribution whose covariance is factor @ factor.T + diag(diagonal)."""

    mean: FloatArray
    factor: FloatArray
    diagonal: FloatArray

    def covariance(self) -> FloatArray:
        """(D, D)."""
        return self.factor @ self.factor.T + np.diag(self.diagonal)


@dataclass(frozen=True)
class Prior:
    """Beliefs about a stranger.

    Attributes:
        timing: over the weights of `trigger.features.MOMENT_NAMES`.
        liking: over the weights of `ranker.features.LIKING_NAMES`.
        activity_effect: variance of how one activity is receptive beyond its features.
        idea_effect: variance of what one idea is liked beyond its features.
        frequency: (gaps, maxima) grid.
        patience: (max gaps,) grid.
        wishes: for each person met before, for each aspect of style, the chance of each wish.
        topics: (topics,) chance that each sensitive topic is forbidden.
    """

    timing: Gaussian
    liking: Gaussian
    activity_effect: float
    idea_effect: float
    frequency: FloatArray
    patience: FloatArray
    wishes: list[list[list[float]]]
    topics: FloatArray

    def wishes_json(self) -> str:
        """The wishes as text, to five digits."""
        return json.dumps([[[round(chance, 5) for chance in aspect] for aspect in person] for person in self.wishes])


def save(path: Path, priors: dict[str, Prior], stamp: dict[str, Any]) -> None:
    """Write priors by name into one file, with the stamp of what they were made from."""
    arrays: dict[str, NDArray[Any]] = {}
    for name, prior in priors.items():
        for part in ("timing", "liking"):
            gaussian: Gaussian = getattr(prior, part)
            arrays[f"{name}.{part}.mean"] = gaussian.mean.astype(np.float32)
            arrays[f"{name}.{part}.factor"] = gaussian.factor.astype(np.float16)
            arrays[f"{name}.{part}.diagonal"] = gaussian.diagonal.astype(np.float32)
        arrays[f"{name}.frequency"] = prior.frequency.astype(np.float32)
        arrays[f"{name}.patience"] = prior.patience.astype(np.float32)
        arrays[f"{name}.topics"] = prior.topics.astype(np.float32)
        arrays[f"{name}.wishes"] = np.array(prior.wishes_json())
        arrays[f"{name}.effects"] = np.array([prior.activity_effect, prior.idea_effect])
    arrays["stamp"] = np.array(json.dumps(stamp, sort_keys=True))
    partial = path.with_suffix(".partial.npz")
    np.savez_compressed(partial, **arrays)  # type: ignore[arg-type]
    partial.replace(path)


@lru_cache(maxsize=64)
def load(name: str = EVERYBODY, path: Path = PACKAGED) -> Prior:
    """The packaged prior of a name, see `prior_name`; of what is not known by name, nothing needs to be left out.

    Raises:
        DataError: the file is missing or damaged.
    """
    try:
        with np.load(path) as archive:
            name = next(known for known in _fallbacks(name) if f"{known}.frequency" in archive)
            get = {key.removeprefix(f"{name}."): archive[key] for key in archive.files if key.startswith(f"{name}.")}
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path}: the packaged prior cannot be read: {error}; install the project again") from error
    gaussians = [
        Gaussian(*(get[f"{part}.{piece}"].astype(float) for piece in ("mean", "factor", "diagonal")))
        for part in ("timing", "liking")
    ]
    activity_effect, idea_effect = get["effects"].tolist()
    return Prior(
        gaussians[0],
        gaussians[1],
        activity_effect,
        idea_effect,
        get["frequency"].astype(float),
        get["patience"].astype(float),
        json.loads(str(get["wishes"])),
        get["topics"].astype(float),
    )


def _fallbacks(name: str) -> tuple[str, ...]:
    persona, _, world = name.partition("@")
    return (name, f"{persona}@", f"@{world}", EVERYBODY)


def stamp_of(path: Path = PACKAGED) -> dict[str, Any]:
    """What the file was made from; empty when there is none."""
    try:
        with np.load(path) as archive:
            return dict(json.loads(str(archive["stamp"])))
    except (OSError, ValueError, KeyError):
        return {}
