"""People: who they are, kept where it can go, and in which shots they are seen."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, NotFoundError, RightsError, StateError
from manyhands.core.grant import Grant, is_same_name
from manyhands.core.hand import Hand
from manyhands.core.noun import digest
from manyhands.core.party import Depiction, Known, Party, PartyForm
from manyhands.core.shot import Shot
from manyhands.core.take import Take
from manyhands.disk import write_whole

PEOPLE = "people"


def party(
    studio: Studio,
    by: Hand,
    name: str,
    *,
    form: PartyForm = "person",
    is_minor: bool = False,
    guardian: str = "",
    deceased_on: str = "",
    contact: str = "",
) -> Known:
    """Record a person, a company or a union; what names them lies in a file of its own, not in the record.

    The same name again changes what is said of them.
    Args:
        guardian: for a minor, the name of another party.
    Raises: RoleError, InputError, NotFoundError for the guardian; CapacityError, StoreError.
    """
    studio.check(by, "party")
    name = " ".join(name.split())
    if not name:
        raise InputError("people add: there is no name.", "Name them.")
    if guardian and not is_minor:
        raise InputError(f"people add {name}: only a minor has a guardian here.", "Add --minor.")
    _check_past(name, deceased_on, studio)
    known = people(studio)
    whose = find_person(known, guardian).party.id if guardian else ""
    before = next((one.party for one in known if is_same_name(one.name, name)), None)
    told = {"name": name, "contact": contact.strip(), "salt": secrets.token_hex(16)}
    one = Party(
        id=before.id if before else f"p-{secrets.token_hex(4)}",
        form=form,
        is_minor=is_minor,
        guardian=whose,
        deceased_on=deceased_on,
        told_sha256=digest(told),
    )
    with studio.act("party", by, party=one.id, form=form) as t:
        if before is None and any(is_same_name(other.name, name) for other in people(studio)):
            raise StateError(
                f"people add {name}: somebody else recorded them at the same moment.", "Look: manyhands people list."
            )
        (studio.folder / PEOPLE).mkdir(exist_ok=True)
        write_whole(
            studio.folder / PEOPLE / f"{one.id}.json", json.dumps(told, ensure_ascii=False).encode(), mode=0o600
        )
        t.put(one, one.id, is_new=before is None)
    return Known(one, name, guardian)


def _check_past(name: str, day: str, studio: Studio) -> None:
    try:
        fits = not day or (date.fromisoformat(day).isoformat() == day and day <= studio.clock()[:10])
    except ValueError:
        fits = False
    if not fits:
        raise InputError(f"people add {name}: {day!r} is no day that has been.", "Write it so: 2026-05-01.")


def people(studio: Studio) -> list[Known]:
    """Everybody who was recorded, with their names as far as they are still told."""
    every = studio.production.all(Party)
    names = {one.id: _told_name(studio, one) for one in every}
    return [Known(one, names[one.id], names.get(one.guardian, "")) for one in every]


def _told_name(studio: Studio, one: Party) -> str:
    try:
        with open(f"{studio.folder}/{PEOPLE}/{one.id}.json", "rb") as told:
            return str(json.loads(told.read())["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def find_person(known: Iterable[Known], name: str) -> Known:
    """The party of a name or an id.  Raises: NotFoundError."""
    known = list(known)
    for one in known:
        if one.party.id == name or (one.name and is_same_name(one.name, name)):
            return one
    raise NotFoundError("person", name, known=[one.name or one.party.id for one in known])


def forget(studio: Studio, by: Hand, name: str, *, why: str) -> tuple[Known, list[str]]:
    """Take what names somebody out of the production; their pseudonymous record stays and the log's chain holds.

    Grants about them no longer match anybody, so that nothing more is made of them.
    Returns: the party without a name, and the files that may still tell of them and are a person's to judge.
    Raises: RoleError, NotFoundError; InputError without a reason; StateError if they are forgotten already.
    """
    studio.check(by, "forget")
    found = find_person(people(studio), name)
    if not why.strip():
        raise InputError("people forget: it has no reason.", 'Add --why "…".')
    if found.party.forgotten_on:
        raise StateError(f"{found.party.id}: forgotten on {found.party.forgotten_on}.", "Nothing is left to do.")
    gone = found.party.but(forgotten_on=studio.clock()[:10])
    with studio.act("forget", by, party=gone.id, why=why.strip()) as t:
        t.put(gone, gone.id)
    (studio.folder / PEOPLE / f"{gone.id}.json").unlink(missing_ok=True)
    papers = [one.document for one in studio.production.all(Grant) if one.person == gone.id and one.document]
    return Known(gone, ""), list(dict.fromkeys(papers))


def named(grant: Grant, names: Mapping[str, str]) -> Grant:
    """A grant with the names of the parties whose ids it holds, as far as they are still told (:func:`told_names`)."""
    told = {"grantor": names.get(grant.grantor), "person": names.get(grant.person)}
    return grant.model_copy(update={field: name for field, name in told.items() if name})


def told_names(known: Iterable[Known]) -> dict[str, str]:
    """The names of parties by their ids, of those that still have one."""
    return {one.party.id: one.name for one in known if one.name}


def seen(
    studio: Studio,
    by: Hand,
    shot_id: str,
    name: str,
    *,
    frames: tuple[int, int] | None = None,
    box: tuple[float, ...] = (),
    what: str = "face",
    is_recognisable: bool = True,
) -> Depiction:
    """Say who is seen or heard in a shot; an empty name says that somebody is whom nobody has named.

    Raises: RoleError, NotFoundError; InputError for frames outside the shot or a box outside the picture.
    """
    studio.check(by, "seen")
    shot = studio.production.get(Shot, shot_id)
    whom = find_person(people(studio), name).party.id if name else ""
    first, last = frames or (shot.span.start, shot.span.end)
    if not shot.span.start <= first <= last <= shot.span.end:
        raise InputError(
            f"people seen: frames {first}-{last}; shot {shot_id} has {shot.span.start} to {shot.span.end}.",
            "Give the first and last of its frames: --frames 1001-1024.",
        )
    if box and (len(box) != 4 or min(box) < 0 or min(box[2:]) <= 0 or box[0] + box[2] > 1 or box[1] + box[3] > 1):
        raise InputError(
            f"people seen: the box is {box}; it lies in the picture, in shares of its width and height.",
            "Give left, top, width and height: --box 0.4,0.1,0.2,0.3.",
        )
    says = "known" if whom else "unknown"
    return _said(
        studio, by, shot, says=says, party=whom, first=first, last=last, box=box, what=what,
        is_recognisable=is_recognisable,
    )  # fmt: skip


def nobody(studio: Studio, by: Hand, shot_id: str, *, why: str) -> Depiction:
    """Say that nobody whom one could recognise is seen or heard in a shot; it takes back what was said before.

    Raises: RoleError, NotFoundError; InputError without a reason.
    """
    studio.check(by, "seen")
    shot = studio.production.get(Shot, shot_id)
    if not why.strip():
        raise InputError(
            "people nobody: it has no reason.", 'Add --why "…", such as "an empty street, looked through".'
        )
    return _said(studio, by, shot, says="nobody", first=shot.span.start, last=shot.span.end, why=why.strip())


def _said(studio: Studio, by: Hand, shot: Shot, **said: object) -> Depiction:
    number = len(studio.production.ids(Depiction)) + 1
    depiction = Depiction.model_validate(
        {"id": f"{shot.id}:{number}", "shot": shot.id, "by": by, "at": studio.clock(), **said}
    )
    with studio.act("seen", by, shot=shot.id, says=depiction.says, party=depiction.party) as t:
        t.put(depiction, depiction.id, shot=shot.id, is_new=True)
    return depiction


def depictions(studio: Studio, shot_id: str) -> Sequence[Depiction]:
    """What is said of who is in a shot, oldest first.

    Who says that nobody is takes back what was said before, and who names somebody then takes that back.
    """
    return standing(studio.production.all(Depiction, shot=shot_id))


def standing(said: Sequence[Depiction]) -> Sequence[Depiction]:
    """Of all that was said of a shot, oldest first, what still holds; see :func:`depictions`."""
    last = max((at for at, one in enumerate(said) if one.says == "nobody"), default=-1)
    return said[last + 1 :] or said[last : last + 1] if last >= 0 else said


def check_seen(studio: Studio, shot: Shot, take: Take) -> None:
    """Somebody has said who is in a shot in which a model drew, and no face there is marked as unknown.

    Raises: RightsError; see docs/decisions/0011.
    """
    said = depictions(studio, shot.id)
    cure = (
        f"Name them: manyhands people seen {shot.id} NAME; or look through it and say so: manyhands people nobody "
        f'{shot.id} --why "…".'
    )
    open_ = _unknown(said)
    if open_ is not None:
        raise RightsError(
            f"shot {shot.id}: somebody is in it, frames {open_.first} to {open_.last}, whom nobody has named.",
            cure,
            shot=shot.id,
        )
    drew = [
        part.hand.name for part in take.extent.hands
        if part.hand.origin == "trained" and (part.origin_ppm or part.altered_ppm)
    ]  # fmt: skip
    if drew and not said:
        raise RightsError(
            f"shot {shot.id}: {drew[0]} drew in it, and nobody has said who is seen.", cure, shot=shot.id, drew=drew
        )


def _unknown(said: Iterable[Depiction]) -> Depiction | None:
    """A recognisable somebody whom nothing said later answers: a name for all those frames, or nobody."""
    open_: list[Depiction] = []
    for one in said:
        if one.says == "unknown" and one.is_recognisable:
            open_.append(one)
        elif one.says == "nobody":
            open_ = []
        else:
            open_ = [each for each in open_ if not _answers(one, each)]
    return open_[0] if open_ else None


def _answers(said: Depiction, unknown: Depiction) -> bool:
    same = said.what == unknown.what and (not said.box or not unknown.box or said.box == unknown.box)
    return same and said.first <= unknown.first and unknown.last <= said.last
