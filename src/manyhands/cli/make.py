"""The main job: a plate and a director's note become a signed, disclosed effects shot."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from manyhands.cli.commands import person, stated_terms
from manyhands.cli.elements import elements_taken_in, with_element_terms
from manyhands.cli.show import aside, bar, out, show
from manyhands.cli.tell import delivery_told, footage_told, proposals_told, take_told
from manyhands.core.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from manyhands.actions.delivery import Delivery
    from manyhands.actions.proposals import Offer
    from manyhands.actions.studio import Studio
    from manyhands.core.decision import Door
    from manyhands.core.hand import Hand
    from manyhands.core.shot import Shot
    from manyhands.core.source import SourceRole
    from manyhands.core.take import Take


@dataclass(frozen=True)
class Wish:
    """What a person asked for on the command line."""

    plate: Path
    note: str
    by: str
    out: Path
    production: Path
    own: bool = False
    terms: str = ""
    credit: str = ""
    owner: str = ""
    title: str = ""
    found_at: str = ""
    made_how: str = ""
    brought: tuple[tuple[SourceRole, Path], ...] = ()
    painted_by: str = ""
    made_by: str = ""
    element_terms: str = ""
    element_owner: str = ""
    colour_space: str | None = None
    rate_fps: Fraction | None = None
    whole_frames: bool = False
    choose: str = ""
    accept: bool = False
    why: str = ""
    say: tuple[str, ...] = ()
    nobody: str = ""
    hosted: bool = False
    agree: bool = False
    most_minor: int | None = None
    send_again: bool = False
    seed: int = 1
    format: str = ""
    workers: int = 1
    json: bool = False


STEPS = 5


def make_shot(wish: Wish) -> None:
    """Do the whole job; questions are asked at a terminal only, everything else is in the flags."""
    wish = _checked(wish)
    by = person(wish.by)
    _check_footage(wish)
    studio, shot, notes = _taken_in(wish, by)
    brought = elements_taken_in(wish, studio, by)
    takes = _made(wish, studio, by, shot, wish.note, revise="", brought=brought)
    chosen = _decided(wish, studio, by, shot, takes)
    told = {"notes": list(notes), "takes": takes}
    if chosen is None:
        show({**told, "delivered": None}, as_json=wish.json, text=_undecided(wish, takes))
        return
    delivery = _delivered(wish, studio, by, shot)
    show({**told, "delivered": delivery}, as_json=wish.json, text=delivery_told(delivery))


def demonstrate(out_: Path, *, plate: Path | None, note: str, own: bool, by: str, workers: int, json: bool) -> None:
    """The main job on a photograph that everybody has, or on a person's own footage.

    Whose footage that is gets asked at a terminal; where nobody can be asked, and nobody said, its takes are
    made and none is delivered.
    """
    from manyhands.actions import demo

    wish = Wish(
        plate=plate or out_ / "plate.mov",
        note=note or demo.NOTE,
        by=by or _account_name(),
        out=out_,
        production=out_ / "production",
        choose="literal",
        accept=True,
        why="the demonstration accepts what it made, unseen",
        workers=workers,
        json=json,
    )
    if plate is not None:
        make_shot(_of_own_footage(replace(wish, own=own)))
        return
    if not wish.plate.is_file():
        _say(json, f"A plate from a photograph by {demo.CREDIT} ({demo.LICENCE}): {demo.MADE_HOW}.")
        out_.mkdir(parents=True, exist_ok=True)
        demo.write_plate(wish.plate)
    make_shot(
        replace(
            wish,
            terms=demo.LICENCE,
            credit=demo.CREDIT,
            owner=demo.CREDIT,
            title=demo.TITLE,
            found_at=demo.FOUND_AT,
            made_how=demo.MADE_HOW,
        )
    )


def _of_own_footage(wish: Wish) -> Wish:
    if wish.own:
        return wish
    if sys.stdin.isatty() and not wish.json:
        return _asked_for_terms(wish)
    _say(
        wish.json,
        f"Nobody said whose {wish.plate} is: its takes are made, and nothing is delivered.",
        "If you shot it, say OWN=1 to make, or --own.",
    )
    return replace(wish, terms="unknown", accept=False)


def _checked(wish: Wish) -> Wish:
    """Everything that can be wrong with what was typed is said before work begins."""
    from manyhands.actions.statements import answers
    from manyhands.media.masters import format_for
    from manyhands.media.view import view_for
    from manyhands.propose.grammar import check_note

    check_note(wish.note)
    format_for(wish.format, view_for("rec709"))
    if wish.accept and not wish.why.strip():
        raise InputError("--accept: it has no reason.", 'Add --why "…": the record is nothing without it.')
    if answers(wish.say) and not wish.why.strip():
        raise InputError("--say: it has no reason.", 'Add --why "…": the record is nothing without it.')
    if wish.accept and (wish.choose == "all" or "," in wish.choose):
        raise InputError(
            f"--accept: {wish.choose} are several takes, and one is accepted.",
            "Choose one, as in --choose literal; or leave --accept, look, and decide.",
        )
    if not (wish.own or wish.terms):
        if not _asks(wish):
            raise InputError(
                f"plate {wish.plate}: nobody said whose it is and under which terms.",
                "Add --own if you shot it, else --terms CC-BY-4.0 --credit NAME, or --terms licensed --credit NAME.",
            )
        wish = _asked_for_terms(wish)
    stated_terms(wish.own, wish.terms, wish.credit, wish.owner, wish.by, hosted=wish.hosted)
    return with_element_terms(wish, asks=_asks(wish))


def _check_footage(wish: Wish) -> None:
    """Everything that can be wrong with the files is, too; and whether the format can hold the pictures."""
    from manyhands.actions.brought import check_fits
    from manyhands.actions.intake import is_sparse
    from manyhands.media.footage import probe
    from manyhands.media.masters import format_for
    from manyhands.media.view import view_for

    footage = probe(wish.plate, rate_fps=wish.rate_fps, colour_space=wish.colour_space)
    view = view_for(footage.colour_space, matrix=footage.matrix)
    format_for(wish.format, view, (footage.width, footage.height))
    for role, path in (("", wish.plate), *wish.brought):
        its = footage if path == wish.plate else probe(path, sparse=is_sparse(path, role))
        if not wish.whole_frames:
            its.check_whole()
        if role:
            check_fits(its, role, footage, footage.span)


def _taken_in(wish: Wish, by: Hand) -> tuple[Studio, Shot, tuple[str, ...]]:
    """The production, the shot, and what was noticed about its plate."""
    from manyhands.actions.intake import shot, source
    from manyhands.actions.studio import enter_or_start
    from manyhands.cli.intake import intake_found

    _step(wish, 1, f"The plate {wish.plate} comes into the production {wish.production}.")
    door: Door = "terminal" if _asks(wish) else "command line"
    studio = enter_or_start(wish.production, by, name=wish.production.resolve().parent.name, door=door)
    terms, owner = stated_terms(wish.own, wish.terms, wish.credit, wish.owner, wish.by, hosted=wish.hosted)
    plate, footage = source(
        studio,
        by,
        wish.plate,
        owner=owner,
        terms=terms,
        title=wish.title,
        colour_space=wish.colour_space,
        rate_fps=wish.rate_fps,
        found_at=wish.found_at,
        made_how=wish.made_how,
        whole_frames=wish.whole_frames,
    )
    _say(
        wish.json,
        f"  {footage_told(footage)}, {footage.colour_space}; {terms.licence}, by {owner or 'nobody named'}.",
        *[f"  note: {note}" for note in footage.notes],
        *intake_found(studio, plate)[1],
    )
    return studio, shot(studio, by, plate.id), footage.notes


def _made(
    wish: Wish,
    studio: Studio,
    by: Hand,
    shot: Shot,
    note: str,
    *,
    revise: str,
    brought: Mapping[SourceRole, Sequence[str]] | None = None,
) -> list[Take]:
    """Proposals for a note, and the takes of those that were chosen."""
    from manyhands.actions.proposals import propose
    from manyhands.actions.takes import look, run

    _step(wish, 2, f"The note: “{note}”")
    with bar("  small previews", quiet=wish.json) as report:
        tools = replace(studio, workers=wish.workers, report=report)
        of = brought or {}
        answer, offers = propose(
            tools,
            by,
            shot.id,
            note,
            revise=revise,
            elements=of.get("", ()),
            mattes=of.get("matte", ()),
            painted=of.get("painted", ()),
            clean=of.get("clean", ()),
            edits=of.get("edit", ()),
        )
    _say(wish.json, proposals_told(answer, offers))
    takes = []
    for offer in _chosen(wish, offers):
        _step(wish, 3, f"Running “{offer.recipe.name}”.  Ctrl-C stops; the same command goes on from there.")
        agrees = wish.agree or _agrees(wish, offer)
        with bar(f"  {offer.recipe.name}", quiet=wish.json) as report:
            tools = replace(studio, workers=wish.workers, report=report)
            take = run(
                tools,
                by,
                shot.id,
                offer.recipe.id,
                seed=wish.seed,
                answers=revise,
                agree=agrees,
                most_minor=wish.most_minor,
                again=wish.send_again,
            )
        take, looks = look(studio, by, take.id, shown=_asks(wish))
        _say(wish.json, take_told(take, looks))
        takes.append(take)
    return takes


def _agrees(wish: Wish, offer: Offer) -> bool:
    """Whether the person at the terminal agrees to a price."""
    if not offer.prices or not _asks(wish):
        return False
    return typer.confirm("Do you agree to these costs, and to what leaves this machine?", default=False, err=True)


def _chosen(wish: Wish, offers: list[Offer]) -> list[Offer]:
    names = [offer.recipe.name for offer in offers]
    wanted = wish.choose
    if not wanted and _asks(wish):
        wanted = typer.prompt(f"Which shall be made? {', '.join(names)}, all", default="literal", err=True)
    wanted = wanted or "literal"
    if wanted == "all":
        return [offer for offer in offers if offer.is_reading]
    found = []
    for name in wanted.split(","):
        if name.strip() not in names:
            raise NotFoundError("proposal", name.strip(), known=names)
        found.append(offers[names.index(name.strip())])
    return found


def _decided(wish: Wish, studio: Studio, by: Hand, shot: Shot, takes: list[Take]) -> Take | None:
    """Ask until a take is accepted or the person leaves; a script's --accept is recorded as one."""
    from manyhands.actions.decisions import decide, has_accepted

    if wish.accept and has_accepted(studio, by, takes[0]):
        _step(wish, 4, f"{by.name} has accepted this take before.")
        return takes[0]
    if wish.accept:
        _step(wish, 4, f"{by.name} accepts by the command line, unseen: “{wish.why}”")
        decide(studio, by, takes[0].id, "accept", reason=wish.why, unseen=True)
        return takes[0]
    if not _asks(wish):
        return None
    while True:
        _step(wish, 4, "Look at the preview and the contact sheet, then decide.")
        take = _which(takes)
        verdict = typer.prompt("accept, revise, reject, or leave", default="leave", err=True)
        if verdict == "leave":
            return None
        if verdict == "accept" and has_accepted(studio, by, take, seen=True):
            return take
        if verdict not in ("accept", "revise", "reject"):
            continue
        why = typer.prompt("Why", err=True)
        note = typer.prompt("What to change", err=True) if verdict == "revise" else ""
        decide(studio, by, take.id, verdict, reason=why, note=note)
        if verdict == "accept":
            return take
        if verdict == "revise":
            takes = _made(wish, studio, by, shot, note, revise=take.id)


