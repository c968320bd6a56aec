"""What a production holds of some shots at one moment, read at once: what checks of them are held against.

A check of one shot and one of a whole film read the same way, so that neither asks again for every shot what holds of
all of them: who has agreed to what, who is a member, what was said of the whole production.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from manyhands.actions.consents import registry
from manyhands.actions.people import kept_under, standing, told_names, told_of
from manyhands.actions.regions import altered_ppm
from manyhands.actions.replaced import facts_of_tasks
from manyhands.actions.roles import Member
from manyhands.actions.statements import Statement, with_names
from manyhands.actions.studio import Studio
from manyhands.core.decision import Decision, last_accepted
from manyhands.core.party import Depiction
from manyhands.core.recipe import Recipe
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.makers import find_maker
from manyhands.rights import Registry

Depictions = Mapping[str, Sequence[Depiction]]


@dataclass(frozen=True)
class Slate:
    """All that is asked of some shots, by the shots' ids; members, recipes and sources by their own.

    ``depictions`` are of a shot and of its plate, ``of_sources`` of what a model was given beside that, by source;
    ``tasks`` are those whose work the take does, ``marked`` the most that models drew where a party was marked, in ppm
    by party, None where nobody can say.
    """

    held: Registry
    members: Mapping[str, Member]
    takes: Mapping[str, Take]
    decisions: Mapping[str, Sequence[Decision]]
    depictions: Depictions
    of_sources: Depictions
    statements: Mapping[str, Sequence[Statement]]
    recipes: Mapping[str, Recipe]
    sources: Mapping[str, Source]
    tasks: Mapping[str, Sequence[Mapping[str, Any]]]
    marked: Mapping[str, Mapping[str, int | None]]

    def said_of(self, shot: str) -> list[Statement]:
        """What people have said of the whole production and of a shot, in that order, and have not taken back."""
        return [one for of in ("", shot) for one in self.statements.get(of, ()) if one.value is not None]

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return told_names(self.held.people)

    def name_of(self, party: str) -> str:
        """The name of a party, or its id where that is not told any more."""
        return self._names.get(party, party)


def slate(
    studio: Studio,
    shots: Sequence[Shot],
    *,
    takes: Mapping[str, Take] | None = None,
    held: Registry | None = None,
    fresh: bool = False,
) -> Slate:
    """Read what there is of some shots.

    Args:
        takes: the take of each that is meant; by default the accepted one, else the last.
        held: who has agreed to what, where that was read already.
        fresh: measure again what models drew where somebody is seen.
    Raises: NotFoundError if the record lacks a recipe, a source or a take that it names.
    """
    store, ids = studio.production, {shot.id for shot in shots}
    decisions = store.by_shot(Decision, ids)
    if takes is None:
        takes = chosen(studio, ids, decisions)
    recipes = store.several(Recipe, {take.recipe for take in takes.values()})
    works = {shot.plate for shot in shots} | {work for recipe in recipes.values() for work in recipe.sources}
    depictions, of_sources = _seen(studio, shots, works)
    held = held or registry(studio)
    names = told_names(held.people)
    return Slate(
        held=held,
        members={member.person.id: member for member in store.all(Member)},
        takes=takes,
        decisions=decisions,
        depictions=depictions,
        of_sources=of_sources,
        statements={of: with_names(said, names) for of, said in store.by_shot(Statement, {*ids, ""}).items()},
        recipes=recipes,
        sources=store.several(Source, works),
        tasks=facts_of_tasks(studio, takes),
        marked=_marked(studio, takes, depictions, fresh=fresh),
    )


def _seen(studio: Studio, shots: Sequence[Shot], works: set[str]) -> tuple[Depictions, Depictions]:
    """Who is seen, by shot with its plate, and by source."""
    under = {work: kept_under("", work) for work in works}
    said = studio.production.by_shot(Depiction, {*under.values(), *(shot.id for shot in shots)})
    by_shot = {shot.id: told_of(shot, said.get(shot.id, ()), said.get(under[shot.plate], ())) for shot in shots}
    return by_shot, {work: standing(said[key]) for work, key in under.items() if key in said}


def boxes(said: Sequence[Depiction]) -> list[Depiction]:
    """The boxes in which somebody was marked by name."""
    return [one for one in said if one.party and one.box]


def given_to_models(recipe: Recipe) -> list[str]:
    """The ids of the sources, beside the plate, that reach a model in a recipe."""
    models = [step for step in recipe.steps if find_maker(step.maker).origin == "trained"]
    return [
        id_ for id_ in dict.fromkeys(id_ for step in models for id_ in recipe.reached(step)) if id_ in recipe.sources
    ]


def _marked(
    studio: Studio, takes: Mapping[str, Take], depictions: Depictions, *, fresh: bool
) -> dict[str, dict[str, int | None]]:
    """Frames are read only of takes in which a model drew and somebody is marked."""
    found: dict[str, dict[str, int | None]] = {}
    for shot, said in depictions.items():
        for one in boxes(said) if shot in takes else ():
            shares = found.setdefault(shot, {})
            ppm, before = altered_ppm(studio, takes[shot], one, fresh=fresh), shares.get(one.party, 0)
            shares[one.party] = None if ppm is None or before is None else max(ppm, before)
    return found


def chosen(studio: Studio, ids: set[str], decisions: Mapping[str, Sequence[Decision]]) -> dict[str, Take]:
    """By shots that have one: the take that counts, the accepted one, else the last."""
    accepted = {shot: last_accepted(some) for shot, some in decisions.items()}
    made = studio.production.ids_by_shot(Take, {shot for shot in ids if not accepted.get(shot)})
    meant = {shot: accepted.get(shot) or made[shot][-1] for shot in ids if accepted.get(shot) or made.get(shot)}
    takes = studio.production.several(Take, set(meant.values()))
    return {shot: takes[take] for shot, take in meant.items()}
