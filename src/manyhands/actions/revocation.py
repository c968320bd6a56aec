"""Withdrawing a grant: what it touches, shown before and written down after.

From the moment of the log's line nothing is run, accepted or delivered under it, because every gate asks the grants
themselves; no state is kept beside them that could differ.  What the walk finds is told in one report, signed by the
production: takes that nobody approved are blocked, approved ones need a decision, delivered ones are listed with a
draft of what to write to whom, and models that learned from it are named, to be taught again without.

This records; it does not judge.  What a withdrawal does to work that is out differs by contract and by country.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from manyhands.actions.consents import registry
from manyhands.actions.forgotten import REPORTS
from manyhands.actions.people import named, people, told_names
from manyhands.actions.reteaching import without_works
from manyhands.actions.studio import Studio, today
from manyhands.core.decision import Decision
from manyhands.core.errors import InputError, NotFoundError, StateError, TrustError
from manyhands.core.grant import Grant
from manyhands.core.hand import Hand
from manyhands.core.names import is_same_name
from manyhands.core.noun import canonical
from manyhands.core.recipe import PLATE, TOGETHER, Recipe, sources_in
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.deliver.authority import ROOT, open_authority
from manyhands.deliver.seal import opened, sealed
from manyhands.disk import write_whole
from manyhands.makers import all_makers
from manyhands.rights import Registry, terms_as_grants
from manyhands.store.production import Production

Standing = Literal["blocked", "needs a decision", "delivered"]


@dataclass(frozen=True)
class Touched:
    """A take that was made under a grant that is gone.

    ``frames`` of ``of`` frames hold light of it, ``origin_ppm`` of all their pixels come from it and ``altered_ppm``
    were altered by it; for a person that is the part of the trained hands.  Zero where it only helped, as a matte does.
    """

    take: str
    shot: str
    recipe: str
    standing: Standing
    scopes: tuple[str, ...]
    steps: tuple[str, ...]
    frames: int
    of: int
    origin_ppm: int
    altered_ppm: int
    frames_sha256: str


@dataclass(frozen=True)
class Learned:
    """A step whose model learned from the work: what it keeps is not used again, and it is to be taught without.

    ``take`` is the last that was made by it; ``again`` is the command that teaches it without; where it cannot be, that
    is empty, and ``why_not`` says why.
    """

    shot: str
    recipe: str
    step: str
    maker: str
    from_: tuple[str, ...]
    take: str = ""
    again: str = ""
    why_not: str = ""


@dataclass(frozen=True)
class Notice:
    """What is to be written about a master that is out; a draft for a person to send or not."""

    shot: str
    take: str
    master: str
    sha256: str
    delivered_at: str
    draft: str


@dataclass(frozen=True)
class Cascade:
    """All that a withdrawal touches; ``lost`` are the scopes that nothing else permits."""

    grant: Grant
    lost: tuple[str, ...]
    takes: tuple[Touched, ...]
    models: tuple[Learned, ...]
    notices: tuple[Notice, ...]
    report: str = ""

    def standing(self, standing: Standing) -> list[Touched]:
        return [take for take in self.takes if take.standing == standing]


def foresee(studio: Studio, grant_id: str) -> Cascade:
    """What withdrawing a grant would touch; nothing is changed.  Raises: NotFoundError; StateError if it is gone."""
    given = studio.production.find(Grant, grant_id)
    if given is None:
        terms = "What a source came with: manyhands source terms SOURCE … changes it."
        raise NotFoundError("grant", grant_id, known=studio.production.ids(Grant), where=terms)
    if given.revoked_on:
        raise StateError(f"{given.form} {grant_id}: it was withdrawn on {given.revoked_on}.", "Nothing is left to do.")
    return _walked(studio, given.but(revoked_on=today(studio)))


def revoke(studio: Studio, by: Hand, grant_id: str, *, why: str) -> Cascade:
    """Record that a grant was withdrawn: from then on it is a missing one.  A signed report tells what that touches.

    Raises: RoleError, NotFoundError; InputError without a reason; StateError if it was withdrawn before; CapacityError,
    StoreError, TrustError if the report cannot be written or signed.
    """
    studio.check(by, "revoke")
    if not why.strip():
        raise InputError("revoke: it has no reason.", 'Add --why "…": the record is nothing without it.')
    inside = f"{REPORTS}/withdrawn-{grant_id}.json"
    authority = open_authority(studio.folder / "keys", studio.name, at=datetime.fromisoformat(studio.clock()))
    with studio.act("revoke", by, consent=grant_id, why=why.strip()) as t:  # who would do the same waits, and is told
        found = foresee(studio, grant_id)
        withdrawn = found.grant.but(revoked_why=why.strip())
        found = replace(found, grant=withdrawn)
        signed = sealed(_told(studio, by, found), authority)
        (studio.folder / REPORTS).mkdir(exist_ok=True)
        write_whole(studio.folder / inside, json.dumps(signed, ensure_ascii=False, indent=1).encode())
        t.about |= {"person": withdrawn.person} if withdrawn.person else {"work": withdrawn.work}
        t.about |= {"takes": len(found.takes), "models": len(found.models), "masters": len(found.notices)}
        t.about |= {"report_sha256": signed["sha256"]}
        t.put(withdrawn, grant_id)
    return replace(found, report=inside)


@dataclass(frozen=True)
class Gone:
    """A grant about a work that was withdrawn, with the scopes that nobody else gave on a day after that."""

    grant: Grant
    lost: tuple[str, ...]

    @property
    def words(self) -> str:
        given = self.grant
        return f"{given.grantor} withdrew {given.id} on {given.revoked_on} ({given.revoked_why})"

    def touches(self, shot: Shot, recipe: Recipe) -> bool:
        """Whether a take of a shot by a recipe was made with the work by what was withdrawn."""
        plate = shot.plate if shot.plate == self.grant.work else ""
        return bool(_uses_of_work(self.grant.work, self.lost)(recipe.save(), plate))


def withdrawn_before(studio: Studio, day: str) -> list[Gone]:
    """The grants about works that were withdrawn before a day, of which something was nobody's to give on it.

    On the day of the withdrawal itself they still count as given.
    """
    held = registry(studio)
    then = tuple(one.but(revoked_on="") if one.revoked_on >= day else one for one in held.grants)
    held = replace(held, grants=then, leaves=(), today=day)
    gone = [one for one in held.grants if one.work and one.revoked_on]
    return [Gone(one, lost) for one in gone if (lost := _lost_in(held, studio, one))]


def report(studio: Studio, grant_id: str) -> dict[str, Any]:
    """What the signed report of a withdrawal tells, once it is found to be the one that the log holds.

    Raises: NotFoundError; TrustError if it was changed since.
    """
    path = studio.folder / REPORTS / f"withdrawn-{grant_id}.json"
    if not path.is_file():
        found = sorted(one.stem.removeprefix("withdrawn-") for one in path.parent.glob("withdrawn-*.json"))
        raise NotFoundError("report of a withdrawal", grant_id, known=found)
    try:
        document = json.loads(path.read_bytes())
    except ValueError:
        document = {}
    told = opened(document, (studio.folder / "keys" / ROOT).read_bytes(), name=str(path))
    logged = [json.loads(row.about) for row in studio.production.log(act="revoke")]
    if document.get("sha256") not in {about.get("report_sha256") for about in logged if about["consent"] == grant_id}:
        raise TrustError(f"{path}: the log tells of another report.", "Restore it from a copy of the production.")
    return told


def _told(studio: Studio, by: Hand, found: Cascade) -> dict[str, Any]:
    grant = found.grant
    head = studio.production.head()
    return {
        "production": studio.name,
        "grant": grant.save(),
        "recorded_by": by.name,
        "at": studio.clock(),
        "log": {"number": head.number, "hash": head.hash},
        "lost": list(found.lost),
        "shots": sorted({take.shot for take in found.takes}),
        "takes": [vars(take) | {"scopes": list(take.scopes), "steps": list(take.steps)} for take in found.takes],
        "models": [vars(model) | {"from_": list(model.from_)} for model in found.models],
        "notices": [vars(notice) for notice in found.notices],
        "is_not": "It records what was found and judges nothing; it is no legal advice.",
    }


Uses = Callable[[dict[str, Any], str], list[tuple[str, str, str]]]
"""From a saved recipe and a shot's plate: the step, maker and scope of each use of what the grant is about."""


