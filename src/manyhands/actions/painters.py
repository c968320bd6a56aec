"""Takes whose models several people taught: who did, and what was published of what each of them gave."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from manyhands.actions.decisions import accepted
from manyhands.actions.measuring import logged, painters_in, published
from manyhands.actions.studio import Studio
from manyhands.core.hand import Hand
from manyhands.core.recipe import Recipe, sources_in
from manyhands.core.source import Source
from manyhands.core.take import Take

TAUGHT = '"painted":"source:'
"""What the canonical JSON of a recipe holds that has a step which painted frames taught."""


@dataclass(frozen=True)
class TaughtBy:
    """A take's step that several taught, with the sources of each; whether somebody accepted and measured the take."""

    take: str
    shot: str
    step: str
    painters: dict[str, tuple[str, ...]]
    is_accepted: bool
    is_measured: bool


def taught_by_several(studio: Studio, by: Hand) -> list[TaughtBy]:
    """The takes whose models several people taught, in the order in which they were made.  Raises: RoleError."""
    studio.check(by, "look")
    saved = studio.production.saved(Recipe, where=lambda id_, text: TAUGHT in text)  # most were taught by nobody here
    recipes = {id_: Recipe.load(one) for id_, one in saved.items()}
    works = {id_ for one in recipes.values() for step in one.steps for id_ in sources_in(step.inputs.get("painted"))}
    sources = studio.production.several(Source, works)
    taught = {
        id_: [
            (step.name, who)
            for step in recipe.steps
            if sources_in(step.inputs.get("painted")) and len(who := painters_in(sources, recipe, step)) > 1
        ]
        for id_, recipe in recipes.items()
    }
    by_recipe = tuple(f'"recipe":"{id_}"' for id_, steps in taught.items() if steps)
    made = studio.production.saved(Take, where=lambda id_, text: any(one in text for one in by_recipe))
    takes = [Take.load(one) for one in made.values()] if by_recipe else []
    there, said = logged(studio), {shot: accepted(studio, shot) for shot in {one.shot for one in takes}}
    return [
        TaughtBy(one.id, one.shot, step, who, said[one.shot] == one.id, one.id in there)
        for one in takes
        for step, who in taught[one.recipe]
    ]


def published_file(studio: Studio, by: Hand, take_id: str) -> Path:
    """The file of what was published last of a take's painters, once it is found to be what the log holds.

    Raises: RoleError, NotFoundError; TrustError if it was changed since.
    """
    studio.check(by, "look")
    published(studio, take_id)
    return studio.folder / str(logged(studio)[take_id]["file"])
