"""From what the production holds to what a worker needs."""

from __future__ import annotations

from manyhands.actions.studio import Studio
from manyhands.core.recipe import Recipe
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.makers import find_maker
from manyhands.rights import check_use
from manyhands.run.job import Footing, Job


def job(studio: Studio, shot: Shot, recipe: Recipe, *, seed: int, scale: float = 1.0) -> Job:
    """The job of a recipe on a shot, with every use of every source checked against its terms.

    Raises: RightsError if a maker may not use a source as it needs to; NotFoundError.
    """
    plate = studio.production.get(Source, shot.plate)
    others = {id_: studio.production.get(Source, id_) for id_ in recipe.sources}
    for step in recipe.steps:
        maker = find_maker(step.maker)
        maker.checked(step.params)
        for source in (plate, *others.values()):
            check_use(source, maker.scope, by_maker=f"the maker {maker.name}")
    return Job(
        folder=studio.folder,
        plate=footing(studio, plate),
        span=shot.span,
        recipe=recipe,
        seed=seed,
        scale=scale,
        sources={id_: footing(studio, source) for id_, source in others.items()},
    )


def footing(studio: Studio, source: Source) -> Footing:
    """A source as a worker opens it."""
    return Footing(
        path=studio.folder / source.path,
        sha256=source.sha256,
        colour_space=source.colour_space,
        rate_fps=source.rate_fps,
        first_frame=source.first_frame,
        hand=source.hand,
    )
