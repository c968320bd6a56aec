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
from manyhands.core.showing import WIDEST
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.rights import Registry, terms_as_grants


@dataclass(frozen=True)
class Wanting:
    """A shot with every use in it that is not allowed today, and what nobody has said of who is seen in it.

    ``elsewhere`` are uses that are allowed in some places or media, and not wherever a delivery goes that says nothing.
    ``of`` is the take that it was asked of, else the recipes of the last answer to a note, else nothing but the plate.
    """

    shot: Shot
    of: str
    uses: tuple[Checked, ...]
    elsewhere: tuple[Checked, ...]
    unseen: str


def wanting(studio: Studio, shots: Sequence[Shot]) -> list[Wanting]:
    """What each of these shots lacks; one that lacks nothing is told as well, with nothing in it."""
    held, everywhere = registry(studio), registry(studio, WIDEST)
    return [_of_shot(studio, shot, held, everywhere) for shot in shots]


def _of_shot(studio: Studio, shot: Shot, held: Registry, everywhere: Registry) -> Wanting:
    take = take_of(studio, shot)
    last = answers(studio, shot.id)[-1:]
    recipes = [take.recipe] if take else [id_ for answer in last for id_ in answer.recipes]
    found, wide = _uses(studio, shot, recipes, held), _uses(studio, shot, recipes, everywhere)
    of = f"take {take.id}" if take else ("the last proposals" if recipes else "the plate")
    return Wanting(
        shot,
        of,
        tuple(one for one in found.values() if one.ruling.verdict != "allow"),
        tuple(one for key, one in wide.items() if one.ruling.verdict != "allow" == found[key].ruling.verdict),
        _unseen(studio, shot, take),
    )


def _uses(studio: Studio, shot: Shot, recipes: Sequence[str], held: Registry) -> dict[tuple[str, str], Checked]:
    """Each use by its scope and what it is of; of a shot without a recipe the letting out of its plate."""
    if not recipes:
        plate = studio.production.get(Source, shot.plate)
        ruling = held.ruled("deliver", work=plate.id, shot=shot.id, more=terms_as_grants(plate))
        return {("deliver", plate.id): Checked("deliver", "deliver", plate.id, ruling)}
    return {
        (one.scope, one.subject): one
        for id_ in recipes
        for one in check(studio, shot.id, studio.production.get(Recipe, id_), held=held)
    }


def _unseen(studio: Studio, shot: Shot, take: Take | None) -> str:
    if take is None:
        return ""
    try:
        check_seen(studio, shot, take)
    except RightsError as error:
        return str(error.what)
    return ""
