"""A director's note becomes recipes: read, proposed, shown small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

from manyhands.actions.brought import check_fits
from manyhands.actions.jobs import job
from manyhands.actions.plates import plate_footage
from manyhands.actions.spending import prices
from manyhands.actions.studio import Studio
from manyhands.actions.ways import Choice, choices
from manyhands.core.clip import Clip
from manyhands.core.errors import InputError, NotFoundError
from manyhands.core.extent import Extent, total_extent
from manyhands.core.hand import Hand
from manyhands.core.noun import Noun
from manyhands.core.recipe import SOURCE, TOGETHER, Recipe, sources_in
from manyhands.core.shot import Shot, Standing
from manyhands.core.source import Source, SourceRole
from manyhands.core.spend import Quote
from manyhands.core.take import Take
from manyhands.kit.plate import Reading, read_plate
from manyhands.makers import all_makers, find_maker
from manyhands.media.footage import open_clip
from manyhands.media.previews import write_pictures
from manyhands.media.stills import write_png
from manyhands.propose import Brought, Understanding, ways
from manyhands.propose import propose as planned
from manyhands.propose.grammar import check_note
from manyhands.propose.here import Here, check_here, drawn_matte, pointed
from manyhands.review import pictures
from manyhands.run.findings import findings
from manyhands.run.take import Draft, run_drafts

DRAFT_PX = 270  # of the shorter side, and never more than half of it: enough to choose by
DRAFT_FRAMES = 24  # at most, spread over what is shown of the shot
DRAFT_SPAN = 240  # a longer shot is shown by its beginning: gas has to be stepped through every frame
BY_HAND = ", by hand"
NO_PREVIEW = "it has no moving preview: what it needs works for minutes or hours; run it to see it"


class Adjustment(Noun):
    """One thing that a person changed in a proposal, as it was written and in words.

    What one act changed shares a turn.  It is undone while somebody stands as ``undone_by``.
    """

    KIND: ClassVar[str] = "adjustment"

    written: str
    told: str
    turn: int
    by: str
    at: str
    why: str = ""
    undone_by: str = ""
    undone_at: str = ""


class Answer(Noun):
    """What the studio answered to a note: how it was understood, and the recipes that it proposed.

    ``ways`` are all ways to what the note wants, by who could do it, with what each costs and touches.
    Where a person set parameters by hand, ``set_by`` names them, ``settings`` says what they set,
    ``like`` is the recipe that they set out from, and ``why`` their reason.  ``adjustments`` are all
    that people changed since the recipe ``since``, which was proposed to the note, with what was undone of it.
    """

    KIND: ClassVar[str] = "answer"

    note: str
    understanding: Understanding
    recipes: tuple[str, ...]
    ways: tuple[Choice, ...] = ()
    revises: str = ""
    set_by: str = ""
    settings: tuple[str, ...] = ()
    like: str = ""
    why: str = ""
    since: str = ""
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def understood(self) -> tuple[str, ...]:
        heard = tuple(f"{heard.text}: {heard.meaning}" for heard in self.understanding.understood)
        by_hand = {one.written: one for one in self.adjustments if not one.undone_by}
        return heard + tuple(
            f"{setting}: set by hand by {by_hand[setting].by} ({by_hand[setting].why})"
            if setting in by_hand
            else f"{setting}: set by hand by {self.set_by} ({self.why})"
            for setting in self.settings
        )

    @property
    def passed_over(self) -> tuple[str, ...]:
        """The small words that nothing needed: articles, auxiliaries and their like."""
        return tuple(small.text for small in self.understanding.filler)

    @property
    def not_understood(self) -> tuple[str, ...]:
        return tuple(unknown.text for unknown in self.understanding.unknown)


@dataclass(frozen=True)
class Offer:
    """One proposed recipe, with its small moving picture, and what was found on the way that a person should know.

    One that costs something has no pictures before it is paid for: ``prices`` tells them instead, by step.  One that
    is not complete cannot be run as it is; its findings say why.  One that is no reading of the note is another way to
    what it wants, and is made only where somebody names it.
    """

    recipe: Recipe
    preview: Path | None = None
    contact_sheet: Path | None = None
    extent: Extent | None = None
    findings: tuple[str, ...] = ()
    prices: dict[str, Quote] = field(default_factory=dict)
    is_complete: bool = True
    is_reading: bool = True


def propose(
    studio: Studio,
    by: Hand,
    shot_id: str,
    note: str,
    *,
    revise: str = "",
    elements: Sequence[str] = (),
    mattes: Sequence[str] = (),
    painted: Sequence[str] = (),
    clean: Sequence[str] = (),
    edits: Sequence[str] = (),
    here: Here | None = None,
    previews: bool = True,
) -> tuple[Answer, list[Offer]]:
    """Read a note and propose at least three recipes for it, each with reasons and a small preview.

    Args:
        revise: the take whose recipe the note changes; else it starts anew.
        elements: the ids of sources that are laid into the plate, where the note says.
        mattes, painted, clean, edits: the ids of sources that say what of the plate is meant, what is behind it, and
            what a model or a person made of it.
        here: what ``by`` drew in the picture, which then says where, or what of the plate is meant.
    Raises: NoteError if the note cannot be read; RoleError, NotFoundError, RightsError; InputError
        for a source that is no picture, or was made for another size or other frames; Stopped.
    """
    studio.check(by, "propose")
    if here is not None:
        studio.check(by, "adjust")
    check_note(note)
    shot = studio.production.get(Shot, shot_id)
    previous = studio.production.get(Recipe, studio.production.get(Take, revise).recipe) if revise else None
    seen = reading(studio, shot)
    if here is not None:
        check_here(here, seen)
    given: tuple[tuple[SourceRole, Sequence[str]], ...] = (
        ("", elements), ("matte", mattes), ("painted", painted), ("clean", clean), ("edit", edits)
    )  # fmt: skip
    asked = {id_: role for role, ids in given for id_ in ids}
    there = _taken_by(previous) if previous else ()
    brought = [
        found for id_ in dict.fromkeys((*there, *asked)) if (found := brought_for(studio, shot, id_, asked.get(id_)))
    ]
    if here is not None and (matte := drawn_matte(here, seen)):
        brought.append(matte)
    proposals = planned(note, seen, all_makers(), previous=previous, elements=brought, is_pointed=here is not None)
    understanding = proposals[0].understanding
    placed: dict[str, tuple[str, ...]] = {}

    def with_here(recipe: Recipe) -> Recipe:
        if here is None or recipe.id in placed:
            return recipe
        shown, placed[shown.id] = pointed(
            recipe, here, understanding, seen, all_makers(), by=by.name, previous=previous
        )
        return shown

    readings = [with_here(proposal.recipe) for proposal in proposals]
    for recipe in readings:
        job(studio, shot, recipe, seed=1)  # the terms of every source allow it, before anything is made
    literal = next((recipe for recipe in readings if recipe.name == "literal"), readings[0])
    there_are = ways(literal, understanding, seen, all_makers(), previous=previous, brought=brought)
    there_are = [replace(way, recipe=with_here(way.recipe)) if way.recipe else way for way in there_are]
    offered = choices(studio, shot, there_are, (seen.plate_width_px, seen.plate_height_px))
    can_run = {one.recipe for one in offered if one.can_run}
    others = {way.recipe.id: way.recipe for way in there_are if way.recipe and way.recipe.id in can_run}
    recipes = [*readings, *(recipe for id_, recipe in others.items() if all(id_ != one.id for one in readings))]
    answer = Answer(
        note=note,
        understanding=understanding,
        recipes=tuple(recipe.id for recipe in recipes),
        ways=tuple(offered),
        revises=revise,
        set_by=by.name if placed.get(literal.id) else "",
        settings=placed.get(literal.id, ()),
        why=f"drawn in frame {here.frame}" if here and placed.get(literal.id) else "",
    )
    with studio.act("propose", by, shot=shot_id, note=note, recipes=list(answer.recipes)) as t:
        number = len(answers(studio, shot_id)) + 1  # in the act: nobody else writes now
        t.put(answer, f"{shot_id}-{number:03d}", shot=shot_id)
        if studio.production.find(Reading, shot_id) != seen:
            t.put(seen, shot_id, shot=shot_id)
        # where several readings came to one recipe, it is kept as the literal one
        for recipe in sorted(recipes, key=lambda one: one.name == "literal"):
            if studio.production.find(Recipe, recipe.id) != recipe:
                t.put(recipe, recipe.id, shot=shot_id)
        now = studio.production.get(Shot, shot_id)  # with the notes that others said meanwhile
        t.put(now.but(notes=(*now.notes, note), standing=_further(now)), shot_id, shot=shot_id)
    offers = offers_of(studio, shot, recipes, previews=previews)
    said = {recipe.id for recipe in readings}
    return answer, [replace(offer, is_reading=offer.recipe.id in said) for offer in offers]


def preview(studio: Studio, by: Hand, shot_id: str, recipe_ids: Sequence[str]) -> list[Offer]:
    """Make the small moving pictures of recipes that were proposed before.  Raises: as :func:`propose`."""
    studio.check(by, "propose")
    shot = studio.production.get(Shot, shot_id)
    return offers_of(studio, shot, [find_recipe(studio, shot_id, id_) for id_ in recipe_ids], previews=True)


def offered(studio: Studio, shot_id: str, answer: Answer) -> list[Offer]:
    """What an answer offers, with the pictures that were made of it so far."""
    shot = studio.production.get(Shot, shot_id)
    recipes = [studio.production.get(Recipe, id_) for id_ in answer.recipes]
    pictured = {one.id: _pictures_of(studio, shot, one) for one in recipes}
    return [
        replace(offer, preview=found[0], contact_sheet=found[1])
        if (found := pictured[offer.recipe.id])[0].is_file()
        else offer
        for offer in (_priced(studio, shot, one) if _is_billed(one) else Offer(one) for one in recipes)
    ]


def brought_for(studio: Studio, shot: Shot, source_id: str, asked: SourceRole | None) -> Brought | None:
    """A source as what it was brought in for; None for a file that a maker reads.

    Args:
        source_id: also the ids of several painted sources as one, with ``+`` between them.
        asked: what it is to be for the note; None if nobody says.
    Raises: NotFoundError; InputError for what is no picture, or was brought in as something else.
    """
    if TOGETHER in source_id:
        return _together(studio, shot, source_id)
    source = studio.production.get(Source, source_id)
    if source.medium not in ("footage", "still"):
        if asked is not None:
            raise InputError(
                f"{asked or 'element'}: the source {source_id} is {source.medium}; only footage and stills will do.",
                "Bring a movie, a still or a sequence in: manyhands source add.",
            )
        return None
    if asked is not None and asked != source.role:
        raise InputError(
            f"{asked or 'element'}: the source {source_id} was brought in as {source.role or 'footage'}.",
            f"Say --{source.role} {source_id}."
            if source.role
            else f"Bring it in as what it is: manyhands source add FILE --as {asked}.",
        )
    footage = plate_footage(studio, source)
    if source.role:
        plate = plate_footage(studio, studio.production.get(Source, shot.plate))
        check_fits(footage, source.role, plate, shot.span, title=source.title)
    return Brought(
        id=source.id,
        title=source.title,
        width_px=footage.width,
        height_px=footage.height,
        frames=footage.span.length,
        rate_fps=float(footage.span.rate_fps),
        has_alpha=footage.has_alpha,
        role=source.role,
        colour_space=footage.colour_space,
    )


def _together(studio: Studio, shot: Shot, ids: str) -> Brought:
    """The painted frames of several people as one.  Raises: InputError if one was brought in as something else."""
    each = [brought_for(studio, shot, id_, "painted") for id_ in dict.fromkeys(ids.split(TOGETHER))]
    found = [one for one in each if one is not None]
    return replace(found[0], id=TOGETHER.join(one.id for one in found), frames=sum(one.frames for one in found))


def _taken_by(recipe: Recipe) -> tuple[str, ...]:
    """What the steps of a recipe take from outside, each as it is taken: several sources as one stay so."""
    asked = [value for step in recipe.steps for value in (*step.inputs.values(), *step.params.values())]
    return tuple(dict.fromkeys(name.removeprefix(SOURCE) for name in asked if sources_in(name)))


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
    """A proposed recipe by its id, or by its name ("literal", or "literal, by hand").

    Raises: NotFoundError that lists the names.
    """
    studio.production.get(Shot, shot_id)
    last = _last_proposed(studio, shot_id)
    found = last.get(wanted) or studio.production.find(Recipe, wanted)
    if found is None:
        raise NotFoundError("proposal", wanted, known=list(last))
    return found


def _last_proposed(studio: Studio, shot_id: str) -> dict[str, Recipe]:
    """The recipes of the last note by their names, with what people set by hand since."""
    found: dict[str, Recipe] = {}
    for answer in reversed(answers(studio, shot_id)):
        for recipe in (studio.production.get(Recipe, id_) for id_ in answer.recipes):
            found.setdefault(recipe.name, recipe)
        if not answer.like:
            break
    return found


def _within(clip: Clip, shot: Shot) -> Clip:
    return replace(clip, span=shot.span)


def _further(shot: Shot) -> Standing:
    return "proposed" if shot.standing == "open" else shot.standing


def offers_of(studio: Studio, shot: Shot, recipes: list[Recipe], *, previews: bool) -> list[Offer]:
    """What is shown of the recipes, in their order: pictures, or a price where there can be none before it is paid."""
    each = list({recipe.id: recipe for recipe in recipes}.values())
    free = [recipe for recipe in each if not _is_billed(recipe)]
    shown = {offer.recipe.id: offer for offer in (_shown(studio, shot, free) if previews and free else [])}
    told = {one.id: _priced(studio, shot, one) for one in each if one not in free}
    unseen = {one.id: Offer(one, findings=(NO_PREVIEW,)) for one in free if previews and one.id not in shown}
    offers = {**shown, **told, **unseen}
    # readings that came to the same recipe keep their own names
    return [replace(offers[recipe.id], recipe=recipe) for recipe in recipes if recipe.id in offers]


def _is_billed(recipe: Recipe) -> bool:
    return any(find_maker(step.maker).quote for step in recipe.steps)


def _pictures_of(studio: Studio, shot: Shot, recipe: Recipe) -> tuple[Path, Path]:
    """Where the moving picture and the contact sheet of a proposal lie."""
    folder = studio.folder / "takes" / shot.id / "proposals" / recipe.id
    return folder / "preview.mp4", folder / "contact.png"


def _priced(studio: Studio, shot: Shot, recipe: Recipe) -> Offer:
    """A recipe with its price, or with why it has none as it is."""
    try:
        return Offer(recipe, prices=prices(studio, shot.id, recipe.id))
    except InputError as error:
        return Offer(recipe, findings=(str(error),), is_complete=False)


def _shown(studio: Studio, shot: Shot, recipes: list[Recipe]) -> list[Offer]:
    """Small moving pictures of the recipes, all made in one go; none of a recipe that needs more than this program."""
    recipes = [recipe for recipe in recipes if not any(find_maker(step.maker).needs for step in recipe.steps)]
    if not recipes:
        return []
    footage = plate_footage(studio, studio.production.get(Source, shot.plate))
    scale = min(0.5, DRAFT_PX / min(footage.width, footage.height))
    begun = shot.but(span=shot.span.but(length=min(shot.span.length, DRAFT_SPAN)))
    ids = {id_ for recipe in recipes for id_ in recipe.sources}
    if any(studio.production.get(Source, id_).is_sparse for id_ in ids):
        begun = shot  # what was painted may be for its last frame
    every = max(1, begun.span.length // DRAFT_FRAMES)
    jobs = [job(studio, begun, recipe, seed=1, scale=scale) for recipe in recipes]
    drafts = run_drafts(jobs, every=every, workers=studio.workers, report=studio.report)
    offers = [_offer(studio, shot, recipe, draft) for recipe, draft in zip(recipes, drafts, strict=True)]
    return [replace(offer, findings=findings(draft)) for offer, draft in zip(offers, jobs, strict=True)]


def _offer(studio: Studio, shot: Shot, recipe: Recipe, draft: Draft) -> Offer:
    preview, contact = _pictures_of(studio, shot, recipe)
    write_pictures(preview, draft.pictures, rate_fps=draft.span.rate_fps)
    chosen = [round(step * (len(draft.numbers) - 1) / 2) for step in range(3)]
    cells = [(f"{recipe.name} {draft.numbers[index]}", draft.pictures[index]) for index in chosen]
    write_png(contact, pictures.sheet(cells, columns=3, width=1200))
    return Offer(recipe, preview, contact, total_extent(draft.frames, draft.hands, draft.span))
