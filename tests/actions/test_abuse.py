"""What somebody may try with rights: grants that contradict or end, days in other places, a log that was rewritten."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from manyhands.actions import (
    consents,
    decisions,
    delivery,
    intake,
    people,
    proposals,
    revocation,
    rights,
    studio,
    takes,
)
from manyhands.actions.studio import Studio, today
from manyhands.actions.verification import verify
from manyhands.core.errors import InputError, RightsError
from manyhands.core.grant import Term, permits
from manyhands.core.take import Take
from manyhands.rights import terms_named
from manyhands.run.schedule import Progress
from manyhands.store.database import DATABASE
from manyhands.store.log import BEGINNING, line_of
from manyhands.store.production import HEAD
from tests.actions.test_revocation import DIRECTOR, film, licensed, made
from tests.actions.test_taught import ME, files, proposed  # noqa: F401

ENDS = "2026-05-31"


@pytest.fixture
def shot(tmp_path: Path) -> Iterator[Studio]:
    opened = film(tmp_path)
    yield opened
    opened.close()


def at(opened: Studio, moment: str) -> Studio:
    return replace(opened, clock=lambda: moment)


def accepted(opened: Studio) -> Take:
    take = made(opened)
    decisions.decide(opened, DIRECTOR, take.id, "accept", reason="good")
    return take


# --- grants that contradict ---------------------------------------------------------------------


@pytest.mark.parametrize("is_no_first", [True, False])
@pytest.mark.parametrize("grantor", ["Company X", "Company Y"])
def test_of_two_grants_that_contradict_the_no_holds_and_both_are_named(
    grantor: str, is_no_first: bool, shot: Studio, tmp_path: Path
) -> None:
    take = accepted(shot)
    said = [
        {"terms": permits("composite", "deliver"), "about": "one film"},
        {"terms": (Term(scope="deliver", verdict="prohibit"),), "about": "no film", "grantor": grantor},
    ]
    for one in reversed(said) if is_no_first else said:
        licensed(shot, *one.pop("terms"), **one)
    with pytest.raises(RightsError, match=rf"{grantor} forbids deliver .*contradicts plate-\d by Company X") as told:
        delivery.deliver(shot, DIRECTOR, "sh010", tmp_path / "out")
    assert "--supersedes" in told.value.fix
    assert not (tmp_path / "out").exists()
    assert takes.look(shot, DIRECTOR, take.id)[0] == take  # nothing is lost


# --- grants that end, and where it is which day -------------------------------------------------


def test_a_grant_that_ends_while_a_shot_is_made_stops_the_run_the_yes_and_the_delivery(
    shot: Studio, tmp_path: Path
) -> None:
    licensed(shot, *permits("composite"), valid_until=ENDS)
    hour = [f"{ENDS}T23:59:50Z"]

    def later(progress: Progress) -> None:
        hour[0] = "2026-06-01T00:00:00Z"

    # its terms permit it as well: what ends takes nothing of theirs
    assert made(replace(at(shot, hour[0]), clock=lambda: hour[0], report=later))
    intake.terms(shot, DIRECTOR, "plate", owner=None, terms=terms_named("unknown").but(permits=()))
    hour[0] = f"{ENDS}T23:59:50Z"
    running = replace(shot, clock=lambda: hour[0], report=later)
    recipe = proposals.find_recipe(shot, "sh010", "bold")
    with pytest.raises(RightsError, match=f"what permits composite of source plate ended on {ENDS}"):
        takes.run(running, DIRECTOR, "sh010", recipe.id)
    (take,) = shot.production.all(Take)
    with pytest.raises(RightsError, match=f"ended on {ENDS}"):
        decisions.decide(running, DIRECTOR, take.id, "accept", reason="good")
    hour[0] = f"{ENDS}T23:59:59Z"
    assert decisions.decide(replace(running, report=lambda progress: None), DIRECTOR, take.id, "accept", reason="good")


@pytest.mark.parametrize("zone", ["<-11>11", "UTC", "<+14>-14"])
def test_the_day_is_that_of_utc_wherever_the_machine_stands(zone: str, shot: Studio, tmp_path: Path) -> None:
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        assert studio.now()[:13] == time.strftime("%Y-%m-%dT%H", time.gmtime())
        licensed(shot, *permits("composite", "deliver"), valid_until=ENDS)
        accepted(shot)
        with pytest.raises(RightsError, match=f"ended on {ENDS}"):
            delivery.deliver(at(shot, "2026-06-01T00:00:00Z"), DIRECTOR, "sh010", tmp_path / "late")
        assert delivery.deliver(at(shot, f"{ENDS}T23:59:59Z"), DIRECTOR, "sh010", tmp_path / "out").report.is_sound
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()


def test_what_is_signed_today_somewhere_is_recorded_and_holds_when_that_day_has_begun_in_utc(
    shot: Studio, tmp_path: Path
) -> None:
    """At 10:00 in UTC it is the next day at UTC+14, and the day before at UTC-11."""
    now = at(shot, "2026-05-31T10:00:00Z")
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"signed")
    given = consents.consent(
        now, DIRECTOR, "Person B", scopes=("likeness_alter",), document=paper, about="x", signed_on="2026-06-01"
    )
    assert given.state_on(today(now)) == "begins on 2026-06-01"
    licensed(now, signed_on="2026-05-30")
    for hour, day in (("2026-05-31T09:59:59Z", "2026-06-01"), ("2026-05-31T10:00:00Z", "2026-06-02")):
        with pytest.raises(InputError, match="today is"):
            licensed(at(shot, hour), signed_on=day)


# --- what was taught ----------------------------------------------------------------------------


def test_a_withdrawn_work_inside_a_taught_model_inside_a_delivered_film(files: Path, tmp_path: Path) -> None:  # noqa: F811
    opened, shot_id, recipe = proposed(files, tmp_path / "production", steps=10)
    take = takes.run(opened, ME, shot_id, recipe.id)
    decisions.decide(opened, ME, take.id, "accept", reason="good")
    people.nobody(opened, ME, shot_id, why="a disc goes over a wall")
    sent = delivery.deliver(opened, ME, shot_id, tmp_path / "out")
    painted = recipe.sources[0]
    said = {"work": painted, "grantor": "Person B", "signed_on": "2019-05-01"}
    own = rights.grant(opened, ME, terms=permits("train_shot", "composite", "deliver"), about="as I sent them", **said)
    intake.terms(opened, ME, painted, owner=None, terms=terms_named("unknown").but(permits=()))

    found = revocation.revoke(opened, ME, own.id, why="Person B asked us to")
    assert [(one.take, one.standing) for one in found.takes] == [(take.id, "delivered")]
    assert "train_shot" in found.takes[0].scopes
    assert [(one.shot, one.maker, one.from_) for one in found.models] == [(shot_id, "taught", (painted,))]
    (notice,) = found.notices
    assert notice.master == sent.master.name
    assert notice.sha256 in notice.draft
    told = revocation.report(opened, own.id)
    assert told["shots"] == [shot_id]
    assert told["models"][0]["step"] == "taught"
    with pytest.raises(RightsError, match=r"train_shot of source .* was withdrawn"):
        takes.run(opened, ME, shot_id, recipe.id)  # what the model has learned is not used again
    with pytest.raises(RightsError, match="withdrawn"):
        delivery.deliver(opened, ME, shot_id, tmp_path / "again")
    assert sent.master.is_file()
    opened.close()


# --- a log that was rewritten -------------------------------------------------------------------


def test_a_log_rewritten_with_its_witness_is_found_by_a_master_that_is_out(shot: Studio, tmp_path: Path) -> None:
    licensed(shot)
    accepted(shot)
    master = delivery.deliver(shot, DIRECTOR, "sh010", tmp_path / "out").master
    assert not [one for one in verify(master, production=shot.folder).findings if one.code.startswith("log.")]
    with closing(sqlite3.connect(shot.folder / DATABASE)) as behind, behind:
        for deed in ("update", "delete"):
            behind.execute(f"DROP TRIGGER log_no_{deed}")
        behind.execute("UPDATE log SET about = replace(about, 'one film', 'all films') WHERE act = 'grant'")
    before = BEGINNING
    for row in shot.production.log():
        with closing(sqlite3.connect(shot.folder / DATABASE)) as behind, behind:
            behind.execute("UPDATE log SET before = ? WHERE number = ?", (before, row.number))
        before = line_of(next(one for one in shot.production.log() if one.number == row.number)).hash
        with closing(sqlite3.connect(shot.folder / DATABASE)) as behind, behind:
            behind.execute("UPDATE log SET hash = ? WHERE number = ?", (before, row.number))
    head = shot.production.head()
    (shot.folder / HEAD).write_text(json.dumps({"number": head.number, "hash": head.hash}))
    assert shot.production.faults() == []  # by itself the folder cannot know
    assert "log.differs" in [one.code for one in verify(master, production=shot.folder).findings]
