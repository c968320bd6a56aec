"""A large production, written straight into the store: shots of many kinds, their takes, people, grants, a ledger.

Every tenth shot lays ``work`` in, and one in a hundred teaches from it; in others a hosted model draws, or plays
somebody who has consented, or the plate is a model's; the rest is worked out by rule.  No two takes are alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from manyhands.actions.people import PEOPLE
from manyhands.actions.statements import Statement
from manyhands.actions.studio import Studio, new
from manyhands.core.decision import Decision
from manyhands.core.extent import Extent, HandExtent
from manyhands.core.grant import Grant, permits
from manyhands.core.hand import Hand, person
from manyhands.core.noun import digest
from manyhands.core.party import Depiction, Party
from manyhands.core.recipe import PLATE, SOURCE, Recipe, Step
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.span import Span
from manyhands.core.take import Take
from manyhands.ledger.booking import owed_to, transaction
from manyhands.rights import terms_named

DIRECTOR = person("Person A")
SPAN = Span(start=1001, length=100, rate_fps="24")
AT, DAY = "2026-01-01T12:00:00Z", "2019-05-01"
SHOTS, EACH, EVERYBODY, TRANSACTIONS = 2_000, 10, 500, 50_000
LINES = 100
"""So many nouns of a kind, or shots with all that is theirs, are written by one act."""

MODEL = "some video model 2"
HOSTED = Hand(id="trained:runway:aleph2", origin="trained", name="runway aleph2")
KEYS = f'[[agreed]]\nhand = "{HOSTED.id}"\nshares = {{ "Person 1" = "1/2", "Person 2" = "1/2" }}\n'
"""Who the hosted model's shares go to, as a file of keys says it."""


@dataclass(frozen=True)
class Made:
    """A shot with all that is its own."""

    shot: Shot
    plate: Source
    recipes: tuple[Recipe, ...]
    takes: tuple[Take, ...]
    decision: Decision
    said: tuple[Statement, ...]
    seen: tuple[Depiction, ...]


def film(
    folder: Path,
    *,
    shots: int = SHOTS,
    each: int = EACH,
    everybody: int = EVERYBODY,
    transactions: int = 0,
    database: str = "",
) -> Studio:
    """A production of so many shots with so many takes each: the last is accepted, and every fiftieth shot is out.

    Args:
        transactions: in the ledger, two entries each, over a year in which everybody is owed something again and again.
        database: see :func:`manyhands.actions.studio.new`.
    """
    made = new(folder, DIRECTOR, name="Film", database=database)
    _people(made, everybody)
    with made.act("source", DIRECTOR) as t:
        work = Source(
            id="work", title="work", sha256="0" * 64, path="p", owner="Company X", terms=terms_named("unknown")
        )
        t.put(work, work.id)
    for first in range(0, shots, LINES):
        with made.act("run", DIRECTOR) as t:
            for number in range(first, min(shots, first + LINES)):
                one = shot(number, each, everybody)
                t.put(one.plate, one.plate.id)
                for noun in (one.shot, *one.recipes, *one.takes, one.decision, *one.said, *one.seen):
                    t.put(noun, noun.id, shot=one.shot.id)
    for number in range(shots):
        if number % 100 in (5, 20):
            told = {"take": f"{shot_id(number)}-{each - 1}", "master": f"{shot_id(number)}.mp4", "sha256": "1" * 64}
            made.note("delivered", DIRECTOR, **told)
    book(made, transactions, everybody)
    return made


def shot_id(number: int) -> str:
    return f"sh{number:05}"


def shot(number: int, each: int, everybody: int) -> Made:
    """What stands at a number of the production: the same each time."""
    id_, whose = shot_id(number), f"Person {number % everybody}"
    is_models = number % 10 == 8
    plate = Source(
        id=f"p{number}",
        title=id_,
        sha256="a" * 64,
        path="p",
        owner=whose,
        terms=terms_named("own"),
        made_by=MODEL if is_models else "",
    )
    its = Shot(id=id_, plate=plate.id, span=SPAN, standing="approved")
    recipes = tuple(Recipe(steps=_steps(number, run, whose)) for run in range(each))
    takes = tuple(_take(its, plate, recipe, number, run) for run, recipe in enumerate(recipes))
    decision = Decision(
        id=f"d-{id_}", take=takes[-1].id, verdict="accept", by=DIRECTOR, reason="good", door="api", at=AT
    )
    return Made(its, plate, recipes, takes, decision, tuple(_said(number, id_)), tuple(_seen(number, its, everybody)))


