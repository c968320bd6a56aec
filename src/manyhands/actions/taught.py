"""What a model learned from painted frames: how far it is, and the account of it when it has learned."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manyhands.actions.jobs import job
from manyhands.actions.proposals import find_recipe
from manyhands.actions.studio import Studio
from manyhands.core.errors import NotFoundError
from manyhands.core.hand import Hand
from manyhands.core.recipe import Recipe, Step
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.kit.taught.account import told
from manyhands.media.stills import write_png
from manyhands.run.job import Job
from manyhands.run.shelf import account_of, shelf_of


@dataclass(frozen=True)
class Learned:
    """How one step of a recipe stands that learns from painted frames.

    ``picture`` is what it made lately of a frame that nobody painted; ``account`` is there when it has learned.
    """

    step: str
    steps: int
    of: int
    loss: float
    seconds: float
    picture: Path
    account: dict[str, Any] | None
    words: str


def taught(studio: Studio, by: Hand, shot_id: str, proposal: str, *, seed: int = 1) -> list[Learned]:
    """How the steps of a recipe stand that learn from painted frames, also while it runs.

    Args:
        proposal: the recipe's name or id.
    Raises: NotFoundError if no step of it has begun to learn; RoleError, RightsError.
    """
    studio.check(by, "look")
    shot = studio.production.get(Shot, shot_id)
    recipe = find_recipe(studio, shot_id, proposal)
    made = job(studio, shot, recipe, seed=seed)
    who = _whose(studio, recipe)
    found = []
    for step in recipe.steps:
        shelf = shelf_of(made, step)
        if shelf.has("live"):
            folder = studio.folder / "takes" / shot.id / "taught" / recipe.id
            found.append(_stands(made, step, folder / f"{step.name}.png", who))
    if not found:
        raise NotFoundError("taught model", f"{shot_id} {proposal}", known=[])
    return found


def _stands(made: Job, step: Step, picture: Path, who: dict[str, str]) -> Learned:
    live = shelf_of(made, step).load("live")
    picture.parent.mkdir(parents=True, exist_ok=True)
    write_png(picture, live["picture"])
    account = account_of(made, step)
    steps, of, loss = int(live["step"]), int(live["of"]), float(live["loss"])
    words = told(account, who) if account else f"{step.name}: has learned {steps} of {of} steps; loss {loss:.3f}."
    return Learned(step.name, steps, of, loss, round(float(live["seconds"]), 1), picture, account, words)


def _whose(studio: Studio, recipe: Recipe) -> dict[str, str]:
    """By the id of each painted source's hand: who painted it, under which terms."""
    sources = [studio.production.get(Source, id_) for id_ in recipe.sources]
    return {
        source.hand.id: f"{source.painted_by or source.owner or source.title} (terms {source.terms.licence})"
        for source in sources
    }
