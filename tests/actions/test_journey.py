"""A shot's life by the acts: note, recipes, take, a revised take, decision, master, verified."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from manyhands.actions import decisions, delivery, intake, proposals, studio, takes
from manyhands.actions.studio import Studio
from manyhands.actions.verification import verify
from manyhands.core.errors import InputError, NotFoundError, RightsError, StateError
from manyhands.core.hand import person
from manyhands.core.recipe import Recipe, Step
from manyhands.core.shot import Shot
from manyhands.core.take import Take
from manyhands.makers import find_maker
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.rights import terms_named
from tests.plates import flat, plate

ME, OTHER = person("Person A"), person("Person B")
SHOT = "sh010"


@pytest.fixture
def film(tmp_path: Path) -> Iterator[Studio]:
    """A production with a plate of four frames and a shot on it; its clock ticks a second at each act."""
    path = tmp_path / "plate.mp4"
    clip = plate(4)
    write_master(path, clip, span=clip.span, format="mp4", view=view_for("rec709"))
    # beside the real time, at which certificates are judged
    seconds, day = itertools.count(), studio.now()[:11]
    opened = replace(
        studio.new(tmp_path / "film", ME, name="A film"),
        workers=0,
        clock=lambda: f"{day}00:{next(seconds) // 60:02}:{next(seconds) % 60:02}Z",
    )
    source, _ = intake.source(opened, ME, path, owner=ME.name, terms=terms_named("own", credit=""))
    intake.shot(opened, ME, source.id)
    yield opened
    opened.close()


def taken(film: Studio, note: str, *, revise: str = "", choose: int = 1) -> Take:
    """The take of one of a note's recipes; by default the literal one."""
    answer, _ = proposals.propose(film, ME, SHOT, note, revise=revise, previews=False)
    return takes.run(film, ME, SHOT, answer.recipes[choose], answers=revise)


def standing(film: Studio) -> str:
    return film.production.get(Shot, SHOT).standing


def acts(film: Studio) -> list[str]:
    assert film.production.faults() == []
    return [row.act for row in film.production.log()]


def test_a_shot_stands_where_its_last_act_left_it(film: Studio, tmp_path: Path) -> None:
    found = [standing(film)]
    take = taken(film, "haze in the distance")
    found.append(standing(film))
    decisions.decide(film, ME, take.id, "accept", reason="it sits")
    found.append(standing(film))
    delivered = delivery.deliver(film, ME, SHOT, tmp_path / "out")
    found.append(standing(film))
    assert found == ["open", "taken", "approved", "delivered"]
    assert delivered.report.state == "intact and trusted"
    assert delivered.report.path == str(delivered.master)
    written = [*delivered.sidecars, delivered.master, delivered.disclosure_page, delivered.disclosure_data]
    written += [delivered.cue_sheet, delivered.contact_sheet, delivered.preview, delivered.root]
    assert set(written) == set((tmp_path / "out").iterdir())
    assert all(path.parent == tmp_path / "out" for path in written)
    assert verify(delivered.master, production=film.folder).measured == "agrees"
    assert acts(film) == ["new", "source", "shot", "propose", "run", "decide", "deliver", "delivered"]


def test_a_second_delivery_takes_the_place_of_the_first(film: Studio, tmp_path: Path) -> None:
    take = taken(film, "haze in the distance")
    decisions.decide(film, ME, take.id, "accept", reason="it sits")
    for format in ("png", "png", "mp4"):
        again = delivery.deliver(film, ME, SHOT, tmp_path / "out", format=format)
        assert again.report.state == "intact and trusted"
    assert len(list((tmp_path / "out/sh010").glob("*.png"))) == 4
    assert not [path for path in (tmp_path / "out").rglob(".*") if "part" in path.name]


