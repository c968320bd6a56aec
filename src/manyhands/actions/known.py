"""What is known by its looks: fingerprints of sources and takes, and whether something that comes in is one of them."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import cv2
import numpy as np

from manyhands.actions.consents import registry
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, MediaError
from manyhands.core.intake import Alike, Fingerprint
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.kit import fingerprint
from manyhands.kit.fingerprint import A_SECOND, Asked, Hashes
from manyhands.media.footage import Footage
from manyhands.media.glimpses import glimpses
from manyhands.media.previews import read_small
from manyhands.rights import Registry
from manyhands.run.work import proxy_path

METHOD = "cosine-256-1"


def of_footage(source_id: str, footage: Footage) -> tuple[Fingerprint, Asked]:
    """The fingerprint of a source, and what to look for with it; every picture is read once, none is kept."""
    length_s = float(footage.span.seconds)
    hashes, asked = fingerprint.fingerprinted(glimpses(footage, a_second=A_SECOND), length_s=length_s)
    return fingerprint_noun("source", source_id, hashes, footage.span.rate_fps, footage.span.start), asked


def of_take(studio: Studio, take: Take) -> Fingerprint | None:
    """The fingerprint of a take, by the small pictures that were made with it; None where they are gone."""
    folder = studio.folder / take.folder
    every = max(1, int(take.span.rate_fps / A_SECOND))

    def greys() -> Iterator[tuple[float, np.ndarray]]:
        for at in take.span.frames[::every]:
            small = read_small(proxy_path(folder, "take", at))
            yield float(take.span.seconds_at(at)), cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)

    try:
        hashes, _ = fingerprint.fingerprinted(greys(), length_s=float(take.span.seconds))
    except MediaError:
        return None
    return fingerprint_noun("take", take.id, hashes, take.span.rate_fps, take.span.start)


def alike(studio: Studio, asked: Asked, *, but: Sequence[str] = ()) -> list[Alike]:
    """The known sources and takes that show what is asked for, the nearest first.

    Args:
        but: the ids of sources that are the very same file.
    """
    known = [
        one
        for one in studio.production.all(Fingerprint)
        if one.method == METHOD and not (one.of == "source" and one.subject in but)
    ]
    found = fingerprint.matches(asked, [_hashes(one) for one in known])
    held = registry(studio) if found else Registry()
    return [_told_alike(studio, held, known[match.known], match) for match in found]


def check_alike(where: str, found: Iterable[Alike], *, why: str) -> None:
    """Raises: InputError if it looks like something of which a use is forbidden, and nobody says why it may come in."""
    for one in found:
        if one.forbids and not why.strip():
            raise InputError(
                f"{where}: {alike_told(one)}, of which {', '.join(one.forbids)} is forbidden.",
                f'Use {one.of} {one.subject} itself, or add --why "…" that says why this may be used all the same.',
                alike=one.model_dump(mode="json"),
            )


def alike_told(one: Alike) -> str:
    """In plain words what it looks like, and where."""
    length = f"{one.length_s:.1f} s of " if one.length_s else "a frame of "
    mirrored = ", mirrored" if one.is_mirrored else ""
    placed = "" if one.is_placed else " (or near there, for little moves in it)"
    return f"this looks like {length}{one.of} {one.subject} ({one.terms}) from frame {one.frame}{placed}{mirrored}"


def _told_alike(studio: Studio, held: Registry, known: Fingerprint, match: fingerprint.Match) -> Alike:
    if known.of == "source":
        source = studio.production.get(Source, known.subject)
        work, terms = source.id, f"terms {source.terms.licence}"
    else:
        take = studio.production.get(Take, known.subject)
        shot = studio.production.get(Shot, take.shot)
        work, terms = shot.plate, f"of shot {shot.id}"
    forbids = dict.fromkeys(
        str(term.scope) for grant in held.about(work) for term in grant.terms if term.verdict == "prohibit"
    )
    return Alike(
        of=known.of,
        subject=known.subject,
        terms=terms,
        frame=known.first_frame + round(match.known_from_s * Fraction(known.rate_fps)),
        from_s=round(match.asked_from_s, 3),
        length_s=round(match.length_s, 3),
        differ_bits=round(match.differ_bits, 1),
        is_mirrored=match.is_mirrored,
        is_placed=match.is_placed,
        forbids=tuple(forbids),
    )


def fingerprint_noun(of: str, subject: str, hashes: Hashes, rate_fps: Fraction, first_frame: int) -> Fingerprint:
    """What is kept of a source's or a take's pictures."""
    return Fingerprint.model_validate(
        {
            "id": f"{of}:{subject}",
            "of": of,
            "subject": subject,
            "method": METHOD,
            "rate_fps": str(rate_fps),
            "first_frame": first_frame,
            "hashes": base64.b64encode(fingerprint.packed(hashes)).decode(),
        }
    )


def _hashes(saved: Fingerprint) -> Hashes:
    return fingerprint.unpacked(base64.b64decode(saved.hashes))
