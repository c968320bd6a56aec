"""Orders: what a person asked to have made, which goes on when they look away, and after a restart.

An order lies in files of its own under ``orders/``: what was asked, and how far it is.  Whoever carries it out holds
its lock, so that one process does it, and one that was killed leaves it to be taken up again.  What is made is kept
frame by frame, so an order that is taken up goes on from there.
"""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from manyhands.actions.delivery import deliver
from manyhands.actions.jobs import job
from manyhands.actions.measuring import check_published, measure, published, recompute
from manyhands.actions.proposals import find_recipe, preview
from manyhands.actions.reteaching import check_reteach, reteach
from manyhands.actions.spending import due, nobody_agreed
from manyhands.actions.studio import Studio
from manyhands.actions.takes import run
from manyhands.core.decision import Door
from manyhands.core.errors import InputError, ManyhandsError, NotFoundError, StateError, Stopped
from manyhands.core.hand import Hand
from manyhands.core.hand import person as named
from manyhands.core.shot import Shot
from manyhands.core.showing import Showing, read_showing
from manyhands.core.take import Take
from manyhands.disk import held, write_whole
from manyhands.run.schedule import Progress, Report

FOLDER, OLD = "orders", "old"
EVERY_S = 0.2
"""So often at most is it written down how far an order is."""

What = Literal["previews", "run", "deliver", "measure", "recompute", "reteach"]
ROW: dict[What, str] = {"previews": "propose", "recompute": "look", "reteach": "run"}
"""The row of the roles' table behind each kind of order that is not called as its row is."""
State = Literal["waiting", "at work", "done", "failed", "stopped"]
OPEN: tuple[State, ...] = ("waiting", "at work")


class Order(BaseModel):
    """What one person asked to have made of one shot.

    ``take`` is whose painters are measured (``measure``), of which one subset, ``of``, is taught again (``recompute``),
    or which is taught ``without`` somebody (``reteach``); ``truth`` is what that is held against.
    """

    id: str
    what: What
    shot: str
    by: str
    asked_at: str
    recipes: tuple[str, ...] = ()
    seed: int = 1
    answers: str = ""
    agree: bool = False
    most_minor: int | None = None
    out: str = ""
    format: str = ""
    territory: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    first_day: str = ""
    last_day: str = ""
    take: str = ""
    of: tuple[str, ...] = ()
    without: str = ""
    truth: str = ""
    steps: int = 0
    seeds: int = 1
    door: Door = "studio"


class Standing(BaseModel):
    """How far an order is; ``error`` is what, fix and kind of what stopped it."""

    order: Order
    state: State = "waiting"
    done: int = 0
    of: int = 0
    kind: str = ""
    says: str = ""
    seconds_left: float | None = None
    result: str = ""
    error: dict[str, str] | None = None


def order(studio: Studio, by: Hand, what: What, shot_id: str, **asked: object) -> Order:
    """Ask to have something made; what could be refused before any work is refused here.

    Raises: RoleError, RightsError, NotFoundError, InputError, TrustError; StateError where it costs something and
        nobody agreed, or there is nothing to be taught.
    """
    studio.check(by, ROW.get(what, what))
    shot = studio.production.get(Shot, shot_id)
    made = Order(
        id=f"{studio.clock().replace(':', '').replace('-', '')}-{uuid.uuid4().hex[:6]}",
        what=what, shot=shot_id, by=by.name, asked_at=studio.clock(), door=studio.door, **asked,
    )  # fmt: skip
    _showing(made)
    for recipe_id in made.recipes if what == "run" else ():
        quotes = due(job(studio, shot, find_recipe(studio, shot_id, recipe_id), seed=made.seed))
        if quotes and not made.agree:
            raise nobody_agreed(quotes)
    _check_taught(studio, by, made)
    with _asking:  # who presses twice asks once
        same = [one for one in standings(studio) if one.state in OPEN and _asks_the_same(one.order, made)]
        if same:
            return same[0].order
        _write(_folder(studio, made.id) / "order.json", made)
    return made


