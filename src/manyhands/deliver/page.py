"""The disclosure as a page for the audience: one file that is whole without its script, nothing fetched.

Everything that a person wrote is escaped, links are to the web or are no links, and the page's own policy forbids it
to load anything, or to run anything but the one script that it carries: a wipe between the pictures, and a file's
hash taken in the browser.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from manyhands.core.extent import PPM, FrameExtent, HandExtent
from manyhands.core.hand import Hand, Origin
from manyhands.deliver.authority import Authority
from manyhands.deliver.disclosure import EncodingTold
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

PAGES = Path(__file__).parent / "pages"

COLOURS: dict[Origin, Rgb] = {
    "camera": (150, 150, 150),
    "person": (240, 228, 66),
    "procedure": (86, 180, 233),
    "trained": (213, 94, 0),
}
"""The colours of the four kinds of hand, those of the tinted picture, and of a hand that its legend does not name."""

FORMS: dict[Origin, tuple[tuple[str, int], ...]] = {
    "camera": (("plain", 0), ("lines", 90)),
    "person": (("net", 45), ("net", 20)),
    "procedure": (("lines", 45), ("lines", 135), ("lines", 0), ("net", 0), ("lines", 70)),
    "trained": (("dots", 0), ("dots", 45), ("net", 30)),
}
"""The pattern of each hand, a form and by how many degrees it is turned: the strip is read without its colours."""

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
    ink: str


@dataclass(frozen=True)
class Ink:
    """A hand's colour and pattern under an id of the page."""

    id: str
    colour: str
    form: str
    turn: int


@dataclass(frozen=True)
class Lane:
    """One hand's line under the strip: where it made or altered anything, and how much at most."""

    hand: Hand
    kind: str
    colour: str
    ink: str
    blocks: tuple[tuple[int, int], ...]
    words: str
    part: HandExtent


@dataclass(frozen=True)
class ShotOnPage:
    """A shot as the page draws it; ``prefix`` keeps its ids apart from other shots', ``wide`` unstretches patterns."""

    dossier: Dossier
    prefix: str
    sentence: str
    screen_time: str
    inks: tuple[Ink, ...]
    bands: tuple[Band, ...]
    columns: int
    lanes: tuple[Lane, ...]
    legend: tuple[tuple[Hand, str, int], ...]
    timecode: Callable[[int], str]

    @property
    def wide(self) -> str:
        """Undoes the strip's stretching, where it is drawn 1,200 by 150."""
        return f"scale({self.columns / 1200:.4f} {1000 / 150:.4f})"


@dataclass(frozen=True)
class FileOnPage:
    """A delivered file and what it is; its hash is a fact about it, and no part of what is signed."""

    name: str
    sha256: str
    about: str


def disclosure_page(
    dossier: Dossier, authority: Authority, masters: Sequence[EncodingTold], beside: Sequence[FileOnPage] = ()
) -> str:
    """The audience's page of one shot as HTML.

    Args:
        beside: the other files of the delivery, for whoever wonders what they have.
    """
    return rendered(
        "shot.html.j2",
        authority,
        masters,
        beside,
        dossiers=[dossier],
        sentence=sentence(dossier),
        trained=trained_sentence(dossier),
        shares=shares(dossier.take.extent.of),
        screen_time=seconds(Fraction(dossier.take.extent.screen_seconds)),
        schemes=schemes(involvement_in(dossier)),
    )


def rendered(
    template: str,
    authority: Authority,
    masters: Sequence[EncodingTold],
    beside: Sequence[FileOnPage] = (),
    *,
    dossiers: Sequence[Dossier],
    **more: Any,
) -> str:
    """A page of one or several shots from its template, with what all pages have."""
    only = len(dossiers) == 1
    files = [(one.name, one.sha256, _about(one)) for one in masters]
    return (
        _templates()
        .get_template(template)
        .render(
            shots=[_on_page(dossier, "" if only else f"s{at}-") for at, dossier in enumerate(dossiers, 1)],
            masters=masters,
            files=files + [(one.name, one.sha256, one.about) for one in beside],
            authority=authority,
            fingerprint=" ".join(authority.fingerprint[at : at + 8] for at in range(0, 64, 8)),
            policy=policy(),
            style=Markup((PAGES / "page.css").read_text()),
            script=Markup(script()),
            **more,
        )
    )


