"""The prior of someone who has never met anybody: where fitting begins."""

from __future__ import annotations

import numpy as np

from edge_assistant.composer.style_model import TOPIC_PRIOR, vague_wishes
from edge_assistant.domain import SENSITIVE_TOPICS
from edge_assistant.learning.prior import Gaussian, Prior
from edge_assistant.ranker.features import LIKING_NAMES
from edge_assistant.trigger.features import MOMENT_NAMES
from edge_assistant.trigger.frequency import vague_frequency, vague_patience

ACTIVITY_EFFECT = 3.0
IDEA_EFFECT = 3.0

SAID_TIMES = {
    "an occasion you named": 1.5,
    "an occasion you ruled out": -0.7,
    "an hour you named": 1.3,
    "an hour you ruled out": -1.0,
}
"""Weights, in probit units, of what a person says of their own good times, until their days tell how far it holds.

The fit of the packaged priors leaves them as they are: somebody who says nothing has the same good times, so that what
their days tell explains all of it, and what a stranger's word is worth cannot be seen.
"""


def vague() -> Prior:
    """The prior of someone who has never seen anybody: wide, and doubtful that speech is welcome."""
    timing = np.zeros(len(MOMENT_NAMES))
    timing[0] = -1.0
    for name, weight in SAID_TIMES.items():
        timing[MOMENT_NAMES.index(name)] = weight
    liking = np.zeros(len(LIKING_NAMES))
    liking[0] = -3.0
    # what people say of themselves is taken at their word until lives say how far that goes
    liking[LIKING_NAMES.index("like what you said you like")] = 0.8
    liking[LIKING_NAMES.index("like what you said you do not like")] = -0.4
    return Prior(
        Gaussian(timing, np.zeros((len(timing), 0)), np.full(len(timing), 1.0)),
        Gaussian(liking, np.zeros((len(liking), 0)), np.full(len(liking), 0.5)),
        ACTIVITY_EFFECT,
        IDEA_EFFECT,
        vague_frequency(),
        vague_patience(),
        [vague_wishes()],
        np.full(len(SENSITIVE_TOPICS), TOPIC_PRIOR),
    )
