"""The film's page as plain data: ``film.json``, sealed by the production, with sums that anybody adds up again.

A film's page stands on the papers of its shots: one ``SHOT.disclosure.json`` for each, beside it.  The data names the
hash of the page and of every paper, so that one seal holds them all together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from manyhands.core.extent import PPM, THRESHOLD
from manyhands.core.hand import Origin
from manyhands.deliver.authority import Authority
from manyhands.deliver.disclosure import SharesTold, Told, extents_sha256, schema_lines
from manyhands.deliver.dossier import Dossier
from manyhands.deliver.filmpage import Figures, FilmTold, film_sentence, film_trained
from manyhands.deliver.seal import sealed

FILM_PAGE, FILM_DATA, PAPER = "film.html", "film.json", ".disclosure.json"
KIND = "film disclosure"
MOST_LETTERS = 100
"""Of a number that is written as text: what somebody made up must not take hours to read."""


def _positive(text: str) -> str:
    """A whole number or a fraction above 0, as text.  Raises: ValueError."""
    try:
        is_positive = len(text) <= MOST_LETTERS and "e" not in text.lower() and Fraction(text) > 0
    except ZeroDivisionError:
        is_positive = False
    if not is_positive:
        raise ValueError("it is no number above 0")
    return text


def _number(text: str) -> str:
    """Such a number that may be 0, as of a hand that is listed and never seen.  Raises: ValueError."""
    return text if text == "0" else _positive(text)


Exact = Annotated[str, AfterValidator(_positive)]
"""A number that no float holds: a rate, or a time in seconds."""


class FileTold(Told):
    """A file beside this one, as it was written."""

    name: str = Field(description="its name")
    sha256: str = Field(description="hash of the file")


class MasterTold(Told):
    """The delivered file, as the production's log names it."""

    name: str = Field(description="the file's or the folder's name")
    encodingFormat: str = Field(description="movie or image sequence")  # noqa: N815
    sha256: str = Field(description="its hash; of a sequence that of its list of frames")


class HandOfShot(Told):
    """One hand in one shot."""

    id: str = Field(description="the hand's id")
    origin_ppm: int = Field(description="mean share of the shot's light")
    altered_ppm: int = Field(description="mean alteration by it of light that it did not bring")
    frames: int = Field(description="frames in which it made or altered anything")


class ShotOfFilm(Told):
    """One shot, with the figures that the film's sums are made of."""

    shot: str = Field(description="the shot's id")
    take: str = Field(description="the take that was delivered")
    description: str = Field(description="the shot in one sentence, the human share first")
    first_frame: int = Field(description="number of the first frame")
    frame_count: int = Field(gt=0, description="how many frames")
    rate_fps: Exact = Field(description="frames a second, as a whole number or a fraction")
    screen_seconds: Exact = Field(description="screen time in seconds, as a whole number or a fraction")
    hands: tuple[HandOfShot, ...] = Field(description="every hand that is seen; with empty_ppm they sum to 1,000,000")
    empty_ppm: int = Field(description="share that nobody's picture covers")
    changed_ppm: int = Field(description="how far light was altered, on average; beside the shares")
    accepted_by: str = Field(description="who let it out")
    oversight: Literal["human_validated", "prompt_guided"] = Field(description="whether the picture was shown to them")
    frames_sha256: str = Field(description="hash over the take's frame files")
    frame_extents_sha256: str = Field(description="hash over the per-frame figures, as the master signed it")
    paper: FileTold = Field(description="the shot's whole disclosure, beside this file")
    master: MasterTold = Field(description="what was delivered")


class HandOfFilm(Told):
    """One hand over all shots."""

    id: str = Field(description="the hand's id")
    name: str = Field(description="its name")
    version: str = Field(description="its version; empty for a camera or a person")
    origin: Origin = Field(description="camera, person, procedure or trained")
    origin_ppm: int = Field(description="mean share of the light of all shots, by their time on the screen")
    altered_ppm: int = Field(description="mean alteration by it of light that it did not bring, by time as well")
    frames: int = Field(description="frames in which it made or altered anything, in all shots")
    seconds: Annotated[str, AfterValidator(_number)] = Field(
        description="the time of those on the screen, as a whole number or a fraction"
    )
    shots: tuple[str, ...] = Field(description="the shots in which it is seen")


class FilmDisclosure(Told):
    """Everything that the page of a film adds up."""

    kind: Literal["film disclosure"] = Field("film disclosure", description="what it is to Manyhands")
    v: Literal[1] = Field(1, description="version of this schema")
    production: str = Field(description="the production's name")
    description: str = Field(description="the whole in one sentence, the human share first")
    trained: str = Field(description="what trained models had to do with it, in words")
    frame_count: int = Field(description="frames of all shots")
    screen_seconds: Exact = Field(description="screen time of all shots, as a whole number or a fraction")
    shares: SharesTold = Field(description="how much each kind of hand made")
    hands: tuple[HandOfFilm, ...] = Field(description="every hand over all shots")
    shots: tuple[ShotOfFilm, ...] = Field(min_length=1, description="every shot, in the page's order")
    page: FileTold = Field(description="the page itself")
    written_by: str = Field(description="who had the page written")
    written_at: str = Field(description="when")
    log_sequence: int = Field(description="the last line of the production's log then")
    log_hash: str = Field(description="that line's hash")
    certificate_sha256: str = Field(description="fingerprint of the certificate whose key seals this")


