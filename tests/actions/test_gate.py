"""Rules at work: what is known of a real shot, what people say, the check, the approval, the gate of a delivery."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from manyhands.actions import (
    consents,
    decisions,
    delivery,
    facts,
    gate,
    intake,
    people,
    policies,
    proposals,
    regions,
    statements,
    studio,
    takes,
)
from manyhands.actions.slate import slate
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, NotFoundError, RightsError, RoleError, StateError
from manyhands.core.hand import person
from manyhands.core.shot import Shot
from manyhands.core.take import Take
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.rights import terms_named
from tests.databases import on_both
from tests.doors import here
from tests.plates import plate

pytestmark = on_both

ME, DIRECTOR, ARTIST = person("Person A"), person("Person D"), person("Person E")
MODEL = "some video model 2"
CLEAN = {"leaves_machine": "yes", "keeps_input": "no", "trains_on_input": "no", "may_be_final": "yes"}


def production(folder: Path, *, made_by: str = "", note: str = "a warmer picture") -> tuple[Studio, str, Take]:
    """A shot with a take: worked out by rule, or of a plate that a model made elsewhere."""
    clip = plate(3, width=64, height=48)
    write_master(folder / "plate.mov", clip, span=clip.span, format="prores422hq", view=view_for("rec709"))
    made = replace(studio.new(folder / "production", ME), workers=0)
    studio.person(made, ME, ME, roles=("producer",))
    for someone, role in ((DIRECTOR, "director"), (ARTIST, "artist")):
        with made.act("person", ME, person=someone.id, roles=[role]) as t:
            t.put(studio.Member(person=someone, roles=(role,)), someone.id)
    source, _ = intake.source(made, ME, folder / "plate.mov", owner=ME.name, terms=terms_named("own"), made_by=made_by)
    shot = intake.shot(made, ME, source.id)
    answer, _ = proposals.propose(made, ME, shot.id, note, previews=False)
    return made, shot.id, takes.run(made, ME, shot.id, answer.recipes[0])


@pytest.fixture
def ruled(tmp_path: Path) -> tuple[Studio, str, Take]:
    return production(tmp_path)


@pytest.fixture
def modelled(tmp_path: Path) -> tuple[Studio, str, Take]:
    return production(tmp_path, made_by=MODEL)


def known(made: Studio, shot_id: str) -> dict[str, Any]:
    shot = made.production.get(Shot, shot_id)
    return facts.facts_of(slate(made, [shot]), shot)


def verdicts(made: Studio, shot_id: str) -> dict[str, str]:
    (found,) = gate.check(made, ME, [shot_id])
    return {one.rule: one.verdict for one in found.found}


# --- what is known ----------------------------------------------------------------------------


def test_of_a_shot_that_was_worked_out_by_rule_the_program_knows_what_matters(
    ruled: tuple[Studio, str, Take],
) -> None:
    made, shot, take = ruled
    found = known(made, shot)
    assert {use["origin"] for use in found["uses"]} == {"procedure"}
    assert (found["trained_share"], found["alters_performance"], found["people"]) == (0.0, False, [])
    assert (found["is_final"], found["approved_by_person"], found["approved_by_director"]) == (True, False, False)
    decisions.decide(made, ME, take.id, "accept", reason="good")
    found = known(made, shot)
    assert (found["approved_by_person"], found["approved_by_director"]) == (True, False)
    decisions.decide(made, DIRECTOR, take.id, "accept", reason="good")
    assert known(made, shot)["approved_by_director"]
    decisions.decide(made, ME, take.id, "reject", reason="no")
    found = known(made, shot)
    assert (found["approved_by_person"], found["approved_by_director"]) == (False, False)


def test_what_a_model_made_elsewhere_is_a_use_of_which_little_is_known(modelled: tuple[Studio, str, Take]) -> None:
    made, shot, _ = modelled
    found = known(made, shot)
    use = found["uses"][-1]
    assert (use["maker"], use["kind"], use["origin"], use["keeps_input"]) == (MODEL, "hosted", "trained", None)
    assert found["trained_share"] > 0.9
    assert "alters_performance" not in found
    assert found["people"] is None


def test_the_take_that_counts_is_the_accepted_one_and_else_the_last(ruled: tuple[Studio, str, Take]) -> None:
    made, shot, first = ruled
    answer, _ = proposals.propose(made, ME, shot, "a warmer picture", previews=False)
    second = takes.run(made, ME, shot, answer.recipes[1])
    its = made.production.get(Shot, shot)
    assert facts.take_of(made, its) == second != first
    decisions.decide(made, ME, first.id, "accept", reason="good")
    assert facts.take_of(made, its) == first


def test_a_person_counts_as_agreed_when_a_consent_to_just_this_is_recorded(
    modelled: tuple[Studio, str, Take], tmp_path: Path
) -> None:
    made, shot, _ = modelled
    facts.say(made, ME, {"alters_performance": "yes"}, why="she is seen", shot_id=shot)
    assert known(made, shot)["people"] is None  # somebody's, and nobody says whose
    facts.say(made, ME, {"is_replica": "yes", "is_minor": "no"}, why="her face", shot_id=shot, of="Person B")
    (she,) = known(made, shot)["people"]
    assert (she["is_replica"], she["is_minor"], she["has_consented"]) == (True, False, False)
    assert known(made, shot)["performance_consent"] is False
    assert verdicts(made, shot)["H4"] == "deny"
    (tmp_path / "signed.pdf").write_bytes(b"signed")
    told = {"document": tmp_path / "signed.pdf", "about": "her face at the window", "signed_on": "2019-05-01"}
    consents.consent(made, ME, "Person B", scopes=["likeness_alter"], **told)
    assert known(made, shot)["performance_consent"] is False  # to something else
    consents.consent(made, ME, "Person  b", scopes=["likeness_replica"], **told)
    assert known(made, shot)["performance_consent"] is True
    assert verdicts(made, shot)["H4"] == "pass"


def test_what_is_said_of_a_person_everywhere_puts_them_in_no_shot(modelled: tuple[Studio, str, Take]) -> None:
    made, shot, _ = modelled
    facts.say(made, ME, {"is_minor": "yes"}, why="born in 2015", of="Person B")
    assert known(made, shot)["people"] is None
    facts.say(made, ME, {"is_replica": "no"}, why="her scar", shot_id=shot, of="person b")
    (she,) = known(made, shot)["people"]
    assert (she["is_minor"], she["is_replica"]) == (True, False)


def test_a_model_that_is_only_proposed_is_asked_the_same_but_for_what_only_a_take_shows(
    ruled: tuple[Studio, str, Take],
) -> None:
    made, shot, _ = ruled
    its = made.production.get(Shot, shot)
    model = [{"maker": "runway", "origin": "trained", "may_be_final": False}]
    facts.say(made, ME, {"keeps_input": "no"}, why="the contract", of="runway")
    ahead = facts.facts_ahead(slate(made, [its]), its, model, [("Person B", "likeness_alter")])
    assert ahead["uses"] == [{**model[0], "keeps_input": False}]
    assert (ahead["alters_performance"], ahead["performance_consent"], ahead["is_final"]) == (True, False, True)
    assert "trained_share" not in ahead
    bare = facts.facts_ahead(slate(made, [its]), its, [])
    assert (bare["uses"], bare["people"], bare["trained_share"]) == ([], [], 0.0)


# --- what is said -----------------------------------------------------------------------------


def test_what_is_said_of_a_shot_goes_before_what_is_said_of_all_and_can_be_taken_back(
    modelled: tuple[Studio, str, Take],
) -> None:
    made, shot, _ = modelled
    facts.say(made, ME, {"audience_told": "yes"}, why="the end credits say it")
    assert known(made, shot)["audience_told"] is True
    facts.say(made, ARTIST, {"audience_told": "no"}, why="this one is a teaser", shot_id=shot)
    assert known(made, shot)["audience_told"] is False
    facts.say(made, ME, {"audience_told": "unknown"}, why="nobody knows", shot_id=shot)
    assert known(made, shot)["audience_told"] is True
    with pytest.raises(InputError, match="answered twice"):
        statements.answers(["audience_told=yes", "audience_told=no"])
    line = made.production.log(act="say")[1]
    assert line.by == ARTIST.id
    assert "this one is a teaser" in str(line.about)


@pytest.mark.parametrize(
    ("given", "of", "says"),
    [
        ({"is_pretty": "yes"}, "", "no rule asks for such a fact"),
        ({"trained_share": "no"}, "", "worked out by the program"),
        ({"has_consented": "yes"}, "Person B", "worked out by the program"),
        ({"audience_told": "perhaps"}, "", "that is no answer"),
        ({"audience_told": "yes"}, "runway", "leave --of out"),
        ({"keeps_input": "no"}, "", "add --of NAME"),
        ({"keeps_input": "yes"}, "smoke", "is known of smoke to be no"),
        ({}, "", "no fact is named"),
    ],
)
def test_what_cannot_be_said_is_refused_and_leaves_nothing(
    ruled: tuple[Studio, str, Take], given: dict[str, str], of: str, says: str
) -> None:
    made = ruled[0]
    before = made.production.head()
    with pytest.raises(InputError) as refused:
        facts.say(made, ME, given, why="so", of=of)
    assert says in str(refused.value)
    assert made.production.head() == before


def test_what_the_program_knows_of_a_shot_nobody_can_say_otherwise(ruled: tuple[Studio, str, Take]) -> None:
    made, shot, _ = ruled
    with pytest.raises(InputError, match="alters_performance: it is known to be no"):
        facts.say(made, ME, {"alters_performance": "yes"}, why="so", shot_id=shot)
    facts.say(made, ME, {"alters_performance": "yes"}, why="in most shots")
    assert known(made, shot)["alters_performance"] is False
    with pytest.raises(InputError, match="no reason"):
        facts.say(made, ME, {"audience_told": "yes"}, why=" ", shot_id=shot)


def test_what_is_asked_of_the_one_model_in_a_shot_needs_no_name(modelled: tuple[Studio, str, Take]) -> None:
    made, shot, _ = modelled
    (said,) = facts.say(made, ME, {"keeps_input": "no"}, why="the contract", shot_id=shot)
    assert said.of == MODEL
    assert known(made, shot)["uses"][-1]["keeps_input"] is False


# --- the check --------------------------------------------------------------------------------


def test_a_check_is_kept_once_with_the_hash_of_what_it_saw_and_is_never_changed(
    modelled: tuple[Studio, str, Take],
) -> None:
    made, shot, take = modelled
    (first,) = gate.check(made, ME)
    assert (first.shot, first.take, len(first.facts_sha256)) == (shot, take.id, 64)
    assert first.packs == {"house": policies.policies(made)[0].dated}
    head = made.production.head()
    assert gate.check(made, DIRECTOR) == [first]
    assert made.production.head() == head
    facts.say(made, ME, {"audience_told": "yes"}, why="credits")
    (second,) = gate.check(made, ME)
    assert second.facts_sha256 != first.facts_sha256
    assert second.id != first.id
    assert made.production.get(gate.Check, first.id) == first
    policies.policy(made, ME, ["house", "wga"])
    (third,) = gate.check(made, ME)
    assert set(third.packs) == set(third.packs_sha256) == {"house", "wga"}


def test_what_nobody_has_said_is_unknown_and_stops_only_where_a_model_had_a_part(
    modelled: tuple[Studio, str, Take],
) -> None:
    made, *_ = modelled
    (found,) = gate.check(made, ME)
    of = {one.rule: one for one in found.found}
    assert {rule: of[rule].verdict for rule in ("H1", "H3", "H4", "H5")} == dict.fromkeys(
        ("H1", "H3", "H4", "H5"), "unknown"
    )
    assert {one.rule for one in found.stopping} == {"H1", "H3", "H4"}  # H5 could only end in a notice
    assert "alters_performance" in of["H4"].missing


def test_a_shot_without_a_take_passes_nothing(ruled: tuple[Studio, str, Take]) -> None:
    made, shot, _ = ruled
    bare = intake.shot(made, ME, made.production.get(Shot, shot).plate, last=1002)
    assert set(verdicts(made, bare.id).values()) == {"unknown"}
    assert gate.check(made, ME, [bare.id])[0].take == ""


# --- approval and gate ------------------------------------------------------------------------


def test_a_shot_that_was_worked_out_by_rule_is_delivered_and_its_check_kept(
    ruled: tuple[Studio, str, Take], tmp_path: Path
) -> None:
    made, shot, take = ruled
    policies.policy(made, ME, ["house", "netflix-genai-2025", "sag-aftra-tv-theatrical"])
    decisions.decide(made, ME, take.id, "accept", reason="good")
    delivery.deliver(made, ME, shot, tmp_path / "out")
    (kept,) = made.production.all(gate.Check)
    assert (kept.take, kept.stopping) == (take.id, ())


def test_a_models_shot_is_delivered_when_everything_was_said_and_not_before(
    modelled: tuple[Studio, str, Take], tmp_path: Path
) -> None:
    made, shot, take = modelled
    decisions.decide(made, ME, take.id, "accept", reason="good")
    people.nobody(made, ME, shot, why="a roof")  # which answers H4 as well
    with pytest.raises(RightsError, match=r"house H1 has to know leaves_machine") as refused:
        delivery.deliver(made, ME, shot, tmp_path / "out")
    assert "manyhands policy say sh010" in refused.value.fix
    assert refused.value.about["rules"] == ["H1", "H3"]
    assert not (tmp_path / "out").exists()
    facts.say(made, ME, {**CLEAN, "may_be_final": "no"}, why="the contract", of=MODEL)
    with pytest.raises(RightsError, match="house H3 does not allow it"):
        delivery.deliver(made, ME, shot, tmp_path / "out")
    facts.say(made, ME, {"is_final": "no"}, why="to see what happens", shot_id=shot)
    assert gate.check(made, ME)[0].stopping == ()
    with pytest.raises(RightsError, match="house H3"):  # what is delivered is final, whatever was said
        delivery.deliver(made, ME, shot, tmp_path / "out")
    facts.say(made, ME, CLEAN, why="the new contract", of=MODEL)
    assert delivery.deliver(made, ME, shot, tmp_path / "out").report.is_sound


def test_what_is_asked_is_approved_by_name_for_this_take_and_this_answer(
    modelled: tuple[Studio, str, Take], tmp_path: Path
) -> None:
    made, shot, take = modelled
    decisions.decide(made, ME, take.id, "accept", reason="good")
    people.nobody(made, ME, shot, why="a roof")  # which answers H4 as well
    facts.say(made, ME, {**CLEAN, "keeps_input": "yes"}, why="the contract", of=MODEL)
    with pytest.raises(RightsError, match="house H1 wants an approval") as refused:
        delivery.deliver(made, ME, shot, tmp_path / "out")
    assert "manyhands policy approve sh010 H1" in refused.value.fix
    with pytest.raises(RoleError):
        gate.approve(made, ARTIST, shot, "H1", why="why not")
    given = gate.approve(made, DIRECTOR, shot, "H1", why="nobody is in the plate")
    (found,) = gate.check(made, ME)
    assert {one.rule: one.approved for one in found.found}["H1"] == given.id
    sent = delivery.deliver(made, ME, shot, tmp_path / "out")
    assert_told(sent.disclosure_page, sent.disclosure_data)
    page, data, *_ = delivery.disclose(made, ME, shot, tmp_path / "page")
    assert_told(page, data)
    facts.say(made, ME, {"keeps_input": "unknown"}, why="the contract ended", of=MODEL)
    assert [one.rule for one in gate.check(made, ME)[0].stopping] == ["H1"]  # it was approved as something else


def assert_told(page: Path, data: Path) -> None:
    """The page and its data say which rule somebody let pass, who, and why."""
    (told,) = json.loads(data.read_text())["overrides"]
    assert list(told) == ["pack", "rule", "says", "by", "why", "at"]
    assert (told["pack"], told["rule"], told["by"], told["why"]) == (
        "house",
        "H1",
        "Person D",
        "nobody is in the plate",
    )
    shown = page.read_text()
    for words in ("who let them pass", "Person D", "H1", told["says"], "nobody is in the plate"):
        assert words in shown


def test_the_cure_of_a_performance_cures_it(modelled: tuple[Studio, str, Take], tmp_path: Path) -> None:
    made, shot, take = modelled
    decisions.decide(made, ME, take.id, "accept", reason="good")
    facts.say(made, ME, CLEAN, why="the contract", of=MODEL)
    facts.say(made, ME, {"alters_performance": "yes"}, why="a smile was made wider", shot_id=shot)
    people.party(made, ME, "Person C")
    people.seen(made, ME, shot, "Person C")
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(b"signed")
    consents.consent(
        made, ME, "Person C", scopes=("likeness_alter",), document=signed, about="the smile", signed_on="2020-01-01"
    )
    facts.say(made, ME, {"is_replica": "yes"}, why="a double", shot_id=shot, of="Person C")
    with pytest.raises(RightsError, match="house H4 does not allow it"):  # that was not agreed to
        delivery.deliver(made, ME, shot, tmp_path / "out")
    facts.say(made, ME, {"is_replica": "unknown"}, why="not sure", shot_id=shot, of="Person C")
    with pytest.raises(RightsError, match="house H4 has to know performance_consent") as refused:
        delivery.deliver(made, ME, shot, tmp_path / "out")
    assert 'is_replica=no --of "NAME"' in refused.value.fix
    assert "manyhands consent add" in refused.value.fix
    facts.say(made, ME, {"is_replica": "no"}, why="it is what was filmed", shot_id=shot, of="Person C")
    assert delivery.deliver(made, ME, shot, tmp_path / "out").report.is_sound


def test_nobody_approves_a_deny_away_nor_what_may_be_one_nor_what_asks_for_nothing(
    modelled: tuple[Studio, str, Take],
) -> None:
    made, shot, _ = modelled
    with pytest.raises(RightsError, match="H3: it needs to know may_be_final; nobody can approve that away") as refused:
        gate.approve(made, ME, shot, "H3", why="so")
    assert "manyhands policy say sh010 may_be_final=yes" in refused.value.fix
    facts.say(made, ME, {"may_be_final": "no"}, why="its licence", of=MODEL)
    with pytest.raises(RightsError, match="H3: it denies; nobody"):
        gate.approve(made, ME, shot, "H3", why="so")
    facts.say(made, ME, {"may_be_final": "yes"}, why="its licence", of=MODEL)
    with pytest.raises(StateError, match="it says pass"):
        gate.approve(made, ME, shot, "H3", why="so")
    with pytest.raises(NotFoundError, match=r"rule H9: .* All of them: manyhands policy show house\."):
        gate.approve(made, ME, shot, "H9", why="so")
    with pytest.raises(StateError, match="house H3: it says pass"):
        gate.approve(made, ME, shot, "h3", why="so")
    with pytest.raises(InputError, match="no reason"):
        gate.approve(made, ME, shot, "H1", why="")


# --- the command line -------------------------------------------------------------------------


def test_the_table_ends_with_8_while_something_stops_and_with_0_when_nothing_does(
    modelled: tuple[Studio, str, Take],
) -> None:
    made, shot, _ = modelled
    there = ["--by", "Person A", "-p", made.folder]
    said = here("policy", "check", shot, *there)
    assert said.code == 8
    assert "unknown ✗" in said.out
    assert "alters_performance" in said.out
    assert here("policy", "say", shot, "alters_performance=no", "--why", "a roof", *there).code == 0
    answers = [f"{name}={answer}" for name, answer in CLEAN.items()]
    assert here("policy", "say", *answers, "--of", MODEL, "--why", "contract", *there).code == 0
    said = here("policy", "check", *there)
    assert (said.code, "0 stop" in said.out) == (0, True)
    assert here("policy", "say", shot, "sh020", "is_final=no", "--why", "x", *there).code == 3


# --- who was marked ---------------------------------------------------------------------------


def marked(made: Studio, shot_id: str) -> None:
    people.party(made, ME, "Person B")
    people.seen(made, ME, shot_id, "Person B", box=(0.2, 0.2, 0.4, 0.4))


def test_a_model_in_the_box_of_somebody_asks_for_their_word_to_be_altered(
    modelled: tuple[Studio, str, Take], tmp_path: Path
) -> None:
    made, shot, _ = modelled
    assert verdicts(made, shot)["H6"] == "pass"
    marked(made, shot)
    found = known(made, shot)
    assert (found["alters_marked"], found["marked_consent"]) == (True, False)
    assert [(one["person"], one["has_consented"]) for one in found["people"]] == [("Person B", False)]
    assert verdicts(made, shot)["H6"] == "ask"
    (tmp_path / "signed.pdf").write_bytes(b"signed")
    told = {"document": tmp_path / "signed.pdf", "about": "her coat", "signed_on": "2019-05-01"}
    consents.consent(made, ME, "Person B", scopes=["likeness_alter"], **told)
    assert verdicts(made, shot)["H6"] == "pass"
    (final,) = gate.checks(made, ME, [made.production.get(Shot, shot)], is_final=True)
    assert final.found


def test_a_procedure_alters_nobody_and_a_take_whose_frames_are_gone_says_nothing(
    ruled: tuple[Studio, str, Take], tmp_path: Path
) -> None:
    made, shot, _ = ruled
    marked(made, shot)
    assert known(made, shot)["alters_marked"] is False
    (tmp_path / "two").mkdir()
    other, shot, take = production(tmp_path / "two", made_by=MODEL)
    marked(other, shot)
    for path in (other.folder / take.folder).glob("*.exr"):
        path.unlink()
    assert "alters_marked" in {name for name, value in known(other, shot).items() if value is None}
    assert verdicts(other, shot)["H6"] == "unknown"


def test_where_the_box_is_lost_or_the_picture_moved_all_of_it_counts(
    modelled: tuple[Studio, str, Take], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, shot, take = modelled
    people.party(made, ME, "Person B")
    said = people.seen(made, ME, shot, "Person B", box=(0.2, 0.2, 0.4, 0.4))
    monkeypatch.setattr(regions, "_share", lambda frame, region: 0.25)
    assert regions.altered_ppm(made, take, said, fresh=True) == 250_000
    assert regions.altered_ppm(made, take, said.but(first=9999, last=9999), fresh=True) == 0
    lost = said.but(drawn_at=1001, regions=((1001, 0.2, 0.2, 0.4, 0.4),))
    assert regions.altered_ppm(made, take, lost, fresh=True) > 900_000
    monkeypatch.setattr(regions, "_moves", lambda studio_, take_: True)
    assert regions.altered_ppm(made, take, said, fresh=True) > 900_000


def test_what_was_measured_is_kept_for_those_frames_and_a_delivery_measures_again(
    modelled: tuple[Studio, str, Take],
) -> None:
    made, shot, take = modelled
    marked(made, shot)
    assert known(made, shot)["alters_marked"] is True
    kept = made.folder / take.folder / regions.MEASURED
    kept.write_text(kept.read_text().replace(next(iter(re.findall(r":([0-9]{6,7})\b", kept.read_text()))), "0"))
    assert known(made, shot)["alters_marked"] is False
    its = made.production.get(Shot, shot)
    assert facts.facts_of(slate(made, [its], fresh=True), its)["alters_marked"] is True
    with pytest.raises(RightsError, match="H6"):
        gate.gate(made, ME, its, take)


def test_only_light_in_the_box_counts_and_only_that_of_models() -> None:
    from manyhands.actions.regions import _share
    from manyhands.core.authorship import Authorship
    from manyhands.core.frame import Frame
    from manyhands.core.hand import Hand

    camera, model, rule = (
        Hand(id=f"{origin}:x", origin=origin, name="x")  # type: ignore[arg-type]
        for origin in ("camera", "trained", "procedure")
    )
    made = np.zeros((40, 80), np.float32)
    made[:, 40:] = 1  # a model made the right half
    fogged = np.full((40, 80), 0.5, np.float32)
    told = Authorship((camera, model), np.stack([1 - made, made]), (rule,), fogged[None])
    frame = Frame(np.ones((40, 80, 4), np.float32), told)
    assert _share(frame, (0, 0, 0.5, 1)) == 0
    assert _share(frame, (0.5, 0, 0.5, 1)) == pytest.approx(1)
    assert _share(frame, (0.25, 0, 0.5, 1)) == pytest.approx(0.5)
    assert _share(frame, (0.375, 0, 0.125, 0.5)) == 0  # what touches it does not count
    changed = Authorship((camera,), np.ones((1, 40, 80), np.float32), (model,), 0.25 * np.ones((1, 40, 80), np.float32))
    assert _share(Frame(frame.rgba, changed), (0.25, 0, 0.5, 1)) == pytest.approx(0.25)
