"""Somebody who asks to be forgotten: no byte of the production names them, the record stays, the chain holds."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from manyhands.actions import consents, decisions, facts, intake, payees, people, proposals, revocation, rights, takes
from manyhands.actions.accounts import pay
from manyhands.actions.forgotten import naming
from manyhands.actions.studio import Studio, new
from manyhands.core.entry import Entry
from manyhands.core.errors import InputError, StoreError
from manyhands.core.grant import Term, permits
from manyhands.core.hand import person
from manyhands.core.take import Take
from manyhands.ledger import balances
from manyhands.ledger.booking import owed_to, payee_id, transaction
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.rights import terms_named
from manyhands.store.database import DATABASE
from manyhands.store.forgetting import written_anew
from tests.plates import plate

CODES = ("utf-8", "utf-16-le")
DIRECTOR = person("Person A")
NAME = "Żaneta Person-B"
SPELT = (
    NAME,
    unicodedata.normalize("NFD", NAME),
    "żaneta  person-b",
    "ŻANETA PERSON-B",
    "żaneta-person-b",
    "Z\u0307aneta",
)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    """A production that speaks of somebody in every way that there is, much of it before they were added."""
    clip = plate(2)
    write_master(tmp_path / "plate.mp4", clip, span=clip.span, format="mp4", view=view_for("rec709"))
    made = Studio(new(tmp_path / "film", DIRECTOR).production, workers=0)
    intake.source(made, DIRECTOR, tmp_path / "plate.mp4", owner="Company X", terms=terms_named("own"))
    intake.shot(made, DIRECTOR, "plate", id_="sh010")
    paper = tmp_path / "żaneta-person-b.txt"
    paper.write_text("I, the undersigned, agree.")
    said: dict[str, Any] = {"signed_on": "2019-05-01"}
    for whose in SPELT[:3]:
        consents.consent(
            made, DIRECTOR, whose, scopes=("likeness_alter",), document=paper, about=f"{whose}'s scar", **said
        )
    people.party(made, DIRECTOR, NAME, contact="a letter box in Łódź")
    consents.consent(made, DIRECTOR, NAME, scopes=("voice_replica",), document=paper, about="x", **said)
    asked = Term(scope="likeness_replica", verdict="ask", approver=NAME)
    rights.grant(made, DIRECTOR, person=NAME, grantor=NAME, terms=(asked, *permits("deliver")), about="a mask", **said)
    people.seen(made, DIRECTOR, "sh010", NAME)
    facts.say(made, DIRECTOR, {"is_replica": "no"}, why=f"{SPELT[3]} said so", shot_id="sh010", of=NAME)
    proposals.propose(made, DIRECTOR, "sh010", f"warm, as {NAME} likes it", previews=False)
    take = takes.run(made, DIRECTOR, "sh010", proposals.find_recipe(made, "sh010", "literal").id)
    decisions.decide(made, DIRECTOR, take.id, "accept", reason=f"{SPELT[1]} is well seen")
    revocation.revoke(made, DIRECTOR, "żaneta-person-b-1", why=f"{NAME} asked us to")
    yield made
    made.close()


def naming_files(folder: Path) -> list[str]:
    """Every file of a folder with the name in its bytes or in its own name, however it is spelt."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            told = "\n".join((str(path.relative_to(folder)), *(content.decode(code, "ignore") for code in CODES)))
            plain = unicodedata.normalize("NFD", told).casefold()
            if unicodedata.normalize("NFD", "Żaneta").casefold() in plain or "\\u017baneta" in plain:
                found.append(str(path.relative_to(folder)))
    return sorted(found)


