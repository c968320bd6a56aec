"""The commands for people's work: tasks, the time given to them, and the wages for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from manyhands.cli.options import HERE, By, Folder, Json
from manyhands.cli.show import show, table

tasks = typer.Typer(help="What people are to do.", no_args_is_help=True)
hours = typer.Typer(help="The time that people gave, as they say themselves.", no_args_is_help=True)
wages = typer.Typer(help="What is owed for the time that people gave.", no_args_is_help=True)


@tasks.command("add")
def task_add(
    title: Annotated[str, typer.Argument(help="What is to be done.")],
    to: Annotated[str, typer.Option(help="Who is to do it.")],
    role: Annotated[str, typer.Option(help="In which role.")],
    by: By,
    work: Annotated[
        str, typer.Option(help="Wages, Overtime, Teaching, Supervision, DataCuration or Review.")
    ] = "Wages",
    shot: Annotated[str, typer.Option(help="The shot that it is for.")] = "",
    bid: Annotated[int, typer.Option(help="How many minutes it is thought to take.")] = 0,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Give somebody a task, with what it is thought to take before it begins."""
    from manyhands.actions.labour import task
    from manyhands.cli.commands import entered, person

    kind: Any = work
    made = task(entered(production), person(by), title, person(to), role=role, work=kind, shot=shot, bid_minutes=bid)
    show(made, as_json=json, text=f"{made.id}: {made.title}, by {to} as {role}; thought to take {bid} minutes.")


@hours.command("add")
def time_add(
    task: Annotated[str, typer.Argument(help="The task, as `task add` named it.")],
    minutes: Annotated[int, typer.Argument(help="How many whole minutes.")],
    day: Annotated[str, typer.Option(help="On which day: 2026-05-01.")],
    by: By,
    about: Annotated[str, typer.Option(help="What was done.")] = "",
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Say how long you worked on a task; nobody says it for you."""
    from manyhands.actions.labour import time
    from manyhands.cli.commands import entered, person

    said = time(entered(production), person(by), task, minutes, day=day, about=about)
    show(said, as_json=json, text=f"{said.id}: {by}, {minutes} minutes of {task} on {day}.")


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
def time_compare(by: By, production: Folder = HERE, json: Json = False) -> None:
    """Hold hours against what was bid: your own, and roles in which three or more worked."""
    from manyhands.actions.labour import hours_against_bids
    from manyhands.cli.commands import entered, person

    found = hours_against_bids(entered(production), person(by))
    rows = [(one.whose, str(one.people), str(one.bid_minutes), str(one.minutes)) for one in found]
    show(found, as_json=json, text=table(("whose", "people", "minutes bid", "minutes worked"), rows))


@wages.command("book")
def wages_book(
    card: Annotated[Path, typer.Argument(help="The rate card, a TOML file.")],
    by: By,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Book the wages of all hours that are not booked yet."""
    from manyhands.actions.labour import wages as act
    from manyhands.cli.commands import entered, person
    from manyhands.core.currency import money

    made = act(entered(production), person(by), card)
    owed = [one for one in made if one.amount_minor < 0]
    rows = [(one.transaction, one.account.split(":")[1], money(-one.amount_minor, one.currency), one.about)
            for one in owed]  # fmt: skip
    show(made, as_json=json, text=table(("transaction", "who", "is owed", "for"), rows))


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
