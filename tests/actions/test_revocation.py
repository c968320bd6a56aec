"""Withdrawing: what stops, what is blocked, what is told, and how fast it is found in a large production."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from manyhands.actions import decisions, delivery, intake, proposals, revocation, rights, takes
from manyhands.actions.studio import Studio, new
from manyhands.core.errors import InputError, NotFoundError, RightsError, RoleError, StateError, TrustError
from manyhands.core.grant import Term, permits
from manyhands.core.hand import person
from manyhands.core.showing import read_showing
from manyhands.core.take import Take
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.rights import terms_named
from manyhands.run.schedule import Progress
from tests import large as made_large
from tests.databases import on_both
from tests.plates import plate

pytestmark = on_both

DIRECTOR = person("Person A")
ASKED = person("Person P")


def film(folder: Path) -> Studio:
    clip = plate(2)
    write_master(folder / "plate.mp4", clip, span=clip.span, format="mp4", view=view_for("rec709"))
    return filled(folder, folder / "plate.mp4")


def filled(folder: Path, movie: Path) -> Studio:
    """A plate of which nobody said anything, its licence, and a shot with a note."""
    made = new(folder / "film", DIRECTOR)
    studio = Studio(made.production, workers=0)
    intake.source(studio, DIRECTOR, movie, owner="Company X", terms=terms_named("unknown"))
    intake.shot(studio, DIRECTOR, "plate", id_="sh010")
    return studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    opened = film(tmp_path)
    yield opened
    opened.close()


def licensed(studio: Studio, *terms: Term, **changes: Any) -> str:
    said: dict[str, Any] = {"work": "plate", "grantor": "Company X", "about": "one film", "signed_on": "2019-05-01"}
    return rights.grant(studio, DIRECTOR, terms=terms or permits("composite", "deliver"), **{**said, **changes}).id


def made(studio: Studio) -> Take:
    proposals.propose(studio, DIRECTOR, "sh010", "warm", previews=False)
    recipe = proposals.find_recipe(studio, "sh010", "literal")
    return takes.run(studio, DIRECTOR, "sh010", recipe.id)


def forbidden(studio: Studio) -> str:
    """Somebody else has a say in the plate, and says no."""
    return licensed(studio, Term(scope="composite", verdict="prohibit"), grantor="Company Y")


def test_a_grant_lets_out_what_terms_alone_do_not(studio: Studio, tmp_path: Path) -> None:
    take = made(studio)
    decisions.decide(studio, DIRECTOR, take.id, "accept", reason="good")
    with pytest.raises(RightsError, match="nobody has said under which terms"):
        delivery.deliver(studio, DIRECTOR, "sh010", tmp_path / "out")
    licensed(studio, *permits("composite"), Term(scope="deliver", territory=("DE",), valid_until="2999-12-31"))
    with pytest.raises(RightsError, match="does not hold all over the world"):
        delivery.deliver(studio, DIRECTOR, "sh010", tmp_path / "out")
    sent = delivery.deliver(studio, DIRECTOR, "sh010", tmp_path / "out", showing=read_showing(["DE"]))
    assert "to be shown only in DE, until 2999-12-31 (plate-1)" in sent.disclosure_data.read_text()


def test_what_is_to_be_asked_waits_for_whom_it_names(studio: Studio) -> None:
    from manyhands.actions.studio import person as member

    licensed(studio, Term(scope="composite", verdict="ask", approver="Person P"))
    with pytest.raises(RightsError, match="wants Person P to be asked"):
        made(studio)
    with pytest.raises(RoleError, match="Person P is not a member"):
        rights.allow(studio, ASKED, "plate-1", "composite", "sh010", why="fine")
    member(studio, DIRECTOR, ASKED, roles=("artist",))
    with pytest.raises(RoleError, match="wants Person P to be asked, and not Person A"):
        rights.allow(studio, DIRECTOR, "plate-1", "composite", "sh010", why="fine")
    with pytest.raises(InputError, match="does not ask about deliver"):
        rights.allow(studio, ASKED, "plate-1", "deliver", "sh010", why="fine")
    with pytest.raises(InputError, match="no reason"):
        rights.allow(studio, ASKED, "plate-1", "composite", "sh010", why=" ")
    rights.allow(studio, ASKED, "plate-1", "composite", "sh010", why="fine")
    assert made(studio).shot == "sh010"


def test_a_no_stops_the_run_that_is_at_work_and_keeps_what_it_made(studio: Studio) -> None:
    def forbid(progress: Progress) -> None:
        if not studio.production.log(act="grant"):
            forbidden(studio)

    busy = Studio(studio.production, workers=0, report=forbid)
    with pytest.raises(RightsError, match="Company Y forbids composite of source plate"):
        made(busy)
    assert studio.production.all(Take) == []


def test_what_nobody_approved_is_blocked(studio: Studio) -> None:
    take = made(studio)
    forbidden(studio)
    with pytest.raises(RightsError, match="Company Y forbids composite"):
        decisions.decide(studio, DIRECTOR, take.id, "accept", reason="good")
    decisions.decide(studio, DIRECTOR, take.id, "reject", reason="it may not be")


def test_a_grant_that_says_too_little_is_refused(studio: Studio) -> None:
    for changes, why in (
        ({"grantor": " "}, "too little"),
        ({"about": ""}, "too little"),
        ({"signed_on": "2999-01-01"}, "today is"),
        ({"valid_until": "2018-01-01"}, "before 2019-05-01"),
        ({"work": "", "person": ""}, "one source, one person or one shot"),
    ):
        with pytest.raises(InputError, match=why):
            licensed(studio, **changes)
    with pytest.raises(NotFoundError):
        licensed(studio, work="none")
    first = licensed(studio)
    assert licensed(studio) == first  # twice the same is one
    with pytest.raises(InputError, match="Only who gave a grant replaces it"):
        licensed(studio, grantor="Company Y", supersedes=first)
    assert licensed(studio, supersedes=first) == "plate-2"


def large(folder: Path, shots: int, each: int) -> Studio:
    """A production of which every tenth shot lays ``work`` in; its last takes are approved, some shots are out."""
    return made_large.film(folder / "film", shots=shots, each=each, everybody=20)


def withdrawn(studio: Studio) -> revocation.Cascade:
    given = licensed(studio, *permits("train_shot", "deliver"), work="work")
    return revocation.revoke(studio, DIRECTOR, given, why="they asked us to")


def test_a_withdrawal_names_every_take_model_and_master(tmp_path: Path) -> None:
    studio = large(tmp_path, 200, 3)
    found = withdrawn(studio)
    expected = {f"sh{number:05}" for number in range(200) if number % 10 == 0 or number % 100 == 5}
    assert {take.shot for take in found.takes} == expected
    assert len(found.takes) == 3 * len(expected)
    out = {f"sh{number:05}" for number in (5, 20, 105, 120)}
    assert {take.shot for take in found.standing("delivered")} == {notice.shot for notice in found.notices} == out
    assert {take.take for take in found.standing("needs a decision")} == {f"{shot}-2" for shot in expected - out}
    assert len(found.standing("blocked")) == 2 * len(expected)
    assert {model.shot for model in found.models} == {"sh00005", "sh00105"}
    laid = next(take for take in found.takes if take.shot == "sh00020")
    assert (laid.frames, laid.of, laid.origin_ppm, laid.scopes) == (40, 100, 250_000, ("deliver",))
    learned = next(take for take in found.takes if take.shot == "sh00005")
    assert (learned.frames, learned.scopes) == (0, ("train_shot", "deliver"))
    assert "Company X withdrew the licence work-1 about the source work" in found.notices[0].draft
    told = revocation.report(studio, "work-1")
    assert told["shots"] == sorted(expected)
    assert len(told["takes"]) == len(found.takes)
    assert [one["shot"] for one in told["models"]] == [one.shot for one in found.models]
    assert [one["draft"] for one in told["notices"]] == [one.draft for one in found.notices]
    with pytest.raises(StateError, match="licence work-1: it was withdrawn on"):
        revocation.foresee(studio, "work-1")
    with pytest.raises(NotFoundError, match="manyhands source terms"):
        revocation.foresee(studio, "the terms of work")
    studio.close()


def test_what_another_grant_still_permits_is_not_touched(tmp_path: Path) -> None:
    studio = large(tmp_path, 20, 1)
    licensed(studio, *permits("deliver", "train_shot"), work="work", grantor="Company Z")
    given = licensed(studio, *permits("deliver"), work="work")
    assert revocation.foresee(studio, given).takes == ()
    studio.close()


def test_a_report_that_was_edited_is_found_out(tmp_path: Path) -> None:
    studio = large(tmp_path, 10, 1)
    withdrawn(studio)
    path = studio.folder / "reports/withdrawn-work-1.json"
    document = json.loads(path.read_text())
    document["told"]["takes"] = []
    path.write_text(json.dumps(document))
    with pytest.raises(TrustError, match="not what this production signed"):
        revocation.report(studio, "work-1")
    with pytest.raises(NotFoundError, match="none"):
        revocation.report(studio, "none")
    studio.close()


@pytest.mark.slow
def test_two_thousand_shots_and_twenty_thousand_takes_are_walked_in_two_seconds(database: str, tmp_path: Path) -> None:
    shots = 2000 if database == "sqlite" else 200
    studio = large(tmp_path, shots, 10)
    given = licensed(studio, *permits("train_shot", "deliver"), work="work")
    seconds = []
    for _ in range(2):
        began = time.process_time()  # of this process: how busy the machine is with others tells nothing
        assert len(revocation.foresee(studio, given).takes) == shots * 11 // 10
        seconds.append(time.process_time() - began)
    assert min(seconds) < 2, seconds
    studio.close()
