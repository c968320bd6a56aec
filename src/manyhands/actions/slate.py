"""What a production holds of some shots at one moment, read at once: what checks of them are held against.

A check of one shot and one of a whole film read the same way, so that neither asks again for every shot what holds of
all of them: who has agreed to what, who is a member, what was said of the whole production.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from manyhands.actions.consents import registry
from manyhands.actions.decisions import last_accepted
from manyhands.actions.people import standing
from manyhands.actions.roles import Member
from manyhands.actions.statements import Statement
from manyhands.actions.studio import Studio
from manyhands.core.decision import Decision
from manyhands.core.party import Depiction
from manyhands.core.recipe import Recipe
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.rights import Registry


@dataclass(frozen=True)
class Slate:
    """All that is asked of some shots, by the shots' ids; members, recipes and sources by their own."""

    held: Registry
    members: Mapping[str, Member]
    takes: Mapping[str, Take]
    decisions: Mapping[str, Sequence[Decision]]
    depictions: Mapping[str, Sequence[Depiction]]
    statements: Mapping[str, Sequence[Statement]]
    recipes: Mapping[str, Recipe]
    sources: Mapping[str, Source]


def slate(
    studio: Studio, shots: Sequence[Shot], *, takes: Mapping[str, Take] | None = None, held: Registry | None = None
) -> Slate:
    """Read what there is of some shots.

    Args:
        takes: the take of each that is meant; by default the accepted one, else the last.
        held: who has agreed to what, where that was read already.
    Raises: NotFoundError if the record lacks a recipe, a source or a take that it names.
    """
    store, ids = studio.production, {shot.id for shot in shots}
    decisions = store.by_shot(Decision, ids)
    if takes is None:
        takes = chosen(studio, ids, decisions)
    recipes = store.several(Recipe, {take.recipe for take in takes.values()})
    works = {shot.plate for shot in shots} | {work for recipe in recipes.values() for work in recipe.sources}
    return Slate(
        held=held or registry(studio),
        members={member.person.id: member for member in store.all(Member)},
        takes=takes,
        decisions=decisions,
        depictions={shot: standing(said) for shot, said in store.by_shot(Depiction, ids).items()},
        statements=store.by_shot(Statement, {*ids, ""}),
        recipes=recipes,
        sources=store.several(Source, works),
    )


def chosen(studio: Studio, ids: set[str], decisions: Mapping[str, Sequence[Decision]]) -> dict[str, Take]:
    """By shots that have one: the take that counts, the accepted one, else the last."""
    accepted = {shot: last_accepted(some) for shot, some in decisions.items()}
    made = studio.production.ids_by_shot(Take, {shot for shot in ids if not accepted.get(shot)})
    meant = {shot: accepted.get(shot) or made[shot][-1] for shot in ids if accepted.get(shot) or made.get(shot)}
    takes = studio.production.several(Take, set(meant.values()))
    return {shot: takes[take] for shot, take in meant.items()}
