"""The commands for people's work: tasks, their word on makers that do them, the time given, and the wages for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from manyhands.cli.options import HERE, By, Folder, Json
from manyhands.cli.show import show, table

if TYPE_CHECKING:
    from manyhands.actions.compared import Report
    from manyhands.actions.suggestions import Suggested
    from manyhands.actions.tasks import TaskTold

tasks = typer.Typer(help="What people are to do, and their word where a maker does it.", no_args_is_help=True)
hours = typer.Typer(help="The time that people gave, as they say themselves.", no_args_is_help=True)
wages = typer.Typer(help="What is owed for the time that people gave.", no_args_is_help=True)

WORKS = "Wages, Overtime, Teaching, Prompting, Supervision, DataCuration or Review"
Task = Annotated[str, typer.Argument(help="The task, as `task add` named it.")]
OfTake = Annotated[str, typer.Option(help="The take that does its work.")]


@tasks.command("add")
def task_add(
    title: Annotated[str, typer.Argument(help="What is to be done.")],
    to: Annotated[str, typer.Option(help="Who is to do it.")],
    role: Annotated[str, typer.Option(help="In which role.")],
    by: By,
    work: Annotated[str, typer.Option(help=f"{WORKS}.")] = "Wages",
    shot: Annotated[str, typer.Option(help="The shot that it is for.")] = "",
    bid: Annotated[int, typer.Option(help="How many minutes it is thought to take.")] = 0,
    craft: Annotated[
        str, typer.Option(help="Its craft: roto, paint, fx, look, comp …; a maker that does the same needs their word.")
    ] = "",
    department: Annotated[str, typer.Option(help="Who works in it may speak for them.")] = "",
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Give somebody a task, with what it is thought to take before it begins."""
    from manyhands.actions.labour import task
    from manyhands.cli.commands import entered, person

    kind: Any = work
    made = task(
        entered(production),
        person(by),
        title,
        person(to),
        role=role,
        work=kind,
        shot=shot,
        bid_minutes=bid,
        craft=craft,
        department=department,
    )
    show(made, as_json=json, text=f"{made.id}: {made.title}, by {to} as {role}; thought to take {bid} minutes.")


