"""Bringing things in: a source with its terms, and a shot on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from manyhands.actions.carried import carried, grant_of, intake_of, offer_of, rests
from manyhands.actions.known import alike, check_alike, of_footage
from manyhands.actions.plates import plate_footage
from manyhands.actions.studio import Studio, today
from manyhands.core.errors import InputError, StateError
from manyhands.core.hand import Hand, slug
from manyhands.core.intake import Alike, Intake
from manyhands.core.noun import Noun
from manyhands.core.shot import Shot
from manyhands.core.source import Source, SourceRole, Terms
from manyhands.core.span import Span
from manyhands.kit.cube import read_cube
from manyhands.kit.shapes import read_shapes
from manyhands.media.files import mapped
from manyhands.media.footage import Footage, number_of, probe
from manyhands.rights.offered import offered
from manyhands.store.files import bring_in

KNOWN_BY_LOOKS: tuple[SourceRole, ...] = ("", "edit")
"""What a fingerprint is made of; a matte, painted frames and a clean plate belong to a plate that has one."""


def source(
    studio: Studio,
    by: Hand,
    path: Path,
    *,
    owner: str,
    terms: Terms | None,
    title: str = "",
    colour_space: str | None = None,
    rate_fps: Fraction | None = None,
    found_at: str = "",
    made_how: str = "",
    whole_frames: bool = False,
    role: SourceRole = "",
    painted_by: str = "",
    made_by: str = "",
    confirm: bool = False,
    why: str = "",
) -> tuple[Source, Footage]:
    """Take a file or a sequence into the production, with whose it is and under which terms.

    What it says of its own rights is read and kept beside it (:class:`Intake`), and what it forbids is forbidden from
    then on; so is what it looks like among what is known already.  The same content brought in twice for the same is
    one source.
    Args:
        terms: what this person states; None where the file is to say it.
        whole_frames: take a file that is cut or damaged as far as its frames are whole.
        role: what it is for a shot, where it is neither a plate nor an element.
        painted_by: who painted it; of painted frames by default its owner.
        made_by: the model that made it, with its version: what it shows then counts as made by trained AI; by default
            the one that the file says made it.
        confirm: this person has read what the file proposes (:func:`manyhands.actions.carried.carried`) and takes it.
        why: the reason of terms that go further than what the file says, and of bringing in what looks like something
            of which a use is forbidden.
    Raises: MediaError if it is no footage, or not all of it; RoleError; CapacityError, StoreError; InputError without
        such a reason.
    """
    studio.check(by, "source")
    if role == "edit" and not (painted_by or made_by):
        raise InputError(
            f"{path.name}: nobody says who made this edit.",
            "Add --made-by with the model and its version, or --painted-by with a person's name.",
        )
    sparse = is_sparse(path, role)
    footage = probe(path, rate_fps=rate_fps, colour_space=colour_space, sparse=sparse)
    if not whole_frames:
        footage.check_whole()
    sayings = carried(path, footage.files)
    offer = offered(sayings)
    sha, inside = bring_in(footage.files or (path,), studio.folder / "sources", named=sparse)
    same = [item for item in studio.production.all(Source) if item.sha256 == sha]
    known = [item for item in same if item.role == role]
    before = studio.production.find(Intake, known[0].id) if known else None
    resting = rests(path.name, offer, terms=terms, owner=owner, confirm=confirm, why=why, before=before)
    owner = resting.owner
    brought = Source(
        id=known[0].id if known else _free_id(studio, slug(title or path.stem)),
        title=title or path.name,
        medium="still" if footage.kind == "still" else "footage",
        sha256=sha,
        path=inside,
        owner=owner,
        terms=resting.terms,
        colour_space=footage.colour_space,
        rate_fps=str(footage.span.rate_fps),
        first_frame=footage.span.start,
        found_at=found_at,
        made_how=made_how,
        role=role,
        is_sparse=sparse,
        painted_by=painted_by or (owner or by.name if role == "painted" else ""),
        made_by=made_by or offer.made_by,
    )
    if known and known[0] == brought and before is not None and before.sayings == tuple(sayings):
        return known[0], footage
    nouns: list[tuple[Noun, str]] = []
    looks: tuple[Alike, ...] = before.alike if before else ()
    if before is None and role in KNOWN_BY_LOOKS:
        kept, asked = of_footage(brought.id, footage)
        but = [item.id for item in same]
        looks = () if role == "edit" else tuple(alike(studio, asked, but=but))  # an edit looks like its plate
        check_alike(path.name, looks, why=why)
        nouns.append((kept, kept.id))
    found = intake_of(brought.id, by, studio.clock(), sayings, offer, resting, alike=looks, why=resting.why or why)
    nouns.append((found, brought.id))
    if given := grant_of(brought, offer, resting, by=by, project=studio.name, day=today(studio)):
        nouns.append((given, given.id))
    about = {"notes": list(footage.notes), **_intake_told(found)}
    return _kept(studio, by, brought, nouns, is_new=not known, **about), footage


def data(
    studio: Studio,
    by: Hand,
    path: Path,
    *,
    owner: str,
    terms: Terms | None,
    title: str = "",
    confirm: bool = False,
    why: str = "",
) -> Source:
    """Take a file that makers read into the production, with its terms: a look-up table (.cube) or shapes (.json).

    The same content brought in twice is one source.  What lies beside it says of its rights what :func:`source` reads.
    Raises: MediaError, InputError if it is none, or as :func:`source`; RoleError; CapacityError, StoreError.
    """
    studio.check(by, "source")
    (read_cube if path.suffix.lower() == ".cube" else read_shapes)(str(path))
    sayings = carried(path)
    offer = offered(sayings)
    sha, inside = bring_in((path,), studio.folder / "sources")
    known = next((item for item in studio.production.all(Source) if item.sha256 == sha), None)
    before = studio.production.find(Intake, known.id) if known else None
    resting = rests(path.name, offer, terms=terms, owner=owner, confirm=confirm, why=why, before=before)
    if known is not None and (known.terms == resting.terms or resting.terms_by == "nobody"):
        return known
    brought = Source(
        id=known.id if known else _free_id(studio, slug(title or path.stem)),
        title=title or path.name,
        medium="data",
        sha256=sha,
        path=inside,
        owner=resting.owner,
        terms=resting.terms,
    )
    found = intake_of(brought.id, by, studio.clock(), sayings, offer, resting)
    nouns: list[tuple[Noun, str]] = [(found, brought.id)]
    if given := grant_of(brought, offer, resting, by=by, project=studio.name, day=today(studio)):
        nouns.append((given, given.id))
    return _kept(studio, by, brought, nouns, is_new=known is None, **_intake_told(found))


def is_sparse(path: Path, role: SourceRole) -> bool:
    """Whether the numbers of its pictures say for which frames they are: of painted frames, and of a clean plate
    that was painted for one frame or a few."""
    if role == "clean":
        with mapped(path):
            pictures = sorted(path.iterdir()) if path.is_dir() else [path]
        return any(number_of(picture) is not None for picture in pictures)
    return role == "painted"


def _intake_told(found: Intake) -> dict[str, Any]:
    """What the log says of an intake."""
    told: dict[str, Any] = {"terms_by": found.terms_by} if found.sayings else {}
    told |= {"against": list(found.against)} if found.against else {}
    told |= {"alike": [one.subject for one in found.alike]} if found.alike else {}
    return told | ({"why": found.why} if found.why else {})


def _kept(
    studio: Studio, by: Hand, brought: Source, nouns: Sequence[tuple[Noun, str]] = (), *, is_new: bool, **about: Any
) -> Source:
    told = {"source": brought.id, "sha256": brought.sha256, "terms": brought.terms.licence, **about}
    told |= {name: said for name in ("role", "painted_by", "made_by") if (said := getattr(brought, name))}
    with studio.act("source", by, **told) as t:
        t.put(brought, brought.id, is_new=is_new)
        for noun, id_ in nouns:
            t.put(noun, id_)
    return brought


def is_data(path: Path) -> bool:
    """Whether a file is one that makers read as it is, and no picture."""
    return path.suffix.lower() in (".cube", ".json", ".shapes") and not path.is_dir()


def terms(
    studio: Studio,
    by: Hand,
    source_id: str,
    *,
    owner: str | None,
    terms: Terms | None,
    confirm: bool = False,
    why: str = "",
) -> Source:
    """State (or restate) whose a source is and under which terms, or take those that its file proposed.

    Raises: NotFoundError, RoleError; InputError if there is nothing to take, or if the terms go further than what the
        file says and there is no reason.
    """
    studio.check(by, "terms")
    stated = studio.production.get(Source, source_id)
    before = studio.production.find(Intake, source_id)
    offer = offer_of(before)
    whose = stated.owner if owner is None else owner
    resting = rests(stated.title, offer, terms=terms, owner=whose, confirm=confirm, why=why, before=before)
    stated = stated.but(terms=resting.terms, owner=resting.owner)
    sayings, looks = (before.sayings, before.alike) if before else ((), ())
    found = intake_of(source_id, by, studio.clock(), sayings, offer, resting, alike=looks)
    given = grant_of(stated, offer, resting, by=by, project=studio.name, day=today(studio))
    with studio.act("terms", by, source=source_id, terms=stated.terms.licence, **_intake_told(found)) as t:
        t.put(stated, source_id)
        t.put(found, source_id)
        if given:
            t.put(given, given.id)
    return stated


def shot(
    studio: Studio, by: Hand, source_id: str, *, id_: str = "", first: int | None = None, last: int | None = None
) -> Shot:
    """A shot on a plate: the whole of it, or frames ``first`` to ``last``, both included.

    Raises: NotFoundError; StateError if the id is taken by another plate; InputError if the
    frames lie outside the plate.
    """
    studio.check(by, "shot")
    if id_ and not re.fullmatch(r"\w[\w.-]{0,63}", id_):
        raise InputError(
            f"shot {id_[:64]!r}: that is no id of a shot; its takes lie in a folder of that name.",
            "Use up to 64 letters, digits, dots, hyphens and underscores, such as sh010.",
        )
    plate = studio.production.get(Source, source_id)
    whole = plate_footage(studio, plate).span
    start, end = whole.start if first is None else first, whole.end if last is None else last
    if not whole.start <= start <= end <= whole.end:
        raise InputError(
            f"shot: frames {start} to {end} are not all in {plate.title}; it has {whole.start} to {whole.end}.",
            "Give --first and --last within that.",
        )
    span = Span(start=start, length=end - start + 1, rate_fps=whole.rate_fps)
    existing = {item.id: item for item in studio.production.all(Shot)}
    same = [item for item in existing.values() if item.plate == plate.id and item.span == span]
    if id_ and id_ in existing and existing[id_] not in same:
        raise StateError(f"shot {id_}: it exists, on another plate or span.", "Give the new one another --id.")
    if same and (not id_ or existing.get(id_) in same):
        return existing[id_] if id_ else same[0]
    made = Shot(id=id_ or f"sh{10 * (len(existing) + 1):03d}", plate=plate.id, span=span)
    with studio.act("shot", by, shot=made.id, plate=plate.id) as t:
        t.put(made, made.id, shot=made.id, is_new=True)
    return made


def _free_id(studio: Studio, wished: str) -> str:
    taken = set(studio.production.ids(Source))
    number, free = 2, wished
    while free in taken:
        free, number = f"{wished}-{number}", number + 1
    return free
