"""The disclosure as a page for the audience: one file, no script, nothing fetched.

Everything that a person wrote is escaped, links are to the web or are no links, and the page's own
policy forbids it to load or run anything.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from manyhands.core.extent import PPM, FrameExtent, HandExtent
from manyhands.core.hand import Hand, Origin
from manyhands.deliver.authority import Authority
from manyhands.deliver.disclosure import EncodingTold
from manyhands.deliver.document import template
from manyhands.deliver.dossier import Dossier, Rgb
from manyhands.deliver.manifest import image_format
from manyhands.deliver.plain import (
    DEFINITIONS,
    DOORS,
    KINDS,
    MEASURED_BY,
    NOT_KNOWN,
    NOT_MEANT,
    ORIGINS,
    ROLES,
    accepted,
    credit,
    mining_words,
    moment,
    percent,
    seconds,
    sentence,
    showing_sentence,
    shown,
    timecode,
    told_params,
    trained_sentence,
)
from manyhands.deliver.schemes import involvement_in, schemes

COLOURS: dict[Origin, Rgb] = {
    "camera": (126, 160, 178),
    "person": (232, 200, 128),
    "procedure": (214, 128, 82),
    "trained": (196, 104, 160),
}
"""The colours of the four kinds of hand, and of a hand that the heat map's legend does not name."""

MOST_COLUMNS = 600
"""Frames beyond this are drawn several to a column; a screen shows no more."""


@dataclass(frozen=True)
class Share:
    """One kind of hand in the bar at the top."""

    words: str
    percent: str
    ppm: int
    colour: str


@dataclass(frozen=True)
class Band:
    """One hand in the strip: its area, stacked upon those before it."""

    hand: Hand
    path: str
    colour: str


@dataclass(frozen=True)
class Lane:
    """One hand's line under the strip: where it made or altered anything, and how much at most."""

    hand: Hand
    kind: str
    colour: str
    blocks: tuple[tuple[int, int], ...]
    words: str
    part: HandExtent


def disclosure_page(dossier: Dossier, authority: Authority, masters: Sequence[EncodingTold]) -> str:
    """The audience's page as HTML."""
    span = dossier.take.span
    made = {part.hand: part.origin_ppm for part in dossier.take.extent.hands}
    return template("disclosure.html.j2").render(
        dossier=dossier,
        sentence=sentence(dossier),
        trained=trained_sentence(dossier),
        showing=showing_sentence(dossier),
        accepted=accepted(dossier.decision),
        shares=_shares(dossier),
        bands=_bands(dossier),
        columns=len(_columned(dossier.frames)),
        lanes=[_lane(part, dossier) for part in dossier.parts],
        legend=[(hand, _css(rgb), made.get(hand, 0)) for hand, rgb in dossier.pictures.legend],
        timecode=lambda frame: timecode(frame, span, dossier.timecode),
        screen_time=seconds(Fraction(dossier.take.extent.screen_seconds)),
        masters=masters,
        authority=authority,
        fingerprint=" ".join(authority.fingerprint[at : at + 8] for at in range(0, 64, 8)),
        definitions=DEFINITIONS,
        measured_by=MEASURED_BY,
        schemes=schemes(involvement_in(dossier)),
        mining=mining_words(dossier.mining),
        not_meant=NOT_MEANT,
        not_known=NOT_KNOWN,
        kinds=KINDS,
        doors=DOORS,
        roles=ROLES,
        credit=credit,
        moment=moment,
        percent=percent,
        params=lambda step: [(name, shown(value)) for name, value in sorted(told_params(step).items())],
        link=_link,
        picture=_data_url,
    )


def _shares(dossier: Dossier) -> list[Share]:
    extent = dossier.take.extent
    return [
        Share(words, percent(extent.of(origin)), extent.of(origin), _css(COLOURS[origin]))
        for origin, words in ORIGINS.items()
    ]