@tasks.command("bid")
def task_bid(
    task: Task,
    minutes: Annotated[int, typer.Argument(help="How many minutes it is thought to take now.")],
    by: By,
    why: Annotated[str, typer.Option(help="Why it is bid anew.")],
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Bid a task anew; once work on it began, what was bid before stands, and this is told beside it."""
    from manyhands.actions.labour import bid
    from manyhands.cli.commands import entered, person

    made = bid(entered(production), person(by), task, minutes, why=why)
    how = "what its hours are held against" if made.is_baseline else "told beside what was bid before work on it began"
    show(made, as_json=json, text=f"{made.id}: {minutes} minutes ({made.why}); {how}.")


@tasks.command("done")
def task_done(task: Task, by: By, production: Folder = HERE, json: Json = False) -> None:
    """Say that your task is done."""
    from manyhands.actions.labour import done
    from manyhands.cli.commands import entered, person

    found = done(entered(production), person(by), task)
    show(found, as_json=json, text=f"{found.id} is done ({found.done_on}).")


@tasks.command("list")
def task_list(
    shot: Annotated[str, typer.Argument(help="Only those of a shot.")] = "",
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Show every task: what was bid, and whether a take of its shot does its work."""
    from manyhands.actions.tasks import tasks_told
    from manyhands.cli.commands import entered

    found = tasks_told(entered(production), shot)
    head = ("task", "given to", "shot", "craft", "minutes bid", "bid anew", "stands", "a take that does it")
    show(found, as_json=json, text=table(head, [_task_row(one) for one in found]) if found else "There is no task yet.")


@tasks.command("acknowledge")
def task_acknowledge(
    task: Task,
    take: OfTake,
    by: By,
    decline: Annotated[bool, typer.Option("--decline", help="I do not accept it; --note says why.")] = False,
    department: Annotated[str, typer.Option(help="I say so for this department, of which the task is.")] = "",
    note: Annotated[str, typer.Option(help="What you want to be known with it.")] = "",
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Say that a take does the work of your task, and that you accept it or do not."""
    from manyhands.actions.replaced import acknowledge
    from manyhands.cli.commands import entered, person

    said = acknowledge(entered(production), person(by), task, take, decline=decline, department=department, note=note)
    whose = f"for {department}" if department else "themselves"
    show(said, as_json=json, text=f"{by}, {whose}: {said.says}, that take {take} does {task}.")


@tasks.command("override")
def task_override(
    task: Task,
    take: OfTake,
    by: By,
    why: Annotated[str, typer.Option(help="The reason; the shot's disclosure tells it, with your name.")],
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Go on with a take over the no of the person whose task it does."""
    from manyhands.actions.replaced import override
    from manyhands.cli.commands import entered, person

    said = override(entered(production), person(by), task, take, why=why)
    show(said, as_json=json, text=f"{by} goes on with take {take} over {task}: {said.why}. The disclosure tells it.")


@hours.command("add")
def time_add(
    task: Task,
    minutes: Annotated[int, typer.Argument(help="How many whole minutes.")],
    day: Annotated[str, typer.Option(help="On which day: 2026-05-01.")],
    by: By,
    about: Annotated[str, typer.Option(help="What was done.")] = "",
    work: Annotated[str, typer.Option(help=f"The kind of work, if it was not the task's: {WORKS}.")] = "",
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Say how long you worked on a task; nobody says it for you."""
    from manyhands.actions.labour import time
    from manyhands.cli.commands import entered, person

    said = time(entered(production), person(by), task, minutes, day=day, about=about, work=work)
    show(said, as_json=json, text=f"{said.id}: {by}, {minutes} minutes of {task} on {day}.")


@hours.command("suggest")
def time_suggest(
    by: By,
    day: Annotated[str, typer.Option(help="The day: 2026-05-01; today if none is named.")] = "",
    first_day: Annotated[str, typer.Option("--from", help="The first of several days.")] = "",
    last_day: Annotated[str, typer.Option("--until", help="The last of them, included.")] = "",
    zone: Annotated[
        str, typer.Option(envvar="MANYHANDS_ZONE", help="Whose days they are: Europe/Berlin, UTC …")
    ] = "UTC",
    gap: Annotated[int, typer.Option(help="Acts up to so many minutes apart are one sitting.")] = 30,
    lead: Annotated[int, typer.Option(help="A sitting begins so many minutes before its first act.")] = 5,
    round_to: Annotated[int, typer.Option("--round", help="To how many minutes it is rounded, a half upwards.")] = 1,
    submit: Annotated[bool, typer.Option("--submit", help="Say that it was so: the hours become yours.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="With --submit: only this suggestion, or these.")] = None,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Show you, and nobody else, what you may have worked, from your own acts; you say whether it was so."""
    from manyhands.actions.suggestions import submit_time, suggest_time
    from manyhands.cli.commands import entered, person
    from manyhands.core.errors import InputError
    from manyhands.ledger.sittings import Rule

    if day and (first_day or last_day):
        raise InputError("time suggest: a day, and days from and until.", "Name one day, or the first and the last.")
    if only and not submit:
        raise InputError("time suggest: --only without --submit.", "Add --submit, or look at all of it.")
    studio, rule = entered(production), Rule(gap, lead, round_to, zone)
    found = suggest_time(studio, person(by), first_day=first_day or day, last_day=last_day or day, rule=rule)
    said = submit_time(studio, person(by), found, rule=rule, only=only or ()) if submit else []
    text = _suggested_told(found, rule.words)
    if submit:
        text += "\n" + (f"Said: {', '.join(one.id for one in said)}." if said else "Nothing was said: no task fits.")
    show({"rule": rule, "suggested": found, "submitted": said}, as_json=json, text=text)


@hours.command("back")
def time_back(
    entry: Annotated[str, typer.Argument(help="The hours, as `time add` named them.")],
    by: By,
    why: Annotated[str, typer.Option(help="What was wrong.")],
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Take back what you said you worked."""
    from manyhands.actions.labour import take_back_time
    from manyhands.cli.commands import entered, person

    found = take_back_time(entered(production), person(by), entry, why=why)
    show(found, as_json=json, text=f"{found.id} is taken back ({found.withdrawn_why}).")


@hours.command("compare")
def time_compare(
    by: By,
    csv: Annotated[Path | None, typer.Option("--csv", help="A file to write it to, as CSV.")] = None,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Before and after: your own page, and roles in which three or more worked."""
    from manyhands.actions.compared import as_csv, compare
    from manyhands.cli.commands import entered, person
    from manyhands.disk import write_whole

    found = compare(entered(production), person(by))
    if csv:
        write_whole(csv, as_csv(found).encode())
    show(found, as_json=json, text=_compared_told(found) + (f"\nWritten to {csv}." if csv else ""))


@wages.command("book")
def wages_book(
    card: Annotated[str, typer.Argument(help="The rate card: a TOML file, or one that `wages card` kept.")],
    by: By,
    draft: Annotated[bool, typer.Option(help="Only show what they come to; book nothing.")] = False,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Book the wages of all hours that are not booked yet."""
    from manyhands.actions.cards import is_kept
    from manyhands.actions.labour import wages as act
    from manyhands.cli.commands import entered, person
    from manyhands.core.currency import money

    studio, path = entered(production), Path(card)
    kept = not path.exists() and is_kept(studio, card)
    made = act(studio, person(by), card if kept else path, is_draft=draft)
    owed = [one for one in made if one.account.startswith("Liabilities:")]
    rows = [(one.transaction, one.account.split(":")[1], money(-one.amount_minor, one.currency), one.about)
            for one in owed]  # fmt: skip
    show(made, as_json=json, text=table(("transaction", "who", "is owed", "for"), rows))


@wages.command("card")
def wages_card(
    card: Annotated[Path, typer.Argument(help="The rate card as it was filled in, a TOML file.")],
    by: By,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Keep a rate card in the production, or put it in the place of the one with its title."""
    from manyhands.actions.cards import keep_card_file
    from manyhands.cli.commands import entered, person

    made = keep_card_file(entered(production), person(by), card)
    told = (
        f"{made.id}: {made.title}, {len(made.rate)} rates, {len(made.overtime)} of overtime, {len(made.minimum)} least."
    )
    show(made, as_json=json, text=told)


@wages.command("template")
def wages_template(out: Annotated[Path, typer.Argument(help="The file to write.")], json: Json = False) -> None:
    """Write an empty rate card to fill in; no figure is made up."""
    from manyhands.core.errors import StateError
    from manyhands.disk import write_whole
    from manyhands.ledger.rates import TEMPLATE

    if out.exists():
        raise StateError(f"rate card {out}: there is one.", "Name a new file, or fill in that one.")
    write_whole(out, TEMPLATE.read_bytes(), over=False)
    show({"path": str(out)}, as_json=json, text=f"{out}: fill in your own figures, each with its source.")


def _task_row(one: TaskTold) -> tuple[str, ...]:
    of = one.task
    before = [bid.minutes for bid in one.bids if bid.is_baseline]
    later = ", ".join(str(bid.minutes) for bid in one.bids if not bid.is_baseline)
    stands = f"done on {of.done_on}" if of.done_on else f"begun: {one.begun}" if one.begun else "not begun"
    taken = f"{one.take}: {one.stands}" if one.take else ""
    return (of.id, of.assignee.name, of.shot, of.craft, str([of.bid_minutes, *before][-1]), later, stands, taken)


def _suggested_told(found: list[Suggested], rule: str) -> str:
    if not found:
        return f"Nothing is left to suggest ({rule})."
    rows = [
        (one.id, one.day, one.task or "-", one.work, str(one.minutes), str(one.said_minutes), one.unplaced or one.why)
        for one in found
    ]
    head = ("suggestion", "day", "task", "work", "minutes", "said already", "why")
    return f"{table(head, rows)}\nThe rule: {rule}.\nNobody else is shown this, and nothing of it is kept."


def _compared_told(found: Report) -> str:
    from manyhands.actions.compared import COLUMNS, page_row

    pages = [page_row(page) for page in (found.own, *found.roles)]
    lines = [table(COLUMNS[:1] + COLUMNS[2:], [[str(cell) for cell in (row[0], *row[2:])] for row in pages])]
    for page in (found.own, *found.roles):
        if page.by_work:
            went = "; ".join(f"{one.work} {one.difference_minutes:+d}" for one in page.by_work)
            lines.append(f"Where the difference of {page.whose} went, in minutes: {went}.")
    if found.hidden:
        lines.append(f"Not told: {found.hidden}")
    film = found.film
    hosted = f", {page_row(found.own)[-1]} of yours hosted" if found.own.machine.hosted_minor else ""
    lines.append(
        f"The film: {film.takes} takes, {film.retakes} sent back, {film.machine_seconds:g} s of machines{hosted}."
    )
    return "\n".join([*lines, found.is_not])
