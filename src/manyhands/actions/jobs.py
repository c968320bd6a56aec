"""From what the production holds to what a worker needs."""

from __future__ import annotations

from dataclasses import replace

from manyhands.actions.brought import first_frame
from manyhands.actions.consents import consents_under, registry
from manyhands.actions.plates import plate_footage
from manyhands.actions.prompts import check_prompts
from manyhands.actions.studio import Studio
from manyhands.core.recipe import PLATE, Recipe
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.makers import find_maker
from manyhands.rights import Registry, check_use
from manyhands.run.job import Footing, Job


def job(
    studio: Studio, shot: Shot, recipe: Recipe, *, seed: int, scale: float = 1.0, held: Registry | None = None
) -> Job:
    """The job of a recipe on a shot, with each source checked for what the makers that it reaches do with it, and each
    person for whether they consented.

    Args:
        held: the grants and consents, where they were read already.
    Raises: RightsError if a maker may not use a source as it needs to, or a consent is missing; NotFoundError.
    """
    check_rights(studio, shot, recipe, held=held)
    return job_to_look_at(studio, shot, recipe, seed=seed, scale=scale)


def check_rights(studio: Studio, shot: Shot, recipe: Recipe, *, held: Registry | None = None) -> None:
    """Hold a recipe on a shot against terms, grants and consents, and its prompts against both.

    Args:
        held: these, and where it is to be shown; by default as they are today.
    Raises: RightsError.
    """
    held = held or registry(studio)
    plate = studio.production.get(Source, shot.plate)
    for step in recipe.steps:
        maker = find_maker(step.maker)
        maker.checked(step.params)
        for name in recipe.reached(step):
            source = plate if name == PLATE else studio.production.get(Source, name)
            check_use(source, maker.scope, by_maker=f"the maker {maker.name}", registry=held, shot=shot.id)
    consents_under(recipe, held, shot=shot.id)
    check_prompts(studio, shot, recipe, held)


def job_to_look_at(studio: Studio, shot: Shot, recipe: Recipe, *, seed: int, scale: float = 1.0) -> Job:
    """The job of a recipe, for looking at what came of it: that stays possible when a consent was withdrawn since."""
    plate = studio.production.get(Source, shot.plate)
    others = {id_: studio.production.get(Source, id_) for id_ in recipe.sources}
    return Job(
        folder=studio.folder,
        plate=_footing(studio, plate),
        span=shot.span,
        recipe=recipe,
        seed=seed,
        scale=scale,
        sources={id_: _helping(studio, source, plate, shot) for id_, source in others.items()},
    )


def footing_of(studio: Studio, source_id: str, shot: Shot) -> Footing:
    """A source as a worker opens it over a shot.  Raises: NotFoundError."""
    plate = studio.production.get(Source, shot.plate)
    return _helping(studio, studio.production.get(Source, source_id), plate, shot)


def _helping(studio: Studio, source: Source, plate: Source, shot: Shot) -> Footing:
    """A source beside the plate; what was made for the shot lies over it, frame by frame."""
    footing = _footing(studio, source)
    if not source.role:
        return footing
    start = first_frame(plate_footage(studio, source), plate_footage(studio, plate), shot.span)
    return replace(footing, first_frame=start)


def _footing(studio: Studio, source: Source) -> Footing:
    """A source as a worker opens it."""
    return Footing(
        path=studio.folder / source.path,
        sha256=source.sha256,
        colour_space=source.colour_space,
        rate_fps=source.rate_fps,
        first_frame=source.first_frame,
        hand=source.hand,
        role=source.role,
        is_sparse=source.is_sparse,
    )