def test_a_note_on_a_take_leads_to_a_take_that_answers_it(film: Studio, tmp_path: Path) -> None:
    first = taken(film, "haze in the distance, a darker sky")
    decisions.decide(film, ME, first.id, "revise", reason="too much", note="less haze")
    assert decisions.accepted(film, SHOT) is None
    answer, offers = proposals.propose(film, ME, SHOT, "less haze", revise=first.id)
    assert answer.revises == first.id
    assert [offer.recipe.name for offer in offers] == ["restrained", "literal", "bold"]
    assert all(offer.preview.is_file() and offer.contact_sheet.is_file() for offer in offers)
    second = takes.run(film, ME, SHOT, offers[1].recipe.id, answers=first.id)
    assert (second.answers, first.answers) == (first.id, "")
    was, now = (film.production.get(Recipe, take.recipe) for take in (first, second))
    changed = {step.name for step, before in zip(now.steps, was.steps, strict=True) if step != before}
    assert changed == {"haze"}  # the sky stays as it was
    with pytest.raises(StateError, match="nobody has accepted"):
        delivery.deliver(film, ME, SHOT, tmp_path / "out")
    decisions.decide(film, ME, second.id, "accept", reason="that is it")
    assert decisions.accepted(film, SHOT) == second.id
    delivered = delivery.deliver(film, ME, SHOT, tmp_path / "out")
    assert delivered.take == second
    told = json.loads(delivered.disclosure_data.read_text())["decisions"]
    assert [(item["verdict"], item["take"]) for item in told] == [("revise", first.id), ("accept", second.id)]
    assert takes.takes(film, SHOT) == [first, second]


def test_the_last_word_of_each_take_counts_and_the_last_accepted_take_is_let_out(film: Studio) -> None:
    first, second = taken(film, "haze"), taken(film, "warm")
    say = [
        (first, "accept", first.id),
        (second, "accept", second.id),
        (second, "reject", first.id),
        (first, "revise", None),
        (second, "accept", second.id),
    ]
    for take, verdict, stands in say:
        decisions.decide(film, ME, take.id, verdict, reason="so it is", note="less")  # type: ignore[arg-type]
        assert decisions.accepted(film, SHOT) == stands
        assert standing(film) == ("approved" if stands else "taken")


def test_who_said_it_already_is_known_until_something_else_is_said(film: Studio) -> None:
    studio.person(film, ME, OTHER, roles=("producer",))
    take = taken(film, "haze")
    assert not decisions.has_accepted(film, ME, take)
    decisions.decide(film, ME, take.id, "accept", reason="good")
    assert decisions.has_accepted(film, ME, take)
    assert not decisions.has_accepted(film, OTHER, take)
    with pytest.raises(StateError, match="said accept of it already"):
        decisions.decide(film, ME, take.id, "accept", reason="good")
    decisions.decide(film, OTHER, take.id, "reject", reason="bad")
    assert not decisions.has_accepted(film, ME, take)


def test_a_decision_counts_as_seen_only_if_the_log_says_that_this_person_was_shown_the_take(film: Studio) -> None:
    studio.person(film, ME, OTHER, roles=("producer",))
    take = taken(film, "haze")
    takes.look(film, OTHER, take.id)  # another person's look is not mine
    takes.look(film, ME, take.id, shown=False)  # nor is a program's
    unseen = decisions.decide(film, ME, take.id, "accept", reason="good")
    assert (unseen.seen, unseen.oversight) == ("", "prompt_guided")
    assert decisions.has_accepted(film, ME, take)
    assert not decisions.has_accepted(film, ME, take, seen=True)
    takes.look(film, ME, take.id)
    takes.look(film, ME, take.id)
    in_advance = decisions.decide(film, ME, take.id, "reject", reason="bad", unseen=True)
    assert in_advance.seen == ""
    seen = decisions.decide(film, ME, take.id, "accept", reason="good")
    assert (seen.seen, seen.oversight) == (take.frames_sha256, "human_validated")
    assert decisions.has_accepted(film, ME, take, seen=True)
    looked = [(row.by, json.loads(row.about)["take"]) for row in film.production.log(act="look")]
    assert looked == [(OTHER.id, take.id), (ME.id, take.id)]  # once for each of them


def test_who_accepted_unseen_may_accept_again_having_looked(film: Studio) -> None:
    take = taken(film, "haze")
    decisions.decide(film, ME, take.id, "accept", reason="good")
    with pytest.raises(StateError, match="said accept of it already"):
        decisions.decide(film, ME, take.id, "accept", reason="good")
    takes.look(film, ME, take.id)
    assert decisions.decide(film, ME, take.id, "accept", reason="good").oversight == "human_validated"
    with pytest.raises(StateError, match="said accept of it already"):
        decisions.decide(film, ME, take.id, "accept", reason="good")


def test_a_take_is_made_once_and_another_seed_makes_another(film: Studio) -> None:
    first = taken(film, "haze")
    assert taken(film, "haze") == first
    recipe = film.production.get(Recipe, first.recipe)
    other = takes.run(film, ME, SHOT, recipe.id, seed=2)
    assert other.id != first.id
    assert (other.recipe, other.seed) == (first.recipe, 2)