def _steps(number: int, run: int, whose: str) -> tuple[Step, ...]:
    """The last step is the same for all kinds; ``exposure`` tells the runs apart."""
    made: list[Step] = []
    if number % 100 == 5:
        made = [Step(name="first", maker="taught", version=1, inputs={"plate": PLATE, "painted": SOURCE + "work"})]
    elif number % 10 == 0:
        made = [Step(name="first", maker="place", version=1, inputs={"plate": PLATE, "element": SOURCE + "work"})]
    elif number % 10 == 3:
        plays = {"act": "character_performance", "performer": whose, "character_of": whose}
        made = [Step(name="first", maker="runway", version=1, params=plays, inputs={"plate": PLATE})]
    elif number % 10 == 7:
        asked = {"act": "video_to_video", "prompt": f"rain on street {number}"}
        made = [Step(name="first", maker="runway", version=1, params=asked, inputs={"plate": PLATE})]
    else:
        made = [
            Step(name="first", maker="smoke", version=1, inputs={"plate": PLATE}),
            Step(name="second", maker="haze", version=1, inputs={"plate": "first"}),
        ]
    grade = {"exposure": round(run / 100 + number % 97 / 1000, 4)}
    return (*made, Step(name="grade", maker="grade", version=1, params=grade, inputs={"plate": made[-1].name}))


def _take(its: Shot, plate: Source, recipe: Recipe, number: int, run: int) -> Take:
    part = 100_000 + (number * 37 + run * 11) % 200_000
    hands = [(plate.hand, 1_000_000 - part)]
    if number % 100 == 5:
        hands = [(plate.hand, 1_000_000)]
    elif number % 10 == 0:
        work = Hand(id="camera:work:b", origin="camera", name="work", behind="work")
        hands = [(plate.hand, 750_000), (work, 250_000)]
    elif number % 10 in (3, 7):
        hands.append((HOSTED, part))
    else:
        hands.append((Hand(id="procedure:smoke:1", origin="procedure", name="smoke"), part))
    parts = tuple(HandExtent(hand=hand, origin_ppm=ppm, area_ppm=1, altered_ppm=0, frames=40) for hand, ppm in hands)
    return Take(
        id=f"{its.id}-{run}",
        shot=its.id,
        recipe=recipe.id,
        seed=run,
        span=SPAN,
        width=64,
        height=36,
        folder="takes/x",
        frames_sha256="0" * 64,
        hands=tuple(hand for hand, _ in hands),
        extent=Extent(hands=parts, empty_ppm=0, changed_ppm=0, frames=100, screen_seconds="4"),
        seconds=1,
    )


def _said(number: int, id_: str) -> Iterator[Statement]:
    """Of shots with a model: a few of the answers that rules ask for, others with each shot."""
    if number % 10 not in (3, 7, 8):
        return
    facts = ("looks_real", "is_fiction", "label_is_placed", "uses_named_style", "union_told", "is_political")
    known = [fact for at, fact in enumerate(facts) if (number // 10 + at) % 3]
    for fact in known:
        yield Statement(shot=id_, fact=fact, value=bool(number % 3), why="looked at", by=DIRECTOR, at=AT)


def _seen(number: int, its: Shot, everybody: int) -> Iterator[Depiction]:
    first, last = SPAN.start, SPAN.end
    if number % 4 == 0:
        whom = _party_id(number % everybody)
        yield Depiction(
            id=f"{its.id}:1", shot=its.id, says="known", party=whom, first=first, last=last, by=DIRECTOR, at=AT
        )
    elif number % 4 == 1:
        yield Depiction(id=f"{its.id}:1", shot=its.id, says="nobody", first=first, last=last, by=DIRECTOR, at=AT)


def _party_id(number: int) -> str:
    return f"p-{number:08x}"


def _people(made: Studio, everybody: int) -> None:
    """People whose names lie beside the record, each with a consent."""
    (made.folder / PEOPLE).mkdir()
    with made.act("party", DIRECTOR) as t:
        for number in range(everybody):
            told = {"name": f"Person {number}", "contact": "", "salt": f"{number:032x}"}
            one = Party(id=_party_id(number), told_sha256=digest(told))
            (made.folder / PEOPLE / f"{one.id}.json").write_text(json.dumps(told))
            t.put(one, one.id)
            terms = permits("likeness_replica", "likeness_alter", "voice_replica")
            given = Grant(
                id=f"{one.id}-1",
                grantor=one.id,
                person=one.id,
                terms=terms,
                about="a film",
                signed_on=DAY,
                given_to="Film",
                recorded_by=DIRECTOR,
            )
            t.put(given, given.id)


def book(made: Studio, transactions: int, everybody: int = EVERYBODY) -> None:
    """Transactions of two entries each, by which everybody is owed something over a year."""
    for first in range(0, transactions, LINES):
        with made.act("delivered", DIRECTOR, take="none", master="none.mov") as t:
            for number in range(first, min(transactions, first + LINES)):
                who, minor = f"Person {number % everybody}", 100 + number % 9973
                at = f"2026-{1 + 12 * number // transactions:02d}-{1 + number % 28:02d}T12:00:00Z"
                sides = (("Expenses:Licences", minor), (owed_to(who, "Licences"), -minor))
                about = f"a plate in shot sh{number:05d}"
                for entry in transaction(f"t{number}", sides, currency="EUR", about=about, at=at, method="agreed"):
                    t.put(entry, entry.id)
