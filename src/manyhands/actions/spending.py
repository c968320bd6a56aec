"""Money for hosted services: told before, agreed to by a person, capped, and booked once when it is known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from manyhands.actions.consents import consents_under, registry
from manyhands.actions.jobs import job, job_to_look_at
from manyhands.actions.studio import Studio
from manyhands.core.currency import money
from manyhands.core.entry import Entry
from manyhands.core.errors import CapacityError, InputError, StateError, Stopped
from manyhands.core.hand import Hand
from manyhands.core.recipe import Recipe
from manyhands.core.shot import Shot
from manyhands.core.spend import Agreement, Cap, Quote
from manyhands.hosted.prices import less, minor_of
from manyhands.hosted.runway import booked
from manyhands.hosted.sending import SENT, Receipt, Sending, put_aside, receipts, sendings
from manyhands.ledger import sending_cost
from manyhands.makers import find_maker
from manyhands.run.graph import opened
from manyhands.run.job import Job
from manyhands.run.shelf import is_bought, shelf_of


def run_name(work: Job, shot_id: str) -> str:
    """What the take of a run is called, before there is one."""
    return f"{shot_id}-{work.id[:8]}"


def prices(studio: Studio, shot_id: str, recipe_id: str, *, seed: int = 1) -> dict[str, Quote]:
    """What a run of a recipe would cost at most, by step; empty where it costs nothing.

    Raises: NotFoundError, RightsError; InputError, MediaError if a request would be refused or has no price.
    """
    return due(_work(studio, shot_id, recipe_id, seed))


def due(work: Job) -> dict[str, Quote]:
    """What the steps of a job cost at most, by step; what was paid for already costs nothing.

    Raises: InputError, MediaError if a step's request would be refused, or has no price.
    """
    found: dict[str, Quote] = {}
    for step in work.recipe.steps:
        quoted = find_maker(step.maker).quote
        if quoted is None or is_bought(work, step):
            continue
        plate = opened(work.plate, work.scale, work)
        quote = quoted(work.params(step), work.span, plate.width, plate.height)
        paid = sum(one.credits_quoted for one in _receipts(work, step.name) if one.status == "SUCCEEDED")
        found[step.name] = less(quote, paid)
    return found


def agree(
    studio: Studio,
    by: Hand,
    shot_id: str,
    recipe_id: str,
    *,
    seed: int = 1,
    most_minor: int | None = None,
    again: bool = False,
) -> Agreement:
    """Agree to what a run costs at most; it is written down before anything leaves the machine.

    Args:
        most_minor: the person's own cap for the run.
        again: send again what failed, or what the answer to was lost; the person agrees to pay twice if it was taken.
    Raises: RoleError, NotFoundError; StateError if it costs nothing; CapacityError if it costs more than the run's
        or the production's cap; RightsError, CapacityError for what the makers lack.
    """
    studio.check(by, "agree")
    work = _work(studio, shot_id, recipe_id, seed)
    quotes, run_id = due(work), run_name(work, shot_id)
    if not quotes:
        raise StateError(f"agree: {recipe_id} on shot {shot_id} costs nothing.", "Run it.")
    for step in quotes:
        find_maker(work.recipe.step(step).maker).ready()
    total, currency = _total(quotes)
    if most_minor is not None and total > most_minor:
        raise CapacityError(
            f"run: it costs at most {money(total, currency)}; your cap is {money(most_minor, currency)}.",
            "Raise --most, shorten the shot, or take a cheaper model.",
            most_minor=total,
        )
    before = studio.production.find(Agreement, run_id)
    spent, lost = (before.spent_minor, before.lost_minor) if before else (0, 0)
    repeated = _to_repeat(work, quotes) if again else []
    lost += sum(minor_of(receipt.credits_most) for _, receipt in repeated if receipt.is_lost)
    agreement = Agreement(
        by=by,
        shot=shot_id,
        recipe=recipe_id,
        seed=seed,
        quotes=quotes,
        most_minor=total + spent,
        currency=currency,
        spent_minor=spent,
        lost_minor=lost,
    )
    _check_cap(studio, run_id, agreement)
    told = {name: list(quote.told()) for name, quote in quotes.items()}
    under = [grant.id for grant in consents_under(work.recipe, registry(studio), shot=shot_id)]
    about = {"run": run_id, "recipe": recipe_id, "most_minor": total, "currency": currency, "to": told}
    about |= {"consents": under} if under else {}
    with studio.act("agree", by, **about, again=again) as t:
        t.put(agreement, run_id, shot=shot_id)
    for sending, _ in repeated:
        put_aside(sending)
    return agreement


def agreed(studio: Studio, run_id: str, quotes: dict[str, Quote]) -> Agreement | None:
    """The agreement under which an earlier, stopped run goes on; None where there is none, or that run had ended."""
    found = studio.production.find(Agreement, run_id)
    return found if found and found.is_open and set(quotes) <= set(found.quotes) else None


def nobody_agreed(quotes: dict[str, Quote]) -> StateError:
    """What a person has to know before they agree."""
    total, currency = _total(quotes)
    told = "; ".join(f"{step} {line}" for step, quote in quotes.items() for line in quote.told())
    return StateError(
        f"run: it costs at most {money(total, currency)}, and nobody has agreed to that.",
        f"{told}. If you agree, add --agree, with --most {money(total, currency).split()[1]} if you want a cap.",
        most_minor=total,
        currency=currency,
    )


@contextmanager
def accounted_for(studio: Studio, by: Hand, work: Job, run_id: str) -> Iterator[None]:
    """Book what services billed for a run, however it ends."""
    try:
        yield
    except Stopped:
        book(studio, by, work, run_id, ended=False)
        raise
    except BaseException:
        book(studio, by, work, run_id, ended=True)
        raise
    book(studio, by, work, run_id, ended=True)


def book(studio: Studio, by: Hand, work: Job, run_id: str, *, ended: bool) -> None:
    """Book each task of a run that has ended, once; one that failed with nothing.

    The agreement stays open while a task may still be billed.
    """
    if (found := _unbooked(studio, work, run_id, ended=ended)) is None:
        return
    tasks: dict[str, int] = {}
    with (
        suppress(_BookedMeanwhile),
        studio.act("book", by, run=run_id, tasks=tasks, currency=found.before.currency) as t,
    ):
        # whoever else would book the same run waits until this is done, and finds it done then
        if (found := _unbooked(studio, work, run_id, ended=ended)) is None:
            raise _BookedMeanwhile
        tasks |= found.new
        t.put(found.after, run_id, shot=found.after.shot)
        for task, amount in found.new.items():
            receipt, quote = found.receipts[task]
            for entry in sending_cost(
                task,
                service=quote.service,
                amount_minor=amount,
                currency=found.after.currency,
                about=_about(receipt, found.after),
                at=studio.clock(),
            ):
                t.put(entry, entry.id, shot=found.after.shot)


class _BookedMeanwhile(Exception):
    """Somebody else booked it between the look and the act."""


@dataclass(frozen=True)
class _Unbooked:
    """What is to be booked of a run: the agreement before and after, what each new task cost, and by which receipt."""

    before: Agreement
    after: Agreement
    new: dict[str, int]
    receipts: dict[str, tuple[Receipt, Quote]]


def _unbooked(studio: Studio, work: Job, run_id: str, *, ended: bool) -> _Unbooked | None:
    """What is not in the books yet; None where nothing is to be changed."""
    before = studio.production.find(Agreement, run_id)
    if before is None:
        return None
    every = [(one, quote) for name, quote in before.quotes.items() for one in _receipts(work, name)]
    known = {one.task: amount for one, _ in every if one.task and (amount := booked(one)) is not None}
    new = {task: amount for task, amount in known.items() if studio.production.find(Entry, f"sent-{task}-0") is None}
    after = before.but(
        spent_minor=before.spent_minor + sum(new.values()),
        is_open=not ended or any(booked(one) is None for one, _ in every),
    )
    return (
        None if not new and after == before else _Unbooked(before, after, new, {one.task: (one, q) for one, q in every})
    )


def cost(studio: Studio, run_id: str) -> tuple[int, str]:
    """What was booked for a run, in minor units, and in which currency."""
    agreement = studio.production.find(Agreement, run_id)
    return (agreement.spent_minor, agreement.currency) if agreement else (0, "EUR")


def cap(studio: Studio, by: Hand, *, most_minor: int, currency: str = "USD") -> Cap:
    """Say how much the production may spend on hosted services in all.  Raises: RoleError, InputError."""
    studio.check(by, "cap")
    if most_minor < 0:
        raise InputError(f"cap: {most_minor} is less than nothing.", "Give an amount from 0.")
    found = Cap(most_minor=most_minor, currency=currency)
    with studio.act("cap", by, most_minor=most_minor, currency=currency) as t:
        t.put(found, "cap")
    return found


def sent(studio: Studio, by: Hand, shot_id: str, recipe_id: str, *, seed: int = 1) -> list[Receipt]:
    """What a run has asked hosted services for, and how that stands, also while it runs.

    Raises: RoleError, NotFoundError.
    """
    studio.check(by, "look")
    shot, recipe = studio.production.get(Shot, shot_id), studio.production.get(Recipe, recipe_id)
    work = job_to_look_at(studio, shot, recipe, seed=seed)
    priced = [step.name for step in work.recipe.steps if find_maker(step.maker).quote is not None]
    return [one for name in priced for one in _receipts(work, name)]


def committed(studio: Studio, *, beside: str = "") -> int:
    """What was spent on hosted services, may be by runs that are not done, or was lost; in minor units."""
    return sum(
        one.committed_minor
        for id_ in studio.production.ids(Agreement)
        if id_ != beside
        for one in [studio.production.get(Agreement, id_)]
    )


def _check_cap(studio: Studio, run_id: str, agreement: Agreement) -> None:
    limit = studio.production.find(Cap, "cap")
    if limit is None:
        return
    before = committed(studio, beside=run_id)
    if before + agreement.committed_minor > limit.most_minor:
        raise CapacityError(
            f"run: {money(before, limit.currency)} of the production's cap of "
            f"{money(limit.most_minor, limit.currency)} are spent or bound; this run may come to "
            f"{money(agreement.committed_minor, limit.currency)}.",
            "A director or producer may raise it: manyhands cap AMOUNT.",
        )


def _total(quotes: dict[str, Quote]) -> tuple[int, str]:
    currencies = {quote.currency for quote in quotes.values()} or {"USD"}
    if len(currencies) > 1:
        raise InputError(f"run: it is billed in {' and '.join(sorted(currencies))}.", "Make its steps in two runs.")
    return sum(quote.minor_most for quote in quotes.values()), currencies.pop()


def _receipts(work: Job, step: str) -> list[Receipt]:
    return receipts(_sent(work, step))


def _to_repeat(work: Job, quotes: dict[str, Quote]) -> list[tuple[Sending, Receipt]]:
    """The sendings that gave nothing: failed, cancelled, or asked without an answer."""
    every = [one for name in quotes for one in sendings(_sent(work, name))]
    known = [(one, receipt) for one in every if (receipt := one.receipt()) is not None]
    return [(one, receipt) for one, receipt in known if receipt.status not in ("SENT", "SUCCEEDED")]


def _sent(work: Job, step: str) -> Path:
    return shelf_of(work, work.recipe.step(step)).file(SENT)


def _work(studio: Studio, shot_id: str, recipe_id: str, seed: int) -> Job:
    shot, recipe = studio.production.get(Shot, shot_id), studio.production.get(Recipe, recipe_id)
    return job(studio, shot, recipe, seed=seed)


def _about(receipt: Receipt, agreement: Agreement) -> str:
    how = f"{receipt.status.lower()}, refunded" if not receipt.credits else f"{receipt.credits} credits"
    return f"{receipt.model} for shot {agreement.shot} ({how})"
