"""Where a plane of the plate goes, frame by frame, so that others can stick to it.

Features are followed against key frames, not only from frame to frame, so that the track does not
drift; the motion that most of the picture (or of a region) makes wins, and people who walk by are
left out.  A plane is laid over the reference frame, pixel by pixel, wherever that shows it, so that
it comes back to where it began.  Grain and changes of exposure do no harm.  A camera that stands
still gives a track that stands still exactly.

Frames in which too little is found to be sure, because something hides the plane or it has left the
picture, are named as lost, in words, where proposals and takes are shown.  Their motion is a guess:
straight on from the frame before to the frame after, or held at an end.  Found again, a region is
held against every place that looks like it, for a wall of windows fits nearly as well one window
on; until that can be told, it stays lost.  Draw the region within what is flat, as large as it
goes, and start from a reference frame that shows all of it.

Known limits: a plane is followed, not a scene in depth; what lies nearer or farther than the plane
slides against it when the camera travels.
"""

from __future__ import annotations

from typing import Literal

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import ParameterError
from manyhands.core.maker import Bell, Box, MakerParams, box, choice, maker, number
from manyhands.core.track import Track, standing
from manyhands.core.words import Words


class Params(MakerParams):
    kind: Literal["still", "point", "similarity", "planar"] = choice(
        "similarity",
        "what the motion may be: none at all (a locked-off camera), a shift, a shift with turning and growing, or a "
        "plane that may tilt as well",
    )
    reference: int | None = number(
        None,
        low=-1_000_000_000,
        high=1_000_000_000,
        unit="frame",
        about="the frame that the region is drawn in and that the motion starts from; the first one if empty",
    )
    region: Box | None = box(None, "what to follow; the whole picture if empty")
    features: int = number(400, low=30, high=4000, unit="features", about="how many details to follow at a time")


@maker(
    "track",
    version=2,
    role="track",
    fills="motion",
    words=Words(
        nouns={"planar track": {"kind": "planar"}, "point track": {"kind": "point"}},
        adjectives={
            "locked to the wall": {"kind": "planar"},
            "stuck to the wall": {"kind": "planar"},
            "locked to the ground": {"kind": "planar"},
            "stuck to the ground": {"kind": "planar"},
            "locked to a plane": {"kind": "planar"},
            "locked to a point": {"kind": "point"},
            "following one point": {"kind": "point"},
            "locked off": {"kind": "still"},
            "locked-off": {"kind": "still"},
            "on a tripod": {"kind": "still"},
        },
    ),
    seconds=lambda p, width, height: 0.015 + 1.2e-8 * width * height,
)
def track(plate: Clip, p: Params, rng: Chance, bell: Bell) -> Track:
    """The track over the plate's span; it reads every frame once, in order from the reference."""
    from manyhands.kit.tracking import follow

    if p.kind == "still":
        return standing(plate.span, plate.width, plate.height)
    if p.reference is not None and p.reference not in plate.span:
        raise ParameterError(
            f"track: reference is {p.reference}; it must lie between {plate.span.start} and {plate.span.end}.",
            "Name a frame of the shot, or leave it empty for the first one.",
            maker="track",
            parameter="reference",
            value=repr(p.reference),
            low=plate.span.start,
            high=plate.span.end,
        )
    if p.region is not None and not _lies_in(p.region, plate):
        raise ParameterError(
            f"track: region is {p.region} (px); it must be at least 8 px wide and high and lie in the picture of "
            f"{plate.width}x{plate.height}.",
            "Give left, top, width and height, or leave it empty for the whole picture.",
            maker="track",
            parameter="region",
            value=repr(p.region),
        )
    return follow(plate, p.kind, bell=bell, reference=p.reference, region=p.region, features=p.features)


def _lies_in(region: Box, plate: Clip) -> bool:
    left, top, width, height = region
    return (
        width >= 8
        and height >= 8
        and left >= 0
        and top >= 0
        and left + width <= plate.width
        and top + height <= plate.height
    )
