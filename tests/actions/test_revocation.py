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
from manyhands.core.decision import Decision
from manyhands.core.errors import InputError, NotFoundError, RightsError, RoleError, StateError, TrustError
from manyhands.core.extent import Extent, HandExtent
from manyhands.core.grant import Term, permits
from manyhands.core.hand import Hand, person
from manyhands.core.recipe import Recipe, Step
from manyhands.core.shot import Shot
from manyhands.core.showing import read_showing
from manyhands.core.source import Source
from manyhands.core.span import Span
from manyhands.core.take import Take
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.rights import terms_named
from manyhands.run.schedule import Progress
from tests.plates import plate

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


SPAN = Span(start=1001, length=100, rate_fps="24")


def takes_of(shots: int, each: int) -> Iterator[tuple[Shot, list[Take], list[Recipe]]]:
    """Shots with plates in turn, of which every tenth lays the work in and every hundredth teaches from it."""
    for number in range(shots):
        shot = Shot(id=f"sh{number:05}", plate=f"plate{number % 20}", span=SPAN)
        made_, recipes = [], []
        for at in range(each):
            step = Step(
                name="grade", maker="grade", version=1, params={"warm": at / 100 + number}, inputs={"plate": "plate"}
            )
            if number % 100 == 5:
                inputs = {"plate": "plate", "painted": "source:work"}
                step = Step(name="taught", maker="taught", version=1, params={"steps": 10 + at}, inputs=inputs)
            elif number % 10 == 0:
                step = Step(name="place", maker="place", version=1, params={"n": at}, inputs={"clip": "source:work"})
            recipe = Recipe(steps=(step,))
            hands = [Hand(id="camera:plate:a", origin="camera", name="plate", behind=shot.plate)]
            hands += [Hand(id="camera:work:b", origin="camera", name="work", behind="work")] if number % 10 == 0 else []
            parts = tuple(
                HandExtent(hand=hand, origin_ppm=250_000, area_ppm=1, altered_ppm=0, frames=40) for hand in hands
            )
            extent = Extent(hands=parts, empty_ppm=0, changed_ppm=0, frames=100, screen_seconds="4")
            take = Take(
                id=f"{shot.id}-{at}", shot=shot.id, recipe=recipe.id, seed=1, span=SPAN, width=64, height=36,
                folder="takes/x", frames_sha256="0" * 64, hands=tuple(hands), extent=extent, seconds=1,
            )  # fmt: skip
            made_.append(take)
            recipes.append(recipe)
        yield shot, made_, recipes


def large(folder: Path, shots: int, each: int) -> Studio:
    """A production built straight in the store: its last take of a shot is approved, every twentieth shot is out."""
    opened = new(folder / "film", DIRECTOR)
    owned = terms_named("unknown")
    with opened.act("source", DIRECTOR) as t:
        for id_ in ("work", *(f"plate{number}" for number in range(20))):
            t.put(Source(id=id_, title=id_, sha256="0" * 64, path="p", owner="Company X", terms=owned), id_)
    out = []
    with opened.act("run", DIRECTOR) as t:
        for shot, made_, recipes in takes_of(shots, each):
            t.put(shot, shot.id, shot=shot.id)
            for take, recipe in zip(made_, recipes, strict=True):
                t.put(recipe, recipe.id, shot=shot.id)
                t.put(take, take.id, shot=shot.id)
            said = Decision(
                id=f"d-{shot.id}", take=made_[-1].id, verdict="accept", by=DIRECTOR, reason="good", door="api", at="x"
            )
            t.put(said, said.id, shot=shot.id)
            if shot.id.endswith("20") or shot.id.endswith("05"):
                out.append({"take": made_[-1].id, "master": f"{shot.id}.mp4", "sha256": "1" * 64})
    for told in out:
        opened.note("delivered", DIRECTOR, **told)
    return opened


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
    assert (learned.frames, learned.scopes) == (0, ("train_shot",))
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
def test_two_thousand_shots_and_twenty_thousand_takes_are_walked_in_two_seconds(tmp_path: Path) -> None:
    studio = large(tmp_path, 2000, 10)
    given = licensed(studio, *permits("train_shot", "deliver"), work="work")
    seconds = []
    for _ in range(2):
        began = time.perf_counter()
        assert len(revocation.foresee(studio, given).takes) == 2200
        seconds.append(time.perf_counter() - began)
    assert min(seconds) < 2, seconds
    studio.close()