def test_no_byte_names_who_was_forgotten_and_the_chain_holds(studio: Studio) -> None:
    folder = studio.folder
    before = naming_files(folder)
    assert "reports/withdrawn-żaneta-person-b-1.json" in before
    assert any(name.startswith(DATABASE) for name in before)
    assert any(name.startswith("people/") for name in before)
    heads = [row.hash for row in studio.production.log()]
    gone, papers = people.forget(studio, DIRECTOR, NAME, why=f"a letter of {NAME}")
    assert studio.production.faults() == []
    assert [row.hash for row in studio.production.log()][:-1] == heads  # what went out with masters still holds
    left = naming_files(folder)  # also while it is open, with its write-ahead log
    assert left == []
    assert papers  # what was signed on paper is a person's to judge
    assert all((folder / paper).is_file() for paper in papers)
    for of in (consents.grants(studio), people.depictions(studio, "sh010"), proposals.answers(studio, "sh010")):
        assert of
    assert {grant.person for grant in consents.grants(studio)} == {gone.party.id}
    assert consents.grants(studio)[0].about == f"{gone.party.id}'s scar"
    assert (folder / consents.grants(studio)[0].document).is_file()
    studio.close()
    assert naming_files(folder) == []


def test_the_report_of_a_withdrawal_is_signed_anew_and_still_the_one_that_the_log_holds(studio: Studio) -> None:
    gone, _ = people.forget(studio, DIRECTOR, NAME, why="a letter of that day")
    withdrawn = next(grant for grant in consents.grants(studio) if grant.revoked_on)
    told = revocation.report(studio, withdrawn.id)
    assert told["grant"]["person"] == gone.party.id
    assert told["grant"]["revoked_why"] == f"{gone.party.id} asked us to"


def test_everything_is_as_it_was_but_for_the_name(studio: Studio) -> None:
    take = studio.production.all(Take)[0]
    lines = len(studio.production.log())
    gone, _ = people.forget(studio, DIRECTOR, NAME, why="a letter of that day")
    assert len(studio.production.log()) == lines + 1
    assert studio.production.all(Take) == [take]
    assert takes.look(studio, DIRECTOR, take.id)[0] == take
    assert proposals.find_recipe(studio, "sh010", "literal").id == take.recipe
    assert decisions.decisions(studio, "sh010")[0].reason == f"{gone.party.id} is well seen"
    with pytest.raises(sqlite3.DatabaseError, match="append-only"), sqlite3.connect(studio.folder / DATABASE) as behind:
        behind.execute("UPDATE log SET at = 'x'")
    behind.close()


def edited(studio: Studio, *statements: str) -> list[str]:
    with sqlite3.connect(studio.folder / DATABASE) as behind:
        for table in ("log", "nouns"):
            behind.execute(f"DROP TRIGGER {table}_no_update")
        for statement in statements:
            assert behind.execute(statement).rowcount > 0
    behind.close()
    return [fault.what for fault in studio.production.faults()]


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE log SET about = replace(about, 'scar', 'mask') WHERE about LIKE '%scar%'", "was edited"),
        ("UPDATE log SET by = 'person:x' WHERE about LIKE '%scar%'", "was edited"),
        ("UPDATE log SET at = '2000-01-01T00:00:00Z' WHERE about LIKE '%scar%'", "was edited"),
        ("UPDATE log SET act = 'grant' WHERE about LIKE '%scar%'", "was edited"),
        ("UPDATE log SET hash = '0' WHERE about LIKE '%scar%'", "does not follow"),
        ("UPDATE log SET about = replace(about, 'lines', 'links') WHERE act = 'forget'", "was edited"),
        ("UPDATE nouns SET body = replace(body, 'scar', 'cut') WHERE body LIKE '%scar%'", "edited after it was logged"),
        ("UPDATE nouns SET id = 'p-0' WHERE body LIKE '%scar%' AND revision = 1", "came by no line"),
    ],
)  # fmt: skip
def test_what_was_written_anew_is_held_to_the_line_that_tells_of_it(studio: Studio, statement: str, says: str) -> None:
    people.forget(studio, DIRECTOR, NAME, why="a letter")
    assert studio.production.faults() == []
    found = edited(studio, statement.replace("id = 'p-0'", "id = 'p-' || revision || rowid"))
    assert any(says in what for what in found), found