def _walked(studio: Studio, withdrawn: Grant) -> Cascade:
    """Walk shots, recipes and takes as they were saved; only what is touched is looked at closely."""
    store = studio.production
    lost = _lost(studio, withdrawn)
    if not lost:
        return Cascade(withdrawn, (), (), (), ())
    told = named(withdrawn, told_names(people(studio)))
    uses = _uses_of_work(withdrawn.work, lost) if withdrawn.work else _uses_of_person(told.person, lost)
    on_it = {id_ for id_, shot in store.saved(Shot).items() if withdrawn.work and shot["plate"] == withdrawn.work}
    found = _taken(store, withdrawn, on_it)
    used = {take["recipe"] for take in found}
    recipes = store.saved(Recipe, where=lambda id_, text: id_ in used)
    approved = _approved(store.saved(Decision).values())
    out = [(row.at, json.loads(row.about)) for row in store.log(act="delivered")]
    masters = {about["take"]: (at, about) for at, about in out}
    known: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    takes, models = [], {}
    for saved in found:
        key = (saved["recipe"], withdrawn.work if saved["shot"] in on_it else "")
        if key not in known:
            known[key] = uses(recipes[saved["recipe"]], key[1])
        using = known[key]
        if not using:
            continue
        standing: Standing = "blocked"
        if saved["id"] in masters:
            standing = "delivered"
        elif saved["id"] in approved:
            standing = "needs a decision"
        takes.append(_touched(saved, using, standing, withdrawn))
        for step, maker, scope in using:
            if scope.startswith("train_"):
                model = Learned(saved["shot"], saved["recipe"], step, maker, (withdrawn.work,), saved["id"])
                models[(model.shot, model.recipe, step)] = _to_be_taught(model, recipes[model.recipe], key[1])
    notices = tuple(_notice(studio, told, take, *masters[take.take]) for take in takes if take.take in masters)
    return Cascade(withdrawn, lost, tuple(takes), tuple(models.values()), notices)


