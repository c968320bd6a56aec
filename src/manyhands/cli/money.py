"""The commands for money that people are owed: the ledger, and a person's statement."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from manyhands.cli.options import CORES, HERE, By, Folder, Json, Workers
from manyhands.cli.show import aside, bar, show, table

if TYPE_CHECKING:
    from manyhands.actions.measuring import Measured, Plan
    from manyhands.actions.royalties import Shared
    from manyhands.ledger.statements import Sheet, Statement
    from manyhands.run.schedule import Report

ledger = typer.Typer(help="Who is owed what: every entry, held against the log.", no_args_is_help=True)


@ledger.command("list")
def ledger_list(
    by: By,
    account: Annotated[str, typer.Option(help="Only accounts that hold this text in their name.")] = "",
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Show every entry, oldest first, and what stands on each account."""
    from manyhands.actions.accounts import ledger as act
    from manyhands.actions.accounts import told_balances
    from manyhands.cli.commands import entered, person
    from manyhands.core.currency import money

    found = act(entered(production), person(by), account=account)
    rows = [(one.at[:10], one.transaction, one.account, money(one.amount_minor, one.currency), one.about)
            for one in found]  # fmt: skip
    text = table(("day", "transaction", "account", "debit +, credit -", "what"), rows)
    text += "\n\n" + table(("account", "balance"), told_balances(found))
    show(found, as_json=json, text=text if found else "Nothing is booked.")


@ledger.command("verify")
def ledger_verify(production: Folder = HERE, json: Json = False) -> None:
    """Hold every entry against the log and the rules of the ledger: one cent that was changed anywhere is found."""
    from manyhands.actions.accounts import verify_ledger
    from manyhands.core.errors import TrustError

    found = verify_ledger(production)
    well = f"{found.entries} entries in {found.lines} lines of the log: every one as it was booked, and they balance."
    text = "\n".join([*found.faults, f"{len(found.faults)} faults."]) if found.faults else well
    show(found, as_json=json, text=text)
    if found.faults:
        raise typer.Exit(TrustError.exit_code)