def _check_taught(studio: Studio, by: Hand, asked: Order) -> None:
    """Refuse before it begins what would teach a model again and cannot."""
    if asked.what == "measure":
        measure(
            studio, by, asked.take, steps=asked.steps, truth=asked.truth, seeds=asked.seeds, is_draft=True
        )  # fmt: skip
    if asked.what == "recompute":
        check_published(published(studio, asked.take), asked.of)
    if asked.what == "reteach":
        check_reteach(studio, studio.production.get(Take, asked.take), without=asked.without, truth=asked.truth)


def standings(studio: Studio) -> list[Standing]:
    """All orders with how far they are, oldest first.

    It is asked several times a second: what is over never changes and is read once, and the folder is looked
    through only when an order came or went.
    """
    folder = studio.folder / FOLDER
    try:
        stamp = folder.stat().st_mtime_ns
    except FileNotFoundError:
        return []
    with _reading:
        known = _known.setdefault(folder, _Known())
        while len(_known) > MOST_KNOWN:
            del _known[next(iter(_known))]
        if stamp != known.stamp:
            ids = sorted(item.name for item in os.scandir(folder) if item.name != OLD)
            known.ids = tuple(id_ for id_ in ids if id_ in known.over or (folder / id_ / "order.json").is_file())
            known.over = {id_: known.over[id_] for id_ in known.ids if id_ in known.over}
            # one that was made within the clock's grain, or is not written yet, may still come under this stamp
            settled = time.time_ns() - stamp > GRAIN_NS and len(known.ids) == len(ids)
            known.stamp = stamp if settled else -1
        found = []
        for id_ in known.ids:
            now = known.over.get(id_)
            if now is None:
                try:
                    now = standing(studio, id_)
                except NotFoundError:  # put away meanwhile
                    continue
                if now.state not in OPEN:
                    known.over[id_] = now
            found.append(now)
        return found


@dataclass
class _Known:
    """What was read of a folder of orders."""

    stamp: int = -1
    ids: tuple[str, ...] = ()
    over: dict[str, Standing] = field(default_factory=dict)


_reading, _asking = threading.Lock(), threading.Lock()
_known: dict[Path, _Known] = {}
MOST_KNOWN = 8
GRAIN_NS = 2_000_000_000


def put_away(studio: Studio, *, older_than_s: float = 7 * 24 * 3600) -> int:
    """Move the orders that have long been over out of the way; each is still found by its id.  Returns: how many."""
    folder, moved = studio.folder / FOLDER, 0
    for one in standings(studio):
        home = folder / one.order.id
        with suppress(OSError):
            if one.state not in OPEN and time.time() - (home / "stands.json").stat().st_mtime > older_than_s:
                (folder / OLD).mkdir(exist_ok=True)
                os.replace(home, folder / OLD / one.order.id)
                moved += 1
    return moved


def standing(studio: Studio, order_id: str) -> Standing:
    """How far one order is.  Raises: NotFoundError."""
    folder = _folder(studio, order_id)
    if not folder.is_dir():
        folder = folder.parent / OLD / order_id
    for name in ("stands.json", "order.json"):
        with suppress(FileNotFoundError):
            text = (folder / name).read_text()
            if name == "stands.json":
                return Standing.model_validate_json(text)
            return Standing(order=Order.model_validate_json(text))
    raise NotFoundError("order", order_id)


def waiting(studio: Studio) -> list[Order]:
    """The orders that nobody carries out: those that wait, and those whose process was killed."""
    found = []
    for one in standings(studio):
        if one.state not in OPEN:
            continue
        with held(_folder(studio, one.order.id) / "lock") as free:
            if free:
                found.append(one.order)
    return found


def stop(studio: Studio, by: Hand, order_id: str) -> Standing:
    """Stop an order; what it made so far is kept.

    Raises: NotFoundError; RoleError; StateError if it is over.
    """
    studio.check(by, "run")
    now = standing(studio, order_id)
    if now.state not in OPEN:
        raise StateError(f"order {order_id}: it is {now.state}.", "There is nothing to stop.")
    folder = _folder(studio, order_id)
    write_whole(folder / "stop", by.name.encode())
    with held(folder / "lock") as free:
        if free:
            return _settled(folder, now, "stopped", error=_told(_stopped()))
    with suppress(OSError, ValueError):
        os.kill(int((folder / "process").read_text()), signal.SIGINT)
    return standing(studio, order_id)


