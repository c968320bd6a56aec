"""People: who they are, kept where it can go, and in which shots they are seen."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from manyhands.actions.forgotten import pseudonymous, rename_papers, resealed, still_named
from manyhands.actions.regions import Shown, followed, shown_in, strip
from manyhands.actions.roles import Member
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, NotFoundError, RightsError, StateError
from manyhands.core.grant import Grant
from manyhands.core.hand import Hand
from manyhands.core.names import is_same_name, looks_like, written
from manyhands.core.noun import digest
from manyhands.core.party import Depiction, Known, Party, PartyForm
from manyhands.core.recipe import SOURCE, Recipe
from manyhands.core.shot import Shot
from manyhands.core.span import Span
from manyhands.core.take import Take
from manyhands.disk import write_whole
from manyhands.ledger.booking import payee_id

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
    name = written(name)
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


def alike(known: Iterable[Known], name: str) -> list[str]:
    """The names of others that are drawn like a name, with letters of another alphabet."""
    return [one.name for one in known if one.name and looks_like(one.name, name)]


def find_person(known: Iterable[Known], name: str) -> Known:
    """The party of a name or an id.  Raises: NotFoundError."""
    known = list(known)
    for one in known:
        if one.party.id == name or (one.name and is_same_name(one.name, name)):
            return one
    raise NotFoundError(
        "person",
        name,
        known=[one.name or one.party.id for one in known],
        where=f'Add them: manyhands people add "{name}".',
    )


def forget(studio: Studio, by: Hand, name: str, *, why: str) -> tuple[Known, list[str]]:
    """Take what names and shows somebody out of the production; their pseudonymous record stays and the log's chain
    holds.  The pictures of the boxes in which they were marked go with the name.

    In every line and record the id stands where the name was.  What they did here as one of the crew, with the log's
    word for whose hand it was, stays theirs.  Grants about them no longer match anybody, so that nothing more is made
    of them.  What is owed to them stays owed, to the id.
    Returns: the party without a name, and the files that may still tell of them and are a person's to judge.
    Raises: RoleError, NotFoundError; InputError without a reason, or for a name that cannot be told from figures;
    StateError if they are forgotten already; StoreError, CapacityError, and then nothing was changed, or only the
    database's free pages are left to be emptied, which asking again does.
    """
    from manyhands.deliver.authority import open_authority

    studio.check(by, "forget")
    found = find_person(people(studio), name)
    if not why.strip():
        raise InputError("people forget: it has no reason.", 'Add --why "…".')
    if found.party.forgotten_on:
        studio.production.wipe()  # which the first time may have failed at
        raise StateError(f"{found.party.id}: forgotten on {found.party.forgotten_on}.", "Nothing is left to do.")
    gone = found.party.but(forgotten_on=studio.clock()[:10])
    change = pseudonymous(found.name, gone.id, studio.folder) if found.name else str
    authority = open_authority(studio.folder / "keys", studio.name, at=datetime.fromisoformat(studio.clock()))
    anew = resealed(studio.folder, change, authority)
    others = {one.sha256_before: one.sha256 for one in anew}
    others |= {payee_id(found.name): payee_id(gone.id)} if found.name else {}
    about = {"door": studio.door, "party": gone.id, "why": change(why.strip())}
    studio.production.forget(by, studio.clock(), about, lambda text: others.get(text) or change(text), gone, gone.id)
    (studio.folder / PEOPLE / f"{gone.id}.json").unlink(missing_ok=True)
    for one in anew:
        write_whole(one.anew, one.content)
        one.path.unlink() if one.path != one.anew else None
    rename_papers(studio.folder, change)
    for shown in studio.production.all(Depiction):
        if shown.party == gone.id and shown.picture:
            (studio.folder / shown.picture).unlink(missing_ok=True)
    studio.production.wipe()
    papers = [one.document for one in studio.production.all(Grant) if one.person == gone.id and one.document]
    papers += still_named(studio.folder, found.name) if found.name else []
    return Known(gone, ""), list(dict.fromkeys(papers))


@dataclass(frozen=True)
class Going:
    """What forgetting somebody would do: the grants that would match nobody any more, what was said of where they are
    seen, the signed papers that stay for a person to judge, and whether they work here, under a name that stays.
    """

    name: str
    grants: tuple[str, ...]
    seen: tuple[str, ...]
    papers: tuple[str, ...]
    works_here: bool


def would_go(studio: Studio, name: str) -> Going:
    """What forgetting somebody would do; nothing is changed.  Raises: NotFoundError; StateError if they are gone."""
    found = find_person(people(studio), name)
    if found.party.forgotten_on:
        raise StateError(f"{found.party.id}: forgotten on {found.party.forgotten_on}.", "Nothing is left to do.")
    about = [
        one
        for one in studio.production.all(Grant)
        if found.party.id in (one.person, one.grantor) or is_same_name(one.person, found.name)
    ]
    shown = [one for one in every_depiction(studio) if one.party == found.party.id]
    return Going(
        name=found.name,
        grants=tuple(one.id for one in about),
        seen=tuple(dict.fromkeys(one.shot or one.source for one in shown)),
        papers=tuple(one.document for one in about if one.document),
        works_here=any(is_same_name(one.person.name, found.name) for one in studio.production.all(Member)),
    )


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
    source_id: str = "",
    frames: tuple[int, int] | None = None,
    box: tuple[float, ...] = (),
    at: int | None = None,
    what: str = "face",
    is_recognisable: bool = True,
) -> Depiction:
    """Say who is seen or heard in a shot, or in a source; an empty name says that somebody is whom nobody has named.

    Args:
        source_id: instead of a shot; it then counts for every shot that is made with that source.
        box: where, as shares of the picture.
        at: the frame that the box was drawn in: it is followed from there, and ends where it is lost.
    Raises: RoleError, NotFoundError; InputError for frames outside, a box outside the picture, a voice with a box or in
    a source without sound; MediaError if the box cannot be followed; CapacityError, StoreError for its picture.
    """
    studio.check(by, "seen")
    shown = shown_in(studio, shot_id, source_id)
    whom = find_person(people(studio), name).party.id if name else ""
    first, last = frames or (shown.span.start, shown.span.end)
    if not shown.span.start <= first <= last <= shown.span.end:
        raise InputError(
            f"people seen: frames {first}-{last}; {shown.told} has {shown.span.start} to {shown.span.end}.",
            "Give the first and last of its frames: --frames 1001-1024.",
        )
    _check_box(box, at, (first, last), what)
    if what == "voice" and source_id and not shown.has_sound:
        raise InputError(f"people seen: {shown.told} has no sound.", "Name the source that the voice is in.")
    said: dict[str, object] = {"says": "known" if whom else "unknown", "party": whom, "box": box, "what": what}
    said |= {"first": first, "last": last, "is_recognisable": is_recognisable}
    if at is not None:
        kept = followed(shown, box, at, Span(start=first, length=last - first + 1, rate_fps=shown.span.rate_fps))
        ends = (kept.regions[0][0], kept.regions[-1][0])
        said |= {"drawn_at": at, "regions": kept.regions, "lost": kept.lost}
        said |= {} if frames else {"first": ends[0], "last": ends[1]}
    return _said(studio, by, shown, **said)


def _check_box(box: tuple[float, ...], at: int | None, frames: tuple[int, int], what: str) -> None:
    if box and (len(box) != 4 or min(box) < 0 or min(box[2:]) <= 0 or box[0] + box[2] > 1 or box[1] + box[3] > 1):
        raise InputError(
            f"people seen: the box is {box}; it lies in the picture, in shares of its width and height.",
            "Give left, top, width and height: --box 0.4,0.1,0.2,0.3.",
        )
    if what == "voice" and (box or at is not None):
        raise InputError("people seen: a voice has no box.", "Leave --box and --at out; give --frames.")
    if at is not None and not (box and frames[0] <= at <= frames[1]):
        fault = f"frame {at} is not one of {frames[0]} to {frames[1]}" if box else f"there is no box in frame {at}"
        raise InputError(
            f"people seen: {fault}.", "Draw the box in one of the frames: --box 0.4,0.1,0.2,0.3 --at 1001."
        )


def nobody(studio: Studio, by: Hand, shot_id: str, *, why: str, source_id: str = "") -> Depiction:
    """Say that nobody whom one could recognise is seen or heard in a shot or a source; it takes back what was said.

    Raises: RoleError, NotFoundError; InputError without a reason.
    """
    studio.check(by, "seen")
    shown = shown_in(studio, shot_id, source_id)
    if not why.strip():
        raise InputError(
            "people nobody: it has no reason.", 'Add --why "…", such as "an empty street, looked through".'
        )
    return _said(studio, by, shown, says="nobody", first=shown.span.start, last=shown.span.end, why=why.strip())


def _said(studio: Studio, by: Hand, shown: Shown, **said: object) -> Depiction:
    number = len(studio.production.ids(Depiction)) + 1
    of = {"shot": shown.shot} if shown.shot else {"source": shown.source}
    one = Depiction.model_validate(
        {"id": f"{shown.shot or shown.source}:{number}", "by": by, "at": studio.clock(), **of, **said}
    )
    if one.box:
        one = one.but(picture=strip(studio, shown, one))
    with studio.act("seen", by, **of, says=one.says, party=one.party) as t:
        t.put(one, one.id, shot=kept_under(one.shot, one.source), is_new=True)
    return one


def kept_under(shot_id: str, source_id: str) -> str:
    """The shot under which the store has what is said of a shot, or of a source."""
    return shot_id or f"{SOURCE}{source_id}"


def depictions(studio: Studio, shot_id: str, *, source_id: str = "") -> Sequence[Depiction]:
    """What is said of who is in a shot itself, or in a source, oldest first.

    Who says that nobody is takes back what was said before, and who names somebody then takes that back.
    """
    return standing(studio.production.all(Depiction, shot=kept_under(shot_id, source_id)))


def standing(said: Sequence[Depiction]) -> Sequence[Depiction]:
    """Of all that was said of a shot or a source, oldest first, what still holds; see :func:`depictions`."""
    last = max((at for at, one in enumerate(said) if one.says == "nobody"), default=-1)
    return said[last + 1 :] or said[last : last + 1] if last >= 0 else said


def every_depiction(studio: Studio) -> list[Depiction]:
    """Everything that is said of who is seen or heard anywhere, as far as that was not taken back since."""
    of: dict[tuple[str, str], list[Depiction]] = {}
    for one in studio.production.all(Depiction):
        of.setdefault((one.shot, one.source), []).append(one)
    return [one for said in of.values() for one in standing(said)]


def seen_in(studio: Studio) -> dict[str, list[Depiction]]:
    """By party: everything in which they were said to be seen or heard, as far as that was not taken back since."""
    found: dict[str, list[Depiction]] = {}
    for one in every_depiction(studio):
        found.setdefault(one.party, []).append(one)
    return found


def said_of(studio: Studio, shot: Shot) -> Sequence[Depiction]:
    """What is said of who is in a shot, and of its plate as far as the shot shows that, oldest first."""
    of_plate = studio.production.all(Depiction, shot=kept_under("", shot.plate))
    return told_of(shot, studio.production.all(Depiction, shot=shot.id), of_plate)


def told_of(shot: Shot, of_shot: Sequence[Depiction], of_plate: Sequence[Depiction]) -> Sequence[Depiction]:
    """As :func:`said_of`, from all that was said of the shot itself and of its plate."""
    ends = shot.span.start, shot.span.end
    within = [
        one.but(first=max(one.first, ends[0]), last=min(one.last, ends[1]))
        for one in of_plate
        if one.first <= ends[1] and ends[0] <= one.last
    ]
    return standing(sorted([*of_shot, *within], key=lambda one: one.number))


def check_seen(studio: Studio, shot: Shot, take: Take) -> None:
    """Somebody has said who is in a shot in which a model drew, and no face there is marked as unknown.

    Nor is one in a source that the take was made with, unless somebody said since that nobody is in the shot.
    Raises: RightsError; see docs/decisions/0011.
    """
    said = said_of(studio, shot)
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
    nobody_at = max((one.number for one in said if one.says == "nobody"), default=0)
    recipe = studio.production.find(Recipe, take.recipe)
    for source_id in recipe.sources if recipe else ():
        _check_source(shot, source_id, depictions(studio, "", source_id=source_id), nobody_at)
    drew = [
        part.hand.name for part in take.extent.hands
        if part.hand.origin == "trained" and (part.origin_ppm or part.altered_ppm)
    ]  # fmt: skip
    if drew and not said:
        raise RightsError(
            f"shot {shot.id}: {drew[0]} drew in it, and nobody has said who is seen.", cure, shot=shot.id, drew=drew
        )


def _check_source(shot: Shot, source_id: str, said: Sequence[Depiction], nobody_at: int) -> None:
    open_ = _unknown(said)
    if open_ is not None and open_.number > nobody_at:
        raise RightsError(
            f"shot {shot.id}: somebody is in the source {source_id} that it is made with, whom nobody has named.",
            f"Name them: manyhands people seen --source {source_id} NAME; or say so: manyhands people nobody --source "
            f'{source_id} --why "…".',
            shot=shot.id,
            source=source_id,
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
