"""Papers of a real production: the facts are gathered, wanted papers are told, and files are written."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from manyhands.actions import (
    consents,
    decisions,
    delivery,
    facts,
    gate,
    intake,
    labour,
    papers,
    people,
    policies,
    proposals,
    studio,
)
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, NotFoundError
from manyhands.core.shot import Shot
from manyhands.core.take import Take
from manyhands.deliver.film import Film
from manyhands.deliver.paperwork import BESIDE, all_papers, how_made
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.rights import all_packs, terms_named
from tests.actions.test_gate import ARTIST, CLEAN, DIRECTOR, ME, MODEL, production
from tests.doors import here
from tests.plates import plate

EVERY = list(all_packs())


@pytest.fixture
def modelled(tmp_path: Path) -> tuple[Studio, str, Take]:
    made, shot, take = production(tmp_path, made_by=MODEL)
    policies.policy(made, ME, EVERY)
    return made, shot, take


def film_of(made: Studio) -> Film:
    return papers.film_of(made, ME, made.production.all(Shot))


# --- rules and papers -------------------------------------------------------------------------


def test_no_rule_names_a_paper_that_nothing_makes_and_none_is_made_that_no_rule_names() -> None:
    named = {rule.paper for pack in all_packs().values() for rule in pack.rule if rule.paper}
    assert named == {*all_papers(), *BESIDE}
    assert all(how_made(name) for name in named)


def test_what_rules_want_now_is_told_apart_from_what_they_may_want(modelled: tuple[Studio, str, Take]) -> None:
    made, shot, _ = modelled
    found = {one.paper: one for one in papers.papers(made, ME).wanted}
    assert found["cue sheet"].is_certain
    assert found["cue sheet"].rules == ("archival-producers P-CUE",)
    assert found["cue sheet"].shots == (shot,)
    notice = found["notice to the commissioner"]
    assert (notice.is_certain, notice.missing) == (False, ("commissioner_told",))
    facts.say(made, ME, {"commissioner_told": "no"}, why="not yet", shot_id=shot)
    assert {one.paper: one for one in papers.papers(made, ME).wanted}["notice to the commissioner"].is_certain
    facts.say(made, ME, {"commissioner_told": "yes"}, why="a letter", shot_id=shot)
    assert "notice to the commissioner" not in {one.paper for one in papers.papers(made, ME).wanted}


def test_where_no_model_had_a_part_nothing_is_certain(tmp_path: Path) -> None:
    made, _, _ = production(tmp_path)
    policies.policy(made, ME, ["netflix-genai-2025", "eu-ai-act-50", "archival-producers"])
    assert not any(one.is_certain for one in papers.papers(made, ME).wanted)


# --- the facts --------------------------------------------------------------------------------


def test_the_facts_of_a_take_are_those_of_the_record(modelled: tuple[Studio, str, Take]) -> None:
    made, shot, take = modelled
    facts.say(made, ME, {"keeps_input": "no"}, why="the contract", of=MODEL)
    facts.say(made, ME, {"looks_real": "yes"}, why="a roof", shot_id=shot)
    decisions.decide(made, DIRECTOR, take.id, "accept", reason="it glows")
    (told,) = film_of(made).shots
    assert (told.take, told.is_accepted, told.takes, told.frames_sha256) == (take.id, True, 1, take.frames_sha256)
    assert told.made_at == next(row.at for row in made.production.log(act="run"))
    assert told.parts == take.extent.hands
    assert [frame.frame for frame in told.frames] == list(take.span.frames)
    assert told.answers["looks_real"].model_dump() == {
        "value": True, "by": "Person A", "at": told.answers["looks_real"].at, "why": "a roof",
    }  # fmt: skip
    assert (told.answers["is_fiction"].value, told.answers["approved_by_director"].by) == (None, "")
    assert told.answers["approved_by_director"].value is True
    (use,) = told.models
    assert (use.named, use.brought, use.origin) == (MODEL, "plate.mov", "trained")
    assert (use.answers["keeps_input"].value, use.answers["keeps_input"].by) == (False, "Person A")
    assert [part.hand.name for part in told.trained] == [MODEL]
    assert [cue[5] for cue in told.cues] == [MODEL, "grade"]


def test_papers_tell_of_what_the_plate_s_own_time_code_says(modelled: tuple[Studio, str, Take]) -> None:
    made, shot, take = modelled
    decisions.decide(made, ME, take.id, "accept", reason="it glows")
    (told,) = film_of(made).shots
    sheet = delivery.disclose(made, ME, shot, made.folder / "page")[2].read_text("utf-8-sig")
    assert told.time(take.span.start) in sheet
    assert told.time(take.span.end + 1) in sheet


def test_the_last_word_counts_and_what_was_said_of_the_film_stands_where_nothing_was_said_of_the_shot(
    modelled: tuple[Studio, str, Take],
) -> None:
    made, shot, _ = modelled
    facts.say(made, ME, {"is_fiction": "no"}, why="a report", shot_id=shot)
    facts.say(made, DIRECTOR, {"is_fiction": "yes", "script_is_human": "yes"}, why="a novel")
    facts.say(made, DIRECTOR, {"looks_real": "yes"}, why="all of it")
    facts.say(made, ME, {"looks_real": "yes"}, why="this one most", shot_id=shot)
    answers = film_of(made).shots[0].answers
    assert (answers["looks_real"].by, answers["looks_real"].why) == ("Person A", "this one most")
    assert (answers["is_fiction"].value, answers["is_fiction"].why) == (False, "a report")
    assert (answers["script_is_human"].value, answers["script_is_human"].by) == (True, "Person D")


def test_hours_are_told_of_a_role_in_which_three_worked_and_of_nobody_alone(
    modelled: tuple[Studio, str, Take],
) -> None:
    made, _, _ = modelled
    work = labour.task(made, ME, "roto", ARTIST, role="artist")
    for someone in (ME, DIRECTOR):
        labour.time(made, someone, work.id, 60, day="2020-01-01")
    assert film_of(made).hours == {}
    labour.time(made, ARTIST, work.id, 90, day="2020-01-01")
    told = film_of(made)
    assert told.hours == {"artist": 210}
    assert b'"minutes"' not in told.kept


def test_before_there_is_a_take_what_is_planned_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNWAYML_API_SECRET", "key_test")
    monkeypatch.setenv("MANYHANDS_MODELS", str(tmp_path / "models"))
    clip = plate(50, width=64, height=48)
    write_master(tmp_path / "plate.mov", clip, span=clip.span, format="prores422hq", view=view_for("rec709"))
    made = replace(studio.new(tmp_path / "production", ME), workers=0)
    source, _ = intake.source(made, ME, tmp_path / "plate.mov", owner=ME.name, terms=terms_named("own", hosted=True))
    shot = intake.shot(made, ME, source.id).id
    assert film_of(made).with_models == ()
    proposals.propose(made, ME, shot, 'generate "a dragon lands"', previews=False)
    (told,) = film_of(made).with_models
    assert {use.prompt for use in told.models} == {"a dragon lands"}
    assert {use.answers["leaves_machine"].value for use in told.models} == {True}
    out = papers.papers(made, ME, names=["plan of AI uses"], out=tmp_path / "out")
    text = (tmp_path / "out/plan-of-ai-uses.md").read_text()
    assert "planned, not made" in text
    assert "a dragon lands" in text
    assert "with others" in text
    assert out.files


# --- people -----------------------------------------------------------------------------------


def test_riders_are_drafted_for_whom_something_is_made_of_and_for_nobody_who_was_forgotten(
    modelled: tuple[Studio, str, Take], tmp_path: Path
) -> None:
    made, shot, _ = modelled
    people.party(made, ME, "Zoë Ångström")
    people.party(made, ME, "Person M", is_minor=True, guardian="Zoë Ångström")
    facts.say(made, ME, {"is_replica": "yes"}, why="her face", shot_id=shot, of="Zoë Ångström")
    facts.say(made, ME, {"is_replica": "no"}, why="his scar", shot_id=shot, of="Person M")
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(b"signed")
    given = consents.consent(
        made, ME, "Zoë Ångström", scopes=("likeness_replica",), document=signed, about="face", signed_on="2020-01-01"
    )
    told = {one.name: one for one in film_of(made).shots[0].people}
    assert told["Zoë Ångström"].scopes == ("likeness_replica",)
    assert told["Zoë Ångström"].granted == ((given.id, "2020-01-01"),)
    assert (told["Person M"].scopes, told["Person M"].guardian) == (("likeness_alter",), "Zoë Ångström")
    assert told["Person M"].answers["is_minor"].value is True

    people.forget(made, ME, "Zoë Ångström", why="she asked")
    assert [one.name for one in film_of(made).shots[0].people] == ["Person M"]
    found = papers.papers(made, ME, names=["all"], out=tmp_path / "out")
    for path in found.files:
        assert "ngström" not in path.read_text("utf-8-sig"), path
        assert "ngström" not in path.name


def test_what_is_said_of_somebody_is_kept_by_their_id_and_told_by_their_name(
    modelled: tuple[Studio, str, Take],
) -> None:
    made, shot, _ = modelled
    known = people.party(made, ME, "Zoë Ångström")
    (said,) = facts.say(made, ME, {"is_replica": "yes"}, why="face", shot_id=shot, of="zoë ångström")
    assert said.of == "Zoë Ångström"
    kept = made.production.all(type(said), shot=shot)
    assert [one.of for one in kept] == [known.party.id]
    assert "ngström" not in json.dumps([row.about for row in made.production.log(act="say")], ensure_ascii=False)
    facts.say(made, ME, {"is_replica": "unknown"}, why="not sure", shot_id=shot, of="Zoë Ångström")
    assert film_of(made).shots[0].people == ()


# --- writing ----------------------------------------------------------------------------------


def test_what_is_written_is_wanted_with_the_facts_beside_it_and_a_line_in_the_log(
    modelled: tuple[Studio, str, Take], tmp_path: Path
) -> None:
    made, _, _ = modelled
    found = papers.papers(made, ME, out=tmp_path / "out")
    certain = {one.paper for one in found.wanted if one.is_certain}
    names = {path.name for path in found.files}
    assert {"cue-sheet.md", "cuesheet.csv", "human-authorship-dossier.html", "facts.json"} <= names
    assert not any(name.startswith("notice") for name in names)
    kept = (tmp_path / "out/facts.json").read_bytes()
    assert hashlib.sha256(kept).hexdigest() == found.facts_sha256
    line = json.loads(made.production.log(act="papers")[-1].about)
    assert (set(line["papers"]), line["facts_sha256"]) == (certain, found.facts_sha256)


def test_looking_leaves_no_line_and_no_file(modelled: tuple[Studio, str, Take]) -> None:
    made, shot, _ = modelled
    logged = made.production.head()
    assert papers.papers(made, ME, shot_ids=[shot]).files == ()
    assert made.production.head() == logged


def test_a_paper_without_a_folder_and_one_that_is_none_are_told(
    modelled: tuple[Studio, str, Take], tmp_path: Path
) -> None:
    made, _, _ = modelled
    with pytest.raises(InputError, match="no folder"):
        papers.papers(made, ME, names=["credits"])
    with pytest.raises(NotFoundError, match="paper a sonnet"):
        papers.papers(made, ME, names=["a sonnet"], out=tmp_path / "out")
    with pytest.raises(NotFoundError, match="shot sh999"):
        papers.papers(made, ME, shot_ids=["sh999"])
    assert not (tmp_path / "out").exists()


def test_a_delivery_and_a_check_name_the_papers_that_rules_want(
    modelled: tuple[Studio, str, Take], tmp_path: Path
) -> None:
    made, shot, take = modelled
    policies.policy(made, ME, ["house", "archival-producers"])
    decisions.decide(made, ME, take.id, "accept", reason="good")
    facts.say(made, ME, {**CLEAN, "training_known": "yes"}, why="the contract", of=MODEL)
    answers = {"alters_performance": "no", "looks_real": "no", "changes_meaning": "no"}
    facts.say(made, ME, answers, why="a roof", shot_id=shot)
    people.nobody(made, ME, shot, why="a roof")
    made_ = delivery.deliver(made, ME, shot, tmp_path / "out")
    assert made_.papers_wanted == ("cue sheet",)
    (check,) = gate.check(made, ME, [shot])
    assert [one.paper for one in check.found if one.wants_paper] == ["cue sheet"]


# --- the journey ------------------------------------------------------------------------------


def test_a_producer_sees_what_is_wanted_says_what_is_open_and_sends_a_whole_paper(
    modelled: tuple[Studio, str, Take], tmp_path: Path
) -> None:
    made, shot, take = modelled
    decisions.decide(made, DIRECTOR, take.id, "accept", reason="it glows")
    mine = ["--by", "Person A", "-p", made.folder]
    out = tmp_path / "out"

    check = here("policy", "check", shot, *mine)
    assert check.code == 8
    assert "cue sheet (P-CUE): manyhands policy papers --paper cue-sheet --shot sh010 --out FOLDER" in check.out

    listed = here("policy", "papers", *mine)
    assert "cue sheet: wanted by archival-producers P-CUE, for sh010" in listed.out
    assert "credits: may be wanted, nobody has said" in listed.out

    words = ["policy", "papers", "--shot", shot, "--paper", "label-placement-list", "-o", out, *mine]
    first = here(*words, "--json").value
    (open_,) = [blank for blank in first["blanks"] if blank["how"].startswith("manyhands ")]
    assert open_["how"] == 'manyhands policy say sh010 looks_real=yes --why "…"'
    assert here("policy", "say", shot, "looks_real=yes", "is_fiction=yes", "--why", "a novel", *mine).code == 0
    second = here(*words, "--json").value
    assert (second["blanks"], second["facts_sha256"] != first["facts_sha256"]) == ([], True)
    rows = (out / "labels.csv").read_text("utf-8-sig").splitlines()
    assert rows[1].startswith(
        "sh010,00:00:00:00,00:00:00:03,1001,1003,This picture was generated with AI.,AI GENERATED"
    )
    assert "For the production" not in (out / "label-placement-list.md").read_text()
    told = here(*words)
    assert str(out / "labels.csv") in told.out
    assert "By hand" not in told.out


def test_somebody_else_s_name_is_no_command_for_a_shell(modelled: tuple[Studio, str, Take], tmp_path: Path) -> None:
    made, shot, _ = modelled
    facts.say(made, ME, {"is_replica": "yes"}, why="x", shot_id=shot, of="X; rm -rf '$HOME'")
    found: Any = papers.papers(made, ME, names=["consent rider"], out=tmp_path / "out")
    (how,) = [blank.how for blank in found.blanks if blank.is_command]
    assert "--of 'X; rm -rf '\"'\"'$HOME'\"'\"''" in how