def _which(takes: list[Take]) -> Take:
    if len(takes) == 1:
        return takes[0]
    names = [take.id for take in takes]
    name = typer.prompt(f"Which take? {', '.join(names)}", default=names[0], err=True)
    return takes[names.index(name)] if name in names else takes[0]


def _delivered(wish: Wish, studio: Studio, by: Hand, shot: Shot) -> Delivery:
    from manyhands.actions.delivery import deliver
    from manyhands.actions.people import nobody

    if wish.say:
        from manyhands.actions.facts import say
        from manyhands.actions.statements import answers

        say(studio, by, answers(wish.say), why=wish.why, shot_id=shot.id)
    if wish.nobody:
        nobody(studio, by, shot.id, why=wish.nobody)
    _step(wish, 5, f"The master is written to {wish.out}, signed, and verified.")
    return deliver(studio, by, shot.id, wish.out, format=wish.format)


def _undecided(wish: Wish, takes: list[Take]) -> str:
    return (
        "Nobody has decided, so nothing is delivered.  Look, then decide:\n"
        f'  manyhands take show {takes[0].id} --by "{wish.by}" -p {wish.production}\n'
        f'  manyhands decide {takes[0].id} accept --why "…" --by "{wish.by}" -p {wish.production}\n'
        f'  manyhands deliver {takes[0].shot} -o {wish.out} --by "{wish.by}" -p {wish.production}'
    )


def _asked_for_terms(wish: Wish) -> Wish:
    aside.print(f"Whose is {wish.plate}, and under which terms?")
    if typer.confirm("Did you shoot it yourself?", default=False, err=True):
        return replace(wish, own=True)
    terms = typer.prompt("Terms (licensed, CC0-1.0, CC-BY-2.0, CC-BY-4.0, unknown)", err=True)
    credit = typer.prompt("The name to credit", default="", err=True)
    return replace(wish, terms=terms, credit=credit, owner=credit)


def _asks(wish: Wish) -> bool:
    """Whether somebody sits there to be asked."""
    return not wish.json and not wish.accept and sys.stdin.isatty()


def _account_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return os.environ.get("USER", "somebody")


def _step(wish: Wish, number: int, text: str) -> None:
    if not wish.json:
        out.print(f"\n[bold]{number} of {STEPS}[/]  ", end="")
        out.print(text, markup=False)


def _say(quiet: bool, *text: str) -> None:
    if not quiet:
        out.print("\n".join(text), markup=False)
