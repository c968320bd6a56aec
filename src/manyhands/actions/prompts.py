"""Prompts, held against what people agreed to and what somebody has decided, before a model reads them."""

from __future__ import annotations

from manyhands.actions.statements import statements
from manyhands.actions.studio import Studio
from manyhands.core.errors import RightsError
from manyhands.core.recipe import Recipe
from manyhands.core.shot import Shot
from manyhands.makers import find_maker
from manyhands.rights import Registry, check_consents
from manyhands.rights.prompts import Named, named_in

ASKED = "refers_to_others"
"""The fact by which a person says what they decided of a prompt that names others."""


def check_prompts(studio: Studio, shot: Shot, recipe: Recipe, held: Registry) -> None:
    """Hold the prompts of a recipe against consents and decisions.

    Who is named and known here has to have agreed to being made; of a style or a mark that is named, somebody has to
    have said for this shot, or for the production, whether it is others' work.
    Raises: RightsError that says what is named, and what would cure it.
    """
    for step in recipe.steps:
        named = prompted(held, step.maker, step.params)
        by_maker = f"the prompt of {step.name}"
        if named.people:
            check_consents([(name, "likeness_replica") for name in named.people], held, by_maker=by_maker, shot=shot.id)
        if named.others and not any(one.fact == ASKED for one in statements(studio, shot)):
            raise RightsError(
                f"{by_maker}: it asks for {' and '.join(named.others)}, and nobody has decided about that.",
                "Take it out; or look at whose it is, and say what you decide: "
                f'manyhands policy say {shot.id} {ASKED}=yes --why "…", or =no where it is nobody else\'s.',
                named=list(named.others),
            )


def prompted(held: Registry, maker: str, params: dict[str, object]) -> Named:
    """What the texts that a maker hands to a model name."""
    texts = [item.name for item in find_maker(maker).parameters() if item.name in ("prompt", "negative")]
    known = dict.fromkeys((*(one.name for one in held.people), *(one.person for one in held.grants if one.person)))
    return named_in("\n".join(str(params.get(name, "")) for name in texts), known)
