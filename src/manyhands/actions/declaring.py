"""What the production tells others of its rights: a take's training and mining entries, and exports for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from manyhands.actions.consents import registry
from manyhands.actions.extents import frame_extents
from manyhands.actions.facts import facts_of, take_of
from manyhands.actions.people import depictions, people
from manyhands.actions.slate import slate
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, StateError
from manyhands.core.recipe import Recipe
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.deliver.schemes import Scheme, involvement, schemes
from manyhands.disk import write_whole
from manyhands.makers import find_maker
from manyhands.rights import Registry, Subject, odrl_policy, rsl_document, training_mining, training_mining_file
from manyhands.rights.rsl import url_of
from manyhands.rights.verdict import shot_work


@dataclass(frozen=True)
class Exported:
    """What was written for whom: the format, what it is about, the text, and the file if there is one."""

    format: str
    about: tuple[str, ...]
    text: str
    path: str = ""


def subjects_of(studio: Studio, shot: Shot, take: Take) -> list[Subject]:
    """Whatever went into a take: its sources, what the production made itself, and who is seen.

    Light of a hand that stands for no source is the production's own work, ``shot:ID``: a grant about that opens it.
    Where nobody has said who is seen, somebody may be.
    """
    recipe = studio.production.get(Recipe, take.recipe)
    sources = [studio.production.get(Source, id_) for id_ in dict.fromkeys((shot.plate, *recipe.sources))]
    brought = {source.id for source in sources}
    own = any(part.origin_ppm and part.hand.behind not in brought for part in take.extent.hands)
    return [
        *(Subject(source) for source in sources),
        *([Subject(work=shot_work(shot.id))] if own else []),
        *_seen(studio, shot),
    ]


def _seen(studio: Studio, shot: Shot) -> list[Subject]:
    said = depictions(studio, shot.id)
    names = {one.party.id: one.name for one in people(studio)}
    whom = [names.get(one.party, "") for one in said if one.says == "known" and one.is_recognisable]
    unknown = not said or "" in whom or any(one.says == "unknown" and one.is_recognisable for one in said)
    return [*(Subject(person=name) for name in dict.fromkeys(whom) if name), *([Subject(is_unknown=True)] * unknown)]


def mining_of(studio: Studio, shot: Shot, take: Take, held: Registry) -> dict[str, dict[str, str]]:
    """The entries of ``cawg.training-mining`` that a master of a take is signed with."""
    return training_mining(subjects_of(studio, shot, take), held)


def told_facts(studio: Studio, shot: Shot, take: Take, held: Registry) -> dict[str, bool | None]:
    """What people said of a take that schemes of disclosure ask."""
    known = facts_of(slate(studio, [shot], takes={shot.id: take}, held=held), shot)
    return {name: known.get(name) for name in ("alters_performance", "has_synthetic_performer", "script_is_human")}


def profile(studio: Studio, shot_id: str) -> tuple[Scheme, ...]:
    """What schemes of disclosure would call a shot, by its accepted take, else its last.

    Raises: NotFoundError; StateError if there is no take.
    """
    shot, take = _shot_and_take(studio, shot_id)
    recipe = studio.production.get(Recipe, take.recipe)
    hands = (*take.hands, *(use.hand for use in take.uses), *(find_maker(step.maker).hand for step in recipe.steps))
    return schemes(
        involvement(
            (hand for hand in hands if hand.origin == "trained"),
            frame_extents(studio, take),
            trained_ppm=take.extent.of("trained"),
            facts=told_facts(studio, shot, take, registry(studio)),
        )
    )


def _shot_and_take(studio: Studio, shot_id: str) -> tuple[Shot, Take]:
    """A shot with the take of it that counts.  Raises: NotFoundError; StateError if there is none."""
    shot = studio.production.get(Shot, shot_id)
    take = take_of(studio, shot)
    if take is None:
        raise StateError(f"shot {shot_id}: there is no take of it.", "Make one: manyhands run.")
    return shot, take


def export(
    studio: Studio,
    *,
    format: str,
    sources: Sequence[str] = (),
    shot_id: str = "",
    take_id: str = "",
    out: Path | None = None,
) -> Exported:
    """Write what is granted as ODRL, RSL or CAWG entries: of sources, or of all that went into a shot's take.

    Args:
        format: ``odrl``, ``rsl`` or ``cawg``.
        sources: ids; where neither a shot nor a take is named, none are all.
        shot_id: a shot, by the take that is accepted, else by its last.
        out: a file to write it to.
    Raises: NotFoundError; InputError for no such format, or sources and a shot at once; StateError where there is no
        take or no source; CapacityError, StoreError if it cannot be written.
    """
    if format not in _FORMATS:
        raise InputError(f"rights export: {format} is no format.", f"Name one of {', '.join(_FORMATS)}.")
    if bool(sources) + bool(shot_id) + bool(take_id) > 1:
        raise InputError("rights export: it is about sources, a shot or a take.", "Name one kind of them.")
    declared = _of_take(studio, shot_id, take_id) if shot_id or take_id else _of_sources(studio, sources)
    text = _FORMATS[format](declared, registry(studio))
    if out is not None:
        write_whole(out, text.encode())
    return Exported(format, tuple(declared), text, str(out or ""))


Declared = Mapping[str, list[Subject]]
"""By the URL or path of what is told of: what went into it."""


def _of_take(studio: Studio, shot_id: str, take_id: str) -> Declared:
    if take_id:
        take = studio.production.get(Take, take_id)
        shot = studio.production.get(Shot, take.shot)
    else:
        shot, take = _shot_and_take(studio, shot_id)
    return {f"/*{shot.id}*": subjects_of(studio, shot, take)}


def _of_sources(studio: Studio, ids: Sequence[str]) -> Declared:
    found = [studio.production.get(Source, id_) for id_ in ids] or studio.production.all(Source)
    if not found:
        raise StateError("rights export: there is no source.", "Bring one in: manyhands source add FILE.")
    declared: dict[str, list[Subject]] = {}
    for source in found:
        declared.setdefault(url_of(source), []).append(Subject(source))
    return declared


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _every(declared: Declared) -> Iterable[Subject]:
    return (subject for subjects in declared.values() for subject in subjects)


_FORMATS: Mapping[str, Callable[[Declared, Registry], str]] = {
    "odrl": lambda declared, held: _json(odrl_policy(_every(declared), held)),
    "rsl": rsl_document,
    "cawg": lambda declared, held: _json(training_mining_file(training_mining(_every(declared), held))),
}