def test_acts_on_things_that_are_not_there_name_what_there_is(film: Studio, tmp_path: Path) -> None:
    take = taken(film, "haze")
    with pytest.raises(NotFoundError, match=r"shot sh99: not found. There is: sh010."):
        proposals.propose(film, ME, "sh99", "smoke")
    with pytest.raises(NotFoundError, match=f"There is: {take.id}"):
        proposals.propose(film, ME, SHOT, "less haze", revise="none")
    with pytest.raises(NotFoundError, match="There is: restrained, literal, bold"):
        proposals.find_recipe(film, SHOT, "wild")
    with pytest.raises(NotFoundError, match=f"There is: {take.id}"):
        decisions.decide(film, ME, "none", "accept", reason="good")
    with pytest.raises(InputError, match="There is: mp4"):
        delivery.deliver(film, ME, SHOT, tmp_path / "out", format="vhs")
    with pytest.raises(InputError, match="it has 1001 to 1004"):
        intake.shot(film, ME, film.production.get(Shot, SHOT).plate, first=1, last=2)


def test_footage_that_a_step_takes_is_an_ingredient_and_a_row_of_the_cue_sheet(film: Studio, tmp_path: Path) -> None:
    path = tmp_path / "smoke.mov"
    clip = flat(0.4, 4)
    write_master(path, clip, span=clip.span, format="prores422hq", view=view_for("rec709"))
    terms = terms_named("CC-BY-4.0", credit="Smoke by Person C")
    filmed, _ = intake.source(film, ME, path, owner="Person C", terms=terms)
    answer, _ = proposals.propose(film, ME, SHOT, "haze", previews=False)
    laid = Step(
        name="laid_in",
        maker="place",
        version=find_maker("place").version,
        params={"opacity": 0.5},
        inputs={"plate": "plate", "element": f"source:{filmed.id}"},
    )
    recipe = Recipe(steps=(laid,), name="filmed")
    with film.act("propose", ME) as t:
        t.put(recipe, recipe.id, shot=SHOT)
        t.put(answer.but(recipes=(recipe.id,)), f"{SHOT}-002", shot=SHOT)
    take = takes.run(film, ME, SHOT, recipe.id)
    decisions.decide(film, ME, take.id, "accept", reason="it sits")
    delivered = delivery.deliver(film, ME, SHOT, tmp_path / "out")
    assert delivered.report.is_sound
    went_in = {each.title: each for each in delivered.report.went_in}["smoke.mov"]
    assert (went_in.relationship, went_in.sha256) == ("componentOf", filmed.sha256)
    assert [each.action for each in delivered.report.done] == ["c2pa.opened", "c2pa.placed", "c2pa.edited"]
    rows = list(csv.DictReader(delivered.cue_sheet.read_text("utf-8-sig").splitlines()))
    brought = {row["description"]: row["underlying sources and status"] for row in rows}
    assert brought["footage: smoke.mov"].startswith("Smoke by Person C (CC")
    step = next(row for row in rows if row["description"].startswith("laid_in:"))
    assert "Smoke by Person C" in step["underlying sources and status"]
    told = json.loads(delivered.disclosure_data.read_text())
    assert told["steps"][0]["sources"] == [filmed.id]


def test_an_unstated_source_is_worked_with_and_not_let_out(film: Studio, tmp_path: Path) -> None:
    plate_id = film.production.get(Shot, SHOT).plate
    intake.terms(film, ME, plate_id, owner=None, terms=terms_named("unknown", credit=""))
    take = taken(film, "haze")
    decisions.decide(film, ME, take.id, "accept", reason="good")
    with pytest.raises(RightsError, match="nobody has said under which terms"):
        delivery.deliver(film, ME, SHOT, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_production_whose_making_was_cut_short_says_so_and_is_made_again(tmp_path: Path) -> None:
    from manyhands.store.production import create_production

    create_production(tmp_path / "film", "A film").close()  # killed before the first line was logged
    with pytest.raises(StateError, match=r"its making was cut short. Make it again: manyhands new"):
        studio.enter(tmp_path / "film")
    for start in (studio.enter_or_start, studio.enter_or_start):
        opened = start(tmp_path / "film", ME, name="A film", door="command line")
        assert opened.name == "A film"
        assert acts(opened) == ["new"]
        opened.close()