def test_two_who_are_forgotten_one_after_the_other(studio: Studio) -> None:
    people.party(studio, DIRECTOR, "Person C")
    facts.say(studio, DIRECTOR, {"is_minor": "no"}, why=f"Person C and {NAME} said so", of="Person C")
    people.forget(studio, DIRECTOR, NAME, why="a letter")
    people.forget(studio, DIRECTOR, "Person C", why="another letter")
    assert studio.production.faults() == []
    twice = written_anew(studio.production.log())
    assert twice.lines
    assert twice.nouns
    text = b"".join(path.read_bytes() for path in studio.folder.glob(f"{DATABASE}*"))
    assert b"Person C" not in text
    assert "Żaneta".encode() not in text


def test_a_name_that_is_a_word_of_the_record_breaks_nothing(studio: Studio) -> None:
    people.party(studio, DIRECTOR, "accept")
    before = (studio.folder / DATABASE).read_bytes(), studio.production.head()
    with pytest.raises(StoreError, match="decision: verdict does not fit"):
        people.forget(studio, DIRECTOR, "accept", why="a letter")
    assert studio.production.head() == before[1]
    assert decisions.decisions(studio, "sh010")[0].verdict == "accept"
    assert studio.production.faults() == []
    people.party(studio, DIRECTOR, "1250")
    with pytest.raises(InputError, match="no letter"):
        people.forget(studio, DIRECTOR, "1250", why="a letter")


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Person B", "person  b", True),
        ("Person B", "person-b-1", True),
        ("Person B", "Liabilities:Person-B:Wages", True),
        ("Person B", "Person\u200b Bee", False),
        ("Person B", "Pers\u200bon B", True),
        ("Person B", "person-b2", False),
        ("May", "a cinema, May", True),
        ("May", "it may not be", False),
        ("May", "may-1", True),
        ("人物 甲", "人物 甲の同意", False),
        ("שרה כהן", "of שרה כהן.", True),
    ],
)
def test_a_name_is_found_as_names_are_written(name: str, text: str, found: bool) -> None:
    assert bool(naming(name).search(unicodedata.normalize("NFC", text))) is found


def test_who_works_here_keeps_what_they_did(studio: Studio) -> None:
    from manyhands.actions.studio import person as member

    crew = person("Person W")
    member(studio, DIRECTOR, crew, roles=("artist",))
    people.party(studio, DIRECTOR, "Person W")
    facts.say(studio, crew, {"is_minor": "no"}, why="Person W knows", of=NAME)
    _, papers = people.forget(studio, DIRECTOR, "Person W", why="a letter")
    assert DATABASE in papers  # which says that their own acts still name them
    assert studio.production.faults() == []
    studio.check(crew, "say")


def test_what_somebody_is_owed_stays_owed_to_the_id_and_no_hash_of_the_name_is_left(studio: Studio) -> None:
    with studio.act("delivered", DIRECTOR, take="none", master="none.mov") as t:
        sides = (("Expenses:Licences", 500), (owed_to(NAME, "Licences"), -500))
        payees.book(studio, t, transaction("t1", sides, currency="EUR", about="a plate", at="2026-05-01T12:00:00Z"))
    assert studio.production.find(payees.Payee, payee_id(NAME)) is not None
    gone, _ = people.forget(studio, DIRECTOR, NAME, why="a letter")
    assert studio.production.faults() == []
    assert [one.id for one in studio.production.all(payees.Payee)] == [payee_id(gone.party.id)]
    assert payee_id(NAME).encode() not in (studio.folder / DATABASE).read_bytes()
    assert payees.spelled(studio, [gone.party.id, NAME]) == {gone.party.id: gone.party.id, NAME: NAME}
    pay(studio, DIRECTOR, gone.party.id, "5.00", currency="EUR", kind="Licences", about="bank 1")
    assert balances(studio.production.all(Entry))[f"Liabilities:{gone.party.id}:Licences", "EUR"] == 0
