"""Something taken out of a shot, step by step: each function here is one going through (:mod:`manyhands.core.passes`).

Small pictures show how things look (the cube root of light) at the size in which motion is looked for;
where pixels come from is found in them, and the pixels themselves are taken from the plate's full size,
each once.
"""

from manyhands.kit.removal.fullsize import Patch, gather, grained, measure_grain, patch, place
from manyhands.kit.removal.motion import motion
from manyhands.kit.removal.seen import check_holes, follow, join, seen_share, tell_seen
from manyhands.kit.removal.shot import Shot, Step, look
from manyhands.kit.removal.unseen import grow_unseen

__all__ = [
    "Patch",
    "Shot",
    "Step",
    "check_holes",
    "follow",
    "gather",
    "grained",
    "grow_unseen",
    "join",
    "look",
    "measure_grain",
    "motion",
    "patch",
    "place",
    "seen_share",
    "tell_seen",
]