def carry_out(studio: Studio, order_id: str) -> Standing:
    """Do what an order asks, in this process; how far it is can be read meanwhile.

    One that somebody else carries out is left to them.  Raises: NotFoundError.
    """
    folder = _folder(studio, order_id)
    with held(folder / "lock") as mine:
        now = standing(studio, order_id)
        if not mine or now.state not in OPEN:
            return now
        write_whole(folder / "process", str(os.getpid()).encode())
        now = now.model_copy(update={"state": "at work"})
        _write(folder / "stands.json", now)
        try:
            result = _carried_out(replace(studio, door=now.order.door, report=_reporter(folder, now)), now.order)
        except (ManyhandsError, KeyboardInterrupt) as error:
            stopped = isinstance(error, Stopped | KeyboardInterrupt)
            known = error if isinstance(error, ManyhandsError) else _stopped()
            return _settled(folder, standing(studio, order_id), "stopped" if stopped else "failed", error=_told(known))
        return _settled(folder, standing(studio, order_id), "done", result=result)


def _carried_out(studio: Studio, asked: Order) -> str:
    """What came of it: a take's id, the folder that holds a delivery, a file that was published, or a verdict."""
    by = named(asked.by)
    if asked.what == "previews":
        preview(studio, by, asked.shot, asked.recipes)
        return ""
    if asked.what == "run":
        takes = [
            run(
                studio, by, asked.shot, find_recipe(studio, asked.shot, recipe).id, seed=asked.seed,
                answers=asked.answers, agree=asked.agree, most_minor=asked.most_minor,
            )
            for recipe in asked.recipes
        ]  # fmt: skip
        return takes[-1].id
    if asked.what == "deliver":
        out = Path(asked.out)
        return str(deliver(studio, by, asked.shot, out, format=asked.format, showing=_showing(asked)).master)
    if asked.what == "measure":
        return measure(studio, by, asked.take, steps=asked.steps, truth=asked.truth, seeds=asked.seeds).published
    if asked.what == "recompute":
        again = recompute(studio, by, asked.take, asked.of)
        return f"published {again.published}, found {again.found}: {again.verdict}"
    if asked.what == "reteach":
        return reteach(studio, by, asked.take, without=asked.without, truth=asked.truth).take
    raise InputError(f"order {asked.id}: {asked.what} cannot be ordered.", "Order previews, a run or a delivery.")


def _showing(asked: Order) -> Showing:
    return read_showing(asked.territory, asked.media, first_day=asked.first_day, last_day=asked.last_day)


def _reporter(folder: Path, now: Standing) -> Report:
    last = 0.0

    def report(work: Progress) -> None:
        nonlocal last
        if (folder / "stop").exists():
            raise _stopped()
        if time.monotonic() - last < EVERY_S and work.done < work.of:
            return
        last = time.monotonic()
        told = {"done": work.done, "of": work.of, "kind": work.kind, "says": work.says}
        _write(folder / "stands.json", now.model_copy(update={**told, "seconds_left": work.seconds_left}))

    return report


def _settled(
    folder: Path, now: Standing, state: State, *, result: str = "", error: dict[str, str] | None = None
) -> Standing:
    settled = now.model_copy(
        update={"state": state, "result": result, "error": error, "seconds_left": None, "says": ""}
    )
    _write(folder / "stands.json", settled)
    return settled


def _asks_the_same(one: Order, other: Order) -> bool:
    apart = {"id", "asked_at"}
    return one.model_dump(exclude=apart) == other.model_dump(exclude=apart)


def _stopped() -> Stopped:
    return Stopped("stopped.", "Ask again to go on from there.")


def _told(error: ManyhandsError) -> dict[str, str]:
    return {"kind": type(error).__name__, "what": error.what, "fix": error.fix}


def _folder(studio: Studio, order_id: str) -> Path:
    if not re.fullmatch(r"[0-9A-Za-z-]{1,80}", order_id) or order_id == OLD:
        raise NotFoundError("order", order_id)
    return studio.folder / FOLDER / order_id


def _write(path: Path, value: BaseModel) -> None:
    write_whole(path, json.dumps(value.model_dump(mode="json")).encode())
