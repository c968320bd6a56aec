"""A production with rights, people, money and hours in it, for the tests of the rooms."""

from __future__ import annotations

from pathlib import Path

from manyhands.actions import decisions, intake, labour, people, proposals, rights, studio, takes
from manyhands.actions.studio import Studio
from manyhands.core.entry import Entry
from manyhands.core.grant import Term, permits
from manyhands.ledger.booking import owed_to, transaction
from manyhands.rights import terms_named
from tests.web.conftest import ME, OTHER, SHOT

HOSTILE = "<img src=x onerror=alert(1)>"
LONG = "x" * 100_000
GRANT, TASK = "house-1", "task-roto-of-the-roof-1"


def furnished(folder: Path, clip: Path) -> Path:
    """A film in which Person A directs and Person B is an artist: a plate under a licence, an accepted take and one
    more, a grant that asks, a hostile name that is seen, a task with hours, and money that is owed.
    """
    film = studio.new(folder / "film", ME, name="A film", door="studio")
    source, _ = intake.source(film, ME, clip, owner="Company X", terms=terms_named("unknown"))
    intake.shot(film, ME, source.id, id_=SHOT)
    studio.person(film, ME, OTHER, roles=("artist",))
    paper = folder / "licence.txt"
    paper.write_text("signed")
    rights.grant(
        film, ME, work=source.id, grantor="Company X", about="one film", signed_on="2019-05-01", document=paper,
        terms=(*permits("composite", "retouch"), Term(scope="deliver", territory=("DE",))),
    )  # fmt: skip
    _taken(film)
    people.party(film, ME, HOSTILE)
    people.party(film, ME, "Person G")
    people.party(film, ME, "Person M", is_minor=True, guardian="Person G")
    people.seen(film, ME, SHOT, HOSTILE, what="voice")
    labour.task(film, ME, "roto of the roof", OTHER, role="artist", shot=SHOT, bid_minutes=600)
    labour.time(film, OTHER, TASK, 90, day="2026-01-05", about="the roof")
    owe(film, "Person B", 123_45)
    film.close()
    return folder / "film"


def _taken(film: Studio) -> None:
    proposals.propose(film, ME, SHOT, "warm", previews=False)
    recipe = proposals.find_recipe(film, SHOT, "literal")
    first = takes.run(film, ME, SHOT, recipe.id)
    decisions.decide(film, ME, first.id, "accept", reason="good")
    takes.run(film, ME, SHOT, recipe.id, seed=2)


def owe(film: Studio, name: str, minor: int, *, times: int = 1) -> None:
    """Book that somebody is owed royalties, so many times."""
    before = len(film.production.ids(Entry))
    with film.act("book", ME, of=name) as t:
        for number in range(times):
            for entry in _owed(f"owed-{number}-{before}", name, minor, film.clock()):
                t.put(entry, entry.id)


def _owed(id_: str, name: str, minor: int, at: str) -> list[Entry]:
    sides = (("Expenses:Royalties", minor), (owed_to(name, "Royalties"), -minor))
    return transaction(id_, sides, currency="EUR", about="a cinema, May", at=at, method="a share of one half")