@ledger.command("reverse")
def ledger_reverse(
    transaction: Annotated[str, typer.Argument(help="The transaction, as `ledger list` names it.")],
    by: By,
    why: Annotated[str, typer.Option(help="The reason, which stands with it for good.")],
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Take a transaction back by entries of its own; nothing is ever edited."""
    from manyhands.actions.accounts import overpaid, reverse
    from manyhands.cli.commands import entered, person

    studio = entered(production)
    made = reverse(studio, person(by), transaction, why=why)
    show(made, as_json=json, text=f"{transaction} is taken back by {made[0].transaction} ({why}).")
    for warning in overpaid(studio, made):
        aside.print(warning, markup=False)


@ledger.command("pay")
def ledger_pay(
    who: Annotated[str, typer.Argument(metavar="PERSON", help="Who was paid.")],
    amount: Annotated[str, typer.Argument(help="How much: 2.50.")],
    by: By,
    kind: Annotated[str, typer.Option(help="For what: Wages, Royalties, Licences or Replica.")],
    about: Annotated[str, typer.Option(help="The bank's reference, or what else tells this payment from others.")],
    currency: Annotated[str, typer.Option(help="The code of its currency, ISO 4217.")] = "EUR",
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Record that a person was paid what they were owed; no money is moved."""
    from manyhands.actions.accounts import pay
    from manyhands.cli.commands import entered, person
    from manyhands.core.currency import money

    made = pay(entered(production), person(by), who, amount, currency=currency, kind=kind, about=about)
    told = f"{who} was paid {money(made[0].amount_minor, currency)} of {kind.lower()} ({about}): {made[0].transaction}."
    show(made, as_json=json, text=told)


@ledger.command("share")
def ledger_share(
    amount: Annotated[str, typer.Argument(help="What came in: 2.50.")],
    by: By,
    about: Annotated[str, typer.Option(help="Whose account it came by, and for which period.")],
    currency: Annotated[str, typer.Option(help="The code of its currency, ISO 4217.")] = "EUR",
    cut: Annotated[Path | None, typer.Option(help="The film's pieces: a CSV file with shot, first, last.")] = None,
    keys: Annotated[Path | None, typer.Option(help="Who trained models' shares go to: a TOML file.")] = None,
    received: Annotated[str, typer.Option(help="The day on which it came in, 2026-05-31; by default today.")] = "",
    draft: Annotated[
        bool, typer.Option(help="Only show how it would be shared, also on a day to come; book nothing.")
    ] = False,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Share what a film brought in: owed wages first, then by screen time and authorship."""
    from manyhands.actions.royalties import royalties
    from manyhands.cli.commands import entered, person

    found = royalties(
        entered(production), person(by), amount, currency=currency, about=about, cut=cut, keys=keys,
        received_on=received, is_draft=draft,
    )  # fmt: skip
    show(found, as_json=json, text=_shared_told(found))


@ledger.command("measure")
def ledger_measure(
    take_id: Annotated[str, typer.Argument(metavar="TAKE", help="The take whose model several people taught.")],
    by: By,
    step: Annotated[str, typer.Option(help="The step that was taught, where several were.")] = "",
    steps: Annotated[int, typer.Option(min=0, max=100_000, help="How long each learns; 0: as long as the take's.")] = 0,
    truth: Annotated[str, typer.Option(help="A matte or frames that taught nobody, to measure against.")] = "",
    seeds: Annotated[int, typer.Option(min=1, max=16, help="How many times each subset is taught.")] = 1,
    frames: Annotated[int, typer.Option(min=1, max=1000, help="How many frames are measured, at most.")] = 8,
    orders: Annotated[int, typer.Option(min=2, max=10_000, help="Of more than six painters: how many orders.")] = 60,
    draft: Annotated[bool, typer.Option(help="Only say what it would teach, and how long that takes.")] = False,
    workers: Workers = CORES,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Find what each painter gave to a taught model, by teaching it anew without them, in every combination."""
    from manyhands.actions.measuring import measure
    from manyhands.cli.commands import entered, person

    def act(report: Report | None, *, is_draft: bool) -> Measured:
        studio = entered(production, workers=workers, **({"report": report} if report else {}))
        return measure(
            studio, person(by), take_id, step=step, steps=steps, truth=truth, seeds=seeds, frames=frames,
            orders=orders, is_draft=is_draft,
        )  # fmt: skip

    if draft:
        found = act(None, is_draft=True)
        show(found, as_json=json, text=_plan_told(found.plan))
        return
    if not json:
        aside.print(_plan_told(act(None, is_draft=True).plan), markup=False)
    with bar(f"{take_id}, subset by subset", quiet=json) as report:
        found = act(report, is_draft=False)
    show(found, as_json=json, text=_measured_told(found))


@ledger.command("recompute")
def ledger_recompute(
    take_id: Annotated[str, typer.Argument(metavar="TAKE", help="The take whose painters were measured.")],
    by: By,
    of: Annotated[list[str] | None, typer.Option(help="A painter of the subset; repeatable; none is nobody.")] = None,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Check what was published of a take's painters, and teach one subset again to hold its value against that."""
    from manyhands.actions.measuring import recompute
    from manyhands.cli.commands import entered, person
    from manyhands.core.errors import TrustError

    found = recompute(entered(production), person(by), take_id, of or [])
    whose = " and ".join(found.of) or "nobody"
    text = f"Taught by {whose}, seed {found.seed}: published {found.published}, found {found.found}: {found.verdict}."
    show(found, as_json=json, text=f"What was published is as the log has it, and divides as it says.\n{text}")
    if not found.is_near:
        raise typer.Exit(TrustError.exit_code)


@ledger.command("export")
def ledger_export(
    out: Annotated[Path, typer.Argument(help="The file to write.")],
    by: By,
    format: Annotated[str, typer.Option(help="beancount or hledger.")] = "beancount",
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Write the ledger as a journal that beancount or hledger reads and checks."""
    from manyhands.actions.accounts import export_ledger
    from manyhands.cli.commands import entered, person

    written = export_ledger(entered(production), person(by), out, format=format)
    show({"path": str(written), "format": format}, as_json=json, text=f"{written}: the ledger, for {format}.")


def statement(
    who: Annotated[str, typer.Argument(metavar="PERSON", help="Whose statement.")],
    by: By,
    first_day: Annotated[str, typer.Option("--from", help="The first day of the period: 2026-01-01.")],
    last_day: Annotated[str, typer.Option("--to", help="Its last day, included: 2026-12-31.")],
    dispute_days: Annotated[int, typer.Option(min=1, max=3650, help="How many days it may be disputed.")] = 90,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="A folder to issue it to, as CSV, JSON and HTML.")
    ] = None,
    formats: Annotated[
        list[str] | None, typer.Option("--format", help="With --out: only as csv, json, html or pdf; repeatable.")
    ] = None,
    font: Annotated[Path | None, typer.Option(help="For a PDF: a font with letters that Helvetica lacks.")] = None,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """What a person was owed and paid in a period, with the balance before and after it."""
    from manyhands.actions.accounts import statement as act
    from manyhands.cli.commands import entered, person

    found = act(
        entered(production), person(by), who, first_day=first_day, last_day=last_day, dispute_days=dispute_days,
        out=out, formats=formats or (), font=font,
    )  # fmt: skip
    show(found, as_json=json, text=_statement_told(found))


def _plan_told(plan: Plan) -> str:
    names = ", ".join(f"{name} ({', '.join(ids)})" for name, ids in plan.painters.items())
    minutes, seconds = divmod(plan.believed_seconds, 60)
    takes = f"; it takes about {minutes} min {seconds} s" if plan.believed_seconds else ""
    seeds = f"{len(plan.seeds)} seed{'s' * (len(plan.seeds) > 1)}"
    return "\n".join(
        [
            f"{plan.take} {plan.step}: taught by {names}.",
            f"{plan.subsets} subsets, {plan.steps} steps each, {seeds}{takes}.",
            f"Measured in frame {', '.join(map(str, plan.frames))} against {plan.reference}: {plan.measure}.",
        ]
    )


def _measured_told(found: Measured) -> str:
    rows = [(name, part, found.shares[name], f"{found.error[name]:.4f}") for name, part in found.parts.items()]
    lines = [_plan_told(found.plan), table(("painter", "gave", "share", "standard error"), rows)]
    lines.append(f"{found.how}; {found.seconds:.0f} s of teaching.")
    return "\n".join([*lines, f"Published: {found.published} (SHA-256 {found.sha256})."])


def _shared_told(found: Shared) -> str:
    from manyhands.core.currency import money

    head = f"{money(found.received_minor, found.currency)} came in"
    if found.floor_minor:
        head += f"; {money(found.floor_minor, found.currency)} are put aside for wages that are owed"
    rows = [(payee, money(minor, found.currency), found.methods[payee]) for payee, minor in found.amounts.items()]
    end = (
        f"Published, to be found again by every payee: {found.published}" if found.published else "A draft: not booked."
    )
    stopped = [f"{name}: {why}." for name, why in found.stopped.items()]
    return "\n".join([f"{head}.", table(("payee", "is owed", "how it was come by"), rows), *stopped, end])


def _statement_told(found: Statement) -> str:
    head = f"Statement for {found.person}, {found.first_day} to {found.last_day}; dispute it by {found.dispute_by}."
    if not found.sheets:
        return f"{head}\nNothing was ever booked for this person."
    return "\n".join([head, *(line for sheet in found.sheets for line in ("", *_sheet_told(sheet)))])


def _sheet_told(sheet: Sheet) -> list[str]:
    from manyhands.core.currency import money

    rows = [("", "opening balance", "", money(sheet.opening_minor, sheet.currency))]
    rows += [(one.at[:10], f"{one.kind}: {one.about}", one.method, money(one.amount_minor, sheet.currency))
             for one in sheet.postings]  # fmt: skip
    rows.append(("", "closing balance", "", money(sheet.closing_minor, sheet.currency)))
    return table(("day", "what", "how it was come by", "owed +, paid -"), rows).splitlines()
