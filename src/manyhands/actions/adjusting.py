"""A proposal that people change by hand: what is set, taken out, added and moved, what of it is undone and done again.

Every change is an act by a named person, and what comes of it is a proposal of its own: nothing is lost by another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from manyhands.actions.intake import data
from manyhands.actions.jobs import job
from manyhands.actions.proposals import (
    Adjustment,
    Answer,
    Offer,
    answer_to,
    answers,
    brought_for,
    find_recipe,
    offers_of,
    reading,
)
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, ManyhandsError, StateError
from manyhands.core.hand import Hand
from manyhands.core.maker import Maker
from manyhands.core.recipe import SOURCE, Recipe
from manyhands.core.shot import Shot
from manyhands.makers import all_makers
from manyhands.openweight.cards import card_of
from manyhands.propose import Brought, Remake, Setting, adjustment, fitting, maker_of, remade
from manyhands.rights import terms_named
from manyhands.run.job import Job
from manyhands.store.production import Transaction

BY_HAND = ", by hand"
SO_MANY = 500
"""So many adjustments at most in one act."""


def adjust(
    studio: Studio, by: Hand, shot_id: str, like: str, settings: Sequence[str], *, why: str, previews: bool = True
) -> tuple[Answer, list[Offer]]:
    """Change a proposed recipe by hand; the result is a proposal of the person who changed it.

    Args:
        like: the recipe to set out from, by its name or id.
        settings: in their order, each ``STEP.NAME=VALUE`` for a parameter or an input (``place.element=source:ID``), or
            ``take out STEP``, ``add MAKER``, ``move STEP before STEP`` (or ``after``), ``reset STEP`` or
            ``reset STEP.NAME``.  A file (``grade.lut=look.cube``) is taken into the production as a source.
        why: the person's reason.
    Raises: InputError, ParameterError, NotFoundError, NoteError for what cannot be done; RoleError,
        RightsError, MediaError; Stopped.
    """
    studio.check(by, "adjust")
    if not why.strip():
        raise InputError("adjust: it has no reason.", 'Add --why "…": the record is nothing without it.')
    if not settings:
        raise InputError(
            "adjust: nothing is set.",
            'Add --set STEP.NAME=VALUE, such as --set smoke.density=2, or --adjust "take out smoke".',
        )
    shot = studio.production.get(Shot, shot_id)
    before = find_recipe(studio, shot_id, like)
    wanted = _read(settings)
    checked, _ = _remade(studio, shot, before, wanted)  # everything is checked before a file is brought in
    wanted = [one if isinstance(one, Remake) else _brought_in(studio, by, checked, one) for one in wanted]
    recipe, told = _remade(studio, shot, before, wanted)
    recipe = recipe.but(name=_name(before), why=(*before.why, _reason(by.name, told, why)))
    job(studio, shot, recipe, seed=1)
    earlier = answer_to(studio, shot_id, before.id)
    turn = 1 + max((one.turn for one in earlier.adjustments), default=0)
    done = [
        Adjustment(written=str(one), told=says, turn=turn, by=by.name, at=studio.clock(), why=why.strip())
        for one, says in zip(wanted, told, strict=True)
    ]
    answer = earlier.but(
        recipes=(recipe.id,),
        ways=(),
        set_by=by.name,
        settings=(*earlier.settings, *map(str, wanted)),
        like=before.id,
        why=why.strip(),
        since=earlier.since or before.id,
        adjustments=(*earlier.adjustments, *done),
    )
    set_ = [str(one) for one in wanted]
    with studio.act("adjust", by, shot=shot_id, like=before.id, recipe=recipe.id, set=set_, why=answer.why) as t:
        _put(studio, t, shot_id, answer, recipe)
    return answer, offers_of(studio, shot, [recipe], previews=previews)


def undo(
    studio: Studio, by: Hand, shot_id: str, like: str, numbers: Sequence[int] = (), *, previews: bool = True
) -> tuple[Answer, list[Offer]]:
    """Undo what was changed by hand in a proposal: the last act's changes, or some of all by their numbers from 1.

    What comes of it is proposed again; what was undone stays in the list, and can be done again.
    Raises: NotFoundError; StateError if there is nothing to undo; InputError for a number that is none, or where what
        came after needs what is to be undone; RoleError, RightsError; Stopped.
    """
    studio.check(by, "undo")
    return _turned(studio, by, shot_id, like, numbers, is_undone=True, previews=previews)


def redo(
    studio: Studio, by: Hand, shot_id: str, like: str, numbers: Sequence[int] = (), *, previews: bool = True
) -> tuple[Answer, list[Offer]]:
    """Do again what was undone last in a proposal, or some of what was undone by their numbers.  Raises: as undo."""
    studio.check(by, "undo")
    return _turned(studio, by, shot_id, like, numbers, is_undone=False, previews=previews)


def draft(
    studio: Studio, by: Hand, shot_id: str, like: str, settings: Sequence[str], *, scale: float
) -> tuple[Recipe, Job]:
    """A recipe as it would be changed by hand, to be looked at small meanwhile; nothing is recorded.

    Raises: as :func:`adjust`.
    """
    recipe, _ = sketch(studio, by, shot_id, like, settings)
    return recipe, job(studio, studio.production.get(Shot, shot_id), recipe, seed=1, scale=scale)


def sketch(
    studio: Studio, by: Hand, shot_id: str, like: str, settings: Sequence[str]
) -> tuple[Recipe, tuple[str, ...]]:
    """A recipe as it would be changed by hand, and each change in words; nothing is recorded.

    Raises: as :func:`adjust`.
    """
    studio.check(by, "adjust")
    shot = studio.production.get(Shot, shot_id)
    recipe = find_recipe(studio, shot_id, like)
    return _remade(studio, shot, recipe, _read(settings), must_change=False) if settings else (recipe, ())


def addable(studio: Studio, by: Hand, shot_id: str, like: str) -> tuple[Maker, ...]:
    """The makers whose step could be added to a recipe as it is.  Raises: RoleError, NotFoundError."""
    studio.check(by, "adjust")
    shot = studio.production.get(Shot, shot_id)
    return fitting(find_recipe(studio, shot_id, like), reading(studio, shot), all_makers())


def _turned(
    studio: Studio, by: Hand, shot_id: str, like: str, numbers: Sequence[int], *, is_undone: bool, previews: bool
) -> tuple[Answer, list[Offer]]:
    """The proposal with some adjustments undone, or done again, as an act."""
    verb = "undo" if is_undone else "redo"
    shot = studio.production.get(Shot, shot_id)
    before = find_recipe(studio, shot_id, like)
    earlier = answer_to(studio, shot_id, before.id)
    chosen = [number - 1 for number in numbers] or _last(earlier.adjustments, is_undone=is_undone)
    if not chosen:
        was = "changed" if is_undone else "undone"
        raise StateError(f"{verb}: nothing was {was} by hand in {before.name or before.id}.", "There is nothing to do.")
    for index in chosen:
        if not 0 <= index < len(earlier.adjustments) or bool(earlier.adjustments[index].undone_by) == is_undone:
            raise InputError(
                f"{verb}: {index + 1} is no change that can be {'undone' if is_undone else 'done again'}.",
                f"There are {_listed(earlier.adjustments, is_undone=not is_undone) or 'none'}.",
            )
    mark = {"undone_by": by.name if is_undone else "", "undone_at": studio.clock() if is_undone else ""}
    all_ = tuple(one.but(**mark) if index in chosen else one for index, one in enumerate(earlier.adjustments))
    recipe = _recorded(studio, shot_id, earlier.since, all_) or _replayed(studio, shot, earlier.since, all_, verb)
    job(studio, shot, recipe, seed=1)
    told = [earlier.adjustments[index].told for index in chosen]
    put_aside = {one.written for one in earlier.adjustments}
    drawn = [written for written in earlier.settings if written not in put_aside]
    answer = earlier.but(
        recipes=(recipe.id,),
        set_by=by.name,
        settings=(*drawn, *(one.written for one in all_ if not one.undone_by)),
        like=before.id,
        why=f"{'undid' if is_undone else 'did again'}: {'; '.join(told)}",
        adjustments=all_,
    )
    with studio.act(
        verb, by, shot=shot_id, like=before.id, recipe=recipe.id, changes=[index + 1 for index in chosen], told=told
    ) as t:
        _put(studio, t, shot_id, answer, recipe)
    return answer, offers_of(studio, shot, [recipe], previews=previews)


def _put(studio: Studio, t: Transaction, shot_id: str, answer: Answer, recipe: Recipe) -> None:
    t.put(answer, f"{shot_id}-{len(answers(studio, shot_id)) + 1:03d}", shot=shot_id)
    if studio.production.find(Recipe, recipe.id) is None:
        t.put(recipe, recipe.id, shot=shot_id)


def _last(there: Sequence[Adjustment], *, is_undone: bool) -> list[int]:
    """What one act did last, or what was undone last; by index."""
    if is_undone:
        last = max((one.turn for one in there if not one.undone_by), default=0)
        return [index for index, one in enumerate(there) if one.turn == last and not one.undone_by]
    undone = [one for one in there if one.undone_by]
    at = max((one.undone_at for one in undone), default="")
    # of what was undone within one second the last act came first, so the first came last
    last = min((one.turn for one in undone if one.undone_at == at), default=0)
    return [index for index, one in enumerate(there) if one.turn == last and one.undone_at == at]


def _listed(there: Sequence[Adjustment], *, is_undone: bool) -> str:
    found = [f"{index + 1} ({one.told})" for index, one in enumerate(there) if bool(one.undone_by) == is_undone]
    return ", ".join(found)


def _recorded(studio: Studio, shot_id: str, since: str, all_: Sequence[Adjustment]) -> Recipe | None:
    """The recipe that these adjustments made before, as it was recorded; None if they never stood so."""
    standing = _standing(all_)
    if not standing:
        return studio.production.get(Recipe, since)
    for answer in reversed(answers(studio, shot_id)):
        if answer.since == since and _standing(answer.adjustments) == standing:
            return studio.production.get(Recipe, answer.recipes[0])
    return None


def _standing(all_: Sequence[Adjustment]) -> list[tuple[int, str, str]]:
    return [(one.turn, one.written, one.at) for one in all_ if not one.undone_by]


def _replayed(studio: Studio, shot: Shot, since: str, all_: Sequence[Adjustment], verb: str) -> Recipe:
    """What the adjustments that stand make of the recipe that they set out from.

    Raises: InputError where one of them needs what does not stand.
    """
    recipe = first = studio.production.get(Recipe, since)
    standing = [one for one in all_ if not one.undone_by]
    for _, turn in groupby(standing, key=lambda one: one.turn):
        some = list(turn)
        try:
            recipe, told = _remade(studio, shot, recipe, _read([one.written for one in some]), must_change=False)
        except ManyhandsError as error:
            raise InputError(
                f"{verb}: without it, “{'; '.join(one.told for one in some)}” cannot stand.",
                f"{error.what} Undo that first, or both at once.",
            ) from error
        recipe = recipe.but(why=(*recipe.why, _reason(some[0].by, told, some[0].why)))
    return recipe.but(name=_name(first))


def _read(settings: Sequence[str]) -> list[Setting | Remake]:
    if len(settings) > SO_MANY:
        raise InputError(f"adjust: it has {len(settings)} changes; {SO_MANY} at once at most.", "Propose in between.")
    return [adjustment(written) for written in settings]


def _remade(
    studio: Studio, shot: Shot, recipe: Recipe, wanted: Sequence[Setting | Remake], *, must_change: bool = True
) -> tuple[Recipe, tuple[str, ...]]:
    texts = [one.text for one in wanted if isinstance(one, Setting)]
    named = dict.fromkeys(text.removeprefix(SOURCE) for text in texts if text.startswith(SOURCE))
    brought: list[Brought] = [found for id_ in named if (found := brought_for(studio, shot, id_, None))]
    return remade(recipe, wanted, reading(studio, shot), all_makers(), brought, must_change=must_change)


def _name(before: Recipe) -> str:
    return before.name if before.name.endswith(BY_HAND) else f"{before.name}{BY_HAND}"


def _reason(by: str, told: Sequence[str], why: str) -> str:
    """A reason of the recipe: who did what, and why; "set" is said once of what was set together."""
    one_after_other = zip(("", *told), told, strict=False)
    says = [one.removeprefix("set ") if before.startswith("set ") else one for before, one in one_after_other]
    return f"{by} {'; '.join(says)}: “{why.strip()}”"


def _brought_in(studio: Studio, by: Hand, recipe: Recipe, one: Setting) -> Setting:
    """The setting with its file, if it names one, as a source of the production; with a model by its weights."""
    specs = {item.name: item for item in maker_of(recipe, one, all_makers()).parameters()}
    spec = specs.get(one.name)
    if spec is not None and spec.unit == "model" and one.text and "@" not in one.text:
        return replace(one, text=card_of(one.text).pinned)
    if spec is None or spec.unit != "file" or not one.text or one.text.startswith(SOURCE):
        return one
    source = data(studio, by, Path(one.text), owner="", terms=terms_named("unknown", credit=""))
    return replace(one, text=f"{SOURCE}{source.id}")
