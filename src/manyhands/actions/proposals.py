"""A director's note becomes recipes: read, proposed, shown small."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from manyhands.actions.intake import plate_footage
from manyhands.actions.jobs import job
from manyhands.actions.studio import Studio
from manyhands.core.clip import Clip
from manyhands.core.errors import NotFoundError
from manyhands.core.extent import Extent, total_extent
from manyhands.core.hand import Hand
from manyhands.core.noun import Noun
from manyhands.core.recipe import Recipe
from manyhands.core.shot import Shot, Standing
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.kit.plate import Reading, read_plate
from manyhands.makers import all_makers
from manyhands.media.footage import open_clip
from manyhands.media.previews import write_pictures
from manyhands.media.stills import write_png
from manyhands.propose import Understanding
from manyhands.propose import propose as planned
from manyhands.propose.grammar import check_note
from manyhands.review import pictures
from manyhands.run.take import Draft, run_drafts

DRAFT_PX = 270  # of the shorter side: enough to choose by
DRAFT_FRAMES = 24  # at most, spread over the shot


class Answer(Noun):
    """What the studio answered to a note: how it was understood, and the recipes that it proposed."""

    KIND: ClassVar[str] = "answer"

    note: str
    understanding: Understanding
    recipes: tuple[str, ...]
    revises: str = ""

    @property
    def understood(self) -> tuple[str, ...]:
        return tuple(f"{heard.text}: {heard.meaning}" for heard in self.understanding.understood)

    @property
    def passed_over(self) -> tuple[str, ...]:
        """The small words that nothing needed: articles, auxiliaries and their like."""
        return tuple(small.text for small in self.understanding.filler)

    @property
    def not_understood(self) -> tuple[str, ...]:
        return tuple(unknown.text for unknown in self.understanding.unknown)


@dataclass(frozen=True)
class Offer:
    """One proposed recipe, with its small moving picture."""

    recipe: Recipe
    preview: Path
    contact_sheet: Path
    extent: Extent


def propose(
    studio: Studio, by: Hand, shot_id: str, note: str, *, revise: str = "", previews: bool = True
) -> tuple[Answer, list[Offer]]:
    """Read a note and propose at least three recipes for it, each with reasons and a small preview.

    Args:
        revise: the take whose recipe the note changes; else it starts anew.
    Raises: NoteError if the note cannot be read; RoleError, NotFoundError, RightsError; Stopped.
    """
    studio.check(by, "propose")
    check_note(note)
    shot = studio.production.get(Shot, shot_id)
    previous = studio.production.get(Recipe, studio.production.get(Take, revise).recipe) if revise else None
    seen = reading(studio, shot)
    proposals = planned(note, seen, all_makers(), previous=previous)
    recipes = [proposal.recipe for proposal in proposals]
    for recipe in recipes:
        job(studio, shot, recipe, seed=1)  # the terms of every source allow it, before anything is made
    answer = Answer(
        note=note,
        understanding=proposals[0].understanding,
        recipes=tuple(recipe.id for recipe in recipes),
        revises=revise,
    )
    number = len(answers(studio, shot_id)) + 1
    with studio.act("propose", by, shot=shot_id, note=note, recipes=list(answer.recipes)) as t:
        t.put(answer, f"{shot_id}-{number:03d}", shot=shot_id)
        if studio.production.find(Reading, shot_id) != seen:
            t.put(seen, shot_id, shot=shot_id)
        for recipe in recipes:
            if studio.production.find(Recipe, recipe.id) != recipe:
                t.put(recipe, recipe.id, shot=shot_id)
        t.put(shot.but(notes=(*shot.notes, note), standing=_further(shot)), shot_id, shot=shot_id)
    return answer, _shown(studio, shot, recipes) if previews else []


def reading(studio: Studio, shot: Shot) -> Reading:
    """What was measured of a shot's plate, measured once."""
    known = studio.production.find(Reading, shot.id)
    if known is not None:
        return known
    plate = studio.production.get(Source, shot.plate)
    clip = open_clip(plate_footage(studio, plate), plate.hand)
    return read_plate(_within(clip, shot))


def answers(studio: Studio, shot_id: str) -> list[Answer]:
    """Every answer to a note on a shot, oldest first."""
    return studio.production.all(Answer, shot=shot_id)


def answer_to(studio: Studio, shot_id: str, recipe_id: str) -> Answer:
    """The answer that proposed a recipe.  Raises: NotFoundError."""
    for answer in reversed(answers(studio, shot_id)):
        if recipe_id in answer.recipes:
            return answer
    raise NotFoundError(
        "proposal", recipe_id, known=[id_ for answer in answers(studio, shot_id) for id_ in answer.recipes]
    )


def find_recipe(studio: Studio, shot_id: str, wanted: str) -> Recipe:
    """A proposed recipe by its id, or by its name among the last answer's ("literal").

    Raises: NotFoundError that lists the names.
    """
    answered = answers(studio, shot_id)
    if answered:
        latest = [studio.production.get(Recipe, id_) for id_ in answered[-1].recipes]
        for recipe in latest:
            if wanted in (recipe.name, recipe.id):
                return recipe
        found = studio.production.find(Recipe, wanted)
        if found is None:
            raise NotFoundError("proposal", wanted, known=[recipe.name for recipe in latest])
        return found
    raise NotFoundError("proposal", wanted)


def _within(clip: Clip, shot: Shot) -> Clip:
    return replace(clip, span=shot.span)


def _further(shot: Shot) -> Standing:
    return "proposed" if shot.standing == "open" else shot.standing


def _shown(studio: Studio, shot: Shot, recipes: list[Recipe]) -> list[Offer]:
    """Small moving pictures of the recipes, all made in one go."""
    footage = plate_footage(studio, studio.production.get(Source, shot.plate))
    scale = min(1.0, DRAFT_PX / min(footage.width, footage.height))
    every = max(1, shot.span.length // DRAFT_FRAMES)
    jobs = [job(studio, shot, recipe, seed=1, scale=scale) for recipe in recipes]
    drafts = run_drafts(jobs, every=every, workers=studio.workers, report=studio.report)
    return [_offer(studio, shot, recipe, draft) for recipe, draft in zip(recipes, drafts, strict=True)]


def _offer(studio: Studio, shot: Shot, recipe: Recipe, draft: Draft) -> Offer:
    folder = studio.folder / "takes" / shot.id / "proposals" / recipe.id
    preview, contact = folder / "preview.mp4", folder / "contact.png"
    write_pictures(preview, draft.pictures, rate_fps=draft.span.rate_fps)
    chosen = [round(step * (len(draft.numbers) - 1) / 2) for step in range(3)]
    cells = [(f"{recipe.name} {draft.numbers[index]}", draft.pictures[index]) for index in chosen]
    write_png(contact, pictures.sheet(cells, columns=3, width=1200))
    return Offer(recipe, preview, contact, total_extent(draft.frames, draft.hands, draft.span))