def _to_be_taught(model: Learned, saved: dict[str, Any], plate: str) -> Learned:
    """A model with how it is taught again without the work, or why it cannot be."""
    (work,) = model.from_
    _, why_not = without_works(Recipe.load(saved), {work}, plate=plate)
    again = "" if why_not else f"manyhands rights reteach {model.take} --without {work}"
    return replace(model, again=again, why_not=why_not)


def _taken(store: Production, withdrawn: Grant, on_it: set[str]) -> list[dict[str, Any]]:
    """The takes that may be touched: on shots whose plate it is, of recipes that name it; for a person all of them.

    Most are passed over by their canonical JSON, without reading it.
    """
    if withdrawn.person:
        return list(store.saved(Take).values())
    mark = names(withdrawn.work)
    plain = canonical(withdrawn.work).decode()[1:-1]
    naming = store.saved(Recipe, where=lambda id_, text: plain in text and mark.search(text) is not None).keys()
    return list(
        store.saved(
            Take, where=lambda id_, text: _value_of("recipe", text) in naming or _value_of("shot", text) in on_it
        ).values()
    )


def names(work: str) -> re.Pattern[str]:
    """What finds the saved recipes that name a work, alone or among several, in their canonical JSON."""
    return re.compile(rf'[:{TOGETHER}]{re.escape(canonical(work).decode()[1:-1])}["{TOGETHER}]')


def _value_of(key: str, text: str) -> str:
    return text.rpartition(f'"{key}":"')[2].partition('"')[0]


def _lost(studio: Studio, withdrawn: Grant) -> tuple[str, ...]:
    """The scopes that the grant gave and that nothing else permits in every shot."""
    held = registry(studio)
    withdrawn = named(withdrawn, told_names(held.people))
    held = replace(held, grants=tuple(withdrawn if one.id == withdrawn.id else one for one in held.grants), leaves=())
    return _lost_in(held, studio, withdrawn)


def _lost_in(held: Registry, studio: Studio, withdrawn: Grant) -> tuple[str, ...]:
    source = studio.production.find(Source, withdrawn.work) if withdrawn.work else None
    more = terms_as_grants(source, held.about(source.id)) if source else ()
    given = dict.fromkeys(term.scope for term in withdrawn.terms if term.verdict != "prohibit")
    return tuple(
        scope
        for scope in given
        if held.ruled(scope, work=withdrawn.work, person=withdrawn.person, more=more).verdict != "allow"
    )


