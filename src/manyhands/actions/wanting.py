"""What is missing before shots can be made and let out: leave for what goes into them, and who is seen in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from manyhands.actions.consents import registry
from manyhands.actions.facts import take_of
from manyhands.actions.people import check_seen
from manyhands.actions.proposals import answers
from manyhands.actions.rights import Checked, check
from manyhands.actions.studio import Studio
from manyhands.core.errors import RightsError
from manyhands.core.recipe import Recipe
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.rights import Registry, terms_as_grants


@dataclass(frozen=True)
class Wanting:
    """A shot with every use in it that is not allowed today, and what nobody has said of who is seen in it.

    ``of`` is the take that it was asked of, else the recipes of the last answer to a note, else nothing but the plate.
    """

    shot: Shot
    of: str
    uses: tuple[Checked, ...]
    unseen: str


def wanting(studio: Studio, shots: Sequence[Shot]) -> list[Wanting]:
    """What each of these shots lacks; one that lacks nothing is told as well, with nothing in it."""
    held = registry(studio)
    return [_of_shot(studio, shot, held) for shot in shots]


def _of_shot(studio: Studio, shot: Shot, held: Registry) -> Wanting:
    take = take_of(studio, shot)
    last = answers(studio, shot.id)[-1:]
    recipes = [take.recipe] if take else [id_ for answer in last for id_ in answer.recipes]
    found = {
        (one.scope, one.subject): one
        for id_ in recipes
        for one in check(studio, shot.id, studio.production.get(Recipe, id_), held=held)
    }
    if not recipes:
        plate = studio.production.get(Source, shot.plate)
        ruling = held.ruled("deliver", work=plate.id, shot=shot.id, more=terms_as_grants(plate))
        found = {("deliver", plate.id): Checked("deliver", "deliver", plate.id, ruling)}
    open_ = tuple(one for one in found.values() if one.ruling.verdict != "allow")
    of = f"take {take.id}" if take else ("the last proposals" if recipes else "the plate")
    return Wanting(shot, of, open_, _unseen(studio, shot, take))


def _unseen(studio: Studio, shot: Shot, take: Take | None) -> str:
    if take is None:
        return ""
    try:
        check_seen(studio, shot, take)
    except RightsError as error:
        return str(error.what)
    return ""