def _bands(dossier: Dossier) -> list[Band]:
    """The stacked shares of all hands, one column a frame (or several), as paths in a box of 1000."""
    columns = _columned(dossier.frames)
    floor = [0] * len(columns)
    order = list(ORIGINS)
    found = []
    for part in sorted(dossier.parts, key=lambda part: order.index(part.hand.origin)):
        roof = [low + column.get(part.hand.id, 0) for low, column in zip(floor, columns, strict=True)]
        if roof != floor:
            found.append(Band(part.hand, _path(floor, roof), _colour_of(part.hand, dossier)))
        floor = roof
    return found


def _columned(frames: Sequence[FrameExtent]) -> list[dict[str, int]]:
    """Shares of origin by column; where there are more frames than columns, the mean of several."""
    step = -(-len(frames) // MOST_COLUMNS)
    groups = [frames[at : at + step] for at in range(0, len(frames), step)]
    return [
        {
            hand: sum(frame.origin_ppm.get(hand, 0) for frame in group) // len(group)
            for hand in sorted({hand for frame in group for hand in frame.origin_ppm})
        }
        for group in groups
    ]


def _path(floor: Sequence[int], roof: Sequence[int]) -> str:
    """A closed path between two lines of steps; heights in parts per thousand, from the top."""
    there = [f"V{_height(value)}H{index + 1}" for index, value in enumerate(roof)]
    back = [f"V{_height(value)}H{index}" for index, value in reversed(list(enumerate(floor)))]
    return f"M0 {_height(roof[0])}" + "".join(there) + "".join(back) + "Z"


def _height(ppm: int) -> str:
    return f"{(PPM - ppm) / 1000:.1f}".rstrip("0").rstrip(".")


def _lane(part: HandExtent, dossier: Dossier) -> Lane:
    """A hand's line, with its text: what a person who cannot see the strip needs to know."""
    hand, start = part.hand, dossier.take.span.start
    peaks = [
        words
        for words in (
            _made([frame.origin_ppm.get(hand.id, 0) for frame in dossier.frames], start),
            _altered([frame.altered_ppm.get(hand.id, 0) for frame in dossier.frames], start),
        )
        if words
    ]
    ranges = dossier.ranges(hand)
    stretches = ", ".join(f"{first}" if first == last else f"{first} to {last}" for first, last in ranges[:6])
    more = f" and {len(ranges) - 6} more stretches" if len(ranges) > 6 else ""
    return Lane(
        hand=hand,
        kind=KINDS[hand.origin],
        colour=_colour_of(hand, dossier),
        blocks=tuple((first - start, last - first + 1) for first, last in ranges),
        words=f"{' and '.join(peaks)}; frames {stretches}{more}" if peaks else "listed, but nothing of it is seen",
        part=part,
    )


def _made(parts: Sequence[int], start: int) -> str:
    """How much of each frame a hand made, at least and at most, and in which frame most."""
    least, most = min(parts), max(parts)
    if not most:
        return ""
    if not least:
        return f"made up to {percent(most)}, most in frame {start + parts.index(most)}"
    return f"made {percent(least)}{f' to {percent(most)}' if most > least else ''} of every frame"


def _altered(parts: Sequence[int], start: int) -> str:
    """How far a hand altered each frame, likewise."""
    least, most = min(parts), max(parts)
    if not most:
        return ""
    if not least:
        return f"altered by up to {percent(most)}, most in frame {start + parts.index(most)}"
    return f"altered every frame by {percent(least)}{f' to {percent(most)}' if most > least else ''}"


def _colour_of(hand: Hand, dossier: Dossier) -> str:
    return _css(dict(dossier.pictures.legend).get(hand, COLOURS[hand.origin]))


def _css(rgb: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def _link(address: str) -> str:
    """The address if a browser may follow it, else nothing."""
    return address if address.lower().startswith(("http://", "https://")) else ""


def _data_url(picture: bytes) -> str:
    return f"data:{image_format(picture)};base64,{base64.b64encode(picture).decode()}"