@cache
def script() -> str:
    """The one script of a page."""
    return (PAGES / "page.js").read_text()


@cache
def policy() -> str:
    """What a page may do: show what it carries, and run its own script."""
    mark = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()
    return (
        f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{mark}'; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def _templates() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PAGES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "definitions": DEFINITIONS,
        "measured_by": MEASURED_BY,
        "not_meant": NOT_MEANT,
        "not_known": NOT_KNOWN,
        "kinds": KINDS,
        "doors": DOORS,
        "roles": ROLES,
        "moment": moment,
        "percent": percent,
        "seconds": seconds,
        "showing": showing_sentence,
        "mining": mining_words,
        "params": lambda step: [(name, shown(value)) for name, value in sorted(told_params(step).items())],
        "link": _link,
        "picture": _data_url,
    }
    return made


def _about(master: EncodingTold) -> str:
    if master.encodingFormat == "image sequence":
        return "the master, a folder of frames: this is the number of the list in it, frames.sha256"
    return "the master"


def _on_page(dossier: Dossier, prefix: str) -> ShotOnPage:
    made = {part.hand: part.origin_ppm for part in dossier.take.extent.hands}
    inks = _inks(dossier, prefix)
    return ShotOnPage(
        dossier=dossier,
        prefix=prefix,
        sentence=sentence(dossier),
        screen_time=seconds(Fraction(dossier.take.extent.screen_seconds)),
        inks=tuple(inks.values()),
        bands=tuple(_bands(dossier, inks)),
        columns=len(_columned(dossier.frames)),
        lanes=tuple(_lane(part, dossier, inks) for part in dossier.parts),
        legend=tuple((hand, inks[hand].id, made.get(hand, 0)) for hand, _ in dossier.pictures.legend),
        timecode=lambda frame: timecode(frame, dossier.take.span, dossier.timecode),
    )


def _inks(dossier: Dossier, prefix: str) -> dict[Hand, Ink]:
    """A colour and a pattern for each hand; hands of one kind have patterns of their own."""
    hands = dict.fromkeys(
        [*(part.hand for part in dossier.take.extent.hands), *(hand for hand, _ in dossier.pictures.legend)]
    )
    used: dict[Origin, int] = {}
    inks = {}
    for number, hand in enumerate(hands, 1):
        forms = FORMS[hand.origin]
        form, turn = forms[used.get(hand.origin, 0) % len(forms)]
        used[hand.origin] = used.get(hand.origin, 0) + 1
        inks[hand] = Ink(f"{prefix}ink-{number}", _colour_of(hand, dossier), form, turn)
    return inks


def shares(of: Callable[[Origin], int]) -> list[Share]:
    """The four kinds of hand in the order in which they are told, from how much each made."""
    return [Share(words, percent(of(kind)), of(kind), _css(COLOURS[kind])) for kind, words in ORIGINS.items()]


def _bands(dossier: Dossier, inks: dict[Hand, Ink]) -> list[Band]:
    """The stacked shares of all hands, one column a frame (or several), as paths in a box of 1000."""
    columns = _columned(dossier.frames)
    floor = [0] * len(columns)
    order = list(ORIGINS)
    found = []
    for part in sorted(dossier.parts, key=lambda part: order.index(part.hand.origin)):
        roof = [low + column.get(part.hand.id, 0) for low, column in zip(floor, columns, strict=True)]
        if roof != floor:
            found.append(Band(part.hand, _path(floor, roof), inks[part.hand].id))
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


def _lane(part: HandExtent, dossier: Dossier, inks: dict[Hand, Ink]) -> Lane:
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
        colour=inks[hand].colour,
        ink=inks[hand].id,
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
    kind = "image/webp" if picture[8:12] == b"WEBP" else image_format(picture)
    return f"data:{kind};base64,{base64.b64encode(picture).decode()}"