def film_disclosure(
    film: FilmTold, masters: Sequence[MasterTold], papers: Sequence[FileTold], page: FileTold, *, certificate: str
) -> FilmDisclosure:
    """What a film's page adds up, as plain data; masters and papers in the order of its shots.

    Args:
        certificate: the fingerprint of the one whose key will seal it: the seal itself does not hold that.
    """
    shots = tuple(
        _shot(dossier, master, paper) for dossier, master, paper in zip(film.dossiers, masters, papers, strict=True)
    )
    head = film.dossiers[-1]
    return FilmDisclosure(
        production=film.production,
        description=film_sentence(film),
        trained=film_trained(film),
        frame_count=sum(one.frame_count for one in shots),
        screen_seconds=str(film.seconds),
        shares=SharesTold(
            **{f"{kind}_ppm": film.of(kind) for kind in ("camera", "person", "procedure", "trained")},
            empty_ppm=film.empty_ppm,
            changed_ppm=film.changed_ppm,
            threshold_ppm=round(THRESHOLD * PPM),
        ),
        hands=tuple(
            HandOfFilm(
                id=each.hand.id,
                name=each.hand.name,
                version=each.hand.version,
                origin=each.hand.origin,
                origin_ppm=each.origin_ppm,
                altered_ppm=each.altered_ppm,
                frames=each.frames,
                seconds=str(each.seconds),
                shots=each.shots,
            )
            for each in film.hands
        ),
        shots=shots,
        page=page,
        written_by=film.by,
        written_at=film.at,
        log_sequence=head.log_sequence,
        log_hash=head.log_hash,
        certificate_sha256=certificate,
    )


def film_json(told: FilmDisclosure, authority: Authority) -> bytes:
    """The data with its seal, as the file that is written beside the page."""
    return as_written(sealed(told.model_dump(mode="json"), authority))


def as_written(document: Mapping[str, Any]) -> bytes:
    """A sealed document as its file holds it: there is one way only, so that no byte of it can be another."""
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"


def file_told(name: str, content: bytes) -> FileTold:
    """A file that is written beside the data."""
    return FileTold(name=name, sha256=sha256(content).hexdigest())


def figures(shot: ShotOfFilm) -> Figures:
    """What of a shot goes into the film's sums."""
    return Figures(
        shot=shot.shot,
        seconds=Fraction(shot.screen_seconds),
        rate_fps=Fraction(shot.rate_fps),
        hands=tuple((one.id, one.origin_ppm, one.altered_ppm, one.frames) for one in shot.hands),
        empty_ppm=shot.empty_ppm,
        changed_ppm=shot.changed_ppm,
    )


def film_schema_page() -> str:
    """The reference page of the schema, written from the models themselves."""
    return "\n".join(["# `film.json`, field by field", "", _SCHEMA_HEAD, *schema_lines(FilmDisclosure)])


def _shot(dossier: Dossier, master: MasterTold, paper: FileTold) -> ShotOfFilm:
    from manyhands.deliver.plain import sentence

    take = dossier.take
    return ShotOfFilm(
        shot=dossier.shot.id,
        take=take.id,
        description=sentence(dossier),
        first_frame=take.span.start,
        frame_count=take.extent.frames,
        rate_fps=str(take.span.rate_fps),
        screen_seconds=take.extent.screen_seconds,
        hands=tuple(
            HandOfShot(id=part.hand.id, **part.model_dump(include={"origin_ppm", "altered_ppm", "frames"}))
            for part in dossier.parts
        ),
        empty_ppm=take.extent.empty_ppm,
        changed_ppm=take.extent.changed_ppm,
        accepted_by=dossier.decision.by.name,
        oversight=dossier.decision.oversight,
        frames_sha256=take.frames_sha256,
        frame_extents_sha256=extents_sha256(dossier.frames),
        paper=paper,
        master=master,
    )


_SCHEMA_HEAD = """This page is written from the models in `manyhands.deliver.filmdata`; a test holds it to them.

`manyhands disclose --film` writes it beside `film.html`. The file is a seal with four members: `told`, which is what
stands below; `sha256`, the hash of `told` in canonical JSON (sorted keys, no blanks, UTF-8); `signature`, ECDSA over
P-256 with SHA-256 of the same bytes, in base64; and `certificate`, of the key that signs the production's masters,
issued by its `root.pem`. `manyhands verify film.json` (or `film.html`) checks all of it, and adds the sums up again.

A share of the film is the mean of its shots' shares, each weighted by its `screen_seconds`, apportioned by largest
remainder in the order in which hands first appear in `shots`, so that all hands and `empty_ppm` are exactly 1,000,000.
`altered_ppm` and `changed_ppm` are such means, rounded. Frames are counted.
"""
