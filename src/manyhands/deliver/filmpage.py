"""The page for the audience of a film: every delivered shot on one page, with totals that add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from manyhands.core.extent import PPM, apportion
from manyhands.core.hand import Hand, Origin
from manyhands.core.source import Source
from manyhands.deliver.authority import Authority
from manyhands.deliver.disclosure import EncodingTold
from manyhands.deliver.dossier import Dossier
from manyhands.deliver.page import FileOnPage, rendered, shares
from manyhands.deliver.plain import named, percent, seconds

SHORT: dict[Origin, str] = {
    "camera": "camera",
    "person": "people",
    "procedure": "procedures",
    "trained": "trained models",
}
"""The four kinds of hand over a column, in the order in which they are told."""


@dataclass(frozen=True)
class HandInFilm:
    """One hand over all shots; in ``frames``, for ``seconds`` on the screen, it made or altered anything."""

    hand: Hand
    origin_ppm: int
    altered_ppm: int
    frames: int
    seconds: Fraction
    shots: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """What of one shot goes into the sums; each of ``hands`` is its id, shares of origin and alteration, and frames."""

    shot: str
    seconds: Fraction
    rate_fps: Fraction
    hands: tuple[tuple[str, int, int, int], ...]
    empty_ppm: int
    changed_ppm: int


@dataclass(frozen=True)
class HandSum:
    """One hand's figures over all shots."""

    id: str
    origin_ppm: int
    altered_ppm: int
    frames: int
    seconds: Fraction
    shots: tuple[str, ...]


@dataclass(frozen=True)
class Sums:
    """Shots added up, hands in the order in which they first appear."""

    hands: tuple[HandSum, ...]
    empty_ppm: int
    changed_ppm: int
    seconds: Fraction


@dataclass(frozen=True)
class FilmTold:
    """Shots of one production as a whole.  The hands' ``origin_ppm`` and ``empty_ppm`` sum to exactly 1,000,000."""

    production: str
    dossiers: tuple[Dossier, ...]
    hands: tuple[HandInFilm, ...]
    empty_ppm: int
    changed_ppm: int
    seconds: Fraction
    by: str
    at: str

    def of(self, origin: Origin) -> int:
        """Parts per million of all pictures by all hands of one kind."""
        return sum(each.origin_ppm for each in self.hands if each.hand.origin == origin)

    @property
    def sources(self) -> tuple[Source, ...]:
        """What went in, each once."""
        return tuple({source.id: source for each in self.dossiers for source in each.sources}.values())

    @property
    def remarks(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(remark for each in self.dossiers for remark in each.remarks))


def film_told(dossiers: Sequence[Dossier], *, by: str, at: str) -> FilmTold:
    """Add shots up; each counts by its time on the screen, whatever its size and rate.

    Raises: ValueError if there is no shot.
    """
    sums = summed([_figures(each) for each in dossiers])
    hands = {part.hand.id: part.hand for each in dossiers for part in each.parts}
    found = [
        HandInFilm(hands[one.id], one.origin_ppm, one.altered_ppm, one.frames, one.seconds, one.shots)
        for one in sums.hands
    ]
    return FilmTold(
        production=dossiers[0].production,
        dossiers=tuple(dossiers),
        hands=tuple(sorted(found, key=lambda each: (-each.origin_ppm, -each.altered_ppm, each.hand.id))),
        empty_ppm=sums.empty_ppm,
        changed_ppm=sums.changed_ppm,
        seconds=sums.seconds,
        by=by,
        at=at,
    )


def summed(shots: Sequence[Figures]) -> Sums:
    """Add the figures of shots up, exactly: means by time on the screen, apportioned to a whole million.

    Raises: ValueError if there is no shot, or none has light in it.
    """
    whole = sum((one.seconds for one in shots), Fraction(0))
    parts: dict[str, list[tuple[Figures, tuple[str, int, int, int]]]] = {}
    for one in shots:
        for hand in one.hands:
            parts.setdefault(hand[0], []).append((one, hand))
    made = [sum(one.seconds * hand[1] for one, hand in own) for own in parts.values()]
    shared = apportion(PPM, [*made, sum(one.seconds * one.empty_ppm for one in shots)])
    hands = []
    for (id_, own), share in zip(parts.items(), shared, strict=False):
        hands.append(
            HandSum(
                id=id_,
                origin_ppm=share,
                altered_ppm=round(sum(one.seconds * hand[2] for one, hand in own) / whole),
                frames=sum(hand[3] for _, hand in own),
                seconds=sum((hand[3] / one.rate_fps for one, hand in own), Fraction(0)),
                shots=tuple(one.shot for one, _ in own),
            )
        )
    changed = round(sum(one.seconds * one.changed_ppm for one in shots) / whole)
    return Sums(tuple(hands), shared[-1], changed, whole)


def _figures(dossier: Dossier) -> Figures:
    extent = dossier.take.extent
    return Figures(
        shot=dossier.shot.id,
        seconds=Fraction(extent.screen_seconds),
        rate_fps=dossier.take.span.rate_fps,
        hands=tuple((part.hand.id, part.origin_ppm, part.altered_ppm, part.frames) for part in dossier.parts),
        empty_ppm=extent.empty_ppm,
        changed_ppm=extent.changed_ppm,
    )


def film_page(
    film: FilmTold, authority: Authority, masters: Sequence[EncodingTold], beside: Sequence[FileOnPage] = ()
) -> str:
    """The audience's page of all shots as HTML.

    Args:
        beside: the other files that are written with it.
    """
    return rendered(
        "film.html.j2",
        authority,
        masters,
        beside,
        dossiers=film.dossiers,
        film=film,
        sentence=film_sentence(film),
        trained=film_trained(film),
        shares=shares(film.of),
        screen_time=seconds(film.seconds),
        origins=list(SHORT),
        short_kinds=list(SHORT.values()),
    )


def film_sentence(film: FilmTold) -> str:
    """The whole in one sentence, the human share first."""
    count = len(film.dossiers)
    return (
        f"Camera and people made {percent(film.of('camera') + film.of('person'))} of "
        f"{'this shot' if count == 1 else f'these {count} shots'}, procedures without a trained model "
        f"{percent(film.of('procedure'))}, and trained models {percent(film.of('trained'))}; {_accepted(film)}."
    )


def film_trained(film: FilmTold) -> str:
    """What trained models had to do with the shots, also where the answer is: nothing."""
    drew = [each for each in film.hands if each.hand.origin == "trained"]
    unseen = {
        hand.id: hand.name
        for dossier in film.dossiers
        for hand in dossier.trained_hands
        if hand.id not in {each.hand.id for each in drew}
    }
    told = [f"{each.hand.name} {percent(each.origin_ppm)} ({named(each.shots)})" for each in drew]
    seen = f"Trained models in the pictures: {named(told)}." if drew else "No trained model left a pixel in any shot."
    return seen + (f" Trained models helped without leaving pixels: {named(list(unseen.values()))}." if unseen else "")


def _accepted(film: FilmTold) -> str:
    """Who let the shots out, and how many of them nobody was shown before."""
    names = named(list(dict.fromkeys(each.decision.by.name for each in film.dossiers)))
    unseen = [each.shot.id for each in film.dossiers if each.decision.oversight != "human_validated"]
    if not unseen:
        return f"{names} accepted every one after it had been shown to them"
    if len(unseen) == len(film.dossiers):
        return f"{names} accepted them without having been shown them"
    return f"{names} accepted them, {named(unseen)} without having been shown it"