def _uses_of_work(work: str, lost: Iterable[str]) -> Uses:
    scopes, makers = set(lost), all_makers()

    def uses(recipe: dict[str, Any], plate: str) -> list[tuple[str, str, str]]:
        steps = {step["name"]: step for step in recipe["steps"]}
        on_plate = plate == work
        found = []
        for name, step in steps.items():
            scope = makers[step["maker"]].scope if step["maker"] in makers else "composite"
            if _reaches(steps, name, work, on_plate=on_plate) and ({scope, "deliver"} & scopes):
                found.append((name, step["maker"], scope if scope in scopes else "deliver"))
        return found

    return uses


def _reaches(steps: dict[str, dict[str, Any]], name: str, work: str, *, on_plate: bool) -> bool:
    """Whether a step takes a work, itself or through the steps before it."""
    step = steps[name]
    inputs = list(step["inputs"].values())
    if any(work in sources_in(value) for value in (*inputs, *step["params"].values())) or (
        on_plate and PLATE in inputs
    ):
        return True
    return any(one in steps and _reaches(steps, one, work, on_plate=on_plate) for one in inputs)


def _uses_of_person(person: str, lost: Iterable[str]) -> Uses:
    scopes = set(lost)
    makers = all_makers()

    def uses(recipe: dict[str, Any], plate: str) -> list[tuple[str, str, str]]:
        found: list[tuple[str, str, str]] = []
        for step in recipe["steps"]:
            maker = makers.get(step["maker"])
            for whom, scope in maker.consents(maker.checked(step["params"])) if maker else ():
                if scope in scopes and is_same_name(whom, person):
                    found.append((step["name"], step["maker"], scope))
        return found

    return uses


def _approved(decisions: Iterable[dict[str, Any]]) -> set[str]:
    """The takes of which the last that was said is that somebody accepts them."""
    last = {decision["take"]: decision["verdict"] for decision in decisions}
    return {take for take, verdict in last.items() if verdict == "accept"}


def _touched(saved: dict[str, Any], uses: list[tuple[str, str, str]], standing: Standing, withdrawn: Grant) -> Touched:
    parts = list(_parts(saved, withdrawn))
    return Touched(
        take=saved["id"],
        shot=saved["shot"],
        recipe=saved["recipe"],
        standing=standing,
        scopes=tuple(dict.fromkeys(scope for _, _, scope in uses)),
        steps=tuple(dict.fromkeys(step for step, _, _ in uses)),
        frames=max((part["frames"] for part in parts), default=0),
        of=saved["extent"]["frames"],
        origin_ppm=sum(part["origin_ppm"] for part in parts),
        altered_ppm=sum(part["altered_ppm"] for part in parts),
        frames_sha256=saved["frames_sha256"],
    )


def _parts(saved: dict[str, Any], withdrawn: Grant) -> Iterator[dict[str, Any]]:
    """The extents of the hands that stand for what was withdrawn."""
    for part in saved["extent"]["hands"]:
        hand = part["hand"]
        behind = hand["behind"].split(", ")  # several who taught a model stand behind it
        if withdrawn.work in behind if withdrawn.work else hand["origin"] == "trained":
            yield part


def _notice(studio: Studio, withdrawn: Grant, take: Touched, at: str, told: dict[str, Any]) -> Notice:
    subject = withdrawn.person or f"the source {withdrawn.work}"
    draft = (
        f"On {withdrawn.revoked_on} {withdrawn.grantor} withdrew the {withdrawn.form} {withdrawn.id} about {subject} "
        f"({withdrawn.about}). Shot {take.shot} of {studio.name}, delivered on {at[:10]} as {told['master']} "
        f"(SHA-256 {told['sha256']}), was made under it: {', '.join(take.scopes)}, in {take.frames} of {take.of} "
        f"frames. Please tell us by when it can be taken out or replaced, or on what ground it stays."
    )
    return Notice(take.shot, take.take, told["master"], told["sha256"], at, draft)
