"""The plate faster or slower, with new frames between the old ones.

Slowed down, each new frame follows the motion of every pixel between its two neighbours, takes it
from the one in which it can be seen, and never mixes two pictures that do not agree (no ghosts).
Sped up, frames are left out, or several are shown as one, as a longer exposure would.  It may begin and end within
the shot; the rest runs on at its own speed.  Frames that
fall on one of the plate's are the plate's, bit for bit.  The light stays the plate's own: its
shares of authorship go the same way as its pixels.

Known limits: what moves farther than its own width between two frames (spokes, a racket, fast
fingers) is not followed, and jumps; grain is a little softer in the new frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import ParameterError
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, MakerParams, choice, maker, number, share
from manyhands.core.span import Span
from manyhands.core.words import Times, Words


class Params(MakerParams):
    speed: float = number(
        1.0, low=0.02, high=100, unit="times", about="how fast the plate runs; below 1 is slow motion"
    )
    between: Literal["flow", "blend", "nearest"] = choice(
        "flow", "what new frames are made of: pixels moved along their way, both neighbours mixed, or the nearer one"
    )
    exposure: float = share(
        0.0, "sped up, the share of the time from one new frame to the next that is shown; 0 shows one frame only"
    )
    at: float = number(
        0.0,
        low=0,
        high=600,
        unit="s",
        about="the moment of the plate from which its speed is another, from its start on",
    )
    until: float = number(
        0.0, low=0, high=600, unit="s", about="the moment of the plate at which it runs at its own speed again; 0 never"
    )


SLOW = {"speed": Times(0.5)}

WORDS = Words(
    nouns={
        "slow motion": SLOW,
        "slow-motion": SLOW,
        "slow mo": SLOW,
        "slowmo": SLOW,
        "half speed": {"speed": 0.5},
        "quarter speed": {"speed": 0.25},
        "bullet time": {"speed": 0.1},
        "double speed": {"speed": 2.0},
        "fast motion": {"speed": Times(2.0)},
        "fast forward": {"speed": Times(4.0)},
        "speed up": {"speed": Times(2.0)},
        "slow down": SLOW,
        "time lapse": {"speed": Times(8.0), "exposure": 0.5},
        "time-lapse": {"speed": Times(8.0), "exposure": 0.5},
        "timelapse": {"speed": Times(8.0), "exposure": 0.5},
    },
    adjectives={
        "fluid": {"between": "flow"},
        "stuttering": {"between": "nearest"},
        "choppy": {"between": "nearest"},
        "ghostly": {"between": "blend"},
        "streaked": {"exposure": 1.0},
    },
)


@maker(
    "retime",
    version=2,
    role="treatment",
    words=WORDS,
    shifts=True,
    purposes=("retime",),
    seconds=lambda p, width, height: (
        (5e-7 * min(width * height, 520_000) + 1.5e-7 * width * height)
        if p.speed % 1
        else 3e-8 * width * height * max(1, p.exposure * p.speed)
    ),
)
def retime(plate: Clip, p: Params, rng: Chance, bell: Bell) -> Clip:
    """The plate from the same first frame on; it ends on the last frame that it reaches."""
    way = _Way.of(plate.span, p)
    if way.speed == 1 or way.first >= plate.span.length - 1:
        return plate
    span = plate.span
    length = int(way.frame(Fraction(span.length - 1))) + 1
    retimed = Span(start=span.start, length=length, rate_fps=span.rate_fps)

    def read(at: int) -> Frame:
        bell(at - span.start, length)
        moment = span.start + way.moment(at - span.start)
        if way.speed > 1 and p.exposure > 0 and way.first <= moment - span.start < way.last:
            return _exposed(plate, moment, way.speed * Fraction(p.exposure))
        before = int(moment)
        part = float(moment - before)
        if part == 0:
            return plate.frame(before)
        if p.between == "nearest":
            return plate.frame(before + round(part))
        return _within(plate.frame(before), plate.frame(before + 1), part, p.between)

    return Clip(retimed, plate.width, plate.height, read)


@dataclass(frozen=True)
class _Way:
    """How new frames follow the plate's, both counted from the first: at its own speed, from ``first`` to ``last``
    at another, and then at its own again.

    Fractions, so that a third of the speed falls on every frame of the plate exactly.
    """

    speed: Fraction
    first: Fraction
    last: Fraction

    @classmethod
    def of(cls, span: Span, p: Params) -> _Way:
        """Raises: ParameterError if it is to end before it begins."""
        if p.until and p.until <= p.at:
            raise ParameterError(
                f"retime: until is {p.until:g} (s); it must come after at, which is {p.at:g}.",
                "Let it end later or begin sooner, or set until to 0: then it goes on.",
                maker="retime",
                parameter="until",
                value=repr(p.until),
            )
        first = Fraction(round(Fraction(p.at) * span.rate_fps))
        last = Fraction(round(Fraction(p.until) * span.rate_fps)) if p.until else Fraction(span.length)
        return cls(Fraction(p.speed).limit_denominator(1000), first, max(first, last))

    def moment(self, frame: int) -> Fraction:
        """Where in the plate a new frame is."""
        inside = self.first + (frame - self.first) * self.speed
        beyond = frame - self.first - (self.last - self.first) / self.speed
        return Fraction(frame) if frame <= self.first else inside if inside <= self.last else self.last + beyond

    def frame(self, moment: Fraction) -> Fraction:
        """Which new frame, or place between two, shows a moment of the plate."""
        if moment <= self.first:
            return moment
        inside = min(moment, self.last) - self.first
        return self.first + inside / self.speed + max(moment - self.last, Fraction(0))


def _exposed(plate: Clip, moment: Fraction, length: Fraction) -> Frame:
    """The mean of the frames from a moment on, as if the shutter had stood open."""
    from manyhands.comp.layers import mixed

    first = round(moment)
    frames = [plate.span.clamped(first + step) for step in range(max(1, round(length)))]
    result = plate.frame(frames[0])
    for count, at in enumerate(frames[1:], start=2):
        result = mixed(result, plate.frame(at), 1 / count)
    return result


def _within(one: Frame, other: Frame, part: float, between: str) -> Frame:
    """The picture at a moment between two frames, from 0 (the first) to 1 (the second)."""
    import cv2

    from manyhands.comp.layers import blend, mixed, warped
    from manyhands.kit.flow import enlarged, flow_between, flow_within, lightness, maps_along, small_size

    if between == "blend":
        return mixed(one, other, part)
    size = small_size(one.width, one.height)
    looks = lightness(one.rgb, size), lightness(other.rgb, size)
    flow, other_part = flow_within(flow_between(*looks), *looks, part)
    flow = enlarged(flow, one.width, one.height)
    matte = cv2.resize(other_part, (one.width, one.height), interpolation=cv2.INTER_LINEAR)
    return blend(
        warped(one, *maps_along(flow, -part), edge=True), warped(other, *maps_along(flow, 1 - part), edge=True), matte
    )
